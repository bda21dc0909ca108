import { after, type Maybe } from '../../domain/maybe.ts';
import type { District, PollingStation, ReportingUnit } from '../../domain/places.ts';
import { KENYA } from '../../domain/places.ts';
import type { Level } from '../../domain/posts.ts';
import type { IebcLoaders } from '../../sources/iebc/loaders.ts';
import type { PlacesIndex } from './index.ts';

/** Finds a place by its code, without waiting for the index of places. Null when there is no such place. */
export type PlaceFinder = {
  /** By its own lookup. */
  ofLevel(level: Level, code: string): Maybe<ReportingUnit | null>;
  /** A code does not say what it is the code of: the index knows, and until it is there the lookups of all levels do. */
  district(code: string): Maybe<District | null>;
  districtOrStation(code: string): Maybe<District | PollingStation | null>;
};

type Means = { iebc: Pick<IebcLoaders, 'county' | 'constituency' | 'ward' | 'station'>; places: PlacesIndex };

export function createPlaceFinder({ iebc, places }: Means): PlaceFinder {
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
    district: (code) => places.known.district(code) ?? firstFound(districtLookups(code)),
    districtOrStation: (code) =>
      places.known.district(code) ??
      places.known.station(code) ??
      firstFound<District | PollingStation>([...districtLookups(code), ...stationLookups(code)]),
  };
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
