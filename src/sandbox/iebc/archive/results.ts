import {
  type DataRequest,
  type District,
  type Level,
  NOTHING_YET,
  parsePost,
  postFilter,
  postsCounted,
  Refusal,
  success,
} from '../contract.ts';
import { type Archive, notInArchive } from './archive.ts';
import { contestOf, partyOf } from './ballot.ts';
import { contestsIn, type RecordedContest } from './contests.ts';
import { outerPlaces } from './districts.ts';
import type { RecordedPlace } from './gazetteer.ts';
import { question } from './recordings.ts';

/** Results that were recorded under another question: `/results/post/6/?ward=W` is `/results/ward/W/?post=6`. */
export function archivedResults(archive: Archive, request: DataRequest): string | Buffer {
  const { category, code = '', filters } = request;
  const contestCode = category === 'contest' ? code : filters.get('contest');
  const contest = contestCode === undefined ? undefined : contestOf(archive, contestCode);
  const partyCode = category === 'party' ? code : filters.get('party');
  const party = partyCode === undefined ? undefined : partyOf(archive, partyCode).code;
  const post = category === 'post' ? parsePost(code) : postFilter(filters);

  const { level, code: placeCode } = wherePut(archive, request, contest?.area);
  const posts = postsCounted(level).filter((one) => (post ?? one) === one && (contest?.post ?? one) === one);
  const found = posts.map((one) => recorded(archive, level, placeCode, one));
  if (contest === undefined && party === undefined && found.length === 1) return found[0]!;

  const contests = found
    .flatMap(contestsIn)
    .filter((one) => contest === undefined || one.contest_id === contest.code)
    .flatMap((one) => (party === undefined ? [one] : ofParty(one, party)));
  return contests.length === 0 ? NOTHING_YET : success({ contests });
}

function wherePut(
  archive: Archive,
  request: DataRequest,
  area: RecordedPlace | undefined,
): { level: Level; code: string } {
  const { category, code = '' } = request;
  if (category === 'county' || category === 'constituency' || category === 'ward') return { level: category, code };
  if (category === 'country' || category === 'pollingstation') {
    throw notInArchive(question(`/results/${category}/${code}/`, Object.fromEntries(request.filters)));
  }
  const place = outerPlaces(archive, request).at(-1) ?? (category === 'contest' ? area : undefined);
  if (place !== undefined) return place;
  throw new Refusal(
    'NOT_IN_ARCHIVE',
    'results of the whole country were not recorded; name a county, constituency or ward',
  );
}

function recorded(archive: Archive, level: Level | District, code: string, post: number): Buffer {
  const asked = question(`/results/${level}/${code}/`, { post: String(post) });
  const found = archive.recordings.answer(asked);
  if (found === undefined) throw notInArchive(asked);
  return found;
}

function ofParty(contest: RecordedContest, party: string): RecordedContest[] {
  const locations = (contest.locations ?? [])
    .map((location) => ({ ...location, results: (location.results ?? []).filter((one) => one.party.code === party) }))
    .filter(({ results }) => results.length > 0);
  return locations.length === 0 ? [] : [{ ...contest, locations }];
}
