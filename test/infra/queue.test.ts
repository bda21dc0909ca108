import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@redis/client';
import { afterAll, describe, expect, type TestContext, test } from 'vitest';
import { systemClock } from '../../src/infra/clock.ts';
import { type Queue, type Step, sqliteQueue } from '../../src/infra/queue.ts';
import { bullQueue } from '../../src/infra/queue-bullmq.ts';
import { DataDirInUse } from '../../src/infra/sqlite.ts';
import { canStartRedis, forgetKeys, ownRedis, redisUrl, until } from './own-redis.ts';

type Store = {
  open(): Promise<Queue>;
  /** How another process finds the same store. */
  address: ['sqlite' | 'redis', string, string] | null;
};

const undo: (() => unknown)[] = [];
afterAll(async () => {
  for (const step of undo) await step();
});

function sqliteStore(): Store {
  const dataDir = mkdtempSync(join(tmpdir(), 'queue-'));
  undo.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return { open: async () => sqliteQueue(dataDir, 'jobs', systemClock), address: ['sqlite', dataDir, 'jobs'] };
}
const memoryStore = (): Store => ({ open: async () => sqliteQueue(null, 'jobs', systemClock), address: null });
const url = await redisUrl();
function redisStore(): Store {
  const name = `test-${randomUUID()}`;
  undo.push(() => forgetKeys(`gateway:queue:${name}:*`));
  return { open: () => bullQueue({ url: url!, name, onError: () => {} }), address: ['redis', url!, name] };
}

const stores: [string, () => Store, string[]][] = [
  ['SQLite file', sqliteStore, ['survives']],
  ['memory', memoryStore, []],
  ...(url ? [['BullMQ', redisStore, ['survives', 'shared']] satisfies [string, () => Store, string[]]] : []),
];

const fail = (error: unknown) => {
  throw error;
};
const ids = (count: number, prefix = 'job:') => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** Steps that are counted, and can be waited for. */
function recorder(step: Step = async () => null) {
  const begun: string[] = [];
  const at: number[] = [];
  const ended: string[] = [];
  let now = 0;
  let most = 0;
  const twice: string[] = [];
  const current = new Set<string>();
  const checks = new Set<() => void>();
  return {
    begun,
    at,
    ended,
    twice,
    most: () => most,
    step: async (id: string, signal: AbortSignal) => {
      if (current.has(id)) twice.push(id);
      current.add(id);
      begun.push(id);
      at.push(performance.now());
      most = Math.max(most, ++now);
      for (const check of checks) check();
      try {
        return await step(id, signal);
      } finally {
        now -= 1;
        current.delete(id);
        ended.push(id);
        for (const check of checks) check();
      }
    },
    when: (enough: () => boolean) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (enough()) resolve();
        };
        checks.add(check);
        check();
      }),
  };
}

const nextTurn = () => new Promise(setImmediate);
const empty = (queue: Queue) => until(async () => (await queue.size()) === 0);

/** A process that is killed when the test ends, if not before. */
function worker(address: NonNullable<Store['address']>, mode: 'hang' | 'short', { onTestFinished }: TestContext) {
  const script = new URL('./queue-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, ...address, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { added: new Set<string>(), began: new Set<string>(), ended: new Set<string>() };
  const lines = createInterface(child.stdout);
  const closed = once(lines, 'close');
  const checks = new Set<() => void>();
  lines.on('line', (line) => {
    const [what, id] = line.split(' ') as [keyof typeof said, string];
    said[what].add(id);
    for (const check of checks) check();
  });
  return {
    said,
    when: (enough: () => boolean) =>
      new Promise<void>((resolve) => {
        checks.add(() => {
          if (enough()) resolve();
        });
      }),
    async kill() {
      child.kill('SIGKILL');
      await Promise.all([exited, closed]);
    },
  };
}

// At the same time: some wait for leases to run out.
describe.concurrent.each(stores)('a queue in %s', (_, makeStore, traits) => {
  async function setUp({ onTestFinished }: TestContext) {
    const store = makeStore();
    const open = async () => {
      const queue = await store.open();
      onTestFinished(() => queue.close());
      return queue;
    };
    return { store, open, queue: await open() };
  }

  test('does every job', async (context) => {
    const { queue } = await setUp(context);
    const { step, when, ended, begun, most } = recorder(async () => {
      // As many at once as are allowed, and not more.
      await when(() => begun.length >= 7);
      await nextTurn();
      return null;
    });
    const before = ids(100);
    await Promise.all(before.map((id) => queue.add(id)));
    expect(await queue.size()).toBe(100);
    await queue.work(step, { concurrency: 7, onError: fail });
    const odd = ['1', '007', ':', 'a:b:c', 'Wanjikũ {x} %3A', `${'long'.repeat(50)}`];
    for (const id of odd) await queue.add(id);
    await when(() => ended.length === 100 + odd.length);
    expect(new Set(ended)).toEqual(new Set([...before, ...odd]));
    expect(most()).toBe(7);
    await empty(queue);
    expect(ended).toHaveLength(100 + odd.length);
  });

  test('adding what is queued or running changes nothing; what is done can be added again', async (context) => {
    const { queue } = await setUp(context);
    const go = Promise.withResolvers<void>();
    const { step, when, begun, ended } = recorder(async () => {
      await go.promise;
      return null;
    });
    await Promise.all([queue.add('a'), queue.add('a'), queue.add('b')]);
    await queue.add('a');
    expect(await queue.size()).toBe(2);
    await queue.work(step, { concurrency: 5, onError: fail });
    await when(() => begun.length === 2);
    await queue.add('a');
    expect(await queue.size()).toBe(2);
    go.resolve();
    await when(() => ended.length === 2);
    await empty(queue);
    expect(begun.toSorted()).toEqual(['a', 'b']);
    await queue.add('a');
    await when(() => ended.length === 3);
    await empty(queue);
  });

  test('comes again after the time that a step asks for, others in between', async (context) => {
    const { queue } = await setUp(context);
    const waits = [60, 0, 120];
    const { step, when, ended, begun, at } = recorder(async (id) => {
      if (id === 'other') return null;
      const againInMs = waits.shift();
      return againInMs === undefined ? null : { againInMs };
    });
    await queue.work(step, { concurrency: 1, onError: fail });
    await queue.add('slow');
    await when(() => ended.length === 1);
    await queue.add('slow');
    await queue.add('other');
    await when(() => ended.length === 5);
    expect(begun.toSorted()).toEqual(['other', 'slow', 'slow', 'slow', 'slow']);
    const times = at.filter((_, i) => begun[i] === 'slow');
    // Two clocks: one may be a millisecond ahead.
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(58);
    expect(times[3]! - times[2]!).toBeGreaterThanOrEqual(118);
    expect(begun.indexOf('other')).toBeLessThan(4);
    await empty(queue);
  });

  test('a step that throws is tried again, later each time, until the count starts anew', async (context) => {
    const { queue } = await setUp(context);
    const errors: unknown[] = [];
    const outcomes = ['throw', 'throw', 'throw', 'throw', 'again', 'throw', 'done'];
    const { step, when, ended, at } = recorder(async () => {
      const outcome = outcomes.shift();
      if (outcome === 'throw') throw new Error(`${outcomes.length} to come`);
      return outcome === 'again' ? { againInMs: 0 } : null;
    });
    await queue.work(step, { concurrency: 3, onError: (error) => errors.push(error) });
    await queue.add('unlucky');
    await when(() => ended.length === 7);
    await empty(queue);
    expect(errors.map((error) => (error as Error).message)).toEqual([6, 5, 4, 3, 1].map((left) => `${left} to come`));
    const gaps = at.slice(1).map((time, i) => time - at[i]!);
    expect(gaps[0]).toBeGreaterThanOrEqual(248);
    expect(gaps[1]).toBeGreaterThanOrEqual(498);
    expect(gaps[2]).toBeGreaterThanOrEqual(998);
    expect(gaps[3]).toBeGreaterThanOrEqual(1_998);
    expect(gaps[5]).toBeGreaterThanOrEqual(248);
    // The fifth in a row would wait twice as long as the fourth.
    expect(gaps[5]).toBeLessThan(gaps[3]!);
  });

  test('closing tells running steps, lets them finish, and starts none', async (context) => {
    const { queue, open } = await setUp(context);
    const told: string[] = [];
    const go = Promise.withResolvers<void>();
    const { step, when, begun, ended } = recorder(async (id, signal) => {
      signal.addEventListener('abort', () => told.push(id));
      await go.promise;
      // One is done, the other gives up because it was told to.
      if (id === 'job:1') signal.throwIfAborted();
      return null;
    });
    await queue.work(step, { concurrency: 2, onError: fail });
    for (const id of ids(4)) await queue.add(id);
    await when(() => begun.length === 2);
    const closed = queue.close();
    await expect(queue.add('late')).rejects.toThrow();
    go.resolve();
    await closed;
    expect(told.toSorted()).toEqual(['job:0', 'job:1']);
    expect(ended.toSorted()).toEqual(['job:0', 'job:1']);
    expect(begun).toHaveLength(2);
    if (!traits.includes('survives')) return;
    const next = recorder();
    const again = await open();
    expect(await again.size()).toBe(3);
    await again.work(next.step, { concurrency: 2, onError: fail });
    await next.when(() => next.ended.length === 3);
    expect(next.ended.toSorted()).toEqual(['job:1', 'job:2', 'job:3']);
    await empty(again);
  });

  test.runIf(traits.includes('survives'))('closing does not wait for ever', async (context) => {
    const { queue } = await setUp(context);
    const { step, when, begun } = recorder(() => new Promise(() => {}));
    await queue.work(step, { concurrency: 2, onError: fail });
    await queue.add('endless');
    await when(() => begun.length === 1);
    const before = performance.now();
    await queue.close();
    // Nothing but the end of its patience could end this.
    expect(performance.now() - before).toBeGreaterThan(9_000);
  });

  test.runIf(traits.includes('survives'))('keeps its jobs when it is opened again', async (context) => {
    const { queue, open } = await setUp(context);
    for (const id of ids(20)) await queue.add(id);
    await queue.close();
    const again = await open();
    const { step, when, ended } = recorder();
    await again.add('job:3');
    expect(await again.size()).toBe(20);
    await again.work(step, { concurrency: 4, onError: fail });
    await when(() => ended.length === 20);
    expect(ended.toSorted()).toEqual(ids(20).toSorted());
    await empty(again);
  });

  test.runIf(traits.includes('survives'))('takes over what a killed worker was at', async (context) => {
    const store = makeStore();
    const killed = worker(store.address!, 'hang', context);
    await killed.when(() => killed.said.added.size === 20 && killed.said.began.size === 10);
    await killed.kill();
    const queue = await store.open();
    context.onTestFinished(() => queue.close());
    const { step, when, ended } = recorder();
    await queue.work(step, { concurrency: 10, onError: fail });
    await when(() => ended.length === 20);
    expect(ended.toSorted()).toEqual(ids(20).toSorted());
    await empty(queue);
  });

  test.runIf(traits.includes('survives'))('loses no job to a kill while it adds and works', async (context) => {
    const store = makeStore();
    const done = new Set<string>();
    const added = new Set<string>();
    for (const enough of [1, 60, 150]) {
      const killed = worker(store.address!, 'short', context);
      await killed.when(() => killed.said.ended.size >= enough);
      await killed.kill();
      for (const id of killed.said.added) added.add(id);
      for (const id of killed.said.ended) done.add(id);
    }
    const queue = await store.open();
    context.onTestFinished(() => queue.close());
    const { step, ended } = recorder();
    await queue.work(step, { concurrency: 10, onError: fail });
    await empty(queue);
    for (const id of ended) done.add(id);
    expect(added.size).toBeGreaterThan(0);
    expect([...added].filter((id) => !done.has(id))).toEqual([]);
  });

  test.runIf(traits.includes('shared'))('two workers never do one job at the same time', async (context) => {
    const { queue, open } = await setUp(context);
    const there = await open();
    let left = 100;
    const steps = new Map<string, number>();
    const { step, when, twice, ended } = recorder(async (id) => {
      await nextTurn();
      const count = (steps.get(id) ?? 0) + 1;
      steps.set(id, count);
      // Each is handed on twice.
      if (count < 3) return { againInMs: 1 };
      left -= 1;
      return null;
    });
    await queue.work(step, { concurrency: 8, onError: fail });
    await there.work(step, { concurrency: 8, onError: fail });
    await Promise.all(ids(100).map((id, i) => (i % 2 ? queue : there).add(id)));
    await when(() => left === 0);
    await empty(there);
    expect(twice).toEqual([]);
    expect(ended).toHaveLength(300);
  });
});

describe.runIf(url !== null)('a lock in Redis', { concurrent: true }, () => {
  test('that is lost ends the signal, and the job is done again, not beside the step that lost it', async (context) => {
    const store = redisStore();
    const queue = await store.open();
    const client = await createClient({ url: url! }).connect();
    context.onTestFinished(async () => {
      client.destroy();
      await queue.close();
    });
    const { step, when, begun, twice } = recorder(async (_, signal) => {
      if (begun.length > 1) return null;
      const [lock] = await client.keys(`gateway:queue:${store.address![2]}:*:lock`);
      await client.del(lock!);
      await once(signal, 'abort');
      // Goes on all the same, until the job was given to this worker again and put aside.
      await until(async () => (await client.zCard(`gateway:queue:${store.address![2]}:delayed`)) === 1);
      return { againInMs: 600_000 };
    });
    await queue.work(step, { concurrency: 3, onError: fail });
    await queue.add('k');
    await when(() => begun.length === 2);
    await empty(queue);
    expect(twice).toEqual([]);
  });
});

describe.concurrent('the SQLite file of a queue', () => {
  test('is for one owner', async ({ onTestFinished }) => {
    const store = sqliteStore();
    const queue = await store.open();
    onTestFinished(() => queue.close());
    await expect(store.open()).rejects.toThrow(DataDirInUse);
  });

  test('is empty after many jobs at once, each done once', async ({ onTestFinished }) => {
    const queue = await sqliteStore().open();
    onTestFinished(() => queue.close());
    const { step, when, ended } = recorder();
    await queue.work(step, { concurrency: 16, onError: fail });
    await Promise.all(ids(5_000).map((id) => queue.add(id)));
    await when(() => ended.length === 5_000);
    await empty(queue);
    expect(new Set(ended).size).toBe(5_000);
    expect(ended).toHaveLength(5_000);
  });
});

const HOUR = 3_600_000;

describe.concurrent('a clock that is set back by an hour', () => {
  test('does not hold up a SQLite queue that is running', async ({ onTestFinished }) => {
    let behind = 0;
    const clock = { monotonic: systemClock.monotonic, now: () => Date.now() - behind };
    const queue = sqliteQueue(null, 'jobs', clock);
    onTestFinished(() => queue.close());
    const { step, when, ended } = recorder(async () => (ended.length === 0 ? { againInMs: 50 } : null));
    await queue.work(step, { concurrency: 1, onError: fail });
    await queue.add('a');
    await when(() => ended.length === 1);
    behind = HOUR;
    await queue.add('b');
    await when(() => ended.length === 3);
    expect(ended.toSorted()).toEqual(['a', 'a', 'b']);
  });

  test('while a SQLite queue was closed puts nothing off', async ({ onTestFinished }) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'queue-'));
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
    const ahead = sqliteQueue(dataDir, 'jobs', { monotonic: systemClock.monotonic, now: () => Date.now() + HOUR });
    const before = recorder(async (id) => (id === 'again' ? { againInMs: 20_000 } : null));
    await ahead.work(before.step, { concurrency: 1, onError: fail });
    await ahead.add('again');
    await before.when(() => before.ended.length === 1);
    await ahead.close();
    const queue = sqliteQueue(dataDir, 'jobs', systemClock);
    onTestFinished(() => queue.close());
    const { step, when, ended } = recorder();
    await queue.work(step, { concurrency: 1, onError: fail });
    await when(() => ended.length === 1);
  });

  test.runIf(url !== null)('does not hold up BullMQ', async ({ onTestFinished }) => {
    let ahead = HOUR;
    const name = `test-${randomUUID()}`;
    const queue = await bullQueue({ url: url!, name, onError: () => {}, now: () => Date.now() + ahead });
    onTestFinished(async () => {
      await queue.close();
      await forgetKeys(`gateway:queue:${name}:*`);
    });
    const { step, when, ended } = recorder(async () => (ended.length === 0 ? { againInMs: 50 } : null));
    await queue.work(step, { concurrency: 1, onError: fail });
    await queue.add('a');
    await when(() => ended.length === 1);
    ahead = 0;
    await when(() => ended.length === 2);
  });
});

describe.runIf(canStartRedis())('when Redis goes away', { concurrent: true }, () => {
  test('all jobs finish after it is back, and who lost its job is told', { timeout: 40_000 }, async () => {
    await using redis = await ownRedis();
    const errors: Error[] = [];
    const options = { url: redis.url, name: 'test', onError: (error: Error) => void errors.push(error) };
    const [queue, there] = [await bullQueue(options), await bullQueue(options)];
    const done = new Set<string>();
    let lost = 0;
    const held = recorder(async (id, signal) => {
      if (done.size < 20 || lost > 0) {
        done.add(id);
        return null;
      }
      // Until the lock is lost: nobody else does.
      await once(signal, 'abort');
      lost += 1;
      throw signal.reason;
    });
    await Promise.all(ids(60).map((id) => queue.add(id)));
    for (const each of [queue, there]) await each.work(held.step, { concurrency: 4, onError: fail });
    await held.when(() => held.begun.length >= 28);
    await redis.stop();
    await expect(queue.add('lost')).rejects.toThrow();
    await expect(queue.size()).rejects.toThrow();
    await until(() => lost === 8);
    await redis.start();
    await until(() =>
      queue.add('added later').then(
        () => true,
        () => false,
      ),
    );
    await held.when(() => done.size === 61);
    await empty(queue);
    expect(held.twice).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
    await Promise.all([queue.close(), there.close()]);
  });

  test('a restart in the middle of quick jobs loses none', { timeout: 40_000 }, async () => {
    await using redis = await ownRedis();
    const queue = await bullQueue({ url: redis.url, name: 'test', onError: () => {} });
    const { step, when, ended, twice } = recorder(async () => {
      await nextTurn();
      return null;
    });
    await Promise.all(ids(2_000).map((id) => queue.add(id)));
    await queue.work(step, { concurrency: 10, onError: fail });
    await when(() => ended.length > 300);
    await redis.stop();
    await redis.start();
    await when(() => new Set(ended).size === 2_000);
    await until(() =>
      queue.size().then(
        (size) => size === 0,
        () => false,
      ),
    );
    expect(twice).toEqual([]);
    await queue.close();
  });

  test('starts without it, works when it comes, and closes without it', { timeout: 40_000 }, async () => {
    await using redis = await ownRedis();
    await redis.stop();
    const queue = await bullQueue({ url: redis.url, name: 'test', onError: () => {} });
    const { step, when, ended } = recorder();
    await queue.work(step, { concurrency: 2, onError: fail });
    await expect(queue.add('early')).rejects.toThrow();
    await redis.start();
    await until(() =>
      queue.add('a').then(
        () => true,
        () => false,
      ),
    );
    await when(() => ended.length === 1);
    await redis.stop();
    await queue.close();
  });
});
