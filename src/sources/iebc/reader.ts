import QuickLRU from 'quick-lru';
import { codeKey } from '../../domain/codes.ts';
import { after, isPromise, type Maybe } from '../../domain/maybe.ts';
import type { DistrictLevel } from '../../domain/places.ts';
import { POSTS, type Post } from '../../domain/posts.ts';
import type { Asker } from '../../infra/askers.ts';
import type { Cache, Cached, Freshness, Load } from '../../infra/cache.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Exchange } from './exchange.ts';
import { NothingThere } from './refusal.ts';
import type { Filters } from './sign.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** How long each kind of resource is fresh, renewed behind the reader's back, and kept for when the source is down. */
export const FRESHNESS = {
  places: { freshMs: DAY, renewMs: DAY, keepMs: 7 * DAY },
  listings: { freshMs: 5 * MINUTE, renewMs: 5 * MINUTE, keepMs: DAY },
  outlines: { freshMs: 7 * DAY, renewMs: 7 * DAY, keepMs: 28 * DAY },
  results: { freshMs: 15 * SECOND, renewMs: 5 * SECOND, keepMs: DAY },
} satisfies Record<string, Freshness>;

// Long enough that a caller's repeats do not hammer the source, short enough that nobody takes it for a fact.
const NOTHING_THERE_MS = 5 * SECOND;
const NOTHING_THERE_ENTRIES = 10_000;

/** `signal` ends the wait; `asker` is who waits: the gateway itself if left out; the rest are the cache's (infra/cache.ts). */
export type Ask = {
  signal?: AbortSignal | undefined;
  asker?: Asker | undefined;
  /** Where the trace goes on, if not the asker's. */
  traceparent?: string | null | undefined;
  maxAgeMs?: number | undefined;
  patienceMs?: number | undefined;
  atHand?: boolean | undefined;
};

export type Request = {
  endpoint: string;
  path: string;
  filters?: Record<string, string | undefined>;
};

export type Options = {
  exchange: Exchange;
  cache: Cache;
  clock: Clock;
  /** First part of every cache key: the source, a version of the decoded form, and which data it is. */
  keyPrefix: string;
};

/** Done with what was read anew before anybody is shown it. */
type Before<T> = { before?: ((value: T, asOf: number) => Promise<void>) | undefined };
type Decode<T> = (body: unknown, text: string) => T;

type One<T> = Before<T | null> & {
  /** An open, unsigned file. */
  open?: boolean;
  /** Another one where the same thing is decoded in two ways. */
  form?: 'one' | 'outline' | 'shape';
  /** Where else to look when nothing is at the thing's own address; null when it is not there either. */
  otherwise?: (ask: Ask) => Promise<T | null>;
};

export type Reader = ReturnType<typeof createReader>;

/** Reads through the cache. Failures are SourceError, or the signal's reason. */
export function createReader({ exchange, cache, clock, keyPrefix }: Options) {
  // Not in the cache: there it would be a fact, and could take a known answer's place.
  const nothingThere = new QuickLRU<string, { asOf: number; at: number }>({ maxSize: NOTHING_THERE_ENTRIES });

  /**
   * Filters stand in each key in the order in which their endpoint names them. One address may be asked for a list and for
   * one thing, which are decoded differently.
   */
  function keyOf({ path, filters }: Request, form: 'list' | 'one' | 'outline' | 'shape'): string {
    let key = `${keyPrefix}:${form}${codeKey(path)}?`;
    for (const name in filters) {
      const value = filters[name];
      if (value !== undefined) key += `${name}=${encodeURIComponent(value)}&`;
    }
    return key;
  }

  /** Null, for seconds, for whoever asks again for what was not there. */
  function notThere(key: string, { maxAgeMs = NOTHING_THERE_MS, asker }: Ask): Cached<null> | undefined {
    const before = nothingThere.get(key);
    if (!before || clock.monotonic() - before.at >= Math.min(NOTHING_THERE_MS, maxAgeMs)) return undefined;
    const until = before.at + NOTHING_THERE_MS;
    asker?.holds?.(until, until);
    return { value: null, asOf: before.asOf, stale: false };
  }

  return {
    /** A list; where nothing is at its address, the source is in trouble. */
    many<T>(
      freshness: Freshness,
      request: Request,
      decode: Decode<T[]>,
      ask: Ask,
      { before }: Before<T[]> = {},
    ): Maybe<Cached<T[]>> {
      const key = keyOf(request, 'list');
      const fresh = cache.fresh<T[]>({ key, freshness, asker: ask.asker, maxAgeMs: ask.maxAgeMs });
      if (fresh) return fresh;
      const load = (load: Load): Promise<T[]> =>
        exchange.ask({
          endpoint: request.endpoint,
          path: request.path,
          filters: present(request.filters),
          decode: (body, text) => (body === null ? [] : decode(body, text)),
          ...load,
        });
      return cache.read({ ...ask, key, freshness, load, before });
    },

    /**
     * One thing by its code; null where the source says that there is none. Where nothing is at its address, the known
     * answer, marked stale; without one it is null too, but for seconds only.
     */
    one<T>(
      freshness: Freshness,
      request: Request,
      decode: Decode<T | null>,
      ask: Ask,
      { open = false, form = 'one', otherwise, before }: One<T> = {},
    ): Maybe<Cached<T | null>> {
      const key = keyOf(request, form);
      const fresh = cache.fresh<T | null>({ key, freshness, asker: ask.asker, maxAgeMs: ask.maxAgeMs });
      if (fresh) return fresh;
      const nothing = notThere(key, ask);
      if (nothing) return nothing;
      const { endpoint, path } = request;
      const decoded = (body: unknown, text: string) => (body === null ? null : decode(body, text));
      const load = async (load: Load): Promise<T | null> => {
        try {
          return await (open
            ? exchange.open({ endpoint, path, decode: decoded, ...load })
            : exchange.ask({ endpoint, path, filters: present(request.filters), decode: decoded, ...load }));
        } catch (error) {
          const found = error instanceof NothingThere ? await otherwise?.({ signal: load.signal }) : undefined;
          if (!found) throw error;
          return found;
        }
      };
      const read = cache.read({ ...ask, key, freshness, load, before });
      if (!isPromise(read)) return read;
      return read.catch((error: unknown) => {
        if (!(error instanceof NothingThere)) throw error;
        nothingThere.set(key, { asOf: clock.now(), at: clock.monotonic() });
        return notThere(key, { asker: ask.asker })!;
      });
    },
  };
}

/** What was read, whatever its age. */
export const onlyValue = <T>(read: Maybe<Cached<T>>): Maybe<T> => after(read, ({ value }) => value);

export const numberOf = (post: Post | undefined): string | undefined => (post ? String(POSTS[post]) : undefined);

export const byLevel = (district: { level: DistrictLevel; code: string } | undefined): Record<string, string> =>
  district ? { [district.level]: district.code } : {};

function present(filters: Record<string, string | undefined> = {}): Filters {
  return Object.fromEntries(
    Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
