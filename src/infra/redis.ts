import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { StorageUnavailable } from './storage-error.ts';
import { within } from './waiting.ts';

/** The longest that a caller waits for what only counts or caches, and for what must be stored. */
export const COUNTED_WITHIN_MS = 250;
export const STORED_WITHIN_MS = 2_000;
/** The longest that a start waits for the first connection: without Redis the gateway starts, and what needs it fails. */
export const FIRST_CONNECTION_MS = 2_000;
const MOST_BETWEEN_TRIES_MS = 1_000;

export type RedisOptions = { url: string; onError: (error: Error) => void };
type Kind = {
  /** `blocking`: asks questions that Redis answers after up to ten seconds, and waits for a lost Redis to return. */
  blocking?: boolean;
  /** Keeps its subscriptions while the connection is down. */
  listening?: boolean;
};

/** The one way to Redis. Tries again for ever; what is asked while there is no connection fails at once. */
export function redisClient({ url, onError }: RedisOptions, { blocking = false, listening = false }: Kind = {}) {
  const client = createClient({
    url,
    disableOfflineQueue: !blocking && !listening,
    // A silent connection is asked now and then, and given up when it does not answer: a listener would wait for ever.
    pingInterval: blocking ? 0 : 3_000,
    socket: {
      reconnectStrategy: (tries: number) => Math.min(tries * 100, MOST_BETWEEN_TRIES_MS),
      connectTimeout: 2_000,
      socketTimeout: blocking ? 20_000 : 10_000,
    },
  });
  client.on('error', onError);
  return client;
}

type Client = Pick<ReturnType<typeof redisClient>, 'on'>;
type Listener = Pick<ReturnType<typeof redisClient>, 'on' | 'isReady'>;
export type Ask = <T>(command: () => Promise<T>) => Promise<T>;

/**
 * A wait is counted in so many parts, each of which lets this process read what has come: while it was busy with other
 * things, an answer that lies here unread is not late. A short wait may so become as long as this, a longer one no longer.
 */
const SLICES = 5;
const BUSY_MS = 1_000;

/**
 * Bounds the wait for an answer. After one that did not come in time the next are refused at once, until Redis has said
 * something again: a request with ten questions does not wait ten times. Whatever fails is `StorageUnavailable`.
 */
export function bounded(client: Client, ms: number, onError: (error: Error) => void): Ask {
  let silent = false;
  const speaks = () => {
    silent = false;
  };
  client.on('ready', speaks);
  return async (command) => {
    if (silent) throw new StorageUnavailable('Redis does not answer');
    try {
      const answer = command();
      const held = answer.then((value) => ({ value }));
      const began = performance.now();
      for (let slice = 0; slice < SLICES && performance.now() - began < Math.max(ms, BUSY_MS); slice++) {
        const answered = await within(held, ms / SLICES, () => null);
        if (answered) return answered.value;
      }
      silent = true;
      // Fails, too, when the connection is given up: the next one begins anew.
      answer.then(speaks, speaks);
      const late = new StorageUnavailable('Redis did not answer in time');
      onError(late);
      throw late;
    } catch (error) {
      if (error instanceof StorageUnavailable) throw error;
      const { code, name } = error as NodeJS.ErrnoException;
      throw new StorageUnavailable(`Redis: ${code ?? name}`, error);
    }
  };
}

const BETWEEN_PINGS_MS = 100;

/**
 * Calls `back` each time that the listening connection is there again, once the asking one answers as well: of two
 * connections to one Redis one returns first, and whoever is told to read again must be able to.
 */
export function onReturn(listener: Listener, ask: Ask, ping: () => Promise<unknown>, back: () => void): void {
  listener.on('ready', async () => {
    const answers = () => ask(ping).then(Boolean, () => false);
    while (!(await answers())) {
      // Lost again, or closed: there is another return, or none.
      if (!listener.isReady) return;
      await wait(BETWEEN_PINGS_MS);
    }
    back();
  });
}
