import * as geokdbush from 'geokdbush';
import KDBush from 'kdbush';
import MiniSearch from 'minisearch';
import { codeKey } from '../../domain/codes.ts';
import type { Coordinates, PollingStation, ReportingUnit } from '../../domain/places.ts';
import type { Tree, WardStations } from './walk.ts';

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
  search(text: string, first: number): ReportingUnit[];
  nearby(near: Coordinates, withinMeters: number, first: number): NearbyStation[];
};

export async function indexStations(tree: Tree, lists: readonly WardStations[]): Promise<Stations> {
  const stations = new Map<string, PollingStation>();
  const wardOf = new Map<string, string>();
  const ofWard = new Map<string, PollingStation[]>();
  const totals = new Map<string, number | null>();
  for (const { ward, list } of lists) {
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
  const search = await searchByName(tree, stations);
  return { stations, wardOf, ofWard, totals, missing, search, nearby: searchByPoint(stations) };
}

const DISTRICT_BOOST = { County: 4, Constituency: 3, Ward: 2, PollingStation: 1 };

async function searchByName({ places }: Tree, stations: Stations['stations']): Promise<Stations['search']> {
  const index = new MiniSearch({
    fields: ['name'],
    searchOptions: {
      prefix: (term) => term.length > 2,
      // Two letters out of seven, such as two swapped ones, may be wrong; short words must be right.
      fuzzy: (term) => (term.length > 3 ? 0.3 : false),
      // Who types a place's name most often means the widest place of that name.
      boostDocument: (id) => DISTRICT_BOOST[places.get(id as string)?.kind ?? 'PollingStation'],
    },
  });
  const documents = [...places, ...stations].map(([id, { name }]) => ({ id, name }));
  await index.addAllAsync(documents, { chunkSize: 500 });
  return (text, first) => {
    const strict = index.search(text, { combineWith: 'AND' });
    const found = strict.length > 0 ? strict : index.search(text);
    return found.slice(0, first).map(({ id }) => (places.get(id) ?? stations.get(id))!);
  };
}

function searchByPoint(stations: Stations['stations']): Stations['nearby'] {
  const located = [...stations.values()].filter(({ location }) => location !== null);
  if (located.length === 0) return () => [];
  const index = new KDBush(located.length);
  for (const { location } of located) index.add(location!.longitude, location!.latitude);
  index.finish();
  return ({ latitude, longitude }, withinMeters, first) =>
    geokdbush.around(index, longitude, latitude, first, withinMeters / 1000).map((position) => {
      const station = located[position]!;
      const { location } = station;
      const kilometers = geokdbush.distance(longitude, latitude, location!.longitude, location!.latitude);
      return { station, distanceMeters: Math.round(kilometers * 1000) };
    });
}
