import { describe, expect, it } from 'vitest';
import { serve } from '../e2e/serve.ts';
import { type Gateway, manualClock, startGateway } from '../support/gateway.ts';
import { startRecordedNight } from '../support/recorded-night.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const LIST = `query ($filter: ResultFilter!, $orderBy: ResultOrder, $first: Int = 300, $after: String) {
  results(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { status statusMessage margin turnout stationsReported reportingUnit { code name } ballots { valid }
      tallies { votes candidate { code party { code } } } leader { candidate { code } } } } }`;
const TOTALS = `query ($filter: ResultFilter!, $orderBy: ResultOrder, $first: Int) {
  results(filter: $filter, orderBy: $orderBy, first: $first) { totalCount totals {
    places placesWithoutFigures placesUnavailable stationsReported stationsTotal
    ballots { cast valid rejected spoilt disputed }
    byCandidate { candidate { code party { code } } votes leads } byParty { party { code } votes leads } } } }`;

const codesOf = ({ data }: Shape): string[] => data.results.nodes.map((node: Shape) => node.reportingUnit.code);
const resultsAsked = ({ upstream }: Gateway) => upstream().filter((path) => path.startsWith('/results/')).length;
const codeOf = ({ code }: Shape): string => code;

/** Every place of the invented country, in the source's order. */
async function placesOf({ query }: Gateway) {
  const { data } = await query('{ counties { code name constituencies { code } wards { code } } }');
  return data.counties as Shape[];
}

describe('the places of a level', () => {
  const started = async () => {
    const gateway = await startGateway();
    const list = async (filter: object, more: object = {}) => {
      const answer = await gateway.query(LIST, { filter: { post: 'PRESIDENT', ...filter }, ...more });
      expect(answer.errors).toBeUndefined();
      return answer;
    };
    return { gateway, list, counties: await placesOf(gateway) };
  };

  it('are listed in the order of the source, for the whole country county by county', async () => {
    const { list, counties } = await started();
    expect(codesOf(await list({ level: 'COUNTRY' }))).toEqual(['KE']);
    expect(codesOf(await list({ level: 'COUNTY' }))).toEqual(counties.map(codeOf));
    const constituencies = counties.flatMap((county) => county.constituencies.map(codeOf));
    expect(codesOf(await list({ level: 'CONSTITUENCY', within: 'KE' }))).toEqual(constituencies);
    const { data } = await list({ level: 'WARD' }, { first: 1 });
    expect(data.results.totalCount).toBe(counties.flatMap((county) => county.wards).length);
  });

  it('are those in a place', async () => {
    const { gateway, list, counties } = await started();
    const county = counties[3]!;
    const [constituency] = county.constituencies;
    expect(codesOf(await list({ level: 'COUNTY', within: county.code }))).toEqual([county.code]);
    expect(codesOf(await list({ level: 'CONSTITUENCY', within: county.code }))).toEqual(
      county.constituencies.map(codeOf),
    );
    expect(codesOf(await list({ level: 'WARD', within: county.code }))).toEqual(county.wards.map(codeOf));
    const wards = codesOf(await list({ level: 'WARD', within: constituency.code }));
    const { data } = await gateway.query('query ($code: ID!) { constituency(code: $code) { id wards { code } } }', {
      code: constituency.code,
    });
    expect(wards).toEqual(data.constituency.wards.map(codeOf));
    expect(codesOf(await list({ level: 'WARD', within: data.constituency.id }))).toEqual(wards);
    const stations = await gateway.query(
      'query ($code: ID!) { ward(code: $code) { pollingStations(first: 100) { nodes { code } } } }',
      { code: wards[0] },
    );
    const listed = codesOf(await list({ level: 'POLLING_STATION', within: wards[0] }));
    expect(listed).toEqual(stations.data.ward.pollingStations.nodes.map(codeOf));
    expect(codesOf(await list({ level: 'POLLING_STATION', within: listed[0] }))).toEqual([listed[0]]);
  });

  it('have the same figures as each alone', async () => {
    const { gateway, list } = await started();
    const { data } = await list({ level: 'COUNTY' });
    const alone = await gateway.query('{ counties { code result(post: PRESIDENT) { tallies { votes } } } }');
    expect(data.results.nodes.map(({ tallies }: Shape) => tallies.map(({ votes }: Shape) => votes))).toEqual(
      alone.data.counties.map(({ result }: Shape) => result.tallies.map(({ votes }: Shape) => votes)),
    );
  });
});

it('asks for the results of the page alone, and turns pages to the end', async () => {
  const gateway = await startGateway();
  const counties = await placesOf(gateway);
  const filter = { post: 'GOVERNOR', level: 'COUNTY' };
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const before: number = resultsAsked(gateway);
    const answer: Shape = await gateway.query(LIST, { filter, first: 20, after });
    expect(answer.errors).toBeUndefined();
    seen.push(...codesOf(answer));
    expect(resultsAsked(gateway) - before).toBe(answer.data.results.nodes.length);
    const { pageInfo } = answer.data.results;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  expect(seen).toEqual(counties.map(codeOf));
  const bare = await startGateway();
  await bare.query('query ($filter: ResultFilter!) { results(filter: $filter) { totalCount } }', { filter });
  expect(bare.upstream()).toEqual(['/county/']);
});

describe('a place that the source does not give', () => {
  const refused = (path: string) => ({ kind: 'not-success', status: 'ERROR', message: 'no', path }) as const;
  const filter = { post: 'PRESIDENT', level: 'COUNTY' };
  const fetched = async ({ app }: Gateway) => {
    const response = await app.fetch(
      new Request('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: LIST, variables: { filter } }),
      }),
    );
    return { control: response.headers.get('cache-control'), ...((await response.json()) as Shape) };
  };

  it.each([
    ['says no', 'not-success', 'SOURCE_REFUSED'],
    ['answers a page', 'html', 'SOURCE_MALFORMED'],
    ['answers other types', 'wrong-type', 'SOURCE_MALFORMED'],
  ])('is UNAVAILABLE among the others when it %s', async (_name, kind) => {
    const gateway = await startGateway();
    const counties = await placesOf(gateway);
    gateway.sandbox.faults.set({ ...refused(`/results/county/${counties[2]!.code}/`), kind } as never);
    const { data, errors, control } = await fetched(gateway);
    expect(errors).toBeUndefined();
    const { nodes } = data.results;
    expect(nodes.map(codeAndStatus).filter(([, status]: string[]) => status === 'UNAVAILABLE')).toEqual([
      [counties[2]!.code, 'UNAVAILABLE'],
    ]);
    expect(nodes[2]).toMatchObject({ ballots: null, tallies: [], leader: null, margin: null, turnout: null });
    expect(nodes[2].statusMessage).toMatch(/source|iebc/i);
    expect(nodes[1].tallies.length).toBeGreaterThan(0);
    // Nobody keeps an answer with a hole in it; once the source is well again, all is there and may be kept.
    expect(control).toBe('private, no-store');
    gateway.sandbox.faults.clear();
    const later = await fetched(gateway);
    expect(
      later.data.results.nodes.map(codeAndStatus).filter(([, status]: string[]) => status === 'UNAVAILABLE'),
    ).toEqual([]);
    expect(later.control).toMatch(/^public/);
  });

  it('is an error when it gives none', async () => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set(refused('/results/'));
    const { data, errors } = await gateway.query(LIST, { filter });
    expect(data).toEqual({ results: null });
    expect(errors).toMatchObject([{ extensions: { code: 'SOURCE_REFUSED', source: 'iebc' } }]);
  });

  it('is an error when it does not list the places, or none in one of them', async () => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set(refused('/county/'));
    expect((await gateway.query(LIST, { filter })).errors).toMatchObject([{ extensions: { code: 'SOURCE_REFUSED' } }]);
    gateway.sandbox.faults.clear();
    const body = '{"status":"SUCCESS","region":{"location_type":"constituency","locations":[]}}';
    gateway.sandbox.faults.set({ kind: 'json-text', path: '/constituency/', times: 1, body });
    const { errors } = await gateway.query(LIST, { filter: { ...filter, level: 'CONSTITUENCY' } });
    expect(errors).toMatchObject([{ extensions: { code: 'SOURCE_MALFORMED' } }]);
  });

  it('does not hide that an operation asked for too much', async () => {
    const { query } = await startGateway({ env: { SOURCE_REQUESTS_PER_OPERATION: '10' } });
    const { data, errors } = await query(LIST, { filter });
    expect(data).toEqual({ results: null });
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  });
});

const codeAndStatus = ({ reportingUnit, status }: Shape) => [reportingUnit.code, status];

it('is kept by no fast path while a place is missing, and is whole at once when it is back', async () => {
  const clock = manualClock();
  const { sandbox, query, server } = await serve({ clock, sandbox: { now: clock.now }, env: { FAST_PATHS: 'on' } });
  const { data } = await query('{ counties { code } }');
  const filter = { post: 'PRESIDENT', level: 'COUNTY' };
  const missing = async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: LIST, variables: { filter } }),
    });
    const { nodes } = ((await response.json()) as Shape).data.results;
    const names = nodes.filter(({ status }: Shape) => status === 'UNAVAILABLE').map(codeAndStatus);
    return [names.length, response.headers.get('cache-control')?.split(',')[0]];
  };
  sandbox.faults.set({ kind: 'html', path: `/results/county/${data.counties[0].code}/` });
  for (let time = 1; time <= 4; time++) expect(await missing()).toEqual([1, 'private']);
  sandbox.faults.clear();
  for (let time = 1; time <= 4; time++) expect(await missing()).toEqual([0, 'public']);
});

describe('a source that does not answer', () => {
  const filter = { post: 'PRESIDENT', level: 'COUNTY' };
  const hanging = async (env: Record<string, string>) => {
    const gateway = await startGateway({ env });
    const [first] = await placesOf(gateway);
    gateway.sandbox.faults.set({ kind: 'hang', path: `/results/county/${first.code}/` });
    return gateway.query(LIST, { filter });
  };

  it('in its own time leaves a place out', async () => {
    const { data, errors } = await hanging({ IEBC_HEADERS_TIMEOUT_MS: '500', IEBC_TOTAL_TIMEOUT_MS: '1000' });
    expect(errors).toBeUndefined();
    const statuses = data.results.nodes.map(({ status }: Shape) => status === 'UNAVAILABLE');
    expect(statuses).toEqual(statuses.map((_: boolean, index: number) => index === 0));
  });

  it('until the deadline of the request fails the list', async () => {
    const { data, errors } = await hanging({ REQUEST_TIMEOUT_MS: '1500' });
    expect(data).toEqual({ results: null });
    expect(errors).toMatchObject([{ extensions: { code: 'DEADLINE_EXCEEDED' } }]);
  });
});

it('that is unavailable is no version and has no statement, though nothing was reported there last', async () => {
  const night = await startRecordedNight();
  await night.see({ stations: 1, votes: { A: 10, B: 20 } });
  await night.see(null);
  night.clock.advance(60_000);
  const NODES =
    'nodes { status statement latestVersion { version isReported } history { totalCount } reportingUnit { code } }';
  const filter = `filter: { post: PRESIDENT, level: COUNTY }, first: 2`;
  const first = async () => {
    const { data, errors } = await night.query(`{ results(${filter}) { ${NODES} } }`);
    expect(errors).toBeUndefined();
    return data.results.nodes.find(({ reportingUnit }: Shape) => reportingUnit.code === night.counties[0]);
  };
  expect(await first()).toMatchObject({ status: 'NOT_REPORTED', latestVersion: { version: 2, isReported: false } });
  night.clock.advance(60_000);
  night.sandbox.faults.clear();
  const path = `/results/county/${night.counties[0]}/`;
  night.sandbox.faults.set({ kind: 'not-success', status: 'ERROR', message: 'no', path });
  expect(await first()).toMatchObject({
    ...{ status: 'UNAVAILABLE', statement: null, latestVersion: null },
    history: { totalCount: 2 },
  });
});

it('is as it was known at a moment, from the record alone', async () => {
  const night = await startRecordedNight();
  const [one, other] = night.counties as [string, string];
  await night.see({ stations: 1, votes: { A: 10, B: 20 } }, one);
  const then = await night.see({ stations: 2, votes: { A: 30, B: 5 } }, other);
  await night.see({ stations: 3, votes: { A: 99, B: 20 } }, one);
  const before = night.upstream().length;
  const filter = { post: 'PRESIDENT', level: 'COUNTY', at: new Date(then).toISOString() };
  const orderBy = { field: 'VOTES', direction: 'DESCENDING' };
  const { data, errors } = await night.query(LIST, { filter, orderBy });
  expect(errors).toBeUndefined();
  expect(codesOf({ data }).slice(0, 2)).toEqual([other, one]);
  expect(data.results.nodes.map(({ status }: Shape) => status).slice(2)).toEqual(Array(45).fill('UNKNOWN'));
  const totals = (await night.query(TOTALS.replace(' stationsTotal', ''), { filter })).data.results.totals;
  expect(totals).toMatchObject({ places: 47, placesWithoutFigures: 45, placesUnavailable: 0, stationsReported: 3 });
  expect(totals.byCandidate).toMatchObject([
    { candidate: { code: 'A' }, votes: 40, leads: 1 },
    { candidate: { code: 'B' }, votes: 25, leads: 1 },
  ]);
  expect(night.upstream()).toHaveLength(before);
});

it('refuses a level above the place', async () => {
  const gateway = await startGateway();
  const [county] = await placesOf(gateway);
  const within = county.wards[0].code;
  for (const level of ['COUNTRY', 'COUNTY', 'CONSTITUENCY']) {
    const { errors } = await gateway.query(LIST, { filter: { post: 'PRESIDENT', level, within } });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'filter.within' } }]);
  }
  const { errors } = await gateway.query(LIST, { filter: { post: 'PRESIDENT', level: 'WARD', within: 'NOWHERE' } });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'filter.within' } }]);
});

describe('an order', () => {
  const votes = ({ tallies }: Shape) => tallies.reduce((sum: number, one: Shape) => sum + one.votes, 0);
  const FIGURES: Record<string, (node: Shape) => number | string | null> = {
    NAME: ({ reportingUnit }) => reportingUnit.name,
    VOTES: votes,
    MARGIN: ({ margin }) => margin,
    TURNOUT: ({ turnout }) => turnout,
    STATIONS_REPORTED: ({ stationsReported }) => stationsReported,
  };
  const compare = (a: Shape, b: Shape) => (typeof a === 'string' ? a.localeCompare(b, 'en', { numeric: true }) : a - b);

  it.each(
    Object.keys(FIGURES).flatMap((field) =>
      [{ post: 'GOVERNOR', level: 'COUNTY' }, { post: 'GOVERNOR' }].map((filter) => [field, filter] as const),
    ),
  )('by %s of %o, either way, page after page', async (field, filter) => {
    const clock = manualClock();
    const { query } = await startGateway({ clock, sandbox: { now: clock.now } });
    const listed = (await query(LIST, { filter })).data.results.nodes;
    for (const direction of ['ASCENDING', 'DESCENDING']) {
      const orderBy = { field, direction };
      const { data, errors } = await query(LIST, { filter, orderBy });
      expect(errors).toBeUndefined();
      const sign = direction === 'ASCENDING' ? 1 : -1;
      const wanted = FIGURES[field]!;
      const known = listed.filter((node: Shape) => wanted(node) !== null);
      const expected = known.toSorted((a: Shape, b: Shape) => sign * compare(wanted(a), wanted(b)));
      expect(data.results.nodes.slice(0, known.length)).toEqual(expected);
      expect(data.results.nodes).toHaveLength(listed.length);
      const one = await query(LIST, { filter, orderBy, first: 30 });
      const { endCursor } = one.data.results.pageInfo;
      const two = await query(LIST, { filter, orderBy, first: 30, after: endCursor });
      expect([...codesOf(one), ...codesOf(two)]).toEqual(codesOf({ data }));
    }
  });

  it('puts places that are unavailable last, whichever comes first', async () => {
    const gateway = await startGateway();
    const [first] = await placesOf(gateway);
    gateway.sandbox.faults.set({ kind: 'html', path: `/results/county/${first.code}/` });
    for (const direction of ['ASCENDING', 'DESCENDING']) {
      const orderBy = { field: 'VOTES', direction };
      const { data } = await gateway.query(LIST, { filter: { post: 'PRESIDENT', level: 'COUNTY' }, orderBy });
      expect(data.results.nodes.at(-1)).toMatchObject({ status: 'UNAVAILABLE', reportingUnit: { code: first.code } });
    }
  });
});

describe('totals', () => {
  it('are those of the whole list, whatever the page', async () => {
    const clock = manualClock();
    const gateway = await startGateway({ clock, sandbox: { now: clock.now } });
    const filter = { post: 'PRESIDENT', level: 'COUNTY' };
    const { data } = await gateway.query(LIST, { filter });
    const { nodes } = data.results;
    const answer = await gateway.query(TOTALS, { filter, first: 1 });
    expect(answer.errors).toBeUndefined();
    const { totals, totalCount } = answer.data.results;
    expect(totals).toMatchObject({ places: totalCount, placesWithoutFigures: 0, placesUnavailable: 0 });
    const sum = (of: (node: Shape) => number) => nodes.reduce((all: number, node: Shape) => all + of(node), 0);
    expect(totals.stationsReported).toBe(sum((node) => node.stationsReported));
    expect(totals.ballots.valid).toBe(sum((node) => node.ballots.valid));
    expect(totals.ballots.cast).toBe(totals.ballots.valid + totals.ballots.rejected);
    for (const { candidate, votes, leads } of totals.byCandidate) {
      const his = (node: Shape) => node.tallies.find((one: Shape) => one.candidate.code === candidate.code)?.votes ?? 0;
      expect(votes).toBe(sum(his));
      expect(leads).toBe(nodes.filter(({ leader }: Shape) => leader?.candidate.code === candidate.code).length);
    }
    const votes = totals.byCandidate.map((one: Shape) => one.votes);
    expect(votes).toEqual(votes.toSorted((a: number, b: number) => b - a));
    const { data: country } = await gateway.query(
      '{ country { result(post: PRESIDENT) { stationsTotal tallies { votes candidate { code } } } } }',
    );
    // The invented count adds up.
    expect(
      totals.byCandidate.map(({ candidate, votes }: Shape) => ({ votes, candidate: { code: candidate.code } })),
    ).toEqual(country.country.result.tallies);
    expect(totals.stationsTotal).toBe(country.country.result.stationsTotal);
  });

  it('of several contests: each candidate alone, each party together', async () => {
    const { query } = await startGateway();
    const { data: listed } = await query(LIST, { filter: { post: 'GOVERNOR' } });
    const { data, errors } = await query(TOTALS, { filter: { post: 'GOVERNOR' } });
    expect(errors).toBeUndefined();
    const { totals } = data.results;
    const tallies = listed.results.nodes.flatMap((node: Shape) => node.tallies);
    expect(totals.byCandidate).toHaveLength(tallies.length);
    const parties = new Set(tallies.map(({ candidate }: Shape) => candidate.party?.code ?? null));
    expect(new Set(totals.byParty.map(({ party }: Shape) => party?.code ?? null))).toEqual(parties);
    expect(totals.byParty).toHaveLength(parties.size);
    const sum = (list: Shape[]) => list.reduce((all, { votes }) => all + votes, 0);
    expect(sum(totals.byParty)).toBe(sum(tallies));
    expect(totals.byParty.reduce((all: number, { leads }: Shape) => all + leads, 0)).toBe(
      listed.results.nodes.filter(({ leader }: Shape) => leader).length,
    );
  });

  it('say how many places are missing', async () => {
    const gateway = await startGateway();
    const [first] = await placesOf(gateway);
    const filter = { post: 'PRESIDENT', level: 'COUNTY' };
    const whole = (await gateway.query(TOTALS, { filter })).data.results.totals;
    const fresh = await startGateway();
    fresh.sandbox.faults.set({ kind: 'html', path: `/results/county/${first.code}/` });
    const { data, errors } = await fresh.query(TOTALS, { filter, first: 1 });
    expect(errors).toBeUndefined();
    expect(data.results.totals).toMatchObject({ places: whole.places, placesUnavailable: 1, placesWithoutFigures: 0 });
    expect(data.results.totals.stationsTotal).toBe(whole.stationsTotal);
  });

  it('know no leads of one party alone, and none of several posts', async () => {
    const { query } = await startGateway();
    const { data: known } = await query('{ parties { code } }');
    const party = known.parties[0].code;
    const { data } = await query(TOTALS, { filter: { party, post: 'GOVERNOR' } });
    const { byCandidate, byParty } = data.results.totals;
    expect(byCandidate.length).toBeGreaterThan(0);
    expect(byParty).toMatchObject([{ party: { code: party }, leads: null }]);
    expect(byCandidate.every(({ leads }: Shape) => leads === null)).toBe(true);
    const { errors } = await query(TOTALS, { filter: { party } });
    expect(errors).toMatchObject([
      { path: ['results', 'totals'], extensions: { code: 'BAD_USER_INPUT', field: 'filter.post' } },
    ]);
  });

  it('of stations: votes, and no papers', async () => {
    const clock = manualClock();
    const gateway = await startGateway({ clock, sandbox: { now: clock.now } });
    const [county] = await placesOf(gateway);
    clock.advance(40 * 60_000);
    const filter = { post: 'PRESIDENT', level: 'POLLING_STATION', within: county.wards[0].code };
    const { data, errors } = await gateway.query(TOTALS, { filter });
    expect(errors).toBeUndefined();
    const { totals } = data.results;
    const { data: ward } = await gateway.query(
      'query ($code: ID!) { ward(code: $code) { result(post: PRESIDENT) { stationsTotal tallies { votes } } } }',
      { code: county.wards[0].code },
    );
    expect(totals).toMatchObject({ ballots: null, stationsTotal: totals.places });
    expect(totals.stationsReported).toBe(ward.ward.result.stationsTotal);
    expect(totals.byCandidate.map(({ votes }: Shape) => votes)).toEqual(
      ward.ward.result.tallies.map(({ votes }: Shape) => votes),
    );
  });

  it('and an order by figures ask for each place once', async () => {
    const gateway = await startGateway();
    const filter = { post: 'PRESIDENT', level: 'COUNTY' };
    const orderBy = { field: 'MARGIN', direction: 'ASCENDING' };
    await gateway.query(TOTALS.replace(' stationsTotal', ''), { filter, orderBy, first: 5 });
    expect(gateway.upstream()).toHaveLength(1 + 47);
  });
});

it('has all constituencies and wards of the country, page after page', async () => {
  const gateway = await startGateway();
  const counties = await placesOf(gateway);
  const page = 'totalCount pageInfo { endCursor hasNextPage } nodes { code }';
  const { data } = await gateway.query(
    `{ country { constituencies(first: 300) { ${page} } wards(first: 300) { ${page} } } }`,
  );
  const { constituencies, wards } = data.country;
  expect(constituencies.nodes.map(codeOf)).toEqual(counties.flatMap((county) => county.constituencies.map(codeOf)));
  const all = counties.flatMap((county) => county.wards.map(codeOf));
  expect(wards).toMatchObject({ totalCount: all.length, pageInfo: { hasNextPage: true } });
  const { data: more } = await gateway.query(
    `query ($after: String) { country { wards(first: 300, after: $after) { ${page} } } }`,
    { after: wards.pageInfo.endCursor },
  );
  expect([...wards.nodes, ...more.country.wards.nodes].map(codeOf)).toEqual(all.slice(0, 600));
});
