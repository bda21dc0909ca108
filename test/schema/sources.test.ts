import { expect, it } from 'vitest';
import { demoKey, manualClock, startGateway } from '../support/gateway.ts';

const SOURCES =
  '{ sources { name mode breaker lastSuccessAt lastFailureAt placesIndex { complete districts stations wardsWithoutStations } } }';
const BOUNDARIES = '{ sources { boundariesIndex { complete stale wards wardsWithoutBoundary wardsUntold } } }';

it('says how the source is doing', async () => {
  const clock = manualClock();
  const { query, sandbox } = await startGateway({ clock });
  const nothing = { complete: false, districts: 0, stations: 0, wardsWithoutStations: 0 };
  const before = { name: 'iebc', mode: 'LIVE', breaker: 'CLOSED', lastSuccessAt: null, lastFailureAt: null };
  expect((await query(SOURCES)).data.sources).toEqual([{ ...before, placesIndex: nothing }]);

  await query('{ counties { name } }');
  clock.advance(1_000);
  sandbox.faults.set({ kind: 'html' });
  await query('{ parties { name } }');
  sandbox.faults.clear();
  expect((await query(SOURCES)).data.sources).toMatchObject([
    { lastSuccessAt: '2013-03-05T06:00:00.000Z', lastFailureAt: '2013-03-05T06:00:01.000Z' },
  ]);
  await query('{ searchPlaces(text: "nairobi") { name } }');
  expect((await query(SOURCES)).data.sources[0].placesIndex).toMatchObject({
    complete: true,
    districts: 47 + 290 + 1_451,
    stations: expect.any(Number),
    wardsWithoutStations: 0,
  });
  expect((await query(BOUNDARIES)).data.sources[0].boundariesIndex).toMatchObject({ complete: false, wards: 0 });
  await query('{ wardAt(latitude: -1.28, longitude: 36.82) { isCertain } }');
  // The file of one is empty.
  await expect
    .poll(async () => (await query(BOUNDARIES)).data.sources[0].boundariesIndex)
    .toEqual({ complete: true, stale: false, wards: 1_450, wardsWithoutBoundary: 1, wardsUntold: 0 });
});

it('tells the kind of failure to the operator alone', async () => {
  const { app, query, sandbox } = await startGateway();
  sandbox.faults.set({ kind: 'html' });
  await query('{ counties { name } }');
  const text = '{ sources { name lastFailureCode } }';
  expect((await query(text, {}, demoKey(app))).data.sources).toEqual([
    { name: 'iebc', lastFailureCode: 'SOURCE_MALFORMED' },
  ]);
  const stranger = await query(text);
  expect(stranger.data.sources).toEqual([{ name: 'iebc', lastFailureCode: null }]);
  expect(stranger.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});

it('starts without its source, and says so', async () => {
  const { query } = await startGateway({ env: { IEBC_URL: 'http://127.0.0.1:9' } });
  const { data, errors } = await query('{ country { name } counties { name } }');
  expect(errors).toMatchObject([{ path: ['counties'], extensions: { code: 'SOURCE_UNAVAILABLE', retryable: true } }]);
  expect(data).toEqual({ country: { name: 'KENYA' }, counties: null });
  expect((await query(SOURCES)).data.sources).toMatchObject([
    { lastSuccessAt: null, lastFailureAt: expect.any(String) },
  ]);
});

it('breaker opens and closes: leaves an endpoint alone that fails again and again, and asks it again', async () => {
  const { query, sandbox, upstream } = await startGateway();
  sandbox.faults.set({ kind: 'reset' });
  const parties = Array.from({ length: 8 }, (_, index) => query(`{ party(code: "P${index}") { name } }`));
  await Promise.all(parties);
  const health = '{ sources { breaker openEndpoints } }';
  // The token came.
  expect((await query(health)).data.sources).toEqual([{ breaker: 'HALF_OPEN', openEndpoints: ['party'] }]);
  const before = upstream().length;
  const left = await query('{ party(code: "P9") { name } }');
  expect(left.errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE', retryAfter: expect.any(Number) } }]);
  expect(upstream()).toHaveLength(before);

  sandbox.faults.clear();
  await expect
    .poll(async () => (await query('{ party(code: "P9") { name } }')).errors, { timeout: 10_000 })
    .toBe(undefined);
  expect((await query(health)).data.sources).toEqual([{ breaker: 'CLOSED', openEndpoints: [] }]);
});
