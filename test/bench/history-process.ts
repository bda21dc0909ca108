import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import type { NewLeaf, VersionLog } from '../../src/infra/version-log.ts';
import { redisVersionLog } from '../../src/infra/version-log-redis.ts';
import { sqliteVersionLog } from '../../src/infra/version-log-sqlite.ts';
import { ownRedis, until } from '../infra/own-redis.ts';
import { median, progress, type Verdict } from './verdicts.ts';

// Measures in one place, `sqlite` or `redis`, and tells its parent the verdicts.
//
// One contest with a thousand versions and one with a million, each among 10,000 others that move as well: whether what
// is asked of it takes as long. The two logs take turns, so that whatever else the machine does meets both.

const FEW = 1_000;
const OTHERS = 9_999;
const EACH_OTHER = 10;
const BODY_BYTES = 150;
const FILL_BATCH = 1_000;
/** Of the filling, after which memory is to stay as it is. */
const WARM = 0.5;
const PAGE = 20;
const INSTANTS = 100;
const START = 1_700_000_000_000;
const STEP_MS = 1_000;
const MARKED_EVERY = 100;

const ONE = 'iebc GEK2013 CONSTITUENCY 047 PRESIDENT';
const other = (n: number) => `iebc GEK2013 WARD ${n} COUNTY_ASSEMBLY`;
const chance = (most: number) => Math.floor(Math.random() * most);
const noise = randomBytes(1 << 20);
const some = (bytes: number) => {
  const from = chance(noise.length - bytes);
  return noise.subarray(from, from + bytes);
};

/** A log, and where each topic stands. */
type Filled = { log: VersionLog; versions: Map<string, number>; leaves: number };

function next({ versions }: Filled, topic: string): NewLeaf {
  const version = (versions.get(topic) ?? 0) + 1;
  versions.set(topic, version);
  const marks = version % MARKED_EVERY === 0 ? 1 : 0;
  return { topic, version, at: START + version * STEP_MS, marks, hash: some(32), body: some(BODY_BYTES) };
}

async function append(filled: Filled, topics: readonly string[]) {
  await filled.log.append(topics.map((topic) => next(filled, topic)));
  filled.leaves += topics.length;
}

/** The one topic and all others in turn, so that no topic lies together. */
async function fill(log: VersionLog, ones: number, warm = () => {}): Promise<Filled> {
  const filled: Filled = { log, versions: new Map(), leaves: 0 };
  const others = OTHERS * EACH_OTHER;
  const total = ones + others;
  const warmAt = Math.floor(total * WARM);
  let batch: string[] = [];
  for (let i = 0, added = 0; i < total; i++) {
    if (i === warmAt) warm();
    const isOther = Math.floor(((i + 1) * others) / total) > added;
    batch.push(isOther ? other(added++ % OTHERS) : ONE);
    if (batch.length < FILL_BATCH && i < total - 1) continue;
    await append(filled, batch);
    batch = [];
  }
  return filled;
}

type Asked = { what: string; rounds: number; ask(filled: Filled): Promise<unknown>; leaves?: number };
const lastOf = ({ versions }: Filled) => versions.get(ONE)!;
/** One in each of so many stretches of its time, never the same: what was read before is of little help. */
const instantsOf = (filled: Filled) => {
  const stretch = (lastOf(filled) * STEP_MS) / INSTANTS;
  return Array.from({ length: INSTANTS }, (_, i) => START + Math.round((i + Math.random()) * stretch));
};
const APPENDS = [1, 50];
const ASKED: Asked[] = [
  ...APPENDS.map((leaves) => ({
    what: `an append of ${leaves}`,
    rounds: 200,
    leaves,
    ask: (filled: Filled) =>
      append(
        filled,
        Array.from({ length: leaves }, () => other(chance(OTHERS))),
      ),
  })),
  {
    what: `a page of ${PAGE} versions`,
    rounds: 1_000,
    ask(filled) {
      const first = 1 + chance(lastOf(filled) - PAGE);
      return filled.log.versions(
        ONE,
        Array.from({ length: PAGE }, (_, i) => first + PAGE - 1 - i),
      );
    },
  },
  {
    what: `the versions at ${INSTANTS} instants`,
    rounds: 500,
    ask: (filled) => filled.log.versionsAt(ONE, instantsOf(filled)),
  },
  {
    what: `a timeline of ${INSTANTS} points`,
    rounds: 300,
    ask: async (filled) => filled.log.versions(ONE, await filled.log.versionsAt(ONE, instantsOf(filled))),
  },
  {
    what: `${PAGE} marked versions`,
    rounds: 1_000,
    ask: (filled) => filled.log.marked(ONE, PAGE, 1 + chance(lastOf(filled))),
  },
];

/** Medians in ms, of the small log and of the large one. */
async function timeBoth({ rounds, ask }: Asked, logs: readonly Filled[]): Promise<number[]> {
  const times: number[][] = logs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, filled] of logs.entries()) {
      const began = performance.now();
      await ask(filled);
      times[i]!.push(performance.now() - began);
    }
  }
  // The first ones meet code that is not compiled.
  return times.map((list) => median(list.slice(rounds / 10)));
}

/** In MB, of this process, without what is free in its heap: that depends on how much was thrown away, and when. */
function held(): number {
  globalThis.gc!();
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return (rss - heapTotal + heapUsed) / 1e6;
}

type Place = {
  name: string;
  open(which: string): Promise<VersionLog>;
  /** Of the log that was opened under this name, with all it takes. */
  bytes(which: string): Promise<number>;
};

async function measure({ name, open, bytes }: Place, many: number): Promise<Verdict[]> {
  progress(`history, ${name}: ${FEW} versions of one contest`);
  await using opened = new AsyncDisposableStack();
  const small = await fill(
    opened.adopt(await open('small'), (it) => it.close()),
    FEW,
  );
  let before = 0;
  progress(`history, ${name}: ${many} versions of one contest`);
  const empty = await bytes('large');
  const log = opened.adopt(await open('large'), (it) => it.close());
  const began = performance.now();
  const large = await fill(log, many, () => {
    before = held();
  });
  const seconds = (performance.now() - began) / 1_000;
  const grown = held() - before;
  const lines: string[] = [];
  const verdicts: Verdict[] = [];
  for (const asked of ASKED) {
    progress(`history, ${name}: ${asked.what}`);
    const [few, most] = (await timeBoth(asked, [small, large])) as [number, number];
    const rate = asked.leaves ? `, ${((1_000 * asked.leaves) / most).toFixed(0)} versions a second` : '';
    lines.push(`  ${asked.what}: ${few.toFixed(3)} ms and ${most.toFixed(3)} ms${rate}`);
    verdicts.push({ what: `${asked.what}, ${name}`, value: most / few, must: 2, aim: 1.5, less: true });
  }
  const each = ((await bytes('large')) - empty) / large.leaves;
  progress('');
  console.log(
    `\n${name}, ${FEW} and ${many} versions of one contest among ${OTHERS + 1}:\n${lines.join('\n')}\n  filled in ${seconds.toFixed(0)} s; ${each.toFixed(0)} bytes a version, ${BODY_BYTES} of them its body; in its second half memory grew by ${grown.toFixed(0)} MB`,
  );
  const size = { what: `a version stored, ${name}`, value: each, must: 1_000, aim: BODY_BYTES + 120, unit: ' bytes' };
  const memory = {
    what: `growth of memory from half of the versions to all, ${name}`,
    value: grown,
    must: 32,
    aim: 16,
  };
  return [...verdicts, { ...size, less: true }, { ...memory, unit: ' MB', less: true }];
}

async function inFiles(many: number): Promise<Verdict[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-history-'));
  try {
    const open = async (which: string) => sqliteVersionLog(dir, which);
    const lengthOf = (file: string) => statSync(join(dir, file), { throwIfNoEntry: false })?.size ?? 0;
    const bytes = async (which: string) => lengthOf(`${which}.sqlite`) + lengthOf(`${which}.sqlite-wal`);
    return await measure({ name: 'SQLite', open, bytes }, many);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function inRedis(many: number): Promise<Verdict[]> {
  await using server = await ownRedis();
  const client = createClient({ url: server.url });
  await client.connect();
  const open = async (which: string) => {
    const log = await redisVersionLog({ url: server.url, name: which, onError: console.error });
    await until(() =>
      log.size().then(
        () => true,
        () => false,
      ),
    );
    return log;
  };
  const bytes = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))![1]);
  try {
    return await measure({ name: 'Redis', open, bytes }, many);
  } finally {
    client.destroy();
  }
}

const [place, many] = process.argv.slice(2) as ['sqlite' | 'redis', string];
process.send!(await (place === 'sqlite' ? inFiles : inRedis)(Number(many)));
process.disconnect();
