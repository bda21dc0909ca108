import { describe, expect, it } from 'vitest';
import {
  childrenFlag,
  commonFactorFlag,
  factorFigures,
  greatestCommonDivisor,
  ownFlags,
} from '../../src/domain/quality.ts';
import type { BallotFigures, ContestFigures } from '../../src/domain/results.ts';
import { figures, votesFor } from './fixtures.ts';

const counts = (changes: Partial<BallotFigures>): BallotFigures => ({
  valid: 100,
  rejected: 5,
  spoilt: 3,
  disputed: 2,
  ...changes,
});
const codes = (changes: Partial<ContestFigures>, stations: number | null = 4) =>
  ownFlags(figures(changes), stations).map(({ code }) => code);

describe("a result's own figures", () => {
  it.each<[string, Partial<ContestFigures>, number | null, string[]]>([
    ['nothing is wrong', {}, 4, []],
    ['valid is one less than the votes', { counts: counts({ valid: 99 }) }, 4, ['VALID_NOT_SUM_OF_VOTES']],
    ['valid is one more than the votes', { counts: counts({ valid: 101 }) }, 4, ['VALID_NOT_SUM_OF_VOTES']],
    ['as many ballots as voters', { registeredVoters: 105 }, 4, []],
    ['one more ballot than voters', { registeredVoters: 104 }, 4, ['MORE_BALLOTS_THAN_VOTERS']],
    ['ballots where nobody is registered', { registeredVoters: 0 }, 4, ['MORE_BALLOTS_THAN_VOTERS']],
    ['nobody knows the voters', { registeredVoters: null }, 4, []],
    ['spoilt papers are no ballots cast', { registeredVoters: 105, counts: counts({ spoilt: 500 }) }, 4, []],
    ['one station more than exist', {}, 3, ['MORE_STATIONS_THAN_EXIST']],
    ['nobody knows the stations', {}, null, []],
    ['nobody knows who reported', { stationsReported: null }, 3, []],
    ['no counts, as at a station', { counts: null }, 3, ['MORE_STATIONS_THAN_EXIST']],
    [
      'everything at once',
      { counts: counts({ valid: 2_000 }) },
      1,
      ['VALID_NOT_SUM_OF_VOTES', 'MORE_BALLOTS_THAN_VOTERS', 'MORE_STATIONS_THAN_EXIST'],
    ],
  ])('%s', (_name, changes, stations, expected) => {
    expect(codes(changes, stations)).toEqual(expected);
  });

  it('says both figures, and when the disputed votes explain the difference', () => {
    const [flag] = ownFlags(figures({ counts: counts({ valid: 102 }) }), 4);
    expect(flag).toMatchObject({
      observed: 102,
      expected: 100,
      message: expect.stringMatching(/exactly the disputed/),
    });
    const [other] = ownFlags(figures({ counts: counts({ valid: 103 }) }), 4);
    expect(other!.message).not.toMatch(/disputed/);
  });
});

describe('a common factor', () => {
  it.each([
    [8, 12, 4],
    [0, 8, 8],
    [8, 0, 8],
    [7, 5, 1],
    [0, 0, 0],
  ])('of %i and %i is %i', (a, b, expected) => {
    expect(greatestCommonDivisor(a, b)).toBe(expected);
  });

  it('is looked for in the non-zero figures of clerks, not in the votes', () => {
    expect(factorFigures(counts({ rejected: 8, spoilt: 0, disputed: 16 }))).toEqual([8, 16]);
  });

  it.each([
    ['flags figures that show it', counts({}), 8, 8],
    ['flags the smallest factor', counts({}), 2, 2],
    ['is none at 1', counts({}), 1, undefined],
    ['is none at 0, when no figure is known', counts({}), 0, undefined],
    ['does not show in zeros', counts({ rejected: 0, spoilt: 0, disputed: 0 }), 8, undefined],
    ['does not show without counts', null, 8, undefined],
  ])('%s', (_name, given, factor, observed) => {
    expect(commonFactorFlag(given, factor)?.observed).toBe(observed);
  });
});

describe('parts and their whole', () => {
  const part = (changes: Partial<ContestFigures> = {}): ContestFigures =>
    figures({
      level: 'constituency',
      counts: { valid: 50, rejected: 2, spoilt: 1, disputed: 1 },
      stationsReported: 2,
      votes: [votesFor('A', 35), votesFor('B', 15)],
      ...changes,
    });
  const other = part({ counts: { valid: 50, rejected: 3, spoilt: 2, disputed: 1 } });
  const flag = (parts: ContestFigures[], whole: Partial<ContestFigures> = {}) => childrenFlag(figures(whole), parts);

  it('says nothing when they add up', () => {
    expect(flag([part(), other])).toBeNull();
  });

  it.each<[string, Partial<ContestFigures>, string]>([
    ['valid', { counts: { valid: 51, rejected: 2, spoilt: 1, disputed: 1 } }, '101 valid ballots'],
    ['rejected', { counts: { valid: 50, rejected: 1, spoilt: 1, disputed: 1 } }, '4 rejected ballots'],
    ['spoilt', { counts: { valid: 50, rejected: 2, spoilt: 2, disputed: 1 } }, '4 spoilt ballots'],
    ['disputed', { counts: { valid: 50, rejected: 2, spoilt: 1, disputed: 9 } }, '10 disputed ballots'],
    ["a candidate's votes", { votes: [votesFor('A', 36), votesFor('B', 15)] }, '71 votes for A'],
    ['a candidate whom no part knows', { votes: [votesFor('A', 35)] }, '15 votes for B'],
  ])('flags a difference in %s', (_name, changes, words) => {
    const found = flag([part(changes), other]);
    expect(found).toMatchObject({ code: 'CHILDREN_DO_NOT_ADD_UP', message: expect.stringContaining(words) });
    expect(found!.message).not.toMatch(/more figures differ/);
  });

  it('counts the further differences', () => {
    const found = flag([part({ counts: { valid: 51, rejected: 9, spoilt: 1, disputed: 1 } }), other]);
    expect(found).toMatchObject({
      observed: 100,
      expected: 101,
      message: expect.stringContaining('1 more figures differ'),
    });
  });

  it.each<[string, ContestFigures[], Partial<ContestFigures>]>([
    ['fewer stations than the whole', [part({ stationsReported: 1, counts: counts({}) }), other], {}],
    ['more stations than the whole', [part({ stationsReported: 3, counts: counts({}) }), other], {}],
    ['nobody knows how many', [part({ stationsReported: null, counts: counts({}) }), other], {}],
    ['there are no parts', [], { stationsReported: 0 }],
    ['the whole has no counts', [part({ counts: counts({}) }), other], { counts: null }],
  ])('is silent when %s', (_name, parts, whole) => {
    expect(flag(parts, whole)).toBeNull();
  });

  it('adds up votes alone where the parts are stations, which report no counts', () => {
    expect(flag([part({ counts: null }), part({ counts: null })])).toBeNull();
    const wrong = part({ counts: null, votes: [votesFor('A', 1), votesFor('B', 15)] });
    expect(flag([wrong, part({ counts: null })])).toMatchObject({ observed: 70, expected: 36 });
  });

  it('knows a candidate by the code, in whatever case it comes', () => {
    expect(flag([part({ votes: [votesFor('a', 35), votesFor('b', 15)] }), other])).toBeNull();
  });
});
