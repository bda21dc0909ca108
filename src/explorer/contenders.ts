import { distinct } from './colours.ts';
import type { Results, Tally } from './results.ts';
import { properName } from './words.ts';

/** Who is shown in one colour: a party, or who stands for none. */
export type Contender = {
  key: string;
  /** Fits into a county. */
  label: string;
  name: string;
  color: string;
  /** Beside the colour, which not everybody tells apart: the n-th of PATTERNS (patterns.tsx); 0 is plain. */
  pattern: number;
  /** Counties in which it is ahead. */
  leads: number;
};

const INDEPENDENT = 'independent';

export const keyOf = ({ candidate }: Tally) => candidate.party?.code ?? INDEPENDENT;

/** Ahead in this place; undefined on a tie, or without a count. */
export function leading(place: {
  result: { leader: { candidate: { code: string } } | null; tallies: Tally[] } | null;
}) {
  const code = place.result?.leader?.candidate.code;
  return code === undefined ? undefined : place.result?.tallies.find(({ candidate }) => candidate.code === code);
}

/** Most votes first. A colour stays with whom it was given, however the count goes. */
export function contendersOf({ post, counties }: Results, given: Map<string, string>): Contender[] {
  const found = new Map<string, { tally: Tally; votes: number; leads: number }>();
  for (const place of counties) {
    const ahead = leading(place);
    for (const tally of place.result?.tallies ?? []) {
      const one = found.get(keyOf(tally)) ?? { tally, votes: 0, leads: 0 };
      one.votes += tally.votes;
      if (tally === ahead) one.leads += 1;
      found.set(keyOf(tally), one);
    }
  }
  const ordered = [...found].sort(([a, { votes: x }], [b, { votes: y }]) => y - x || (a < b ? -1 : 1));
  for (const [key, { tally }] of ordered) {
    if (!given.has(key)) given.set(key, distinct(tally.candidate.party?.color ?? null, [...given.values()]));
  }
  const patterns = [...given.keys()];
  return ordered.map(([key, { tally, leads }]) => ({
    ...{ key, leads },
    label: tally.candidate.party?.abbreviation?.trim() || (key === INDEPENDENT ? 'Ind.' : initials(tally)),
    name: post === 'PRESIDENT' ? properName(tally.candidate.name) : partyName(tally),
    color: given.get(key)!,
    pattern: patterns.indexOf(key),
  }));
}

const partyName = ({ candidate: { party } }: Tally) => (party ? properName(party.name) : 'Independent candidates');

const initials = ({ candidate: { party } }: Tally) =>
  (party?.name ?? '')
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .join('')
    .slice(0, 4);
