import QuickLRU from 'quick-lru';
import { codeKey } from '../../domain/codes.ts';
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
  results: { freshMs: 15 * SECOND, renewMs: 5 * SECOND, keepMs: DAY },
} satisfies Record<string, Freshness>;

// Long enough that a caller's repeats do not hammer the source, short enough that nobody takes it for a fact.
const NOTHING_THERE_MS = 5 * SECOND;
const NOTHING_THERE_ENTRIES = 10_000;

/** `signal` ends the wait; `asker` is who waits: the gateway itself if left out; `maxAgeMs` and `patienceMs` are the cache's (infra/cache.ts). */
export type Ask = {
  signal?: AbortSignal | undefined;
  asker?: Asker | undefined;
  /** Where the trace goes on, if not the asker's. */
  traceparent?: string | null | undefined;
  maxAgeMs?: number | undefined;
  patienceMs?: number | undefined;
};

export type Request = { endpoint: string; path: string; filters?: Record<string, string | undefined> };

export type Options = {
  exchange: Exchange;
  cache: Cache;
  clock: Clock;
  /** First part of every cache key: the source, a version of the decoded form, and which data it is. */
  keyPrefix: string;
};

type One<T> = {
  /** An open, unsigned file. */
  open?: boolean;
  /** Where else to look when nothing is at the thing's own address; null when it is not there either. */
  otherwise?: (ask: Ask) => Promise<T | null>;
};

export type Reader = ReturnType<typeof createReader>;

/** Reads through the cache. Failures are SourceError, or the signal's reason. */
export function createReader({ exchange, cache, clock, keyPrefix }: Options) {
  // Not in the cache: there it would be a fact, and could take a known answer's place.
  const nothingThere = new QuickLRU<string, { asOf: number; at: number }>({ maxSize: NOTHING_THERE_ENTRIES });

  const keyOf = ({ path }: Request, filters: Filters) =>
    `${keyPrefix}${codeKey(path)}?${new URLSearchParams(Object.entries(filters).sort())}`;

  return {
    /** A list; where nothing is at its address, the source is in trouble. */
    async many<T>(freshness: Freshness, request: Request, decode: (body: unknown) => T[], ask: Ask) {
      const { endpoint, path } = request;
      const filters = present(request.filters);
      const decoded = (body: unknown) => (body === null ? [] : decode(body));
      return cache.read({
        ...ask,
        key: keyOf(request, filters),
        freshness,
        load: (load) => exchange.ask({ endpoint, path, filters, decode: decoded, ...load }),
      });
    },

    /**
     * One thing by its code; null where the source says that there is none. Where nothing is at its address, the known
     * answer, marked stale; without one it is null too, but for seconds only.
     */
    async one<T>(
      freshness: Freshness,
      request: Request,
      decode: (body: unknown) => T | null,
      ask: Ask,
      { open = false, otherwise }: One<T> = {},
    ): Promise<Cached<T | null>> {
      const { endpoint, path } = request;
      const filters = present(request.filters);
      const key = keyOf(request, filters);
      const before = nothingThere.get(key);
      const age = before ? clock.monotonic() - before.at : Number.POSITIVE_INFINITY;
      if (before && age < Math.min(NOTHING_THERE_MS, ask.maxAgeMs ?? NOTHING_THERE_MS)) {
        return { value: null, asOf: before.asOf, stale: false };
      }
      const decoded = (body: unknown) => (body === null ? null : decode(body));
      const load = async (load: Load): Promise<T | null> => {
        try {
          return await (open
            ? exchange.open({ endpoint, path, decode: decoded, ...load })
            : exchange.ask({ endpoint, path, filters, decode: decoded, ...load }));
        } catch (error) {
          const found = error instanceof NothingThere ? await otherwise?.({ signal: load.signal }) : undefined;
          if (!found) throw error;
          return found;
        }
      };
      try {
        return await cache.read({ ...ask, key, freshness, load });
      } catch (error) {
        if (!(error instanceof NothingThere)) throw error;
        const asOf = clock.now();
        nothingThere.set(key, { asOf, at: clock.monotonic() });
        return { value: null, asOf, stale: false };
      }
    },
  };
}

export const numberOf = (post: Post | undefined): string | undefined => (post ? String(POSTS[post]) : undefined);

export const byLevel = (district: { level: DistrictLevel; code: string } | undefined): Record<string, string> =>
  district ? { [district.level]: district.code } : {};

function present(filters: Record<string, string | undefined> = {}): Filters {
  return Object.fromEntries(
    Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
