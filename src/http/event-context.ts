import { createSourceEventStream, execute } from 'graphql';
import { isAsyncIterable, map, type Plugin } from 'graphql-yoga';

/**
 * Each event of a subscription is answered with a context of its own: its own deadline, and loaders that remember nothing
 * of the events before. `renew` makes one for the same caller; `answer` executes.
 */
export function eventContext<C extends object>(
  renew: (context: C) => Promise<C> | C,
  answer: typeof execute = execute,
): Plugin<C> {
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        const stream = await createSourceEventStream(args);
        if (!isAsyncIterable(stream)) return stream;
        const answered = async (event: unknown) =>
          answer({ ...args, rootValue: event, contextValue: await renew(args.contextValue as C) });
        return map(answered)(stream as AsyncIterable<unknown>);
      });
    },
  };
}
