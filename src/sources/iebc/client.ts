import { ballotOf } from './ballot.ts';
import { placesOf } from './places.ts';
import { createReader, type Options } from './reader.ts';
import { type ResultsHearers, resultsOf } from './results.ts';
import { votersOf } from './voters.ts';

export type IebcClient = ReturnType<typeof createIebcClient>;

/**
 * The whole IEBC API, one endpoint a line, decoded and cached. `election` is an election's code and travels with every
 * request that the document gives an election; polling stations come with their location only if one is named (WIRE.md).
 * Codes are taken as well-formed (domain/codes.ts). Failures are SourceError, or the signal's reason.
 */
export function createIebcClient({ onFigures, onAnswer, ...options }: Options & ResultsHearers) {
  const reader = createReader(options);
  return {
    ...placesOf(reader),
    ...ballotOf(reader),
    ...resultsOf(reader, { onFigures, onAnswer }),
    ...votersOf(options.exchange),
  };
}
