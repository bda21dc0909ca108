import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  type Document,
  type Documents,
  type Listed,
  type ListPage,
  type ListQuery,
  sqliteDocuments,
} from '../../src/infra/documents.ts';
import { redisDocuments } from '../../src/infra/documents-redis.ts';
import { DataDirInUse } from '../../src/infra/sqlite.ts';
import { canStartRedis, forgetKeys, ownRedis, redisUrl, until } from './own-redis.ts';

type Adapter = {
  open(): Promise<Documents>;
  now(): number;
  /** Lets this much time pass for the documents. */
  pass(ms: number): Promise<void>;
  remove(): Promise<void>;
};

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});
function temporaryDir() {
  const dir = mkdtempSync(join(tmpdir(), 'documents-'));
  dirs.push(dir);
  return dir;
}

function sqliteAdapter(dataDir: string | null): Adapter {
  let time = 1_700_000_000_000;
  return {
    open: async () => sqliteDocuments(dataDir, 'state', () => time),
    now: () => time,
    pass: async (ms) => {
      time += ms;
    },
    remove: async () => {},
  };
}

const url = await redisUrl();
const fail = (error: Error) => {
  throw error;
};
function redisAdapter(): Adapter {
  const name = `test-${randomUUID()}`;
  return {
    open: () => redisDocuments({ url: url!, name, onError: fail }),
    now: () => Date.now(),
    pass: async (ms) => {
      const end = Date.now() + ms + 5;
      await until(() => Date.now() > end);
    },
    remove: () => forgetKeys(`gateway:${name}:*`),
  };
}

const adapters: [string, () => Adapter, string[]][] = [
  ['SQLite file', () => sqliteAdapter(temporaryDir()), ['survives']],
  ['memory', () => sqliteAdapter(null), []],
  ...(url ? [['Redis', redisAdapter, ['survives', 'shared']] satisfies [string, () => Adapter, string[]]] : []),
];

/** What a listener hears, and the moment when it has heard enough. */
function recorder() {
  const heard: (Document | null)[] = [];
  const checks: (() => void)[] = [];
  let resyncs = 0;
  const moved = () => {
    for (const check of checks) check();
  };
  return {
    heard,
    listener: {
      changed(document: Document | null) {
        heard.push(document);
        moved();
      },
      resync() {
        resyncs += 1;
        moved();
      },
    },
    when: (enough: (heard: (Document | null)[], resyncs: number) => boolean) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (enough(heard, resyncs)) resolve();
        };
        checks.push(check);
        check();
      }),
  };
}

async function increment(documents: Documents, key: string, expiresAt: number): Promise<void> {
  const { version, body } = (await documents.get(key))!;
  if (!(await documents.replace(key, version, String(Number(body) + 1), expiresAt)))
    await increment(documents, key, expiresAt);
}

describe.each(adapters)('documents in %s', (_, make, traits) => {
  let adapter: Adapter;
  let opened: Documents[] = [];
  async function setUp() {
    adapter = make();
    opened = [];
    return open();
  }
  async function open() {
    const documents = await adapter.open();
    opened.push(documents);
    return documents;
  }
  const later = () => adapter.now() + 60_000;
  afterEach(async () => {
    for (const documents of opened) await documents.close();
    await adapter.remove();
  });

  test('one of 50 creates at once makes the document', async () => {
    const documents = await setUp();
    const made = await Promise.all(Array.from({ length: 50 }, (_, i) => documents.create('k', `body ${i}`, later())));
    const [winner, ...others] = made.filter((document) => document !== null);
    expect(others).toEqual([]);
    expect(winner).toEqual({ version: 1, body: `body ${made.indexOf(winner!)}` });
    expect(await documents.get('k')).toEqual(winner);
    expect(await documents.get('other')).toBeNull();
  });

  test('replaces the current version only, and loses none of 50 increments', async () => {
    const documents = await setUp();
    await documents.create('k', '0', later());
    expect(await documents.replace('k', 2, 'early', later())).toBe(false);
    await Promise.all(Array.from({ length: 50 }, () => increment(documents, 'k', later())));
    expect(await documents.get('k')).toEqual({ version: 51, body: '50' });
    expect(await documents.replace('k', 50, 'stale', later())).toBe(false);
    expect(await documents.replace('missing', 1, 'x', later())).toBe(false);
  });

  test('keeps any text as it is', async () => {
    const documents = await setUp();
    const text = '\n{"name":"Wanjikũ \u{1F5F3}","empty":""}\r\n\u0000 end\n';
    const { heard, listener, when } = recorder();
    await documents.watch('a:b {c} ü', listener);
    await documents.create('a:b {c} ü', text, later());
    expect(await documents.get('a:b {c} ü')).toEqual({ version: 1, body: text });
    await documents.replace('a:b {c} ü', 1, '', later());
    expect(await documents.get('a:b {c} ü')).toEqual({ version: 2, body: '' });
    await when(() => heard.length === 2);
    expect(heard).toEqual([
      { version: 1, body: text },
      { version: 2, body: '' },
    ]);
  });

  test('deletes once', async () => {
    const documents = await setUp();
    await documents.create('k', 'x', later());
    const deleted = await Promise.all([documents.delete('k'), documents.delete('k'), documents.delete('missing')]);
    expect(deleted).toEqual([true, false, false]);
    expect(await documents.get('k')).toBeNull();
    expect(await documents.replace('k', 1, 'y', later())).toBe(false);
    expect(await documents.create('k', 'again', later())).toEqual({ version: 1, body: 'again' });
  });

  test('what has expired is not there', async () => {
    const documents = await setUp();
    const soon = () => adapter.now() + 1_000;
    await documents.create('short', 'x', soon());
    await documents.create('long', 'x', later());
    await documents.create('prolonged', 'x', soon());
    expect(await documents.replace('prolonged', 1, 'y', later())).toBe(true);
    expect(await documents.create('short', 'second', soon())).toBeNull();
    await adapter.pass(1_000);
    expect(await documents.get('short')).toBeNull();
    expect(await documents.replace('short', 1, 'y', later())).toBe(false);
    expect(await documents.delete('short')).toBe(false);
    expect(await documents.create('short', 'new', later())).toEqual({ version: 1, body: 'new' });
    await documents.purge();
    expect(await documents.get('short')).toEqual({ version: 1, body: 'new' });
    expect(await documents.get('long')).toEqual({ version: 1, body: 'x' });
    expect(await documents.get('prolonged')).toEqual({ version: 2, body: 'y' });
  });

  test('a watcher hears every version once and in order, and no other key', async () => {
    const documents = await setUp();
    const { heard, listener, when } = recorder();
    await documents.create('k', '0', later());
    await documents.watch('k', listener);
    await documents.create('other', 'x', later());
    await Promise.all(Array.from({ length: 20 }, () => increment(documents, 'k', later())));
    await documents.replace('k', 1, 'refused', later());
    await documents.delete('k');
    await documents.create('k', 'anew', later());
    await when(() => heard.length >= 22);
    expect(heard).toEqual([
      ...Array.from({ length: 20 }, (_, i) => ({ version: i + 2, body: String(i + 1) })),
      null,
      { version: 1, body: 'anew' },
    ]);
  });

  test('who stops watching hears no more, the others do', async () => {
    const documents = await setUp();
    const [leaving, staying] = [recorder(), recorder()];
    const stop = await documents.watch('k', leaving.listener);
    await documents.watch('k', staying.listener);
    await documents.create('k', 'x', later());
    await Promise.all([leaving.when((heard) => heard.length === 1), staying.when((heard) => heard.length === 1)]);
    stop();
    stop();
    await documents.replace('k', 1, 'y', later());
    await staying.when((heard) => heard.length === 2);
    expect(leaving.heard).toHaveLength(1);
  });

  test('watchers that come and go at once lose each other nothing', async () => {
    const documents = await setUp();
    await documents.create('k', '0', later());
    for (let round = 0; round < 20; round++) {
      const [first, second, third] = [recorder(), recorder(), recorder()];
      const leaving = await documents.watch('k', first.listener);
      const coming = documents.watch('k', second.listener);
      leaving();
      const stops = await Promise.all([coming, documents.watch('k', third.listener)]);
      await increment(documents, 'k', later());
      await Promise.all([second.when((heard) => heard.length === 1), third.when((heard) => heard.length === 1)]);
      for (const stop of stops) stop();
    }
  });

  describe('a list', () => {
    const listed = (at: number, group: string, until = later()): Listed => ({ list: 'mine', at, group, until });
    const ALL = ['new', 'old'];
    const keysOf = ({ documents }: ListPage) => documents.map(({ key }) => key);

    test('is in pages, newest first and without a gap, and counts what it has', async () => {
      const documents = await setUp();
      const expected: string[] = [];
      for (let at = 1; at <= 25; at++) {
        // Of one moment, those with the later key come first.
        for (const key of [`check/${at}-a`, `check/${at}-b`]) {
          await documents.create(key, `body of ${key}`, later(), listed(at * 1_000, at % 2 ? 'new' : 'old'));
          expected.unshift(key);
        }
      }
      await documents.create('check/unlisted', 'x', later());
      await documents.create('check/elsewhere', 'x', later(), { ...listed(1, 'new'), list: 'other' });
      for (const [groups, of] of [
        [ALL, expected],
        [['new'], expected.filter((key) => Number.parseInt(key.slice(6), 10) % 2 === 1)],
        [['none'], []],
      ] as const) {
        const seen: string[] = [];
        for (let after: ListQuery['after']; ; ) {
          const page = await documents.list('mine', { groups, after, first: 7 });
          expect(page.total).toBe(of.length);
          for (const { key, body, version } of page.documents)
            expect({ body, version }).toEqual({ body: `body of ${key}`, version: 1 });
          seen.push(...keysOf(page));
          expect(page.more).toBe(seen.length < of.length);
          after = page.documents.at(-1);
          if (!page.more) break;
        }
        expect(seen).toEqual(of);
      }
    });

    test('goes on where it was, whatever came, went or moved meanwhile', async () => {
      const documents = await setUp();
      for (let at = 1; at <= 4; at++) await documents.create(`k${at}`, 'x', later(), listed(at, 'new'));
      const page = await documents.list('mine', { groups: ALL, first: 2 });
      expect(keysOf(page)).toEqual(['k4', 'k3']);
      await documents.create('k5', 'x', later(), listed(5, 'new'));
      await documents.replace('k2', 1, 'moved', later(), listed(2, 'old'));
      expect(await documents.delete('k3', listed(3, 'whatever'))).toBe(true);
      const next = await documents.list('mine', { groups: ALL, after: page.documents.at(-1), first: 2 });
      expect(next).toEqual({
        documents: [
          { key: 'k2', at: 2, version: 2, body: 'moved' },
          { key: 'k1', at: 1, version: 1, body: 'x' },
        ],
        total: 4,
        more: false,
      });
    });

    test('has each document in the group of its last version, and only what was written', async () => {
      const documents = await setUp();
      await documents.create('k', 'x', later(), listed(1, 'new'));
      expect(await documents.create('k', 'again', later(), listed(1, 'old'))).toBeNull();
      expect(await documents.replace('k', 7, 'not the current one', later(), listed(1, 'old'))).toBe(false);
      expect(keysOf(await documents.list('mine', { groups: ['new'], first: 9 }))).toEqual(['k']);
      await documents.replace('k', 1, 'y', later(), listed(1, 'old'));
      expect(keysOf(await documents.list('mine', { groups: ['new'], first: 9 }))).toEqual([]);
      expect((await documents.list('mine', { groups: ['old'], first: 9 })).documents).toEqual([
        { key: 'k', at: 1, version: 2, body: 'y' },
      ]);
      // What was never in a list comes into it with its next version.
      await documents.create('late', 'x', later());
      await documents.replace('late', 1, 'x', later(), listed(2, 'new'));
      expect(keysOf(await documents.list('mine', { groups: ALL, first: 9 }))).toEqual(['late', 'k']);
      await documents.delete('k', listed(1, 'new'));
      expect(await documents.list('mine', { groups: ['old'], first: 9 })).toEqual({
        documents: [],
        total: 0,
        more: false,
      });
    });

    test('forgets what has ended, and is there for what has not', async () => {
      const documents = await setUp();
      const soon = adapter.now() + 1_000;
      await documents.create('long', 'x', later(), listed(1, 'new'));
      await documents.create('short', 'x', later(), listed(2, 'new', soon));
      await documents.create('gone', 'x', soon, listed(3, 'new', soon));
      expect(keysOf(await documents.list('mine', { groups: ALL, first: 9 }))).toEqual(['gone', 'short', 'long']);
      await adapter.pass(1_000);
      for (let time = 0; time < 2; time++) {
        const page = await documents.list('mine', { groups: ALL, first: 9 });
        expect([keysOf(page), page.total]).toEqual([['long'], 1]);
        await documents.purge();
      }
      expect(await documents.get('short')).toEqual({ version: 1, body: 'x' });
    });
  });

  test.runIf(traits.includes('survives'))('keeps the documents when it is opened again', async () => {
    const documents = await setUp();
    await documents.create('k', 'x', later());
    await documents.replace('k', 1, 'y', later());
    await documents.close();
    const again = await open();
    expect(await again.get('k')).toEqual({ version: 2, body: 'y' });
  });

  test.runIf(traits.includes('shared'))('two instances are one store, and hear each other', async () => {
    const here = await setUp();
    const there = await open();
    const recorders = [recorder(), recorder()] as const;
    await here.watch('k', recorders[0].listener);
    await there.watch('k', recorders[1].listener);
    const made = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i % 2 ? here : there).create('k', '0', later())),
    );
    expect(made.filter((document) => document !== null)).toHaveLength(1);
    await Promise.all(Array.from({ length: 50 }, (_, i) => increment(i % 2 ? here : there, 'k', later())));
    expect(await there.delete('k')).toBe(true);
    const all = [...Array.from({ length: 51 }, (_, i) => ({ version: i + 1, body: String(i) })), null];
    for (const { heard, when } of recorders) {
      await when(() => heard.length >= all.length);
      expect(heard).toEqual(all);
    }
  });
});

describe('the SQLite file', () => {
  function another(dataDir: string) {
    const script = new URL('./documents-process.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, dataDir, 'state'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const said = once(createInterface(child.stdout), 'line').then(([line]) => line as string);
    return { child, said, exited: once(child, 'exit') };
  }

  test('is for one process: a second one is refused, here and there', async () => {
    const dataDir = temporaryDir();
    const documents = sqliteDocuments(dataDir, 'state', Date.now);
    expect(await another(dataDir).said).toBe('DataDirInUse');
    expect(() => sqliteDocuments(dataDir, 'state', Date.now)).toThrow(DataDirInUse);
    // And the refused ones took nothing away from the first.
    expect(await another(dataDir).said).toBe('DataDirInUse');
    await documents.create('k', 'x', Date.now() + 60_000);
    await documents.close();
    const { child, said, exited } = another(dataDir);
    expect(await said).toBe('open');
    child.kill();
    await exited;
  });

  test('a killed process leaves its documents and no lock', async () => {
    const dataDir = temporaryDir();
    const { child, said, exited } = another(dataDir);
    expect(await said).toBe('open');
    expect(() => sqliteDocuments(dataDir, 'state', Date.now)).toThrow(DataDirInUse);
    child.kill('SIGKILL');
    await exited;
    const documents = sqliteDocuments(dataDir, 'state', Date.now);
    expect(await documents.get('written')).toEqual({ version: 1, body: 'by another process' });
    await documents.close();
  });

  test('is for its user alone, and forgets what was deleted', async () => {
    const dataDir = join(temporaryDir(), 'new');
    const documents = sqliteDocuments(dataDir, 'state', () => 1_000);
    const canary = randomUUID();
    // From outside: a handle of this process would drop the lock when it closes.
    const found = () =>
      execFileSync('sh', ['-c', `cat '${dataDir}'/* | grep -c '${canary}' || true`], { encoding: 'utf8' });
    await documents.create('erased', canary, 2_000);
    await documents.create('replaced', canary, 2_000);
    await documents.create('expired', canary, 1_000);
    expect(Number(found())).toBeGreaterThan(0);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    for (const end of ['', '-wal']) expect(statSync(join(dataDir, `state.sqlite${end}`)).mode & 0o777).toBe(0o600);
    await documents.delete('erased');
    await documents.replace('replaced', 1, 'nothing', 2_000);
    await documents.purge();
    expect(Number(found())).toBe(0);
    await documents.close();
  });

  test('after the end everything fails, nothing hangs', async () => {
    const documents = sqliteDocuments(temporaryDir(), 'state', Date.now);
    const late = documents.create('k', 'x', Date.now() + 60_000);
    await documents.close();
    await documents.close();
    expect(await late).toEqual({ version: 1, body: 'x' });
    await expect(documents.create('k', 'x', 0)).rejects.toThrow();
    await expect(documents.get('k')).rejects.toThrow();
  });
});

describe.runIf(canStartRedis())('when Redis goes away', () => {
  test.concurrent('calls fail at once, the documents are there again after it, and watchers are told', async () => {
    await using redis = await ownRedis();
    const documents = await redisDocuments({ url: redis.url, name: 'test', onError: () => {} });
    const { listener, when, heard } = recorder();
    await documents.create('k', 'x', Date.now() + 60_000);
    await documents.watch('k', listener);
    await redis.stop();
    await expect(documents.replace('k', 1, 'lost', Date.now() + 60_000)).rejects.toThrow();
    await expect(documents.get('k')).rejects.toThrow();
    await expect(documents.watch('k2', listener)).rejects.toThrow();
    await redis.start();
    await when((_, resyncs) => resyncs === 1);
    await until(() =>
      documents.get('k').then(
        () => true,
        () => false,
      ),
    );
    expect(await documents.get('k')).toEqual({ version: 1, body: 'x' });
    await documents.replace('k', 1, 'y', Date.now() + 60_000);
    await when(() => heard.length === 1);
    expect(heard).toEqual([{ version: 2, body: 'y' }]);
    await documents.close();
  });

  test.concurrent('a frozen one is given up', async () => {
    await using redis = await ownRedis();
    const documents = await redisDocuments({ url: redis.url, name: 'test', onError: () => {} });
    redis.freeze();
    await expect(documents.get('k')).rejects.toThrow('did not answer in time');
    redis.thaw();
    await until(() =>
      documents.get('k').then(
        () => true,
        () => false,
      ),
    );
    await documents.close();
  });

  test.concurrent('starts without it, and works when it comes', async () => {
    await using redis = await ownRedis();
    await redis.stop();
    const documents = await redisDocuments({ url: redis.url, name: 'test', onError: () => {} });
    await expect(documents.get('k')).rejects.toThrow();
    await redis.start();
    await until(() =>
      documents.get('k').then(
        () => true,
        () => false,
      ),
    );
    await documents.close();
  });
});
