import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { Leaf, VersionLog } from '../../src/infra/version-log.ts';
import { redisVersionLog } from '../../src/infra/version-log-redis.ts';
import { sqliteVersionLog } from '../../src/infra/version-log-sqlite.ts';
import { canStartRedis, ownRedis, until } from '../infra/own-redis.ts';
import { random } from '../support/random.ts';

/** Of the store alone; record-checkpoints.test.ts kills the whole gateway twenty times. */
const KILLS = 8;
const WRITER = new URL('../infra/version-log-process.ts', import.meta.url).pathname;

function directory() {
  const dir = mkdtempSync(join(tmpdir(), 'record-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

/** Writes until it is killed. `said` has each whole line so far. */
function startWriter(kind: 'sqlite' | 'redis', place: string, seed: number) {
  const child = spawn(process.execPath, [WRITER, kind, place, 'record', String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  const said: string[] = [];
  const lines = createInterface(child.stdout);
  const closed = once(lines, 'close');
  lines.on('line', (line) => said.push(line));
  return {
    pid: child.pid!,
    said,
    async kill() {
      child.kill('SIGKILL');
      // All that it said, too, is here then.
      await Promise.all([exited, closed]);
    },
  };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Everything there is belongs together; gives back the hash of each leaf. */
async function whole(log: VersionLog, message: string): Promise<string[]> {
  const size = await log.size();
  const leaves: Leaf[] = [];
  while (leaves.length < size) leaves.push(...(await log.read(leaves.length, 500)));
  const hashes = await log.hashes(0, size);
  expect(hashes, message).toHaveLength(32 * size);
  const heads = new Map<string, number>();
  for (const [i, { index, topic, version, body }] of leaves.entries()) {
    expect([index, version], message).toEqual([i, (heads.get(topic) ?? 0) + 1]);
    heads.set(topic, version);
    expect(hex(hashes.subarray(32 * i, 32 * (i + 1))), message).toBe(createHash('sha256').update(body).digest('hex'));
  }
  const topics = await log.topics(0, 100);
  expect(topics, message).toEqual([...heads.keys()]);
  expect(
    (await log.heads(topics)).map(({ versions }) => versions),
    message,
  ).toEqual([...heads.values()]);
  for (const [topic, versions] of heads) {
    const last = await log.versions(topic, [versions, versions + 1]);
    expect(last, message).toEqual([leaves.findLast((leaf) => leaf.topic === topic)]);
    // Its instants are its versions, and a third has no marks.
    expect(await log.versionsAt(topic, [versions + 1]), message).toEqual([versions]);
    expect(await log.marked(topic, 1e6), message).toHaveLength(versions - Math.floor(versions / 3));
  }
  return Array.from({ length: size }, (_, i) => hex(hashes.subarray(32 * i, 32 * (i + 1))));
}

async function survive(kind: 'sqlite' | 'redis', place: string, open: () => Promise<VersionLog>) {
  const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1e9));
  const chance = random(seed);
  const acknowledged = new Map<number, string>();
  for (let kill = 0; kill < KILLS; kill++) {
    const message = `kill ${kill}, seed ${seed}`;
    const writer = startWriter(kind, place, seed + kill);
    await until(() => writer.said.length > 0);
    // A moment, not an event: that is the point.
    await wait(chance() * 150);
    await writer.kill();
    for (const line of writer.said) {
      const [, index, hash] = /^(\d+) ([0-9a-f]{64})$/.exec(line) ?? [];
      if (index === undefined) expect([kind, line], message).toEqual(['redis', 'StorageUnavailable']);
      else {
        expect(acknowledged.has(Number(index)), message).toBe(false);
        acknowledged.set(Number(index), hash!);
      }
    }
    const log = await open();
    const kept = await whole(log, message);
    for (const [index, hash] of acknowledged) expect(kept[index], message).toBe(hash);
    await log.close();
  }
  // Unlucky moments would show nothing: there is a lot to lose.
  expect(acknowledged.size).toBeGreaterThan(KILLS);
}

it('what a writer was told is kept is there after each kill, with nothing half written, embedded', {
  timeout: 120_000,
}, async () => {
  const dir = directory();
  await survive('sqlite', dir, async () => sqliteVersionLog(dir, 'record'));
});

it.skipIf(!canStartRedis())(
  'what a writer was told is kept is there after each kill, with nothing half written, over Redis',
  { timeout: 120_000 },
  async () => {
    await using redis = await ownRedis();
    await survive('redis', redis.url, async () => {
      const log = await redisVersionLog({ url: redis.url, name: 'record', onError: () => {} });
      await until(() =>
        log.size().then(
          () => true,
          () => false,
        ),
      );
      return log;
    });
  },
);

/** Of the machine, not of a package. */
const LIMIT = 'prlimit';
const canLimit = spawnSync(LIMIT, ['--version']).status === 0;

it.skipIf(!canLimit)('a disk that takes no more is said so, leaves no half of a batch, and is used again', async () => {
  const dir = directory();
  const writer = startWriter('sqlite', dir, 1);
  // The system then refuses writes past this length, as it does on a full disk.
  const limit = (bytes: number | 'unlimited') =>
    execFileSync(LIMIT, ['--pid', String(writer.pid), `--fsize=${bytes}:unlimited`]);
  await until(() => writer.said.length > 0);
  limit(1);
  await until(() => writer.said.includes('StorageUnavailable'));
  limit('unlimited');
  const before = writer.said.length;
  await until(() => writer.said.slice(before).some((line) => line !== 'StorageUnavailable'));
  await writer.kill();
  const log = sqliteVersionLog(dir, 'record');
  const kept = await whole(log, 'after the full disk');
  for (const line of writer.said) {
    const [index, hash] = line.split(' ');
    if (hash !== undefined) expect(kept[Number(index)]).toBe(hash);
  }
  expect(new Set(writer.said.filter((line) => !line.includes(' ')))).toEqual(new Set(['StorageUnavailable']));
  await log.close();
});
