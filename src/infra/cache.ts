import Keyv from 'keyv';
import QuickLRU from 'quick-lru';
import type { Clock } from './clock.ts';

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

type ReadOptions<T> = {
  key: string;
  freshness: Freshness;
  /** `signal` ends when nobody waits for the answer any more. */
  load: (signal: AbortSignal) => Promise<T>;
  signal?: AbortSignal | undefined;
  /** Accept nothing older than this moment (ms since the epoch): a poller's way to ask for what is new. */
  notBefore?: number | undefined;
};

export type Cache = {
  read<T>(options: ReadOptions<T>): Promise<Cached<T>>;
  close(): Promise<void>;
};

export type CacheOutcome = 'fresh' | 'renewing' | 'stale' | 'miss';

export type Stored = { value: unknown; asOf: number };

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
  observe?: (outcome: CacheOutcome) => void;
};

// At about 4 kB a result, 20,000 entries (which QuickLRU may double) stay below 200 MB; all places, stations included,
// are 1,800 entries.
const MEMORY_ENTRIES = 20_000;

export function memoryStore(): CacheStore {
  const store = new Keyv<Stored>({ store: new QuickLRU({ maxSize: MEMORY_ENTRIES }), useKeyPrefix: false });
  // Values stay objects: they are read-only by convention, and (de)serialising them would be most of a warm query's cost.
  store.serialize = undefined;
  store.deserialize = undefined;
  return store;
}

/** Reads through `store`. Identical reads at one moment are one load, which goes on for as long as one reader waits. */
export function createCache({ store, clock, standsIn, observe }: CacheOptions): Cache {
  const flights = new Map<string, Flight>();

  function fly<T>({ key, freshness, load }: ReadOptions<T>): Flight {
    const running = flights.get(key);
    if (running) return running;
    const controller = new AbortController();
    const fetchAndStore = async (): Promise<Stored> => {
      const stored: Stored = { value: await load(controller.signal), asOf: clock.now() };
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
    const flight: Flight = { readers: 0, cancel, answer: fetchAndStore() };
    flights.set(key, flight);
    // Its readers handle a failure; when all have left before it, it is nobody's unhandled rejection.
    flight.answer.then(land, land);
    return flight;
  }

  return {
    async read<T>(options: ReadOptions<T>): Promise<Cached<T>> {
      const { key, freshness, signal, notBefore = 0 } = options;
      signal?.throwIfAborted();
      const stored = await store.get(key);
      signal?.throwIfAborted();
      const known = stored && { value: stored.value as T, asOf: stored.asOf, stale: false };
      const age = stored ? clock.now() - stored.asOf : Number.POSITIVE_INFINITY;
      if (known && known.asOf >= notBefore && age < freshness.freshMs) {
        observe?.('fresh');
        return known;
      }
      if (known && known.asOf >= notBefore && age < freshness.freshMs + freshness.renewMs) {
        observe?.('renewing');
        fly(options).readers++;
        return known;
      }
      try {
        const { value, asOf } = await join(fly(options), signal);
        observe?.('miss');
        return { value: value as T, asOf, stale: false };
      } catch (error) {
        signal?.throwIfAborted();
        if (!known || !standsIn(error)) throw error;
        observe?.('stale');
        return { ...known, stale: true };
      }
    },
    async close() {
      for (const flight of flights.values()) flight.cancel();
    },
  };
}

type Flight = { readers: number; cancel: () => void; answer: Promise<Stored> };

/** Waits with the others; when the last reader leaves, the load is cancelled. */
function join(flight: Flight, signal: AbortSignal | undefined): Promise<Stored> {
  flight.readers++;
  if (!signal) return flight.answer;
  return new Promise((resolve, reject) => {
    const leave = () => {
      if (--flight.readers === 0) flight.cancel();
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    flight.answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
