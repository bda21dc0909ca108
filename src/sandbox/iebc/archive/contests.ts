import { type District, postInfo } from '../contract.ts';
import { ancestor, type Gazetteer, type RecordedPlace } from './gazetteer.ts';
import type { Recordings } from './recordings.ts';

export type RecordedParty = { code: string; name: string; abr: string; symbol: string };
type RecordedResult = { code: string; name: string; picture: string; party: Partial<RecordedParty> };
export type RecordedContest = {
  contest_id?: string;
  contest_type?: string;
  contest?: string;
  locations?: { results?: RecordedResult[] }[] | null;
};

/** Who stood for what, as far as some recorded result names it. Keys are codes in lower case. */
export type Ballot = {
  parties: ReadonlyMap<string, RecordedParty>;
  contests: ReadonlyMap<string, BallotContest>;
  candidates: ReadonlyMap<string, { result: RecordedResult; contest: BallotContest }>;
};

export type BallotContest = {
  code: string;
  post: number;
  name: string;
  /** Undefined for the country, and where the place of a result is not known. */
  area: RecordedPlace | undefined;
  results: RecordedResult[];
};

/** Reads every recorded result once; takes a moment, so it waits until somebody asks. */
export function readBallot(recordings: Recordings, { places }: Gazetteer): Ballot {
  const parties = new Map<string, RecordedParty>();
  const contests = new Map<string, BallotContest>();
  const candidates = new Map<string, { result: RecordedResult; contest: BallotContest }>();

  for (const { path, body } of recordings.values()) {
    const [, root, level = '', placeCode = ''] = path.split('/');
    if (root !== 'results') continue;
    const place = places[level as District]?.get(placeCode.toLowerCase());
    for (const recorded of contestsIn(body)) {
      const { contest_id: code, contest_type: type, contest: name = '', locations } = recorded;
      if (code === undefined || !/^[1-6]$/.test(type ?? '')) continue;
      const contest = contests.get(code.toLowerCase()) ?? newContest(code, Number(type), name, place);
      contests.set(code.toLowerCase(), contest);
      for (const result of locations?.flatMap(({ results }) => results ?? []) ?? []) {
        if (result.code === undefined) continue;
        const key = result.code.toLowerCase();
        if (!candidates.has(key)) {
          candidates.set(key, { result, contest });
          contest.results.push(result);
        }
        const { code: partyCode } = result.party;
        if (partyCode !== undefined) parties.set(partyCode.toLowerCase(), result.party as RecordedParty);
      }
    }
  }
  return { parties, contests, candidates };
}

export function contestsIn(body: Buffer): RecordedContest[] {
  return (JSON.parse(body.toString()) as { contests?: RecordedContest[] }).contests ?? [];
}

function newContest(code: string, post: number, name: string, place: RecordedPlace | undefined): BallotContest {
  const { area } = postInfo(post);
  return { code, post, name, area: area === 'country' ? undefined : ancestor(place, area), results: [] };
}
