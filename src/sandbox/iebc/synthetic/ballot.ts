import { contestTitle, type DataRequest, type Level, postFilter, postInfo, Refusal, success } from '../contract.ts';
import { wrapped } from '../wrapping.ts';
import type { Candidate, Contest, Election } from './contests.ts';
import type { Party } from './parties.ts';
import { contestOf, electionOf, filterPlaces, partyOf, type World } from './world.ts';

/** Nothing was recorded of these answers: they are the document's samples, single ones in `world.wrapping`. */

export function parties(world: World, request: DataRequest): string {
  const election = electionOf(world, request);
  if (request.code !== undefined) {
    return wrapped(world.wrapping, 'party', partyEntry(partyOf(election, request.code)), 'KENYA');
  }
  const standing = new Set(election.contests().flatMap(({ candidates }) => candidates.map(({ party }) => party)));
  return success({ parties: election.parties.filter((party) => standing.has(party)).map(partyEntry) });
}

export function contests(world: World, request: DataRequest): string {
  const election = electionOf(world, request);
  if (request.code !== undefined) {
    const contest = contestOf(election, request.code);
    return wrapped(world.wrapping, 'contest', contestEntry(contest), contest.name);
  }
  return success({ contests: select(world, election, request).map(contestEntry) });
}

export function candidates(world: World, request: DataRequest): string {
  const election = electionOf(world, request);
  if (request.code !== undefined) {
    const found = election.candidate(request.code);
    if (found === undefined) throw new Refusal('ID_ERROR', `no candidate has the code '${request.code}'`);
    return wrapped(world.wrapping, 'candidate', candidateEntry(found), found.contest.name);
  }
  const partyCode = request.filters.get('party');
  const party = partyCode === undefined ? undefined : partyOf(election, partyCode);
  const contestCode = request.filters.get('contest');
  const only = contestCode === undefined ? undefined : contestOf(election, contestCode);
  const races = select(world, election, request)
    .filter((contest) => only === undefined || contest === only)
    .map((contest) => ({
      race: contest.name,
      candidates: contest.candidates.filter((one) => party === undefined || one.party === party).map(candidateEntry),
    }));
  return success({ candidates: races.filter((race) => race.candidates.length > 0) });
}

/**
 * A district's contests are those about it, not those of the places in it: the document's sample for Baringo holds
 * its governor, senator and women's representative only.
 */
function select(world: World, election: Election, request: DataRequest): Contest[] {
  const post = postFilter(request.filters);
  const places = filterPlaces(world, request);
  return election
    .contests()
    .filter(
      (contest) => (post === undefined || contest.post === post) && places.every((place) => contest.area === place),
    );
}

export function contestEntry({ post, code, name, area }: Contest): object {
  return { contestType: String(post), code, contest: contestTitle(post, name, area?.number ?? 0) };
}

function candidateEntry(candidate: Candidate): object {
  const { picture, contest, code, surname, otherName, party, runningMate } = candidate;
  return {
    picture,
    contest_id: contest.code,
    code,
    surname,
    other_name: otherName,
    party: party === undefined ? {} : partyEntry(party),
    running_mate: runningMate,
    contest_type: String(contest.post),
  };
}

/** The same picture is `symbol` in results (sources/iebc/WIRE.md). */
function partyEntry({ symbol, abr, code, name }: Party): object {
  return { picture: symbol, abr, code, name };
}

/** Elections and, for a by-election, what is voted on and where. */
export function electionList(world: World): string {
  const elections = world.elections.map((election) => ({
    code: election.code,
    name: election.name,
    type: election.type,
    location: 'KENYA',
    locations: election
      .contests()
      .filter(({ area }) => !election.moving || area === undefined)
      .map(({ post, name, area }) => ({
        name: `${postInfo(post).title} - ${name}`,
        post: String(post),
        location: (area?.level ?? 'country') satisfies Level,
        locationID: area?.code ?? 'KE',
      })),
  }));
  return success({ elections });
}
