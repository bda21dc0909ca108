import type { Coordinates, PollingStationFacility, ReportingUnit } from './places.ts';
import type { Post } from './posts.ts';

export type ElectionKind = 'GENERAL' | 'BY_ELECTION' | 'UNKNOWN';

/** `name` and `kind` are null until the source's own list was asked. */
export type Election = { kind: 'Election'; code: string };

export type ElectionListing = {
  code: string;
  name: string | null;
  electionKind: ElectionKind;
  location: string | null;
  /** Null where the source lists them in a form that cannot be read. */
  seats: ElectionSeat[] | null;
};

/** What is voted on in one place. */
export type ElectionSeat = { name: string | null; post: Post | null; districtCode: string | null };

export type Party = {
  kind: 'Party';
  election: string;
  code: string;
  name: string;
  abbreviation: string | null;
  color: string | null;
  symbolUrl: string | null;
};

export type Contest = {
  kind: 'Contest';
  election: string;
  code: string;
  name: string;
  post: Post;
  /** A place inside the contest's district (or the district itself), where the way to the contest led through one. */
  foundIn?: ReportingUnit;
};

/** `undefined` means that this answer does not carry the fact; the candidate's own lookup may. */
export type Candidate = {
  kind: 'Candidate';
  election: string;
  code: string;
  name: string;
  party: Party | null;
  pictureUrl: string | null;
  post?: Post | null;
  contestCode?: string | null;
  surname?: string | null;
  otherNames?: string | null;
  runningMate?: string | null;
  race?: string | null;
};

export type VoterGuide = { kind: 'VoterGuide'; code: string; title: string };

export type Voter = {
  name: string | null;
  gender: string | null;
  county: string | null;
  constituency: string | null;
  ward: string | null;
  pollingStation: VotersStation | null;
  contests: string[];
  date: string | null;
  contestant: string | null;
};

/** Where a voter votes, as the register has it: neither a code nor the stream. */
export type VotersStation = PollingStationFacility & {
  name: string | null;
  point: Coordinates | null;
  /** The point as the source wrote it. */
  pointAsReported: string | null;
};

const TEST_SUFFIX = '-TEST';

/** The document: test data of an election is under its code with the suffix "-TEST". */
export function isTestElection(code: string): boolean {
  return code.endsWith(TEST_SUFFIX);
}

export function testTwin(code: string): string | null {
  return isTestElection(code) ? null : code + TEST_SUFFIX;
}

/** The elections that the document names ("Managing an Election"): what is known of them when the source's list is not. */
const DOCUMENTED: Record<string, { name: string; electionKind: ElectionKind }> = {
  GEK2013: { name: 'The General Election 2013', electionKind: 'GENERAL' },
  MAKSEN2013: { name: 'The Makueni Senate By Election', electionKind: 'BY_ELECTION' },
  '20131017': { name: 'The October 17th By Elections', electionKind: 'BY_ELECTION' },
};

export function documentedElection(code: string): Pick<ElectionListing, 'code' | 'name' | 'electionKind'> | null {
  const real = realCode(code);
  const known = Object.hasOwn(DOCUMENTED, real) && DOCUMENTED[real];
  if (!known) return null;
  return {
    code,
    name: isTestElection(code) ? `${known.name} (test data)` : known.name,
    electionKind: known.electionKind,
  };
}

/** The code without the suffix of its test twin. */
export function realCode(code: string): string {
  return isTestElection(code) ? code.slice(0, -TEST_SUFFIX.length) : code;
}
