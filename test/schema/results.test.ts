import { expect, it } from 'vitest';
import { manualClock, startGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const MINUTE = 60_000;
const RESULT = `fragment R on ContestResult {
  post status statusMessage countedAt registeredVoters turnout turnoutAsReported stationsReported stationsTotal
  election { code } reportingUnit { __typename code name } contest { code }
  ballots { cast valid rejected spoilt disputed } margin leader { rank votes }
  tallies { votes share rank candidate { code } } quality { code } asOf stale }`;

/** A gateway and a source whose clocks the test moves together. */
async function startNight() {
  const clock = manualClock();
  // A new count is waited for, however busy the machine is: no copy stands in.
  const gateway = await startGateway({ clock, sandbox: { now: clock.now }, env: { STALE_AFTER_MS: '30000' } });
  return { ...gateway, clock };
}

it('counts up from PARTIAL to COMPLETE', async () => {
  const { query, clock } = await startNight();
  // Telling PARTIAL from COMPLETE takes the number of stations, which `status` does not wait for.
  await query('{ country { result(post: PRESIDENT) { stationsTotal } } }');
  const text = `{ country { result(post: PRESIDENT) { ...R } } } ${RESULT}`;
  const { data, errors } = await query(text);
  expect(errors).toBeUndefined();
  const { result } = data.country;
  expect(result).toMatchObject({
    post: 'PRESIDENT',
    status: 'PARTIAL',
    statusMessage: null,
    countedAt: 'COUNTRY',
    election: { code: 'GEK2013-TEST' },
    reportingUnit: { __typename: 'Country', code: 'KE' },
    asOf: '2013-03-05T06:00:00.000Z',
    stale: false,
  });
  expect(result.stationsReported).toBeLessThan(result.stationsTotal);
  expect(result.ballots.cast).toBe(result.ballots.valid + result.ballots.rejected);
  expect(result.turnout).toBeCloseTo(result.ballots.cast / result.registeredVoters, 10);
  expect(result.turnoutAsReported).toBeGreaterThan(1);
  const votes = result.tallies.map((tally: Shape) => tally.votes);
  expect(votes).toEqual(votes.toSorted((a: number, b: number) => b - a));
  expect(result.tallies.map(({ rank }: Shape) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(result.tallies.reduce((sum: number, { share }: Shape) => sum + share, 0)).toBeCloseTo(1, 10);
  expect(result.leader).toEqual({ rank: 1, votes: votes[0] });
  expect(result.margin).toBe(votes[0] - votes[1]);

  clock.advance(40 * MINUTE);
  const later = (await query(text)).data.country.result;
  expect(later).toMatchObject({ status: 'COMPLETE', asOf: '2013-03-05T06:40:00.000Z' });
  expect(later.stationsReported).toBe(later.stationsTotal);
  expect(later.stationsTotal).toBe(result.stationsTotal);
});

it('keeps a result for fifteen seconds', async () => {
  const { query, clock, upstream } = await startNight();
  const ask = async () => (await query('{ country { result(post: PRESIDENT) { asOf stationsReported } } }')).data;
  const first = await ask();
  clock.advance(14_999);
  expect(await ask()).toEqual(first);
  expect(upstream()).toHaveLength(1);
  clock.advance(30_000);
  expect((await ask()).country.result.stationsReported).toBeGreaterThan(first.country.result.stationsReported);
  expect(upstream()).toHaveLength(2);
});

it.each([
  ['country { result(post: GOVERNOR) { ...N } }', 'COUNTY'],
  ['country { result(post: MEMBER_OF_NATIONAL_ASSEMBLY) { ...N } }', 'CONSTITUENCY'],
  ['county(code: "$COUNTY") { result(post: MEMBER_OF_NATIONAL_ASSEMBLY) { ...N } }', 'CONSTITUENCY'],
  ['county(code: "$COUNTY") { result(post: MEMBER_OF_COUNTY_ASSEMBLY) { ...N } }', 'WARD'],
  ['constituency(code: "$CONSTITUENCY") { result(post: MEMBER_OF_COUNTY_ASSEMBLY) { ...N } }', 'WARD'],
])('does not ask for what is not counted there: %s', async (text, countedAt) => {
  const { query, upstream } = await startGateway();
  const { data } = await query('{ counties { code constituencies { code } } }');
  const [{ code, constituencies }] = data.counties;
  const path = text.replace('$COUNTY', code).replace('$CONSTITUENCY', constituencies[0].code);
  await query(`{ ${path.replace(/\{ result.*/, '{ code }')} }`);
  const before = upstream().length;
  const answer = await query(`{ ${path} } fragment N on ContestResult {
    status statusMessage countedAt ballots { cast } tallies { votes } leader { votes } margin turnout quality { code } stale contest { code } }`);
  expect(answer.errors).toBeUndefined();
  const { result } = Object.values(answer.data)[0] as Shape;
  expect(result).toEqual({
    status: 'NOT_COUNTED_HERE',
    statusMessage: expect.stringContaining(`ask for a ${countedAt.toLowerCase()} or something smaller`),
    countedAt,
    ballots: null,
    tallies: [],
    leader: null,
    margin: null,
    turnout: null,
    quality: [],
    stale: false,
    contest: null,
  });
  expect(upstream()).toHaveLength(before);
});

it.each([
  '{"status":"SUCCESS","contests":[{}]}',
  '{"status":"SUCCESS","contests":[]}',
  '{"status":"SUCCESS","contests":null}',
  '{"status":"SUCCESS","contests":[{"contest":"A","contest_id":"C","contest_type":"1"}]}',
  '{"status":"SUCCESS","contests":[{"contest":"A","contest_id":"C","contest_type":"1","locations":null}]}',
  '{"status":"SUCCESS","contests":[{"contest":"A","contest_id":"C","contest_type":"1","locations":[]}]}',
  '{"status":"SUCCESS","contests":[{"contest":"A","contest_id":"C","contest_type":"1","locations":[{}]}]}',
])('says NOT_REPORTED for %s', async (body) => {
  const { query, sandbox } = await startGateway();
  sandbox.faults.set({ kind: 'json-text', path: '/results/', body });
  const { data, errors } = await query(
    '{ country { result(post: PRESIDENT) { status statusMessage ballots { cast } tallies { votes } turnout quality { code } } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.country.result).toEqual({
    status: 'NOT_REPORTED',
    statusMessage: 'Nothing has been reported here yet.',
    ballots: null,
    tallies: [],
    turnout: null,
    quality: [],
  });
});

it('says NOT_REPORTED in the by-election where nothing is voted on', async () => {
  const { query } = await startGateway();
  const { data } = await query('{ counties { name result(post: SENATOR, election: "20131017-TEST") { status } } }');
  const voting = data.counties.filter(({ result }: Shape) => result.status !== 'NOT_REPORTED');
  expect(voting).toHaveLength(1);
  expect(data.counties).toHaveLength(47);
});

it('reads the results of a polling station, which name no codes', async () => {
  const { query, clock } = await startNight();
  clock.advance(0);
  const { data } = await query('{ counties { pollingStations(first: 1) { nodes { code } } } }');
  const { code } = data.counties[0].pollingStations.nodes[0];
  clock.advance(40 * MINUTE);
  const answer = await query(`{ pollingStation(code: "${code}") {
    result(post: PRESIDENT) { ...R } assembly: result(post: MEMBER_OF_COUNTY_ASSEMBLY) { status tallies { votes } } } } ${RESULT}`);
  expect(answer.errors).toBeUndefined();
  const { result, assembly } = answer.data.pollingStation;
  expect(result).toMatchObject({
    status: 'COMPLETE',
    stationsReported: 1,
    stationsTotal: 1,
    ballots: null,
    turnout: null,
    contest: null,
  });
  const { data: country } = await query('{ country { result(post: PRESIDENT) { tallies { candidate { code } } } } }');
  const known = new Set(country.country.result.tallies.map(({ candidate }: Shape) => candidate.code));
  expect(result.tallies.every(({ candidate }: Shape) => known.has(candidate.code))).toBe(true);
  expect(assembly.tallies.length).toBeGreaterThan(1);
});

it.each([
  ['GOVERNOR', 47, 'County'],
  ['MEMBER_OF_NATIONAL_ASSEMBLY', 290, 'Constituency'],
  ['PRESIDENT', 1, 'Country'],
])('lists all results for %s', async (post, totalCount, typename) => {
  const { query } = await startGateway();
  const { data, errors } = await query(
    `query ($post: Post!) { results(filter: { post: $post }, first: 100) { totalCount nodes { ...R } } } ${RESULT}`,
    { post },
  );
  expect(errors).toBeUndefined();
  expect(data.results.totalCount).toBe(totalCount);
  for (const node of data.results.nodes) {
    expect(node).toMatchObject({ post, reportingUnit: { __typename: typename } });
    expect(node.tallies.length).toBeGreaterThan(1);
  }
});

it('narrows results by place, post, contest and party, in every category', async () => {
  const { query, upstream } = await startGateway();
  const { data } = await query(`{ counties { code constituencies { code wards { code } } } }`);
  const [county] = data.counties;
  const [constituency] = county.constituencies;
  const [ward] = constituency.wards;
  const asked = async (filter: string) => {
    const answer = await query(`{ results(filter: ${filter}) { totalCount nodes { ...R } } } ${RESULT}`);
    expect(answer.errors).toBeUndefined();
    return answer.data.results as { totalCount: number; nodes: Shape[] };
  };
  const posts = ({ nodes }: { nodes: Shape[] }) => nodes.map(({ post }) => post);
  const inCounty = await asked(`{ district: "${county.code}" }`);
  expect(posts(inCounty)).toEqual(['PRESIDENT', 'GOVERNOR', 'SENATOR', 'WOMAN_REPRESENTATIVE']);
  expect(posts(await asked(`{ district: "${constituency.code}" }`))).toHaveLength(5);
  expect(posts(await asked(`{ district: "${ward.code}" }`))).toHaveLength(6);
  expect(posts(await asked(`{ district: "${county.code}", post: SENATOR }`))).toEqual(['SENATOR']);
  expect(await asked(`{ district: "${county.code}", post: MEMBER_OF_COUNTY_ASSEMBLY }`)).toMatchObject({
    totalCount: 1,
    nodes: [{ status: 'NOT_COUNTED_HERE', countedAt: 'WARD', tallies: [] }],
  });
  const [, governor] = inCounty.nodes;
  const contest = governor.contest.code;
  expect(await asked(`{ contest: "${contest}" }`)).toMatchObject({
    totalCount: 1,
    nodes: [{ post: 'GOVERNOR', reportingUnit: { code: county.code } }],
  });
  expect(await asked(`{ contest: "${contest}", district: "${ward.code}" }`)).toMatchObject({
    totalCount: 1,
    nodes: [{ post: 'GOVERNOR', reportingUnit: { code: ward.code } }],
  });
  expect(upstream().filter((path) => /^\/results\/(county|contest|ward)\//.test(path)).length).toBeGreaterThan(4);
});

it("compares nobody where only one party's votes were asked for", async () => {
  const { query } = await startGateway();
  const { data } = await query('{ parties { code } }');
  const { data: answer, errors } = await query(
    `query ($party: ID!) { results(filter: { party: $party, post: GOVERNOR }) { totalCount nodes { ...R } } } ${RESULT}`,
    { party: data.parties[0].code },
  );
  expect(errors).toBeUndefined();
  expect(answer.results.totalCount).toBeGreaterThan(0);
  for (const node of answer.results.nodes) {
    expect(node).toMatchObject({ leader: null, margin: null, quality: [], post: 'GOVERNOR' });
    expect(node.tallies).toMatchObject([{ share: null, rank: null }]);
    expect(node.ballots.valid).toBeGreaterThan(node.tallies[0].votes);
  }
});

it('pages through results by cursors of its own', async () => {
  const { query } = await startGateway();
  const text = `query ($after: String) { results(filter: { post: GOVERNOR }, first: 20, after: $after) {
    nodes { reportingUnit { code } } pageInfo { endCursor hasNextPage } } }`;
  const seen = [];
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo }: Shape = (await query(text, { after })).data.results;
    seen.push(...nodes.map(({ reportingUnit }: Shape) => reportingUnit.code));
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  expect(new Set(seen).size).toBe(47);
  expect(seen).toHaveLength(47);
});

it('lists the stations that have reported, by their names', async () => {
  const { query, clock } = await startNight();
  const { data } = await query('{ counties { wards { code } } }');
  const ward = data.counties[0].wards[0].code;
  const text = `query ($ward: ID, $after: String) {
    ward: reportingStations(district: $ward, post: PRESIDENT, first: 5, after: $after) {
      totalCount nodes { name ward { code } } pageInfo { endCursor hasNextPage } }
    all: reportingStations(post: PRESIDENT, first: 1) { totalCount }
    any: reportingStations(first: 1) { totalCount } }`;
  const early = (await query(text, { ward })).data;
  for (const { name, ward: of } of early.ward.nodes) expect([name.length > 3, of.code]).toEqual([true, ward]);
  expect(early.all.totalCount).toBeGreaterThan(early.ward.totalCount);
  expect(early.any.totalCount).toBeGreaterThan(early.all.totalCount);
  clock.advance(40 * MINUTE);
  const late = (await query(text, { ward })).data;
  expect(late.ward.totalCount).toBeGreaterThan(early.ward.totalCount);
  const second = (await query(text, { ward, after: late.ward.pageInfo.endCursor })).data.ward;
  expect(second.nodes[0].name).not.toBe(late.ward.nodes[0].name);
});

it('keeps a reporting station that the index does not know, and drops a code that nobody knows', async () => {
  const { query, sandbox } = await startGateway();
  const { data } = await query('{ counties { pollingStations(first: 1) { nodes { code name } } } }');
  const [{ code, name }] = data.counties[0].pollingStations.nodes;
  const body = JSON.stringify({ status: 'SUCCESS', reporting: [code, 'NOSUCH'] });
  sandbox.faults.set({ kind: 'json-text', path: '/reporting/', body });
  const answer = await query('{ reportingStations { totalCount nodes { name } } }');
  expect(answer).toMatchObject({
    errors: undefined,
    data: { reportingStations: { totalCount: 2, nodes: [{ name }] } },
  });
});

it.each([
  [{ kind: 'html' }, 'SOURCE_MALFORMED'],
  [{ kind: 'half-body' }, 'SOURCE_UNAVAILABLE'],
  [{ kind: 'wrong-type' }, 'SOURCE_MALFORMED'],
  [{ kind: 'empty' }, 'SOURCE_MALFORMED'],
  [{ kind: 'status', status: 500 }, 'SOURCE_UNAVAILABLE'],
  [{ kind: 'not-success', status: 'SERVER_ERROR', message: 'no' }, 'SOURCE_REFUSED'],
] as const)('answers %j with its typed error, and keeps the rest', async (fault, code) => {
  const { query, sandbox, logs } = await startGateway();
  sandbox.faults.set({ ...fault, path: '/results/' });
  const { data, errors } = await query('{ country { name result(post: PRESIDENT) { asOf } } counties { name } }');
  expect(errors).toMatchObject([
    { path: ['country', 'result'], extensions: { code, source: 'iebc', endpoint: 'results' } },
  ]);
  expect(data.country).toEqual({ name: 'KENYA', result: null });
  expect(data.counties).toHaveLength(47);
  expect(logs() + JSON.stringify(errors)).not.toMatch(/[0-9a-f]{32}/i);
});

it('serves the last result, marked stale, while the source is down', async () => {
  const { query, sandbox, clock } = await startNight();
  const text = '{ country { result(post: PRESIDENT) { stale asOf tallies { votes } } } }';
  const { result: fresh } = (await query(text)).data.country;
  sandbox.faults.set({ kind: 'reset' });
  clock.advance(MINUTE);
  const { data, errors } = await query(text);
  expect(errors).toBeUndefined();
  expect(data.country.result).toEqual({ ...fresh, stale: true });
  sandbox.faults.clear();
  expect((await query(text)).data.country.result).toMatchObject({ stale: false, asOf: '2013-03-05T06:01:00.000Z' });
});

it('does not show an answer about another place', async () => {
  const { query, sandbox } = await startGateway();
  const { data } = await query('{ counties { code } }');
  const [one, two] = data.counties;
  const other = await query(`{ county(code: "${two.code}") { result(post: GOVERNOR) { asOf } } }`);
  expect(other.errors).toBeUndefined();
  const location = {
    location: 'X',
    location_id: two.code,
    location_type: 'county',
    registered: '10',
    valid: 1,
    rejected: 0,
    spoilt: 0,
    disputed: 0,
    reported: 1,
    turnout: 1,
    results: [],
  };
  const body = JSON.stringify({
    status: 'SUCCESS',
    contests: [{ contest: 'X', contest_id: 'C', contest_type: '2', locations: [location] }],
  });
  sandbox.faults.set({ kind: 'json-text', path: `/results/county/${one.code}/`, body });
  const { errors } = await query(`{ county(code: "${one.code}") { result(post: GOVERNOR) { asOf } } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'SOURCE_MALFORMED' } }]);
});
