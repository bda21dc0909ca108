import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { ContestFigures } from '../src/domain/results.ts';
import { archiveLines } from '../src/export-archive.ts';
import { ExportError } from '../src/export-reader.ts';
import { startIebcSandbox } from '../src/sandbox/iebc/index.ts';
import { leafOf } from '../src/services/record/leaf.ts';
import { decodeResults } from '../src/sources/iebc/decode.ts';
import { connect, handClock } from './sandbox/iebc/client.ts';
import { type Gateway, startGateway } from './support/gateway.ts';

const ELECTION = 'GEK2013-TEST';
const START = Date.parse('2013-03-04T17:00:00.000Z');
const MINUTE = 60_000;

type Version = { at: number; code: string; figures: ContestFigures | null };

const line = ({ at, code, figures }: Version, index: number, election = ELECTION, source = 'iebc:sandbox'): string => {
  const contest = { source, election, level: 'county' as const, unitCode: code, post: 'PRESIDENT' as const };
  const leaf = leafOf({ contest, asOf: at, figures, bodyHash: '0'.repeat(64) });
  return `{"index":${index},"version":1,"flags":[],"leaf":${leaf}}\n`;
};

/** Every ten minutes, what the sandbox says of two counties; of one of them nothing in the end. */
async function observed(): Promise<Version[]> {
  const clock = handClock();
  const sandbox = await startIebcSandbox({ now: clock.now });
  const client = await connect(sandbox);
  const { region } = await client.get('/county/', { election: ELECTION });
  const versions: Version[] = [];
  for (let minutes = 0; minutes < 40; minutes += 10) {
    for (const { code } of region.locations.slice(0, 2)) {
      const answer = await client.get(`/results/county/${code}/`, { election: ELECTION, post: 1 });
      const [figures] = decodeResults(ELECTION, 'results', answer);
      versions.push({ at: START + minutes * MINUTE, code, figures: figures! });
    }
    clock.advance(10 * MINUTE);
  }
  versions.push({ at: START + 40 * MINUTE, code: region.locations[0]!.code, figures: null });
  await sandbox.close();
  return versions;
}

let versions: Version[];
beforeAll(async () => {
  versions = await observed();
});

type History = (from: number, election: string | null) => { status?: number; text: string; breaks?: boolean };
const recorded =
  (lines: string[]): History =>
  (from) => ({ text: lines.slice(from).join('') });

/** A gateway with a record of the test's own. */
async function front(gateway: Gateway, history: History): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://front');
    if (pathname === '/export/history.ndjson') {
      asked.push(request.url!);
      const { status = 200, text, breaks } = history(Number(searchParams.get('from')), searchParams.get('election'));
      response.writeHead(status, { 'content-type': 'application/json', ...(status === 429 && { 'retry-after': '0' }) });
      if (breaks) response.write(text, () => response.destroy());
      else response.end(text);
      return;
    }
    const body = Buffer.concat(await request.toArray());
    const { status, ...answer } = await gateway.query(
      ...(Object.values(JSON.parse(String(body))) as [string, Record<string, unknown>]),
    );
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const folder = () => mkdtempSync(join(tmpdir(), 'export-'));

function run(...args: string[]): Promise<{ status: number; lines: string[] }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, ['src/export.ts', ...args], (error, _stdout, stderr) => {
      resolve({ status: error ? ((error.code as number | undefined) ?? -1) : 0, lines: stderr.trimEnd().split('\n') });
    });
    child.stdin?.end();
  });
}

/** A gateway over a country of one ward: quick to read. */
function startSmall(): Promise<Gateway> {
  const place = (code: string) => ({ code, name: code, polygon: null, registered: '9', center: { lat: 1, lon: 36 } });
  const list = (level: string, query: object) => ({
    path: `/${level}/`,
    query,
    body: { status: 'SUCCESS', region: { location_type: level, locations: [place(level)] } },
  });
  const stations = { status: 'SUCCESS', polling_stations: Array.from({ length: 101 }, (_, i) => place(`s${i}`)) };
  const lines = [
    list('county', {}),
    list('constituency', { county: 'county' }),
    list('ward', { constituency: 'constituency' }),
    { path: '/pollingstation/', query: { ward: 'ward' }, body: stations },
  ];
  const archive = join(folder(), 'small.ndjson');
  writeFileSync(archive, lines.map((one) => JSON.stringify(one)).join('\n'));
  return startGateway({ sandbox: { archive } });
}

const NO_CHOICE = { election: undefined, source: undefined };
const PLACES = `{ counties { code name number registeredVoters center { latitude longitude }
  constituencies { code name wards { code name number } } } }`;

it('writes an archive that plays the record back, instant for instant', async () => {
  const gateway = await startGateway();
  const { url } = await front(gateway, recorded(versions.map((version, index) => line(version, index))));
  const out = join(folder(), 'night.ndjson.gz');
  const { status, lines } = await run('archive', '--from', `${url}/`, '--out', out);
  expect([status, lines.at(-1)]).toEqual([
    0,
    `  IEBC_ARCHIVE=${out} IEBC_ELECTION=${ELECTION} IEBC_ARCHIVE_SPEED=60 npm start`,
  ]);
  expect(lines.at(-2)).toBe(`9 versions of ${ELECTION} are in ${out}. To play them back:`);

  const clock = handClock();
  const archive = { archive: out, archiveElection: ELECTION, archiveSpeed: 60, now: clock.now };
  const played = await startGateway({ sandbox: archive, env: { IEBC_ELECTION: ELECTION } });
  const client = await connect(played.sandbox);
  const start = clock.now();
  for (const { at, code, figures } of versions) {
    clock.advance(start + (at - START) / 60 - clock.now());
    const answer = await client.get(`/results/county/${code}/`, { election: ELECTION, post: 1 });
    expect(decodeResults(ELECTION, 'results', answer)).toEqual(figures ? [figures] : []);
  }

  const places = await gateway.query(PLACES);
  expect(await played.query(PLACES)).toEqual(places);
  // The index of places finds in it all that it walks for.
  await played.query('{ searchPlaces(text: "x") { name } }');
  const { data } = await played.query('{ sources { placesIndex { complete districts stations } } }');
  const districts = JSON.stringify(places.data).match(/"code":/g)!.length;
  const stations = gunzipSync(readFileSync(out))
    .toString()
    .matchAll(/\{"code":"[^"]*","name":"[^"]*","location":/g);
  expect(data.sources[0].placesIndex).toEqual({ complete: true, districts, stations: [...stations].length });
});

it('goes on where the record broke off, and waits where it was asked too much', async () => {
  const all = versions.map((version, index) => line(version, index));
  let refusals = 1;
  const history: History = (from) => {
    if (refusals-- > 0) return { status: 429, text: '{"code":"RATE_LIMITED"}' };
    if (from >= 6) return { text: all.slice(from).join('') };
    return { text: all.slice(from, from + 3).join('') + all[from + 3]!.slice(0, 50), breaks: true };
  };
  const { url, asked } = await front(await startSmall(), history);
  const out = join(folder(), 'night.ndjson');
  expect(await run('archive', '--from', url, '--out', out, '--election', ELECTION)).toMatchObject({ status: 0 });
  expect(asked.map((path) => path.split('?')[1])).toEqual(
    [0, 0, 3, 6].map((from) => `from=${from}&election=${ELECTION}`),
  );
  const written = readFileSync(out, 'utf8').split('\n');
  expect(written.filter((one) => one.includes('"path":"/results/'))).toHaveLength(versions.length);
  expect(written.filter((one) => one.startsWith('{"at":"2013-03-04T17:10:00.000Z","path":"/results/'))).toHaveLength(2);
  // The last page of a ward's stations too.
  const { body } = JSON.parse(written.find((one) => one.startsWith('{"path":"/pollingstation/'))!);
  expect(body.polling_stations).toHaveLength(101);
});

it('takes one source and one election, and asks which where there are more', async () => {
  const [first, second] = versions as [Version, Version];
  const lines = [line(first, 0), line(second, 1, ELECTION, 'iebc:other'), line(second, 2, 'GEK2013', 'iebc:other')];
  const { url } = await front(await startSmall(), (from, election) => ({
    text: lines.slice(from, election === null ? 3 : 2).join(''),
  }));
  const out = join(folder(), 'night.ndjson.gz');
  const args = ['archive', '--from', url, '--out', out];
  expect((await run(...args)).lines.at(-1)).toMatch(/more than one source, iebc:sandbox and iebc:other: .*--source/);
  expect((await run(...args, '--source', 'iebc:sandbox')).status).toBe(0);
  expect((await run(...args, '--source', 'iebc:other')).lines.at(-1)).toMatch(/more than one election, .*--election/);
  expect((await run(...args, '--source', 'iebc:other', '--election', ELECTION)).status).toBe(0);
  expect(gunzipSync(readFileSync(out)).toString()).toContain(`/results/county/${second.code}/`);
});

it.each<[string, History, RegExp]>([
  ['a gateway without a record', () => ({ status: 404, text: '' }), /has no record to export\.$/],
  ['a record of nothing', () => ({ text: '' }), /nothing of that is recorded\.$/],
  [
    'a store in trouble',
    () => ({ status: 503, text: '{"code":"STORAGE_UNAVAILABLE","message":"Not now."}' }),
    /: Not now\. \(STORAGE_UNAVAILABLE\)$/,
  ],
  [
    'a record that breaks off again and again',
    () => ({ text: '{"in', breaks: true }),
    /breaks off after 0 versions\.$/,
  ],
  [
    'a record out of order',
    () => ({ text: line(versions[0]!, 1) + line(versions[1]!, 0) }),
    /behind version 1 is none of a record\.$/,
  ],
  ['what is no version', () => ({ text: '{"index":0,"leaf":{}}\n' }), /version 0 of the log is not to be read\.$/],
])('says in one line what is wrong with %s', async (_name, history, problem) => {
  const { url } = await front(await startSmall(), history);
  const lines = archiveLines({ url, signal: new AbortController().signal }, NO_CHOICE, () => {});
  const failure = await Readable.from(lines)
    .toArray()
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ExportError);
  expect((failure as Error).message).toMatch(problem);
  expect((failure as Error).message).not.toContain('\n');
});

it('leaves the file that was there when it fails', async () => {
  const all = versions.map((version, index) => line(version, index)).join('');
  const { url } = await front(await startSmall(), () => ({ text: `${all}{}\n` }));
  const place = folder();
  writeFileSync(join(place, 'night.ndjson'), 'the last one');
  const { status, lines } = await run('archive', '--from', url, '--out', join(place, 'night.ndjson'));
  expect([status, lines.slice(2)]).toEqual([1, [expect.stringMatching(/behind version 8 is none of a record\.$/)]]);
  expect(readdirSync(place)).toEqual(['night.ndjson']);
  expect(readFileSync(join(place, 'night.ndjson'), 'utf8')).toBe('the last one');
});

it('says what is wrong with how it was called', async () => {
  const out = join(folder(), 'x.ndjson');
  const gone = ['--from', 'http://127.0.0.1:1', '--out', out];
  for (const [args, problem] of [
    [[], /^Say what to export\.$/],
    [['archive', '--form', 'x'], /^Unknown option '--form'\.$/],
    [['archive', '--from', 'localhost:4000'], /^--from must be an http:\/\/ or https:\/\/ URL\.$/],
    [['archive', ...gone], /^Reading the places/],
  ] as [string[], RegExp][]) {
    const { status, lines } = await run(...args);
    expect([status, lines[0]]).toEqual([1, expect.stringMatching(problem)]);
  }
  expect((await run('archive', ...gone)).lines.at(-1)).toMatch(
    /^http:\/\/127\.0\.0\.1:1: cannot be reached \(\S+\)\.$/,
  );
});
