import type { Contest } from '../../domain/elections.ts';
import type { Maybe } from '../../domain/maybe.ts';
import type { DistrictLevel } from '../../domain/places.ts';
import type { Post } from '../../domain/posts.ts';
import * as decode from './decode.ts';
import { type Ask, byLevel, FRESHNESS, numberOf, onlyValue, type Reader, type Request } from './reader.ts';

export type ContestFilters = { district?: { level: DistrictLevel; code: string } | undefined; post?: Post | undefined };
export type CandidateFilters = ContestFilters & { contest?: string | undefined; party?: string | undefined };

/** Elections, parties, contests, candidates and the guides for voters. */
export function ballotOf({ many, one }: Reader) {
  const list = <T>(request: Request, decoded: (body: unknown) => T[], ask: Ask) =>
    onlyValue(many(FRESHNESS.listings, request, decoded, ask));
  const single = <T>(
    request: Request,
    decoded: (body: unknown) => T | null,
    ask: Ask,
    otherwise?: (ask: Ask) => Promise<T | null>,
  ) => onlyValue(one(FRESHNESS.listings, request, decoded, ask, otherwise && { otherwise }));

  const contests = (election: string, { district, post }: ContestFilters, ask: Ask = {}): Maybe<Contest[]> =>
    list(
      { endpoint: 'contest', path: '/contest/', filters: { election, post: numberOf(post), ...byLevel(district) } },
      (body) => decode.decodeContests(election, 'contest', body),
      ask,
    );

  return {
    elections: (ask: Ask = {}) =>
      list({ endpoint: 'election', path: '/election/' }, (body) => decode.decodeElections('election', body), ask),
    parties: (election: string, ask: Ask = {}) =>
      list(
        { endpoint: 'party', path: '/party/', filters: { election } },
        (body) => decode.decodeParties(election, 'party', body),
        ask,
      ),
    party: (election: string, code: string, ask: Ask = {}) =>
      single(
        { endpoint: 'party', path: `/party/${code}/`, filters: { election } },
        (body) => decode.theOne('party', decode.decodeParties(election, 'party', body), code),
        ask,
      ),
    contests,
    /** The document's table of requests has no contest by its code: where the source has none either, its lists have it. */
    contest: (election: string, code: string, ask: Ask = {}) =>
      single(
        { endpoint: 'contest', path: `/contest/${code}/`, filters: { election } },
        (body) => decode.theOne('contest', decode.decodeContests(election, 'contest', body), code),
        ask,
        async (ask) => decode.among(await contests(election, {}, ask), code),
      ),
    candidates: (election: string, { district, post, contest, party }: CandidateFilters, ask: Ask = {}) =>
      list(
        {
          endpoint: 'candidate',
          path: '/candidate/',
          filters: { election, post: numberOf(post), contest, party, ...byLevel(district) },
        },
        (body) => decode.decodeCandidates(election, 'candidate', body),
        ask,
      ),
    candidate: (election: string, code: string, ask: Ask = {}) =>
      single(
        { endpoint: 'candidate', path: `/candidate/${code}/`, filters: { election } },
        (body) => decode.theOne('candidate', decode.decodeCandidates(election, 'candidate', body), code),
        ask,
      ),

    voterGuides: (ask: Ask = {}) =>
      list({ endpoint: 'info', path: '/info/' }, (body) => decode.decodeGuides('info', body), ask),
    voterGuideBody: (code: string, ask: Ask = {}) =>
      single({ endpoint: 'info', path: `/info/${code}/` }, (body) => decode.decodeOpaque('info', body), ask),
  };
}
