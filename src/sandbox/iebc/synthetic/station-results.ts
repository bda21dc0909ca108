import { type DataRequest, POSTS, postFilter, success } from '../contract.ts';
import type { Election } from './contests.ts';
import { stationOf } from './districts.ts';
import { partyResult } from './result-text.ts';
import { VOTES } from './votes.ts';
import { electionOf, placeOf, type World } from './world.ts';

/** sources/iebc/WIRE.md: one level deeper than the rest, and without codes. */
export function stationResults(world: World, election: Election, request: DataRequest): string {
  const { station, ward, name } = stationOf(world, request.code ?? '');
  const post = postFilter(request.filters);
  const results = POSTS.filter((one) => post === undefined || one.post === post).flatMap((one) => {
    const count = world.count(election, one.post);
    const contest = election.contestOf(one.post, ward);
    const tally = count.station(station);
    if (contest === undefined || tally === undefined) return [];
    return [
      {
        results: contest.candidates.map((candidate, index) => ({
          votes: tally[VOTES + index],
          name: candidate.name,
          picture: candidate.picture,
          party: candidate.party === undefined ? {} : partyResult(candidate.party),
        })),
      },
    ];
  });
  return success({ name, results });
}

/** Plain codes of the stations that have reported (sources/iebc/WIRE.md), for one post or for any. */
export function reporting(world: World, request: DataRequest): string {
  const election = electionOf(world, request);
  const place = request.code === undefined ? undefined : placeOf(world, undefined, request.code);
  const post = postFilter(request.filters);
  const posts = POSTS.map((one) => one.post).filter((one) => post === undefined || one === post);
  const counts = posts.map((one) => ({ post: one, count: world.count(election, one) }));
  const { stations, wardOf, ward: wards } = world.atlas;
  const codes: string[] = [];
  const [from, to] = place?.stations ?? [0, stations.count];
  for (let station = from; station < to; station++) {
    const ward = wards[wardOf[station]! - 1];
    const reported = counts.some(
      (one) => one.count.hasReported(station) && election.contestOf(one.post, ward) !== undefined,
    );
    if (reported) codes.push(stations.code(station));
  }
  return success({ reporting: codes });
}
