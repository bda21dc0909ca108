import QuickLRU from 'quick-lru';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { type Caller, rateKey } from '../domain/caller.ts';
import { GatewayError } from '../domain/errors.ts';
import { MEMBERS_A_REQUEST } from '../domain/organization.ts';

/** What is left of a caller's minute: of a key's requests, of a stranger's cost. */
export type RateState = { limit: number; remaining: number; resetSeconds: number };

export type RateLimits = {
  /**
   * Counts an operation: a key's for one, a stranger's at its cost. Tells what is left, also when it throws RATE_LIMITED.
   */
  consumeRequest(caller: Caller, cost: number, tell: (state: RateState) => void): Promise<void>;
  /** Throws RATE_LIMITED, without counting, for whom this process has refused in the minute that still runs. */
  refuseSpent(caller: Caller, tell: (state: RateState) => void): void;
  /**
   * Counts a registration check of a key, each address for one: few enough that guessing whether somebody is registered
   * leads nowhere. Resolves with how to take it back.
   */
  consumeCheck(caller: Caller, lookups: number): Promise<() => Promise<void>>;
  /**
   * Counts the members that one operation asks about, beyond what the operation counts itself; throws RATE_LIMITED. Not
   * each for one: a reminder to some thousand members fits into a minute.
   */
  consumeMembers(caller: Caller, members: number): Promise<void>;
};

type Options = {
  requestsPerMinute: number;
  strangerCostPerMinute: number;
  checksPerMinute: number;
  redis: unknown;
  /** A keyed hash: a portal's token is counted by its person, who is nobody's business in a store. */
  fingerprint: (text: string) => string;
};

const MINUTE = 60;
/** Of those who are refused at the moment: whoever is forgotten is counted again, and refused a little later. */
const MOST_SPENT = 10_000;

export function createRateLimits(options: Options): RateLimits {
  const { requestsPerMinute, strangerCostPerMinute, checksPerMinute, redis, fingerprint } = options;
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
  const strangers = limiter('strangers', strangerCostPerMinute);
  const checks = limiter('checks', checksPerMinute);
  const spent = new QuickLRU<string, number>({ maxSize: MOST_SPENT });
  const counts = new QuickLRU<string, string>({ maxSize: MOST_SPENT });
  /** The name under which a caller is counted. */
  function countOf(caller: Caller): string {
    const key = rateKey(caller);
    const before = counts.get(key);
    if (before !== undefined) return before;
    const name = fingerprint(key);
    counts.set(key, name);
    return name;
  }
  const limitOf = ({ kind }: Caller) => (kind === 'stranger' ? strangerCostPerMinute : requestsPerMinute);
  const stateOf = (limit: number, remaining: number, msBeforeNext: number): RateState => ({
    limit,
    remaining: Math.max(0, remaining),
    resetSeconds: Math.ceil(msBeforeNext / 1000),
  });

  return {
    async consumeRequest(caller, cost, tell) {
      const counted = countOf(caller);
      const limit = limitOf(caller);
      try {
        const { remainingPoints, msBeforeNext } =
          caller.kind === 'stranger'
            ? // Whoever has a whole minute may ask for anything once.
              await strangers.consume(counted, Math.min(cost, limit))
            : await requests.consume(counted);
        tell(stateOf(limit, remainingPoints, msBeforeNext));
      } catch (rejected) {
        if (rejected instanceof RateLimiterRes) {
          const { remainingPoints, msBeforeNext } = rejected;
          spent.set(counted, performance.now() + msBeforeNext);
          tell(stateOf(limit, remainingPoints, msBeforeNext));
        }
        throw limited(rejected, caller);
      }
    },
    refuseSpent(caller, tell) {
      const counted = countOf(caller);
      const msBeforeNext = (spent.get(counted) ?? 0) - performance.now();
      if (msBeforeNext <= 0) return;
      tell(stateOf(limitOf(caller), 0, msBeforeNext));
      throw tooMuch(caller, msBeforeNext);
    },
    async consumeMembers(caller, members) {
      // Whoever has a whole minute may ask for a whole list once.
      const more = Math.min(Math.ceil(members / MEMBERS_A_REQUEST), requestsPerMinute) - 1;
      if (more < 1) return;
      const counted = countOf(caller);
      await requests.consume(counted, more).catch(async (rejected: unknown) => {
        // A list for which there is no room leaves the room that there is to smaller ones.
        if (rejected instanceof RateLimiterRes) await requests.reward(counted, more);
        throw limited(rejected, caller);
      });
    },
    async consumeCheck(caller, lookups) {
      const counted = countOf(caller);
      await checks.consume(counted, lookups).catch((rejected: unknown) => {
        throw limited(rejected, caller);
      });
      return async () => void (await checks.reward(counted, lookups));
    },
  };
}

const limited = (rejected: unknown, caller: Caller): unknown =>
  rejected instanceof RateLimiterRes ? tooMuch(caller, rejected.msBeforeNext) : rejected;

function tooMuch({ kind }: Caller, msBeforeNext: number): GatewayError {
  const retryAfter = Math.ceil(msBeforeNext / 1000);
  const what = kind === 'stranger' ? 'Too much was asked from here without a key.' : 'Too many requests with this key.';
  return new GatewayError('RATE_LIMITED', `${what} Try again in ${retryAfter} seconds.`, { retryAfter });
}
