import { z } from 'zod';
import { codeKey, isCode } from '../../domain/codes.ts';
import type {
  Candidate,
  Contest,
  ElectionKind,
  ElectionListing,
  ElectionSeat,
  Party,
  Voter,
  VoterGuide,
  VotersStation,
} from '../../domain/elections.ts';
import type {
  Coordinates,
  District,
  DistrictKind,
  PollingStation,
  PollingStationFacility,
  StationDetails,
} from '../../domain/places.ts';
import { LEVELS, type Level, type Post, postOfNumber } from '../../domain/posts.ts';
import type { CandidateVotes, ContestFigures, StationsAsReported } from '../../domain/results.ts';
import { malformed as malformedBy, type SourceName } from '../shared/failure.ts';
import { decodePoint } from './point.ts';
import * as wire from './wire.ts';

export const IEBC: SourceName = { name: 'iebc', title: 'The IEBC API' };

export const malformed = (endpoint: string, path: string, what: string, cause?: unknown) =>
  malformedBy(IEBC, endpoint, path, what, cause);

function read<T extends z.ZodType>(schema: T, endpoint: string, body: unknown): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues[0]!);
  throw malformed(endpoint, `$${z.core.toDotPath(issue.path).replace(/^(?=[^[])/, '.')}`, issue.code);
}

/** A union's issue says only that nothing fitted; the alternative that got furthest says where. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; code: string } {
  if (issue.code !== 'invalid_union') return { path: issue.path, code: issue.code };
  const inner = issue.errors.flat().map(deepest);
  const furthest = inner.toSorted((a, b) => b.path.length - a.path.length)[0];
  return { path: [...issue.path, ...(furthest?.path ?? [])], code: furthest?.code ?? issue.code };
}

/** The one that was asked for; null when there is none at all. An answer about something else is no answer. */
export function theOne<T extends { code: string }>(endpoint: string, found: readonly T[], code: string): T | null {
  const it = among(found, code);
  if (!it && found.length > 0) throw malformed(endpoint, '$', 'another code than was asked for');
  return it;
}

/** Codes are equal without case. */
export function among<T extends { code: string }>(found: readonly T[], code: string): T | null {
  return found.find((entry) => codeKey(entry.code) === codeKey(code)) ?? null;
}

const orNull = (text: string | null | undefined): string | null => {
  const trimmed = text?.trim();
  return trimmed ? trimmed : null;
};

/** The source writes 0,0 where it knows no place; Kenya has no point there. */
function coordinates(point: { lat: number; lon: number } | null | undefined): Coordinates | null {
  return point && (point.lat !== 0 || point.lon !== 0) ? { latitude: point.lat, longitude: point.lon } : null;
}

const BOUNDARY_FILE = /\/geojson\/(?:county|constituency|ward)_(\d{1,5})\.geojson$/;

export function decodeDistricts(kind: DistrictKind, endpoint: string, body: unknown): District[] {
  const { region } = read(wire.districtsAnswer, endpoint, body);
  const found =
    region === null ? [] : 'locations' in region ? (region.locations ?? []) : 'code' in region ? [region] : [];
  return found.map(({ code, name, polygon, registered, center }) => {
    const number = polygon ? BOUNDARY_FILE.exec(polygon)?.[1] : undefined;
    return {
      kind,
      code,
      name,
      number: number === undefined ? null : Number(number),
      registeredVoters: registered ?? null,
      center: coordinates(center),
    };
  });
}

export function decodeStations(endpoint: string, body: unknown): PollingStation[] {
  const answer = read(wire.stationsAnswer, endpoint, body);
  const list = 'polling_stations' in answer ? answer.polling_stations : answer.region.locations;
  return (list ?? []).map(({ code, name, location }) => ({
    kind: 'PollingStation',
    code,
    name,
    location: coordinates(location),
  }));
}

export function decodeStation(endpoint: string, asked: string, body: unknown): StationDetails | null {
  const { info } = read(wire.stationAnswer, endpoint, body);
  if (!info || !('code' in info)) return null;
  const { code, name, location } = info;
  theOne(endpoint, [{ code }], asked);
  return {
    station: { kind: 'PollingStation', code, name, location: coordinates(location) },
    facility: facilityOf(info),
  };
}

function facilityOf(info: z.output<typeof wire.facility>): PollingStationFacility {
  return {
    facilityType: orNull(info.facility_type),
    streams: info.streams ?? null,
    registeredVoters: info.voters ?? null,
    registeredWomen: info.female ?? null,
    registeredMen: info.male ?? null,
    electricity: orNull(info.electricity),
    networks: orNull(info.networks),
    accessibility: orNull(info.accessibilty) ?? orNull(info.accessibility),
    disability: orNull(info.disability),
  };
}

function partyOf(election: string, party: z.output<typeof wire.partyOrNone>): Party | null {
  return party ? partyFrom(election, party) : null;
}

function partyFrom(election: string, party: z.output<typeof wire.party>): Party {
  return {
    kind: 'Party',
    election,
    code: party.code,
    name: party.name,
    abbreviation: orNull(party.abr),
    color: orNull(party.color),
    symbolUrl: httpUrl(party.symbol) ?? httpUrl(party.picture),
  };
}

/** A link that a browser may follow; anything else (other schemes, relative paths, nonsense) is no link. */
function httpUrl(text: string | null | undefined): string | null {
  const url = text && URL.parse(text.trim());
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url.href : null;
}

export function decodeParties(election: string, endpoint: string, body: unknown): Party[] {
  return read(wire.partiesAnswer, endpoint, body).map((party) => partyFrom(election, party));
}

function postOf(endpoint: string, path: string, number: number | null | undefined): Post | null {
  if (number === null || number === undefined) return null;
  const post = postOfNumber(number);
  if (!post) throw malformed(endpoint, path, 'unknown post');
  return post;
}

export function decodeContests(election: string, endpoint: string, body: unknown): Contest[] {
  return read(wire.contestsAnswer, endpoint, body).map(({ code, contest, contestType, contest_type }) => {
    const post = postOf(endpoint, '$.contests[].contestType', contestType ?? contest_type);
    if (!post) throw malformed(endpoint, '$.contests[].contestType', 'missing');
    return { kind: 'Contest', election, code, name: contest, post };
  });
}

export function decodeCandidates(election: string, endpoint: string, body: unknown): Candidate[] {
  return read(wire.candidatesAnswer, endpoint, body).map((member) => {
    const surname = orNull(member.surname);
    const otherNames = orNull(member.other_name);
    return {
      kind: 'Candidate',
      election,
      code: member.code,
      // Results write "other names SURNAME"; candidates come in two parts (document).
      name: member.name ?? [otherNames, surname].filter(Boolean).join(' '),
      surname,
      otherNames,
      party: partyOf(election, member.party),
      runningMate: orNull(member.running_mate),
      pictureUrl: httpUrl(member.picture),
      contestCode: orNull(member.contest_id),
      post: postOf(endpoint, '$.candidates[].contest_type', member.contest_type),
      race: orNull(member.race),
    };
  });
}

function votesOf(
  election: string,
  endpoint: string,
  entry: z.output<typeof wire.votes>,
  known: { post: Post | null; contestCode: string | null },
): CandidateVotes {
  const code = entry.code ?? codeInPicture(entry.picture);
  // Without a code a vote could be shown for the wrong person: better no result than that.
  if (!code) throw malformed(endpoint, '$.results[].code', 'missing');
  return {
    votes: entry.votes,
    candidate: {
      kind: 'Candidate',
      election,
      code,
      name: entry.name,
      party: partyOf(election, entry.party),
      pictureUrl: httpUrl(entry.picture),
      ...known,
    },
  };
}

/** Pictures are named after the candidate's code in every recorded answer; a station's results have no other identity. */
function codeInPicture(picture: string | null | undefined): string | null {
  return /\/candidate\/([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\.\w+$/.exec(picture ?? '')?.[1] ?? null;
}

export function decodeResults(election: string, endpoint: string, body: unknown): ContestFigures[] {
  const { contests } = read(wire.resultsAnswer, endpoint, body);
  return (contests ?? []).flatMap((contest, index) => {
    if (!('contest_id' in contest)) return [];
    const post = postOf(endpoint, `$.contests[${index}].contest_type`, contest.contest_type)!;
    const contestCode = contest.contest_id;
    return (contest.locations ?? []).flatMap((location): ContestFigures[] => {
      if (!('location_id' in location)) return [];
      const level = location.location_type as Level;
      if (!LEVELS.includes(level))
        throw malformed(endpoint, `$.contests[${index}].locations[].location_type`, 'unknown level');
      const { valid, rejected, spoilt, disputed } = location;
      return [
        {
          election,
          level,
          unitCode: location.location_id,
          unitName: location.location,
          post,
          contestCode,
          contestName: contest.contest,
          registeredVoters: location.registered ?? null,
          counts: { valid, rejected, spoilt, disputed },
          stationsReported: location.reported ?? null,
          stationsAsReported: stationsAsReportedOf(location.reporting_ps),
          turnoutPercent: location.turnout ?? null,
          votes: (location.results ?? []).map((entry) => votesOf(election, endpoint, entry, { post, contestCode })),
        },
      ];
    });
  });
}

function stationsAsReportedOf(
  sent: { ps_reporting?: number | null | undefined; ps_location_total?: number | null | undefined } | null | undefined,
): StationsAsReported | null {
  const [reporting, total] = [sent?.ps_reporting ?? null, sent?.ps_location_total ?? null];
  return reporting === null && total === null ? null : { reporting, total };
}

export function decodeStationResults(
  election: string,
  unitCode: string,
  post: Post,
  endpoint: string,
  body: unknown,
): ContestFigures[] {
  const answer = read(wire.stationResultsAnswer, endpoint, body);
  const votes = (answer.results ?? []).flatMap((group) =>
    (group.results ?? []).map((entry) => votesOf(election, endpoint, entry, { post, contestCode: null })),
  );
  if (votes.length === 0) return [];
  return [
    {
      election,
      level: 'pollingstation',
      unitCode,
      unitName: answer.name ?? '',
      post,
      contestCode: null,
      contestName: null,
      registeredVoters: null,
      counts: null,
      stationsReported: 1,
      stationsAsReported: null,
      turnoutPercent: null,
      votes,
    },
  ];
}

function electionKind(type: string | null | undefined): ElectionKind {
  if (/by-?\s?election/i.test(type ?? '')) return 'BY_ELECTION';
  return /general/i.test(type ?? '') ? 'GENERAL' : 'UNKNOWN';
}

/** A place that says nothing readable stays: that there is one is not hidden. */
function seatOf({ name, post, locationID }: wire.Seat): ElectionSeat {
  const number = /^\s*\d\s*$/.test(post ?? '') ? Number(post) : 0;
  const code = locationID?.trim() ?? '';
  return { name: orNull(name), post: postOfNumber(number) ?? null, districtCode: isCode(code) ? code : null };
}

export function decodeElections(endpoint: string, body: unknown): ElectionListing[] {
  const { elections } = read(wire.electionsAnswer, endpoint, body);
  return (elections ?? []).map(({ code, name, type, location, locations }) => ({
    code,
    name: orNull(name),
    electionKind: electionKind(type),
    location: orNull(location),
    seats: locations?.map(seatOf) ?? null,
  }));
}

export function decodeReporting(endpoint: string, body: unknown): string[] {
  return [...new Set((read(wire.reportingAnswer, endpoint, body).reporting ?? []).map(codeKey))];
}

export function decodeGuides(endpoint: string, body: unknown): VoterGuide[] {
  return (read(wire.guidesAnswer, endpoint, body).list ?? []).map(({ code, title }) => ({
    kind: 'VoterGuide',
    code,
    title,
  }));
}

/** The document does not say what a guide holds: everything but the envelope, as sent. */
export function decodeOpaque(endpoint: string, body: unknown): Record<string, unknown> {
  const { status: _status, message: _message, ...content } = read(wire.envelope, endpoint, body);
  return content;
}

function votersStationOf(
  station: z.output<typeof wire.voterAnswer>['voter_info']['pollingStation'],
): VotersStation | null {
  // A bare text can only be the name.
  const found = typeof station === 'string' ? orNull(station) && { name: station, point: undefined } : station;
  if (!found) return null;
  return { ...facilityOf(found), name: orNull(found.name), ...decodePoint(found.point) };
}

/** Null: a SUCCESS without a name is nobody (WIRE.md). */
export function decodeVoter(endpoint: string, body: unknown): Voter | null {
  const { voter_info: info } = read(wire.voterAnswer, endpoint, body);
  const name = orNull(info.name);
  if (!name) return null;
  return {
    name,
    gender: orNull(info.gender),
    county: orNull(info.county),
    constituency: orNull(info.constituency),
    ward: orNull(info.ward),
    contests: (info.contests ?? []).map((contest) => (typeof contest === 'string' ? contest : contest.contest)),
    pollingStation: votersStationOf(info.pollingStation),
    date: orNull(info.date),
    contestant: orNull(info.contestant),
  };
}

export function decodeBoundary(endpoint: string, body: unknown): Record<string, unknown> {
  return read(wire.boundaryAnswer, endpoint, body);
}

/** Longitude before latitude; each ring ends where it began. */
export type BoundaryPolygons = (readonly [number, number])[][][];

/** The same file for whoever calculates with it: all polygons of all its features. Null where it has none. */
export function decodePolygons(endpoint: string, body: unknown): BoundaryPolygons | null {
  const polygons = read(wire.boundaryAnswer, endpoint, body).features.flatMap(({ geometry }, feature) => {
    if (!geometry) return [];
    const { type, coordinates } = geometry;
    const path = `$.features[${feature}].geometry.coordinates`;
    return (type === 'Polygon' ? [coordinates] : coordinates).map((rings) => ringsOf(endpoint, path, rings));
  });
  const withArea = polygons.filter(({ length }) => length > 0);
  return withArea.length > 0 ? withArea : null;
}

/** By hand: a country is a million positions, for which zod takes seconds. */
function ringsOf(endpoint: string, path: string, rings: unknown): BoundaryPolygons[number] {
  if (!Array.isArray(rings)) throw malformed(endpoint, path, 'not a list of rings');
  return rings.flatMap((ring: unknown) => {
    if (!Array.isArray(ring) || !ring.every(isPosition)) throw malformed(endpoint, path, 'not a list of positions');
    const [first, last] = [ring[0], ring.at(-1)];
    if (first && last && (first[0] !== last[0] || first[1] !== last[1])) throw malformed(endpoint, path, 'not closed');
    // Less than a triangle has no area.
    return ring.length < 4 ? [] : [ring];
  });
}

/** In degrees: a file in another projection is of no use to anybody. */
function isPosition(value: unknown): value is readonly [number, number] {
  if (!Array.isArray(value)) return false;
  const [longitude, latitude] = value as unknown[];
  return isWithin(longitude, 180) && isWithin(latitude, 90);
}

const isWithin = (value: unknown, most: number) => typeof value === 'number' && Math.abs(value) <= most;
