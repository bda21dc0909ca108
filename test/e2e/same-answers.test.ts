import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type Asked, ask, comparable, type Way } from '../support/asking.ts';
import { manualClock } from '../support/gateway.ts';
import { iebcEnv } from '../support/iebc.ts';
import { random } from '../support/random.ts';
import { randomQuery } from '../support/random-query.ts';
import { type Served, serve } from './serve.ts';

// The same questions, in the same order, to a gateway without fast paths and to two with them: the first time Yoga answers on
// all, the second time they write. From the third on the one gives the answer that it has kept, and the other, which keeps
// none, writes with the texts of parts that it has kept.
const TIMES = 5;

type Pair = {
  fast: Served;
  writing: Served;
  plain: Served;
  places: { county: string; id: string; ward: string; station: string };
};

async function startPair(): Promise<Pair> {
  const clock = manualClock();
  const env = { IEBC_PLACES_INDEX: 'background', STRANGER_COST_PER_MINUTE: '1000000000' };
  const plain = await serve({ clock, env: { ...env, FAST_PATHS: 'off' }, sandbox: { now: clock.now } });
  const onItsSource = { clock, env: { ...env, ...iebcEnv(plain.sandbox), FAST_PATHS: 'on' } };
  const fast = await serve(onItsSource);
  const writing = await serve({ ...onItsSource, env: { ...onItsSource.env, ANSWER_CACHE_MB: '0' } });
  for (const { query } of [plain, fast, writing]) {
    const complete = async () => (await query('{ sources { placesIndex { complete } } }')).data.sources[0];
    await expect.poll(async () => (await complete()).placesIndex.complete, { timeout: 60_000 }).toBe(true);
  }
  const { data } = await plain.query('{ counties { id code constituencies { wards { code } } } }');
  const ward = data.counties[3].constituencies[0].wards[0].code;
  const stations = await plain.query(`{ ward(code: "${ward}") { pollingStations { nodes { code } } } }`);
  const station = stations.data.ward.pollingStations.nodes[0].code;
  return { fast, writing, plain, places: { county: data.counties[3].code, id: data.counties[3].id, ward, station } };
}

async function same({ fast, writing, plain }: Pair, asked: Asked, way: Way = {}): Promise<number> {
  let status = 0;
  for (let time = 1; time <= TIMES; time++) {
    const expected = await ask(plain.url, asked, way);
    for (const [name, { url }] of Object.entries({ fast, writing })) {
      const answer = await ask(url, asked, way);
      const which = `${name}, time ${time}: ${JSON.stringify({ asked, way })}`;
      expect(comparable(answer), which).toEqual(comparable(expected));
    }
    ({ status } = expected);
  }
  return status;
}

const RESULT = `fragment Count on ContestResult {
  post status statusMessage countedAt registeredVoters ballots { cast valid rejected spoilt disputed }
  turnout turnoutAsReported stationsReported stationsTotal stationsAsReported { reporting total } margin asOf stale leader { votes candidate { id name } }
  tallies { votes share rank candidate { id code name isIndependent party { id name color symbolUrl } pictureUrl } }
  quality { code message observed expected } reportingUnit { __typename id name } contest { id name }
}`;

/** By name, each with what only a fast path could get wrong. */
const QUESTIONS = ({ county, id, ward, station }: Pair['places']): Record<string, [Asked, Way?]> => ({
  'a tree': [{ query: '{ counties { id code name constituencies { id name wards { id name registeredVoters } } } }' }],
  'all of a result': [{ query: `{ county(code: "${county}") { result(post: PRESIDENT) { ...Count } } } ${RESULT}` }],
  'a result that is not counted there': [
    { query: `{ county(code: "${county}") { result(post: MEMBER_OF_COUNTY_ASSEMBLY) { ...Count } } } ${RESULT}` },
  ],
  'all counties in an order, with totals': [
    {
      query: `{ results(filter: { post: PRESIDENT, level: COUNTY }, first: 50, orderBy: { field: MARGIN, direction: DESCENDING }) {
        totalCount nodes { ...Count } totals { places placesUnavailable placesWithoutFigures stationsReported stationsTotal
        ballots { cast } byCandidate { votes leads candidate { name } } byParty { votes leads party { name } } } } } ${RESULT}`,
    },
  ],
  'totals alone': [
    { query: '{ results(filter: { post: GOVERNOR, level: COUNTY }) { totals { byParty { votes leads } } } }' },
  ],
  'a level that is not counted': [{ query: '{ results(filter: { post: GOVERNOR, level: COUNTRY }) { totalCount } }' }],
  'wards of the country': [
    { query: '{ country { wards(first: 300) { totalCount edges { cursor node { name } } } } }' },
  ],
  'many results': [
    { query: `{ results(filter: { post: GOVERNOR }, first: 5) { totalCount nodes { ...Count } } } ${RESULT}` },
  ],
  'stations and their cursors': [
    {
      query:
        'query S($ward: ID!, $first: Int) { ward(code: $ward) { pollingStations(first: $first) { totalCount edges { cursor node { __typename code stream registeredVoters location { latitude longitude } } } pageInfo { hasNextPage endCursor } } } }',
      variables: { ward, first: 3 },
    },
  ],
  'deferred, but whole': [{ query: '{ country { name } ... @defer { counties { name } } }' }],
  'deferred, in parts': [
    { query: '{ country { name } ... @defer(label: "counties") { counties { name } } }' },
    { headers: { accept: 'application/json, multipart/mixed' } },
  ],
  'not deferred, for who takes parts': [
    { query: '{ counties { name code } }' },
    { headers: { accept: 'application/json, multipart/mixed' } },
  ],
  'the ward at a point': [
    {
      query: `{ inside: wardAt(latitude: 0, longitude: 36.2) { ...At } border: wardAt(latitude: -4.05, longitude: 39.7158) { ...At }
        outside: wardAt(latitude: 20, longitude: 0) { ...At } nowhere: wardAt(latitude: 91, longitude: 0) { isCertain } }
        fragment At on WardAt { isCertain errorMeters ward { id name county { name } } nextNearest { code } }`,
    },
  ],
  aliases: [{ query: `{ a: county(code: "${county}") { n: name } b: county(code: "${county}") { m: name n: code } }` }],
  'fields in two places': [
    {
      query: `{ county(code: "${county}") { name ...A ... on County { code constituencies { code } } } } fragment A on ReportingUnit { name ... on County { constituencies { name } } }`,
    },
  ],
  'an interface': [{ query: `{ node(id: "${id}") { __typename id ... on County { name } ... on Ward { code } } }` }],
  'nothing there': [{ query: '{ county(code: "no-such-place") { name } ward(code: "none") { name } }' }],
  'a list of a station': [
    {
      query: `{ pollingStation(code: "${station}") { name facility { name } result(post: PRESIDENT) { tallies { votes } } } }`,
    },
  ],
  'only a name of a type': [{ query: '{ __typename country { __typename name } }' }],
  introspection: [{ query: '{ __schema { queryType { name } } counties { name } }' }],
  'skipped by a variable': [
    {
      query: 'query($no: Boolean!, $yes: Boolean = true) { counties { name @skip(if: $no) code @include(if: $yes) } }',
      variables: { no: false },
    },
  ],
  'skipped the other way': [
    {
      query: 'query($no: Boolean!, $yes: Boolean = true) { counties { name @skip(if: $no) code @include(if: $yes) } }',
      variables: { no: true, yes: false },
    },
  ],
  'the first of two operations': [
    { query: 'query A { counties { name } } query B { counties { code } }', operationName: 'A' },
  ],
  'the second of two operations': [
    { query: 'query A { counties { name } } query B { counties { code } }', operationName: 'B' },
  ],
  'none of two operations': [{ query: 'query A { counties { name } } query B { counties { code } }' }],
  'an operation that is not there': [{ query: 'query A { counties { name } }', operationName: 'Z' }],
  'a bad argument': [{ query: '{ county(code: "../../etc") { name } counties { name } }' }],
  'a bad page': [{ query: `{ ward(code: "${ward}") { name pollingStations(first: 0) { totalCount } } }` }],
  'a bad variable': [{ query: 'query($code: ID!) { county(code: $code) { name } }', variables: { code: { a: 1 } } }],
  'a variable left out': [{ query: 'query($code: ID!) { county(code: $code) { name } }' }],
  'an unknown field': [{ query: '{ counties { nam } }' }],
  'no document': [{ query: 'counties' }],
  'nothing at all': [{}],
  'a mutation': [{ query: 'mutation { __typename }' }],
  'a voter, without a key': [{ query: '{ voter(code: "12345678") { name } counties { name } }' }],
  'sources beside places': [{ query: '{ sources { name mode } counties { name } }' }],
  'too much': [
    {
      query:
        '{ counties { constituencies { wards { pollingStations(first: 100) { nodes { facility { name } } } } } } }',
    },
  ],
  search: [{ query: '{ searchPlaces(text: "nairobi", first: 5) { __typename id name } }' }],
  'a search for places of all kinds': [
    {
      query: `{ findPlaces(text: "primary school", within: "${county}", first: 5) { __typename id name ... on PollingCentre { location { latitude } streams { code } ward { name } } } }`,
    },
  ],
  'polling centres of a ward': [
    {
      query: `{ ward(code: "${ward}") { pollingCentres(first: 5) { totalCount nodes { id name registeredVoters streams { code centre { id } } county { name } } } } }`,
    },
  ],
  'polling centres near a point': [
    {
      query:
        '{ nearbyPollingCentres(near: { latitude: -4, longitude: 39.66 }, first: 5) { distanceMeters centre { id name ward { name } } } }',
    },
  ],
  'a search that finds nothing': [{ query: '{ searchPlaces(text: "zzzzzz", first: 5) { name } }' }],
  elections: [
    { query: '{ elections { id code name kind isTest testElection { code } } parties { id name abbreviation } }' },
  ],
  candidates: [
    {
      query:
        '{ candidates(filter: { post: PRESIDENT }, first: 3) { nodes { name surname otherNames runningMate contest { name district { name } } } } }',
    },
  ],
  'a boundary': [{ query: `{ county(code: "${county}") { number center { latitude } boundary } }` }],
  'by GET': [{ query: '{ counties { code } }' }, { method: 'GET' }],
  'by GET with variables': [
    { query: 'query($c: ID!) { county(code: $c) { name } }', variables: { c: county } },
    { method: 'GET' },
  ],
  'a mutation by GET': [{ query: 'mutation { __typename }' }, { method: 'GET' }],
  'with an origin': [{ query: '{ counties { name } }' }, { headers: { origin: 'https://results.example' } }],
  'in the response type of GraphQL': [
    { query: '{ counties { name } }' },
    { headers: { accept: 'application/graphql-response+json, application/json;q=0.9' } },
  ],
  'in a type that there is not': [{ query: '{ counties { name } }' }, { headers: { accept: 'text/csv' } }],
  'with its cost': [{ query: '{ counties { name } }' }, { headers: { 'x-graphql-cost': 'include' } }],
  'compressed by brotli': [
    { query: '{ counties { name code } }' },
    { headers: { 'accept-encoding': 'gzip, deflate, br' } },
  ],
  'compressed by gzip': [{ query: '{ counties { name code } }' }, { headers: { 'accept-encoding': 'gzip' } }],
  'not compressed': [{ query: '{ counties { name code } }' }, { headers: { 'accept-encoding': 'identity' } }],
  'too short to compress': [{ query: '{ country { name } }' }, { headers: { 'accept-encoding': 'br' } }],
  'with a key': [{ query: '{ counties { name } }' }, { headers: { authorization: 'Bearer wrong' } }],
  'an unknown hash': [{ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }],
});

describe('a gateway with fast paths', () => {
  it('answers every kind of question as it does without them', async () => {
    const pair = await startPair();
    const statuses = new Map<string, number>();
    for (const [name, [asked, way]] of Object.entries(QUESTIONS(pair.places))) {
      statuses.set(name, await same(pair, asked, way));
    }
    expect([...new Set(statuses.values())].toSorted()).toEqual([200, 400, 401, 405, 406]);
    // It was not Yoga that answered all of them.
    const metrics = await (await fetch(`${pair.fast.server.url}/metrics`)).text();
    expect(
      Number(/gateway_cache_reads_total\{source="answers",outcome="fresh"\} (\d+)/.exec(metrics)?.[1]),
    ).toBeGreaterThan(25);
  });

  it('answers the operations that frontends are generated from', async () => {
    const pair = await startPair();
    const { county, ward } = pair.places;
    const variables = { post: 'PRESIDENT', code: ward, unit: county, first: 5 };
    const directory = new URL('../operations/', import.meta.url);
    const texts = readdirSync(directory)
      .filter((file) => file.endsWith('.graphql'))
      .map((file) => readFileSync(new URL(file, directory), 'utf8'));
    const queries = texts.filter((text) => text.startsWith('query'));
    expect(queries.length).toBeGreaterThan(2);
    for (const query of queries) expect(await same(pair, { query, variables })).toBe(200);
  });

  it('answers random questions', async () => {
    const seed = Number(process.env.QUERY_SEED ?? Math.floor(Math.random() * 1e9));
    const chance = random(seed);
    const pair = await startPair();
    const { county, id, ward, station } = pair.places;
    for (let count = 0; count < 60; count++) {
      const query = randomQuery({ schema, chance, texts: [county, id, ward, station, 'nairobi', 'KE', ''] });
      // How a source is doing is no gateway's but its own, and so are its keys.
      if (/\b(sources|statement|proof)\b/.test(query)) continue;
      await same(pair, { query }).catch((error: Error) => {
        throw new Error(`seed ${seed}: ${query}`, { cause: error });
      });
    }
  });

  it.each(['GET', 'POST'] as const)('says by %s that nothing has changed', async (method) => {
    const asked = { query: '{ counties { number name } }' };
    for (const fastPaths of ['on', 'off']) {
      const { url } = await serve({ env: { FAST_PATHS: fastPaths } });
      const { headers } = await ask(url, asked, { method });
      expect(headers.etag).toMatch(/^W\/"/);
      expect(headers['cache-control']).toMatch(/^public, max-age=\d+, stale-while-revalidate=\d+, stale-if-error=60$/);
      for (let time = 1; time <= TIMES; time++) {
        const again = await ask(url, asked, { method, headers: { 'if-none-match': headers.etag! } });
        expect(again).toMatchObject({ status: 304, text: '', headers: { etag: headers.etag } });
      }
      const other = await ask(url, asked, { method, headers: { 'if-none-match': 'W/"another"' } });
      expect(other).toMatchObject({ status: 200 });
    }
  });
});
