import type { IncomingMessage } from 'node:http';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { type Caller, strangerFrom } from '../domain/caller.ts';
import { releasing } from '../infra/releasing.ts';
import type { AtOnce } from '../services/at-once.ts';
import { subscriberIn } from './fast/fan-out-subscriber.ts';
import type { NetworkOf } from './network.ts';

/** Counts a caller's open subscriptions, over SSE and WebSocket alike; refuses one too many before its source is asked. */
export function subscriptionCap({ subscription }: Pick<AtOnce, 'subscription'>): Plugin<{ caller: Caller }> {
  return {
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        const { caller } = args.contextValue as { caller: Caller };
        const release = await subscription(caller);
        try {
          const stream = await subscribeFn(args);
          if (isAsyncIterable(stream)) return releasing(stream, release);
          const subscriber = subscriberIn(stream);
          if (subscriber) subscriber.onEnd(release);
          else release();
          return stream;
        } catch (error) {
          release();
          throw error;
        }
      });
    },
  };
}

/** Whether one more socket may be opened from where a request comes; it counts until it is closed. */
export function admitConnections({ connection }: Pick<AtOnce, 'connection'>, networkOf: NetworkOf) {
  return async (request: IncomingMessage): Promise<boolean> => {
    const release = await connection(strangerFrom(networkOf(request)));
    if (release && request.socket.destroyed) release();
    else if (release) request.socket.once('close', release);
    return release !== null;
  };
}
