import { isInterfaceType } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { startGateway } from '../support/gateway.ts';

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64url');

/** One object of every type that has a global id. */
const OBJECTS = `{
  country { id __typename
    result(post: PRESIDENT) { id __typename tallies { id __typename } latestVersion { id __typename } } }
  counties { id __typename constituencies { id __typename } wards { id __typename }
    pollingStations(first: 1) { nodes { id __typename } } pollingCentres(first: 1) { nodes { id __typename } } }
  elections { id __typename }
  parties { id __typename }
  contests(filter: { post: PRESIDENT }) { nodes { id __typename candidates(first: 1) { nodes { id __typename } } } }
  voterGuides { id __typename }
}`;

type Found = { id: string; __typename: string };

function objects(value: unknown): Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'id' in value ? [value as Found] : [];
  return [...own, ...Object.values(value).flatMap(objects)];
}

it('finds every type of object again by its id', async () => {
  const { query } = await startGateway();
  const byType = new Map(objects((await query(OBJECTS)).data).map((object) => [object.__typename, object]));
  const node = schema.getType('Node');
  if (!isInterfaceType(node)) throw new Error('Node');
  const elsewhere = ['BallotActivity', 'OrganizationElection', 'RegistrationCheck'];
  const all = schema
    .getPossibleTypes(node)
    .map(({ name }) => name)
    .filter((name) => !elsewhere.includes(name));
  expect([...byType.keys()].sort()).toEqual(all.sort());

  const wanted = [...byType.values()].map(({ id, __typename }) => ({ id, __typename }));
  for (const one of wanted) {
    const { data, errors } = await query('query ($id: ID!) { node(id: $id) { id __typename } }', { id: one.id });
    expect({ data, errors }).toEqual({ data: { node: one }, errors: undefined });
  }
  const { data } = await query('query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }', {
    ids: wanted.map(({ id }) => id),
  });
  expect(data.nodes).toEqual(wanted);
});

it('says null for what is not there, and keeps the others in their order', async () => {
  const { query } = await startGateway();
  const types = ['County', 'Constituency', 'Ward', 'PollingStation', 'Election', 'VoterGuide', 'Country'];
  const scoped = ['Party', 'Contest', 'Candidate'].map((type) => `${type}:GEK2013-TEST/NOSUCH`);
  const { data: known } = await query('{ counties { wards { code } } }');
  const centres = ['NOSUCH', known.counties[0].wards[0].code].map((ward) => `PollingCentre:${ward}/NOSUCH`);
  const ids = [...types.map((type) => `${type}:NOSUCH`), ...scoped, ...centres, 'Country:KE'].map(base64);
  const { data, errors } = await query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(errors).toBeUndefined();
  expect(data.nodes).toEqual([...ids.slice(0, -1).map(() => null), { id: ids.at(-1) }]);
});

it('keeps the election in the id of what belongs to one', async () => {
  const { query } = await startGateway();
  const { data } = await query('{ contests(filter: { election: "20131017-TEST" }, first: 1) { nodes { id name } } }');
  const [contest] = data.contests.nodes;
  const again = await query(`{ node(id: "${contest.id}") { ... on Contest { id name candidates { totalCount } } } }`);
  expect(again.data.node).toMatchObject({ ...contest, candidates: { totalCount: expect.any(Number) } });
});

it('takes a place by its global id as by its code', async () => {
  const { query } = await startGateway();
  const { data } = await query('{ counties { id code } }');
  const [{ id, code }] = data.counties;
  const text =
    'query ($unit: ID!) { results(filter: { district: $unit, post: GOVERNOR }) { nodes { reportingUnit { id } } } }';
  for (const unit of [id, code, code.toLowerCase()])
    expect((await query(text, { unit })).data.results.nodes).toEqual([{ reportingUnit: { id } }]);
  const country =
    'query ($unit: ID!) { results(filter: { district: $unit, post: PRESIDENT }) { nodes { reportingUnit { code } } } }';
  for (const unit of [base64('Country:KE'), 'KE', 'ke'])
    expect((await query(country, { unit })).data.results.nodes).toEqual([{ reportingUnit: { code: 'KE' } }]);
});
