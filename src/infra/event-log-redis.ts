import type { EventLog, LoggedEvent } from './event-log.ts';
import { bounded, onReturn, type RedisOptions, redisClient, STORED_WITHIN_MS } from './redis.ts';

// One stream of all events and one a topic, the same id in each, so that a position means the same in both. The script
// runs as a whole or not at all: an event is never in one stream and missing in the other.
const APPEND = `
  if redis.call('EXISTS', KEYS[1]) == 1 then return false end
  local id = redis.call('XADD', KEYS[2], '*', 'key', ARGV[1], 'topic', ARGV[2], 'at', ARGV[3], 'body', ARGV[4])
  redis.call('XADD', KEYS[3], id, 'key', ARGV[1], 'topic', ARGV[2], 'at', ARGV[3], 'body', ARGV[4])
  redis.call('SET', KEYS[1], id, 'PX', ARGV[5])
  redis.call('PEXPIRE', KEYS[3], ARGV[5])
  redis.call('PUBLISH', KEYS[4], '')
  return id
`;

type Options = RedisOptions & { name: string; retentionMs: number };

/** In Redis, for any number of processes. As durable as that Redis is set to be (appendonly). */
export async function redisEventLog({ name, retentionMs, ...options }: Options): Promise<EventLog> {
  const { onError } = options;
  const client = redisClient(options);
  const listener = redisClient(options, { listening: true });
  const ask = bounded(client, STORED_WITHIN_MS, onError);
  const watchers = new Set<() => void>();
  const wakeAll = () => {
    for (const wake of watchers) wake();
  };
  // What was published while the connection was down is not repeated: look again.
  onReturn(listener, ask, () => client.ping(), wakeAll);
  const all = `gateway:${name}`;
  const topicKey = (topic: string) => `${all}:topic:${topic}`;
  const eventKey = (key: string) => `${all}:key:${key}`;
  const channel = `${all}:added`;
  // Neither waits: without Redis the gateway starts, and what needs the log fails until Redis is there.
  client.connect().catch(onError);
  listener
    .connect()
    .then(() => listener.subscribe(channel, wakeAll))
    // What came before that was told to nobody.
    .then(wakeAll)
    .catch(onError);

  const event = ({ id, message }: { id: string; message: Record<string, string> }): LoggedEvent => ({
    position: id,
    key: message.key!,
    topic: message.topic!,
    at: Number(message.at),
    body: message.body!,
  });

  return {
    async append({ key, topic, at, body }) {
      const keys = [eventKey(key), all, topicKey(topic), channel];
      const values = [key, topic, String(at), body, String(retentionMs)];
      return (await ask(() => client.eval(APPEND, { keys, arguments: values }))) !== null;
    },
    async read({ topic, after, limit }) {
      const stream = topic === undefined ? all : topicKey(topic);
      const start = after === undefined ? '-' : `(${after}`;
      return (await ask(() => client.xRange(stream, start, '+', { COUNT: limit }))).map(event);
    },
    async find(key) {
      const id = await ask(() => client.get(eventKey(key)));
      const [entry] = id === null ? [] : await ask(() => client.xRange(all, id, id));
      return entry ? event(entry) : null;
    },
    count: (topic) => ask(() => client.xLen(topic === undefined ? all : topicKey(topic))),
    last: async () => (await ask(() => client.xRevRange(all, '+', '-', { COUNT: 1 })))[0]?.id,
    watch(wake) {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
    async purge(before) {
      const old = await ask(() => client.xRange(all, '-', `(${before}-0`));
      const topics = new Set(old.map(({ message }) => message.topic!));
      for (const stream of [all, ...[...topics].map(topicKey)])
        await ask(() => client.xTrim(stream, 'MINID', `${before}-0` as never));
      // An event whose key outlived it would be taken for known, confirmed, and not be there.
      if (old.length > 0) await ask(() => client.unlink(old.map(({ message }) => eventKey(message.key!))));
    },
    async close() {
      for (const connection of [client, listener]) if (connection.isOpen) connection.destroy();
    },
  };
}
