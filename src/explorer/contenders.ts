import { distinct } from './colours.ts';
import type { WhoFragment } from './generated/graphql.ts';
import type { Results } from './results.ts';
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
  /** Places in which it is ahead. */
  leads: number;
};

type Party = WhoFragment['party'];

const INDEPENDENT = 'independent';

export const keyOf = (candidate: { party: { code: string } | null }) => candidate.party?.code ?? INDEPENDENT;

/** Most votes first. A colour stays with whom it was given, however the count goes. */
export function contendersOf(
  { asked, place, parts, totals }: Results,
  given: Map<string, string>,
): Map<string, Contender> {
  type Found = { party: Party; candidate: string | null; votes: number; leads: number };
  const found = new Map<string, Found>();
  function of(party: Party, candidate: string | null): Found {
    const key = keyOf({ party });
    const one = found.get(key) ?? { party, candidate, votes: 0, leads: 0 };
    one.candidate ??= candidate;
    found.set(key, one);
    return one;
  }
  for (const { candidate, votes } of place?.result.tallies ?? []) of(candidate.party, candidate.name).votes += votes;
  for (const { party, votes } of totals?.byParty ?? []) {
    const one = of(party, null);
    one.votes = Math.max(one.votes, votes);
  }
  for (const { result } of parts ?? []) {
    if (result?.leader) of(result.leader.candidate.party, result.leader.candidate.name).leads += 1;
  }

  const ordered = [...found].sort(([a, { votes: x }], [b, { votes: y }]) => y - x || (a < b ? -1 : 1));
  for (const [key, { party }] of ordered) {
    if (!given.has(key)) given.set(key, distinct(party?.color ?? null, [...given.values()]));
  }
  const patterns = [...given.keys()];
  return new Map(
    ordered.map(([key, { party, candidate, leads }]) => [
      key,
      {
        ...{ key, leads },
        label: shortName(party),
        // One contest: its candidates are known by their own names.
        name: asked.post === 'PRESIDENT' && candidate !== null ? properName(candidate) : partyName(party),
        color: given.get(key)!,
        pattern: patterns.indexOf(key),
      },
    ]),
  );
}

const partyName = (party: Party) => (party ? properName(party.name) : 'Independent candidates');

function shortName(party: Party): string {
  if (!party) return 'Ind.';
  const initials = party.name.split(/\s+/).map((word) => word.charAt(0));
  return party.abbreviation?.trim() || initials.join('').slice(0, 4);
}
