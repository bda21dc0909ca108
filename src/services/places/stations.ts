import * as geokdbush from 'geokdbush';
import KDBush from 'kdbush';
import QuickLRU from 'quick-lru';
import { codeKey } from '../../domain/codes.ts';
import type {
  Coordinates,
  District,
  DistrictKind,
  PlaceKind,
  PollingCentre,
  PollingStation,
} from '../../domain/places.ts';
import { nextTurn, oneAtATime } from '../../infra/waiting.ts';
import { centresOf, kilometersBetween, pointsOf } from './centres.ts';
import { type Choice, indexNames, wordsOf } from './names.ts';
import type { Tree, WardStations } from './walk.ts';

type OneByOne = ReturnType<typeof oneAtATime>;

export type NearbyStation = { station: PollingStation; distanceMeters: number };
export type NearbyCentre = { centre: PollingCentre; distanceMeters: number };

/** `as` POLLING_CENTRE: the centre of this stream, of its streams the one whose name fits best. */
export type FoundPlace = { place: District | PollingStation; as: PlaceKind };
export type SearchOnly = {
  kinds: readonly PlaceKind[];
  /** What lies in the district of this code; of this kind, where that is said. */
  within: { code: string; kind: DistrictKind | null } | null;
};

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
  /** Of a station; null for one that is not among them. */
  centreOf(station: string): PollingCentre | null;
  /** Of a district; null where a ward below was never told, and for what is no district. */
  centresIn(district: string): PollingCentre[] | null;
  /** Null where there is no such district as `within`. */
  search(text: string, first: number, only?: SearchOnly): Promise<FoundPlace[]> | null;
  nearbyCentres(near: Coordinates, withinMeters: number, first: number): Promise<NearbyCentre[]>;
  nearby(near: Coordinates, withinMeters: number, first: number): Promise<NearbyStation[]>;
};

export async function indexStations(tree: Tree, lists: readonly WardStations[]): Promise<Stations> {
  const stations = new Map<string, PollingStation>();
  const wardOf = new Map<string, string>();
  const ofWard = new Map<string, PollingStation[]>();
  const totals = new Map<string, number | null>();
  const centresOfWard = new Map<string, PollingCentre[]>();
  for (const [position, { ward, list }] of lists.entries()) {
    if (position % WARDS_A_TURN === 0) await nextTurn();
    const wardKey = codeKey(ward.code);
    if (list) {
      ofWard.set(wardKey, list);
      centresOfWard.set(wardKey, centresOf(wardKey, list));
    }
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
  const search = await searchByName(tree, centresOfWard, oneByOne);
  const pointOf = ({ location }: PollingStation) => (location ? [location] : []);
  const aroundStations = await searchByPoint([...stations.values()], pointOf, oneByOne);
  const centres = [...centresOfWard.values()].flat();
  const aroundCentres = await searchByPoint(centres, ({ streams }) => pointsOf(streams), oneByOne);
  return {
    ...{ stations, wardOf, ofWard, totals, missing, search },
    centreOf(code) {
      const key = codeKey(code);
      const ofItsWard = centresOfWard.get(wardOf.get(key) ?? '') ?? [];
      return ofItsWard.find(({ streams }) => streams.some((stream) => codeKey(stream.code) === key)) ?? null;
    },
    centresIn(district) {
      const lists = wardsIn(tree, codeKey(district)).map((ward) => centresOfWard.get(ward) ?? null);
      return lists.length > 0 && lists.every((list) => list !== null) ? lists.flat() : null;
    },
    nearby: async (...asked) =>
      (await aroundStations(...asked)).map(({ item: station, distanceMeters }) => ({ station, distanceMeters })),
    nearbyCentres: async (...asked) =>
      (await aroundCentres(...asked)).map(({ item: centre, distanceMeters }) => ({ centre, distanceMeters })),
  };
}

/** The place itself and all districts in it, or nothing. */
function subtree(tree: Tree, key: string): string[] {
  const below = (tree.childrenOf.get(key) ?? []).flatMap(({ code }) => subtree(tree, codeKey(code)));
  return tree.places.has(key) ? [key, ...below] : [];
}

const wardsIn = (tree: Tree, key: string): string[] =>
  subtree(tree, key).filter((each) => tree.places.get(each)!.kind === 'Ward');

const WARDS_A_TURN = 100;
const ANSWERS = 1_000;
// Who types a place's name most often means the widest place of that name.
const DISTRICT_BOOST = { County: 4, Constituency: 3, Ward: 2, PollingStation: 1 };
const KIND_OF = { County: 'COUNTY', Constituency: 'CONSTITUENCY', Ward: 'WARD' } as const;
/** A school with many streams is found once, and each of its streams leads to it. */
const USUALLY: SearchOnly = { kinds: ['COUNTY', 'CONSTITUENCY', 'WARD', 'POLLING_CENTRE'], within: null };

/** `centre`: of a station. */
type Searched = { place: District | PollingStation; centre: PollingCentre | null };

async function searchByName(
  tree: Tree,
  centresOfWard: ReadonlyMap<string, PollingCentre[]>,
  oneByOne: OneByOne,
): Promise<Stations['search']> {
  // Streams of one centre one after the other: of those that fit alike the lowest is the first.
  const streams = [...centresOfWard.values()]
    .flat()
    .flatMap((centre) => centre.streams.map((place): Searched => ({ place, centre })));
  const districts = [...tree.places.values()].map((place): Searched => ({ place, centre: null }));
  const entries = [...districts, ...streams].map((item) => ({
    name: item.place.name,
    item,
    boost: DISTRICT_BOOST[item.place.kind],
  }));
  const search = await indexNames<Searched>(entries);
  // Answers, and searches that run. They go with the index that they are of.
  const answers = new QuickLRU<string, Promise<FoundPlace[]>>({ maxSize: ANSWERS });

  async function find(words: readonly string[], first: number, { kinds, within }: SearchOnly): Promise<FoundPlace[]> {
    const wanted = new Set<PlaceKind>(kinds);
    const outer = within && codeKey(within.code);
    const inside = outer === null ? null : new Set(subtree(tree, outer));
    const isInside = ({ place, centre }: Searched) =>
      inside === null || (inside.has(centre?.ward ?? codeKey(place.code)) && codeKey(place.code) !== outer);
    const once: Choice<Searched> = {
      admits: (one) =>
        isInside(one) && wanted.has(one.place.kind === 'PollingStation' ? 'POLLING_CENTRE' : KIND_OF[one.place.kind]),
      groupOf: ({ place, centre }) => centre ?? place,
    };
    const eachStream: Choice<Searched> = {
      admits: (one) => one.place.kind === 'PollingStation' && isInside(one),
      groupOf: ({ place }) => place,
    };
    const found = await search(words, first, wanted.has('POLLING_STATION') ? [once, eachStream] : [once]);
    return found.map(({ item: { place }, choice }) => ({
      place,
      as: place.kind !== 'PollingStation' ? KIND_OF[place.kind] : choice === 0 ? 'POLLING_CENTRE' : 'POLLING_STATION',
    }));
  }

  return (text, first, only = USUALLY) => {
    const outer = only.within && tree.places.get(codeKey(only.within.code));
    if (only.within && (!outer || outer.kind !== (only.within.kind ?? outer.kind))) return null;
    const words = wordsOf(text).sort();
    const question = `${first} ${[...only.kinds].sort()} ${outer && codeKey(outer.code)} ${words.join(' ')}`;
    const answer = answers.get(question) ?? oneByOne(() => find(words, first, only));
    answers.set(question, answer);
    return answer;
  };
}

type Around<T> = (
  near: Coordinates,
  withinMeters: number,
  first: number,
) => Promise<{ item: T; distanceMeters: number }[]>;

/** What has several points is found by its nearest. */
async function searchByPoint<T>(
  items: readonly T[],
  pointsOfItem: (item: T) => Coordinates[],
  oneByOne: OneByOne,
): Promise<Around<T>> {
  await nextTurn();
  const located = items.flatMap((item) => pointsOfItem(item).map((point) => ({ item, point })));
  if (located.length === 0) return async () => [];
  const index = new KDBush(located.length);
  for (const { point } of located) index.add(point.longitude, point.latitude);
  await nextTurn();
  index.finish();
  await nextTurn();
  const around = (near: Coordinates, withinMeters: number, first: number) => {
    for (let points = first; ; points *= 2) {
      const positions = geokdbush.around(index, near.longitude, near.latitude, points, withinMeters / 1000);
      const nearest = new Map<T, number>();
      for (const position of positions) {
        const { item, point } = located[position]!;
        if (!nearest.has(item)) nearest.set(item, Math.round(kilometersBetween(near, point) * 1000));
      }
      if (nearest.size >= first || positions.length < points)
        return [...nearest].slice(0, first).map(([item, distanceMeters]) => ({ item, distanceMeters }));
    }
  };
  return (near, withinMeters, first) => oneByOne(() => around(near, withinMeters, first));
}
