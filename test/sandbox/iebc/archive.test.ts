import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArchiveError, type IebcSandbox, startIebcSandbox } from '../../../src/sandbox/iebc/index.ts';
import { type Client, connect } from './client.ts';

const place = (level: string, number: number, code: string, name: string) => ({
  polygon: `http://api.example/geojson/${level}_${number}.geojson`,
  registered: '100',
  code,
  name,
  center: { lat: 1, lon: 36 },
});
const region = (level: string, locations: object[]) => ({
  status: 'SUCCESS',
  region: { location_type: level, locations },
});
const A = { code: 'PA', name: 'PARTY  A', abr: 'A         ', symbol: 'a.jpg', color: '#aaaaaa' };
const result = (code: string, name: string, votes: number, party: object) => ({
  picture: `${code}.jpg`,
  votes,
  code,
  name,
  party,
});
const contest = (id: string, type: string, name: string, results: object[]) => ({
  status: 'SUCCESS',
  contests: [{ contest_id: id, contest_type: type, locations: [{ location: 'X', valid: 10, results }], contest: name }],
});
const stations = (...codes: string[]) => ({
  status: 'SUCCESS',
  polling_stations: codes.map((code) => ({ code, name: `${code} SCHOOL/01` })),
});

const RECORDINGS: { path: string; query: Record<string, string>; body: object }[] = [
  { path: '/county/', query: {}, body: region('county', [place('county', 30, 'C-1', 'BARINGO')]) },
  {
    path: '/constituency/',
    query: { county: 'C-1' },
    body: region('constituency', [place('constituency', 2, 'K-2', 'B'), place('constituency', 1, 'K-1', 'A')]),
  },
  {
    path: '/ward/',
    query: { constituency: 'K-1' },
    body: region('ward', [place('ward', 12, 'W-2', 'Z'), place('ward', 11, 'W-1', 'Y')]),
  },
  { path: '/ward/', query: { constituency: 'K-2' }, body: region('ward', [place('ward', 13, 'W-3', 'X')]) },
  { path: '/pollingstation/', query: { ward: 'W-1' }, body: stations('b-1', 'd-1') },
  { path: '/pollingstation/', query: { ward: 'W-2' }, body: stations('a-1', 'c-1') },
  {
    path: '/results/ward/W-1/',
    query: { post: '2' },
    body: contest('G', '2', 'BARINGO', [result('X1', 'ANN  BEE ', 6, A), result('X2', 'CEE', 4, {})]),
  },
  { path: '/results/ward/W-1/', query: { post: '6' }, body: contest('H', '6', 'Y', [result('X3', 'DEE EE EF', 9, A)]) },
  { path: '/results/county/C-1/', query: { post: '4' }, body: { status: 'SUCCESS', contests: [{}] } },
];
const ndjson = (recordings: object[]): string => recordings.map((one) => `${JSON.stringify(one)}\n`).join('');

let folder: string;
const file = async (name: string, content: string | Uint8Array): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'iebc-archive-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('an archive', () => {
  let sandbox: IebcSandbox;
  let client: Client;

  beforeAll(async () => {
    const boundary = '{"path":"/geojson/ward_11.geojson","query":{},"body":{"type":"FeatureCollection","features":[]}}';
    await file('geojson.ndjson', boundary);
    const archive = await file('own.ndjson.gz', gzipSync(ndjson(RECORDINGS)));
    sandbox = await startIebcSandbox({ archive });
    client = await connect(sandbox);
  });
  afterAll(() => sandbox.close());

  it('gives recordings back byte for byte, to a code in either case, with or without its election', async () => {
    for (const { path, query, body } of RECORDINGS) {
      const lower = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value.toLowerCase()]));
      for (const url of [
        client.url(path, query),
        client.url(path.toLowerCase(), lower),
        client.url(path, { ...query, election: 'GEK2013' }),
      ]) {
        expect(await (await fetch(url)).text()).toBe(JSON.stringify(body));
      }
    }
  });

  it('still checks signatures', async () => {
    expect(await (await fetch(`${sandbox.url}/county/`)).json()).toMatchObject({ status: 'TOKEN_ERROR' });
    expect(await (await fetch(`${client.url('/county/')}0`)).json()).toMatchObject({ status: 'KEY_ERROR' });
  });

  it('answers for its election only', async () => {
    expect(sandbox.elections).toEqual(['GEK2013']);
    expect(await client.get('/county/', { election: 'GEK2013-TEST' })).toMatchObject({
      status: 'ELECTION_ERROR',
      message: expect.stringContaining('GEK2013'),
    });
    expect((await client.get('/election/')).elections.map(({ code }) => code)).toEqual(['GEK2013']);
    const named = await startIebcSandbox({ archive: join(folder, 'own.ndjson.gz'), archiveElection: '20131017' });
    expect(named.elections).toEqual(['20131017']);
    await named.close();
  });

  it('derives single places and lists by other filters', async () => {
    expect((await client.get('/ward/w-2/')).region).toEqual(place('ward', 12, 'W-2', 'Z'));
    const names = async (path: string, filters = {}): Promise<string[]> =>
      (await client.get(path, filters)).region.locations.map(({ name }) => name);
    expect(await names('/constituency/')).toEqual(['A', 'B']);
    expect(await names('/ward/')).toEqual(['X', 'Y', 'Z']);
    expect(await names('/ward/', { county: 'C-1' })).toEqual(['X', 'Y', 'Z']);
    expect(await names('/ward/', { county: 'C-1', constituency: 'K-2' })).toEqual(['X']);
    const { polling_stations: list } = await client.get('/pollingstation/', { constituency: 'K-1' });
    expect(list.map(({ code }) => code)).toEqual(['a-1', 'b-1', 'c-1', 'd-1']);
    expect((await client.get('/pollingstation/B-1/')).info).toMatchObject({
      code: 'b-1',
      name: 'b-1 SCHOOL/01',
      voters: null,
    });
    expect((await client.get('/ward/W-9/')).status).toBe('ID_ERROR');
  });

  it('derives parties, contests and candidates from results', async () => {
    const party = { picture: 'a.jpg', abr: 'A         ', code: 'PA', name: 'PARTY  A' };
    expect((await client.get('/party/')).parties).toEqual([party]);
    expect((await client.get('/party/pa/')).party).toEqual(party);
    const { contests } = await client.get('/contest/');
    expect(contests).toEqual([
      { contestType: '2', code: 'G', contest: 'Governor - BARINGO (030)' },
      { contestType: '6', code: 'H', contest: 'County Assembly Rep. - Y (0011)' },
    ]);
    expect((await client.get('/contest/', { county: 'C-1' })).contests).toEqual([contests[0]]);
    const { candidates } = await client.get('/candidate/', { contest: 'G' });
    expect(candidates).toMatchObject([
      {
        race: 'BARINGO',
        candidates: [
          { code: 'X1', contest_id: 'G', contest_type: '2', other_name: 'ANN ', surname: 'BEE ', party },
          { code: 'X2', surname: 'CEE', other_name: '', party: {} },
        ],
      },
    ]);
    const { candidates: ofParty } = await client.get('/candidate/', { party: 'PA' });
    expect(ofParty.map(({ race }) => race)).toEqual(['BARINGO', 'Y']);
    expect((await client.get('/candidate/x3/')).candidate).toMatchObject({ code: 'X3', surname: 'EF' });
  });

  it('finds a recorded result that is asked for in another way', async () => {
    const [governor, ward] = RECORDINGS.slice(6, 8).map(({ body }) => body);
    expect(await client.get('/results/post/2/', { ward: 'W-1' })).toEqual(governor);
    expect(await client.get('/results/contest/H/')).toEqual(ward);
    expect(await client.get('/results/contest/G/', { ward: 'W-1' })).toEqual(governor);
    const party = await client.get('/results/ward/W-1/', { post: '2', party: 'PA' });
    expect(party.contests[0]!.locations![0]!.results.map(({ code }) => code)).toEqual(['X1']);
  });

  it.each([
    ['/results/ward/W-2/', { post: 2 }],
    ['/results/ward/W-1/', { party: 'PA' }],
    ['/results/country/KE/', { post: 1 }],
    ['/results/pollingstation/a-1/', { post: 1 }],
    ['/results/contest/G/', {}],
    ['/pollingstation/', { county: 'C-1' }],
    ['/pollingstation/', { ward: 'W-3' }],
    ['/voter/10000001/', { type: 'info' }],
    ['/info/', {}],
    ['/reporting/', {}],
  ])('says what is missing: %s %o', async (path, filters) => {
    const { status, message } = await client.get(path, filters);
    expect(status).toBe('NOT_IN_ARCHIVE');
    expect(message).toMatch(/\S: |register|not recorded/);
    expect(message).not.toContain('10000001');
  });

  it('replays the boundaries beside it', async () => {
    expect(await (await fetch(`${sandbox.url}/geojson/ward_11.geojson`)).json()).toEqual({
      type: 'FeatureCollection',
      features: [],
    });
    expect((await fetch(`${sandbox.url}/geojson/ward_12.geojson`)).status).toBe(404);
  });
});

it('reads lines however they are laid out', async () => {
  const body = { status: 'SUCCESS', text: 'a } ,"body":{ b' };
  const odd = [
    JSON.stringify({ body, query: {}, path: '/info/' }),
    `  ${JSON.stringify({ path: '/county/', query: {}, body }).replaceAll(',"', ' , "')}  \r`,
    '',
    `{"path":"/info/a/","body":${JSON.stringify(body)}}`,
    JSON.stringify({ path: '/info/b/', query: { x: '},"body":{' }, body }),
    JSON.stringify({ path: '/party/', query: {}, body, at: '2013-03-04T17:00Z', by: 1 }),
  ];
  const archive = await file('odd.ndjson', odd.join('\n'));
  const sandbox = await startIebcSandbox({ archive });
  const { get } = await connect(sandbox);
  for (const path of ['/info/', '/county/', '/info/a/', '/party/']) expect(await get(path)).toEqual(body);
  await sandbox.close();
});

describe('an unreadable archive', () => {
  const good = ndjson(RECORDINGS.slice(0, 1));
  it.each<[string, string | Uint8Array | undefined, RegExp]>([
    ['missing.ndjson', undefined, /cannot be read \(ENOENT\)$/],
    ['plain.ndjson.gz', good, /is not gzip/],
    ['short.ndjson.gz', gzipSync(good).subarray(0, 40), /is not gzip, or is cut short$/],
    ['text.ndjson', `${good}\nhello\n`, /line 3 is not JSON$/],
    ['list.ndjson', '[1]\n', /line 1 is not an object$/],
    ['cut.ndjson', good + good.slice(0, 90), /line 2 is not JSON$/],
    ['no-path.ndjson', `${good}{"query":{},"body":{}}\n`, /line 2 has no 'path'$/],
    ['no-body.ndjson', '{"path":"/county/","query":{}}\n', /line 1 has no 'body'$/],
    ['query.ndjson', '{"path":"/county/","query":{"post":1},"body":{}}', /line 1 has a 'query'/],
    ['at.ndjson', '{"at":1,"path":"/info/","body":{}}', /line 1 has an 'at' that is not an instant/],
    ['day.ndjson', `${good}{"at":"2013-02-30T00:00:00Z","path":"/info/","body":{}}`, /line 2 has an 'at'/],
    ['hour.ndjson', '{"at":"2013-03-04T25:00:00Z","path":"/info/","body":{}}', /line 1 has an 'at'/],
    ['zone.ndjson', '{"at":"2013-03-04T17:00:00","path":"/info/","body":{}}', /line 1 has an 'at'/],
    ['empty.ndjson', '\n\n', /holds no recordings$/],
  ])('%s is refused in one line that names it', async (name, content, problem) => {
    const archive = content === undefined ? join(folder, name) : await file(name, content);
    const failure = await startIebcSandbox({ archive }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ArchiveError);
    const { message } = failure as ArchiveError;
    expect(message).toMatch(problem);
    expect(message).toContain(archive);
    expect(message).not.toContain('\n');
  });
});
