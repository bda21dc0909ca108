import { setInterval } from 'node:timers';
import { type Caller, rateKey } from '../domain/caller.ts';
import { GatewayError } from '../domain/errors.ts';
import { releasing } from '../infra/releasing.ts';

/** How much one caller may have open at once. */
export type AtOnce = {
  /** Holds one more open subscription until `release`; throws TOO_MANY_SUBSCRIPTIONS. */
  subscription(caller: Caller): Promise<Release>;
  /** The same for a connection; null when there are too many. */
  connection(caller: Caller): Promise<Release | null>;
  /** Holds one more look at this until `release`; throws TOO_MANY_SUBSCRIPTIONS for a caller who watches too many different things. */
  watching(caller: Caller, name: string): Release;
  /** The stream, as long as the caller watches no more different things than allowed: each is asked for again and again. */
  watched<T>(caller: Caller, name: string, open: () => AsyncIterable<T>): AsyncIterable<T>;
  close(): void;
};

type Release = () => void;
type Redis = { eval(script: string, options?: { keys?: string[]; arguments?: string[] }): Promise<unknown> };
type Options = {
  most: { subscriptions: number; results: number; connections: number };
  redis: Redis | null;
  fingerprint: (text: string) => string;
  uuid: () => string;
  /** What a killed instance held is forgotten after this; what is held is renewed three times before. */
  leaseMs?: number;
};

const LEASE_MS = 60_000;

const NOW = `local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000)`;
/** A caller's leases: a sorted set by when each ends, by the clock of Redis. */
const TAKE = `${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;
const RENEW = `${NOW}
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])`;
const GIVE_BACK = `redis.call('ZREM', KEYS[1], ARGV[1])`;

/** Counted over all instances of one Redis; by this one alone without it, or while it is away. */
export function createAtOnce({ most, redis, fingerprint, uuid, leaseMs = LEASE_MS }: Options): AtOnce {
  const held = new Map<string, Set<string>>();
  const watching = new Map<string, Map<string, number>>();

  async function hold(key: string, limit: number): Promise<Release | null> {
    const lease = uuid();
    const mine = held.get(key) ?? new Set();
    if (mine.size >= limit) return null;
    held.set(key, mine.add(lease));
    const forget = () => {
      mine.delete(lease);
      if (mine.size === 0 && held.get(key) === mine) held.delete(key);
    };
    const taken = await redis
      ?.eval(TAKE, { keys: [key], arguments: [`${limit}`, `${leaseMs}`, lease] })
      .catch(() => null);
    if (taken === 0) {
      forget();
      return null;
    }
    let released = false;
    return () => {
      if (released) return;
      released = true;
      forget();
      redis?.eval(GIVE_BACK, { keys: [key], arguments: [lease] }).catch(() => {});
    };
  }

  const renew = () => {
    for (const [key, leases] of held)
      redis?.eval(RENEW, { keys: [key], arguments: [`${leaseMs}`, ...leases] }).catch(() => {});
  };
  const renewing = redis ? setInterval(renew, leaseMs / 3).unref() : undefined;

  function watch(caller: Caller, name: string): Release {
    const key = fingerprint(rateKey(caller));
    const names = watching.get(key) ?? new Map<string, number>();
    if (!names.has(name) && names.size >= most.results)
      return refuse(`At most ${most.results} different results`, most.results);
    watching.set(key, names.set(name, (names.get(name) ?? 0) + 1));
    return () => {
      const left = names.get(name)! - 1;
      if (left > 0) names.set(name, left);
      else names.delete(name);
      if (names.size === 0 && watching.get(key) === names) watching.delete(key);
    };
  }

  return {
    async subscription(caller) {
      const release = await hold(`subscriptions:${fingerprint(rateKey(caller))}`, most.subscriptions);
      return release ?? refuse(`At most ${most.subscriptions} subscriptions`, most.subscriptions);
    },
    connection: (caller) => hold(`connections:${fingerprint(rateKey(caller))}`, most.connections),
    watching: watch,
    watched(caller, name, open) {
      const release = watch(caller, name);
      return releasing(open(), release);
    },
    close: () => clearInterval(renewing),
  };
}

function refuse(what: string, limit: number): never {
  throw new GatewayError('TOO_MANY_SUBSCRIPTIONS', `${what} may be open at once here. End one first.`, { limit });
}
