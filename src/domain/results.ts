import type { Candidate } from './elections.ts';
import type { ReportingUnit } from './places.ts';
import type { Level, Post } from './posts.ts';

/**
 * What a source says of one contest in one reporting unit, decoded and otherwise untouched.
 * Counts are whole ballots, votes or stations; null means that the source does not say.
 */
export type ContestFigures = {
  election: string;
  level: Level;
  unitCode: string;
  unitName: string;
  post: Post;
  contestCode: string | null;
  contestName: string | null;
  registeredVoters: number | null;
  counts: BallotFigures | null;
  stationsReported: number | null;
  /** Another figure of the source's, about the same; null where it fills neither half. Not in the record. */
  stationsAsReported: StationsAsReported | null;
  /** Percent, as the source gives it. It does not follow from the other figures (sources/iebc/WIRE.md, "Quirks"). */
  turnoutPercent: number | null;
  /** In the source's order. */
  votes: CandidateVotes[];
};

/** One contest in one reporting unit, whether anything is reported or not. Instants in ms since the epoch. */
export type ContestResult = {
  election: string;
  post: Post;
  level: Level;
  unitCode: string;
  /** Null where only its code is known yet. */
  unit: ReportingUnit | null;
  figures: ContestFigures | null;
  asOf: number;
  stale: boolean;
  /** Only this party's votes are in it, beside everybody's ballots: what compares candidates is unknown then. */
  party?: string | undefined;
  /** Which recorded version these figures are, where they were read from the record. */
  version?: number | undefined;
  /** Asked for as it was known at this moment; without a `version` nothing had been recorded by then. */
  moment?: number | undefined;
  /** Why the source gave none, in a sentence that strangers may read: what is reported here is not known now. */
  unavailable?: string | undefined;
};

export type StationsAsReported = { reporting: number | null; total: number | null };

export type CandidateVotes = { candidate: Candidate; votes: number };
export type BallotFigures = { valid: number; rejected: number; spoilt: number; disputed: number };

export type Tally = CandidateVotes & { share: number | null; rank: number };

/**
 * Most votes first. Equal votes share a rank (1, 2, 2, 4) and keep the source's order.
 * `share` is of all votes for candidates, 0 to 1; null when there are none.
 */
export function rankTallies(votes: readonly CandidateVotes[]): Tally[] {
  const total = sumOfVotes(votes);
  const sorted = votes.toSorted((a, b) => b.votes - a.votes);
  let rank = 0;
  return sorted.map((entry, index) => {
    if (index === 0 || entry.votes !== sorted[index - 1]!.votes) rank = index + 1;
    return { ...entry, share: total > 0 ? entry.votes / total : null, rank };
  });
}

/** Who is ahead and by how many votes; null on a tie for the first place, or without votes. */
export function leaderOf(tallies: readonly Tally[]): { leader: Tally; margin: number } | null {
  const [first, second] = tallies;
  if (!first || first.votes === 0) return null;
  const margin = first.votes - (second?.votes ?? 0);
  return margin > 0 ? { leader: first, margin } : null;
}

/** Who is ahead in a result; null also where only one party's votes are in it. */
export function aheadIn({ figures, party }: Pick<ContestResult, 'figures' | 'party'>) {
  return figures && party === undefined ? leaderOf(rankTallies(figures.votes)) : null;
}

export function sumOfVotes(votes: readonly CandidateVotes[]): number {
  return votes.reduce((sum, entry) => sum + entry.votes, 0);
}

/** Papers found in the box: the valid ones and the rejected ones. Spoilt ones were replaced before the box. */
export function ballotsCast(counts: BallotFigures): number {
  return counts.valid + counts.rejected;
}

/** Ballots cast of registered voters, 0 to 1 (above 1 when more ballots than voters were reported); null without voters. */
export function turnout(counts: BallotFigures | null, registeredVoters: number | null): number | null {
  return counts && registeredVoters ? ballotsCast(counts) / registeredVoters : null;
}

export type ResultStatus = 'NOT_COUNTED_HERE' | 'NOT_REPORTED' | 'PARTIAL' | 'COMPLETE' | 'UNKNOWN' | 'UNAVAILABLE';

/** How far the count is. `stationsTotal` null: nobody knows how many there are, so neither do we. */
export function reportingStatus(stationsReported: number | null, stationsTotal: number | null): ResultStatus {
  if (stationsReported === 0) return 'NOT_REPORTED';
  if (stationsReported === null || stationsTotal === null) return 'UNKNOWN';
  return stationsReported >= stationsTotal ? 'COMPLETE' : 'PARTIAL';
}
