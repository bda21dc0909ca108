import { type DataRequest, POSTS, postFilter, success } from '../contract.ts';
import type { Election } from './contests.ts';
import { VOTES } from './count.ts';
import { stationOf } from './districts.ts';
import { partyResult } from './result-text.ts';
import { electionOf, placeOf, type World } from './world.ts';

/** wire.md: one level deeper than the rest, and without codes. */
export function stationResults(world: World, election: Election, request: DataRequest): string {
  const { station, ward, name } = stationOf(world, request.code ?? '');
  const post = postFilter(request.filters);
  const results = POSTS.filter((one) => post === undefined || one.post === post).flatMap((one) => {
    const count = world.count(election, one.post);
    const contest = election.contestOf(one.post, ward);
    if (contest === undefined || !count.hasReported(station)) return [];
    const tally = count.station(station);
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

/** Plain codes of the stations that have reported (wire.md), for one post or for any. */
export function reporting(world: World, request: DataRequest): string {
  const election = electionOf(world, request);
  const place = request.code === undefined ? undefined : placeOf(world, undefined, request.code);
  const post = postFilter(request.filters);
  const { stations } = world.atlas;
  const [from, to] = place?.stations ?? [0, stations.count];
  const counts = POSTS.filter((one) => post === undefined || one.post === post).map((one) =>
    world.count(election, one.post),
  );
  const codes: string[] = [];
  for (let station = from; station < to; station++) {
    if (counts.some((count) => count.hasReported(station))) codes.push(stations.code(station));
  }
  return success({ reporting: codes });
}
