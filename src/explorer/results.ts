import type { FiguresFragment, PartFragment, ResultsQuery, StationsQuery } from './generated/graphql.ts';
import { type Asked, isEmpty } from './levels.ts';

export type Figures = FiguresFragment;
export type Tally = Figures['tallies'][number];
export type PartFigures = PartFragment;

/** One of those that a map and a table show. */
export type Part = {
  code: string;
  name: string;
  /** Null: not counted at this level. */
  result: PartFigures | null;
  /** Null while nobody knows. */
  stationsTotal: number | null;
};

/** The one that is shown in full. */
export type Place = { id: string; code: string; name: string; result: Figures; stationsTotal: number | null };

export type Totals = NonNullable<NonNullable<ResultsQuery['parts']>['totals']>;

type Election = { code: string; name: string | null; isTest: boolean };

/** `polled`: nobody follows this, so that it is asked for now and then. `past`: it does not change any more. `none`: nothing is asked. */
type Connection = 'opening' | 'live' | 'lost' | 'polled' | 'past' | 'none';

export type Results = {
  asked: Asked;
  /** Null: the gateway could not say (yet). */
  place: Place | null;
  parts: Part[] | null;
  totals: Totals | null;
  election: Election | null;
  connection: Connection;
  /** What could not be read the last time, in words; null: all could. */
  problem: string | null;
  /** What is wrong with the address, in words: there is nothing to show, nor will there be. */
  refused: string | null;
};

export type Change =
  | { kind: 'asked'; asked: Asked }
  | { kind: 'answer'; answer: ResultsQuery; problem: string | null }
  | { kind: 'stations'; stations: StationsQuery }
  | { kind: 'figures'; figures: PartFigures[] }
  | { kind: 'connection'; connection: Connection }
  | { kind: 'problem'; problem: string }
  | { kind: 'refused'; refused: string };

/** What is wrong with the moment of an address; null where nothing is. */
export const noMoment = ({ at }: Asked) =>
  at !== null && Number.isNaN(Date.parse(at)) ? `The address asks for the moment “${at}”, which is none.` : null;

export const nothing = (asked: Asked): Results => ({
  ...{ asked, place: null, parts: null, totals: null, election: null },
  connection: isEmpty(asked) ? 'none' : asked.at === null ? 'opening' : 'past',
  ...{ problem: null, refused: noMoment(asked) },
});

export const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** A place of which nothing changed stays the object that it was: whoever draws it has nothing to do. */
export function reduce(before: Results, change: Change): Results {
  switch (change.kind) {
    case 'asked':
      return isSame(before.asked, change.asked) ? before : nothing(change.asked);
    case 'answer': {
      const { place, parts } = change.answer;
      const [own] = place?.nodes ?? [];
      const known = new Map(before.parts?.map((part) => [part.code, part]));
      return {
        ...before,
        place: own ? placeOf(before.place, own) : before.place,
        parts: parts ? parts.nodes.map((node) => partOf(known.get(node.reportingUnit.code), node)) : before.parts,
        totals: parts?.totals ?? before.totals,
        // Of whichever can be read: that figures are invented must not go unsaid.
        election: (own ?? parts?.nodes[0])?.election ?? before.election,
        problem: change.problem,
      };
    }
    case 'stations': {
      const { place, parts } = change.stations;
      const totals = new Map(parts?.nodes.map((node) => [node.reportingUnit.code, node.stationsTotal]));
      const total = place?.nodes[0]?.stationsTotal ?? null;
      return {
        ...before,
        place: before.place && { ...before.place, stationsTotal: total ?? before.place.stationsTotal },
        parts:
          before.parts?.map((part) => {
            const stationsTotal = totals.get(part.code) ?? part.stationsTotal;
            return stationsTotal === part.stationsTotal ? part : { ...part, stationsTotal };
          }) ?? null,
      };
    }
    case 'figures': {
      const changed = new Map(change.figures.map((figures) => [figures.reportingUnit.code.toUpperCase(), figures]));
      const parts = before.parts?.map((part) => {
        const figures = changed.get(part.code.toUpperCase());
        return figures ? withFigures(part, figures) : part;
      });
      return { ...before, parts: parts ?? null };
    }
    case 'connection':
      return before.connection === change.connection ? before : { ...before, connection: change.connection };
    case 'problem':
      return { ...before, problem: change.problem };
    case 'refused':
      return { ...before, refused: change.refused };
  }
}

type Node<K extends 'place' | 'parts'> = NonNullable<ResultsQuery[K]>['nodes'][number];

function placeOf(before: Place | null, { reportingUnit, election, ...now }: Node<'place'>): Place {
  const result = before && isOlder(now, before.result) ? before.result : now;
  return { ...reportingUnit, result, stationsTotal: before?.stationsTotal ?? null };
}

function partOf(before: Part | undefined, { election, ...figures }: Node<'parts'>): Part {
  const { code, name } = figures.reportingUnit;
  return before ? withFigures(before, figures) : { code, name, result: figures, stationsTotal: null };
}

function withFigures(part: Part, figures: PartFigures): Part {
  return (part.result && isOlder(figures, part.result)) || isSame(figures, part.result)
    ? part
    : { ...part, result: figures };
}

/** An answer may have been on its way while an event came. What was not to be had tells nothing of its time. */
function isOlder(now: { asOf: string }, before: { asOf: string; status: string }): boolean {
  return before.status !== 'UNAVAILABLE' && Date.parse(now.asOf) < Date.parse(before.asOf);
}
