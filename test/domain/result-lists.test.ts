import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byName, inOrder, sumOrNull, totalsOf } from '../../src/domain/result-lists.ts';
import { type ContestFigures, type ContestResult, leaderOf, rankTallies } from '../../src/domain/results.ts';
import { figures, votesFor } from './fixtures.ts';

const place = (unitCode: string, shown: Partial<ContestFigures> | null, more: Partial<ContestResult> = {}) => {
  const known = { election: 'E', post: 'PRESIDENT' as const, level: 'county' as const, unitCode, unit: null };
  return { ...known, figures: shown && figures({ unitCode, ...shown }), asOf: 0, stale: false, ...more };
};
const ofParty = (code: string, votes: number, party: string | null) => {
  const { candidate } = votesFor(code, votes);
  const its = party === null ? null : { kind: 'Party' as const, election: 'E', code: party, name: party };
  return {
    votes,
    candidate: { ...candidate, party: its && { ...its, abbreviation: null, color: null, symbolUrl: null } },
  };
};

describe('an order', () => {
  const list = fc.array(fc.record({ figure: fc.option(fc.integer({ min: -3, max: 3 })), id: fc.nat() }));
  const byFigure = (some: { figure: number | null }[], descending: boolean) =>
    inOrder(
      some,
      ({ figure }) => figure,
      (a, b) => a - b,
      descending,
    );

  it('loses nobody, sorts what has a figure, and puts the others last in both directions', () => {
    fc.assert(
      fc.property(list, fc.boolean(), (some, descending) => {
        const ordered = byFigure(some, descending);
        expect(new Set(ordered)).toEqual(new Set(some));
        expect(ordered).toHaveLength(some.length);
        const known = some.filter(({ figure }) => figure !== null).length;
        expect(ordered.slice(known).every(({ figure }) => figure === null)).toBe(true);
        for (let i = 1; i < known; i++) {
          const step = ordered[i]!.figure! - ordered[i - 1]!.figure!;
          expect(descending ? -step : step).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('leaves what is equal as it was', () => {
    fc.assert(
      fc.property(list, fc.boolean(), (some, descending) => {
        const ordered = byFigure(some, descending);
        for (let i = 1; i < ordered.length; i++) {
          if (ordered[i]!.figure !== ordered[i - 1]!.figure) continue;
          expect(some.indexOf(ordered[i]! as never)).toBeGreaterThan(some.indexOf(ordered[i - 1]! as never));
        }
      }),
    );
  });

  it('of names is that of people', () => {
    expect(['Ward 10', 'ward 2', 'Élan', 'ELGON', 'Zed', 'Ward 1'].toSorted(byName)).toEqual([
      'Élan',
      'ELGON',
      'Ward 1',
      'ward 2',
      'Ward 10',
      'Zed',
    ]);
  });
});

describe('totals', () => {
  const votes = fc.array(fc.nat(5), { minLength: 3, maxLength: 3 });
  const CODES = ['A', 'B', 'C'];
  const PARTIES = ['P', null, null];

  it('are the sums over all places, with whoever is ahead alone', () => {
    fc.assert(
      fc.property(fc.array(fc.option(votes), { maxLength: 20 }), (places) => {
        const results = places.map((counts, index) =>
          place(`C${index}`, counts && { votes: counts.map((count, of) => ofParty(CODES[of]!, count, PARTIES[of]!)) }),
        );
        const totals = totalsOf(results);
        const known = places.filter((counts) => counts !== null);
        expect(totals).toMatchObject({
          places: places.length,
          placesWithoutFigures: places.length - known.length,
          placesUnavailable: 0,
          stationsReported: known.length > 0 ? 4 * known.length : null,
          ballots: known.length > 0 ? { valid: 100 * known.length, rejected: 5 * known.length } : null,
        });
        const leaders = results.map(
          (result) => leaderOf(rankTallies(result.figures?.votes ?? []))?.leader.candidate.code,
        );
        for (const { candidate, votes: sum, leads } of totals.byCandidate) {
          const of = CODES.indexOf(candidate.code);
          expect(sum).toBe(known.reduce((all, counts) => all + counts[of]!, 0));
          expect(leads).toBe(leaders.filter((code) => code === candidate.code).length);
        }
        expect(totals.byCandidate).toHaveLength(known.length > 0 ? 3 : 0);
        // Two independents are one line among parties.
        expect(totals.byParty).toHaveLength(known.length > 0 ? 2 : 0);
        const sumOf = (lines: { votes: number; leads: number | null }[]) =>
          lines.reduce((all, line) => [all[0]! + line.votes, all[1]! + line.leads!], [0, 0]);
        expect(sumOf(totals.byParty)).toEqual(sumOf(totals.byCandidate));
        expect(totals.byCandidate).toEqual(totals.byCandidate.toSorted((a, b) => b.votes - a.votes));
      }),
    );
  });

  it('tell what is unavailable from what has no figures', () => {
    const results = [place('C1', {}), place('C2', null), place('C3', null, { unavailable: 'down' })];
    expect(totalsOf(results)).toMatchObject({ places: 3, placesWithoutFigures: 1, placesUnavailable: 1 });
  });

  it('are unknown where one figure is', () => {
    const results = [place('C1', {}), place('C2', { stationsReported: null, counts: null })];
    expect(totalsOf(results)).toMatchObject({ stationsReported: null, ballots: null });
    expect([sumOrNull([]), sumOrNull([1, null]), sumOrNull([1, 2])]).toEqual([null, null, 3]);
  });

  it('know candidates by their contest, and a party across contests', () => {
    const results = [
      place('C1', { contestCode: 'X', votes: [ofParty('A', 5, 'P')] }),
      place('C2', { contestCode: 'x', votes: [ofParty('a', 2, 'p')] }),
      place('C3', { contestCode: 'Y', votes: [ofParty('A', 1, 'P')] }),
    ];
    const { byCandidate, byParty } = totalsOf(results);
    expect(byCandidate.map(({ votes, leads }) => [votes, leads])).toEqual([
      [7, 2],
      [1, 1],
    ]);
    expect(byParty.map(({ votes, leads }) => [votes, leads])).toEqual([[8, 3]]);
  });

  it('have no leads where one party alone was asked for', () => {
    const { byCandidate, byParty } = totalsOf([place('C1', { votes: [ofParty('A', 5, 'P')] }, { party: 'P' })]);
    expect([byCandidate[0]?.leads, byParty[0]?.leads]).toEqual([null, null]);
  });
});
