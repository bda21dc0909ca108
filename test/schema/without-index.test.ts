import { describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;
type Codes = { id: string; code: string };

// The sandbox gives the same places to every gateway. Here the codes come from one, and the questions go to another,
// whose walk of all places never ends: what answers does so without the index.
const TREE = '{ counties { id code constituencies { id code wards { id code } } } }';

async function places(): Promise<Record<'county' | 'constituency' | 'ward' | 'station', Codes>> {
  const { query } = await startGateway();
  const { data } = await query(TREE);
  const county = data.counties[0];
  const constituency = county.constituencies[0];
  const ward = constituency.wards[0];
  const stations = await query(`{ ward(code: "${ward.code}") { pollingStations(first: 1) { nodes { id code } } } }`);
  return { county, constituency, ward, station: stations.data.ward.pollingStations.nodes[0] };
}

/** A gateway whose source never answers on this path, so that its walk of the places stops there. */
async function withoutIndex(hanging = '/constituency/'): Promise<Gateway> {
  const gateway = await startGateway({ env: { IEBC_PLACES_INDEX: 'background' } });
  gateway.sandbox.faults.set({ kind: 'hang', path: hanging });
  return gateway;
}

const FIGURES = 'status reportingUnit { __typename code } tallies { votes } quality { code }';

describe('results(filter: {district})', () => {
  it.each([
    ['county', 'County', '/constituency/', 4],
    ['constituency', 'Constituency', '/ward/', 5],
    ['ward', 'Ward', '/constituency/', 6],
  ] as const)('of a %s comes while the index is not there', async (level, typename, hanging, posts) => {
    const { id, code } = (await places())[level];
    const { query } = await withoutIndex(hanging);
    const text = `query ($district: ID!) { results(filter: { district: $district }) { totalCount nodes { ${FIGURES} } } }`;
    for (const district of [id, code, code.toLowerCase()]) {
      const { data, errors } = await query(text, { district });
      expect(errors).toBeUndefined();
      expect(data.results.totalCount).toBe(posts);
      for (const node of data.results.nodes)
        expect(node).toMatchObject({ status: 'UNKNOWN', reportingUnit: { __typename: typename, code } });
    }
  });

  it('of a station comes while the index is not there', async () => {
    const { id, code } = (await places()).station;
    const { query } = await withoutIndex();
    const text = `query ($district: ID!) {
      results(filter: { district: $district, post: MEMBER_OF_COUNTY_ASSEMBLY }) { nodes { reportingUnit { __typename code } } } }`;
    for (const district of [id, code]) {
      const { data, errors } = await query(text, { district });
      expect(errors).toBeUndefined();
      expect(data.results.nodes).toEqual([{ reportingUnit: { __typename: 'PollingStation', code } }]);
    }
  });

  it('asks nothing to find a place that the index has', async () => {
    const { query, upstream } = await startGateway();
    const { ward } = await places();
    await query('{ searchPlaces(text: "nairobi") { name } }');
    const before = upstream().length;
    await query(`{ results(filter: { district: "${ward.code}", post: SENATOR }) { nodes { ${FIGURES} } } }`);
    expect(upstream().slice(before)).toEqual([`/results/ward/${ward.code}/?election=GEK2013-TEST&post=3`]);
  });
});

it('finds a place named by its code alone for every argument that takes one', async () => {
  const { county, ward } = await places();
  const { query } = await withoutIndex();
  const { data, errors } = await query(
    `query ($county: ID!, $ward: ID!) {
      contests(filter: { district: $ward }) { totalCount }
      candidates(filter: { district: $county, post: GOVERNOR }) { totalCount }
    }`,
    { county: county.code, ward: ward.code },
  );
  expect(errors).toBeUndefined();
  expect(data.contests.totalCount).toBeGreaterThan(0);
  expect(data.candidates.totalCount).toBeGreaterThan(1);
});

it('tells a place that nobody knows from a source that does not answer', async () => {
  const { station } = await places();
  const { query, sandbox } = await startGateway();
  const asked = (code: string) =>
    query(`{ results(filter: { district: "${code}", post: PRESIDENT }) { nodes { reportingUnit { code } } } }`);
  // The walk comes no further than the wards, and their lookup does not say whether it knows the code.
  sandbox.faults.set({ kind: 'html', path: '/ward/' });
  expect((await asked('NOSUCH')).errors).toMatchObject([
    { extensions: { code: 'SOURCE_MALFORMED', endpoint: 'ward' } },
  ]);
  // What another level knows is there all the same.
  expect(await asked(station.code)).toMatchObject({
    errors: undefined,
    data: { results: { nodes: [{ reportingUnit: { code: station.code } }] } },
  });
  sandbox.faults.clear();
  expect((await asked('NOSUCH')).errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', field: 'filter.district' } },
  ]);
});

describe('while the number of stations is not known', () => {
  it('status is UNKNOWN at once, and quality leaves its check out', async () => {
    const { county } = await places();
    const { query } = await withoutIndex();
    const { data, errors } = await query(`{ country { result(post: PRESIDENT) { ${FIGURES} stationsReported } }
      county(code: "${county.code}") { result(post: GOVERNOR) { ${FIGURES} } } }`);
    expect(errors).toBeUndefined();
    expect(data.country.result).toMatchObject({ status: 'UNKNOWN', stationsReported: expect.any(Number) });
    expect(data.county.result.status).toBe('UNKNOWN');
  });

  it('a list of results is there, and each knows its place', async () => {
    const { query } = await withoutIndex();
    const { data, errors } = await query(`{ results(filter: { post: GOVERNOR }, first: 50) { nodes { ${FIGURES} } } }`);
    expect(errors).toBeUndefined();
    expect(data.results.nodes).toHaveLength(47);
    for (const { status, reportingUnit } of data.results.nodes as Shape[])
      expect([status, reportingUnit.__typename]).toEqual(['UNKNOWN', 'County']);
  });

  it('what can be said without it is said', async () => {
    const { station } = await places();
    const { query } = await withoutIndex();
    const { data, errors } = await query(`{ country { result(post: GOVERNOR) { status } }
      pollingStation(code: "${station.code}") { result(post: PRESIDENT) { stationsTotal reportingUnit { code } } } }`);
    expect(errors).toBeUndefined();
    expect(data.country.result.status).toBe('NOT_COUNTED_HERE');
    expect(data.pollingStation.result).toEqual({ stationsTotal: 1, reportingUnit: { code: station.code } });
  });
});
