import type { CandidateVotes, ContestFigures } from '../../src/domain/results.ts';

export function votesFor(code: string, votes: number): CandidateVotes {
  const candidate = { kind: 'Candidate' as const, election: 'E', code, name: code, party: null, pictureUrl: null };
  return { candidate, votes };
}

/** A county's result in which nothing is wrong. */
export function figures(changes: Partial<ContestFigures> = {}): ContestFigures {
  return {
    election: 'E',
    level: 'county',
    unitCode: 'C1',
    unitName: 'ONE',
    post: 'PRESIDENT',
    contestCode: 'X',
    contestName: 'KENYA',
    registeredVoters: 1_000,
    counts: { valid: 100, rejected: 5, spoilt: 3, disputed: 2 },
    stationsReported: 4,
    stationsAsReported: null,
    turnoutPercent: 12.5,
    votes: [votesFor('A', 70), votesFor('B', 30)],
    ...changes,
  };
}
