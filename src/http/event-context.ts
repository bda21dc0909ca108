import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import { createGraphQLError, isAsyncIterable, map, type Plugin } from 'graphql-yoga';
import { namerOf } from '../domain/event-ids.ts';

/** Makes the context of one event of a subscription, for the same caller; what it throws is that event's answer. */
type Renew<C> = (context: C, first: boolean) => Promise<C>;

/**
 * Subscribes, and answers each event with a context of its own: its own deadline, and loaders that remember nothing of the
 * events before. An event that cannot be answered says so, and the stream goes on. `answer` executes.
 */
export function answeredEvents<C extends object>(renew: Renew<C>, answer: typeof execute = execute) {
  return async (args: ExecutionArgs): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> => {
    const stream = await createSourceEventStream(args);
    if (!isAsyncIterable(stream)) return stream;
    const nameOf = namerOf(stream);
    let first = true;
    const answered = async (event: unknown): Promise<ExecutionResult> => {
      const renewed = renew(args.contextValue as C, first);
      first = false;
      try {
        const result = await answer({ ...args, rootValue: event, contextValue: await renewed });
        return nameOf ? withId(result, nameOf(event)) : result;
      } catch (error) {
        return unanswered(error);
      }
    };
    return map(answered)(stream as AsyncIterable<unknown>);
  };
}

/** In place of an event's answer, and without its name: whoever comes back is given that event again. */
export function unanswered(error: unknown): ExecutionResult {
  return { errors: [createGraphQLError('This event was not answered.', { originalError: error as Error })] };
}

/** The same for all that are subscribed to. */
export function eventContext<C extends object>(renew: Renew<C>, answer?: typeof execute): Plugin<C> {
  const subscribe = answeredEvents(renew, answer);
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(subscribe);
    },
  };
}

/** Yoga has no place for an event's `id:`; but it asks an answer how to be written, and behind that text the event goes on. */
function withId(answer: ExecutionResult, id: string): ExecutionResult {
  return Object.assign(answer, { stringify: (shown: unknown) => `${JSON.stringify(shown)}\nid: ${id}` });
}
