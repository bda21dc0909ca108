import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const CENTRE = '__typename id name location { latitude longitude } streams { code name stream } ward { code }';
const idsOf = (centres: Shape[]) => centres.map(({ id }) => id).sort();

it('gives the same polling centres whichever way they are asked for, each with all its streams', async () => {
  const { query, upstream } = await startGateway();
  const { data: tree } = await query('{ counties { constituencies { id code wards { id code } } } }');
  const [constituency] = tree.counties[0].constituencies;
  const wards: Shape[] = [];
  const stations: Shape[] = [];
  for (const { code } of constituency.wards) {
    const asked = upstream().length;
    const { data, errors } = await query(
      `query ($code: ID!) { ward(code: $code) { code
        pollingStations(first: 100) { nodes { code name } }
        pollingCentres(first: 100) { totalCount nodes { ${CENTRE.replace(' ward { code }', '')} } } } }`,
      { code },
    );
    expect(errors).toBeUndefined();
    // Of a ward they come with its stations, without the index of places.
    expect(upstream().slice(asked)).toHaveLength(2);
    wards.push(data.ward);
    stations.push(...data.ward.pollingStations.nodes);
  }
  const centres = wards.flatMap(({ pollingCentres }) => pollingCentres.nodes);
  const parted = (name: string) => name.replace(/\/\d+$/, '');
  for (const { code, pollingStations, pollingCentres } of wards) {
    expect(pollingCentres.totalCount).toBe(pollingCentres.nodes.length);
    expect(pollingCentres.nodes.map(({ name }: Shape) => name).sort()).toEqual(
      [...new Set(pollingStations.nodes.map(({ name }: Shape) => parted(name)))].sort(),
    );
    const streams = pollingCentres.nodes.flatMap((centre: Shape) => centre.streams.map((each: Shape) => each.code));
    expect(streams.sort(), code).toEqual(pollingStations.nodes.map((each: Shape) => each.code).sort());
  }
  const large = centres.filter(({ streams }) => streams.length > 1);
  expect(large.length).toBeGreaterThan(0);
  for (const { streams } of large)
    expect(streams.map(({ stream }: Shape) => stream)).toEqual(streams.map((_: Shape, i: number) => i + 1));
  expect(centres.some(({ location }) => location)).toBe(true);

  const all: Shape[] = [];
  let after: string | null = null;
  do {
    const { data, errors }: Shape = await query(
      `query ($code: ID!, $after: String) { constituency(code: $code) { pollingCentres(first: 100, after: $after) {
        totalCount nodes { ${CENTRE} constituency { code } county { name } } pageInfo { endCursor hasNextPage } } } }`,
      { code: constituency.code, after },
    );
    expect(errors).toBeUndefined();
    const { nodes, pageInfo, totalCount } = data.constituency.pollingCentres;
    expect(totalCount).toBe(centres.length);
    all.push(...nodes);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  expect(idsOf(all)).toEqual(idsOf(centres));
  const wardOf = new Map(
    wards.flatMap(({ code, pollingCentres }) => pollingCentres.nodes.map(({ id }: Shape) => [id, code])),
  );
  for (const { id, ward, constituency: its, county } of all) {
    expect({ id, ward: ward.code }).toEqual({ id, ward: wardOf.get(id) });
    expect(its.code).toBe(constituency.code);
    expect(county.name).toEqual(expect.any(String));
  }

  const ways = await query(
    `query ($ids: [ID!]!, $within: ID!, $text: String!, $near: CoordinatesInput!) {
      nodes(ids: $ids) { ... on PollingCentre { ${CENTRE} } }
      ward: nodes(ids: [$within]) { ... on Ward { pollingStations(first: 100) { nodes { code centre { ${CENTRE} } } } } }
      findPlaces(text: $text, kinds: [POLLING_CENTRE], within: $within, first: 100) { ... on PollingCentre { ${CENTRE} } }
      nearbyPollingCentres(near: $near, withinMeters: 1, first: 1) { distanceMeters centre { ${CENTRE} } }
    }`,
    {
      ids: all.slice(0, 50).map(({ id }) => id),
      within: constituency.wards[0].id,
      text: large[0].name,
      near: all.find(({ location }) => location).location,
    },
  );
  expect(ways.errors).toBeUndefined();
  const byId = new Map(all.map((centre) => [centre.id, centre]));
  const found = [
    ...ways.data.nodes,
    ...ways.data.ward[0].pollingStations.nodes.map(({ code, centre }: Shape) => {
      expect(centre.streams.map((stream: Shape) => stream.code)).toContain(code);
      return centre;
    }),
    ...ways.data.findPlaces,
    ...ways.data.nearbyPollingCentres.map(({ centre }: Shape) => centre),
  ];
  expect(ways.data.nearbyPollingCentres).toMatchObject([{ distanceMeters: 0 }]);
  expect(ways.data.findPlaces.length).toBeGreaterThan(0);
  for (const centre of found) {
    const { constituency: _, county: __, ...known } = byId.get(centre.id);
    expect(centre).toEqual(known);
  }
});

it('shows a school once, each stream where streams are asked for, and only what lies within', async () => {
  const { query } = await startGateway();
  const search = `query ($text: String!, $kinds: [PlaceKind!], $within: ID) {
    findPlaces(text: $text, kinds: $kinds, within: $within, first: 100) { __typename id name
      ... on PollingCentre { streams { id } ward { id constituency { id county { id } } } }
      ... on PollingStation { ward { id } } ... on Ward { county { id } } }
    searchPlaces(text: $text, kinds: $kinds, within: $within, first: 100) { __typename id name
      ... on PollingStation { centre { id } } } }`;
  const find = async (variables: object) => {
    const { data, errors } = await query(search, variables as Record<string, unknown>);
    expect(errors).toBeUndefined();
    return data as { findPlaces: Shape[]; searchPlaces: Shape[] };
  };
  const { data } = await query(
    '{ counties { id code constituencies { id } wards { id code pollingCentres(first: 100) { nodes { id name streams { id } } } } } }',
  );
  const [county, other] = data.counties;
  const ward = county.wards.find(({ pollingCentres }: Shape) =>
    pollingCentres.nodes.some(({ streams }: Shape) => streams.length > 2),
  );
  const school = ward.pollingCentres.nodes.find(({ streams }: Shape) => streams.length > 2);
  const text = school.name;
  const streamIds = school.streams.map(({ id }: Shape) => id);
  const inWard = (found: Shape[]) => found.filter(({ id }) => streamIds.includes(id) || id === school.id);

  for (const within of [ward.id, ward.code, ward.code.toLowerCase(), county.id, county.code, 'KE', null]) {
    const usual = await find({ text, within });
    expect(usual.findPlaces[0]).toMatchObject({ __typename: 'PollingCentre', id: school.id, name: text });
    expect(inWard(usual.findPlaces)).toHaveLength(1);
    // Those who knew no centres find a station as before, once.
    expect(inWard(usual.searchPlaces)).toEqual([
      { __typename: 'PollingStation', id: streamIds[0], name: `${text}/01`, centre: { id: school.id } },
    ]);
  }
  const second = await find({ text: `${text}/02` });
  expect(second.findPlaces[0].id).toBe(school.id);
  expect(second.searchPlaces[0].id).toBe(streamIds[1]);

  const streams = await find({ text, within: ward.id, kinds: ['POLLING_STATION'] });
  for (const found of [streams.findPlaces, streams.searchPlaces]) {
    expect(found.every(({ __typename }) => __typename === 'PollingStation')).toBe(true);
    expect(
      inWard(found)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...streamIds].sort());
  }
  const both = await find({ text, within: ward.id, kinds: ['POLLING_CENTRE', 'POLLING_STATION'] });
  expect(
    inWard(both.findPlaces)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([school.id, ...streamIds].sort());
  expect(
    inWard(both.searchPlaces)
      .map(({ id }) => id)
      .sort(),
  ).toEqual([...streamIds].sort());
  expect((await find({ text, within: other.id })).findPlaces.some(({ id }) => id === school.id)).toBe(false);

  const schools = await find({ text: 'primary school', within: other.id });
  expect(schools.findPlaces.length).toBeGreaterThan(50);
  for (const found of schools.findPlaces) expect(found.ward.constituency.county.id).toBe(other.id);
  const wards = await find({ text: data.counties[1].wards[0].pollingCentres.nodes[0].name, kinds: ['WARD'] });
  expect(wards.findPlaces.every(({ __typename }) => __typename === 'Ward')).toBe(true);
  // What is searched is not itself in what is found.
  const { data: itself } = await query('query ($id: ID!) { node(id: $id) { ... on County { name } } }', {
    id: county.id,
  });
  const inside = await find({ text: itself.node.name, within: county.id, kinds: ['COUNTY', 'CONSTITUENCY'] });
  expect(inside.findPlaces.map(({ id }) => id)).not.toContain(county.id);

  for (const [variables, field] of [
    [{ text, kinds: [] }, 'kinds'],
    [{ text, within: 'NOWHERE' }, 'within'],
    [{ text, within: streamIds[0] }, 'within'],
    [{ text, within: Buffer.from(`Ward:${county.code}`).toString('base64url') }, 'within'],
  ] as const) {
    const { data: none, errors } = await query(search, variables);
    expect(none).toEqual({ findPlaces: null, searchPlaces: null });
    expect(errors).toHaveLength(2);
    for (const error of errors!) expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  }
});
