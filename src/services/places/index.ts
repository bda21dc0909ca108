import { codeKey } from '../../domain/codes.ts';
import {
  type Coordinates,
  type District,
  KENYA,
  levelOf,
  type PollingCentre,
  type PollingStation,
  type ReportingUnit,
} from '../../domain/places.ts';
import type { Level } from '../../domain/posts.ts';
import { unlessAborted } from '../../infra/waiting.ts';
import { nameKey } from './centres.ts';
import { createKeeper, type Keeper, type KeeperOptions, type PlacesIndexProgress } from './keeper.ts';
import type { FoundPlace, NearbyCentre, NearbyStation, SearchOnly } from './stations.ts';
import type { Tree } from './walk.ts';

/** What is known at this moment, for whoever can do without the rest. Nothing here waits. */
type KnownPlaces = {
  /** Null when there is no such district; undefined while the walk has not come by. */
  district(code: string): District | null | undefined;
  /** Null when there is no such station; undefined while not all stations are known. */
  station(code: string): PollingStation | null | undefined;
  /** Null while the walk has not come by. */
  children(code: string): District[] | null;
  /** Another object is another walk; undefined while the walk has not come by. */
  tree(): object | undefined;
  /** Null while the walk has not come by, and where a ward below has not told its stations. */
  stationsTotal(code: string): number | null;
};

/**
 * Everything that needs to know the whole tree of places. The API names no parents, so the tree is walked from above.
 * Every question begins the walk, waits for the part of it that it needs, and ends with DEADLINE_EXCEEDED after `waitMs`.
 */
export type PlacesIndex = {
  known: KnownPlaces;
  /** Null for the country, and for what the source does not list. */
  parent(place: ReportingUnit, signal: AbortSignal): Promise<ReportingUnit | null>;
  /** The place itself or what it lies in, at this level. */
  ancestor(place: ReportingUnit, level: Level, signal: AbortSignal): Promise<ReportingUnit | null>;
  /** The one district of this level and name (of several, the one of this number); null where that is not just one. */
  districtNamed(level: Level, name: string, number: number | null, signal: AbortSignal): Promise<District | null>;
  /** Waits as long as it takes. */
  wards(signal: AbortSignal): Promise<District[]>;
  /** All districts of this level and name. */
  districtsNamed(level: Level, name: string, signal: AbortSignal): Promise<District[]>;
  station(code: string, signal: AbortSignal): Promise<PollingStation | null>;
  /** Of the country or a district. Null when a ward below has not told its stations, or the source does not list the place. */
  stationsTotal(code: string, signal: AbortSignal): Promise<number | null>;
  /** Null where there is no such district as `within`. */
  search(text: string, first: number, only: SearchOnly | undefined, signal: AbortSignal): Promise<FoundPlace[] | null>;
  /** Null for a station that the source does not list. */
  centreOf(station: string, signal: AbortSignal): Promise<PollingCentre | null>;
  /** Null when a ward in it has not told its stations, or the source does not list the district. */
  centresIn(district: string, signal: AbortSignal): Promise<PollingCentre[] | null>;
  nearbyCentres(near: Coordinates, withinMeters: number, first: number, signal: AbortSignal): Promise<NearbyCentre[]>;
  nearby(near: Coordinates, withinMeters: number, first: number, signal: AbortSignal): Promise<NearbyStation[]>;
  progress(): PlacesIndexProgress;
  /** Waits for all of it, however long that takes. */
  whole(signal: AbortSignal): Promise<void>;
  /** Walks now, in the background; without it the first question starts the walk. */
  start(): void;
  close(): void;
};

export function createPlacesIndex(options: KeeperOptions): PlacesIndex {
  const keeper = createKeeper(options);
  const parent = (place: ReportingUnit, signal: AbortSignal) => parentOf(keeper, place, signal);
  const districtsNamed = async (level: Level, name: string, signal: AbortSignal) =>
    byName(await keeper.treeInTime(signal)).get(`${level}/${nameKey(name)}`) ?? [];
  return {
    known: knownPlaces(keeper),
    parent,
    async ancestor(place, level, signal) {
      let current: ReportingUnit | null = place;
      while (current && levelOf(current.kind) !== level) current = await parent(current, signal);
      return current;
    },
    districtsNamed,
    async districtNamed(level, name, number, signal) {
      const named = await districtsNamed(level, name, signal);
      const numbered = named.filter((district) => district.number === number);
      const [only, ...others] = numbered.length > 0 ? numbered : named;
      return only && others.length === 0 ? only : null;
    },
    wards: async (signal) => wardsOf(await keeper.treeAtLast(signal)),
    station: async (code, signal) => (await keeper.stationsInTime(signal)).stations.get(codeKey(code)) ?? null,
    stationsTotal: async (code, signal) => (await keeper.stationsInTime(signal)).totals.get(codeKey(code)) ?? null,
    async search(text, first, only, signal) {
      const found = (await keeper.stationsInTime(signal)).search(text, first, only);
      return found && unlessAborted(found, signal);
    },
    centreOf: async (station, signal) => (await keeper.stationsInTime(signal)).centreOf(station),
    centresIn: async (district, signal) => (await keeper.stationsInTime(signal)).centresIn(district),
    nearbyCentres: async (near, withinMeters, first, signal) =>
      unlessAborted((await keeper.stationsInTime(signal)).nearbyCentres(near, withinMeters, first), signal),
    nearby: async (near, withinMeters, first, signal) =>
      unlessAborted((await keeper.stationsInTime(signal)).nearby(near, withinMeters, first), signal),
    progress: keeper.progress,
    whole: keeper.whole,
    start: keeper.start,
    close: keeper.close,
  };
}

function knownPlaces(keeper: Keeper): KnownPlaces {
  return {
    district(code) {
      const tree = keeper.tree();
      return tree && (tree.places.get(codeKey(code)) ?? null);
    },
    station(code) {
      const all = keeper.stations();
      return all?.stations.get(codeKey(code)) ?? (all?.missing === 0 ? null : undefined);
    },
    tree: () => keeper.tree(),
    children: (code) => keeper.tree()?.childrenOf.get(codeKey(code)) ?? null,
    stationsTotal: (code) => keeper.stations()?.totals.get(codeKey(code)) ?? null,
  };
}

async function parentOf(keeper: Keeper, place: ReportingUnit, signal: AbortSignal): Promise<ReportingUnit | null> {
  if (place.kind === 'Country') return null;
  const { places, parents } = await keeper.treeInTime(signal);
  const above =
    place.kind === 'PollingStation'
      ? (await keeper.stationsInTime(signal)).wardOf.get(codeKey(place.code))
      : parents.get(codeKey(place.code));
  if (above === undefined) return null;
  return above === KENYA.code ? KENYA : (places.get(above) ?? null);
}

const wardsOf = ({ places }: Tree) => [...places.values()].filter(({ kind }) => kind === 'Ward');

const districtsByName = new WeakMap<Tree, Map<string, District[]>>();

/** Made once a tree: a page of contests asks for a hundred names. */
function byName(tree: Tree): Map<string, District[]> {
  let named = districtsByName.get(tree);
  if (!named) {
    named = Map.groupBy(tree.places.values(), ({ kind, name }) => `${levelOf(kind)}/${nameKey(name)}`);
    districtsByName.set(tree, named);
  }
  return named;
}
