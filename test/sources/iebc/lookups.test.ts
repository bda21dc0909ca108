import { expect, it } from 'vitest';
import { startIebcSandbox } from '../../../src/sandbox/iebc/index.ts';
import type { Wrapping } from '../../../src/sandbox/iebc/wrapping.ts';
import { serve } from '../../infra/server.ts';
import { demoKey, type Gateway, manualClock, startGateway } from '../../support/gateway.ts';

const NOT_FOUND = { kind: 'status', status: 404 } as const;
const NO_SUCH_PATH = { kind: 'not-success', status: 'ERROR', message: 'The requested path was not found' } as const;
const NOTHING_THERE = [
  ['HTTP 404', NOT_FOUND],
  ['an unknown path', NO_SUCH_PATH],
] as const;

const RESULT = '{ country { result(post: PRESIDENT) { asOf stale tallies { votes } } } }';
const body = (content: object) => JSON.stringify({ status: 'SUCCESS', ...content });

async function withClock() {
  const clock = manualClock();
  const gateway = await startGateway({ clock, sandbox: { now: clock.now } });
  return { clock, ...gateway };
}

/** One code of each kind that can be asked for by its code. */
async function codes({ query }: Gateway) {
  const { data } = await query(`{
    counties { code }
    parties { code }
    contests(filter: { post: GOVERNOR }) { nodes { code } }
    candidates(filter: { post: PRESIDENT }) { nodes { code } }
  }`);
  return {
    county: data.counties[0].code,
    party: data.parties[0].code,
    contest: data.contests.nodes[0].code,
    candidate: data.candidates.nodes[0].code,
  };
}

it.each(NOTHING_THERE)(
  '%s: a known result is given, marked stale, and all is fresh when it is back',
  async (_, fault) => {
    const { query, sandbox, clock } = await withClock();
    const { result } = (await query(RESULT)).data.country;
    clock.advance(60_000);
    sandbox.faults.set(fault);
    expect((await query(RESULT)).data.country.result).toEqual({ ...result, stale: true });
    sandbox.faults.clear();
    clock.advance(10_000);
    expect((await query(RESULT)).data.country.result).toMatchObject({ stale: false });
  },
);

it.each(NOTHING_THERE)('%s: a known place stays', async (_, fault) => {
  const gateway = await withClock();
  const { county } = await codes(gateway);
  const query = `{ county(code: "${county}") { name } }`;
  const before = await gateway.query(query);
  expect(before.data.county.name).toMatch(/./);
  gateway.clock.advance(3 * 24 * 60 * 60_000);
  gateway.sandbox.faults.set(fault);
  expect(await gateway.query(query)).toEqual(before);
});

it.each(NOTHING_THERE)('%s: what is not known is null for seconds, and no fact', async (_, fault) => {
  const gateway = await withClock();
  const { county, party } = await codes(gateway);
  const query = `{ party(code: "${party}") { code } county(code: "${county}") { code } ${RESULT.slice(1)}`;
  gateway.sandbox.faults.set(fault);
  const first = await gateway.query(query);
  expect(first.errors).toBeUndefined();
  expect(first.data).toMatchObject({ party: null, county: null, country: { result: { tallies: [] } } });
  const asked = gateway.upstream().length;
  gateway.clock.advance(4_999);
  await gateway.query(query);
  expect(gateway.upstream()).toHaveLength(asked);
  gateway.sandbox.faults.clear();
  gateway.clock.advance(1);
  const { data } = await gateway.query(query);
  expect(data).toMatchObject({ party: { code: party }, county: { code: county } });
  expect(data.country.result.tallies).not.toEqual([]);
});

it.each(NOTHING_THERE)('%s: a list is SOURCE_UNAVAILABLE', async (_, fault) => {
  const gateway = await startGateway();
  gateway.sandbox.faults.set(fault);
  for (const list of [
    'counties { code }',
    'contests(filter: { post: PRESIDENT }) { totalCount }',
    'parties { code }',
  ]) {
    const { data, errors } = await gateway.query(`{ ${list} }`);
    expect(Object.values(data ?? { list: null })).toEqual([null]);
    expect(errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE', retryable: true } }]);
  }
});

it('a token that cannot be had is no "no such thing"', async () => {
  const gateway = await startGateway();
  gateway.sandbox.faults.set({ ...NOT_FOUND, path: '/token/' });
  const { errors } = await gateway.query('{ party(code: "P1") { code } }');
  expect(errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE', endpoint: 'token', httpStatus: 404 } }]);
});

it.each(NOTHING_THERE)('%s: nobody is told that a voter is not registered', async (_, fault) => {
  const gateway = await startGateway();
  gateway.sandbox.faults.set({ ...fault, path: '/voter/' });
  const { errors } = await gateway.query('{ voter(code: "10000001") { name } }', {}, demoKey(gateway.app));
  expect(errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE', retryable: true } }]);
});

it('HTTP 404 with ID_ERROR is the source\'s own "no such thing", and kept', async () => {
  const asked: string[] = [];
  const { url } = await serve((request, response) => {
    const path = request.url!.split('?')[0]!;
    asked.push(path);
    if (path === '/token/') response.end(body({ token: 't' }));
    else response.writeHead(404).end('{"status":"ID_ERROR","message":"no party has this code"}');
  });
  const clock = manualClock();
  const { query } = await startGateway({ env: { IEBC_URL: url, IEBC_ELECTION: 'GEK2013' }, clock });
  for (let i = 0; i < 2; i++) {
    expect((await query('{ party(code: "P1") { code } }')).data).toEqual({ party: null });
    clock.advance(60_000);
  }
  expect(asked).toEqual(['/token/', '/party/P1/']);
});

it.each([
  ['WAIT', '', undefined],
  ['WAIT', 'This application has used its token; come again in 5 minutes', 300],
  ['ERROR', 'Quota exceeded for this key, try again in 30 seconds', 30],
  ['RATE_LIMIT', 'too many requests: 1000 hits', undefined],
])(
  '%s, %s: a refusal for a while gives what is known, marked; else it says when to come again',
  async (status, message, retryAfter) => {
    const { query, sandbox, clock } = await withClock();
    const { result } = (await query(RESULT)).data.country;
    clock.advance(120_000);
    sandbox.faults.set({ kind: 'not-success', status, message });
    expect((await query(RESULT)).data.country.result).toEqual({ ...result, stale: true });
    const { errors } = await query('{ party(code: "P1") { code } }');
    expect(errors).toMatchObject([
      { extensions: { code: 'SOURCE_UNAVAILABLE', retryable: true, sourceStatus: status } },
    ]);
    expect(errors![0]!.extensions.retryAfter).toBe(retryAfter);
    // A new token would not help.
    expect(sandbox.requests.filter(({ path }) => path === '/token/')).toHaveLength(1);
  },
);

const OTHER = { code: 'OTHER', name: 'Other' };
it.each([
  ['county', { region: OTHER }],
  ['county', { region: { locations: [OTHER] } }],
  ['constituency', { region: OTHER }],
  ['ward', { region: OTHER }],
  ['pollingStation', { info: OTHER }],
  ['party', { party: OTHER }],
  ['party', { parties: [OTHER] }],
  ['contest', { contest: { code: 'OTHER', contest: 'Other', contestType: '1' } }],
  ['candidate', { candidates: [{ race: 'A', candidates: [OTHER] }] }],
])("%s: another one's answer is SOURCE_MALFORMED and not kept; its own is taken in any case", async (field, other) => {
  const gateway = await startGateway();
  const query = `{ ${field}(code: "mine") { code } }`;
  gateway.sandbox.faults.set({ kind: 'json-text', body: body(other), times: 1 });
  const { data, errors } = await gateway.query(query);
  expect(data).toEqual({ [field]: null });
  expect(errors).toMatchObject([{ extensions: { code: 'SOURCE_MALFORMED', retryable: true } }]);
  gateway.sandbox.faults.set({ kind: 'json-text', body: body(other).replace('OTHER', 'MINE'), times: 1 });
  expect((await gateway.query(query)).data).toEqual({ [field]: { code: 'MINE' } });
});

it.each<Wrapping>(['singular', 'plural', 'list', 'race', 'info', 'bare'])(
  'a party, a contest and a candidate by their codes, wrapped: %s',
  async (wrapping) => {
    const gateway = await startGateway({ sandbox: { wrapping } });
    const { party, contest, candidate } = await codes(gateway);
    const { data, errors } = await gateway.query(`{
      party(code: "${party.toLowerCase()}") { code name }
      contest(code: "${contest}") { code post }
      candidate(code: "${candidate}") { code name }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      party: { code: party, name: expect.any(String) },
      contest: { code: contest, post: 'GOVERNOR' },
      candidate: { code: candidate, name: expect.any(String) },
    });
  },
);

it.each(NOTHING_THERE)('%s: a contest that cannot be asked for by its code is found in the list', async (_, fault) => {
  const gateway = await startGateway();
  const { contest } = await codes(gateway);
  const query = `{ contest(code: "${contest.toLowerCase()}") { code post } }`;
  gateway.sandbox.faults.set({ ...fault, path: `/contest/${contest.toLowerCase()}/` });
  expect((await gateway.query(query)).data).toEqual({ contest: { code: contest, post: 'GOVERNOR' } });
  gateway.sandbox.faults.set({ ...fault, path: '/contest/NONE/' });
  expect((await gateway.query('{ contest(code: "NONE") { code } }')).data).toEqual({ contest: null });
});

it.each(['', 'https://other.example'])('Method 2 from %j is refused where the domain is looked at', async (origin) => {
  const { query } = await byDomain(origin);
  const { errors } = await query('{ counties { code } }');
  expect(errors).toMatchObject([{ extensions: { code: 'SOURCE_REFUSED', sourceStatus: 'DOMAIN_ERROR' } }]);
});

it.each(['https://example.com', 'http://www.example.com/results/'])(
  'Method 2 from %s names where it comes from',
  async (origin) => {
    const { query } = await byDomain(origin);
    expect((await query('{ counties { code } }')).data.counties).toHaveLength(47);
  },
);

it('every request says where it comes from, files and tokens too', async () => {
  const told: unknown[] = [];
  const { url } = await serve((request, response) => {
    const { origin, referer } = request.headers;
    told.push([request.url!.split('?')[0], origin, referer]);
    if (request.url!.startsWith('/geojson/')) response.end('{"type":"FeatureCollection","features":[]}');
    else if (request.url!.startsWith('/token/')) response.end(body({ token: 't' }));
    else response.end(body({ region: { code: 'C1', name: 'A', polygon: 'http://h/geojson/county_1.geojson' } }));
  });
  const { query } = await startGateway({ env: { IEBC_URL: url, IEBC_ORIGIN: 'https://www.example.com' } });
  expect((await query('{ county(code: "C1") { boundary } }')).errors).toBeUndefined();
  const from = ['https://www.example.com', 'https://www.example.com/'];
  expect(told).toEqual(['/token/', '/county/C1/', '/geojson/county_1.geojson'].map((path) => [path, ...from]));
});

/** A gateway by Method 2 over a source that knows the application as example.com's. */
async function byDomain(origin: string) {
  const source = await startIebcSandbox({ requireOrigin: 'example.com' });
  const { url, domainToken } = source;
  const env = { IEBC_URL: url, IEBC_APP_ID: '', IEBC_APP_SECRET: '', IEBC_TOKEN: domainToken, IEBC_ORIGIN: origin };
  const gateway = await startGateway({ env });
  return { ...gateway, source };
}
