import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/infra/clock.ts';
import { DataDirInUse } from '../../src/infra/sqlite.ts';
import { StorageUnavailable } from '../../src/infra/storage-error.ts';
import type { Leaf, NewLeaf, VersionLog } from '../../src/infra/version-log.ts';
import { redisVersionLog } from '../../src/infra/version-log-redis.ts';
import { sqliteVersionLog } from '../../src/infra/version-log-sqlite.ts';
import { canStartRedis, forgetKeys, ownRedis, redisUrl, until } from './own-redis.ts';

const redis = await redisUrl();

/** A log of its own for each test; `again` opens the same one a second time, as another process or after a restart. */
type Opened = { log: VersionLog; again: (() => Promise<VersionLog>) | null };
type Open = () => Promise<Opened>;

const keep = (log: VersionLog) => {
  onTestFinished(() => log.close().catch(() => {}));
  return log;
};
const answers = (log: VersionLog) => () =>
  log.size().then(
    () => true,
    () => false,
  );

async function openFile(): Promise<Opened> {
  const dir = mkdtempSync(join(tmpdir(), 'versions-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const log = keep(sqliteVersionLog(dir, 'versions'));
  // Its file is for one owner.
  const again = async () => {
    await log.close();
    return keep(sqliteVersionLog(dir, 'versions'));
  };
  return { log, again };
}

async function openRedis(url: string, name = `test-${systemClock.uuid()}`): Promise<Opened> {
  const open = async () => {
    const log = keep(await redisVersionLog({ url, name, onError: () => {} }));
    await until(answers(log));
    return log;
  };
  if (url === redis) onTestFinished(() => forgetKeys(`gateway:${name}*`));
  return { log: await open(), again: open };
}

const ADAPTERS: [name: string, open: Open, there: boolean][] = [
  ['SQLite in a file', openFile, true],
  ['SQLite in memory', async () => ({ log: keep(sqliteVersionLog(null, 'versions')), again: null }), true],
  ['Redis', () => openRedis(redis!), redis !== null],
];

const hashOf = (text: string) => createHash('sha256').update(text).digest();
const leaf = (topic: string, version: number, more: Partial<NewLeaf> = {}): NewLeaf => ({
  topic,
  version,
  at: 1_700_000_000_000 + version,
  body: Buffer.from(`${topic} ${version}`),
  hash: hashOf(`${topic} ${version}`),
  marks: 0,
  ...more,
});
/** Versions 1 to `count` of one topic, in one batch. */
const fill = (
  log: VersionLog,
  topic: string,
  count: number,
  more: (version: number) => Partial<NewLeaf> = () => ({}),
) => log.append(Array.from({ length: count }, (_, i) => leaf(topic, i + 1, more(i + 1))));

const plain = (leaves: readonly Leaf[]) => leaves.map(({ body, ...rest }) => ({ ...rest, body: Buffer.from(body) }));
/** As the log should give them back. */
const stored = (leaves: readonly NewLeaf[], first = 0) =>
  leaves.map(({ hash: _, body, ...rest }, i) => ({ ...rest, body: Buffer.from(body), index: first + i }));

describe.each(ADAPTERS)('%s', (name, open, there) => {
  it.skipIf(!there)('has nothing of what was never appended', async () => {
    const { log } = await open();
    expect(await log.append([])).toEqual([]);
    expect(await log.heads(['a', 'b'])).toEqual([
      { versions: 0, at: 0 },
      { versions: 0, at: 0 },
    ]);
    expect(await log.heads([])).toEqual([]);
    expect([await log.size(), await log.read(0, 9), await log.topics(0, 9), await log.marked('a', 9)]).toEqual([
      ...[0, [], [], []],
    ]);
    expect(await log.versions('a', [1, 2])).toEqual([]);
    expect(await log.versionsAt('a', [0, 1e15])).toEqual([0, 0]);
    expect(await log.hashes(0, 9)).toHaveLength(0);
    expect(await log.keptTile('0/0')).toBeNull();
  });

  it.skipIf(!there)('gives back any body and any topic as it was', async () => {
    const { log } = await open();
    const leaves = [
      leaf('élection 🗳️', 1, { body: new Uint8Array(0), at: 0 }),
      leaf('12', 1, { body: Uint8Array.from({ length: 256 }, (_, i) => i), at: 2 ** 48 - 1, marks: 255 }),
      leaf('a:b{c}\n\u0001d', 1, { body: Buffer.alloc(60_000, 'é\u0000'), hash: Buffer.alloc(32, 0xff) }),
      // A view of a part of what it lies in.
      leaf('', 1, { body: Buffer.from('all of it').subarray(4, 6), hash: Buffer.alloc(64, 7).subarray(32) }),
    ];
    expect(await log.append(leaves)).toEqual([0, 1, 2, 3]);
    expect(plain(await log.read(0, 9))).toEqual(stored(leaves));
    expect(await log.topics(0, 9)).toEqual(leaves.map(({ topic }) => topic));
    for (const [i, { topic, at, hash }] of leaves.entries()) {
      expect(plain(await log.versions(topic, [1]))).toEqual([stored(leaves)[i]]);
      expect(await log.heads([topic])).toEqual([{ versions: 1, at }]);
      expect(Buffer.from(await log.hashes(i, 1))).toEqual(Buffer.from(hash));
    }
  });

  it.skipIf(!there)('takes the next version of each topic alone, and the rest of the batch with it', async () => {
    const { log } = await open();
    expect(await log.append([leaf('a', 1), leaf('a', 2), leaf('b', 1)])).toEqual([0, 1, 2]);
    expect(
      await log.append([leaf('a', 2), leaf('b', 2), leaf('a', 4), leaf('a', 3), leaf('c', 2), leaf('a', 4)]),
    ).toEqual([null, 3, null, 4, null, 5]);
    expect(await log.append([leaf('a', 1), leaf('c', 3)])).toEqual([null, null]);
    const found = await log.read(0, 9);
    expect(found.map(({ topic, version, index }) => `${index} ${topic} ${version}`)).toEqual([
      ...['0 a 1', '1 a 2', '2 b 1', '3 b 2', '4 a 3', '5 a 4'],
    ]);
    expect((await log.heads(['c', 'a', 'b', 'a'])).map(({ versions }) => versions)).toEqual([0, 4, 2, 4]);
    expect([await log.size(), await log.topics(0, 9)]).toEqual([6, ['a', 'b']]);
  });

  it.skipIf(!there)('takes each version once, also when fifty come with it at once', async () => {
    const { log } = await open();
    const taken = await Promise.all(
      Array.from({ length: 50 }, (_, i) => log.append([leaf('a', 1, { body: Buffer.from([i]) }), leaf(`b${i}`, 1)])),
    );
    const winner = taken.findIndex(([index]) => index !== null);
    expect(taken.filter(([index]) => index !== null)).toHaveLength(1);
    expect((await log.versions('a', [1]))[0]!.body[0]).toBe(winner);
    expect(new Set(taken.flat().filter((index) => index !== null))).toEqual(new Set(Array(51).keys()));
  });

  it.skipIf(!there)(
    'refuses what it could not give back, with the name of the field, and takes nothing of it',
    async () => {
      const { log } = await open();
      await log.append([leaf('a', 1, { at: 1_000 })]);
      const good = leaf('good', 1);
      for (const [field, bad] of [
        ['at', leaf('a', 2, { at: 999 })],
        ['at', leaf('a', 2, { at: -1 })],
        ['at', leaf('a', 2, { at: 1_000.5 })],
        ['at', leaf('a', 2, { at: 2 ** 48 })],
        ['at', leaf('a', 2, { at: Number.NaN })],
        ['version', leaf('b', 0)],
        ['version', leaf('b', 1.5)],
        ['version', leaf('b', 2 ** 32)],
        ['marks', leaf('b', 1, { marks: 256 })],
        ['marks', leaf('b', 1, { marks: -1 })],
        ['hash', leaf('b', 1, { hash: Buffer.alloc(31) })],
      ] as const)
        await expect(log.append([good, bad])).rejects.toThrow(new RegExp(`^${field}: `));
      await expect(log.append([leaf('c', 1, { at: 10 }), leaf('c', 2, { at: 9 })])).rejects.toThrow(RangeError);
      // What was refused is no reason to refuse what comes at the same time.
      const [refused, taken] = await Promise.allSettled([log.append([leaf('a', 2, { at: 1 })]), log.append([good])]);
      expect([refused.status, taken]).toEqual(['rejected', { status: 'fulfilled', value: [1] }]);
      expect([await log.size(), await log.topics(0, 9)]).toEqual([2, ['a', 'good']]);
    },
  );

  it.skipIf(!there)('gives the versions that are asked, in the order asked', async () => {
    const { log } = await open();
    for (let version = 1; version <= 300; version++) await log.append([leaf('a', version), leaf('b', version)]);
    expect((await log.versions('a', [300, 1, 7, 301, 0, -1, 1.5, 7])).map(({ version }) => version)).toEqual([
      ...[300, 1, 7, 7],
    ]);
    expect(await log.versions('a', [])).toEqual([]);
    const all = Array.from({ length: 300 }, (_, i) => i + 1);
    const found = await log.versions('b', all);
    expect(plain(found)).toEqual(
      all.map((version) => ({ ...stored([leaf('b', version)])[0]!, index: 2 * version - 1 })),
    );
  });

  it.skipIf(!there)('knows which version was in force, at and between instants', async () => {
    const { log } = await open();
    const instants = [10, 20, 20, 20, 30, 50];
    await log.append([leaf('other', 1, { at: 5 })]);
    await fill(log, 'a', 6, (version) => ({ at: instants[version - 1]! }));
    const asked = [0, 9, 10, 11, 19, 20, 21, 29, 30, 49, 50, 51, 1e15, -1, 29.5];
    expect(await log.versionsAt('a', asked)).toEqual([0, 0, 1, 1, 1, 4, 4, 4, 5, 5, 6, 6, 6, 0, 4]);
    expect(await log.versionsAt('a', [50, 10, 50])).toEqual([6, 1, 6]);
    expect(await log.versionsAt('a', [])).toEqual([]);
    expect(await log.heads(['a'])).toEqual([{ versions: 6, at: 50 }]);
  });

  it.skipIf(!there)('knows that of long histories as well, whatever lies on the border of two blocks', async () => {
    const { log } = await open();
    // Two versions an instant, and four around the first border.
    const at = (version: number) => (version >= 255 && version <= 258 ? 255 : version - (version % 2));
    for (const count of [255, 256, 257, 258, 512, 513, 514, 1_100]) {
      const topic = `${count} versions`;
      await fill(log, topic, count, (version) => ({ at: at(version) }));
      const asked = Array.from({ length: count + 5 }, (_, i) => i);
      const expected = asked.map((instant) => asked.findLast((v) => v > 0 && v <= count && at(v) <= instant) ?? 0);
      expect(await log.versionsAt(topic, asked), topic).toEqual(expected);
    }
  });

  it.skipIf(!there)('finds what is marked, newest first', async () => {
    const { log } = await open();
    await fill(log, 'a', 600, (version) => ({ marks: version % 100 === 0 ? 1 + (version % 7) : 0 }));
    await fill(log, 'none', 5);
    expect(await log.marked('a', 9)).toEqual([600, 500, 400, 300, 200, 100]);
    expect(await log.marked('a', 2)).toEqual([600, 500]);
    expect(await log.marked('a', 2, 500)).toEqual([400, 300]);
    expect(await log.marked('a', 9, 201)).toEqual([200, 100]);
    expect(await log.marked('a', 9, 100)).toEqual([]);
    expect(await log.marked('a', 9, 10_000)).toHaveLength(6);
    expect(await log.marked('a', 0)).toEqual([]);
    expect([await log.marked('none', 9), await log.marked('unheard of', 9)]).toEqual([[], []]);
  });

  it.skipIf(!there)('reads on from any leaf, hashes too, over the borders of its chunks', async () => {
    const { log } = await open();
    const leaves: NewLeaf[] = [];
    const hashes = () => Buffer.concat(leaves.map(({ hash }) => hash));
    for (const count of [255, 1, 1, 255, 1, 8_200]) {
      const batch = Array.from({ length: count }, (_, i) => {
        const n = leaves.length + i;
        return leaf(`t${n % 3}`, Math.floor(n / 3) + 1, { body: Buffer.from([n % 251]) });
      });
      leaves.push(...batch);
      expect(await log.append(batch)).toEqual(batch.map((_, i) => leaves.length - count + i));
      expect(await log.size()).toBe(leaves.length);
      for (const from of [0, 1, 254, 255, 256, 257, 511, 512, 513, leaves.length - 1, leaves.length]) {
        for (const limit of [1, 2, 255, 256, 257, 10_000]) {
          const expected = hashes().subarray(from * 32, (from + limit) * 32);
          expect(Buffer.from(await log.hashes(from, limit)).equals(expected), `${from} ${limit}`).toBe(true);
        }
        const page = plain(await log.read(from, 258));
        expect(page).toEqual(stored(leaves.slice(from, from + 258), from));
      }
    }
    expect(await log.read(0, 0)).toEqual([]);
    expect(await log.hashes(3, 0)).toHaveLength(0);
    expect(await log.read(leaves.length + 5, 9)).toEqual([]);
    expect(await log.read(0, 20_000)).toHaveLength(leaves.length);
  });

  it.skipIf(!there)('lists topics in the order in which they came', async () => {
    const { log } = await open();
    const names = Array.from({ length: 1_200 }, (_, i) => `topic ${(i * 7) % 1_200}`);
    await log.append(names.map((topic) => leaf(topic, 1)));
    await log.append(names.toReversed().map((topic) => leaf(topic, 2)));
    expect(await log.topics(0, 5_000)).toEqual(names);
    expect(await log.topics(1_000, 3)).toEqual(names.slice(1_000, 1_003));
    expect([await log.topics(1_200, 3), await log.topics(0, 0)]).toEqual([[], []]);
    expect((await log.heads([...names, 'none'])).map(({ versions }) => versions)).toEqual([...names.map(() => 2), 0]);
  });

  it.skipIf(!there)('keeps tiles', async () => {
    const { log } = await open();
    const tile = Uint8Array.from({ length: 8_192 }, (_, i) => i);
    await log.keepTile('1/0', tile);
    await log.keepTile('1/0', tile);
    await log.keepTile('1/1', new Uint8Array(32));
    expect(Buffer.from((await log.keptTile('1/0'))!)).toEqual(Buffer.from(tile));
    expect(await log.keptTile('1/1')).toHaveLength(32);
    expect(await log.keptTile('2/0')).toBeNull();
  });

  it.skipIf(!there)('wakes who watches after each append, until told to stop', async () => {
    const { log } = await open();
    let woken = 0;
    let next = Promise.withResolvers<void>();
    const stop = log.watch(() => {
      woken++;
      next.resolve();
    });
    for (let version = 1; version <= 3; version++) {
      next = Promise.withResolvers();
      await log.append([leaf('a', version)]);
      await next.promise;
    }
    stop();
    const before = woken;
    // Another watcher tells when the next one has made its way.
    const other = Promise.withResolvers<void>();
    log.watch(() => other.resolve());
    await log.append([leaf('a', 4)]);
    await other.promise;
    expect(woken).toBe(before);
  });

  const lasts = name !== 'SQLite in memory';
  (lasts ? it.skipIf(!there) : () => {})('is there when it is opened again, and fails once it is closed', async () => {
    const { log, again } = await open();
    await fill(log, 'a', 300, (version) => ({ marks: version === 7 ? 2 : 0 }));
    await log.keepTile('1/0', new Uint8Array(32));
    const before = { leaves: await log.read(0, 300), hashes: await log.hashes(0, 300) };
    await log.close();
    await log.close();
    await expect(log.size()).rejects.toThrow();
    await expect(log.append([leaf('a', 301)])).rejects.toThrow();
    const later = await again!();
    expect({ leaves: await later.read(0, 300), hashes: await later.hashes(0, 300) }).toEqual(before);
    expect([await later.marked('a', 9), await later.keptTile('1/0')]).toEqual([[7], expect.anything()]);
    expect(await later.append([leaf('a', 300), leaf('a', 301)])).toEqual([null, 300]);
  });

  it.skipIf(!there)('does what a plain list does, whatever comes in whatever order', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(operations, async (run) => {
        const { log } = await open();
        const model = list();
        for (const operation of run) await operation(log, model);
        await log.close();
      }),
      { numRuns: 40 },
    );
  });
});

/** The log, as one would write it who has all of it in memory and no hurry. */
function list() {
  const all: (NewLeaf & { index: number })[] = [];
  const of = (topic: string) => all.filter((one) => one.topic === topic);
  return {
    all,
    of,
    append: (leaves: readonly NewLeaf[]) =>
      leaves.map((one) => {
        if (one.version !== of(one.topic).length + 1) return null;
        return all.push({ ...one, index: all.length }) - 1;
      }),
    names: () => [...new Set(all.map(({ topic }) => topic))],
  };
}
type Model = ReturnType<typeof list>;

const topicOf = fc.constantFrom('a', 'b', 'ü:{c}');
const place = fc.nat({ max: 60 });
const offset = fc.constantFrom(0, 0, 0, 0, -1, 1);
const newLeaf = fc.record({
  topic: topicOf,
  /** Of the version from the right one. */
  offset,
  later: fc.nat({ max: 3 }),
  marks: fc.constantFrom(0, 0, 0, 1, 255),
  body: fc.uint8Array({ maxLength: 40 }),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});
type Operation = (log: VersionLog, model: Model) => Promise<void>;

/** Most are the next version of their topic: as many as come before them in the log and in their batch. */
const appending = fc.array(newLeaf, { minLength: 1, maxLength: 30 }).map<Operation>((news) => async (log, model) => {
  const heads = new Map<string, { versions: number; at: number }>();
  const batch = news.flatMap(({ topic, offset, later, ...rest }) => {
    const last = model.of(topic).at(-1);
    const head = heads.get(topic) ?? { versions: last?.version ?? 0, at: last?.at ?? 0 };
    heads.set(topic, head);
    const version = head.versions + 1 + offset;
    if (version < 1) return [];
    if (offset === 0) Object.assign(head, { versions: version, at: head.at + later });
    return { topic, version, at: head.at, ...rest };
  });
  expect(await log.append(batch)).toEqual(model.append(batch));
});

const reading = fc
  .tuple(topicOf, place, place, fc.array(place, { maxLength: 5 }))
  .map<Operation>(([topic, from, limit, some]) => async (log, { all, of, names }) => {
    const own = of(topic);
    const last = own.at(-1);
    expect(await log.size()).toBe(all.length);
    expect(await log.heads([topic])).toEqual([{ versions: own.length, at: last?.at ?? 0 }]);
    expect(await log.topics(from % 4, limit)).toEqual(names().slice(from % 4, (from % 4) + limit));
    const page = all.slice(from, from + limit);
    expect(plain(await log.read(from, limit))).toEqual(stored(page, from));
    expect(Buffer.from(await log.hashes(from, limit))).toEqual(Buffer.concat(page.map(({ hash }) => hash)));
    const wanted = some.flatMap((version) => own[version - 1] ?? []);
    const found = plain(await log.versions(topic, some));
    expect(found).toEqual(wanted.map((one) => ({ ...stored([one])[0]!, index: one.index })));
    const inForce = some.map((at) => own.findLast((one) => one.at <= at)?.version ?? 0);
    expect(await log.versionsAt(topic, some)).toEqual(inForce);
    const marked = own.filter(({ marks, version }) => marks > 0 && version < from).map(({ version }) => version);
    expect(await log.marked(topic, limit, from)).toEqual(marked.reverse().slice(0, limit));
  });

const operations = fc.array(fc.oneof(appending, reading), { minLength: 1, maxLength: 25 });

describe('in a file', () => {
  it('refuses a second owner', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'versions-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const log = keep(sqliteVersionLog(dir, 'versions'));
    expect(() => sqliteVersionLog(dir, 'versions')).toThrow(DataDirInUse);
    await log.close();
    keep(sqliteVersionLog(dir, 'versions'));
  });
});

describe('two processes over one Redis', () => {
  it.skipIf(!redis)('wake each other, and take each version once, without a gap', async () => {
    const { log, again } = await openRedis(redis!);
    const other = await again!();
    // Once for its subscription, which may come after the first append.
    let told = Promise.withResolvers<void>();
    other.watch(() => told.resolve());
    let count = 0;
    await until(async () => {
      await log.append([leaf('first', ++count)]);
      return Promise.race([told.promise.then(() => true), new Promise<boolean>((no) => setTimeout(no, 20, false))]);
    });
    told = Promise.withResolvers();
    await log.append([leaf('first', count + 1)]);
    await told.promise;

    // Each is the writer, in its own opinion.
    const write = async (mine: VersionLog) => {
      const won: number[] = [];
      for (let version = 1; version <= 100; ) {
        const [index] = await mine.append([leaf('raced', version)]);
        if (index !== null) won.push(index!);
        version = (await mine.heads(['raced']))[0]!.versions + 1;
      }
      return won;
    };
    const won = await Promise.all([write(log), write(other), write(log)]);
    const all = await other.read(count + 1, 1_000);
    expect(all.map(({ version }) => version)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(won.flat().toSorted((a, b) => a - b)).toEqual(all.map(({ index }) => index));
  });

  it.skipIf(!redis)('say what Redis has lost, instead of less than there was', async () => {
    const name = `test-${systemClock.uuid()}`;
    const { log } = await openRedis(redis!, name);
    await fill(log, 'a', 300);
    const client = createClient({ url: redis! });
    await client.connect();
    onTestFinished(() => client.destroy());
    const lose = async (key: string, ask: () => Promise<unknown>) => {
      await client.rename(`gateway:${name}:${key}`, `gateway:${name}:lost`);
      await expect(ask(), key).rejects.toThrow(StorageUnavailable);
      await client.rename(`gateway:${name}:lost`, `gateway:${name}:${key}`);
    };
    await lose('leaves:0', () => log.read(0, 1));
    await lose('leaves:0', () => log.versions('a', [3]));
    await lose('leaves:1', () => log.read(0, 300));
    await lose('leaves:1', () => log.append([leaf('b', 1)]));
    await lose('size', () => log.append([leaf('b', 1)]));
    await lose('hashes:0', () => log.hashes(0, 300));
    await lose('names', () => log.read(0, 1));
    await lose('instants:0', () => log.versionsAt('a', [0]));
    expect(await log.append([leaf('b', 1)])).toEqual([300]);
  });
});

describe.runIf(canStartRedis())('a Redis that goes away', () => {
  it('fails whatever is asked, and wakes the watchers when it is back', async () => {
    await using server = await ownRedis();
    const { log } = await openRedis(server.url);
    await log.append([leaf('a', 1)]);
    await server.stop();
    const asked: (() => Promise<unknown>)[] = [
      () => log.append([leaf('a', 2)]),
      () => log.heads(['a']),
      () => log.versions('a', [1]),
      () => log.versionsAt('a', [0]),
      () => log.marked('a', 1),
      () => log.read(0, 1),
      () => log.hashes(0, 1),
      () => log.size(),
      () => log.topics(0, 1),
      () => log.keptTile('1/0'),
      () => log.keepTile('1/0', new Uint8Array(1)),
    ];
    await until(async () => !(await answers(log)()));
    for (const ask of asked) await expect(ask(), String(ask)).rejects.toThrow(StorageUnavailable);
    const back = Promise.withResolvers<void>();
    log.watch(() => back.resolve());
    await server.start();
    await back.promise;
    await until(answers(log));
    expect((await log.read(0, 9)).map(({ version }) => version)).toEqual([1]);
    expect(await log.append([leaf('a', 2)])).toEqual([1]);
    await log.close();
  });
});
