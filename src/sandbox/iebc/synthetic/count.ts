import { type Level, postInfo } from '../contract.ts';
import { type Contest, type Election, popularity } from './contests.ts';
import type { Atlas, Place } from './places.ts';
import { between, mix, unit } from './random.ts';

/** What a place has counted: five figures, then each candidate's votes in the contest's order. */
export type Tally = Int32Array;
export const REPORTED = 0;
export const REJECTED = 1;
export const SPOILT = 2;
export const DISPUTED = 3;
/** By how much `valid` exceeds the votes' sum. */
export const EXCESS = 4;
export const VOTES = 5;

export type Count = {
  /** Counts every station that has reported by now. */
  advance(): void;
  /** Undefined where the post is not voted on, or at a level that does not count it. */
  tally(level: Level, number: number): Tally | undefined;
  hasReported(station: number): boolean;
  station(station: number): Tally;
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
  const { stations, wardOf } = atlas;
  const key = mix(election.key, 100 + post);
  const reportKey = mix(key, 1);
  // wire.md: in the recordings `valid` now and then holds the disputed votes on top of the sum.
  const generous = new Set([1, 2, 3].map((n) => 1 + (mix(election.key, n) % atlas.ward.length)));

  const reportTick = (station: number): number => {
    if (!election.moving) return 0;
    const at = unit(mix(reportKey, station));
    return at < REPORTED_AT_START ? 0 : 1 + Math.floor(((at - REPORTED_AT_START) / (1 - REPORTED_AT_START)) * TICKS);
  };
  const { order, ends } = byTick(stations.count, reportTick);

  const depth = LEVELS.indexOf(postInfo(post).area);
  let tallies = noTallies();
  const weights = new Map<Contest, Float64Array>();
  let counted = 0;
  let tick = -1;

  function contestIn(ward: Place): Contest | undefined {
    return election.contestOf(post, ward);
  }

  function vote(station: number, ward: Place, contest: Contest): Tally {
    const h = mix(key, station);
    let weight = weights.get(contest);
    if (weight === undefined) {
      weight = popularity(contest, mix(key, 3));
      weights.set(contest, weight);
    }
    const result = new Int32Array(VOTES + weight.length);
    const registered = stations.registered[station]!;
    const ballots = Math.floor(
      registered * (0.62 + 0.33 * unit(mix(mix(election.key, 7), station)) - 0.03 * unit(mix(h, 1))),
    );
    const first = generous.has(ward.number) && station === ward.stations[0];
    const disputed = first ? 2 : mix(h, 2) % 25 === 0 ? between(mix(h, 3), 1, 3) : 0;
    const rejected = Math.floor(ballots * 0.018 * unit(mix(h, 4)));
    result[REPORTED] = 1;
    result[REJECTED] = rejected;
    result[SPOILT] = mix(h, 5) % 4 === 0 ? between(mix(h, 6), 1, 4) : 0;
    result[DISPUTED] = disputed;
    result[EXCESS] = generous.has(ward.number) ? disputed : 0;

    const votes = ballots - rejected - disputed;
    const shares = new Float64Array(weight.length);
    let all = 0;
    for (let index = 0; index < shares.length; index++) {
      const region = mix(mix(key, 50 + index), ward.constituency);
      all += weight[index]! * (0.3 + unit(region)) * (0.85 + 0.3 * unit(mix(h, 10 + index)));
      shares[index] = all;
    }
    // Rounding the running sum instead of each share: the votes then add up without a remainder.
    let given = 0;
    for (let index = 0; index < shares.length; index++) {
      const upTo = Math.round((votes * shares[index]!) / all);
      result[VOTES + index] = upTo - given;
      given = upTo;
    }
    return result;
  }

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
      for (const end = ends[Math.min(at, ends.length - 1)]!; counted < end; counted++) {
        const station = order[counted]!;
        const ward = atlas.ward[wardOf[station]! - 1]!;
        const contest = contestIn(ward);
        if (contest === undefined) continue;
        const one = vote(station, ward, contest);
        if (depth <= 3) add('ward', ward.number, one);
        if (depth <= 2) add('constituency', ward.constituency, one);
        if (depth <= 1) add('county', ward.county, one);
        if (depth === 0) add('country', 0, one);
      }
    },
    tally: (level, number) => tallies[level][number],
    hasReported: (station) => reportTick(station) <= tick && contestIn(atlas.ward[wardOf[station]! - 1]!) !== undefined,
    station(station) {
      const ward = atlas.ward[wardOf[station]! - 1]!;
      return vote(station, ward, contestIn(ward)!);
    },
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
