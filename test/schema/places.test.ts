import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

it('answers with the whole tree, each place with its own facts', async () => {
  const { query } = await startGateway();
  const { data, errors } = await query(`{
    country { code name registeredVoters }
    counties { code name number registeredVoters center { latitude longitude }
      constituencies { code name number registeredVoters wards { code name number registeredVoters } } }
  }`);
  expect(errors).toBeUndefined();
  expect(data.country).toMatchObject({ code: 'KE', name: 'KENYA' });
  const sum = (places: Shape[]) => places.reduce((all, { registeredVoters }) => all + registeredVoters, 0);
  expect(sum(data.counties)).toBe(data.country.registeredVoters);
  const constituencies = data.counties.flatMap((county: Shape) => county.constituencies);
  const wards = constituencies.flatMap((constituency: Shape) => constituency.wards);
  expect([data.counties.length, constituencies.length, wards.length]).toEqual([47, 290, 1_451]);
  for (const place of [...data.counties, ...constituencies]) {
    expect(sum(place.constituencies ?? place.wards)).toBe(place.registeredVoters);
  }
  const codes = [...data.counties, ...constituencies, ...wards].map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  const mombasa = data.counties.find(({ name }: Shape) => name === 'MOMBASA');
  expect(mombasa.number).toBe(1);
  expect(mombasa.center.latitude).toBeCloseTo(-4, 0);
  expect(mombasa.center.longitude).toBeCloseTo(39.7, 0);
});

it('finds the way up from everywhere', async () => {
  const { query } = await startGateway();
  const { data, errors } = await query(`{ counties { code constituencies { code county { code } wards {
    code constituency { code } county { code } } } } }`);
  expect(errors).toBeUndefined();
  for (const county of data.counties) {
    for (const constituency of county.constituencies) {
      expect(constituency.county.code).toBe(county.code);
      for (const ward of constituency.wards)
        expect(ward).toMatchObject({ constituency: { code: constituency.code }, county: { code: county.code } });
    }
  }
  const [{ code: county, constituencies }] = data.counties;
  const [{ code: constituency, wards }] = constituencies;
  const stations = await query(
    `query ($ward: ID!) { ward(code: $ward) { pollingStations(first: 3) { nodes {
      code stream ward { code } constituency { code } county { code } } } } }`,
    { ward: wards[0].code },
  );
  for (const station of stations.data.ward.pollingStations.nodes)
    expect(station).toMatchObject({
      ward: { code: wards[0].code },
      constituency: { code: constituency },
      county: { code: county },
    });
});

it('finds a place whatever the case of its code, and says null where there is none', async () => {
  const { query } = await startGateway();
  const { data } = await query(
    '{ counties { code wards { code } constituencies { code } pollingStations(first: 1) { nodes { code } } } }',
  );
  const [county] = data.counties;
  const codes = {
    county: county.code,
    constituency: county.constituencies[0].code,
    ward: county.wards[0].code,
    pollingStation: county.pollingStations.nodes[0].code,
  };
  for (const [field, code] of Object.entries(codes)) {
    const answer = await query(`{
      upper: ${field}(code: "${code.toUpperCase()}") { code }
      lower: ${field}(code: "${code.toLowerCase()}") { code }
      none: ${field}(code: "NOWHERE") { code }
    }`);
    expect(answer).toMatchObject({ data: { upper: { code }, lower: { code }, none: null }, errors: undefined });
  }
});

it('pages through the stations of a district without missing one', async () => {
  const { query, upstream } = await startGateway();
  const { data } = await query('{ counties { code } }');
  const page = `query ($code: ID!, $after: String) { county(code: $code) {
    pollingStations(first: 100, after: $after) { totalCount nodes { code name } edges { cursor node { code } }
      pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } } }`;
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const answer: Shape = await query(page, { code: data.counties[0].code, after });
    const { nodes, edges, pageInfo, totalCount } = answer.data.county.pollingStations;
    expect(pageInfo.hasPreviousPage).toBe(after !== null);
    expect(edges.map(({ node }: Shape) => node.code)).toEqual(nodes.map(({ code }: Shape) => code));
    expect(edges.at(-1).cursor).toBe(pageInfo.endCursor);
    expect(edges[0].cursor).toBe(pageInfo.startCursor);
    seen.push(...nodes.map(({ code }: Shape) => code));
    expect(pageInfo.hasNextPage).toBe(seen.length < totalCount);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen.length).toBeGreaterThan(100);
  expect(new Set(seen).size).toBe(seen.length);
  expect(upstream().filter((path) => path.startsWith('/pollingstation/'))).toHaveLength(1);
});

it('gives a station its stream, its location and what its own lookup knows', async () => {
  const { query } = await startGateway();
  const { data } = await query(
    '{ counties { pollingStations(first: 30) { nodes { name stream location { latitude longitude } registeredVoters facility { facilityType streams registeredVoters electricity networks accessibility } } } } }',
  );
  const stations = data.counties.flatMap(({ pollingStations }: Shape) => pollingStations.nodes);
  for (const { name, stream, registeredVoters, facility } of stations) {
    const [, number] = /\/(\d+)$/.exec(name) ?? [];
    expect(stream).toBe(number ? Number(number) : null);
    expect(registeredVoters).toBe(facility.registeredVoters);
  }
  // The sandbox knows half of the buildings and most of the places.
  const known = stations.filter(({ facility }: Shape) => facility.facilityType !== null);
  expect(known.length).toBeGreaterThan(stations.length / 3);
  expect(known.length).toBeLessThan(stations.length);
  expect(known[0].facility).toMatchObject({ facilityType: 'School', networks: 'Sample Mobile' });
  expect(stations.filter(({ location }: Shape) => location === null).length).toBeGreaterThan(0);
  expect(stations.find(({ location }: Shape) => location).location.latitude).toBeLessThan(6);
});

it('shows no centre where the source says 0,0', async () => {
  const { query } = await startGateway();
  const { data } = await query('{ counties { wards { number center { latitude } } } }');
  const lost = data.counties
    .flatMap(({ wards }: Shape) => wards)
    .filter(({ center }: Shape) => center === null)
    .map(({ number }: Shape) => number);
  expect(lost.sort((a: number, b: number) => a - b)).toEqual([7, 487, 967, 1447]);
});

it('fetches boundaries only when asked for, once, from the open files', async () => {
  const { query, upstream } = await startGateway();
  const { data } = await query('{ counties { wards { code number } } }');
  const wards = data.counties.flatMap((county: Shape) => county.wards);
  const boundary = async (number: number) => {
    const { code } = wards.find((ward: Shape) => ward.number === number);
    return (await query(`{ ward(code: "${code}") { boundary } }`)).data.ward.boundary;
  };
  expect(upstream().some((path) => path.startsWith('/geojson/'))).toBe(false);
  expect(await boundary(5)).toEqual({ type: 'FeatureCollection', features: [] });
  expect((await boundary(12)).features).toHaveLength(2);
  const usual = await boundary(20);
  await boundary(20);
  expect(usual.features).toHaveLength(1);
  const [[[longitude, latitude]]] = usual.features[0].geometry.coordinates;
  expect([longitude > 33 && longitude < 42, latitude > -5 && latitude < 6]).toEqual([true, true]);
  expect(upstream().filter((path) => path.startsWith('/geojson/'))).toEqual([
    '/geojson/ward_5.geojson',
    '/geojson/ward_12.geojson',
    '/geojson/ward_20.geojson',
  ]);
});

it('fetches a boundary from the source itself, whatever host the answer names', async () => {
  const { query, upstream, sandbox } = await startGateway();
  const region = { code: 'C1', name: 'A', registered: '1', polygon: 'http://evil.example/geojson/county_30.geojson' };
  sandbox.faults.set({
    kind: 'json-text',
    path: '/county/C1/',
    body: JSON.stringify({ status: 'SUCCESS', region }),
  });
  const { data } = await query('{ county(code: "C1") { number boundary } }');
  expect(data.county).toMatchObject({ number: 30, boundary: { type: 'FeatureCollection' } });
  expect(upstream()).toContain('/geojson/county_30.geojson');
});

it('has no boundary where the source names no file or has none', async () => {
  const { query, sandbox } = await startGateway();
  const answer = (code: string, polygon: string | null) =>
    sandbox.faults.set({
      kind: 'json-text',
      path: `/county/${code}/`,
      body: JSON.stringify({ status: 'SUCCESS', region: { code, name: 'A', registered: '', polygon, center: null } }),
    });
  answer('C1', null);
  answer('C2', 'http://x/geojson/county_999.geojson');
  const { data, errors } = await query(
    '{ c1: county(code: "C1") { ...F } c2: county(code: "C2") { ...F } } fragment F on County { number boundary center { latitude } registeredVoters }',
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    c1: { number: null, boundary: null, center: null, registeredVoters: null },
    c2: { number: 999, boundary: null, center: null, registeredVoters: null },
  });
});

it('keeps the rest when one district fails', async () => {
  const { query, sandbox } = await startGateway();
  const { data } = await query('{ counties { code } }');
  sandbox.faults.set({ kind: 'html', path: '/constituency/', times: 1 });
  const answer = await query('{ counties { code constituencies { name } } }');
  expect(answer.errors).toMatchObject([{ extensions: { code: 'SOURCE_MALFORMED', source: 'iebc' } }]);
  expect(answer.errors).toHaveLength(1);
  expect(answer.data.counties.filter(({ constituencies }: Shape) => constituencies === null)).toHaveLength(1);
  expect(answer.data.counties).toHaveLength(data.counties.length);
});
