import { type DataRequest, type Endpoint, Refusal } from './contract.ts';

const PLACES = ['county', 'constituency', 'ward'];

/** Filters a list takes; `election` is added where the answer can depend on it. */
const LIST_FILTERS: Record<Endpoint, readonly string[] | undefined> = {
  county: ['election'],
  constituency: ['election', 'county'],
  ward: ['election', 'county', 'constituency'],
  pollingstation: ['election', ...PLACES],
  party: ['election'],
  contest: ['election', 'post', ...PLACES],
  candidate: ['election', 'post', 'contest', 'party', ...PLACES],
  voter: undefined,
  results: undefined,
  info: [],
  reporting: ['election', 'post'],
  election: [],
};

/** Filters beside a code; undefined: the endpoint takes no code. */
const SINGLE_FILTERS: Record<Endpoint, readonly string[] | undefined> = {
  county: ['election'],
  constituency: ['election'],
  ward: ['election'],
  pollingstation: ['election'],
  party: ['election'],
  contest: ['election'],
  candidate: ['election'],
  voter: ['election', 'type'],
  results: undefined,
  info: [],
  reporting: ['election', 'post'],
  election: undefined,
};

/** The document's table of categories; `country` and `pollingstation` are sources/iebc/WIRE.md's. */
const RESULT_FILTERS: Readonly<Record<string, readonly string[]>> = {
  country: ['election', 'post', 'party', 'contest'],
  county: ['election', 'post', 'party', 'contest'],
  constituency: ['election', 'post', 'party', 'contest'],
  ward: ['election', 'post', 'party', 'contest'],
  pollingstation: ['election', 'post'],
  contest: ['election', 'party', ...PLACES],
  party: ['election', 'post', 'contest', ...PLACES],
  post: ['election', 'party', ...PLACES],
};

export type Route = {
  endpoint: Endpoint;
  category: string | undefined;
  code: string | undefined;
  filters: readonly string[];
};

/** Which endpoint a path means, or a Refusal. */
export function route(path: string): Route {
  if (!path.endsWith('/')) throw new Refusal('PATH_ERROR', `a path ends in '/': ${path}/`);
  const [first = '', ...rest] = path.slice(1, -1).split('/');
  if (!Object.hasOwn(LIST_FILTERS, first) || rest.includes('')) throw unknownPath(path);
  const endpoint = first as Endpoint;

  if (endpoint === 'results') {
    const [category = '', code] = rest;
    const filters = Object.hasOwn(RESULT_FILTERS, category) ? RESULT_FILTERS[category] : undefined;
    if (filters === undefined || code === undefined || rest.length !== 2) {
      throw new Refusal('PATH_ERROR', `results are at /results/CATEGORY/CODE/, not at ${path}`);
    }
    return { endpoint, category, code: decoded(code), filters };
  }
  if (rest.length > 1) throw unknownPath(path);
  const code = rest[0] === undefined ? undefined : decoded(rest[0]);
  const filters = (code === undefined ? LIST_FILTERS : SINGLE_FILTERS)[endpoint];
  if (filters === undefined) {
    throw new Refusal('PATH_ERROR', `/${endpoint}/ ${code === undefined ? 'needs' : 'takes no'} code`);
  }
  return { endpoint, category: undefined, code, filters };
}

/** The request a source is asked, or a Refusal for a filter that the endpoint does not take. */
export function dataRequest(found: Route, parameters: ReadonlyMap<string, string>): DataRequest {
  const filters = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (name === 'token' || name === 'key') continue;
    if (!found.filters.includes(name)) {
      const known = found.filters.length === 0 ? 'no filters' : found.filters.join(', ');
      throw new Refusal('FILTER_ERROR', `'${name}' is not a filter of this request, which takes ${known}`);
    }
    if (value === '') throw new Refusal('FILTER_ERROR', `'${name}' has no value`);
    filters.set(name, decoded(value));
  }
  const election = filters.get('election');
  filters.delete('election');
  return { endpoint: found.endpoint, category: found.category, code: found.code, election, filters };
}

/** Names and values exactly as received, still percent-encoded: what a signature is checked against. */
export function parseQuery(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  if (query === '') return parameters;
  for (const part of query.split('&')) {
    const [name, value, ...more] = part.split('=');
    // Parts of the signed message run together, so a stray '=' could make two requests share one key (sources/iebc/WIRE.md).
    if (!name || value === undefined || more.length > 0) {
      throw new Refusal('FILTER_ERROR', `a parameter has the form name=value, not '${part}'`);
    }
    if (parameters.has(name)) throw new Refusal('FILTER_ERROR', `'${name}' is given twice`);
    parameters.set(name, value);
  }
  return parameters;
}

function decoded(text: string): string {
  let plain: string;
  try {
    plain = decodeURIComponent(text);
  } catch {
    throw new Refusal('PATH_ERROR', `'${text}' is not percent-encoded correctly`);
  }
  if (/[=&]/.test(plain)) throw new Refusal('FILTER_ERROR', `a value holds neither '=' nor '&': '${text}'`);
  return plain;
}

function unknownPath(path: string): Refusal {
  return new Refusal('PATH_ERROR', `no such path: ${path}`);
}
