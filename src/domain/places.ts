import type { Level } from './posts.ts';

export type Coordinates = { latitude: number; longitude: number };

export type Country = { kind: 'Country'; code: 'KE'; name: string };

export type DistrictLevel = Extract<Level, 'county' | 'constituency' | 'ward'>;
export type DistrictKind = 'County' | 'Constituency' | 'Ward';

/** A county, constituency or ward. Its parent is not here: the source names none (services/places knows). */
export type District = {
  kind: DistrictKind;
  code: string;
  name: string;
  /** The IEBC's own number, read from the boundary's file name; null where that is missing. */
  number: number | null;
  registeredVoters: number | null;
  center: Coordinates | null;
};

export type PollingStation = {
  kind: 'PollingStation';
  code: string;
  name: string;
  location: Coordinates | null;
};

/**
 * One school or hall with all its streams. The source names none: which streams are one centre is decided in
 * services/places/centres.ts.
 */
export type PollingCentre = {
  kind: 'PollingCentre';
  /** Key of its ward's code. */
  ward: string;
  /** Ours, from its name: with the ward it is its identity. */
  code: string;
  name: string;
  /** Null where the source gives none, or gives its streams points that cannot be one building. */
  location: Coordinates | null;
  /** The lowest first. */
  streams: PollingStation[];
};

export type PlaceKind = 'COUNTY' | 'CONSTITUENCY' | 'WARD' | 'POLLING_CENTRE' | 'POLLING_STATION';

export type PollingStationFacility = {
  facilityType: string | null;
  streams: number | null;
  registeredVoters: number | null;
  registeredWomen: number | null;
  registeredMen: number | null;
  electricity: string | null;
  networks: string | null;
  accessibility: string | null;
  disability: string | null;
};

export type StationDetails = { station: PollingStation; facility: PollingStationFacility };

/** Whatever counts are reported for. */
export type ReportingUnit = Country | District | PollingStation;

export const KENYA: Country = { kind: 'Country', code: 'KE', name: 'KENYA' };

const LEVEL_OF: Record<ReportingUnit['kind'], Level> = {
  Country: 'country',
  County: 'county',
  Constituency: 'constituency',
  Ward: 'ward',
  PollingStation: 'pollingstation',
};

export function levelOf(kind: DistrictKind): DistrictLevel;
export function levelOf(kind: ReportingUnit['kind']): Level;
export function levelOf(kind: ReportingUnit['kind']): Level {
  return LEVEL_OF[kind];
}

const STREAM = /\s*\/\s*(\d{1,3})\s*$/;

/** 1 for a name that ends in "/01": a station is split into streams of the same name. Null where there is none. */
export function streamOf(stationName: string): number | null {
  const match = STREAM.exec(stationName);
  return match ? Number(match[1]) : null;
}

/** What is left of a station's name without its stream, as the source spells it. */
export function nameWithoutStream(stationName: string): string {
  return stationName.replace(STREAM, '').trim();
}
