import { createSourceEventStream, execute } from 'graphql';
import { createGraphQLError, isAsyncIterable, map, type Plugin } from 'graphql-yoga';

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
        let first = true;
        const answered = async (event: unknown) => {
          const renewed = renew(args.contextValue as C, first);
          first = false;
          try {
            return answer({ ...args, rootValue: event, contextValue: await renewed });
          } catch (error) {
            return { errors: [createGraphQLError('This event was not answered.', { originalError: error as Error })] };
          }
        };
        return map(answered)(stream as AsyncIterable<unknown>);
      });
    },
  };
}
