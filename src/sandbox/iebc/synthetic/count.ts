import { type Level, postInfo } from '../contract.ts';
import type { Election } from './contests.ts';
import type { Atlas } from './places.ts';
import { mix, unit } from './random.ts';
import { createVoting, type Tally } from './votes.ts';

export type Count = {
  /** Counts every station that has reported by now. */
  advance(): void;
  /** Undefined where the post is not voted on, or at a level that does not count it. */
  tally(level: Level, number: number): Tally | undefined;
  /** Whether it is a station's turn to have reported, if it votes on the post at all. */
  hasReported(station: number): boolean;
  /** What a station reported; undefined until it has. */
  station(station: number): Tally | undefined;
};

const TICK_MS = 2000;
const TICKS = 900;
const REPORTED_AT_START = 0.35;

const LEVELS: readonly Level[] = ['country', 'county', 'constituency', 'ward'];

/**
 * One post of one election. Stations report in an order of the post's own; each is added once to every place that it
 * belongs to, so that sums hold at every moment and a tick costs only what is new in it.
 */
export function createCount(
  election: Election,
  post: number,
  atlas: Atlas,
  now: () => number,
  startedAt: number,
): Count {
  const vote = createVoting(election, post, atlas);
  const orderKey = mix(mix(election.key, 100 + post), 1);
  const reportTick = (station: number): number => {
    if (!election.moving) return 0;
    const at = unit(mix(orderKey, station));
    return at < REPORTED_AT_START ? 0 : 1 + Math.floor(((at - REPORTED_AT_START) / (1 - REPORTED_AT_START)) * TICKS);
  };
  const { order, ends } = byTick(atlas.stations.count, reportTick);

  const depth = LEVELS.indexOf(postInfo(post).area);
  let tallies = noTallies();
  let counted = 0;
  let tick = -1;

  function add(level: Level, number: number, one: Tally): void {
    const sum = tallies[level][number];
    if (sum === undefined) tallies[level][number] = one.slice();
    else for (let i = 0; i < one.length; i++) sum[i]! += one[i]!;
  }

  return {
    advance() {
      const at = election.moving ? Math.min(Math.max(Math.floor((now() - startedAt) / TICK_MS), 0), TICKS) : 0;
      if (at === tick) return;
      if (at < tick) {
        tallies = noTallies();
        counted = 0;
      }
      tick = at;
      for (const end = ends[at]!; counted < end; counted++) {
        const station = order[counted]!;
        const one = vote(station);
        if (one === undefined) continue;
        const ward = atlas.ward[atlas.wardOf[station]! - 1]!;
        if (depth <= 3) add('ward', ward.number, one);
        if (depth <= 2) add('constituency', ward.constituency, one);
        if (depth <= 1) add('county', ward.county, one);
        if (depth === 0) add('country', 0, one);
      }
    },
    tally: (level, number) => tallies[level][number],
    hasReported: (station) => reportTick(station) <= tick,
    station: (station) => (reportTick(station) <= tick ? vote(station) : undefined),
  };
}

function noTallies(): Record<Level, (Tally | undefined)[]> {
  return { country: [], county: [], constituency: [], ward: [] };
}

/** Stations in the order of their ticks, and for each tick how many have reported by its end. */
function byTick(count: number, tickOf: (station: number) => number): { order: Uint16Array; ends: Int32Array } {
  const ticks = new Uint16Array(count);
  const ends = new Int32Array(TICKS + 1);
  for (let station = 0; station < count; station++) {
    const tick = tickOf(station);
    ticks[station] = tick;
    ends[tick]! += 1;
  }
  for (let tick = 1; tick <= TICKS; tick++) ends[tick]! += ends[tick - 1]!;
  const next = Int32Array.from(ends, (_, tick) => (tick === 0 ? 0 : ends[tick - 1]!));
  const order = new Uint16Array(count);
  for (let station = 0; station < count; station++) order[next[ticks[station]!]!++] = station;
  return { order, ends };
}
