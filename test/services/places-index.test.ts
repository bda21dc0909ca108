import { expect, it, onTestFinished } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { directory } from '../support/checks.ts';
import { type Gateway, manualClock, post, startGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const INDEX = '{ sources { placesIndex { complete stale districts stations wardsWithoutStations } } }';
const progress = async ({ query }: Gateway) => (await query(INDEX)).data.sources[0].placesIndex;
const count = ({ upstream }: Gateway, start: string) => upstream().filter((path) => path.startsWith(start)).length;

it('finds a place by what people type', async () => {
  const { query } = await startGateway();
  const search = async (text: string): Promise<Shape[]> => {
    const { data, errors } = await query(
      'query ($text: String!) { searchPlaces(text: $text, first: 5) { __typename name } }',
      { text },
    );
    expect(errors).toBeUndefined();
    return data.searchPlaces;
  };
  for (const [text, name, typename] of [
    ['nairobi', 'NAIROBI', 'County'],
    ['NAIROBI', 'NAIROBI', 'County'],
    ['nairobbi', 'NAIROBI', 'County'],
    ['mombsaa', 'MOMBASA', 'County'],
    ['mombaa', 'MOMBASA', 'County'],
    ['turkna', 'TURKANA', 'County'],
    ['nai', 'NAIROBI', 'County'],
    ['nairobi west', 'NAIROBI WEST', 'Ward'],
    ['west nairobbi', 'NAIROBI WEST', 'Ward'],
    ['westlands', 'WESTLANDS', 'Constituency'],
  ]) {
    const [first] = await search(text!);
    expect({ text, ...first }).toEqual({ text, name, __typename: typename });
  }
  expect(await search('zzzzqqqq')).toEqual([]);
  // Of what shares a name, the widest place comes first.
  const order = ['County', 'Constituency', 'Ward', 'PollingStation'];
  const kinds = (await search('kisumu')).map(({ __typename }) => order.indexOf(__typename));
  expect(kinds[0]).toBe(0);
  const stations = await search('primary school');
  expect(new Set(stations.map(({ __typename }) => __typename))).toEqual(new Set(['PollingStation']));
});

it('lists the stations near a point, nearest first', async () => {
  const { query } = await startGateway();
  const near = async (latitude: number, longitude: number, rest = '') => {
    const text = `query ($near: CoordinatesInput!) { nearbyPollingStations(near: $near ${rest}) {
      distanceMeters station { code location { latitude longitude } } } }`;
    const { data, errors } = await query(text, { near: { latitude, longitude } });
    expect(errors).toBeUndefined();
    return data.nearbyPollingStations as Shape[];
  };
  const [anywhere] = await near(-1.28, 36.82, 'withinMeters: 100000');
  const { latitude, longitude } = anywhere.station.location;
  const found = await near(latitude, longitude, 'withinMeters: 20000 first: 50');
  expect(found[0]).toMatchObject({ distanceMeters: 0, station: { code: anywhere.station.code } });
  const distances = found.map(({ distanceMeters }) => distanceMeters);
  expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  expect(distances.at(-1)).toBeGreaterThan(0);
  for (const { distanceMeters, station } of found) {
    // On a plane, good to some metres at this distance near the equator.
    const metres = 111_195;
    const north = (station.location.latitude - latitude) * metres;
    const east = (station.location.longitude - longitude) * metres * Math.cos((latitude * Math.PI) / 180);
    expect(Math.abs(Math.hypot(north, east) - distanceMeters)).toBeLessThan(20);
  }
  const within = distances[5]!;
  expect(
    (await near(latitude, longitude, `withinMeters: ${within + 1} first: 100`)).at(-1).distanceMeters,
  ).toBeLessThanOrEqual(within + 1);
  expect(await near(latitude, longitude, 'first: 3')).toHaveLength(3);
  expect(await near(0, 0)).toEqual([]);
});

it('counts the stations of every place', async () => {
  const { query } = await startGateway();
  const { data } = await query(`{ country { result(post: PRESIDENT) { stationsTotal } }
    counties { result(post: PRESIDENT) { stationsTotal } pollingStations(first: 1) { totalCount } } }`);
  const totals = data.counties.map(({ result }: Shape) => result.stationsTotal);
  expect(totals).toEqual(data.counties.map(({ pollingStations }: Shape) => pollingStations.totalCount));
  expect(totals.reduce((sum: number, total: number) => sum + total, 0)).toBe(data.country.result.stationsTotal);
});

it('is built in the background without delaying the first answer', async () => {
  const gateway = await startGateway({ env: { IEBC_PLACES_INDEX: 'background' } });
  // The walk cannot get further than the counties: nothing below answers.
  gateway.sandbox.faults.set({ kind: 'hang', path: '/constituency/' });
  expect((await gateway.query('{ counties { name } }')).data.counties).toHaveLength(47);
  expect(await progress(gateway)).toMatchObject({ complete: false, districts: 0 });
});

it('begins by itself in the background', async () => {
  const gateway = await startGateway({ env: { IEBC_PLACES_INDEX: 'background' } });
  await expect.poll(() => progress(gateway), { timeout: 15_000 }).toMatchObject({ complete: true, districts: 1_788 });
  const before = gateway.upstream().length;
  expect(before).toBe(1 + 47 + 290 + 1_451);
  expect((await gateway.query('{ searchPlaces(text: "nairobi") { name } }')).data.searchPlaces[0].name).toBe('NAIROBI');
  expect(gateway.upstream()).toHaveLength(before);
});

it('is waited for, but not for ever', async () => {
  const sandbox = await startIebcSandbox();
  const config = readConfig({
    IEBC_URL: sandbox.url,
    IEBC_APP_ID: sandbox.appId,
    IEBC_APP_SECRET: sandbox.appSecret,
    IEBC_ELECTION: 'GEK2013-TEST',
    IEBC_PLACES_INDEX: 'on-demand',
    ELECTIONBUDDY_URL: 'off',
    DATA_DIR: directory(),
  });
  const app = await createApp({ ...config, iebc: { ...config.iebc, indexWaitMs: 50 } }, { log: createLog('silent') });
  onTestFinished(async () => {
    await app.close();
    await sandbox.close();
  });
  sandbox.faults.set({ kind: 'hang', path: '/constituency/' });
  const late = { extensions: { code: 'DEADLINE_EXCEEDED', retryable: true } };
  const { data, errors } = await post(app, '{ searchPlaces(text: "nairobi") { name } country { name } }');
  expect(errors).toMatchObject([{ path: ['searchPlaces'], ...late }]);
  expect(data).toEqual({ searchPlaces: null, country: { name: 'KENYA' } });

  // A result does without it: only what cannot be known is missing.
  const result = await post(
    app,
    `{ country { result(post: PRESIDENT) { status stationsReported stationsTotal quality { code } } } }`,
  );
  expect(result.data.country.result).toMatchObject({
    status: 'UNKNOWN',
    stationsReported: expect.any(Number),
    stationsTotal: null,
  });
  expect(result.errors).toMatchObject([{ path: ['country', 'result', 'stationsTotal'], ...late }]);
  const listed = await post(
    app,
    '{ results(filter: { post: GOVERNOR }, first: 1) { nodes { status tallies { votes } } } }',
  );
  expect(listed).toMatchObject({ errors: undefined, data: { results: { nodes: [{ status: 'UNKNOWN' }] } } });
  const unit = await post(
    app,
    '{ results(filter: { post: GOVERNOR }, first: 1) { nodes { reportingUnit { name } stationsTotal } } }',
  );
  expect(unit.errors).toMatchObject([{ path: ['results', 'nodes', 0, 'stationsTotal'], ...late }]);
  expect(unit.data.results.nodes).toEqual([{ reportingUnit: { name: expect.any(String) }, stationsTotal: null }]);
});

it('does without a ward that fails, and asks for it again', async () => {
  const gateway = await startGateway();
  gateway.sandbox.faults.set({ kind: 'html', path: '/pollingstation/', times: 1 });
  const totals =
    '{ country { result(post: PRESIDENT) { stationsTotal } } counties { result(post: PRESIDENT) { stationsTotal } } }';
  const { data, errors } = await gateway.query(totals);
  expect(errors).toBeUndefined();
  expect(data.country.result.stationsTotal).toBeNull();
  expect(data.counties.filter(({ result }: Shape) => result.stationsTotal === null)).toHaveLength(1);
  await expect
    .poll(() => progress(gateway), { timeout: 10_000 })
    .toMatchObject({ complete: true, wardsWithoutStations: 0 });
  const { data: later } = await gateway.query(totals);
  expect(later.counties.every(({ result }: Shape) => result.stationsTotal > 0)).toBe(true);
  // Only the one that was missing was asked for twice.
  expect(count(gateway, '/pollingstation/')).toBe(1_451 + 1);
  expect(gateway.logs()).toContain('places index: a walk did not finish');
});

it('goes on where a walk broke off', async () => {
  const gateway = await startGateway();
  gateway.sandbox.faults.set({ kind: 'html', path: '/ward/', times: 1 });
  gateway.sandbox.faults.set({ kind: 'empty', path: '/constituency/', times: 1 });
  const { data } = await gateway.query('{ searchPlaces(text: "nairobi", first: 1) { name } }');
  expect(data.searchPlaces).toEqual([{ name: 'NAIROBI' }]);
  expect([count(gateway, '/county/'), count(gateway, '/constituency/'), count(gateway, '/ward/')]).toEqual([
    1, 48, 291,
  ]);
});

const DAY = 24 * 60 * 60_000;
const NO_DISTRICTS = JSON.stringify({ status: 'SUCCESS', region: { location_type: 'county', locations: [] } });
const NO_STATIONS = JSON.stringify({ status: 'SUCCESS', polling_stations: [] });
const nothing = (path: string, body = NO_DISTRICTS, times = Number.POSITIVE_INFINITY) =>
  ({ kind: 'json-text', path, body, times }) as const;

it.each([['/county/'], ['/constituency/'], ['/ward/']])(
  'does not take empty lists of %s for the tree when it is first built',
  async (path) => {
    const gateway = await startGateway({ env: { IEBC_PLACES_INDEX: 'background' } });
    // Four walkers ask side by side, and each asks again for an empty list: the fifth answer is the second of one.
    gateway.sandbox.faults.set(nothing(path, NO_DISTRICTS, 6));
    const { data, errors } = await gateway.query('{ searchPlaces(text: "nairobi", first: 1) { name } }');
    expect(errors).toBeUndefined();
    expect(data.searchPlaces).toEqual([{ name: 'NAIROBI' }]);
    expect(await progress(gateway)).toMatchObject({ complete: true, districts: 1_788 });
    expect(gateway.logs()).toContain('places index: a walk did not finish');
  },
);

it('does not believe that a constituency has no stations', async () => {
  const gateway = await startGateway();
  gateway.sandbox.faults.set(nothing('/pollingstation/', NO_STATIONS, 20));
  const total = '{ country { result(post: PRESIDENT) { stationsTotal } } }';
  // Nobody knows how many there are; that there are fewer would be a lie.
  expect((await gateway.query(total)).data.country.result.stationsTotal).toBeNull();
  await expect
    .poll(() => progress(gateway), { timeout: 20_000 })
    .toMatchObject({ complete: true, wardsWithoutStations: 0 });
  expect((await gateway.query(total)).data.country.result.stationsTotal).toBe((await progress(gateway)).stations);
});

/** A gateway whose index is complete and more than a day old; the source's answers are too old to be used again. */
async function oldIndex() {
  const clock = manualClock();
  const gateway = await startGateway({ clock });
  await gateway.query('{ searchPlaces(text: "nairobi", first: 1) { name } }');
  await expect.poll(() => progress(gateway)).toMatchObject({ complete: true, stale: false });
  const known = await progress(gateway);
  clock.advance(3 * DAY);
  return { ...gateway, known };
}

it.each([
  ['counties', '/county/', NO_DISTRICTS],
  ['constituencies', '/constituency/', NO_DISTRICTS],
  ['wards', '/ward/', NO_DISTRICTS],
  ['stations', '/pollingstation/', NO_STATIONS],
])('keeps what it knows when the source lists no %s on renewal, and says so', async (_name, path, body) => {
  const gateway = await oldIndex();
  const { query, sandbox, known } = gateway;
  const text = `{ searchPlaces(text: "nairobi", first: 1) { name } country { result(post: PRESIDENT) { stationsTotal } } }`;
  const before = (await query('{ country { result(post: PRESIDENT) { stationsTotal } } }')).data.country.result;
  sandbox.faults.set(nothing(path, body));
  // The first question after a day begins the renewal.
  await query(text);
  await expect.poll(() => progress(gateway), { timeout: 20_000 }).toEqual({ ...known, stale: true });
  expect(await query(text)).toMatchObject({
    errors: undefined,
    data: { searchPlaces: [{ name: 'NAIROBI' }], country: { result: before } },
  });
  expect(gateway.logs()).toContain('places index: a walk did not finish');
  sandbox.faults.clear();
  await expect.poll(() => progress(gateway), { timeout: 40_000 }).toEqual(known);
});
