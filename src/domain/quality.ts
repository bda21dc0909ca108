import { codeKey } from './codes.ts';
import { type BallotFigures, ballotsCast, type ContestFigures, sumOfVotes } from './results.ts';

export type QualityFlagCode =
  | 'VALID_NOT_SUM_OF_VOTES'
  | 'MORE_BALLOTS_THAN_VOTERS'
  | 'COMMON_FACTOR'
  | 'CHILDREN_DO_NOT_ADD_UP'
  | 'MORE_STATIONS_THAN_EXIST';

export type QualityFlag = { code: QualityFlagCode; message: string; observed: number; expected: number | null };

/** What a result's own figures contradict. `stationsTotal` null: that check is left out. */
export function ownFlags(figures: ContestFigures, stationsTotal: number | null): QualityFlag[] {
  const flags: QualityFlag[] = [];
  const { counts, registeredVoters, stationsReported } = figures;
  if (counts) {
    const sum = sumOfVotes(figures.votes);
    if (counts.valid !== sum) {
      const cause = counts.valid - sum === counts.disputed ? ' They differ by exactly the disputed votes.' : '';
      flags.push({
        code: 'VALID_NOT_SUM_OF_VOTES',
        message: `Valid votes are reported as ${counts.valid}, but the candidates' votes add up to ${sum}.${cause}`,
        observed: counts.valid,
        expected: sum,
      });
    }
    const cast = ballotsCast(counts);
    if (registeredVoters !== null && cast > registeredVoters) {
      flags.push({
        code: 'MORE_BALLOTS_THAN_VOTERS',
        message: `${cast} ballots cast, but only ${registeredVoters} voters are registered.`,
        observed: cast,
        expected: registeredVoters,
      });
    }
  }
  if (stationsReported !== null && stationsTotal !== null && stationsReported > stationsTotal) {
    flags.push({
      code: 'MORE_STATIONS_THAN_EXIST',
      message: `${stationsReported} polling stations are said to have reported, but only ${stationsTotal} exist.`,
      observed: stationsReported,
      expected: stationsTotal,
    });
  }
  return flags;
}

/** The figures in which the fault of 2013 shows: those that a clerk adds up, not those that voters cast. */
export function factorFigures(counts: BallotFigures): number[] {
  return [counts.rejected, counts.spoilt, counts.disputed].filter((figure) => figure > 0);
}

export function commonFactorFlag(counts: BallotFigures | null, factor: number): QualityFlag | null {
  if (!counts || factor <= 1 || factorFigures(counts).length === 0) return null;
  return {
    code: 'COMMON_FACTOR',
    message:
      `Every non-zero rejected, spoilt and disputed figure of this post at this level is a multiple of ${factor}. ` +
      `Honest counts have no common factor: these figures were probably multiplied by ${factor}.`,
    observed: factor,
    expected: 1,
  };
}

export function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/**
 * Compares a result with those of all its parts. Silent unless the parts cover exactly as many reporting stations as the
 * whole: two answers fetched moments apart on election night differ without anything being wrong.
 */
export function childrenFlag(parent: ContestFigures, children: readonly ContestFigures[]): QualityFlag | null {
  if (!parent.counts || children.length === 0) return null;
  const stations = children.reduce((sum, child) => sum + (child.stationsReported ?? Number.NaN), 0);
  if (parent.stationsReported !== stations) return null;
  const differences: Array<{ what: string; observed: number; expected: number }> = [];
  const compare = (what: string, observed: number, expected: number) => {
    if (observed !== expected) differences.push({ what, observed, expected });
  };
  // Polling stations report votes and no counts: then there is nothing to add up.
  const counts = children.map((child) => child.counts).filter((known) => known !== null);
  if (counts.length === children.length) {
    for (const figure of ['valid', 'rejected', 'spoilt', 'disputed'] as const) {
      compare(
        `${figure} ballots`,
        parent.counts[figure],
        counts.reduce((sum, known) => sum + known[figure], 0),
      );
    }
  }
  const byCandidate = new Map<string, number>();
  for (const { candidate, votes } of children.flatMap((child) => child.votes)) {
    const key = codeKey(candidate.code);
    byCandidate.set(key, (byCandidate.get(key) ?? 0) + votes);
  }
  for (const { candidate, votes } of parent.votes) {
    compare(`votes for ${candidate.name}`, votes, byCandidate.get(codeKey(candidate.code)) ?? 0);
  }
  const [first, ...others] = differences;
  if (!first) return null;
  const more = others.length > 0 ? ` ${others.length} more figures differ.` : '';
  return {
    code: 'CHILDREN_DO_NOT_ADD_UP',
    message: `The parts of this place report ${first.expected} ${first.what}, the place itself ${first.observed}, from the same number of stations.${more}`,
    observed: first.observed,
    expected: first.expected,
  };
}
