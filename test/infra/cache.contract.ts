import { once } from 'node:events';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type Cache,
  type CacheOutcome,
  type CacheStore,
  createCache,
  type Freshness,
  type Load,
} from '../../src/infra/cache.ts';
import { manualClock } from '../support/gateway.ts';

const SPANS: Freshness = { freshMs: 10_000, renewMs: 5_000, keepMs: 60_000 };

class Down extends Error {}

/** A load that the test ends by hand. */
function loadByHand() {
  const calls: Array<{ signal: AbortSignal; resolve(value: unknown): void; reject(error: unknown): void }> = [];
  const load = ({ signal }: Load) =>
    new Promise<unknown>((resolve, reject) => {
      calls.push({ signal, resolve, reject });
      began.dispatchEvent(new Event('began'));
    });
  const began = new EventTarget();
  const next = async (count: number) => {
    while (calls.length < count) await once(began, 'began');
    return calls[count - 1]!;
  };
  return { load, calls, next };
}

/** What every store behind `createCache` has to do. */
export function cacheContract(name: string, open: () => Promise<CacheStore>): void {
  describe(`the cache over ${name}`, () => {
    let cache: Cache;
    let clock: ReturnType<typeof manualClock>;
    let outcomes: CacheOutcome[];
    /** No other test has it, in this run or another at the same time: Redis is shared. */
    let key: string;
    let loads: number;

    beforeEach(async () => {
      clock = manualClock(Date.now());
      outcomes = [];
      loads = 0;
      key = `test:${clock.uuid()}`;
      const store = await open();
      cache = createCache({
        store,
        clock,
        standsIn: (error) => error instanceof Down,
        staleAfterMs: 50,
        observe: (outcome) => outcomes.push(outcome),
      });
      return async () => {
        await cache.close();
        await store.disconnect();
      };
    });

    const read = async (more: Partial<Parameters<Cache['read']>[0]> = {}) =>
      cache.read({ key, freshness: SPANS, load: async () => ++loads as unknown, ...more });
    const fails = (error: Error) => ({ load: () => Promise.reject(error) });

    it('gives back what it holds while that is fresh', async () => {
      const first = { value: 1, asOf: clock.now(), stale: false };
      expect(await read()).toEqual(first);
      clock.advance(SPANS.freshMs - 1);
      expect(await read()).toEqual(first);
      expect([loads, outcomes]).toEqual([1, ['miss', 'fresh']]);
    });

    it('then at once what it holds, while one load renews it behind the readers', async () => {
      const { value, asOf } = await read();
      clock.advance(SPANS.freshMs);
      const { load, calls, next } = loadByHand();
      // Nothing has been answered yet: whoever is served did not wait.
      for (const _ of [1, 2, 3]) expect(await read({ load })).toEqual({ value, asOf, stale: false });
      (await next(1)).resolve('new');
      await expect.poll(async () => (await read({ load })).value).toBe('new');
      expect(calls).toHaveLength(1);
      expect(outcomes.slice(0, 4)).toEqual(['miss', 'renewing', 'renewing', 'renewing']);
    });

    it('keeps what it holds when the renewal fails, and nobody hears of it', async () => {
      const { value } = await read();
      clock.advance(SPANS.freshMs);
      expect((await read(fails(new Error('other')))).value).toBe(value);
      expect((await read(fails(new Down()))).value).toBe(value);
    });

    it('then waits for a new one', async () => {
      await read();
      clock.advance(SPANS.freshMs + SPANS.renewMs);
      expect(await read()).toEqual({ value: 2, asOf: clock.now(), stale: false });
    });

    it('serves the old one, marked, when the source is down', async () => {
      const first = await read();
      clock.advance(SPANS.freshMs + SPANS.renewMs);
      expect(await read(fails(new Down()))).toEqual({ ...first, stale: true });
      expect(outcomes).toEqual(['miss', 'stale']);
      expect((await read()).value).toBe(2);
    });

    it('does not serve the old one for another error', async () => {
      const error = new Error('no');
      await read();
      clock.advance(SPANS.freshMs + SPANS.renewMs);
      await expect(read(fails(error))).rejects.toBe(error);
    });

    it('passes the failure on when it holds nothing, and keeps nothing of it', async () => {
      await expect(read(fails(new Down()))).rejects.toBeInstanceOf(Down);
      expect((await read()).value).toBe(1);
    });

    it('takes nothing older than maxAgeMs', async () => {
      const first = await read();
      clock.advance(1_000);
      expect(await read({ maxAgeMs: 1_001 })).toEqual(first);
      expect((await read({ maxAgeMs: 1_000 })).value).toBe(2);
      expect((await read({ maxAgeMs: 0 })).value).toBe(3);
      clock.advance(SPANS.freshMs);
      expect((await read({ maxAgeMs: SPANS.freshMs })).value).toBe(4);
      expect((await read({ maxAgeMs: 0, ...fails(new Down()) })).stale).toBe(true);
    });

    it('gives whoever has a copy that copy, marked, when a newer one is long in coming, and keeps the newer one', async () => {
      const first = await read();
      clock.advance(SPANS.freshMs + SPANS.renewMs);
      const { load, calls, next } = loadByHand();
      expect(await read({ load })).toEqual({ ...first, stale: true });
      expect(await read({ load, signal: AbortSignal.timeout(25) })).toEqual({ ...first, stale: true });
      const { signal, resolve } = await next(1);
      expect([signal.aborted, calls.length, outcomes]).toEqual([false, 1, ['miss', 'stale', 'stale']]);
      resolve('late');
      await expect.poll(async () => (await read({ load })).value).toBe('late');
    });

    it('waits for a newer one for as long as the reader says', async () => {
      await read();
      clock.advance(SPANS.freshMs + SPANS.renewMs);
      const { load, next } = loadByHand();
      const patient = read({ load, patienceMs: 60_000 });
      expect((await read({ load })).stale).toBe(true);
      (await next(1)).resolve('late');
      expect(await patient).toMatchObject({ value: 'late', stale: false });
    });

    it('takes no notice of a clock that is set back', async () => {
      await read();
      clock.set(clock.now() - 60 * 60_000);
      clock.advance(SPANS.freshMs - 1);
      expect((await read()).value).toBe(1);
      clock.advance(1 + SPANS.renewMs);
      expect(await read()).toEqual({ value: 2, asOf: clock.now(), stale: false });
    });

    it('does not take for young what another cache will only hold later, by our clock', async () => {
      const store = await open();
      const options = { store, standsIn: () => false, staleAfterMs: 50 };
      const ahead = createCache({ ...options, clock: { ...clock, now: () => clock.now() + 60 * 60_000 } });
      const ours = createCache({ ...options, clock });
      const there = { key: `${key}:shared`, freshness: SPANS };
      await ahead.read({ ...there, load: async () => 'old' });
      expect((await ours.read({ ...there, load: async () => 'new' })).value).toBe('new');
      await store.disconnect();
    });

    it('does not mix keys', async () => {
      await read();
      expect((await read({ key: `${key}:2` })).value).toBe(2);
      expect((await read()).value).toBe(1);
    });

    it('makes one load of identical reads at one moment', async () => {
      const { load, calls, next } = loadByHand();
      const reads = Array.from({ length: 20 }, () => read({ load }));
      (await next(1)).resolve('all');
      expect(new Set((await Promise.all(reads)).map(({ value }) => value))).toEqual(new Set(['all']));
      expect(calls).toHaveLength(1);
    });

    it('gives a failure to all who wait, and loads anew for the next', async () => {
      const { load, next } = loadByHand();
      const reads = [read({ load }), read({ load })];
      const settled = Promise.allSettled(reads);
      (await next(1)).reject(new Error('no'));
      expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect((await read()).value).toBe(1);
    });

    it('cancels a load when its last reader leaves, and not before', async () => {
      const { load, calls, next } = loadByHand();
      const [one, two] = [new AbortController(), new AbortController()];
      const first = read({ load, signal: one.signal }).catch(({ message }) => message);
      const { signal } = await next(1);
      const second = read({ load, signal: two.signal }).catch(({ message }) => message);
      // Both are in once a third, which comes after them, is.
      await read({ key: `${key}:third` });
      one.abort(new Error('one left'));
      expect(await first).toBe('one left');
      expect(signal.aborted).toBe(false);
      two.abort(new Error('two left'));
      expect(await second).toBe('two left');
      expect(signal.aborted).toBe(true);
      // Whoever comes next does not get the cancelled one. (The third made the first load.)
      expect((await read()).value).toBe(2);
      expect(calls).toHaveLength(1);
    });

    it('does not cancel a load that somebody without a signal waits for', async () => {
      const { load, next } = loadByHand();
      const patient = read({ load });
      const { signal, resolve } = await next(1);
      const leaver = new AbortController();
      const gone = read({ load, signal: leaver.signal }).catch(() => 'gone');
      await read({ key: `${key}:other` });
      leaver.abort();
      expect(await gone).toBe('gone');
      expect(signal.aborted).toBe(false);
      resolve('kept');
      expect((await patient).value).toBe('kept');
    });

    it.each([
      ['before it asks', (caller: AbortController) => caller.abort(new Error('gone')), () => {}],
      ['while the store is asked', () => {}, (caller: AbortController) => caller.abort(new Error('gone'))],
    ])('loads nothing for a reader who leaves %s', async (_when, before, after) => {
      const caller = new AbortController();
      before(caller);
      const reading = read({ signal: caller.signal });
      after(caller);
      await expect(reading).rejects.toThrow('gone');
      expect(loads).toBe(0);
    });

    it('ends its loads when it is closed', async () => {
      const { load, next } = loadByHand();
      read({ load }).catch(() => {});
      const { signal } = await next(1);
      await cache.close();
      expect(signal.aborted).toBe(true);
    });

    it('gives back what JSON can say, equal', async () => {
      const awkward: fc.JsonValue[] = [
        null,
        '',
        ':',
        ':base64:AAAA',
        '::x',
        { toJSON: 1 },
        { value: 1, expires: 1 },
        [[]],
        {},
      ];
      let count = 0;
      await fc.assert(
        fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
          // -0 is the one number that JSON cannot say.
          const said = JSON.parse(JSON.stringify(value));
          const options = { key: `${key}:${count++}`, load: async () => said };
          await read(options);
          expect((await read({ ...options, load: () => Promise.reject(new Error('not kept')) })).value).toEqual(said);
        }),
        { numRuns: 50, examples: awkward.map((value) => [value] as [fc.JsonValue]) },
      );
    });
  });
}
