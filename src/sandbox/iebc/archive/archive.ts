import { Refusal } from '../contract.ts';
import type { Wrapping } from '../wrapping.ts';
import type { Ballot } from './contests.ts';
import type { Gazetteer } from './gazetteer.ts';
import type { Recordings } from './recordings.ts';

/** The recordings and what follows from them, each worked out when it is first needed. */
export type Archive = {
  wrapping: Wrapping;
  recordings: Recordings;
  gazetteer(): Gazetteer;
  ballot(): Ballot;
};

export function notInArchive(missing: string): Refusal {
  return new Refusal('NOT_IN_ARCHIVE', `neither recorded nor to be worked out from what is: ${missing}`);
}
