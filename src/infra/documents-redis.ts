import { atPlace, type Document, type DocumentListener, type Documents, type Listed, placeOf } from './documents.ts';
import { bounded, FIRST_CONNECTION_MS, onReturn, type RedisOptions, redisClient, STORED_WITHIN_MS } from './redis.ts';
import { within } from './waiting.ts';

/**
 * A list is the set of places of each group, all of equal score and so in the order of their texts; when each ends; and in
 * which group each is. As many keys as there are groups: their names are made here, which only a cluster would mind.
 */
const LISTS = `
  local function leave(list, place)
    local group = redis.call('HGET', list .. ':groups', place)
    if not group then return end
    redis.call('HDEL', list .. ':groups', place)
    redis.call('ZREM', list .. ':ends', place)
    redis.call('ZREM', list .. ':in:' .. group, place)
  end
  local function enter(list, place, group, ends)
    leave(list, place)
    redis.call('HSET', list .. ':groups', place, group)
    redis.call('ZADD', list .. ':ends', ends, place)
    redis.call('ZADD', list .. ':in:' .. group, 0, place)
    local last = redis.call('ZREVRANGE', list .. ':ends', 0, 0, 'WITHSCORES')[2]
    for _, key in ipairs({':groups', ':ends', ':in:' .. group}) do redis.call('PEXPIREAT', list .. key, last) end
  end
`;
// Each script writes and tells in one: no version without its message, and the messages in the order of the versions.
const CREATE = `${LISTS}
  if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
  redis.call('HSET', KEYS[1], 'version', 1, 'body', ARGV[1])
  redis.call('PEXPIREAT', KEYS[1], ARGV[2])
  redis.call('PUBLISH', KEYS[2], '1\\n' .. ARGV[1])
  if KEYS[3] then enter(KEYS[3], ARGV[3], ARGV[4], ARGV[5]) end
  return 1
`;
const REPLACE = `${LISTS}
  if redis.call('HGET', KEYS[1], 'version') ~= ARGV[1] then return 0 end
  local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
  redis.call('HSET', KEYS[1], 'body', ARGV[2])
  redis.call('PEXPIREAT', KEYS[1], ARGV[3])
  redis.call('PUBLISH', KEYS[2], version .. '\\n' .. ARGV[2])
  if KEYS[3] then enter(KEYS[3], ARGV[4], ARGV[5], ARGV[6]) end
  return 1
`;
const DELETE = `${LISTS}
  local deleted = redis.call('DEL', KEYS[1])
  if deleted == 1 then redis.call('PUBLISH', KEYS[2], '') end
  if KEYS[3] then leave(KEYS[3], ARGV[1]) end
  return deleted
`;
// Of each group no more than the page may hold, and of those the first: the list at one moment.
const LIST = `${LISTS}
  local list, prefix, after, first = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
  local time = redis.call('TIME')
  local now = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))
  for _, place in ipairs(redis.call('ZRANGEBYSCORE', list .. ':ends', '-inf', now)) do leave(list, place) end
  local total, found = 0, {}
  for index = 4, #ARGV do
    local group = list .. ':in:' .. ARGV[index]
    total = total + redis.call('ZCARD', group)
    for _, place in ipairs(redis.call('ZREVRANGEBYLEX', group, after, '-', 'LIMIT', 0, first + 1)) do
      found[#found + 1] = place
    end
  end
  table.sort(found, function(one, other) return one > other end)
  local page = {}
  for index = 1, math.min(first, #found) do
    local document = redis.call('HMGET', prefix .. string.sub(found[index], string.find(found[index], '/') + 1), 'version', 'body')
    page[index] = {found[index], document[1], document[2]}
  end
  return {total, #found > first and 1 or 0, page}
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

  const listKey = (list: string) => `gateway:${name}:list:${list}`;

  /** `values` of the script, then those of the place in the list. */
  const run = async (
    script: string,
    key: string,
    values: string[],
    listed?: Pick<Listed, 'list' | 'at'> & Partial<Listed>,
  ) => {
    const keys = [place(key), channelOf(key)];
    if (!listed) return (await ask(() => client.eval(script, { keys, arguments: values }))) === 1;
    const { list, at, group = '', until = 0 } = listed;
    const given = { keys: [...keys, listKey(list)], arguments: [...values, placeOf(at, key), group, String(until)] };
    return (await ask(() => client.eval(script, given))) === 1;
  };

  function leave(channel: string, entry: Watched, listener: DocumentListener) {
    entry.listeners.delete(listener);
    if (entry.listeners.size > 0 || watched.get(channel) !== entry) return;
    watched.delete(channel);
    // In vain when the connection is down, then the next one does without: nobody hears it any more.
    subscriber.unsubscribe(channel, hear).catch(() => {});
  }

  return {
    async create(key, body, expiresAt, listed): Promise<Document | null> {
      return (await run(CREATE, key, [body, String(expiresAt)], listed)) ? { version: 1, body } : null;
    },
    async get(key) {
      const { version, body } = await ask(() => client.hGetAll(place(key)));
      return version === undefined || body === undefined ? null : { version: Number(version), body };
    },
    replace: (key, version, body, expiresAt, listed) =>
      run(REPLACE, key, [String(version), body, String(expiresAt)], listed),
    delete: (key, listed) => run(DELETE, key, [], listed),
    async list(list, { groups, after, first }) {
      const from = after ? `(${placeOf(after.at, after.key)}` : '+';
      const given = { keys: [listKey(list)], arguments: [place(''), from, String(first), ...groups] };
      type Row = [place: string, version: string | null, body: string | null];
      const [total, more, rows] = (await ask(() => client.eval(LIST, given))) as [number, number, Row[]];
      const documents = rows.flatMap(([place, version, body]) =>
        version === null || body === null ? [] : [{ ...atPlace(place), version: Number(version), body }],
      );
      return { documents, total, more: more === 1 };
    },
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
