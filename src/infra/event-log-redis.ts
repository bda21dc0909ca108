import { createClient } from '@redis/client';
import type { EventLog, LoggedEvent } from './event-log.ts';

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

type Options = { url: string; name: string; retentionMs: number; onError: (error: Error) => void };

/** In Redis, for any number of processes. As durable as that Redis is set to be (appendonly). */
export async function redisEventLog({ url, name, retentionMs, onError }: Options): Promise<EventLog> {
  const reconnectStrategy = (tries: number) => Math.min(tries * 100, 3_000);
  const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy, connectTimeout: 2_000 } });
  const listener = client.duplicate({ disableOfflineQueue: false });
  const watchers = new Set<() => void>();
  const wakeAll = () => {
    for (const wake of watchers) wake();
  };
  client.on('error', onError);
  listener.on('error', onError);
  // What was published while the connection was down is not repeated: look again.
  listener.on('ready', wakeAll);
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
      const added = await client.eval(APPEND, {
        keys: [eventKey(key), all, topicKey(topic), channel],
        arguments: [key, topic, String(at), body, String(retentionMs)],
      });
      return added !== null;
    },
    async read({ topic, after, limit }) {
      const stream = topic === undefined ? all : topicKey(topic);
      return (await client.xRange(stream, after === undefined ? '-' : `(${after}`, '+', { COUNT: limit })).map(event);
    },
    async find(key) {
      const id = await client.get(eventKey(key));
      const [entry] = id === null ? [] : await client.xRange(all, id, id);
      return entry ? event(entry) : null;
    },
    count: (topic) => client.xLen(topic === undefined ? all : topicKey(topic)),
    last: async () => (await client.xRevRange(all, '+', '-', { COUNT: 1 }))[0]?.id,
    watch(wake) {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
    async purge(before) {
      const old = await client.xRange(all, '-', `(${before}-0`);
      const topics = new Set(old.map(({ message }) => message.topic!));
      for (const stream of [all, ...[...topics].map(topicKey)])
        await client.xTrim(stream, 'MINID', `${before}-0` as never);
      // An event whose key outlived it would be taken for known, confirmed, and not be there.
      if (old.length > 0) await client.unlink(old.map(({ message }) => eventKey(message.key!)));
    },
    async close() {
      client.destroy();
      listener.destroy();
    },
  };
}
