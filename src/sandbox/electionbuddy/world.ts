import { createHmac } from 'node:crypto';
import { type Election, inventElections, ORGANIZATION_SECRET } from './elections.ts';
import { createRolls, type Rolls } from './rolls.ts';
import { VOTERS } from './voters.ts';

export type World = {
  /** Where this sandbox answers. */
  url: string;
  now: () => number;
  elections: readonly Election[];
  rolls: Rolls;
  /** What the list's links lead to, by the token in them. */
  linked: Map<string, { election: Election; identifier: string }>;
};

export const BALLOT_PATH = '/ballot/';

export function createWorld(url: string, now: () => number): World {
  const elections = inventElections(now());
  return { url, now, elections, rolls: createRolls(elections, VOTERS), linked: new Map() };
}

/**
 * Where the list's links lead is not published, so they are opaque here: who reads an election or a voter out of one
 * has guessed. The query gives the page an `&` to escape and a client one to restore.
 */
export function linkToBallot({ url, linked }: World, election: Election, identifier: string): string {
  const about = JSON.stringify([election.id, identifier]);
  const token = createHmac('sha256', ORGANIZATION_SECRET).update(about).digest('hex');
  linked.set(token, { election, identifier });
  return `${url}${BALLOT_PATH}${token}?locale=en&from=list`;
}
