import { codeKey } from '../../domain/codes.ts';
import { after, type Maybe } from '../../domain/maybe.ts';
import type { District, PollingCentre, PollingStation } from '../../domain/places.ts';
import type { IebcLoaders } from '../../sources/iebc/loaders.ts';
import { centresOf } from './centres.ts';
import type { PlacesIndex } from './index.ts';

/** One request's view of the polling centres: the same whichever way they are asked for. */
export type CentreFinder = {
  /** Null where a ward in it has not told its stations, or the source does not list the place. */
  inDistrict(district: District): Maybe<PollingCentre[] | null>;
  /** By the key of its id, without waiting for the index of places. */
  byKey(key: string): Maybe<PollingCentre | null>;
  ofStation(station: PollingStation): Promise<PollingCentre | null>;
};

type Means = { iebc: Pick<IebcLoaders, 'stationsByWard'>; places: PlacesIndex; signal: AbortSignal };

export function createCentreFinder({ iebc, places, signal }: Means): CentreFinder {
  const ofWard = (code: string): Maybe<PollingCentre[]> =>
    after(iebc.stationsByWard.load(code), (stations) => centresOf(codeKey(code), stations));
  return {
    inDistrict: ({ kind, code }) => (kind === 'Ward' ? ofWard(code) : places.centresIn(code, signal)),
    byKey(key) {
      const [ward = '', code] = key.split('/');
      return after(ofWard(ward), (centres) => centres.find((centre) => centre.code === code) ?? null);
    },
    ofStation: (station) => places.centreOf(station.code, signal),
  };
}
