import KeyvRedis from '@keyv/redis';
import Keyv from 'keyv';
import type { CacheStore, Stored } from './cache.ts';

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
