import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/infra/clock.ts';
import { type EventLog, type LoggedEvent, sqliteEventLog } from '../../src/infra/event-log.ts';
import { redisEventLog } from '../../src/infra/event-log-redis.ts';
import { canStartRedis, forgetKeys, ownRedis, redisUrl, until } from './own-redis.ts';

const LONG = 3_600_000;
const directory = () => mkdtempSync(join(tmpdir(), 'events-'));
const redis = await redisUrl();

/** A log of its own for each test; `again` opens the same one a second time, as another process or after a restart. */
type Opened = { log: EventLog; again: (() => Promise<EventLog>) | null };
type Open = () => Promise<Opened>;

const keep = (log: EventLog) => {
  onTestFinished(() => log.close().catch(() => {}));
  return log;
};

async function openRedis(url: string): Promise<Opened> {
  const name = `test-${systemClock.uuid()}`;
  const open = async () => {
    const log = keep(await redisEventLog({ url, name, retentionMs: LONG, onError: () => {} }));
    await until(() =>
      log.count().then(
        () => true,
        () => false,
      ),
    );
    return log;
  };
  if (url === redis) onTestFinished(() => forgetKeys(`gateway:${name}*`));
  return { log: await open(), again: open };
}

const ADAPTERS: [name: string, open: Open, there: boolean][] = [
  [
    'SQLite in a file',
    async () => {
      const dir = directory();
      const log = keep(sqliteEventLog(dir, 'events'));
      // Its file is for one owner.
      const again = async () => {
        await log.close();
        return keep(sqliteEventLog(dir, 'events'));
      };
      return { log, again };
    },
    true,
  ],
  ['SQLite in memory', async () => ({ log: keep(sqliteEventLog(null, 'events')), again: null }), true],
  ['Redis', () => openRedis(redis!), redis !== null],
];

const event = (key: string, topic = 'a', at = Date.now()) => ({ key, topic, at, body: `{"of":"${key}"}` });
const keys = (events: LoggedEvent[]) => events.map(({ key }) => key);

describe.each(ADAPTERS)('%s', (name, open, there) => {
  it.skipIf(!there)('gives back what was appended, oldest first', async () => {
    const { log } = await open();
    expect([await log.read({ limit: 9 }), await log.count(), await log.last(), await log.find('x')]).toEqual([
      [],
      0,
      undefined,
      null,
    ]);
    // Text of any kind; a moment before the last one is no earlier place.
    const events = [
      { key: 'k1', topic: 'élection 🗳️', at: 1_700_000_000_000, body: '{"a":"é\\u0000🗳️ \' \\" ; --"}' },
      { key: 'k0', topic: '12', at: 1_600_000_000_000, body: 'x'.repeat(256 * 1024) },
      { key: 'k2', topic: 'a:b{c}', at: 0, body: '' },
    ];
    for (const one of events) expect(await log.append(one)).toBe(true);
    const read = await log.read({ limit: 9 });
    expect(read.map(({ position: _, ...rest }) => rest)).toEqual(events);
    expect(new Set(read.map(({ position }) => position)).size).toBe(3);
    for (const one of read) {
      // What `parseAfter` of the schema takes for a cursor's.
      expect(one.position).toMatch(/^\d{1,16}(-\d{1,16})?$/);
      expect(await log.find(one.key)).toEqual(one);
      expect(await log.read({ topic: one.topic, limit: 9 })).toEqual([one]);
    }
    expect(await log.last()).toBe(read[2]!.position);
  });

  it.skipIf(!there)('reads on after a position, as much as is asked, of one topic or of all', async () => {
    const { log } = await open();
    for (let i = 0; i < 20; i++) await log.append(event(`k${i}`, i % 2 ? 'odd' : 'even'));
    const all = await log.read({ limit: 100 });
    expect(keys(all)).toEqual(Array.from({ length: 20 }, (_, i) => `k${i}`));
    for (const topic of [undefined, 'odd', 'even', 'none']) {
      const expected = all.filter((one) => topic === undefined || one.topic === topic);
      expect(await log.count(topic)).toBe(expected.length);
      const pages: LoggedEvent[] = [];
      for (let after: string | undefined; ; ) {
        const page: LoggedEvent[] = await log.read({ topic, after, limit: 3 });
        expect(page.length).toBeLessThanOrEqual(3);
        pages.push(...page);
        if (page.length === 0) break;
        after = page.at(-1)!.position;
      }
      expect(pages).toEqual(expected);
    }
    // A position of another topic is a position.
    expect(keys(await log.read({ topic: 'odd', after: all[16]!.position, limit: 9 }))).toEqual(['k17', 'k19']);
    expect(await log.read({ after: all[19]!.position, limit: 9 })).toEqual([]);
  });

  it.skipIf(!there)('takes each key once, also when fifty come with it at once', async () => {
    const { log } = await open();
    const one = await Promise.all(Array.from({ length: 50 }, (_, i) => log.append({ ...event('same'), body: `${i}` })));
    expect(one.filter(Boolean)).toHaveLength(1);
    expect(await log.append(event('same', 'another topic'))).toBe(false);
    expect(await log.read({ limit: 9 })).toMatchObject([{ key: 'same', topic: 'a', body: `${one.indexOf(true)}` }]);
    const many = await Promise.all(Array.from({ length: 50 }, (_, i) => log.append(event(`k${i % 10}`))));
    expect(many.filter(Boolean)).toHaveLength(10);
    expect([await log.count(), await log.count('a'), await log.count('another topic')]).toEqual([11, 11, 0]);
  });

  it.skipIf(!there)('wakes who watches after each event, until told to stop', async () => {
    const { log } = await open();
    let woken = 0;
    let next = Promise.withResolvers<void>();
    const stop = log.watch(() => {
      woken++;
      next.resolve();
    });
    for (let i = 0; i < 3; i++) {
      next = Promise.withResolvers();
      await log.append(event(`k${i}`));
      await next.promise;
    }
    stop();
    const before = woken;
    // Another watcher tells when the next event has made its way.
    const other = Promise.withResolvers<void>();
    log.watch(() => other.resolve());
    await log.append(event('last'));
    await other.promise;
    expect(woken).toBe(before);
  });

  it.skipIf(!there)('forgets what came before a moment, and never uses a position again', async () => {
    const { log, again } = await open();
    const old = Date.now();
    for (const key of ['k1', 'k2']) await log.append(event(key, key, old));
    // Redis counts time itself, in whole milliseconds.
    await until(() => Date.now() > old + 5);
    const [first, second] = await log.read({ limit: 9 });
    await log.purge(Date.now());
    expect([await log.read({ limit: 9 }), await log.count(), await log.count('k1'), await log.find('k1')]).toEqual([
      [],
      0,
      0,
      null,
    ]);
    // What is forgotten can come again: else it would be confirmed and not be there.
    expect(await log.append(event('k1', 'k1'))).toBe(true);
    const later = again ? await again() : log;
    await later.append(event('k3', 'k2'));
    const read = await later.read({ limit: 9 });
    expect(keys(read)).toEqual(['k1', 'k3']);
    expect(new Set([first, second, ...read].map((one) => one!.position)).size).toBe(4);
    // Who had seen the second goes on after it, with nothing missed.
    expect(keys(await later.read({ after: second!.position, limit: 9 }))).toEqual(['k1', 'k3']);
    expect(await later.find('k1')).toEqual(read[0]);
  });

  const lasts = name !== 'SQLite in memory';
  (lasts ? it.skipIf(!there) : () => {})('is there when it is opened again', async () => {
    const { log, again } = await open();
    for (const key of ['k1', 'k2']) await log.append(event(key));
    const before = await log.read({ limit: 9 });
    await log.close();
    const later = await again!();
    expect(await later.read({ limit: 9 })).toEqual(before);
    expect(await later.last()).toBe(before[1]!.position);
    expect(await later.append(event('k1'))).toBe(false);
  });
});

describe('two processes over one Redis', () => {
  it.skipIf(!redis)('wake each other, and share one order', async () => {
    const { log, again } = await openRedis(redis!);
    const other = await again!();
    const told = Promise.withResolvers<void>();
    // Each asks until its subscription stands: an event before that is read anyway.
    other.watch(() => told.resolve());
    let count = 0;
    await until(async () => {
      await log.append(event(`k${count++}`));
      return Promise.race([
        told.promise.then(() => true),
        new Promise<boolean>((resolve) => setTimeout(resolve, 20, false)),
      ]);
    });
    const appended = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 ? log : other).append(event(`both${i % 20}`))),
    );
    expect(appended.filter(Boolean)).toHaveLength(20);
    expect(await other.read({ limit: 100 })).toEqual(await log.read({ limit: 100 }));
  });
});

describe('a Redis that goes away', () => {
  let server: Awaited<ReturnType<typeof ownRedis>> | undefined;
  const can = canStartRedis();
  beforeAll(async () => {
    if (can) server = await ownRedis();
  });
  afterAll(async () => server?.[Symbol.asyncDispose]());

  it.skipIf(!can)('fails what would not be stored, and wakes the watchers when it is back', async () => {
    const { log } = await openRedis(server!.url);
    await log.append(event('before'));
    await server!.stop();
    await until(() =>
      log.append(event('lost')).then(
        () => false,
        () => true,
      ),
    );
    const back = Promise.withResolvers<void>();
    log.watch(() => back.resolve());
    await server!.start();
    await back.promise;
    await until(() =>
      log.append(event('after')).then(
        () => true,
        () => false,
      ),
    );
    const found = keys(await log.read({ limit: 9 }));
    expect([found[0], found.at(-1)]).toEqual(['before', 'after']);
  });
});
