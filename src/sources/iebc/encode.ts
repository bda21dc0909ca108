import type { Party } from '../../domain/elections.ts';
import { type Coordinates, type District, levelOf, type PollingStation } from '../../domain/places.ts';
import { POSTS } from '../../domain/posts.ts';
import type { CandidateVotes, ContestFigures } from '../../domain/results.ts';

// The way back of decode.ts: bodies as the source sends them (WIRE.md), which decode to what they were made of. For an
// archive that is played back as if the source said it again.

/** A list of one kind, at least one. */
export function encodeDistricts(districts: readonly [District, ...District[]]): object {
  const level = levelOf(districts[0].kind);
  const locations = districts.map(({ code, name, number, registeredVoters, center }) => ({
    ...(number !== null && { polygon: `/geojson/${level}_${number}.geojson` }),
    registered: registeredVoters === null ? null : String(registeredVoters),
    code,
    name,
    // Of the diaspora.
    center: pointOf(center) ?? { lat: 0, lon: 0 },
  }));
  return success({ region: { location_type: level, locations } });
}

export function encodeStations(stations: readonly PollingStation[]): object {
  return success({
    polling_stations: stations.map(({ code, name, location }) => ({ code, name, location: pointOf(location) })),
  });
}

/** Null: the source says that nothing is reported. */
export function encodeResult(figures: ContestFigures | null): object {
  if (!figures) return success({ contests: [{}] });
  const results = figures.votes.map(encodeVotes);
  if (figures.level === 'pollingstation') return success({ name: figures.unitName, results: [{ results }] });
  const location = {
    location: figures.unitName,
    location_id: figures.unitCode,
    location_type: figures.level,
    registered: figures.registeredVoters === null ? null : String(figures.registeredVoters),
    ...figures.counts,
    reported: figures.stationsReported,
    reporting_ps: {
      ps_reporting: figures.stationsAsReported?.reporting ?? [],
      ps_location_total: figures.stationsAsReported?.total ?? [],
    },
    turnout: figures.turnoutPercent,
    results,
  };
  const { contestName, contestCode, post } = figures;
  return success({
    contests: [
      { contest: contestName, contest_id: contestCode, contest_type: String(POSTS[post]), locations: [location] },
    ],
  });
}

function encodeVotes({ candidate: { code, name, party, pictureUrl }, votes }: CandidateVotes): object {
  return { picture: pictureUrl, votes, code, name, party: party ? encodeParty(party) : {} };
}

function encodeParty({ code, name, abbreviation, color, symbolUrl }: Party): object {
  return { code, name, abr: abbreviation, symbol: symbolUrl, color };
}

const pointOf = (point: Coordinates | null) => point && { lat: point.latitude, lon: point.longitude };

const success = (content: object): object => ({ status: 'SUCCESS', ...content });
