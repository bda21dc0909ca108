import { DISTRICTS, type District } from '../contract.ts';
import type { Recordings } from './recordings.ts';

/** A place as its list had it; what it lies in is known from the question that the list answered. */
export type RecordedPlace = {
  level: District;
  code: string;
  entry: { code: string; name: string; polygon?: string };
  parent: RecordedPlace | undefined;
};

type RecordedStation = { entry: { code: string; name: string }; ward: RecordedPlace | undefined };

/** The places of the recordings. Keys are codes in lower case. */
export type Gazetteer = {
  places: Record<District, ReadonlyMap<string, RecordedPlace>>;
  stations(): ReadonlyMap<string, RecordedStation>;
};

export function buildGazetteer(recordings: Recordings): Gazetteer {
  const places: Record<District, Map<string, RecordedPlace>> = {
    county: new Map(),
    constituency: new Map(),
    ward: new Map(),
  };
  const lists = [...recordings.values()].filter(({ path }) => /^\/(county|constituency|ward)\/$/.test(path));
  // From the largest to the smallest, so that a list finds the place that it was asked for.
  for (const level of DISTRICTS) {
    for (const { path, query, body } of lists) {
      if (path !== `/${level}/`) continue;
      const answer = JSON.parse(body.toString()) as { region?: { locations?: RecordedPlace['entry'][] | null } };
      const parent = parentOf(query);
      for (const entry of answer.region?.locations ?? []) {
        const key = entry.code.toLowerCase();
        const before = places[level].get(key);
        places[level].set(key, { level, code: entry.code, entry, parent: nearest(parent, before?.parent) });
      }
    }
  }

  let stations: Map<string, RecordedStation> | undefined;
  return {
    places,
    stations() {
      if (stations !== undefined) return stations;
      stations = new Map();
      for (const { path, query, body } of recordings.values()) {
        if (path !== '/pollingstation/') continue;
        const answer = JSON.parse(body.toString()) as { polling_stations?: RecordedStation['entry'][] };
        const ward = places.ward.get(query.ward?.toLowerCase() ?? '');
        for (const entry of answer.polling_stations ?? []) {
          const key = entry.code.toLowerCase();
          stations.set(key, { entry, ward: ward ?? stations.get(key)?.ward });
        }
      }
      return stations;
    },
  };

  function parentOf(query: Readonly<Record<string, string>>): RecordedPlace | undefined {
    for (const level of ['constituency', 'county'] as const) {
      const found = places[level].get(query[level]?.toLowerCase() ?? '');
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** A ward's constituency says more than its county. */
function nearest(one: RecordedPlace | undefined, other: RecordedPlace | undefined): RecordedPlace | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.level === 'constituency' ? one : other;
}

export function ancestor(place: RecordedPlace | undefined, level: District): RecordedPlace | undefined {
  let found = place;
  while (found !== undefined && found.level !== level) found = found.parent;
  return found;
}

/** IEBC's number of a place: it is in the name of its boundary's file and nowhere else (sources/iebc/WIRE.md). */
export function numberOf(place: RecordedPlace | undefined): number {
  return Number(/_(\d+)\.geojson$/.exec(place?.entry.polygon ?? '')?.[1] ?? 0);
}
