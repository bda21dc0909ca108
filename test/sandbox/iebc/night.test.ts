import { expect, it } from 'vitest';
import { startIebcSandbox } from '../../../src/sandbox/iebc/index.ts';
import { connect, handClock, type LocationEntry, MINUTE } from './client.ts';

it('moves from a third of the stations to all of them, never back, each post in its own time', async () => {
  const clock = handClock();
  const sandbox = await startIebcSandbox({ now: clock.now });
  const { get } = await connect(sandbox);
  const stations = (await get('/pollingstation/')).polling_stations.length;
  const country = async (): Promise<LocationEntry> =>
    (await get('/results/country/KE/', { post: 1 })).contests[0]!.locations![0]!;

  const start = await country();
  expect(start.reported / stations).toBeCloseTo(0.35, 1);
  expect((await get('/reporting/', { post: 1 })).reporting).toHaveLength(start.reported);
  expect((await get('/reporting/', { post: 2 })).reporting).not.toEqual(
    (await get('/reporting/', { post: 1 })).reporting,
  );

  let before = start;
  for (let minute = 1; minute <= 30; minute++) {
    clock.advance(MINUTE);
    const now = await country();
    expect(now.reported).toBeGreaterThan(before.reported);
    for (const [index, { votes }] of now.results.entries()) {
      expect(votes).toBeGreaterThanOrEqual(before.results[index]!.votes);
    }
    before = now;
  }
  expect(before.reported).toBe(stations);
  clock.advance(600 * MINUTE);
  // Tokens have expired by now, the count has not.
  const later = await connect(sandbox);
  expect((await later.get('/results/country/KE/', { post: 1 })).contests[0]!.locations![0]).toEqual(before);
  await sandbox.close();
});

it('stands still between two ticks', async () => {
  const clock = handClock();
  const sandbox = await startIebcSandbox({ now: clock.now });
  const { get } = await connect(sandbox);
  const first = await get('/results/country/KE/', { post: 1 });
  clock.advance(1999);
  expect(await get('/results/country/KE/', { post: 1 })).toEqual(first);
  clock.advance(1);
  expect(await get('/results/country/KE/', { post: 1 })).not.toEqual(first);
  await sandbox.close();
});

it('follows a clock that is set back', async () => {
  const clock = handClock();
  const sandbox = await startIebcSandbox({ now: clock.now });
  const { get } = await connect(sandbox);
  const first = await get('/results/post/4/');
  clock.advance(20 * MINUTE);
  expect(await get('/results/post/4/')).not.toEqual(first);
  clock.advance(-20 * MINUTE);
  expect(await get('/results/post/4/')).toEqual(first);
  await sandbox.close();
});

it('does not move the by-election', async () => {
  const clock = handClock();
  const sandbox = await startIebcSandbox({ now: clock.now });
  const { get } = await connect(sandbox);
  const filters = { election: '20131017-TEST' };
  const first = await get('/results/post/3/', filters);
  expect(first.contests[0]!.locations![0]!.reported).toBeGreaterThan(100);
  clock.advance(20 * MINUTE);
  expect(await get('/results/post/3/', filters)).toEqual(first);
  await sandbox.close();
});
