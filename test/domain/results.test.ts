import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ballotsCast, leaderOf, rankTallies, reportingStatus, sumOfVotes, turnout } from '../../src/domain/results.ts';
import { votesFor } from './fixtures.ts';

const ballot = (...votes: number[]) => votes.map((count, index) => votesFor(String.fromCharCode(65 + index), count));
const COUNTS = { valid: 90, rejected: 10, spoilt: 50, disputed: 7 };

describe('ranking', () => {
  it.each([
    ['most votes first', [1, 3, 2], 'B1 C2 A3'],
    ['equal votes share a rank, and the next is skipped', [5, 9, 5, 1], 'B1 A2 C2 D4'],
    ["a tie for the first place keeps the source's order", [4, 4], 'A1 B1'],
    ['all without votes', [0, 0, 0], 'A1 B1 C1'],
    ['nobody', [], ''],
  ])('%s', (_name, votes, expected) => {
    const ranked = rankTallies(ballot(...votes));
    expect(ranked.map(({ candidate, rank }) => `${candidate.code}${rank}`).join(' ')).toBe(expected);
  });

  it('gives shares of all votes for candidates, none without votes', () => {
    expect(rankTallies(ballot(1, 3)).map(({ share }) => share)).toEqual([0.75, 0.25]);
    expect(rankTallies(ballot(0, 0)).map(({ share }) => share)).toEqual([null, null]);
  });

  it('of any votes: loses nobody, shares add up to 1, a rank is one more than those with more votes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 30 }), (votes) => {
        const given = ballot(...votes);
        const ranked = rankTallies(given);
        expect(ranked.map(({ candidate }) => candidate.code).sort()).toEqual(
          given.map(({ candidate }) => candidate.code).sort(),
        );
        for (const entry of ranked) expect(entry.rank).toBe(1 + votes.filter((other) => other > entry.votes).length);
        const sum = ranked.reduce((total, { share }) => total + (share ?? 0), 0);
        expect(sum).toBeCloseTo(sumOfVotes(given) > 0 ? 1 : 0, 9);
      }),
    );
  });
});

describe('the leader', () => {
  it.each([
    ['is ahead by the difference to the second', [3, 10, 8], ['B', 2]],
    ['is ahead by all votes when alone', [7], ['A', 7]],
    ['is ahead by one', [1, 0], ['A', 1]],
    ['is nobody on a tie', [5, 5, 1], null],
    ['is nobody without votes', [0, 0], null],
    ['is nobody without candidates', [], null],
  ])('%s', (_name, votes, expected) => {
    const found = leaderOf(rankTallies(ballot(...votes)));
    expect(found && [found.leader.candidate.code, found.margin]).toEqual(expected);
  });
});

describe('turnout', () => {
  it('counts papers in the box: valid and rejected, neither spoilt nor disputed ones', () => {
    expect(ballotsCast(COUNTS)).toBe(100);
  });

  it.each([
    ['a share of the registered voters', COUNTS, 400, 0.25],
    ['above 1 where more ballots than voters are reported', COUNTS, 50, 2],
    ['unknown without counts', null, 400, null],
    ['unknown without registered voters', COUNTS, null, null],
    ['unknown where nobody is registered', COUNTS, 0, null],
  ])('%s', (_name, counts, registered, expected) => {
    expect(turnout(counts, registered)).toBe(expected);
  });
});

it.each([
  [0, 10, 'NOT_REPORTED'],
  [0, null, 'NOT_REPORTED'],
  [1, 10, 'PARTIAL'],
  [9, 10, 'PARTIAL'],
  [10, 10, 'COMPLETE'],
  [11, 10, 'COMPLETE'],
  [null, 10, 'UNKNOWN'],
  [5, null, 'UNKNOWN'],
])('%s of %s stations: %s', (reported, total, status) => {
  expect(reportingStatus(reported, total)).toBe(status);
});
