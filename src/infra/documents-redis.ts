import type { Document, DocumentListener, Documents } from './documents.ts';
import { bounded, FIRST_CONNECTION_MS, onReturn, type RedisOptions, redisClient, STORED_WITHIN_MS } from './redis.ts';
import { within } from './waiting.ts';

// Each script writes and tells in one: no version without its message, and the messages in the order of the versions.
const CREATE = `
  if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
  redis.call('HSET', KEYS[1], 'version', 1, 'body', ARGV[1])
  redis.call('PEXPIREAT', KEYS[1], ARGV[2])
  redis.call('PUBLISH', KEYS[2], '1\\n' .. ARGV[1])
  return 1
`;
const REPLACE = `
  if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return 0 end
  local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
  redis.call('HSET', KEYS[1], 'body', ARGV[2])
  redis.call('PEXPIREAT', KEYS[1], ARGV[3])
  redis.call('PUBLISH', KEYS[2], version .. '\\n' .. ARGV[2])
  return 1
`;
const DELETE = `
  local deleted = redis.call('DEL', KEYS[1])
  if deleted == 1 then redis.call('PUBLISH', KEYS[2], '') end
  return deleted
`;

/** In Redis, for any number of processes. As durable as that Redis is set to be (appendonly). */
export async function redisDocuments({ name, ...options }: RedisOptions & { name: string }): Promise<Documents> {
  const { onError } = options;
  const client = redisClient(options);
  const subscriber = redisClient(options);
  const ask = bounded(client, STORED_WITHIN_MS, onError);
  const listen = bounded(subscriber, STORED_WITHIN_MS, onError);
  const place = (key: string) => `gateway:${name}:document:${key}`;
  const channelOf = (key: string) => `gateway:${name}:changed:${key}`;
  // One subscription a key, whoever watches it here: the client's own count of listeners loses one when another of the
  // same channel leaves while it is being added.
  type Watched = { listeners: Set<DocumentListener>; listening: Promise<void> };
  const watched = new Map<string, Watched>();

  function hear(message: string, channel: string) {
    const end = message.indexOf('\n');
    const document = message === '' ? null : { version: Number(message.slice(0, end)), body: message.slice(end + 1) };
    for (const listener of watched.get(channel)?.listeners ?? []) listener.changed(document);
  }

  // Comes after the subscriptions are there again. What was published in between is not repeated.
  onReturn(
    subscriber,
    ask,
    () => client.ping(),
    () => {
      for (const { listeners } of watched.values()) for (const listener of listeners) listener.resync();
    },
  );
  const connected = Promise.all([client.connect(), subscriber.connect()]);
  connected.catch(onError);
  await within(connected, FIRST_CONNECTION_MS, () => undefined).catch(() => {});

  const run = async (script: string, key: string, values: string[]) =>
    (await ask(() => client.eval(script, { keys: [place(key), channelOf(key)], arguments: values }))) === 1;

  function leave(channel: string, entry: Watched, listener: DocumentListener) {
    entry.listeners.delete(listener);
    if (entry.listeners.size > 0 || watched.get(channel) !== entry) return;
    watched.delete(channel);
    // In vain when the connection is down, then the next one does without: nobody hears it any more.
    subscriber.unsubscribe(channel, hear).catch(() => {});
  }

  return {
    async create(key, body, expiresAt): Promise<Document | null> {
      return (await run(CREATE, key, [body, String(expiresAt)])) ? { version: 1, body } : null;
    },
    async get(key) {
      const { version, body } = await ask(() => client.hGetAll(place(key)));
      return version === undefined || body === undefined ? null : { version: Number(version), body };
    },
    replace: (key, version, body, expiresAt) => run(REPLACE, key, [String(version), body, String(expiresAt)]),
    delete: (key) => run(DELETE, key, []),
    async watch(key, listener) {
      const channel = channelOf(key);
      let entry = watched.get(channel);
      if (!entry) {
        entry = { listeners: new Set(), listening: listen(() => subscriber.subscribe(channel, hear)) };
        watched.set(channel, entry);
      }
      const own = { ...listener };
      entry.listeners.add(own);
      try {
        await entry.listening;
      } catch (error) {
        leave(channel, entry, own);
        throw error;
      }
      return () => leave(channel, entry, own);
    },
    async purge() {
      // Redis does it by itself.
    },
    async close() {
      for (const connection of [client, subscriber]) if (connection.isOpen) connection.destroy();
    },
  };
}
