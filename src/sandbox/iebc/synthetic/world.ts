import { type DataRequest, Refusal } from '../contract.ts';
import type { Wrapping } from '../wrapping.ts';
import { type Contest, type Election, inventElections } from './contests.ts';
import { type Count, createCount } from './count.ts';
import { type Atlas, atlasOf, type Place } from './places.ts';

/** Everything invented: one seed's places, elections and counts. */
export type World = {
  seed: string;
  url: string;
  wrapping: Wrapping;
  atlas: Atlas;
  elections: Election[];
  /** The count of a post as it stands now. */
  count(election: Election, post: number): Count;
};

export function createWorld(options: { seed: string; url: string; now: () => number; wrapping: Wrapping }): World {
  const { seed, url, now, wrapping } = options;
  const atlas = atlasOf(seed);
  const elections = inventElections(seed, url, atlas);
  const startedAt = now();
  const counts = new Map<string, Count>();
  return {
    seed,
    url,
    wrapping,
    atlas,
    elections,
    count(election, post) {
      const name = `${election.code} ${post}`;
      let count = counts.get(name);
      if (count === undefined) {
        count = createCount(election, post, atlas, now, startedAt);
        counts.set(name, count);
      }
      count.advance();
      return count;
    },
  };
}

/** Invented figures must never carry a real election's code: anything but the two of ours is refused. */
export function electionOf(world: World, { election }: DataRequest): Election {
  const found = election === undefined ? world.elections[0] : world.elections.find(({ code }) => code === election);
  if (found !== undefined) return found;
  const codes = world.elections.map(({ code }) => code).join(' and ');
  throw new Refusal('ELECTION_ERROR', `figures here are invented, for ${codes} only; there are none for '${election}'`);
}

export function placeOf(world: World, level: Place['level'] | undefined, code: string): Place {
  const place = world.atlas.byCode.get(code.toLowerCase());
  if (place === undefined || (level !== undefined && place.level !== level)) {
    throw new Refusal('ID_ERROR', `no ${level ?? 'district'} has the code '${code}'`);
  }
  return place;
}

export function contestOf(election: Election, code: string): Contest {
  const contest = election.contest(code);
  if (contest === undefined) throw new Refusal('ID_ERROR', `no contest of ${election.code} has the code '${code}'`);
  return contest;
}

export function partyOf(election: Election, code: string): Election['parties'][number] {
  const party = election.parties.find((one) => one.code.toLowerCase() === code.toLowerCase());
  if (party === undefined) throw new Refusal('ID_ERROR', `no party has the code '${code}'`);
  return party;
}

/** The places that the filters name: a thing must lie in all of them. */
export function filterPlaces(world: World, { filters }: DataRequest): Place[] {
  return (['county', 'constituency', 'ward'] as const).flatMap((level) => {
    const code = filters.get(level);
    return code === undefined ? [] : [placeOf(world, level, code)];
  });
}

/** Places are numbered so that what lies in one has its stations among that one's. */
export function within(inner: Place, outer: Place): boolean {
  return inner.stations[0] >= outer.stations[0] && inner.stations[1] <= outer.stations[1];
}
