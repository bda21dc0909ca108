import type { IncomingMessage } from 'node:http';
import type { GraphQLParams } from 'graphql-yoga';
import { COST_HEADER } from '../admission.ts';
import { bodyOf } from '../request-body.ts';

/** What was asked, over HTTP, in the plain way; whatever is unusual about a request is Yoga's. */
export type Question = {
  /** All of it that can change the answer: two questions of one key have one answer. */
  key: string;
  /** Read when the answer is not at hand. Null for what is no question after all. */
  params(): GraphQLParams | null;
};

/** Headers with which something other than the answer alone is wanted. */
const WANTS_MORE = [COST_HEADER, 'last-event-id', 'content-encoding', 'expect'];
const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i;
const KNOWN: ReadonlySet<string> = new Set(['query', 'variables', 'operationName', 'extensions', 'documentId']);

/** `path` is the endpoint's. */
export function questionOf(request: IncomingMessage, path: string): Question | null {
  const { method, url = '', headers } = request;
  if (WANTS_MORE.some((name) => headers[name] !== undefined)) return null;
  if (method === 'POST') {
    if (url !== path || !JSON_TYPE.test(headers['content-type'] ?? '')) return null;
    const bytes = bodyOf(request);
    if (!bytes) return null;
    return { key: `POST ${bytes.toString('latin1')}`, params: () => paramsOf(() => JSON.parse(bytes.toString())) };
  }
  if (method !== 'GET' || !url.startsWith(`${path}?`)) return null;
  return { key: `GET ${url}`, params: () => paramsOf(() => fromSearch(new URLSearchParams(url.slice(path.length)))) };
}

/** As Yoga reads them: of a parameter that is there twice the first counts. */
function fromSearch(search: URLSearchParams): unknown {
  const of = (name: string) => search.get(name) ?? undefined;
  const json = (name: string) => (search.has(name) ? JSON.parse(search.get(name)!) : undefined);
  return {
    query: of('query'),
    operationName: of('operationName'),
    documentId: of('documentId'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
}

/** Null for what Yoga has to refuse, in its own words. */
function paramsOf(read: () => unknown): GraphQLParams | null {
  try {
    const params = read();
    return isParams(params) ? params : null;
  } catch {
    return null;
  }
}

function isParams(params: unknown): params is GraphQLParams {
  if (!isObject(params) || !Object.keys(params).every((name) => KNOWN.has(name))) return false;
  const { query, operationName, variables, extensions, documentId } = params;
  // A new document with its hash is one to keep: that is Yoga's.
  const brings = isObject(extensions) && extensions.persistedQuery !== undefined && query !== undefined;
  return (
    !brings &&
    [query, operationName, documentId].every((value) => value == null || typeof value === 'string') &&
    [variables, extensions].every((value) => value == null || isObject(value))
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
