import { type DocumentNode, print } from 'graphql';
import { expect, it } from 'vitest';
import {
  FinderCentresOfWardDocument,
  FinderNearMeDocument,
  FinderPollingCentreDocument,
  FinderSearchDocument,
  FinderWhereDoIVoteDocument,
} from '../generated/graphql.ts';
import { demoKey, startGateway } from '../support/gateway.ts';

/** What a document of codegen's client preset says it answers. */
type ResultOf<D> = D extends { __apiType?: (variables: never) => infer R } ? R : never;

it('each page of a finder of polling places is one question, and asks the source for little', async () => {
  const { app, query, upstream } = await startGateway();
  // Started long ago: the index of places is there.
  await query('{ findPlaces(text: "nairobi") { id } }');
  const page = async <D>(document: D, variables: Record<string, unknown>): Promise<[ResultOf<D>, string[]]> => {
    const before = upstream().length;
    const { data, errors } = await query(print(document as DocumentNode), variables, demoKey(app));
    expect(errors).toBeUndefined();
    return [data, upstream().slice(before)];
  };

  const [near, forNear] = await page(FinderNearMeDocument, { near: { latitude: -1.1, longitude: 36.8 } });
  expect(forNear).toEqual([]);
  const centres = near.nearbyPollingCentres!.map(({ centre }) => centre);
  expect(centres).toHaveLength(20);
  expect(new Set(centres.map(({ id }) => id)).size).toBe(20);
  for (const { location, county, ward, streams } of centres)
    expect([location, county, ward, streams[0]].every(Boolean)).toBe(true);

  const school = centres.toSorted((a, b) => b.streams.length - a.streams.length)[0]!;
  expect(school.streams.length).toBeGreaterThan(1);
  const [search, forSearch] = await page(FinderSearchDocument, { text: school.name, within: school.county!.id });
  expect(forSearch).toEqual([]);
  expect(search.findPlaces![0]).toMatchObject({ __typename: 'PollingCentre', id: school.id, name: school.name });
  expect(search.findPlaces!.filter(({ id }) => id === school.id)).toHaveLength(1);

  const [{ node }, forCentre] = await page(FinderPollingCentreDocument, { id: school.id });
  if (node?.__typename !== 'PollingCentre') throw new Error('not a polling centre');
  // How many are registered is asked of each stream, and who stands in its ward once.
  expect(forCentre.map((path) => path.split('/')[1]).sort()).toEqual([
    'candidate',
    ...school.streams.map(() => 'pollingstation'),
  ]);
  expect(node.streams).toEqual(school.streams);
  const posts = node.ward!.candidates!.nodes.map(({ post }) => post);
  expect(posts).toContain('MEMBER_OF_COUNTY_ASSEMBLY');

  const [{ ward }, forWard] = await page(FinderCentresOfWardDocument, { code: 'NOWHERE' });
  expect([ward, forWard]).toEqual([null, ['/ward/NOWHERE/']]);
  const { data: coded } = await query('query ($id: ID!) { node(id: $id) { ... on Ward { code } } }', {
    id: school.ward!.id,
  });
  const [listed, forList] = await page(FinderCentresOfWardDocument, { code: coded.node.code });
  expect(forList).toEqual([]);
  expect(listed.ward!.pollingCentres!.nodes).toContainEqual(school);

  const [{ voter }, forVoter] = await page(FinderWhereDoIVoteDocument, { code: '10000001' });
  expect(forVoter).toEqual(['/voter/10000001/?type=info']);
  const { registeredWard, pollingStation } = voter!;
  expect(pollingStation!.centre).toMatchObject({ location: pollingStation!.point, ward: registeredWard });
  expect(pollingStation!.centre!.streams).toContainEqual({
    code: pollingStation!.station!.code,
    stream: pollingStation!.station!.stream,
  });
});
