import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORD_FLAG_CODES } from '../../src/domain/record.ts';
import { changeBetween, flagsBetween, flagsOf, marksOf } from '../../src/domain/record-flags.ts';
import type { ContestFigures } from '../../src/domain/results.ts';
import { figures, votesFor } from './fixtures.ts';

const MOVING = { restedMs: 0, stallMs: 1_000, versionBefore: 5 };
const RESTED = { ...MOVING, restedMs: 1_000 };
const counts = (changes: Partial<ContestFigures['counts'] & object> = {}) => ({
  ...{ valid: 100, rejected: 5, spoilt: 3, disputed: 2 },
  ...changes,
});
const BEFORE = figures();
/** Another station, and another vote for each. */
const MORE = figures({
  stationsReported: 5,
  votes: [votesFor('A', 71), votesFor('B', 31)],
  counts: counts({ valid: 102 }),
});

describe('flags between two versions', () => {
  it.each<[string, ContestFigures | null, ContestFigures | null, string[]]>([
    ['a count that grows', BEFORE, MORE, []],
    ['a candidate who appears', BEFORE, figures({ ...MORE, votes: [...MORE.votes, votesFor('C', 4)] }), []],
    [
      'candidates in another order, in another case',
      BEFORE,
      figures({ votes: [votesFor('b', 30), votesFor('a', 70)] }),
      [],
    ],
    ['another turnout, which the source makes up', BEFORE, figures({ turnoutPercent: 80 }), []],
    ['other registered voters', BEFORE, figures({ registeredVoters: 1_001 }), []],
    ['what is reported for the first time after it was withdrawn', null, BEFORE, []],
    [
      'fewer votes of one, more of another',
      BEFORE,
      { ...MORE, votes: [votesFor('A', 69), votesFor('B', 40)] },
      ['VOTES_DECREASED'],
    ],
    ['a candidate who vanishes', BEFORE, { ...MORE, votes: [votesFor('A', 80)] }, ['VOTES_DECREASED']],
    ['one who vanishes and had no votes', figures({ votes: [...BEFORE.votes, votesFor('C', 0)] }), MORE, []],
    ['fewer valid votes', BEFORE, { ...MORE, counts: counts({ valid: 99 }) }, ['VOTES_DECREASED']],
    ['fewer rejected papers are no votes', BEFORE, { ...MORE, counts: counts({ valid: 102, rejected: 4 }) }, []],
    ['fewer stations', BEFORE, { ...MORE, stationsReported: 3 }, ['STATIONS_DECREASED']],
    ['all is withdrawn', BEFORE, null, ['VOTES_DECREASED', 'STATIONS_DECREASED']],
    ['stations are not said any more', BEFORE, { ...MORE, stationsReported: null }, []],
    ['votes from as many stations', BEFORE, { ...MORE, stationsReported: 4 }, ['FIGURES_CHANGED_WITHOUT_STATIONS']],
    [
      'rejected papers from as many',
      BEFORE,
      figures({ counts: counts({ rejected: 40 }) }),
      ['FIGURES_CHANGED_WITHOUT_STATIONS'],
    ],
    [
      'spoilt papers from as many',
      BEFORE,
      figures({ counts: counts({ spoilt: 24 }) }),
      ['FIGURES_CHANGED_WITHOUT_STATIONS'],
    ],
    [
      'disputed papers from as many',
      BEFORE,
      figures({ counts: counts({ disputed: 16 }) }),
      ['FIGURES_CHANGED_WITHOUT_STATIONS'],
    ],
    [
      'fewer votes from as many',
      BEFORE,
      figures({ votes: [votesFor('A', 69), votesFor('B', 30)] }),
      ['VOTES_DECREASED', 'FIGURES_CHANGED_WITHOUT_STATIONS'],
    ],
    [
      'a station that reports again',
      figures({ level: 'pollingstation', stationsReported: 1, counts: null }),
      figures({
        level: 'pollingstation',
        stationsReported: 1,
        counts: null,
        votes: [votesFor('A', 71), votesFor('B', 30)],
      }),
      [],
    ],
  ])('%s', (_what, before, after, flags) => {
    expect(flagsBetween(before, after, MOVING)).toEqual(flags);
  });

  it('a count that rested, and had moved before, had stalled', () => {
    const stalled = ['FEED_STALLED'];
    expect(flagsBetween(BEFORE, MORE, RESTED)).toEqual(stalled);
    expect(flagsBetween(BEFORE, MORE, { ...RESTED, restedMs: 999 })).toEqual([]);
    expect(flagsBetween(BEFORE, MORE, { ...RESTED, versionBefore: 2 })).toEqual(stalled);
    // It may only not have begun.
    expect(flagsBetween(BEFORE, MORE, { ...RESTED, versionBefore: 1 })).toEqual([]);
    // It was partial for certain only if there are more stations now.
    expect(flagsBetween(BEFORE, { ...MORE, stationsReported: 4 }, RESTED)).toEqual([
      'FIGURES_CHANGED_WITHOUT_STATIONS',
    ]);
    expect(flagsBetween(BEFORE, { ...MORE, stationsReported: null }, RESTED)).toEqual([]);
    expect(flagsBetween(null, MORE, RESTED)).toEqual([]);
    expect(flagsBetween(figures({ stationsReported: 0, votes: [] }), MORE, RESTED)).toEqual([]);
  });

  it('a count that grows station by station raises none', () => {
    const paper = fc.nat({ max: 700 });
    const station = fc.record({
      votes: fc.array(paper, { minLength: 3, maxLength: 3 }),
      rejected: paper,
      spoilt: paper,
      disputed: paper,
    });
    /** What some stations reported, all together; candidates appear with their first votes. */
    const sum = (stations: readonly { votes: number[]; rejected: number; spoilt: number; disputed: number }[]) => {
      const all = (read: (one: (typeof stations)[number]) => number) =>
        stations.reduce((total, one) => total + read(one), 0);
      const votes = ['A', 'B', 'C'].map((code, index) =>
        votesFor(
          code,
          all((one) => one.votes[index]!),
        ),
      );
      return figures({
        stationsReported: stations.length,
        votes: votes.filter((one) => one.votes > 0),
        counts: {
          valid: votes.reduce((total, one) => total + one.votes, 0),
          rejected: all(({ rejected }) => rejected),
          spoilt: all(({ spoilt }) => spoilt),
          disputed: all(({ disputed }) => disputed),
        },
      });
    };
    fc.assert(
      fc.property(fc.array(station, { minLength: 2, maxLength: 12 }), fc.nat(), (stations, at) => {
        const some = at % stations.length;
        const before = some === 0 ? null : sum(stations.slice(0, some));
        expect(flagsBetween(before, sum(stations), MOVING)).toEqual([]);
      }),
    );
  });
});

describe('changes between two versions', () => {
  const votes = fc.uniqueArray(fc.record({ code: fc.constantFrom('A', 'B', 'C', 'D'), votes: fc.nat({ max: 3 }) }), {
    selector: ({ code }) => code,
  });
  const some = fc.option(
    fc
      .record({ votes, stations: fc.option(fc.nat({ max: 3 })), rejected: fc.option(fc.nat({ max: 3 })) })
      .map(({ votes: all, stations, rejected }) =>
        figures({
          votes: all.map((one) => votesFor(one.code, one.votes)),
          stationsReported: stations,
          counts: rejected === null ? null : counts({ rejected }),
        }),
      ),
  );
  const sumOf = (one: ContestFigures | null) => one?.votes.reduce((sum, entry) => sum + entry.votes, 0) ?? 0;
  const byCode = ({ candidates }: ReturnType<typeof changeBetween>) =>
    new Map(candidates.map(({ code, votes: more }) => [code, more]));
  const negative = (value: number | null) => (value === null ? null : 0 - value);

  it('add up, and are the opposite from the other side', () => {
    fc.assert(
      fc.property(some, some, (before, after) => {
        const there = changeBetween(before, after);
        const back = changeBetween(after, before);
        expect(there.votes).toBe(sumOf(after) - sumOf(before));
        expect([...byCode(there).values()].reduce((sum, more) => sum + more, 0)).toBe(there.votes);
        expect(there.candidates.every((one) => one.votes !== 0)).toBe(true);
        expect(byCode(back)).toEqual(new Map([...byCode(there)].map(([code, more]) => [code, -more])));
        for (const part of ['stationsReported', 'valid', 'rejected'] as const)
          expect(back[part]).toBe(negative(there[part]));
        expect(changeBetween(after, after).candidates).toEqual([]);
      }),
    );
  });

  it('raise a flag when somebody has fewer, and only then', () => {
    fc.assert(
      fc.property(some, some, (before, after) => {
        const { candidates, valid } = changeBetween(before, after);
        const fewer = candidates.some((one) => one.votes < 0) || (valid ?? 0) < 0;
        expect(flagsBetween(before, after, MOVING).includes('VOTES_DECREASED')).toBe(fewer);
      }),
    );
  });
});

it('flags are stored as one bit each', () => {
  fc.assert(
    fc.property(fc.subarray([...RECORD_FLAG_CODES]), (flags) => {
      expect(flagsOf(marksOf(flags))).toEqual(flags);
      expect(marksOf(flags)).toBeLessThan(256);
      expect(marksOf(flags) === 0).toBe(flags.length === 0);
    }),
  );
  // What is in a file must not come to mean something else.
  expect(RECORD_FLAG_CODES.map((code) => marksOf([code]))).toEqual([1, 2, 4, 8]);
});
