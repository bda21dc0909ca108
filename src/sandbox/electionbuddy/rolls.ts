import type { Election } from './elections.ts';
import type { Voter } from './voters.ts';

/** Who may vote in what, and who has. */
export type Rolls = {
  /** Whether any election or the organisation itself knows the identifier. */
  knows(identifier: string): boolean;
  /** undefined: not on this election's list. */
  hasVoted(election: Election, identifier: string): boolean | undefined;
  hasRoom(election: Election): boolean;
  add(election: Election, identifier: string): void;
  markVoted(election: Election, identifier: string): void;
};

export function createRolls(elections: readonly Election[], voters: readonly Voter[]): Rolls {
  const known = new Set(voters.map(({ identifier }) => identifier));
  const lists = new Map(elections.map(({ id }) => [id, new Map<string, boolean>()]));
  const list = (id: string): Map<string, boolean> => lists.get(id)!;
  for (const { identifier, voted, notVoted } of voters) {
    for (const id of voted) list(id).set(identifier, true);
    for (const id of notVoted) list(id).set(identifier, false);
  }
  return {
    knows: (identifier) => known.has(identifier),
    hasVoted: ({ id }, identifier) => list(id).get(identifier),
    hasRoom: ({ id, voterLimit }) => list(id).size < voterLimit,
    add: ({ id }, identifier) => {
      known.add(identifier);
      list(id).set(identifier, false);
    },
    markVoted: ({ id }, identifier) => {
      known.add(identifier);
      list(id).set(identifier, true);
    },
  };
}
