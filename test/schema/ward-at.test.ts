import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { type Gateway, manualClock, post, startGateway } from '../support/gateway.ts';
import { random } from '../support/random.ts';
import { ARCHIVE, describeRecordings, readRecordings } from '../support/recordings.ts';

type Ring = [number, number][];
type Polygon = Ring[];
type File = { number: number | null; features?: object[] };

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const square = (west: number, south: number, size: number): Ring => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const feature = (type: string, coordinates: unknown) => ({ type: 'Feature', geometry: { type, coordinates } });
const polygon = (...rings: Ring[]) => feature('Polygon', rings);

/** One constituency with these wards, by name; a ward without features has no file. */
function countryOf(wards: Record<string, File>): string {
  const place = (level: string, code: string, number: number | null) => ({
    ...{ code, name: code, registered: '1', center: { lat: 1, lon: 36 } },
    polygon: number === null ? '' : `http://api.example/geojson/${level}_${number}.geojson`,
  });
  const list = (level: string, query: object, locations: object[]) => ({
    ...{ path: `/${level}/`, query },
    body: { status: 'SUCCESS', region: { location_type: level, locations } },
  });
  const lines = [
    list('county', {}, [place('county', 'C', 1)]),
    list('constituency', { county: 'C' }, [place('constituency', 'K', 1)]),
    list(
      'ward',
      { constituency: 'K' },
      Object.entries(wards).map(([code, { number }]) => place('ward', code, number)),
    ),
  ];
  const files = Object.values(wards).flatMap(({ number, features }) =>
    features
      ? [{ path: `/geojson/ward_${number}.geojson`, query: {}, body: { type: 'FeatureCollection', features } }]
      : [],
  );
  const folder = mkdtempSync(join(tmpdir(), 'country-'));
  const ndjson = (all: object[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('');
  writeFileSync(join(folder, 'geojson.ndjson'), ndjson(files));
  writeFileSync(join(folder, 'responses.ndjson'), ndjson(lines));
  return join(folder, 'responses.ndjson');
}

const start = (wards: Record<string, File>, options: Parameters<typeof startGateway>[0] = {}) =>
  startGateway({ ...options, sandbox: { archive: countryOf(wards) } });

const FIELDS = '{ ward { code } nextNearest { code } isCertain errorMeters }';
async function at({ query }: Gateway, longitude: number, latitude: number) {
  const { data, errors } = await query(
    `query ($y: Float!, $x: Float!) { wardAt(latitude: $y, longitude: $x) ${FIELDS} }`,
    { x: longitude, y: latitude },
  );
  const { wardAt } = data;
  if (errors) return { error: errors[0]!.extensions.code };
  return wardAt && [wardAt.ward.code, wardAt.nextNearest?.code ?? null, wardAt.isCertain];
}
const INDEX = '{ sources { boundariesIndex { complete stale wards wardsWithoutBoundary wardsUntold } } }';
const progress = async ({ query }: Gateway) => (await query(INDEX)).data.sources[0].boundariesIndex;
const files = ({ upstream }: Gateway) => upstream().filter((path) => path.startsWith('/geojson/')).length;

/** Degrees of so many metres along a meridian, or the equator. */
const metres = (count: number) => count / 111_195;

it('names the ward at a point, and the next where a border is near', async () => {
  const hole = square(36.04, 1.04, 0.02);
  const gateway = await start({
    A: { number: 1, features: [polygon(square(36, 1, 0.1), hole)] },
    // Two features, and an island in the hole of A.
    B: { number: 2, features: [polygon(square(36.1, 1, 0.1)), polygon(hole)] },
    M: { number: 3, features: [feature('MultiPolygon', [[square(37, 1, 0.1)], [square(37.5, 1, metres(30))]])] },
    N: { number: 7, features: [polygon(square(37.5 + metres(33), 1, 0.1))] },
    EMPTY: { number: 4, features: [] },
    NOWHERE: { number: 5, features: [{ type: 'Feature', geometry: null }] },
    UNFILED: { number: 6 },
    DIASPORA: { number: null },
  });
  expect(await at(gateway, 36.02, 1.02)).toEqual(['A', null, true]);
  expect(await at(gateway, 36.15, 1.05)).toEqual(['B', null, true]);
  expect(await at(gateway, 36.05, 1.05)).toEqual(['B', null, true]);
  expect(await at(gateway, 37.05, 1.05)).toEqual(['M', null, true]);
  // An island of thirty metres is all within the error, and still there: its middle is not its neighbour's.
  expect(await at(gateway, 37.5 + metres(15), 1 + metres(15))).toEqual(['M', 'N', false]);
  expect(await at(gateway, 36.1 - metres(20), 1.05)).toEqual(['A', 'B', false]);
  expect(await at(gateway, 36.1 + metres(20), 1.05)).toEqual(['B', 'A', false]);
  expect(await at(gateway, 36.1 - metres(60), 1.05)).toEqual(['A', null, true]);
  expect(await at(gateway, 36.05, 1 + metres(20))).toEqual(['A', null, false]);
  expect(await at(gateway, 36.05, 1 - metres(20))).toEqual(['A', null, false]);
  expect(await at(gateway, 36.05, 1 - metres(60))).toBeNull();
  expect(await at(gateway, 0, 0)).toBeNull();
  expect(await at(gateway, -180, -90)).toBeNull();
  expect(await progress(gateway)).toEqual({
    ...{ complete: true, stale: false, wards: 4, wardsWithoutBoundary: 4, wardsUntold: 0 },
  });
  // Asked for once, however many points.
  expect(files(gateway)).toBe(7);
});

it('draws a border with fewer corners, none of them farther away than it says', async () => {
  const next = random(7);
  // A disc with a border that trembles by up to 40 metres.
  const around = Array.from({ length: 3_000 }, (_, corner): [number, number] => {
    const turn = (2 * Math.PI * corner) / 3_000;
    const reach = 0.1 + metres(80 * next() - 40);
    return [36 + reach * Math.cos(turn), reach * Math.sin(turn)];
  });
  const ring: Ring = [...around, around[0]!];
  const gateway = await start({ DISC: { number: 1, features: [polygon(ring)] } });
  for (let i = 0; i < 300; i++) {
    const turn = 2 * Math.PI * next();
    const reach = 0.1 + metres(600 * next() - 300);
    const [x, y] = [36 + reach * Math.cos(turn), reach * Math.sin(turn)];
    const answer = await at(gateway, x, y);
    const truth = holds([[ring]], x, y);
    if (answer === null || answer[2]) expect({ x, y, inside: answer !== null }).toEqual({ x, y, inside: truth });
    else expect(metresToBorder([[ring]], x, y)).toBeLessThan(101);
  }
});

it('says in how many wards a point is certainly where boundaries overlap', async () => {
  const gateway = await start({
    A: { number: 1, features: [polygon(square(36, 1, 0.1))] },
    B: { number: 2, features: [polygon(square(36.08, 1, 0.1))] },
  });
  expect(await at(gateway, 36.085, 1.05)).toEqual(['A', 'B', false]);
});

const HALVES = {
  A: { number: 1, features: [polygon(square(36, 1, 0.1))] },
  B: { number: 2, features: [polygon(square(36.1, 1, 0.1))] },
};

it('knows what it was told while a boundary fails, and says nothing of the rest', async () => {
  const clock = manualClock();
  const gateway = await start({ ...HALVES, UNFILED: { number: 3 } }, { clock });
  gateway.sandbox.faults.set({ kind: 'wrong-type', path: '/geojson/ward_2' });
  expect(await at(gateway, 36.15, 1.05)).toEqual({ error: 'SOURCE_MALFORMED' });
  expect(await at(gateway, 36.05, 1.05)).toEqual(['A', null, true]);
  expect(await at(gateway, 36.1 - metres(10), 1.05)).toEqual({ error: 'SOURCE_MALFORMED' });
  expect(await progress(gateway)).toMatchObject({ complete: false, wards: 1, wardsUntold: 1 });
  // For longer than the client remembers what was not there.
  clock.advance(6_000);
  gateway.sandbox.faults.clear();
  await expect.poll(() => progress(gateway), { timeout: 20_000 }).toMatchObject({ complete: true, wards: 2 });
  expect(await at(gateway, 36.15, 1.05)).toEqual(['B', null, true]);
  // Only what failed was asked for again.
  const asked = (number: number) => gateway.upstream().filter((path) => path === `/geojson/ward_${number}.geojson`);
  expect(asked(2).length).toBeGreaterThan(1);
  expect([asked(1), asked(3)]).toMatchObject([{ length: 1 }, { length: 1 }]);
});

it.each([
  ['in another projection', [polygon(square(250_000, 140_000, 10_000))]],
  ['that does not close', [polygon(square(36, 1, 0.1).slice(0, -1))]],
  ['without positions', [polygon([null, null, null, null] as unknown as Ring)]],
  ['without rings', [feature('Polygon', ['x'])]],
])('a file %s is no boundary, and no silence', async (_name, features) => {
  const gateway = await start({ A: HALVES.A, B: { number: 2, features } });
  expect(await at(gateway, 36.15, 1.05)).toEqual({ error: 'SOURCE_MALFORMED' });
});

it('does not take a source without any boundary for a country without wards', async () => {
  const clock = manualClock();
  const gateway = await start(HALVES, { clock });
  gateway.sandbox.faults.set({ kind: 'status', status: 404, path: '/geojson/' });
  expect(await at(gateway, 36.15, 1.05)).toEqual({ error: 'SOURCE_UNAVAILABLE' });
  gateway.sandbox.faults.clear();
  clock.advance(10 * 60 * 1000);
  await expect.poll(() => at(gateway, 36.15, 1.05)).toEqual(['B', null, true]);
});

it('has the boundaries fetched in the background, and names them among what is not ready until then', async () => {
  const gateway = await start(HALVES, { env: { IEBC_BOUNDARIES: 'background' } });
  gateway.sandbox.faults.set({ kind: 'wrong-type', path: '/geojson/ward_2' });
  const health = async (): Promise<Shape> =>
    (await gateway.app.fetch(new Request('http://gateway/health/ready'))).json();
  await expect.poll(() => progress(gateway), { timeout: 20_000 }).toMatchObject({ wards: 1, wardsUntold: 1 });
  expect((await health()).degraded).toContain('boundariesIndex');
  gateway.sandbox.faults.clear();
  await expect.poll(() => progress(gateway), { timeout: 20_000 }).toMatchObject({ complete: true, wards: 2 });
  expect((await health()).degraded).not.toContain('boundariesIndex');
  const before = files(gateway);
  expect(await at(gateway, 36.05, 1.05)).toEqual(['A', null, true]);
  expect(files(gateway)).toBe(before);
});

it('is waited for, but not for ever', async () => {
  const gateway = await start(HALVES);
  gateway.sandbox.faults.set({ kind: 'hang', path: '/geojson/' });
  const config = readConfig({
    ...{ IEBC_URL: gateway.sandbox.url, IEBC_APP_ID: gateway.sandbox.appId },
    ...{ IEBC_APP_SECRET: gateway.sandbox.appSecret, IEBC_PLACES_INDEX: 'on-demand' },
    ...{ ELECTIONBUDDY_URL: 'off', EREG_URL: 'off', DATA_DIR: mkdtempSync(join(tmpdir(), 'gateway-')) },
  });
  const app = await createApp({ ...config, iebc: { ...config.iebc, indexWaitMs: 1 } }, { log: createLog('silent') });
  onTestFinished(() => app.close());
  const { data, errors } = await post(app, '{ wardAt(latitude: 1.05, longitude: 36.05) { isCertain } }');
  expect(data).toEqual({ wardAt: null });
  expect(errors).toMatchObject([{ extensions: { code: 'DEADLINE_EXCEEDED', retryable: true } }]);
});

it('keeps the boundaries through a renewal that fails, a week later', async () => {
  const clock = manualClock();
  const gateway = await start(HALVES, { clock });
  expect(await at(gateway, 36.15, 1.05)).toEqual(['B', null, true]);
  clock.advance(15 * 24 * 60 * 60 * 1000);
  gateway.sandbox.faults.set({ kind: 'wrong-type', path: '/geojson/' });
  const before = files(gateway);
  expect(await at(gateway, 36.15, 1.05)).toEqual(['B', null, true]);
  await expect.poll(() => progress(gateway)).toMatchObject({ complete: true, stale: true, wards: 2 });
  expect(files(gateway)).toBeGreaterThan(before);
  expect(await at(gateway, 36.15, 1.05)).toEqual(['B', null, true]);
  gateway.sandbox.faults.clear();
  await expect.poll(() => progress(gateway), { timeout: 20_000 }).toMatchObject({ complete: true, stale: false });
});

/** All that follows shares nothing with what it checks: a ray to the north over the files as they are. */
function crossings(ring: Ring, x: number, y: number): number {
  let count = 0;
  for (let i = 1; i < ring.length; i++) {
    const [[x1, y1], [x2, y2]] = [ring[i - 1]!, ring[i]!];
    if (Math.min(x1, x2) <= x && x < Math.max(x1, x2) && y1 + ((x - x1) * (y2 - y1)) / (x2 - x1) > y) count++;
  }
  return count;
}
function holds(polygons: Polygon[], x: number, y: number): boolean {
  return polygons.some((rings) => rings.reduce((sum, ring) => sum + crossings(ring, x, y), 0) % 2 === 1);
}
function metresToBorder(polygons: Polygon[], x: number, y: number): number {
  const east = 111_195 * Math.cos((y * Math.PI) / 180);
  let least = Number.POSITIVE_INFINITY;
  for (const ring of polygons.flat()) {
    for (let i = 1; i < ring.length; i++) {
      const [a, b] = [ring[i - 1]!, ring[i]!].map(([lon, lat]) => [(lon - x) * east, (lat - y) * 111_195]);
      const along = [b![0]! - a![0]!, b![1]! - a![1]!];
      const square = along[0]! ** 2 + along[1]! ** 2;
      const part = square && Math.max(0, Math.min(1, -(a![0]! * along[0]! + a![1]! * along[1]!) / square));
      least = Math.min(least, Math.hypot(a![0]! + part * along[0]!, a![1]! + part * along[1]!));
    }
  }
  return least;
}

describeRecordings('the recorded boundaries of 2013', () => {
  const POINTS = 10_000;
  let app: App;
  const polygonsOf = new Map<string, Polygon[]>();

  beforeAll(async () => {
    const text = gunzipSync(readFileSync(join(dirname(ARCHIVE), 'geojson.ndjson.gz'))).toString();
    const wards = readRecordings()
      .filter(({ path }) => path === '/ward/')
      .flatMap(({ body }) => body.region.locations as { code: string; polygon: string }[]);
    for (const { path, body } of text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))) {
      const { code } = wards.find(({ polygon }) => polygon.endsWith(path))!;
      const geometries = body.features.map(({ geometry }: Shape) => geometry);
      const all = geometries.flatMap(({ type, coordinates }: Shape) =>
        type === 'Polygon' ? [coordinates] : coordinates,
      );
      polygonsOf.set(code, all);
    }
    const limits = { STRANGER_COST_PER_MINUTE: '1000000000', REQUESTS_PER_MINUTE: '1000000' };
    const env = { IEBC_ARCHIVE: ARCHIVE, IEBC_PLACES_INDEX: 'on-demand', RECORD: 'none', ...limits };
    const config = readConfig({ ...env, DATA_DIR: mkdtempSync(join(tmpdir(), 'gateway-')) });
    // However busy the machine is: nothing here measures time.
    const patient = { ...config, requestTimeoutMs: 100_000, iebc: { ...config.iebc, indexWaitMs: 60_000 } };
    app = await createApp(patient, { log: createLog('silent') });
    return () => app.close();
  }, 60_000);

  it(`are agreed with at ${POINTS} points, the error apart`, { timeout: 120_000 }, async () => {
    const next = random(2013);
    const boxes = [...polygonsOf.values()].map((polygons) => {
      const [xs, ys] = [0, 1].map((axis) => polygons.flat(2).map((position) => position[axis]!));
      return [Math.min(...xs!), Math.max(...xs!), Math.min(...ys!), Math.max(...ys!)] as const;
    });
    const holders = (x: number, y: number) =>
      [...polygonsOf]
        .filter((_, i) => {
          const [west, east, south, north] = boxes[i]!;
          return west <= x && x <= east && south <= y && y <= north;
        })
        .filter(([, polygons]) => holds(polygons, x, y))
        .map(([code]) => code);
    const points = Array.from({ length: POINTS }, (_, i) => {
      const [west, east, south, north] = boxes[i % boxes.length]!;
      return [west + (east - west) * next(), south + (north - south) * next()] as const;
    });
    const seen = { certain: 0, uncertain: 0, outside: 0 };
    for (let from = 0; from < POINTS; from += 50) {
      const some = points.slice(from, from + 50);
      const fields = some.map(
        ([x, y], i) =>
          `p${i}: wardAt(latitude: ${y}, longitude: ${x}) { ward { code } isCertain nextNearest { code } }`,
      );
      const { data, errors } = await post(app, `{ ${fields.join(' ')} }`);
      expect(errors).toBeUndefined();
      for (const [i, [x, y]] of some.entries()) {
        const answer = data[`p${i}`];
        const truth = holders(x, y);
        if (answer === null) {
          seen.outside++;
          expect({ x, y, truth }).toEqual({ x, y, truth: [] });
        } else if (answer.isCertain) {
          seen.certain++;
          expect({ x, y, truth, next: answer.nextNearest }).toEqual({ x, y, truth: [answer.ward.code], next: null });
        } else {
          seen.uncertain++;
          const named = [answer.ward.code, answer.nextNearest?.code];
          expect(truth.filter((code) => !named.includes(code))).toEqual([]);
          // 50 metres from what is drawn, which is 50 metres from the original.
          expect(metresToBorder(polygonsOf.get(answer.ward.code)!, x, y)).toBeLessThan(101);
        }
      }
    }
    expect(Math.min(seen.certain, seen.outside)).toBeGreaterThan(POINTS / 4);
    expect(seen.uncertain).toBeGreaterThan(100);
    expect(seen.uncertain).toBeLessThan(POINTS / 5);
  });
});
