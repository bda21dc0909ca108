import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { type Caller, rateKey } from '../domain/caller.ts';
import { GatewayError } from '../domain/errors.ts';

/** What is left of a caller's minute. */
export type RateState = { limit: number; remaining: number; resetSeconds: number };

export type RateLimits = {
  /** Counts a request of a key, and tells what is left, also when it throws RATE_LIMITED. Strangers are not counted. */
  consumeRequest(caller: Caller, tell: (state: RateState) => void): Promise<void>;
  /**
   * Counts a registration check of a key, each address for one: few enough that guessing whether somebody is registered
   * leads nowhere. Resolves with how to take it back.
   */
  consumeCheck(caller: Caller, lookups: number): Promise<() => Promise<void>>;
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
  const stateOf = ({ remainingPoints, msBeforeNext }: RateLimiterRes): RateState => ({
    limit: requestsPerMinute,
    remaining: Math.max(0, remainingPoints),
    resetSeconds: Math.ceil(msBeforeNext / 1000),
  });

  return {
    async consumeRequest(caller, tell) {
      const key = rateKey(caller);
      if (key === null) return;
      try {
        tell(stateOf(await requests.consume(fingerprint(key))));
      } catch (rejected) {
        if (rejected instanceof RateLimiterRes) tell(stateOf(rejected));
        throw limited(rejected);
      }
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
  };
}

function limited(rejected: unknown): unknown {
  if (!(rejected instanceof RateLimiterRes)) return rejected;
  const retryAfter = Math.ceil(rejected.msBeforeNext / 1000);
  return new GatewayError('RATE_LIMITED', `Too many requests with this key. Try again in ${retryAfter} seconds.`, {
    retryAfter,
  });
}
