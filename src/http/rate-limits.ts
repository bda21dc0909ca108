import type { Plugin } from 'graphql-yoga';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { type Caller, rateKey } from '../domain/caller.ts';
import { GatewayError } from '../domain/errors.ts';

export type RateLimits = {
  /** Counts a request of a key; remembers what is left for the response's headers. Strangers are not counted. */
  consumeRequest(caller: Caller, request: Request): Promise<void>;
  /**
   * Counts a registration check of a key, each address for one: few enough that guessing whether somebody is registered
   * leads nowhere. Resolves with how to take it back.
   */
  consumeCheck(caller: Caller, lookups: number): Promise<() => Promise<void>>;
  /** Standard headers (draft-ietf-httpapi-ratelimit-headers) for every answer to a key. */
  plugin: Plugin;
};

type Options = {
  requestsPerMinute: number;
  checksPerMinute: number;
  redis: unknown;
  /** A keyed hash: a portal's token is counted by its person, who is nobody's business in a store. */
  fingerprint: (text: string) => string;
};

const MINUTE = 60;

export function createRateLimits({ requestsPerMinute, checksPerMinute, redis, fingerprint }: Options): RateLimits {
  const limiter = (keyPrefix: string, points: number) => {
    const memory = new RateLimiterMemory({ keyPrefix, points, duration: MINUTE });
    return redis
      ? // Without Redis each instance counts for itself: better than to refuse everybody.
        new RateLimiterRedis({
          storeClient: redis,
          useRedisPackage: true,
          keyPrefix,
          points,
          duration: MINUTE,
          insuranceLimiter: memory,
        })
      : memory;
  };
  const requests = limiter('requests', requestsPerMinute);
  const checks = limiter('checks', checksPerMinute);
  const left = new WeakMap<Request, RateLimiterRes>();

  return {
    async consumeRequest(caller, request) {
      const key = rateKey(caller);
      if (key === null) return;
      left.set(
        request,
        await requests.consume(fingerprint(key)).catch((rejected: unknown) => {
          if (rejected instanceof RateLimiterRes) left.set(request, rejected);
          throw limited(rejected);
        }),
      );
    },
    async consumeCheck(caller, lookups) {
      const key = rateKey(caller);
      if (key === null) return async () => {};
      const counted = fingerprint(key);
      await checks.consume(counted, lookups).catch((rejected: unknown) => {
        throw limited(rejected);
      });
      return async () => void (await checks.reward(counted, lookups));
    },
    plugin: {
      onResponse({ request, response }) {
        const state = left.get(request);
        if (!state) return;
        const seconds = String(Math.ceil(state.msBeforeNext / 1000));
        response.headers.set('ratelimit-limit', String(requestsPerMinute));
        response.headers.set('ratelimit-remaining', String(Math.max(0, state.remainingPoints)));
        response.headers.set('ratelimit-reset', seconds);
        if (response.status === 429) response.headers.set('retry-after', seconds);
      },
    },
  };
}

function limited(rejected: unknown): unknown {
  if (!(rejected instanceof RateLimiterRes)) return rejected;
  const retryAfter = Math.ceil(rejected.msBeforeNext / 1000);
  return new GatewayError('RATE_LIMITED', `Too many requests with this key. Try again in ${retryAfter} seconds.`, {
    retryAfter,
  });
}
