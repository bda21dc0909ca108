import { codeKey } from './codes.ts';
import type { Candidate, Party } from './elections.ts';
import type { Maybe } from './maybe.ts';
import { aheadIn, type BallotFigures, type ContestResult, sumOfVotes, turnout } from './results.ts';

export type Which = Pick<ContestResult, 'election' | 'post' | 'level' | 'unitCode' | 'unit' | 'party'>;

/** One of a list: where it is, before anybody has asked for its figures. */
export type ListedResult = {
  /** Its own in its list, for cursors. */
  key: string;
  which: Which;
  /** Of its place. */
  name: string;
  read(): Maybe<ContestResult>;
};

/** By what figures a list of results can be ordered; null where a result has none. */
export const FIGURES = {
  VOTES: ({ figures }) => figures && sumOfVotes(figures.votes),
  MARGIN: (result) => aheadIn(result)?.margin ?? null,
  TURNOUT: ({ figures }) => figures && turnout(figures.counts, figures.registeredVoters),
  STATIONS_REPORTED: ({ figures }) => figures?.stationsReported ?? null,
} satisfies Record<string, (result: ContestResult) => number | null>;

const collator = new Intl.Collator('en', { numeric: true });

/** As people sort names: "Ward 2" before "Ward 10". */
export const byName = (a: string, b: string): number => collator.compare(a, b);

/** What has no value comes last in both directions; what is equal stays as it was. */
export function inOrder<T, V>(
  list: readonly T[],
  wanted: (item: T) => V | null,
  compare: (a: V, b: V) => number,
  descending: boolean,
): T[] {
  const sign = descending ? -1 : 1;
  const valued = list.map((item) => ({ item, value: wanted(item) }));
  valued.sort((a, b) =>
    a.value === null || b.value === null
      ? Number(a.value === null) - Number(b.value === null)
      : sign * compare(a.value, b.value),
  );
  return valued.map(({ item }) => item);
}

export type TotalOfCandidate = { candidate: Candidate; votes: number; leads: number | null };
/** `party` null: all independents together. */
export type TotalOfParty = { party: Party | null; votes: number; leads: number | null };

/** The sums of one post's results. */
export type ResultTotals = {
  of: readonly ContestResult[];
  places: number;
  /** Of which nothing is reported. */
  placesWithoutFigures: number;
  placesUnavailable: number;
  stationsReported: number | null;
  ballots: BallotFigures | null;
  /** Most votes first. `leads` is null where only one party's votes were asked for. */
  byCandidate: TotalOfCandidate[];
  byParty: TotalOfParty[];
};

export function totalsOf(results: readonly ContestResult[]): ResultTotals {
  const figures = results.flatMap((result) => result.figures ?? []);
  const placesUnavailable = results.filter(({ unavailable }) => unavailable !== undefined).length;
  const candidates = new Map<string, TotalOfCandidate>();
  const parties = new Map<string, TotalOfParty>();
  for (const result of results) {
    const contest = result.figures?.contestCode ?? '';
    const ahead = aheadIn(result)?.leader.candidate;
    for (const { candidate, votes } of result.figures?.votes ?? []) {
      const { code, party } = candidate;
      const none = { votes: 0, leads: result.party === undefined ? 0 : null };
      const led = candidate === ahead;
      add(candidates, `${codeKey(contest)}/${codeKey(code)}`, { candidate, ...none }, votes, led);
      add(parties, party ? codeKey(party.code) : '', { party, ...none }, votes, led);
    }
  }
  return {
    of: results,
    places: results.length,
    placesWithoutFigures: results.length - figures.length - placesUnavailable,
    placesUnavailable,
    stationsReported: sumOrNull(figures.map(({ stationsReported }) => stationsReported)),
    ballots: ballotsOf(figures.map(({ counts }) => counts)),
    byCandidate: mostFirst(candidates),
    byParty: mostFirst(parties),
  };
}

type Total = { votes: number; leads: number | null };

function add<T extends Total>(totals: Map<string, T>, key: string, none: T, votes: number, led: boolean): void {
  const total = totals.get(key) ?? none;
  total.votes += votes;
  if (led && total.leads !== null) total.leads++;
  totals.set(key, total);
}

const mostFirst = <T extends Total>(totals: Map<string, T>): T[] =>
  [...totals.values()].toSorted((a, b) => b.votes - a.votes);

/** Null of nothing, and where one is not known: a sum without it would be a wrong figure. */
export function sumOrNull(figures: readonly (number | null)[]): number | null {
  if (figures.length === 0) return null;
  return figures.reduce((sum, figure) => (sum === null || figure === null ? null : sum + figure), 0);
}

function ballotsOf(counts: readonly (BallotFigures | null)[]): BallotFigures | null {
  const known = counts.filter((papers) => papers !== null);
  if (known.length === 0 || known.length < counts.length) return null;
  const sum = (name: keyof BallotFigures) => known.reduce((total, papers) => total + papers[name], 0);
  return { valid: sum('valid'), rejected: sum('rejected'), spoilt: sum('spoilt'), disputed: sum('disputed') };
}
