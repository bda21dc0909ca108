import fc from 'fast-check';
import { expect, it } from 'vitest';
import { COLUMNS, csv, csvCell, type Row } from '../../src/http/export-rows.ts';
import { serve } from '../e2e/serve.ts';
import { type Gateway, manualClock, PRODUCTION, startGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

/** A count that is over and stands still. */
const start = async (env: Record<string, string> = {}) => {
  const clock = manualClock();
  const gateway = await startGateway({ clock, sandbox: { now: clock.now }, env: { STALE_AFTER_MS: '30000', ...env } });
  clock.advance(40 * 60_000);
  return gateway;
};
const get = ({ app }: Pick<Gateway, 'app'>, path: string, init: RequestInit = {}) =>
  app.fetch(new Request(`http://gateway/export/${path}`, init));

async function rows(gateway: Gateway, path: string): Promise<Row[]> {
  const response = await get(gateway, path);
  const text = await response.text();
  expect([response.status, response.status === 200 || text]).toEqual([200, true]);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

/** As RFC 4180 says, written apart from what writes it. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    line.push(quoted === undefined ? bare! : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    lines.push(line);
    line = [];
  }
  return lines;
}

const RESULTS = `query ($filter: ResultFilter!, $after: String) { results(filter: $filter, first: 100, after: $after) {
  pageInfo { hasNextPage endCursor }
  nodes { post election { code } tallies { votes candidate { name party { name } } } reportingUnit {
    name ... on County { kind: __typename } ... on Constituency { county { name } }
    ... on Ward { constituency { name } county { name } }
    ... on PollingStation { ward { name } constituency { name } county { name } } kind: __typename } } } }`;
const LEVELS: Record<string, string> = { Country: 'country', PollingStation: 'pollingstation' };

/** The same rows from GraphQL, in no order of candidates. */
async function asked({ query }: Gateway, filter: object): Promise<Row[]> {
  const found: Row[] = [];
  let after: string | null = null;
  do {
    const { data, errors } = await query(RESULTS, { filter, after });
    expect(errors).toBeUndefined();
    for (const { post, election, tallies, reportingUnit } of data.results.nodes) {
      const { kind, name, county, constituency, ward } = reportingUnit;
      const own = (type: string) => (kind === type ? name : null);
      for (const { votes, candidate } of tallies) {
        found.push({
          election: election.code,
          post,
          level: LEVELS[kind] ?? kind.toLowerCase(),
          county: county?.name ?? own('County'),
          constituency: constituency?.name ?? own('Constituency'),
          ward: ward?.name ?? own('Ward'),
          station: own('PollingStation'),
          candidate: candidate.name,
          party: candidate.party?.name ?? null,
          votes,
        });
      }
    }
    after = data.results.pageInfo.hasNextPage ? data.results.pageInfo.endCursor : null;
  } while (after);
  return found;
}
const sorted = (some: Row[]) => some.map((row) => JSON.stringify(row)).sort();

it('holds the rows that GraphQL shows, at every level', async () => {
  const gateway = await start();
  const { data } = await gateway.query('{ counties { code id constituencies { code wards { code } } } }');
  const [county] = data.counties;
  const [{ code: constituency, wards }] = county.constituencies;
  const stations = `{ ward(code: "${wards[0].code}") { pollingStations(first: 1) { nodes { code } } } }`;
  const [station] = (await gateway.query(stations)).data.ward.pollingStations.nodes;
  const filters = [
    { post: 'GOVERNOR' },
    { post: 'PRESIDENT', district: 'KE' },
    { district: county.code },
    { district: county.id, post: 'SENATOR' },
    { district: constituency, election: 'GEK2013-TEST' },
    { district: wards[0].code },
    { district: station.code, post: 'MEMBER_OF_COUNTY_ASSEMBLY' },
  ];
  const levels = [
    { post: 'PRESIDENT', level: 'county' },
    { post: 'SENATOR', level: 'ward', within: county.id },
    { post: 'PRESIDENT', level: 'pollingstation', within: wards[0].code },
  ];
  for (const filter of filters) {
    const shown = await asked(gateway, filter);
    expect(shown.length).toBeGreaterThan(0);
    expect(sorted(await rows(gateway, `results.ndjson?${new URLSearchParams(filter)}`))).toEqual(sorted(shown));
  }
  for (const { level, ...filter } of levels) {
    const name = level === 'pollingstation' ? 'POLLING_STATION' : level.toUpperCase();
    const shown = await asked(gateway, { ...filter, level: name });
    expect(shown.length).toBeGreaterThan(0);
    expect(sorted(await rows(gateway, `results.ndjson?${new URLSearchParams({ level, ...filter })}`))).toEqual(
      sorted(shown),
    );
  }
});

it('is no file at all where one place of a level is missing', async () => {
  const gateway = await start();
  const { data } = await gateway.query('{ counties { code } }');
  gateway.sandbox.faults.set({ kind: 'html', path: `/results/county/${data.counties[3].code}/` });
  const response = await get(gateway, 'results.csv?post=PRESIDENT&level=county');
  expect([response.status, await response.json()]).toMatchObject([502, { code: 'SOURCE_MALFORMED' }]);
});

it('holds what was known at a moment, and refuses a moment of which nothing is known', async () => {
  const clock = manualClock();
  const gateway = await startGateway({ clock, sandbox: { now: clock.now }, env: { STALE_AFTER_MS: '30000' } });
  const before = new Date(clock.now() - 1).toISOString();
  const then = await asked(gateway, { post: 'GOVERNOR' });
  const at = new Date(clock.now()).toISOString();
  clock.advance(40 * 60_000);
  expect(sorted(await asked(gateway, { post: 'GOVERNOR' }))).not.toEqual(sorted(then));
  expect(sorted(await rows(gateway, `results.ndjson?post=GOVERNOR&at=${at}`))).toEqual(sorted(then));
  expect(sorted(await asked(gateway, { post: 'GOVERNOR', at }))).toEqual(sorted(then));
  for (const bad of [before, 'yesterday', '2013-03-05', '2013-03-05T06:00:00', '2999-01-01T00:00:00Z']) {
    const response = await get(gateway, `results.csv?post=GOVERNOR&at=${bad}`);
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'BAD_USER_INPUT', field: 'at' }]);
  }
});

it('narrows to a contest and a party as GraphQL does', async () => {
  const gateway = await start();
  const { data } = await gateway.query('{ counties { code contests { code } } parties { code } }');
  const contest = data.counties[0].contests[0].code;
  for (const filter of [{ contest }, { party: data.parties[0].code, district: data.counties[0].code }]) {
    const shown = await asked(gateway, filter);
    expect(shown.length).toBeGreaterThan(0);
    expect(sorted(await rows(gateway, `results.ndjson?${new URLSearchParams(filter)}`))).toEqual(sorted(shown));
  }
});

it('asks the source once for all of it', async () => {
  const gateway = await start();
  await gateway.query('{ country { result(post: PRESIDENT) { stationsTotal } } }');
  const before = gateway.upstream().length;
  expect((await rows(gateway, 'results.ndjson?post=MEMBER_OF_COUNTY_ASSEMBLY')).length).toBeGreaterThan(5_000);
  expect(gateway.upstream().slice(before)).toEqual(['/results/post/6/?election=GEK2013-TEST']);
  await rows(gateway, 'results.ndjson?post=MEMBER_OF_COUNTY_ASSEMBLY');
  expect(gateway.upstream()).toHaveLength(before + 1);
});

it('says the same in CSV, over a socket, with a header', async () => {
  const clock = manualClock();
  const gateway = await serve({ clock, sandbox: { now: clock.now }, env: { STALE_AFTER_MS: '30000' } });
  const url = `${gateway.server.url}/export/results.csv?post=WOMAN_REPRESENTATIVE`;
  for (const headers of [{}, { 'accept-encoding': 'identity' }] as Record<string, string>[]) {
    const response = await fetch(url, { headers });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="results.csv"',
      'cache-control': 'no-store',
    });
    const [header, ...lines] = parseCsv(await response.text());
    expect(header).toEqual([...COLUMNS]);
    const same = (await rows(gateway, 'results.ndjson?post=WOMAN_REPRESENTATIVE')).map((row) =>
      COLUMNS.map((name) => String(row[name] ?? '')),
    );
    expect(lines.length).toBeGreaterThan(100);
    expect(lines).toEqual(same);
  }
  const head = await fetch(url, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
    200,
    'text/csv; charset=utf-8; header=present',
    '',
  ]);
});

it.each<[string, string | undefined]>([
  ['', 'filter'],
  ['?district=KE', 'post'],
  ['?district=nowhere', 'district'],
  ['?district=a%20b', 'district'],
  ['?post=MAYOR', 'post'],
  ['?level=county', 'post'],
  ['?level=village&post=GOVERNOR', 'level'],
  ['?level=county&post=MEMBER_OF_NATIONAL_ASSEMBLY', 'level'],
  ['?level=pollingstation&post=GOVERNOR', 'within'],
  ['?level=ward&post=GOVERNOR&district=KE', 'district'],
  ['?within=KE&post=PRESIDENT', 'within'],
  ['?post=GOVERNOR&contest=X', 'post'],
  ['?post=GOVERNOR&post=SENATOR', 'post'],
  ['?post=GOVERNOR&district=KE', 'post'],
  ['?post=GOVERNOR&county=X', 'query'],
  ['?post=GOVERNOR&election=a/b', 'election'],
])('refuses results.csv%s in one line that names the parameter', async (query, field) => {
  const gateway = await start();
  const response = await get(gateway, `results.csv${query}`);
  const text = await response.text();
  expect(response.status).toBe(400);
  expect(text).toMatch(/^\{.*\}\n$/);
  const { message, ...facts } = JSON.parse(text);
  expect(facts).toEqual({ code: 'BAD_USER_INPUT', field });
  expect(message).toMatch(new RegExp(`^${field}: `));
});

it('says in the words of GraphQL what is wrong with a filter', async () => {
  const gateway = await start();
  const { errors } = await gateway.query('{ results(filter: { post: SENATOR, contest: "X" }) { totalCount } }');
  const { message } = (await (await get(gateway, 'results.csv?post=SENATOR&contest=X')).json()) as Shape;
  expect(`filter.${message}`).toBe(errors![0]!.message);
});

it('fails as the source does, before a line is written', async () => {
  const gateway = await start();
  gateway.sandbox.faults.set({ kind: 'not-success', status: 'CLOSED', message: 'no', path: '/results/' });
  for (const method of ['GET', 'HEAD']) {
    const response = await get(gateway, 'results.csv?post=GOVERNOR', { method });
    expect(response.status).toBe(502);
    if (method === 'GET') expect(await response.json()).toMatchObject({ code: 'SOURCE_REFUSED', source: 'iebc' });
  }
  gateway.sandbox.faults.clear();
  // The figures are there, but not the places that they are of.
  gateway.sandbox.faults.set({ kind: 'not-success', status: 'CLOSED', message: 'no', path: '/county/' });
  const nameless = await get(gateway, 'results.ndjson?post=GOVERNOR');
  expect([nameless.status, await nameless.json()]).toMatchObject([502, { code: 'SOURCE_REFUSED' }]);
});

it('is read only, by whoever has no wrong key', async () => {
  const gateway = await start();
  const posted = await get(gateway, 'results.csv?post=GOVERNOR', { method: 'POST', body: '' });
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  const unknown = await get(gateway, 'results.csv?post=GOVERNOR', { headers: { authorization: 'Bearer nobody' } });
  expect([unknown.status, await unknown.json()]).toMatchObject([401, { code: 'UNAUTHENTICATED' }]);
  expect((await get(gateway, 'results.xlsx?post=GOVERNOR')).status).toBe(404);
});

it('counts what it holds, in production too', async () => {
  const gateway = await start({ ...PRODUCTION, STRANGER_COST_PER_MINUTE: '5000', SANDBOX: '1' });
  const first = await get(gateway, 'results.csv?post=PRESIDENT&district=KE');
  expect(first.status).toBe(200);
  // A request, its lookups, one place, and its eight candidates.
  expect(Number(first.headers.get('ratelimit-remaining'))).toBe(5_000 - 50 - 100 - 22 - 3 * 8);
  const dear = await get(gateway, 'results.csv?post=MEMBER_OF_COUNTY_ASSEMBLY');
  expect([dear.status, await dear.json()]).toMatchObject([429, { code: 'RATE_LIMITED' }]);
  expect(Number(dear.headers.get('retry-after'))).toBeGreaterThan(0);
});

const cell = fc.oneof(
  fc.constant(null),
  fc.nat(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ' ', '=', '+', '-', '@', '\t', 'a', "'") }),
);

it('writes any text so that a reader of CSV gets it back, but no formula', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(...COLUMNS.map(() => cell)), { maxLength: 3 }), (table) => {
      const named = table.map((cells) => Object.fromEntries(COLUMNS.map((name, i) => [name, cells[i]])) as Row);
      const read = parseCsv([...csv(named)].join('')).slice(1);
      expect(read.flat().filter((text) => /^[=+\-@\t\r]/.test(text))).toEqual([]);
      const harmless = read.map((cells) => cells.map((text) => text.replace(/^'(?=[=+\-@\t\r])/, '')));
      const written = table.map((cells) => cells.map((value) => String(value ?? '').replace(/^'(?=[=+\-@\t\r])/, '')));
      expect(harmless).toEqual(written);
    }),
  );
  expect(csvCell('=HYPERLINK("http://x")')).toBe(`"'=HYPERLINK(""http://x"")"`);
  expect(csvCell(-5)).toBe('-5');
});
