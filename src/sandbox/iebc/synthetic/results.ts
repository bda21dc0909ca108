import { type DataRequest, parsePost, postFilter, postsCounted, Refusal } from '../contract.ts';
import type { Contest, Election } from './contests.ts';
import type { Place } from './places.ts';
import { contestText } from './result-text.ts';
import { stationResults } from './station-results.ts';
import { REPORTED } from './votes.ts';
import { contestOf, electionOf, filterPlaces, partyOf, placeOf, type World, within } from './world.ts';

/** A contest as counted in one place; undefined for the country. */
type Asked = { contest: Contest; place: Place | undefined };

/** Answers to `/results/`; a place's text is kept until another of its stations reports. */
export function createResults(world: World): (request: DataRequest) => string {
  const kept = new Map<string, { reported: number; text: string }>();

  return (request) => {
    const election = electionOf(world, request);
    if (request.category === 'pollingstation') return stationResults(world, election, request);
    const partyCode = request.category === 'party' ? request.code : request.filters.get('party');
    const party = partyCode === undefined ? undefined : partyOf(election, partyCode);
    const asked = resolve(world, election, request);
    const texts = asked.map(({ contest, place }) => {
      const count = world.count(election, contest.post);
      const tally = count.tally(place?.level ?? 'country', place?.number ?? 0);
      if (party !== undefined) return contestText(world, contest, place, tally, party);
      const name = `${contest.code} ${place?.level} ${place?.number}`;
      const reported = tally?.[REPORTED] ?? 0;
      let keep = kept.get(name);
      if (keep?.reported !== reported) {
        keep = { reported, text: contestText(world, contest, place, tally, undefined) };
        kept.set(name, keep);
      }
      return keep.text;
    });
    const shown = texts.filter((text) => text !== '');
    return `{"status":"SUCCESS","contests":[${shown.length === 0 ? '{}' : shown.join(',')}]}`;
  };
}

/** Which contests in which places a request is about. */
function resolve(world: World, election: Election, request: DataRequest): Asked[] {
  const { category, code = '', filters } = request;
  const contestCode = category === 'contest' ? code : filters.get('contest');
  const only = contestCode === undefined ? undefined : contestOf(election, contestCode);
  const post = category === 'post' ? parsePost(code) : postFilter(filters);
  const wanted = (contest: Contest): boolean =>
    (only === undefined || contest === only) && (post === undefined || contest.post === post);

  if (category === 'country') {
    if (code.toUpperCase() !== 'KE') throw new Refusal('ID_ERROR', `the country is 'KE', not '${code}'`);
    return election
      .contests()
      .filter((contest) => contest.area === undefined && wanted(contest))
      .map(overall);
  }
  const named = filterPlaces(world, request);
  const place =
    category === 'county' || category === 'constituency' || category === 'ward'
      ? placeOf(world, category, code)
      : named.at(-1);
  if (place === undefined) return election.contests().filter(wanted).map(overall);
  // Filters that contradict each other leave nothing.
  if (!named.every((outer) => within(place, outer))) return [];
  return postsCounted(place.level).flatMap((counted) => {
    const contest = election.contestOf(counted, place);
    return contest !== undefined && wanted(contest) ? [{ contest, place }] : [];
  });
}

function overall(contest: Contest): Asked {
  return { contest, place: contest.area };
}
