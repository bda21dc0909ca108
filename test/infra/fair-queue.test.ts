import { expect, it } from 'vitest';
import { type Asker, createAskers } from '../../src/infra/askers.ts';
import { createFairQueue, type FairQueueOptions, HANGING, type Slot } from '../../src/infra/fair-queue.ts';

const LONG = 60_000;
const operation = (caller: string): Asker => ({ caller, spend() {} });

/** What is at work, and how the test ends it. */
function atWork(options: Partial<FairQueueOptions> = {}) {
  const queue = createFairQueue({ slots: 4, maxWaitMs: LONG, slowMs: LONG, ...options });
  const running = new Map<string, Slot & { end: () => void }>();
  const begun: string[] = [];
  const enter = (name: string, asker: Asker, { lane = name, askers = createAskers(asker), signal }: Entering = {}) => {
    const work = (slot: Slot) => {
      begun.push(name);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      running.set(name, Object.assign(slot, { end: resolve, cut: () => reject(new Error('cut')) }));
      return promise.finally(() => running.delete(name));
    };
    const done = queue.run({ lane, askers, signal }, work);
    done.catch(() => {});
    return done;
  };
  /** Ends whatever runs, until nothing does: gives the order in which all began. */
  const drain = async () => {
    await begin();
    while (running.size > 0) {
      const [[, { end }]] = running as unknown as [[string, { end: () => void }]];
      end();
      await begin();
    }
    return begun;
  };
  return { queue, enter, running, begun, drain };
}
/** Whoever's turn it is begins in a moment of its own. */
const begin = () => new Promise(setImmediate);

type Entering = { lane?: string; askers?: ReturnType<typeof createAskers>; signal?: AbortSignal };

it('fair queue: whoever wants one thing does not wait behind whoever wants many', async () => {
  const { enter, begun, drain } = atWork();
  const many = operation('a');
  for (let index = 0; index < 100; index++) void enter(`many ${index}`, many);
  void enter('same caller', operation('a'));
  void enter('other caller', operation('b'));
  await begin();
  // One slot of the four was kept free of the first caller.
  expect(begun).toEqual(['many 0', 'many 1', 'many 2', 'other caller']);
  const order = await drain();
  expect(order.indexOf('same caller')).toBeLessThan(6);
  expect(order).toHaveLength(102);
});

it('a caller with many operations has one turn, as a caller with one', async () => {
  const { enter, drain } = atWork();
  for (let index = 0; index < 30; index++) void enter(`a ${index}`, operation('a'));
  const other = operation('b');
  for (let index = 0; index < 3; index++) void enter(`b ${index}`, other);
  const order = await drain();
  expect(order.indexOf('b 2')).toBeLessThan(9);
});

it('no lane holds all slots, and what hangs a quarter of them', async () => {
  const { enter, running } = atWork({ slots: 8 });
  for (let index = 0; index < 8; index++) {
    void enter(`endpoint ${index}`, operation(`a${index}`), { lane: 'results' });
    void enter(`hanging ${index}`, operation(`b${index}`), { lane: HANGING });
  }
  await begin();
  const names = [...running.keys()];
  expect(names.filter((name) => name.startsWith('hanging'))).toHaveLength(2);
  expect(names.filter((name) => name.startsWith('endpoint'))).toHaveLength(6);
  const { enter: add, running: full } = atWork({ slots: 8 });
  for (let index = 0; index < 8; index++) void add(`${index}`, operation(`a${index}`), { lane: 'results' });
  await begin();
  expect(full.size).toBe(7);
});

it('what somebody joins takes the turn of whoever comes first', async () => {
  const { enter, drain } = atWork({ slots: 1 });
  const [busy, patient] = [operation('a'), operation('b')];
  for (let index = 0; index < 20; index++) void enter(`busy ${index}`, busy);
  const askers = createAskers(busy);
  void enter('shared', busy, { askers });
  askers.add(patient);
  expect((await drain()).indexOf('shared')).toBeLessThan(3);
});

it('refuses what waits for too long, with when to come back, and nothing of an operation that is being served', async () => {
  const { queue, enter, running } = atWork({ slots: 1, maxWaitMs: 300 });
  const served = operation('a');
  void enter('hangs', operation('b'));
  const refused = enter('waits', operation('c'));
  await expect(refused).rejects.toMatchObject({ retryAfterMs: 300 });
  running.get('hangs')!.end();
  const all = Array.from({ length: 6 }, (_, index) => enter(`served ${index}`, served));
  // Each takes half of the time that would be too long; together they take thrice that.
  for (let index = 0; index < 6; index++) {
    await expect.poll(() => running.has(`served ${index}`)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 150));
    running.get(`served ${index}`)!.end();
  }
  await Promise.all(all);
  expect(queue.waiting()).toBe(0);
});

it('cuts what takes longer than usual while others wait, down to half of the slots', async () => {
  const { enter, running, drain } = atWork({ slots: 4, slowMs: 50 });
  const slow = [0, 1, 2, 3].map((index) => enter(`slow ${index}`, operation(`a${index}`)));
  // Nobody waits: nobody is cut.
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(running.size).toBe(4);
  const others = [0, 1].map((index) => enter(`other ${index}`, operation(`b${index}`)));
  await expect(slow[0]).rejects.toThrow('cut');
  await expect(slow[1]).rejects.toThrow('cut');
  await expect.poll(() => [...running.keys()]).toEqual(['slow 2', 'slow 3', 'other 0', 'other 1']);
  await drain();
  await Promise.all([...others, slow[2], slow[3]]);
});

it('forgets who left: 100,000 that come and go leave nothing behind', async () => {
  const { queue, enter, running, begun } = atWork({ slots: 1 });
  void enter('hangs', operation('a'));
  const reason = new Error('gone');
  for (let round = 0; round < 100; round++) {
    const gone = new AbortController();
    const left = Array.from({ length: 1_000 }, () => enter('never', operation('b'), { signal: gone.signal }));
    gone.abort(reason);
    await expect(Promise.all(left)).rejects.toBe(reason);
  }
  await expect.poll(queue.waiting).toBe(0);
  const last = enter('last', operation('c'));
  running.get('hangs')!.end();
  await expect.poll(() => running.has('last')).toBe(true);
  running.get('last')!.end();
  await last;
  expect([begun, queue.waiting(), queue.running()]).toEqual([['hangs', 'last'], 0, 0]);
});

it('one caller does not fill what others wait in', async () => {
  const { queue, enter } = atWork({ slots: 1 });
  for (let index = 0; index < 5_003; index++) void enter(`a ${index}`, operation('a'));
  await expect(enter('one more', operation('a'))).rejects.toMatchObject({ retryAfterMs: LONG });
  const waiting = queue.waiting();
  void enter('other', operation('b'));
  expect(queue.waiting()).toBe(waiting + 1);
});

it('has as many slots as it is told, from then on', async () => {
  const { queue, enter, running } = atWork({ slots: 4 });
  queue.setSlots(1);
  for (let index = 0; index < 4; index++) void enter(`${index}`, operation(`${index}`));
  await begin();
  expect(running.size).toBe(1);
  queue.setSlots(2);
  await begin();
  expect(running.size).toBe(2);
});

it('gives a caller and a lane as large a share as it is told to, and keeps the rest', async () => {
  const { enter, begun, running } = atWork({ shares: { caller: 3 / 4, lane: 1 } });
  for (let index = 0; index < 6; index++) void enter(`a ${index}`, operation('a'), { lane: 'one' });
  await begin();
  expect(running.size).toBe(3);
  void enter('b', operation('b'), { lane: 'one' });
  await begin();
  expect(begun.at(-1)).toBe('b');
  const { enter: enterOther, running: others } = atWork({ shares: { caller: 1, lane: 1 / 2 } });
  for (let index = 0; index < 6; index++) void enterOther(`a ${index}`, operation('a'), { lane: 'one' });
  await begin();
  expect(others.size).toBe(2);
});
