import { createHash } from 'node:crypto';
import { codeKey } from '../../domain/codes.ts';
import { after, type Maybe } from '../../domain/maybe.ts';
import type { DistrictLevel } from '../../domain/places.ts';
import type { Level, Post } from '../../domain/posts.ts';
import type { ContestFigures } from '../../domain/results.ts';
import type { Cached } from '../../infra/cache.ts';
import * as decode from './decode.ts';
import { type Ask, FRESHNESS, numberOf, type Reader, type Request } from './reader.ts';

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

export type ReportingFilters = { district?: string | undefined; post?: Post | undefined };

/** One contest in one place. */
export type ResultKey = { election: string; level: Level; code: string; post: Post };

/** What the source has just said of contests, and when. */
export type ResultsAnswer = {
  asOf: number;
  /** SHA-256 of the answer's body, in hex. */
  bodyHash: string;
  figures: ContestFigures[];
  /** Where one result was asked for and nothing is reported; null otherwise. */
  nothingAt: ResultKey | null;
};

export type ResultsHearers = {
  /** Hears of all figures that anybody reads, from the source or from the cache. */
  onFigures?: ((figures: ContestFigures) => void) | undefined;
  /** Hears of each answer of the source, all candidates in it, before anybody is shown it. */
  onAnswer?: ((answer: ResultsAnswer) => Promise<void>) | undefined;
};

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** What was counted, each answer with its age. */
export function resultsOf({ many, one }: Reader, { onFigures, onAnswer }: ResultsHearers = {}) {
  return {
    /** One post in one reporting unit; `value` is null when nothing is reported. */
    result: (
      election: string,
      level: Level,
      code: string,
      post: Post,
      ask: Ask = {},
    ): Maybe<Cached<ContestFigures | null>> => {
      let bodyHash = '';
      const before = (figures: ContestFigures | null, asOf: number) => {
        const nothingAt = figures ? null : { election, level, code, post };
        return onAnswer!({ asOf, bodyHash, figures: figures ? [figures] : [], nothingAt });
      };
      const read = one(
        FRESHNESS.results,
        { endpoint: 'results', path: `/results/${level}/${code}/`, filters: { election, post: numberOf(post) } },
        (body, text) => {
          bodyHash = hashOf(text);
          return level === 'pollingstation'
            ? (decode.decodeStationResults(election, code, post, 'results', body)[0] ?? null)
            : theOne(decode.decodeResults(election, 'results', body), level, code, post);
        },
        ask,
        { before: onAnswer && before },
      );
      return after(read, (answer) => {
        if (answer.value) onFigures?.(answer.value);
        return answer;
      });
    },
    results: (election: string, query: ResultsQuery, ask: Ask = {}): Maybe<Cached<ContestFigures[]>> => {
      // One party's votes are not a result: they add up to nothing.
      const narrowed = query.category === 'party' || ('party' in query && query.party !== undefined);
      let bodyHash = '';
      const read = many(
        FRESHNESS.results,
        resultsRequest(election, query),
        (body, text) => {
          bodyHash = hashOf(text);
          return decode.decodeResults(election, 'results', body);
        },
        ask,
        {
          before:
            onAnswer && !narrowed
              ? (figures, asOf) => onAnswer({ asOf, bodyHash, figures, nothingAt: null })
              : undefined,
        },
      );
      return after(read, (answer) => {
        if (!narrowed) for (const figures of answer.value) onFigures?.(figures);
        return answer;
      });
    },
    /** Codes of the stations that have reported. */
    reporting: (election: string, { district, post }: ReportingFilters, ask: Ask = {}): Maybe<Cached<string[]>> =>
      many(
        FRESHNESS.results,
        {
          endpoint: 'reporting',
          path: district ? `/reporting/${district}/` : '/reporting/',
          filters: { election, post: numberOf(post) },
        },
        (body) => decode.decodeReporting('reporting', body),
        ask,
      ),
  };
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
