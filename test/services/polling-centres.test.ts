import { expect, it } from 'vitest';
import type { Voter } from '../../src/domain/elections.ts';
import type { Coordinates, District, PollingStation } from '../../src/domain/places.ts';
import { centresOf } from '../../src/services/places/centres.ts';
import { createRegisteredPlaces } from '../../src/services/places/registered-place.ts';
import { indexStations } from '../../src/services/places/stations.ts';

const district = (kind: District['kind'], code: string) => ({ kind, code, name: code.toUpperCase() }) as District;
const station = (code: string, name: string, location: Coordinates | null = null): PollingStation => ({
  ...{ kind: 'PollingStation', code, name, location },
});
/** So many metres north of a point. */
const north = (metres: number): Coordinates => ({ latitude: -1 + metres / 111_195, longitude: 37 });

const shape = (list: PollingStation[], ward = 'w') =>
  centresOf(ward, list).map(({ name, streams }) => [name, ...streams.map(({ code }) => code)]);

it('takes for one centre what differs in its stream, its case and its blanks alone', () => {
  expect(
    shape([
      station('c', 'GITHIGA  PRIMARY SCHOOL /10'),
      station('b', 'Githiga primary school/2'),
      station('a', ' GITHIGA PRIMARY SCHOOL/ 01 '),
      station('d', 'GITHIGA PRIMARY SCHOOL'),
      station('e', 'GITHIGA PRIMARY SCHOOL./01'),
      station('f', 'GITHIGA NURSERY SCHOOL/01'),
      // Numbers of a name are no streams, and a name may be all that there is.
      station('g', 'MILE 46'),
      station('h', 'MILE 47/01'),
      station('i', '/01'),
    ]),
  ).toEqual([
    ['GITHIGA PRIMARY SCHOOL', 'd', 'a', 'b', 'c'],
    ['GITHIGA PRIMARY SCHOOL.', 'e'],
    ['GITHIGA NURSERY SCHOOL', 'f'],
    ['MILE 46', 'g'],
    ['MILE 47', 'h'],
    ['', 'i'],
  ]);
  // As in the recordings: a stream that is there twice, and one that is missing.
  expect(shape([station('a', 'ARAP MOI PRI .SCH/01'), station('b', 'ARAP MOI PRI .SCH/01')])).toEqual([
    ['ARAP MOI PRI .SCH', 'a', 'b'],
  ]);
  expect(shape([])).toEqual([]);
});

it('has a code that no stream changes, and another in another ward or of another name', () => {
  const of = (list: PollingStation[], ward = 'w') =>
    centresOf(ward, list).map(({ ward: its, code }) => `${its}/${code}`);
  const [one] = of([station('a', 'A/02')]);
  expect(of([station('b', 'a/01'), station('a', 'A/02')])).toEqual([one]);
  expect(of([station('a', 'A/02')], 'v')).not.toEqual([one]);
  expect(of([station('a', 'B/02')])).not.toEqual([one]);
  expect(one).toMatch(/^w\/[0-9a-f]{20}$/);
});

it('lies where its streams lie, and nowhere when they lie apart', () => {
  const at = (...points: (Coordinates | null)[]) =>
    centresOf(
      'w',
      points.map((point, i) => station(`s${i}`, `A/0${i + 1}`, point)),
    )[0]!.location;
  expect(at(null, north(0), north(900))).toEqual(north(0));
  expect(at(null, north(0), north(1_100))).toBeNull();
  expect(at(null, null)).toBeNull();
});

async function index(told: Record<string, PollingStation[] | null>) {
  const wards = Object.keys(told).map((code) => district('Ward', code));
  const above = [district('County', 'C'), district('Constituency', 'K')];
  const tree = {
    places: new Map([...above, ...wards].map((place) => [place.code, place])),
    parents: new Map([['K', 'C'], ...wards.map(({ code }) => [code, 'K'] as const)] as [string, string][]),
    childrenOf: new Map([
      ['C', [above[1]!]],
      ['K', wards],
    ]),
  };
  return indexStations(
    tree,
    wards.map((ward) => ({ ward, list: told[ward.code]! })),
  );
}

it('finds the nearest centres, each once, however many points it has', async () => {
  const scattered = Array.from({ length: 9 }, (_, i) => station(`s${i}`, `SCATTERED/0${i + 1}`, north(i * 2)));
  const others = [station('o', 'OTHER', north(100)), station('f', 'FAR', north(5_000)), station('n', 'NOWHERE')];
  const { nearbyCentres, nearby } = await index({ W: [...others, ...scattered] });
  const names = async (within: number, first: number) =>
    (await nearbyCentres(north(0), within, first)).map(({ centre, distanceMeters }) => [centre.name, distanceMeters]);
  expect(await names(10_000, 2)).toEqual([
    ['SCATTERED', 0],
    ['OTHER', 100],
  ]);
  expect(await names(10_000, 1)).toEqual([['SCATTERED', 0]]);
  expect((await names(10_000, 9)).map(([name]) => name)).toEqual(['SCATTERED', 'OTHER', 'FAR']);
  expect(await names(1_000, 9)).toHaveLength(2);
  expect((await nearby(north(0), 10_000, 3)).map(({ station: { code } }) => code)).toEqual(['s0', 's1', 's2']);
});

it('finds of a centre the stream that fits best, of equal ones the lowest', async () => {
  const { search } = await index({ W: [station('s2', 'RUGURU/02'), station('s1', 'RUGURU/01')] });
  const found = async (text: string) => (await search(text, 5))!.map(({ place, as }) => [place.code, as]);
  expect(await found('ruguru')).toEqual([['s1', 'POLLING_CENTRE']]);
  expect(await found('ruguru 02')).toEqual([['s2', 'POLLING_CENTRE']]);
  // No name has all of these words.
  expect(await found('ruguru 02 nyeri')).toEqual([['s2', 'POLLING_CENTRE']]);
});

it('says nothing of the centres of a district in which a ward has not told its stations', async () => {
  const { centresIn, centreOf } = await index({ V: [station('s', 'A/01')], W: null });
  expect(centresIn('v')).toHaveLength(1);
  for (const code of ['w', 'k', 'c', 's', 'nowhere']) expect(centresIn(code)).toBeNull();
  expect(centreOf('S')?.name).toBe('A');
  expect(centreOf('nowhere')).toBeNull();
  expect((await index({ V: [station('s', 'A/01')], W: [] })).centresIn('c')).toHaveLength(1);
});

it('takes no voter to one of two centres beside each other', async () => {
  const ward = district('Ward', 'w');
  const list = [
    station('p', 'PRIMARY', north(0)),
    station('n', 'NURSERY', north(5)),
    station('s', 'SECONDARY', north(90)),
    station('d1', 'DIP/01', north(300)),
    station('d2', 'DIP/02', north(300)),
  ];
  const registered = createRegisteredPlaces({
    places: { districtsNamed: async () => [ward], ancestor: async () => null } as never,
    centres: { inDistrict: () => centresOf('w', list) } as never,
    signal: new AbortController().signal,
  });
  const at = async (metres: number) => {
    const pollingStation = { name: null, point: north(metres) };
    const voter = { county: null, constituency: null, ward: 'W', pollingStation } as unknown as Voter;
    return [(await registered.centre(voter))?.name ?? null, (await registered.station(voter))?.code ?? null];
  };
  // The first distance at which there is anything: 10 metres, then 100.
  expect(await at(2)).toEqual([null, null]);
  expect(await at(-8)).toEqual(['PRIMARY', 'p']);
  expect(await at(85)).toEqual(['SECONDARY', 's']);
  expect(await at(45)).toEqual([null, null]);
  expect(await at(180)).toEqual(['SECONDARY', 's']);
  expect(await at(195)).toEqual([null, null]);
  expect(await at(320)).toEqual(['DIP', null]);
});
