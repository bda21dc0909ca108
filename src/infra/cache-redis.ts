import KeyvRedis from '@keyv/redis';
import Keyv from 'keyv';
import type { CacheStore, Stored } from './cache.ts';
import { bounded, COUNTED_WITHIN_MS, redisClient } from './redis.ts';
import { within } from './waiting.ts';

/** `onError` hears of every lost connection; reads then miss and writes are dropped, so the gateway goes on without it. */
export function redisStore(url: string, onError: (error: Error) => void): CacheStore {
  const client = redisClient({ url, onError });
  // A Redis that needs longer is no help: a read of the source itself takes about as long.
  const ask = bounded(client, COUNTED_WITHIN_MS, onError);
  // Here, once: it tries again for ever by itself, while the adapter would connect anew in every read, and wait for that.
  const connected = (client.connect() as Promise<unknown>).catch(onError);
  // A connection that comes up just while it is being closed would keep the process alive.
  client.unref();
  const store = new Keyv<Stored>({
    store: new KeyvRedis<Stored>(client as never, { throwOnConnectError: false, throwOnErrors: false }),
    namespace: 'gateway',
    useKeyPrefix: false,
    // Plain JSON: Keyv's own form calls whatever a value has under `toJSON`.
    serialize: JSON.stringify,
    deserialize: parsed,
  });
  store.on('error', onError);

  return {
    get: (key) => ask(() => store.get<Stored>(key)).catch(() => undefined),
    set: (key, value, keepMs) => ask(() => store.set(key, value, keepMs)).catch(() => undefined),
    // Not a polite goodbye: that waits for answers which a Redis in trouble never gives.
    disconnect: async () => {
      await within(connected, COUNTED_WITHIN_MS, () => undefined);
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
