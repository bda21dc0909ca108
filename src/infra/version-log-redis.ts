import { RESP_TYPES } from '@redis/client';
import { bounded, onReturn, type RedisOptions, redisClient, STORED_WITHIN_MS } from './redis.ts';
import { StorageUnavailable } from './storage-error.ts';
import type { Leaf, NewLeaf, VersionLog } from './version-log.ts';
import { checkLeaves, earlier, HASH_BYTES } from './version-log-leaves.ts';
import { A_CHUNK, APPEND, HEADER, HEADS, MARKED, VERSIONS, VERSIONS_AT } from './version-log-scripts.ts';

/** So many chunks are asked for at once: what is long is read in parts, between which others have their turn. */
const CHUNKS_AT_ONCE = 32;
const TOPICS_AT_ONCE = 500;
const EARLIER = -1;
const INCOMPLETE = -2;

type Packed = Omit<Leaf, 'topic'> & { number: number };

/** In Redis, for any number of processes. As durable as that Redis is set to be (appendonly). */
export async function redisVersionLog({ name, ...options }: RedisOptions & { name: string }): Promise<VersionLog> {
  const { onError } = options;
  const client = redisClient(options);
  const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  const ask = bounded(client, STORED_WITHIN_MS, onError);
  const all = `gateway:${name}`;
  const channel = `${all}:added`;
  const added = listen(options, channel, ask, () => client.ping());
  // Not waited for: without Redis the gateway starts, and what needs the log fails until Redis is there.
  client.connect().catch(onError);

  const run = <T>(script: string, values: readonly (string | number | Buffer)[]) =>
    ask(() =>
      binary.eval(script, {
        keys: [all, channel],
        arguments: values.map((value) => (typeof value === 'number' ? String(value) : value)),
      }),
    ) as Promise<T>;
  const size = async () => Number((await ask(() => client.get(`${all}:size`))) ?? 0);

  async function named(leaves: readonly Packed[]): Promise<Leaf[]> {
    const numbers = [...new Set(leaves.map(({ number }) => String(number)))];
    if (numbers.length === 0) return [];
    const names = await ask(() => client.hmGet(`${all}:names`, numbers));
    const nameOf = new Map(numbers.map((number, i) => [Number(number), names[i] ?? lost('names')]));
    return leaves.map(({ number, ...leaf }) => ({ ...leaf, topic: nameOf.get(number)! }));
  }

  /** Reads these places of the chunks that hold them, some chunks at once. What the size promises is there, or lost. */
  async function inChunks<T>(from: number, count: number, read: (part: Part) => Promise<T>): Promise<T[]> {
    // Asked first: what is appended meanwhile is no part of it.
    const end = Math.min(from + count, await size());
    const found: T[] = [];
    for (let at = from; at < end; ) {
      const parts: Part[] = [];
      for (; at < end && parts.length < CHUNKS_AT_ONCE; at = parts.at(-1)!.end) parts.push(partAt(at, end));
      found.push(...(await Promise.all(parts.map(read))));
    }
    return found;
  }

  return {
    async append(leaves) {
      checkLeaves(leaves);
      if (leaves.length === 0) return [];
      const answer = await run<number[] | number>(APPEND, leaves.flatMap(asArguments));
      if (answer === EARLIER) throw earlier();
      if (answer === INCOMPLETE) lost('its last leaves');
      return (answer as number[]).map((index) => (index < 0 ? null : index));
    },
    async heads(topics) {
      const heads: number[] = [];
      for (let i = 0; i < topics.length; i += TOPICS_AT_ONCE)
        heads.push(...(await run<number[]>(HEADS, topics.slice(i, i + TOPICS_AT_ONCE))));
      return topics.map((_, i) => ({ versions: heads[2 * i]!, at: heads[2 * i + 1]! }));
    },
    async versions(topic, versions) {
      const wanted = versions.filter((version) => Number.isSafeInteger(version) && version > 0);
      const found = await run<(number | Buffer | null)[]>(VERSIONS, [topic, ...wanted]);
      const leaves: Leaf[] = [];
      for (let i = 0; i < found.length; i += 2) {
        const { number: _, ...leaf } = unpack((found[i + 1] as Buffer | null) ?? lost('leaves'), found[i] as number);
        leaves.push({ ...leaf, topic });
      }
      return leaves;
    },
    async versionsAt(topic, instants) {
      const answer = await run<number[] | number>(VERSIONS_AT, [topic, ...instants]);
      return answer === INCOMPLETE ? lost('instants') : (answer as number[]);
    },
    marked: (topic, limit, before = Number.MAX_SAFE_INTEGER) => run(MARKED, [topic, limit, before]),
    async read(from, limit) {
      const read = await inChunks(from, limit, async ({ chunk, first, last, start }) => {
        const leaves = await ask(() => binary.lRange(`${all}:leaves:${chunk}`, first, last));
        if (leaves.length <= last - first) lost('leaves');
        return leaves.map((leaf, i) => unpack(leaf, start + i));
      });
      return named(read.flat());
    },
    async hashes(from, count) {
      const read = await inChunks(from, count, async ({ chunk, first, last }) => {
        const end = (last + 1) * HASH_BYTES;
        const hashes = await ask(() => binary.getRange(`${all}:hashes:${chunk}`, first * HASH_BYTES, end - 1));
        return hashes?.length === end - first * HASH_BYTES ? hashes : lost('hashes');
      });
      return Buffer.concat(read);
    },
    size,
    async topics(from, limit) {
      const count = Math.min(await ask(() => client.hLen(`${all}:names`)), from + limit) - from;
      if (count <= 0) return [];
      const numbers = Array.from({ length: count }, (_, i) => String(from + i));
      return (await ask(() => client.hmGet(`${all}:names`, numbers))).map((topic) => topic ?? lost('names'));
    },
    keptTile: (tile) => ask(() => binary.hGet(`${all}:tiles`, tile)),
    async keepTile(tile, bytes) {
      await ask(() => client.hSetNX(`${all}:tiles`, tile, asBuffer(bytes)));
    },
    watch: added.watch,
    async close() {
      added.close();
      if (client.isOpen) client.destroy();
    },
  };
}

/** What is said on the channel, and that it may have been missed. */
function listen(options: RedisOptions, channel: string, ask: ReturnType<typeof bounded>, ping: () => Promise<unknown>) {
  const listener = redisClient(options, { listening: true });
  const watchers = new Set<() => void>();
  const wakeAll = () => {
    for (const wake of watchers) wake();
  };
  // What was published while the connection was down is not repeated: look again.
  onReturn(listener, ask, ping, wakeAll);
  listener
    .connect()
    .then(() => listener.subscribe(channel, wakeAll))
    // What came before that was told to nobody.
    .then(wakeAll)
    .catch(options.onError);
  return {
    watch(wake: () => void) {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
    close() {
      if (listener.isOpen) listener.destroy();
    },
  };
}

/** Of a Redis that evicts keys, or was emptied in part. */
function lost(what: string): never {
  throw new StorageUnavailable(`Redis has lost a part of the log: ${what}`);
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array) => Buffer.from(buffer, byteOffset, byteLength);

const asArguments = ({ topic, version, at, marks, hash, body }: NewLeaf) => [
  topic,
  version,
  at,
  marks,
  asBuffer(hash),
  asBuffer(body),
];

function unpack(packed: Buffer, index: number): Packed {
  return {
    index,
    number: packed.readUInt32BE(0),
    version: packed.readUInt32BE(4),
    at: packed.readUIntBE(8, 6),
    marks: packed.readUInt8(14),
    body: packed.subarray(HEADER),
  };
}

/** Of a range of places what lies in one chunk: `first` to `last` there, and `start` up to `end` of all. */
type Part = { chunk: number; first: number; last: number; start: number; end: number };

function partAt(start: number, beyond: number): Part {
  const chunk = Math.floor(start / A_CHUNK);
  const end = Math.min(beyond, (chunk + 1) * A_CHUNK);
  return { chunk, first: start % A_CHUNK, last: (end - 1) % A_CHUNK, start, end };
}
