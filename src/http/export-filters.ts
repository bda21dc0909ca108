import { badInput } from '../domain/errors.ts';
import { LEVELS, type Level, POSTS, type Post } from '../domain/posts.ts';
import { parseReference } from '../schema/ids.ts';
import type { findResults } from '../schema/result-filter.ts';
import type { HistoryFilter } from './export-history.ts';

/** The members of `ResultFilter`, as query parameters of the same names. */
const RESULTS = ['election', 'district', 'contest', 'party', 'post', 'level', 'within', 'at'] as const;
const HISTORY = ['election', 'level', 'post', 'district', 'from'] as const;
const POST_NAMES = Object.keys(POSTS) as Post[];
const PLACES = ['Country', 'County', 'Constituency', 'Ward', 'PollingStation'];

/** Names are checked here, values by whoever finds the results. Throws BAD_USER_INPUT. */
export function resultFilter(query: URLSearchParams): Parameters<typeof findResults>[0] {
  const { post, level, at, ...named } = only(RESULTS, query);
  return {
    ...named,
    post: oneOf('post', POST_NAMES, post),
    level: oneOf<Level>('level', LEVELS, level),
    at: instantOf('at', at),
  };
}

/** `from`: the first index in the log. Throws BAD_USER_INPUT. */
export function historyFilter(query: URLSearchParams): { filter: HistoryFilter; from: number } {
  const { election, district, level, post, from = '0' } = only(HISTORY, query);
  if (!/^\d{1,15}$/.test(from)) throw badInput('from', 'must be a whole number from 0: the index of a version.');
  const filter = {
    election: codeOf('election', election, ['Election']),
    district: codeOf('district', district, PLACES),
    level: oneOf<Level>('level', LEVELS, level),
    post: oneOf('post', POST_NAMES, post),
  };
  return { filter, from: Number(from) };
}

/** A filter that was misspelt or said twice must not widen the answer unnoticed. An empty one is not set. */
function only<Name extends string>(names: readonly Name[], query: URLSearchParams): Partial<Record<Name, string>> {
  for (const name of query.keys()) {
    if (!names.includes(name as Name)) {
      throw badInput('query', `this takes ${names.map((one) => `\`${one}\``).join(', ')} and no other parameter.`);
    }
    if (query.getAll(name).length > 1) throw badInput(name, 'can be given once.');
  }
  return Object.fromEntries([...query].filter(([, value]) => value !== '')) as Partial<Record<Name, string>>;
}

function codeOf(field: string, value: string | undefined, types: readonly string[]): string | undefined {
  return value === undefined ? undefined : parseReference(field, value, types).code;
}

/** In ISO 8601, with its offset: one without would be the time of wherever this runs. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function instantOf(field: string, value: string | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const instant = new Date(value);
  if (INSTANT.test(value) && !Number.isNaN(instant.getTime())) return instant;
  throw badInput(field, 'must be an instant in ISO 8601, such as 2013-03-05T06:00:00Z.');
}

function oneOf<Name extends string>(
  field: string,
  names: readonly Name[],
  value: string | undefined,
): Name | undefined {
  if (value === undefined || names.includes(value as Name)) return value as Name | undefined;
  throw badInput(field, `must be one of ${names.join(', ')}.`);
}
