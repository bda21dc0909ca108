import { DISTRICTS, type Source } from '../contract.ts';
import type { Wrapping } from '../wrapping.ts';
import { candidates, contests, electionList, parties } from './ballot.ts';
import { boundaryOf } from './boundaries.ts';
import { districts, pollingStations } from './districts.ts';
import { guides } from './guides.ts';
import { createResults } from './results.ts';
import { reporting } from './station-results.ts';
import { voter } from './voters.ts';
import { createWorld } from './world.ts';

/** An invented country: real names of places, everything else made from the seed. */
export function createSynthetic(options: { seed: string; url: string; now: () => number; wrapping: Wrapping }): Source {
  const world = createWorld(options);
  const results = createResults(world);
  return {
    elections: world.elections.map(({ code }) => code),
    answer(request) {
      switch (request.endpoint) {
        case 'county':
        case 'constituency':
        case 'ward':
          return districts(world, request.endpoint, request);
        case 'pollingstation':
          return pollingStations(world, request);
        case 'party':
          return parties(world, request);
        case 'contest':
          return contests(world, request);
        case 'candidate':
          return candidates(world, request);
        case 'voter':
          return voter(world, request);
        case 'results':
          return results(request);
        case 'info':
          return guides(request);
        case 'reporting':
          return reporting(world, request);
        case 'election':
          return electionList(world);
      }
    },
    boundary(level, number) {
      const known = DISTRICTS.find((one) => one === level);
      const place = known && world.atlas[known][number - 1];
      return place && boundaryOf(world.atlas, place);
    },
  };
}
