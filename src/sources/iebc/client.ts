import { codeKey } from '../../domain/codes.ts';
import type { DistrictKind, DistrictLevel } from '../../domain/places.ts';
import { type Level, POSTS, type Post } from '../../domain/posts.ts';
import type { ContestFigures } from '../../domain/results.ts';
import type { Cache, Cached, Freshness } from '../../infra/cache.ts';
import * as decode from './decode.ts';
import type { Exchange } from './exchange.ts';
import type { Filters } from './sign.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** How long each kind of resource is fresh, renewed behind the reader's back, and kept for when the source is down. */
const FRESHNESS = {
  places: { freshMs: DAY, renewMs: DAY, keepMs: 7 * DAY },
  listings: { freshMs: 5 * MINUTE, renewMs: 5 * MINUTE, keepMs: DAY },
  results: { freshMs: 15 * SECOND, renewMs: 5 * SECOND, keepMs: DAY },
} satisfies Record<string, Freshness>;

/** `signal` ends the wait; `maxAgeMs` and `patienceMs` are the cache's (infra/cache.ts). */
export type Ask = {
  signal?: AbortSignal | undefined;
  maxAgeMs?: number | undefined;
  patienceMs?: number | undefined;
};

export type DistrictFilter = { county: string } | { constituency: string } | { ward: string } | Record<string, never>;
export type ContestFilters = { district?: { level: DistrictLevel; code: string } | undefined; post?: Post | undefined };
export type CandidateFilters = ContestFilters & { contest?: string | undefined; party?: string | undefined };
/** The document's categories of results, each with the filters that it may have. */
export type ResultsQuery =
  | {
      category: DistrictLevel;
      code: string;
      post?: Post | undefined;
      contest?: string | undefined;
      party?: string | undefined;
    }
  | { category: 'contest'; code: string; party?: string | undefined }
  | { category: 'party'; code: string; post?: Post | undefined }
  | { category: 'post'; post: Post };

export type IebcClient = ReturnType<typeof createIebcClient>;

type Request = { endpoint: string; path: string; filters?: Record<string, string | undefined> };

type Options = {
  exchange: Exchange;
  cache: Cache;
  /** First part of every cache key: the source, a version of the decoded form, and which data it is. */
  keyPrefix: string;
  /** Hears of all figures that anybody reads, from the source or from the cache. */
  onFigures?: (figures: ContestFigures) => void;
};

/**
 * The whole IEBC API, one endpoint a line, decoded and cached. `election` is an election's code and travels with every
 * request that the document gives an election; polling stations come with their location only if one is named (wire.md).
 * Codes are taken as well-formed (domain/codes.ts). Failures are SourceError, or the signal's reason.
 */
export function createIebcClient({ exchange, cache, keyPrefix, onFigures }: Options) {
  function read<T>(
    freshness: Freshness,
    request: Request,
    decoded: (body: unknown) => T,
    ask: Ask,
  ): Promise<Cached<T>> {
    const { endpoint, path } = request;
    const filters = present(request.filters ?? {});
    return cache.read({
      key: `${keyPrefix}${codeKey(path)}?${new URLSearchParams(Object.entries(filters).sort())}`,
      freshness,
      ...ask,
      load: (signal) => exchange.ask({ endpoint, path, filters, decode: decoded, signal }),
    });
  }

  const place = async <T>(request: Request, decoded: (body: unknown) => T, ask: Ask) =>
    (await read(FRESHNESS.places, request, decoded, ask)).value;
  const listing = async <T>(request: Request, decoded: (body: unknown) => T, ask: Ask) =>
    (await read(FRESHNESS.listings, request, decoded, ask)).value;
  const live = <T>(request: Request, decoded: (body: unknown) => T, ask: Ask) =>
    read(FRESHNESS.results, request, decoded, ask);

  const districts = (kind: DistrictKind, level: DistrictLevel, filters: DistrictFilter, ask: Ask) =>
    place(
      { endpoint: level, path: `/${level}/`, filters },
      orEmpty((body) => decode.decodeDistricts(kind, level, body)),
      ask,
    );
  const district = (kind: DistrictKind, level: DistrictLevel, code: string, ask: Ask) =>
    place(
      { endpoint: level, path: `/${level}/${code}/` },
      orNull((body) => decode.decodeDistricts(kind, level, body)[0] ?? null),
      ask,
    );

  return {
    counties: (ask: Ask = {}) => districts('County', 'county', {}, ask),
    county: (code: string, ask: Ask = {}) => district('County', 'county', code, ask),
    constituencies: (filter: DistrictFilter, ask: Ask = {}) => districts('Constituency', 'constituency', filter, ask),
    constituency: (code: string, ask: Ask = {}) => district('Constituency', 'constituency', code, ask),
    wards: (filter: DistrictFilter, ask: Ask = {}) => districts('Ward', 'ward', filter, ask),
    ward: (code: string, ask: Ask = {}) => district('Ward', 'ward', code, ask),

    pollingStations: (election: string, filter: DistrictFilter, ask: Ask = {}) =>
      place(
        { endpoint: 'pollingstation', path: '/pollingstation/', filters: { ...filter, election } },
        orEmpty((body) => decode.decodeStations('pollingstation', body)),
        ask,
      ),
    pollingStation: (code: string, ask: Ask = {}) =>
      place(
        { endpoint: 'pollingstation', path: `/pollingstation/${code}/` },
        orNull((body) => decode.decodeStation('pollingstation', body)),
        ask,
      ),

    elections: (ask: Ask = {}) =>
      listing(
        { endpoint: 'election', path: '/election/' },
        orEmpty((body) => decode.decodeElections('election', body)),
        ask,
      ),
    parties: (election: string, ask: Ask = {}) =>
      listing(
        { endpoint: 'party', path: '/party/', filters: { election } },
        orEmpty((body) => decode.decodeParties(election, 'party', body)),
        ask,
      ),
    party: (election: string, code: string, ask: Ask = {}) =>
      listing(
        { endpoint: 'party', path: `/party/${code}/`, filters: { election } },
        orNull((body) => decode.decodeParties(election, 'party', body)[0] ?? null),
        ask,
      ),
    contests: (election: string, { district, post }: ContestFilters, ask: Ask = {}) =>
      listing(
        { endpoint: 'contest', path: '/contest/', filters: { election, post: numberOf(post), ...byLevel(district) } },
        orEmpty((body) => decode.decodeContests(election, 'contest', body)),
        ask,
      ),
    contest: (election: string, code: string, ask: Ask = {}) =>
      listing(
        { endpoint: 'contest', path: `/contest/${code}/`, filters: { election } },
        orNull((body) => decode.decodeContests(election, 'contest', body)[0] ?? null),
        ask,
      ),
    candidates: (election: string, { district, post, contest, party }: CandidateFilters, ask: Ask = {}) =>
      listing(
        {
          endpoint: 'candidate',
          path: '/candidate/',
          filters: { election, post: numberOf(post), contest, party, ...byLevel(district) },
        },
        orEmpty((body) => decode.decodeCandidates(election, 'candidate', body)),
        ask,
      ),
    candidate: (election: string, code: string, ask: Ask = {}) =>
      listing(
        { endpoint: 'candidate', path: `/candidate/${code}/`, filters: { election } },
        orNull((body) => decode.decodeCandidates(election, 'candidate', body)[0] ?? null),
        ask,
      ),

    /** One post in one reporting unit; `value` is null when nothing is reported. */
    result: async (election: string, level: Level, code: string, post: Post, ask: Ask = {}) => {
      const answer = await live(
        { endpoint: 'results', path: `/results/${level}/${code}/`, filters: { election, post: numberOf(post) } },
        orNull((body) =>
          level === 'pollingstation'
            ? (decode.decodeStationResults(election, code, post, 'results', body)[0] ?? null)
            : theOne(decode.decodeResults(election, 'results', body), level, code, post),
        ),
        ask,
      );
      if (answer.value) onFigures?.(answer.value);
      return answer;
    },
    results: async (election: string, query: ResultsQuery, ask: Ask = {}) => {
      const answer = await live(
        resultsRequest(election, query),
        orEmpty((body) => decode.decodeResults(election, 'results', body)),
        ask,
      );
      // One party's votes are not a result: they add up to nothing.
      const narrowed = query.category === 'party' || ('party' in query && query.party !== undefined);
      if (!narrowed) for (const figures of answer.value) onFigures?.(figures);
      return answer;
    },
    /** Codes of the stations that have reported. */
    reporting: (
      election: string,
      { district, post }: { district?: string | undefined; post?: Post | undefined },
      ask: Ask = {},
    ) =>
      live(
        {
          endpoint: 'reporting',
          path: district ? `/reporting/${district}/` : '/reporting/',
          filters: { election, post: numberOf(post) },
        },
        orEmpty((body) => decode.decodeReporting('reporting', body)),
        ask,
      ),

    voterGuides: (ask: Ask = {}) =>
      listing(
        { endpoint: 'info', path: '/info/' },
        orEmpty((body) => decode.decodeGuides('info', body)),
        ask,
      ),
    voterGuideBody: (code: string, ask: Ask = {}) =>
      listing(
        { endpoint: 'info', path: `/info/${code}/` },
        orNull((body) => decode.decodeOpaque('info', body)),
        ask,
      ),

    /** People are never cached: this goes to the source each time. */
    voter: async (code: string, ask: Ask = {}) => {
      const filters = { type: 'info' };
      const decoded = orNull((body) => decode.decodeVoter('voter', body));
      return exchange.ask({
        endpoint: 'voter',
        path: `/voter/${code}/`,
        filters,
        decode: decoded,
        personal: true,
        signal: ask.signal,
      });
    },
    voterResults: async (code: string, ask: Ask = {}) => {
      const filters = { type: 'results' };
      const decoded = orNull((body) => decode.decodeOpaque('voter', body));
      return exchange.ask({
        endpoint: 'voter',
        path: `/voter/${code}/`,
        filters,
        decode: decoded,
        personal: true,
        signal: ask.signal,
      });
    },

    /** The file of the source's own host, whatever host the district's `polygon` names: nobody can point us elsewhere. */
    boundary: async (level: DistrictLevel, number: number, ask: Ask = {}) => {
      const path = `/geojson/${level}_${number}.geojson`;
      const { value } = await cache.read({
        key: `${keyPrefix}${path}`,
        freshness: FRESHNESS.places,
        signal: ask.signal,
        load: (signal) =>
          exchange.open({
            endpoint: 'geojson',
            path,
            decode: orNull((body) => decode.decodeBoundary('geojson', body)),
            signal,
          }),
      });
      return value;
    },
  };
}

/** Null stands for "no such thing" in an exchange's answer. */
const orNull =
  <T>(decoded: (body: unknown) => T) =>
  (body: unknown): T | null =>
    body === null ? null : decoded(body);
const orEmpty =
  <T>(decoded: (body: unknown) => T[]) =>
  (body: unknown): T[] =>
    body === null ? [] : decoded(body);

const numberOf = (post: Post | undefined): string | undefined => (post ? String(POSTS[post]) : undefined);

const byLevel = (district: { level: DistrictLevel; code: string } | undefined): Record<string, string> =>
  district ? { [district.level]: district.code } : {};

function present(filters: Record<string, string | undefined>): Filters {
  return Object.fromEntries(
    Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function resultsRequest(election: string, query: ResultsQuery): Request {
  const { category, ...named } = query;
  const {
    code,
    post,
    ...filters
  }: { code?: string; post?: Post | undefined; contest?: string | undefined; party?: string | undefined } = named;
  return code === undefined
    ? { endpoint: 'results', path: `/results/${category}/${numberOf(post)}/`, filters: { election, ...filters } }
    : {
        endpoint: 'results',
        path: `/results/${category}/${code}/`,
        filters: { election, post: numberOf(post), ...filters },
      };
}

/** The figures that were asked for; an answer about another place or post is no answer. */
function theOne(figures: ContestFigures[], level: Level, code: string, post: Post): ContestFigures | null {
  if (figures.length === 0) return null;
  const found = figures.find(
    (entry) => entry.level === level && entry.post === post && codeKey(entry.unitCode) === codeKey(code),
  );
  if (!found) throw decode.malformed('results', '$.contests', 'another place or post than was asked for');
  return found;
}
