import { type Election, stateOf } from './elections.ts';
import type { Ballot } from './payload.ts';
import type { Rolls } from './rolls.ts';
import { inventMember, VOTERS, type Voter } from './voters.ts';

/** One ballot in nine is spoiled instead. */
const SPOILED_EVERY = 9;

/** Gives the next ballot: elections take turns, and in each its named voters come first, then members without end. */
export function createBallots(elections: readonly Election[], rolls: Rolls, now: () => number): () => Ballot {
  const cast = new Map<string, number>();
  let turns = 0;
  let members = 0;

  const nextVoter = (election: Election): Voter | undefined => {
    const named = VOTERS.find(({ casts, identifier }) => casts && rolls.hasVoted(election, identifier) === false);
    if (named !== undefined) return named;
    // Where newcomers come by a link, its few places are kept for whoever tries that.
    if (election.newcomers === 'by link' || !rolls.hasRoom(election)) return undefined;
    return inventMember(++members);
  };

  return () => {
    const at = now();
    const running = elections.filter((election) => stateOf(election, at) === 'running');
    for (let tried = 0; tried < running.length; tried++) {
      const election = running[turns++ % running.length]!;
      const voter = nextVoter(election);
      if (voter === undefined) continue;
      const nth = cast.get(election.id) ?? 0;
      cast.set(election.id, nth + 1);
      const spoiled = nth % SPOILED_EVERY === SPOILED_EVERY - 1;
      if (!spoiled) rolls.markVoted(election, voter.identifier);
      else if (rolls.hasVoted(election, voter.identifier) === undefined) rolls.add(election, voter.identifier);
      return { election, voter, nth, spoiled, at };
    }
    throw new Error('no election is running, so no ballot can be cast');
  };
}
