import * as geokdbush from 'geokdbush';
import KDBush from 'kdbush';
import QuickLRU from 'quick-lru';
import { codeKey } from '../../domain/codes.ts';
import type { Coordinates, PollingStation, ReportingUnit } from '../../domain/places.ts';
import { nextTurn, oneAtATime } from '../../infra/waiting.ts';
import { indexNames, wordsOf } from './names.ts';
import type { Tree, WardStations } from './walk.ts';

type OneByOne = ReturnType<typeof oneAtATime>;

export type NearbyStation = { station: PollingStation; distanceMeters: number };

/** All polling stations, and what can only be told with all of them at hand. All keys are codes without case. */
export type Stations = {
  stations: ReadonlyMap<string, PollingStation>;
  wardOf: ReadonlyMap<string, string>;
  /** By ward; a ward that was never told is not in it. */
  ofWard: ReadonlyMap<string, PollingStation[]>;
  /** By place; null where a ward below was never told. */
  totals: ReadonlyMap<string, number | null>;
  /** Wards that were never told. */
  missing: number;
  search(text: string, first: number): Promise<ReportingUnit[]>;
  nearby(near: Coordinates, withinMeters: number, first: number): Promise<NearbyStation[]>;
};

export async function indexStations(tree: Tree, lists: readonly WardStations[]): Promise<Stations> {
  const stations = new Map<string, PollingStation>();
  const wardOf = new Map<string, string>();
  const ofWard = new Map<string, PollingStation[]>();
  const totals = new Map<string, number | null>();
  for (const [position, { ward, list }] of lists.entries()) {
    if (position % WARDS_A_TURN === 0) await nextTurn();
    const wardKey = codeKey(ward.code);
    if (list) ofWard.set(wardKey, list);
    for (const station of list ?? []) {
      stations.set(codeKey(station.code), station);
      wardOf.set(codeKey(station.code), wardKey);
    }
    for (let place: string | undefined = wardKey; place !== undefined; place = tree.parents.get(place)) {
      const sum = totals.get(place);
      totals.set(place, list === null || sum === null ? null : (sum ?? 0) + list.length);
    }
  }
  const missing = lists.length - ofWard.size;
  const oneByOne = oneAtATime();
  const search = await searchByName(tree, stations, oneByOne);
  return { stations, wardOf, ofWard, totals, missing, search, nearby: await searchByPoint(stations, oneByOne) };
}

const WARDS_A_TURN = 100;
const ANSWERS = 1_000;
// Who types a place's name most often means the widest place of that name.
const DISTRICT_BOOST = { County: 4, Constituency: 3, Ward: 2, PollingStation: 1 };

async function searchByName(
  { places }: Tree,
  stations: Stations['stations'],
  oneByOne: OneByOne,
): Promise<Stations['search']> {
  const entries = [...places.values(), ...stations.values()].map((place) => ({
    name: place.name,
    item: place,
    boost: DISTRICT_BOOST[place.kind],
  }));
  const search = await indexNames<ReportingUnit>(entries);
  // Answers, and searches that run. They go with the index that they are of.
  const answers = new QuickLRU<string, Promise<ReportingUnit[]>>({ maxSize: ANSWERS });
  return (text, first) => {
    const words = wordsOf(text).sort();
    const question = `${first} ${words.join(' ')}`;
    const answer = answers.get(question) ?? oneByOne(() => search(words, first));
    answers.set(question, answer);
    return answer;
  };
}

async function searchByPoint(stations: Stations['stations'], oneByOne: OneByOne): Promise<Stations['nearby']> {
  await nextTurn();
  const located = [...stations.values()].filter(({ location }) => location !== null);
  if (located.length === 0) return async () => [];
  const index = new KDBush(located.length);
  for (const { location } of located) index.add(location!.longitude, location!.latitude);
  await nextTurn();
  index.finish();
  await nextTurn();
  const around = ({ latitude, longitude }: Coordinates, withinMeters: number, first: number) =>
    geokdbush.around(index, longitude, latitude, first, withinMeters / 1000).map((position) => {
      const station = located[position]!;
      const { location } = station;
      const kilometers = geokdbush.distance(longitude, latitude, location!.longitude, location!.latitude);
      return { station, distanceMeters: Math.round(kilometers * 1000) };
    });
  return (near, withinMeters, first) => oneByOne(() => around(near, withinMeters, first));
}
