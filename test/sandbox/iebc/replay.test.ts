import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { ArchiveError, startIebcSandbox } from '../../../src/sandbox/iebc/index.ts';
import { type Client, connect, handClock, MINUTE } from './client.ts';

const NOTHING_YET = { status: 'SUCCESS', contests: [{}] };
const START = Date.parse('2013-03-04T17:00:00.000Z');
const COUNTY = {
  polygon: 'http://api.example/geojson/county_30.geojson',
  registered: '9',
  code: 'C-1',
  name: 'BARINGO',
};

const count = (votes: number, candidate = 'X1', code = `P${candidate}`) => ({
  status: 'SUCCESS',
  contests: [
    {
      contest: 'KENYA',
      contest_id: 'K',
      contest_type: '1',
      locations: [
        {
          location: 'BARINGO',
          results: [
            { picture: '', votes, code: candidate, name: 'ANN BEE', party: { code, name: 'P', abr: 'P', symbol: '' } },
          ],
        },
      ],
    },
  ],
});
type Line = { at?: string; path: string; query: Record<string, string>; body: object };
const place: Line = {
  path: '/county/',
  query: {},
  body: { status: 'SUCCESS', region: { location_type: 'county', locations: [COUNTY] } },
};
/** `minutes` after the first instant. */
const line = (minutes: number | null, body: object, path = '/results/county/C-1/', post = '1'): Line => ({
  ...(minutes !== null && { at: new Date(START + minutes * MINUTE).toISOString() }),
  path,
  query: { post },
  body,
});
/** In another order than that of their instants, which is what counts. */
const NIGHT = [
  place,
  line(120, count(30)),
  line(0, count(10)),
  line(60, count(20)),
  line(60, count(21)),
  line(90, count(5, 'X2'), '/results/constituency/B-1/'),
  line(null, count(1), '/results/constituency/B-2/'),
  line(180, count(2), '/results/constituency/B-2/'),
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iebc-replay-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function play(lines: object[], archiveSpeed?: number): Promise<Client & { after(minutes: number): void }> {
  const archive = join(folder, `${Math.random()}.ndjson`);
  await writeFile(archive, lines.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const clock = handClock();
  const start = clock.now();
  const sandbox = await startIebcSandbox({ archive, archiveSpeed, now: clock.now, tokenLifetimeMs: 1e12 });
  onTestFinished(() => sandbox.close());
  return { ...(await connect(sandbox)), after: (minutes) => clock.advance(start + minutes * MINUTE - clock.now()) };
}
const ask = (client: Client, path = '/results/county/C-1/', post = '1') => client.get(path, { post });

it('plays a night from its first instant on, at its speed', async () => {
  const night = await play(NIGHT, 60);
  expect(await ask(night)).toEqual(count(10));
  night.after(1 - 1e-4);
  expect(await ask(night)).toEqual(count(10));
  night.after(1);
  expect(await ask(night)).toEqual(count(21));
  night.after(2);
  expect(await ask(night)).toEqual(count(30));
  night.after(10_000);
  expect(await ask(night)).toEqual(count(30));
});

it('plays slower than it was as well', async () => {
  const night = await play(NIGHT, 0.5);
  night.after(119);
  expect(await ask(night)).toEqual(count(10));
  night.after(120);
  expect(await ask(night)).toEqual(count(21));
});

it('says "nothing yet" before the first instant of a result, and what has none from the start', async () => {
  const night = await play(NIGHT, 60);
  expect(await ask(night, '/results/constituency/b-1/')).toEqual(NOTHING_YET);
  expect(await ask(night, '/results/constituency/B-2/')).toEqual(count(1));
  night.after(1.5);
  expect(await ask(night, '/results/constituency/b-1/')).toEqual(count(5, 'X2'));
  night.after(3);
  expect(await ask(night, '/results/constituency/B-2/')).toEqual(count(2));
});

it('is refused what was never recorded, at any hour', async () => {
  const night = await play(NIGHT, 60);
  expect(await ask(night, '/results/constituency/B-9/')).toMatchObject({ status: 'NOT_IN_ARCHIVE' });
  night.after(60);
  expect(await ask(night, '/results/constituency/B-9/')).toMatchObject({ status: 'NOT_IN_ARCHIVE' });
});

it('answers questions put another way by the hour too', async () => {
  const night = await play([...NIGHT, line(60, count(7, 'X3'), '/results/county/C-1/', '2')], 60);
  const put = () => night.get('/results/post/2/', { county: 'C-1' });
  expect(await put()).toEqual(NOTHING_YET);
  night.after(1);
  expect(await put()).toEqual(count(7, 'X3'));
});

it('knows places, parties, contests and candidates from the start, by all its lines', async () => {
  const late = { ...place, at: line(300, {}).at };
  const night = await play([...NIGHT.slice(1), late], 60);
  expect((await night.get('/county/')).region.locations).toEqual([COUNTY]);
  expect((await night.get('/county/c-1/')).region).toEqual(COUNTY);
  expect((await night.get('/party/')).parties.map(({ code }) => code)).toEqual(['PX1', 'PX2']);
  expect((await night.get('/contest/')).contests.map(({ code }) => code)).toEqual(['K']);
  expect((await night.get('/candidate/x2/')).candidate).toMatchObject({ code: 'X2' });
});

it('gives the last line without a speed, whatever its instant', async () => {
  const archive = await play(NIGHT);
  expect(await ask(archive)).toEqual(count(21));
  expect(await ask(archive, '/results/constituency/B-1/')).toEqual(count(5, 'X2'));
});

it('reads instants of any zone and precision', async () => {
  const night = await play(
    [
      place,
      { ...line(null, count(2)), at: '2013-03-04T20:01+03:00' },
      { ...line(null, count(1)), at: '2013-03-04T17:00:00.000000Z' },
    ],
    1,
  );
  expect(await ask(night)).toEqual(count(1));
  night.after(1);
  expect(await ask(night)).toEqual(count(2));
});

it('refuses a speed for an archive without instants', async () => {
  const failure = await play([place, line(null, count(1))], 60).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ArchiveError);
  expect((failure as Error).message).toMatch(/^\S+\.ndjson: no line has an 'at', so there is no pace to play it at$/);
});
