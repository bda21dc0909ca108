import { contestTitle, type DataRequest, postFilter, Refusal, success } from '../contract.ts';
import { wrapped } from '../wrapping.ts';
import type { Archive } from './archive.ts';
import type { BallotContest, RecordedParty } from './contests.ts';
import { outerPlaces } from './districts.ts';
import { numberOf } from './gazetteer.ts';

/** Parties, contests and candidates: not recorded themselves, but named by the recorded results. */

export function archivedParties(archive: Archive, { code }: DataRequest): string {
  if (code !== undefined) return wrapped(archive.wrapping, 'party', partyEntry(partyOf(archive, code)), 'KENYA');
  const list = [...archive.ballot().parties.values()].sort(byCode);
  return success({ parties: list.map(partyEntry) });
}

export function archivedContests(archive: Archive, request: DataRequest): string {
  if (request.code !== undefined) {
    const contest = contestOf(archive, request.code);
    return wrapped(archive.wrapping, 'contest', contestEntry(contest), contest.name);
  }
  return success({ contests: select(archive, request).map(contestEntry) });
}

export function archivedCandidates(archive: Archive, request: DataRequest): string {
  const { code, filters } = request;
  if (code !== undefined) {
    const found = archive.ballot().candidates.get(code.toLowerCase());
    if (found === undefined) throw new Refusal('ID_ERROR', `no recorded result names a candidate '${code}'`);
    return wrapped(archive.wrapping, 'candidate', candidateEntry(found.contest, found.result), found.contest.name);
  }
  const partyCode = filters.get('party');
  const party = partyCode === undefined ? undefined : partyOf(archive, partyCode).code;
  const contestCode = filters.get('contest');
  const only = contestCode === undefined ? undefined : contestOf(archive, contestCode);
  const races = select(archive, request)
    .filter((contest) => only === undefined || contest === only)
    .map((contest) => ({
      race: contest.name,
      candidates: contest.results
        .filter((result) => party === undefined || result.party.code === party)
        .sort(byCode)
        .map((result) => candidateEntry(contest, result)),
    }));
  return success({ candidates: races.filter((race) => race.candidates.length > 0) });
}

export function partyOf(archive: Archive, code: string): RecordedParty {
  const party = archive.ballot().parties.get(code.toLowerCase());
  if (party === undefined) throw new Refusal('ID_ERROR', `no recorded result names a party '${code}'`);
  return party;
}

export function contestOf(archive: Archive, code: string): BallotContest {
  const contest = archive.ballot().contests.get(code.toLowerCase());
  if (contest === undefined) throw new Refusal('ID_ERROR', `no recorded result is of a contest '${code}'`);
  return contest;
}

/** A district's contests are those about it: the document's sample for Baringo holds its three county posts only. */
function select(archive: Archive, request: DataRequest): BallotContest[] {
  const post = postFilter(request.filters);
  const places = outerPlaces(archive, request);
  return [...archive.ballot().contests.values()]
    .filter(
      (contest) => (post === undefined || contest.post === post) && places.every((place) => contest.area === place),
    )
    .sort((a, b) => a.post - b.post || byCode(a, b));
}

function contestEntry({ code, post, name, area }: BallotContest): object {
  return { contestType: String(post), code, contest: contestTitle(post, name, numberOf(area)) };
}

function candidateEntry(
  contest: BallotContest,
  { code, name, picture, party }: BallotContest['results'][number],
): object {
  // Results print the two names as one; put together again, they give it back unchanged.
  const [, otherName = '', surname = name] = /^(.*\S\s*) (\S+\s*)$/.exec(name) ?? [];
  return {
    picture,
    contest_id: contest.code,
    code,
    surname,
    other_name: otherName,
    party: party.code === undefined ? {} : partyEntry(party as RecordedParty),
    // Results do not name it; a blank is what the document's sample has for none.
    running_mate: ' ',
    contest_type: String(contest.post),
  };
}

function partyEntry({ symbol, abr, code, name }: RecordedParty): object {
  return { picture: symbol, abr, code, name };
}

function byCode(a: { code: string }, b: { code: string }): number {
  return a.code < b.code ? -1 : 1;
}
