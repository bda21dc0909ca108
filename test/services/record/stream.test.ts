import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RecordedContest, ResultVersion } from '../../../src/domain/record.ts';
import { StorageUnavailable } from '../../../src/infra/storage-error.ts';
import type { Leaf, VersionLog } from '../../../src/infra/version-log.ts';
import { leafOf, pack, topicOf } from '../../../src/services/record/leaf.ts';
import { createRecordReader } from '../../../src/services/record/reader.ts';
import { createRecordStream, type RecordStream } from '../../../src/services/record/stream.ts';
import { memoryInUse } from '../../support/memory.ts';

const UNITS = ['1', '2', '3', '4'];
const contestIn = (unitCode: string): RecordedContest => ({
  ...{ source: 'iebc/test', election: 'E', level: 'county', post: 'PRESIDENT' },
  unitCode,
});

/** A log whose answers and whose news are under way until `deliver`: each is read when it is asked, or when it is answered. */
function slowLog() {
  const leaves: Leaf[] = [];
  const byTopic = new Map<string, Leaf[]>();
  const firsts = new Map<string, string>();
  const watchers = new Set<() => void>();
  const underWay: (() => void)[] = [];
  const sizes: number[] = [];
  let failing = 0;
  let reads = 0;
  const later = () => new Promise<void>((resolve) => underWay.push(resolve));
  /** The log as it is at some moment between the question and the answer. */
  async function asked<T>(read: () => T): Promise<T> {
    await later();
    if (failing > 0) {
      failing--;
      throw new StorageUnavailable('a test says so');
    }
    const found = read();
    await later();
    return found;
  }
  const log: Pick<VersionLog, 'heads' | 'versions' | 'read' | 'size' | 'topics' | 'watch'> = {
    heads: (topics) => asked(() => topics.map((topic) => ({ versions: byTopic.get(topic)?.length ?? 0, at: 0 }))),
    versions: (topic, versions) => asked(() => versions.flatMap((version) => byTopic.get(topic)?.[version - 1] ?? [])),
    read(from, limit) {
      reads++;
      return asked(() => leaves.slice(from, from + limit));
    },
    size: () =>
      asked(() => {
        sizes.push(leaves.length);
        return leaves.length;
      }),
    topics: (from, limit) => asked(() => [...byTopic.keys()].slice(from, from + limit)),
    watch(wake) {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
  };
  return {
    log: log as VersionLog,
    leaves,
    watchers,
    underWay,
    /** Those that were told. */
    sizes,
    reads: () => reads,
    append(unitCode: string, count: number) {
      const contest = contestIn(unitCode);
      const topic = topicOf(contest);
      const own = byTopic.get(topic) ?? [];
      byTopic.set(topic, own);
      for (let n = 0; n < count; n++) {
        const version = own.length + 1;
        const leaf = leafOf({ contest, asOf: version, figures: null, bodyHash: '' });
        if (version === 1) firsts.set(topic, leaf);
        const body = pack(leaf, version === 1 ? null : firsts.get(topic)!);
        own.push({ topic, version, at: version, body, marks: 0, index: leaves.length });
        leaves.push(own.at(-1)!);
      }
      // Who does not listen when it is told hears nothing of it.
      void later().then(() => {
        for (const wake of watchers) wake();
      });
    },
    failNext() {
      failing++;
    },
    heal() {
      failing = 0;
    },
    async deliver(which: number) {
      const [one] = underWay.splice(which % underWay.length, 1);
      one?.();
      await turn();
    },
  };
}

type Log = ReturnType<typeof slowLog>;

type Joining = { units: readonly string[]; after: number | undefined; greedy?: boolean };

/** A subscriber who comes back with its cursor whenever a failure of the store has ended its stream. */
class Subscriber {
  readonly seen: number[] = [];
  readonly joinedAt: number;
  left = false;
  private readonly stream: RecordStream;
  private readonly log: Log;
  private readonly units: readonly string[];
  private readonly after: number | undefined;
  private events: AsyncIterator<ResultVersion>;
  private asking = false;
  private greedy: boolean;

  constructor(stream: RecordStream, log: Log, { units, after, greedy = true }: Joining) {
    this.stream = stream;
    this.log = log;
    this.units = units;
    this.after = after;
    this.joinedAt = log.leaves.length;
    this.greedy = greedy;
    this.events = this.follow(after);
    this.take();
  }

  private follow(after: number | undefined) {
    const contest = ({ unitCode }: RecordedContest) => this.units.includes(unitCode);
    return this.stream.follow({ contest, after })[Symbol.asyncIterator]();
  }

  /** Asks for the next event; who is greedy, for all that come. */
  take(greedy = this.greedy) {
    this.greedy = greedy;
    if (this.asking || this.left) return;
    this.asking = true;
    this.events.next().then(
      ({ value, done }) => {
        this.asking = false;
        if (done) {
          this.left = true;
          return;
        }
        this.seen.push((value as ResultVersion).index);
        if (this.greedy) this.take();
      },
      (error: unknown) => {
        expect(error).toBeInstanceOf(StorageUnavailable);
        this.asking = false;
        this.events = this.follow(this.seen.at(-1) ?? this.after);
        this.take();
      },
    );
  }

  leave() {
    this.left = true;
    void this.events.return?.();
  }

  private wanted(from: number, to = this.log.leaves.length): Leaf[] {
    const topics = new Set(this.units.map((unit) => topicOf(contestIn(unit))));
    return this.log.leaves.slice(from, to).filter(({ topic }) => topics.has(topic));
  }

  /** Nothing is missed, nothing comes twice, all is in order. */
  check(complete: boolean) {
    const { seen, after, joinedAt } = this;
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    const indexes = (leaves: Leaf[]) => leaves.map(({ index }) => index);
    const soFar = (all: number[]) => (complete ? all : all.slice(0, seen.length));
    if (after !== undefined) {
      expect(seen).toEqual(soFar(indexes(this.wanted(after + 1))));
      return;
    }
    if (!complete) return;
    // The moment of which it was shown the present: some moment since it came.
    const matches = this.log.sizes.some((end) => {
      if (end < joinedAt) return false;
      const latest = new Map(this.wanted(0, end).map(({ topic, index }) => [topic, index]));
      const present = [...latest.values()].toSorted((a, b) => a - b);
      return JSON.stringify(seen) === JSON.stringify([...present, ...indexes(this.wanted(end))]);
    });
    expect(matches, `saw ${seen}, having come at ${joinedAt}`).toBe(true);
  }
}

type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;
const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ append: fc.constantFrom(...UNITS), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ append: fc.constantFrom(...UNITS), count: fc.integer({ min: 150, max: 450 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      join: fc.subarray(UNITS, { minLength: 1 }),
      // Of what there is; beyond it: the present first.
      after: fc.nat({ max: 1_500 }),
      greedy: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ leave: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ take: fc.nat() }) },
  { weight: 12, arbitrary: fc.record({ deliver: fc.nat(), times: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ fail: fc.constant(true) }) },
);

/** Two read which contests there are, and between their reads there is one more. */
const CONTEST_ADDED_MEANWHILE: Command[] = [
  { append: '1', count: 1 },
  { join: ['4'], after: 1, greedy: false },
  { deliver: 0, times: 2 },
  { deliver: 0, times: 2 },
  { append: '3', count: 150 },
  { join: ['4'], after: 0, greedy: false },
  { join: ['3', '4'], after: 151, greedy: false },
  { deliver: 13, times: 5 },
];

it('whoever joins, leaves or comes back, and whatever is slow or fails: each gets the present, then each version once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 60, size: 'max' }), async (commands) => {
      const log = slowLog();
      const stream = createRecordStream({ reader: createRecordReader(log.log), versions: log.log });
      const subscribers: Subscriber[] = [];
      const one = (n: number) => subscribers[n % subscribers.length];
      for (const now of commands) {
        if ('append' in now) log.append(now.append, now.count);
        else if ('join' in now) {
          const after = now.after < log.leaves.length ? now.after : undefined;
          subscribers.push(new Subscriber(stream, log, { units: now.join, after, greedy: now.greedy }));
        } else if ('leave' in now) one(now.leave)?.leave();
        else if ('take' in now) one(now.take)?.take();
        else if ('fail' in now) log.failNext();
        else for (let n = 0; n < now.times; n++) await log.deliver(now.deliver);
        await turn();
      }
      log.heal();
      for (const subscriber of subscribers) if (!subscriber.left) subscriber.take(true);
      for (;;) {
        await turn();
        if (log.underWay.length === 0) break;
        await log.deliver(0);
      }
      for (const subscriber of subscribers) subscriber.check(!subscriber.left);
      for (const subscriber of subscribers) if (!subscriber.left) subscriber.leave();
      await turn();
      expect([stream.following(), log.watchers.size]).toEqual([0, 0]);
    }),
    { numRuns: 100, examples: [[CONTEST_ADDED_MEANWHILE]] },
  );
}, 60_000);

function opened() {
  const log = slowLog();
  const stream = createRecordStream({ reader: createRecordReader(log.log), versions: log.log });
  const join = (after?: number, greedy = true) => new Subscriber(stream, log, { units: UNITS, after, greedy });
  const settle = async () => {
    for (await turn(); log.underWay.length > 0; await turn()) await log.deliver(0);
  };
  return { log, stream, join, settle };
}

it('whoever comes for what is new is not put off with an older read that is under way', async () => {
  const { log, join, settle } = opened();
  log.append('1', 2);
  await settle();
  const first = join(0);
  await turn();
  // Its read has seen the log as it is, and is on its way back.
  await log.deliver(0);
  first.leave();
  await turn();
  log.append('1', 1);
  // The news, told before the next comes.
  await log.deliver(log.underWay.length - 1);
  const second = join(1);
  await settle();
  expect(second.seen).toEqual([2]);
});

it('whoever leaves hears nothing of a read that fails meanwhile', async () => {
  const { log, stream, settle } = opened();
  log.append('1', 2);
  await settle();
  const events = stream.follow({ contest: () => true, after: 1 })[Symbol.asyncIterator]();
  const asked = events.next();
  await turn();
  log.failNext();
  const left = events.return!();
  await settle();
  expect(await Promise.all([asked, left])).toMatchObject([{ done: true }, { done: true }]);
  expect(stream.following()).toBe(0);
});

it('whoever follows is told while more is added without a pause', async () => {
  const { log, join } = opened();
  log.append('1', 1);
  const subscriber = join(0);
  for (let n = 0; n < 50; n++) {
    log.append('1', 1);
    await turn();
    // All that was under way: answers, and the news of what was added during them.
    for (let left = log.underWay.length; left > 0; left--) await log.deliver(0);
  }
  expect(subscriber.seen.length).toBeGreaterThan(20);
});

it('the end of the record is read once for all, also after somebody who was far behind has left', async () => {
  const { log, join, settle } = opened();
  log.append('1', 3_000);
  await settle();
  const behind = join(5, false);
  await settle();
  const others = Array.from({ length: 20 }, () => join());
  await settle();
  behind.leave();
  log.append('2', 1);
  await settle();
  const before = log.reads();
  for (let n = 0; n < 5; n++) {
    log.append('1', 1);
    await settle();
  }
  // One that finds it, and one that finds that there is no more.
  expect(log.reads() - before).toBeLessThanOrEqual(10);
  for (const one of others) expect(one.seen).toHaveLength(7);
});

it('a reader who is thousands behind those who follow closely misses nothing', async () => {
  const { log, join, settle } = opened();
  log.append('1', 1);
  await settle();
  const [slow, quick] = [join(0, false), join(0)];
  await settle();
  for (let n = 0; n < 12; n++) {
    log.append(UNITS[n % 4]!, 450);
    await settle();
  }
  expect(quick.seen).toHaveLength(5_400);
  slow.take(true);
  await settle();
  expect(slow.seen).toEqual(quick.seen);
});

it('whoever follows for long is remembered no better than who has just come', async () => {
  let wake = () => {};
  let reads = 0;
  const stream = createRecordStream({
    reader: {
      ...createRecordReader(slowLog().log),
      size: async () => 0,
      contests: async () => [],
      async read(from) {
        reads++;
        return { found: [], next: from };
      },
    },
    versions: {
      watch(grown) {
        wake = grown;
        return () => {};
      },
    },
  });
  const events = stream.follow({ contest: () => true })[Symbol.asyncIterator]();
  const first = events.next();
  await turn();
  const [before, readBefore] = [memoryInUse().heapUsed, reads];
  const TIMES = 20_000;
  for (let n = 0; n < TIMES; n++) {
    wake();
    await turn();
  }
  expect(reads - readBefore).toBeGreaterThanOrEqual(TIMES);
  expect(memoryInUse().heapUsed - before).toBeLessThan(2 * 1024 * 1024);
  stream.close();
  expect(await first).toMatchObject({ done: true });
});
