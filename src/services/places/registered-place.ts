import type { Voter } from '../../domain/elections.ts';
import {
  type Coordinates,
  type District,
  type DistrictLevel,
  levelOf,
  nameWithoutStream,
  type PollingCentre,
  type PollingStation,
} from '../../domain/places.ts';
import type { CentreFinder } from './centre-finder.ts';
import { kilometersBetween, nameKey, ONE_BUILDING_KM, pointsOf } from './centres.ts';
import type { PlacesIndex } from './index.ts';

/**
 * The places that the register tells of a voter in words, as objects. What is not just one is none: a voter is not sent to a
 * place that may be another's.
 */
export type RegisteredPlaces = {
  district(voter: Voter, level: DistrictLevel): Promise<District | null>;
  /** By its name in the voter's ward; where the register gives no name, by its point. */
  centre(voter: Voter): Promise<PollingCentre | null>;
  /** Of a centre with several streams only the one that the register's name says. */
  station(voter: Voter): Promise<PollingStation | null>;
};

/** The register's point is a centre's own, or within a compound of it: the first distance that just one lies within. */
const AT_THE_POINT_KM = [0.01, 0.1];

type Means = { places: PlacesIndex; centres: CentreFinder; signal: AbortSignal };

export function createRegisteredPlaces({ places, centres, signal }: Means): RegisteredPlaces {
  async function district(voter: Voter, level: DistrictLevel): Promise<District | null> {
    const name = voter[level];
    if (name === null) return null;
    const named = await places.districtsNamed(level, name, signal);
    const inside = await Promise.all(named.map((found) => liesWhere(voter, found)));
    const [only, ...others] = named.filter((_, i) => inside[i]);
    return only && others.length === 0 ? only : null;
  }

  /** Names of wards repeat, and now and then one of a constituency: the names above it have to agree. */
  async function liesWhere(voter: Voter, found: District): Promise<boolean> {
    for (const above of ABOVE[levelOf(found.kind)]) {
      const said = voter[above];
      const actual = said === null ? null : await places.ancestor(found, above, signal);
      if (said !== null && nameKey(said) !== nameKey(actual?.name ?? '')) return false;
    }
    return true;
  }

  async function centre(voter: Voter): Promise<PollingCentre | null> {
    const { name = null, point = null } = voter.pollingStation ?? {};
    const ward = name === null && point === null ? null : await district(voter, 'ward');
    const all = (ward && (await centres.inDistrict(ward))) ?? [];
    if (name === null) return point && atPoint(all, point);
    const found = all.find((one) => nameKey(one.name) === nameKey(nameWithoutStream(name)));
    const isElsewhere = point && found?.location && kilometersBetween(point, found.location) > ONE_BUILDING_KM;
    return isElsewhere ? null : (found ?? null);
  }

  return {
    district,
    centre,
    async station(voter) {
      const { streams } = (await centre(voter)) ?? { streams: [] };
      const name = voter.pollingStation?.name ?? null;
      const named = name === null ? [] : streams.filter((stream) => nameKey(stream.name) === nameKey(name));
      const [only, ...others] = named.length > 0 || isStream(name) ? named : streams;
      return only && others.length === 0 ? only : null;
    },
  };
}

const ABOVE: Record<DistrictLevel, readonly DistrictLevel[]> = {
  county: [],
  constituency: ['county'],
  ward: ['constituency', 'county'],
};

const isStream = (name: string | null) => name !== null && nameWithoutStream(name) !== name.trim();

function atPoint(centres: readonly PollingCentre[], point: Coordinates): PollingCentre | null {
  const distance = ({ streams }: PollingCentre) =>
    Math.min(...pointsOf(streams).map((each) => kilometersBetween(point, each)));
  for (const reach of AT_THE_POINT_KM) {
    const near = centres.filter((one) => distance(one) <= reach);
    if (near.length > 0) return near.length === 1 ? near[0]! : null;
  }
  return null;
}
