import KeyvRedis from '@keyv/redis';
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

type Stored = { value: unknown; asOf: number };

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

// A Redis that needs longer is no help: a read of the source itself takes about as long.
const REDIS_WAIT_MS = 250;

/** `onError` hears of every lost connection; reads then miss and writes are dropped, so the gateway goes on without it. */
export function redisStore(url: string, onError: (error: Error) => void): CacheStore {
  const adapter = new KeyvRedis<Stored>(
    { url, disableOfflineQueue: true, socket: { reconnectStrategy: (tries: number) => Math.min(tries * 100, 3_000) } },
    { throwOnConnectError: false, throwOnErrors: false },
  );
  const { client } = adapter;
  client.on('error', onError);
  // Here, once: it tries again for ever by itself, while the adapter would connect anew in every read, and wait for that.
  const connected = (client.connect() as Promise<unknown>).catch(onError);
  // A connection that comes up just while it is being closed would keep the process alive.
  if ('unref' in client) client.unref();
  const store = new Keyv<Stored>({
    store: adapter,
    namespace: 'gateway',
    useKeyPrefix: false,
    // Plain JSON: Keyv's own form calls whatever a value has under `toJSON`.
    serialize: JSON.stringify,
    deserialize: parsed,
  });
  store.on('error', onError);

  async function within<T>(work: Promise<T>): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        onError(new Error('Redis does not answer'));
        resolve(undefined);
      }, REDIS_WAIT_MS);
    });
    return Promise.race([work, patience]).finally(() => clearTimeout(timer));
  }

  return {
    get: (key) => within(store.get(key)),
    set: (key, value, keepMs) => within(store.set(key, value, keepMs)),
    // Not a polite goodbye: that waits for answers which a Redis in trouble never gives.
    disconnect: async () => {
      await within(connected);
      if (client.isOpen) client.destroy();
    },
  };
}

/** What cannot be read is not there. */
function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
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
      await store.disconnect();
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
