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

/** Invents what one station reports; undefined where nothing is voted on. */
export type Voting = (station: number) => Tally | undefined;

export function createVoting(election: Election, post: number, { stations, ward: wards, wardOf }: Atlas): Voting {
  const key = mix(election.key, 100 + post);
  const turnoutKey = mix(election.key, 7);
  const popular = new Map<Contest, Float64Array>();
  // sources/iebc/WIRE.md: in the recordings `valid` now and then holds the disputed votes on top of the sum.
  const generous = new Set([1, 2, 3].map((n) => 1 + (mix(election.key, n) % wards.length)));

  return (station) => {
    const ward = wards[wardOf[station]! - 1]!;
    const contest = election.contestOf(post, ward);
    if (contest === undefined) return undefined;
    const h = mix(key, station);
    const shares = sharesIn(contest, ward, h);
    const result = new Int32Array(VOTES + shares.length);

    // A voter is handed every post's paper at once, so turnout hardly differs between posts.
    const turnout = 0.62 + 0.33 * unit(mix(turnoutKey, station)) - 0.03 * unit(mix(h, 1));
    const ballots = Math.floor(stations.registered[station]! * turnout);
    const rejected = Math.floor(ballots * 0.018 * unit(mix(h, 4)));
    const generousStart = generous.has(ward.number) && station === ward.stations[0];
    const disputed = generousStart ? 2 : mix(h, 2) % 25 === 0 ? between(mix(h, 3), 1, 3) : 0;
    result[REPORTED] = 1;
    result[REJECTED] = rejected;
    result[SPOILT] = mix(h, 5) % 4 === 0 ? between(mix(h, 6), 1, 4) : 0;
    result[DISPUTED] = disputed;
    result[EXCESS] = generous.has(ward.number) ? disputed : 0;
    spread(ballots - rejected - disputed, shares, result.subarray(VOTES));
    return result;
  };

  /** Running sums of the candidates' strengths: their own, their region's liking and the station's whim. */
  function sharesIn(contest: Contest, ward: Place, h: number): Float64Array {
    let strengths = popular.get(contest);
    if (strengths === undefined) {
      strengths = popularity(contest, mix(key, 3));
      popular.set(contest, strengths);
    }
    let sum = 0;
    return strengths.map((strength, index) => {
      const region = unit(mix(mix(key, 50 + index), ward.constituency));
      sum += strength * (0.3 + region) * (0.85 + 0.3 * unit(mix(h, 10 + index)));
      return sum;
    });
  }
}

/** Rounds the running sum instead of each share: the votes then add up without a remainder. */
function spread(votes: number, shares: Float64Array, into: Int32Array): void {
  const all = shares.at(-1)!;
  let given = 0;
  for (const [index, share] of shares.entries()) {
    const upTo = Math.round((votes * share) / all);
    into[index] = upTo - given;
    given = upTo;
  }
}
