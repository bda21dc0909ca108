import { after, all, type Maybe } from '../../domain/maybe.ts';
import type { District, PollingStation, ReportingUnit } from '../../domain/places.ts';
import { KENYA, levelOf } from '../../domain/places.ts';
import type { Level } from '../../domain/posts.ts';
import { malformed } from '../../sources/iebc/decode.ts';
import type { IebcLoaders } from '../../sources/iebc/loaders.ts';
import type { PlacesIndex } from './index.ts';

/** Finds a place by its code, without waiting for the index of places. Null when there is no such place. */
export type PlaceFinder = {
  /** By its own lookup. */
  ofLevel(level: Level, code: string): Maybe<ReportingUnit | null>;
  /** A code does not say what it is the code of: the index knows, and until it is there the lookups of all levels do. */
  district(code: string): Maybe<District | null>;
  districtOrStation(code: string): Maybe<District | PollingStation | null>;
  /**
   * All places of a level in this one, or this one itself; the whole country's county by county. In the order of the
   * source's own lists, which hold for a day, whatever the index knows: that one may have another order, and whoever turns
   * pages would miss some.
   */
  placesIn(within: ReportingUnit, level: Level): Maybe<ReportingUnit[]>;
};

type Means = { iebc: IebcLoaders; places: PlacesIndex };

export function createPlaceFinder({ iebc, places }: Means): PlaceFinder {
  function placesIn(within: ReportingUnit, level: Level): Maybe<ReportingUnit[]> {
    if (levelOf(within.kind) === level || within.kind === 'PollingStation') return [within];
    if (within.kind !== 'Country') return listIn(iebc, within, level);
    const counties = iebc.counties();
    if (level === 'county') return counties;
    const listsOf = (found: District[]) => all(found.map((county) => listIn(iebc, county, level)));
    return after(after(counties, listsOf), (lists) => lists.flat());
  }
  const station = (code: string): Maybe<PollingStation | null> =>
    after(iebc.station.load(code), (found) => found?.station ?? null);
  const levels = { county: iebc.county, constituency: iebc.constituency, ward: iebc.ward };
  const districtLookups = (code: string) =>
    places.known.district(code) === undefined ? Object.values(levels).map((lookup) => lookup.load(code)) : [];
  const stationLookups = (code: string) => (places.known.station(code) === undefined ? [station(code)] : []);

  return {
    ofLevel(level, code) {
      if (level === 'country') return KENYA;
      return level === 'pollingstation' ? station(code) : levels[level].load(code);
    },
    placesIn,
    district: (code) => places.known.district(code) ?? firstFound(districtLookups(code)),
    districtOrStation: (code) =>
      places.known.district(code) ??
      places.known.station(code) ??
      firstFound<District | PollingStation>([...districtLookups(code), ...stationLookups(code)]),
  };
}

function listIn(iebc: IebcLoaders, { kind, code }: District, level: Level): Maybe<ReportingUnit[]> {
  if (level === 'pollingstation') {
    if (kind === 'Ward') return iebc.stationsByWard.load(code);
    return (kind === 'County' ? iebc.stationsByCounty : iebc.stationsByConstituency).load(code);
  }
  const lists =
    level === 'constituency'
      ? iebc.constituenciesByCounty
      : kind === 'County'
        ? iebc.wardsByCounty
        : iebc.wardsByConstituency;
  // Each has some (walk.ts): without them a list would seem to be whole, and its sums right.
  return after(lists.load(code), (found) => {
    if (found.length === 0) throw malformed(level, '$.region.locations', 'empty');
    return found;
  });
}

const NOT_FOUND = new Error('not found');

/**
 * The first that is found, without waiting for the others. When nobody finds it, one failure is enough: whether there is
 * such a thing is then not known.
 */
async function firstFound<T>(lookups: Maybe<T | null>[]): Promise<T | null> {
  try {
    return await Promise.any(lookups.map(async (lookup) => (await lookup) ?? Promise.reject(NOT_FOUND)));
  } catch (error) {
    const failure = (error as AggregateError).errors.find((reason) => reason !== NOT_FOUND);
    if (failure) throw failure;
    return null;
  }
}
