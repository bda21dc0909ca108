import { expect, it } from 'vitest';
import { sandboxVoters } from '../../src/sandbox/iebc/index.ts';
import { demoKey, startGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const VOTER = `query ($code: ID!) { voter(code: $code) {
  county constituency ward date contestant
  registeredCounty { code name } registeredConstituency { code name } registeredWard { code name }
  pollingStation { name point { latitude longitude } pointAsReported facilityType
    station { code name ward { code } } centre { id name streams { code } ward { code } location { latitude longitude } } } } }`;
const PLACES = `{ counties { code name constituencies { code name wards { code name
  pollingCentres(first: 100) { nodes { id name location { latitude longitude } streams { code name } } } } } } }`;
const CODE = '10000001';

it('takes a voter to the places that the register names, where they are just one', async () => {
  const { app, query, sandbox, upstream, logs } = await startGateway();
  const { data: tree } = await query(PLACES);
  const wards: Shape[] = tree.counties.flatMap((county: Shape) =>
    county.constituencies.flatMap((constituency: Shape) =>
      constituency.wards.map((ward: Shape) => ({ county, constituency, ward, centres: ward.pollingCentres.nodes })),
    ),
  );
  const lookUp = async (code = CODE) => {
    const { data, errors } = await query(VOTER, { code }, demoKey(app));
    expect(errors).toBeUndefined();
    return data.voter as Shape;
  };

  let taken = 0;
  for (const { id } of sandboxVoters.slice(0, -1)) {
    const asked = upstream().length;
    const voter = await lookUp(id);
    expect(upstream().slice(asked)[0]).toBe(`/voter/${id}/?type=info`);
    // The stations of the ward, at most; of the voter nothing is kept.
    expect(upstream().length - asked).toBeLessThanOrEqual(2);
    expect(voter.date).toMatch(/^2012-12-\d\d$/);
    for (const [level, place] of [
      ['county', voter.registeredCounty],
      ['constituency', voter.registeredConstituency],
      ['ward', voter.registeredWard],
    ])
      expect(place).toEqual({ code: expect.any(String), name: voter[level] });
    const { point, pointAsReported, centre, station } = voter.pollingStation;
    if (point === null) {
      expect([pointAsReported, centre, station]).toEqual([null, null, null]);
      continue;
    }
    taken++;
    expect(pointAsReported).toBe(`${point.latitude},${point.longitude}`);
    expect(centre).toMatchObject({ location: point, ward: { code: voter.registeredWard.code } });
    expect(station?.code ?? null).toBe(centre.streams.length === 1 ? centre.streams[0].code : null);
  }
  expect(taken).toBeGreaterThan(3);

  // What the register may say besides: its document shows every text empty.
  const { county, constituency, ward, centres } = wards.find(
    ({ centres: all }) =>
      all.some(({ streams }: Shape) => streams.length > 1) && all.filter(({ location }: Shape) => location).length > 2,
  );
  const large = centres.find(({ streams }: Shape) => streams.length > 1);
  const located = centres.filter(({ location }: Shape) => location);
  const single = located.find(({ streams }: Shape) => streams.length === 1);
  const { latitude, longitude } = single.location;
  const said = { name: 'ANN', county: county.name, constituency: constituency.name, ward: ward.name };
  const tell = async (info: object) => {
    sandbox.faults.clear();
    const body = JSON.stringify({ status: 'SUCCESS', voter_info: { ...said, ...info } });
    sandbox.faults.set({ kind: 'json-text', path: `/voter/${CODE}/`, body });
    return lookUp();
  };
  const at = async (pollingStation: unknown) => (await tell({ pollingStation })).pollingStation;

  // By its name, as a text or under `name`; its stream where the name says it.
  expect(await at(` ${large.name.toLowerCase()} `)).toMatchObject({
    name: large.name.toLowerCase(),
    centre: { id: large.id },
    station: null,
  });
  const [, second] = large.streams;
  expect(await at({ name: second.name })).toMatchObject({ centre: { id: large.id }, station: { code: second.code } });
  expect(await at({ name: `${large.name}/77` })).toMatchObject({ centre: { id: large.id }, station: null });
  expect(await at({ name: single.name })).toMatchObject({
    centre: { id: single.id },
    station: { code: single.streams[0].code },
  });
  expect(await at({ name: 'NO SUCH SCHOOL', point: `${latitude},${longitude}` })).toMatchObject({
    ...{ name: 'NO SUCH SCHOOL', point: single.location, centre: null, station: null },
  });
  const unsaid = single.name.replace(/\/\d+$/, '');
  expect(await at({ name: `${unsaid}/77` })).toMatchObject({ centre: { id: single.id }, station: null });
  // Name and point contradict each other.
  expect(await at({ name: single.name, point: `${latitude + 0.1},${longitude}` })).toMatchObject({
    centre: null,
    station: null,
  });

  // By its point, in whatever form; what cannot be understood is shown.
  for (const point of [
    `${latitude}, ${longitude}`,
    `${longitude} ${latitude}`,
    `POINT(${longitude} ${latitude})`,
    `SRID=4326;POINT (${longitude} ${latitude})`,
    { lat: latitude, lon: longitude },
    { Latitude: `${latitude}`, Longitude: `${longitude}` },
    { type: 'Point', coordinates: [longitude, latitude] },
    [latitude, longitude],
  ])
    expect(await at({ point })).toMatchObject({
      point: single.location,
      pointAsReported: typeof point === 'string' ? point : JSON.stringify(point),
      centre: { id: single.id },
      station: { code: single.streams[0].code },
    });
  for (const point of [
    'near the river',
    '0,0',
    { lat: 0, lon: 0 },
    '36,82 -1,28',
    '1',
    'NaN,NaN',
    true,
    { lat: 'x', lon: 1 },
    '91,181',
  ])
    expect(await at({ point })).toMatchObject({
      ...{ point: null, centre: null, station: null, facilityType: null },
      pointAsReported: typeof point === 'string' ? point : JSON.stringify(point),
    });
  for (const point of ['', '  ', null])
    expect(await at({ point })).toMatchObject({ point: null, pointAsReported: null });
  expect(await at({ point: `${latitude + 0.02},${longitude + 0.3}` })).toMatchObject({ point: {}, centre: null });
  for (const nothing of [null, '', '  ']) expect(await at(nothing)).toBeNull();
  expect(await at({ name: ['A'], point: {} })).toMatchObject({ name: null, point: null, centre: null });
  for (const [sent, shown] of [
    ['', null],
    [[], null],
    [{}, null],
    [null, null],
    [{ a: 1 }, '{"a":1}'],
    [['x'], '["x"]'],
    [true, 'true'],
  ])
    expect(await tell({ date: sent, contestant: sent })).toMatchObject({ date: shown, contestant: shown });

  // Of a ward's name there are several: the names above it decide, and where they do not, nothing does.
  const [repeated, its] = [...Map.groupBy(wards, ({ ward: { name } }) => name)].find(([, all]) => all.length > 1)!;
  const one = its[0];
  const names = { county: one.county.name, constituency: one.constituency.name, ward: repeated };
  expect((await tell(names)).registeredWard.code).toBe(one.ward.code);
  expect(await tell({ ...names, county: null, constituency: '' })).toMatchObject({
    ...{ ward: repeated, registeredWard: null, registeredCounty: null, registeredConstituency: null },
  });
  const elsewhere = wards.find((other) => its.every(({ county: c }) => c !== other.county));
  expect(await tell({ ...names, county: elsewhere.county.name })).toMatchObject({
    ...{ registeredCounty: { code: elsewhere.county.code }, registeredConstituency: null, registeredWard: null },
  });
  expect(await tell({ ward: ` ${ward.name.toLowerCase()}`, date: 20121218, contestant: 'x' })).toMatchObject({
    ...{ registeredWard: { code: ward.code }, date: '20121218', contestant: 'x', pollingStation: null },
  });
  expect(await tell({ county: 'ATLANTIS' })).toMatchObject({
    county: 'ATLANTIS',
    registeredCounty: null,
    registeredWard: null,
  });

  const metrics = await (await app.fetch(new Request('http://gateway/metrics'))).text();
  for (const trace of [logs(), metrics]) {
    expect(trace).not.toContain('near the river');
    expect(trace).not.toMatch(new RegExp(`(?<![\\d.])${CODE}`));
  }
});
