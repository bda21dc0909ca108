import Keyv from 'keyv';
import QuickLRU from 'quick-lru';
import type { Maybe } from '../domain/maybe.ts';
import { type Asker, type Askers, createAskers } from './askers.ts';
import type { Clock } from './clock.ts';
import { alone, type Fleet, once } from './fleet.ts';
import { unlessAborted, within } from './waiting.ts';

/** How old an answer may be. The three spans follow each other: fresh, then renewed behind the reader's back, then kept. */
export type Freshness = {
  /** Served as it is. */
  freshMs: number;
  /** After that: served at once, while a new one is fetched for the next reader. */
  renewMs: number;
  /** After both: a reader waits for a new one, and gets this one, marked stale, only if there is none to be had. */
  keepMs: number;
};

export type Cached<T> = { value: T; asOf: number; stale: boolean };

/** `signal` ends when nobody waits for the answer any more. */
export type Load = { signal: AbortSignal; askers: Askers };

type ReadOptions<T> = {
  key: string;
  freshness: Freshness;
  load: (load: Load) => Promise<T>;
  signal?: AbortSignal | undefined;
  /** Pays for the load that its reading begins. */
  asker?: Asker | undefined;
  /** Accept nothing that was held for so long: 0 is a poller's way to ask for what is new. */
  maxAgeMs?: number | undefined;
  /** How long to wait for a newer answer than the one in hand. Default: the cache's `staleAfterMs`. */
  patienceMs?: number | undefined;
  /** Throws NOT_AT_HAND rather than wait for anything. */
  atHand?: boolean | undefined;
  /** Must be done with a new answer before anybody is shown it; one that fails fails the load. */
  before?: ((value: T, asOf: number) => Promise<void>) | undefined;
};

/** Thrown for a read that wants only what is in this process's memory. No error: nobody reads its stack. */
export const NOT_AT_HAND = Symbol('not at hand');

/** What is asked for, without how to load it. */
type Wanted = Pick<ReadOptions<unknown>, 'key' | 'freshness' | 'asker' | 'maxAgeMs'>;

export type Cache = {
  /** What is in this process's memory and fresh; undefined otherwise. */
  fresh<T>(wanted: Wanted): Cached<T> | undefined;
  /** At once what is in this process's memory and fresh enough; otherwise a promise. */
  read<T>(options: ReadOptions<T>): Maybe<Cached<T>>;
  close(): Promise<void>;
};

export type CacheOutcome = 'fresh' | 'renewing' | 'stale' | 'miss';

/** `asOf` is the wall's time; `at` the monotonic clock's of the cache named in `by`. */
export type Stored = { value: unknown; asOf: number; at: number; by: string };

export type CacheStore = {
  get(key: string): Promise<Stored | undefined>;
  set(key: string, value: Stored, keepMs: number): Promise<unknown>;
  disconnect(): Promise<void>;
};

export type CacheOptions = {
  store: CacheStore;
  clock: Clock;
  /** Whether an old copy may stand in for this failure: the source is down, as opposed to having said no. */
  standsIn: (error: unknown) => boolean;
  /** Whoever has a copy waits no longer than this for a newer one. */
  staleAfterMs: number;
  observe?: (outcome: CacheOutcome) => void;
  /** Who shares the store, and loads nothing that another loads already. */
  fleet?: Fleet;
};

// Clocks of one fleet differ a little; what another has just loaded is not from the future.
const CLOCKS_DIFFER_MS = 1_000;

// At about 4 kB a result, 20,000 entries (which QuickLRU may double) stay below 200 MB; all places, stations included,
// are 1,800 entries, the outlines of all wards 1,450.
const MEMORY_ENTRIES = 20_000;

export function memoryStore(): CacheStore {
  const store = new Keyv<Stored>({ store: new QuickLRU({ maxSize: MEMORY_ENTRIES }), useKeyPrefix: false });
  // Values stay objects: they are read-only by convention, and (de)serialising them would be most of a warm query's cost.
  store.serialize = undefined;
  store.deserialize = undefined;
  return store;
}

/**
 * Reads through this process's memory and `store`. Identical reads at one moment are one load in the whole fleet, which goes on for as long as one
 * reader of its instance waits.
 */
export function createCache({ store, clock, standsIn, staleAfterMs, observe, fleet = alone() }: CacheOptions): Cache {
  const flights = new Map<string, Flight>();
  const by = clock.uuid();
  // Values as they were decoded. What others of the fleet have stored since is found when this is no longer fresh.
  const memory = new QuickLRU<string, Stored>({ maxSize: MEMORY_ENTRIES });

  /** `held`: what the store had, if anything; what else is found in it is newer. Throws what the asker throws who may cause no more. */
  function fly<T>({ key, freshness, load, asker, before }: ReadOptions<T>, held?: Stored): Flight {
    const running = flights.get(key);
    if (running) {
      if (asker) running.askers.add(asker);
      return running;
    }
    asker?.spend();
    const controller = new AbortController();
    const { signal } = controller;
    const askers = createAskers(asker);
    const look = async () => {
      const found = await store.get(key);
      return found && (found.by !== held?.by || found.at !== held.at) ? found : undefined;
    };
    const make = async (): Promise<Stored> => {
      const value = await load({ signal, askers });
      const stored: Stored = { value, asOf: clock.now(), at: clock.monotonic(), by };
      await before?.(value, stored.asOf);
      await store.set(key, stored, freshness.freshMs + freshness.renewMs + freshness.keepMs);
      return stored;
    };
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    const cancel = () => {
      land();
      controller.abort(new Error('nobody waits for this any more'));
    };
    const answer = once(fleet, `cache:${key}`, { look, make, signal });
    const flight: Flight = { readers: 0, askers, cancel, answer };
    flights.set(key, flight);
    flight.answer.then(
      (stored) => memory.set(key, stored),
      () => {},
    );
    // Its readers handle a failure; when all have left before it, it is nobody's unhandled rejection.
    flight.answer.then(land, land);
    return flight;
  }

  /** Goes on without its reader: the next one wants the new answer, too. Null when its asker may cause no more. */
  function renew<T>(options: ReadOptions<T>, held: Stored): Flight | null {
    try {
      const flight = fly(options, held);
      flight.readers++;
      return flight;
    } catch {
      return null;
    }
  }

  /** Another process's clock is not ours; what comes from its future, or from before ours was set back, is not young. */
  function ageOf(stored: Stored): number {
    if (stored.by === by) return clock.monotonic() - stored.at;
    const age = clock.now() - stored.asOf;
    return age < -CLOCKS_DIFFER_MS ? Number.POSITIVE_INFINITY : Math.max(0, age);
  }

  /** What may be given as it is; undefined for what is too old. */
  function given<T>(stored: Stored, options: ReadOptions<T>): Cached<T> | undefined {
    const { freshness, maxAgeMs = Number.POSITIVE_INFINITY, asker } = options;
    const { freshMs, renewMs } = freshness;
    const age = ageOf(stored);
    if (age >= Math.min(freshMs + renewMs, maxAgeMs)) return undefined;
    const isFresh = age < freshMs;
    observe?.(isFresh ? 'fresh' : 'renewing');
    asker?.hit?.();
    tell(age, options);
    if (!isFresh) renew(options, stored);
    return shown<T>(stored);
  }

  function tell(age: number, { asker, freshness: { freshMs, renewMs } }: Wanted) {
    if (!asker?.holds) return;
    const began = clock.monotonic() - age;
    asker.holds(began + freshMs, began + freshMs + renewMs);
  }

  /** The newer answer if it comes soon, else the copy in hand: also past the reader's own deadline. */
  async function newerOr<T>(held: Stored, options: ReadOptions<T>): Promise<Cached<T>> {
    const stale = () => {
      options.asker?.holds?.(0, 0);
      return { ...shown<T>(held), stale: true };
    };
    const flight = renew(options, held);
    if (!flight) return stale();
    try {
      const newer = await within(flight.answer, options.patienceMs ?? staleAfterMs, () => null);
      observe?.(newer ? 'miss' : 'stale');
      if (!newer) return stale();
      tell(ageOf(newer), options);
      return shown<T>(newer);
    } catch (error) {
      if (!standsIn(error)) throw error;
      observe?.('stale');
      return stale();
    }
  }

  async function readFurther<T>(options: ReadOptions<T>): Promise<Cached<T>> {
    const { key, signal } = options;
    const stored = await store.get(key);
    if (!stored) {
      signal?.throwIfAborted();
      const answer = await join(fly(options), signal);
      observe?.('miss');
      tell(ageOf(answer), options);
      return shown<T>(answer);
    }
    memory.set(key, stored);
    return given(stored, options) ?? newerOr(stored, options);
  }

  return {
    fresh<T>(wanted: Wanted) {
      const stored = memory.get(wanted.key);
      if (!stored) return undefined;
      const age = ageOf(stored);
      if (age >= Math.min(wanted.freshness.freshMs, wanted.maxAgeMs ?? Number.POSITIVE_INFINITY)) return undefined;
      observe?.('fresh');
      wanted.asker?.hit?.();
      tell(age, wanted);
      return shown<T>(stored);
    },
    read<T>(options: ReadOptions<T>) {
      options.signal?.throwIfAborted();
      const known = memory.get(options.key);
      const good = known && given(known, options);
      if (good) return good;
      if (options.atHand) throw NOT_AT_HAND;
      return readFurther(options);
    },
    async close() {
      for (const flight of flights.values()) flight.cancel();
    },
  };
}

const shown = <T>({ value, asOf }: Stored): Cached<T> => ({ value: value as T, asOf, stale: false });

type Flight = { readers: number; askers: Askers; cancel: () => void; answer: Promise<Stored> };

/** Waits with the others; when the last reader leaves, the load is cancelled. */
async function join(flight: Flight, signal: AbortSignal | undefined): Promise<Stored> {
  flight.readers++;
  try {
    return await unlessAborted(flight.answer, signal);
  } catch (error) {
    if (signal?.aborted && --flight.readers === 0) flight.cancel();
    throw error;
  }
}
