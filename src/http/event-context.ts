import { createSourceEventStream, type ExecutionResult, execute } from 'graphql';
import { createGraphQLError, isAsyncIterable, map, type Plugin } from 'graphql-yoga';
import { namerOf } from '../domain/event-ids.ts';

/**
 * Each event of a subscription is answered with a context of its own: its own deadline, and loaders that remember nothing
 * of the events before. `renew` makes one for the same caller; what it throws is that event's answer, and the stream goes
 * on. `answer` executes.
 */
export function eventContext<C extends object>(
  renew: (context: C, first: boolean) => Promise<C>,
  answer: typeof execute = execute,
): Plugin<C> {
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        const stream = await createSourceEventStream(args);
        if (!isAsyncIterable(stream)) return stream;
        const nameOf = namerOf(stream);
        let first = true;
        const answered = async (event: unknown) => {
          const renewed = renew(args.contextValue as C, first);
          first = false;
          try {
            const result = await answer({ ...args, rootValue: event, contextValue: await renewed });
            return nameOf ? withId(result, nameOf(event)) : result;
          } catch (error) {
            return { errors: [createGraphQLError('This event was not answered.', { originalError: error as Error })] };
          }
        };
        return map(answered)(stream as AsyncIterable<unknown>);
      });
    },
  };
}

/** Yoga has no place for an event's `id:`; but it asks an answer how to be written, and behind that text the event goes on. */
function withId(answer: ExecutionResult, id: string): ExecutionResult {
  return Object.assign(answer, { stringify: (shown: unknown) => `${JSON.stringify(shown)}\nid: ${id}` });
}
