import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Plugin } from 'graphql-yoga';
import type { Contexts } from '../contexts.ts';
import type { Caller } from '../domain/caller.ts';
import { badInput, GatewayError } from '../domain/errors.ts';
import { contestLevel, isCountedAt, LEVEL_WORDS } from '../domain/posts.ts';
import type { ListedResult } from '../domain/result-lists.ts';
import type { ContestResult } from '../domain/results.ts';
import { UNIT_LOOKUPS } from '../schema/arguments.ts';
import { REQUEST_COST } from '../schema/cost.ts';
import { findResults } from '../schema/result-filter.ts';
import type { Admission } from './admission.ts';
import { historyFilter, resultFilter } from './export-filters.ts';
import { type HistoryExport, historyLines } from './export-history.ts';
import { csv, named, ndjson, rowsOf } from './export-rows.ts';
import type { Admit } from './persisted-documents.ts';

const CSV = 'text/csv; charset=utf-8; header=present';
const NDJSON = 'application/x-ndjson';

/** Lines go out in pieces of about so many characters. */
const PIECE = 16 * 1024;
/** Of the whole record, in points: however long it is, the reader's pace bounds the work, and a stranger has few of them a minute. */
const HISTORY_COST = 20_000;

type Options = {
  admit: Admit;
  countFields: Admission['countFields'];
  contexts: Contexts;
  history: HistoryExport;
  maskError: (error: unknown) => Error;
};

type Asked = { query: URLSearchParams; request: Request; caller: Caller };
type Lines = Iterable<string> | AsyncIterable<string>;
type Export = { type: string; lines(asked: Asked): Lines | Promise<Lines> };

/** Figures as files, for whoever works with tables: read as streams, counted as the same would be in GraphQL. */
export function exports(options: Options): Plugin {
  const { admit, maskError } = options;
  const files = exportsOf(options);
  return {
    async onRequest({ url, request, serverContext, fetchAPI: { Response }, endResponse }) {
      const file = files.get(url.pathname);
      // A preflight gets past: Yoga answers it.
      if (!file || request.method === 'OPTIONS') return;
      const { req, res } = serverContext as { req?: IncomingMessage; res?: ServerResponse };
      const refuse = (status: number, problem: object, headers: Record<string, string> = {}) =>
        endResponse(
          new Response(`${JSON.stringify(problem)}\n`, {
            status,
            headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
          }),
        );
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return refuse(405, { message: 'GET this file.' }, { allow: 'GET, HEAD' });
      }
      try {
        const { caller } = await admit({ request, params: {}, ...(req && { req }) });
        const lines = await file.lines({ query: url.searchParams, request, caller });
        const pieces = await begun(inPieces(lines));
        const headers = {
          'content-type': file.type,
          'content-disposition': `attachment; filename="${url.pathname.split('/').at(-1)}"`,
          'cache-control': 'no-store',
        };
        if (request.method === 'HEAD') {
          await pieces.return(undefined);
          return endResponse(new Response(null, { headers }));
        }
        const body = Readable.from(pieces, { objectMode: false });
        // A file that ends in the middle as if it were whole would be wrong figures.
        body.on('error', (error) => {
          maskError(error);
          res?.destroy();
        });
        // Who has left before the first piece never reads the stream, and would leave it open.
        request.signal.addEventListener('abort', () => body.destroy(), { once: true });
        if (request.signal.aborted) body.destroy();
        endResponse(new Response(body as unknown as BodyInit, { headers }));
      } catch (error) {
        const { message, extensions } = maskError(forQuery(error)) as Error & { extensions: Record<string, unknown> };
        const { code, http: _http, ...facts } = extensions;
        refuse(statusOf(code), { code, message, ...facts });
      }
    },
  };
}

function exportsOf({ contexts, countFields, history }: Options): Map<string, Export> {
  async function results({ query, request, caller }: Asked) {
    const filter = resultFilter(query);
    await countFields(caller, request, (1 + UNIT_LOOKUPS) * REQUEST_COST);
    const ctx = contexts.create(caller, () => request.signal);
    const listed = await findResults(filter, ctx);
    if (listed.length === 1) requireCounted(listed[0]!.which);
    if (filter.level) await countFields(caller, request, listed.length * REQUEST_COST);
    const found = await readAll(listed, filter.at == null);
    requireRecorded(found);
    await countFields(caller, request, costOf(found));
    return rowsOf(await named(found, ctx));
  }
  async function versions({ query, request, caller }: Asked) {
    const { filter, from } = historyFilter(query);
    await countFields(caller, request, HISTORY_COST);
    return historyLines(history.versions(filter, from));
  }
  return new Map<string, Export>([
    ['/export/results.csv', { type: CSV, lines: async (asked) => csv(await results(asked)) }],
    ['/export/results.ndjson', { type: NDJSON, lines: async (asked) => ndjson(await results(asked)) }],
    ['/export/history.ndjson', { type: NDJSON, lines: versions }],
  ]);
}

/** All of them, or the failure of one: a file without it would look whole. Those of the past one after another. */
async function readAll(listed: readonly ListedResult[], sideBySide: boolean): Promise<ContestResult[]> {
  if (sideBySide) return Promise.all(listed.map((one) => one.read()));
  const read: ContestResult[] = [];
  for (const one of listed) read.push(await one.read());
  return read;
}

/** As `results { nodes { reportingUnit { name } tallies { candidate { party { name } } } } }` would cost, of so many. */
function costOf(results: readonly ContestResult[]): number {
  const tallies = results.reduce((sum, { figures }) => sum + (figures?.votes.length ?? 0), 0);
  return results.length * (2 + REQUEST_COST) + tallies * 3;
}

/** An empty file would say that nothing is reported. */
function requireCounted({ level, post }: Pick<ContestResult, 'level' | 'post'>): void {
  if (isCountedAt(level, post)) return;
  const instead = LEVEL_WORDS[contestLevel(post)];
  throw badInput(
    'post',
    `is not counted for a ${LEVEL_WORDS[level]} as a whole: ask for a ${instead} or something smaller.`,
  );
}

/** Nor would one that says what nobody knows. */
function requireRecorded(found: readonly ContestResult[]): void {
  const unknown = ({ moment, version }: ContestResult) => moment !== undefined && version === undefined;
  if (found.length > 0 && found.every(unknown))
    throw badInput('at', 'nothing of this had been recorded by that moment.');
}

/** GraphQL's `filter.post` is `post` in a query string. */
function forQuery(error: unknown): unknown {
  if (!(error instanceof GatewayError) || error.code !== 'BAD_USER_INPUT') return error;
  const { field, ...rest } = error.extensions;
  if (typeof field !== 'string' || !field.startsWith('filter.')) return error;
  const bare = { field: field.slice('filter.'.length), ...rest };
  return new GatewayError(error.code, error.message.slice('filter.'.length), bare);
}

const STATUS: Partial<Record<string, number>> = {
  BAD_USER_INPUT: 400,
  QUERY_TOO_COMPLEX: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  SOURCE_UNAVAILABLE: 502,
  SOURCE_REFUSED: 502,
  SOURCE_MALFORMED: 502,
  STORAGE_UNAVAILABLE: 503,
  SOURCE_TIMEOUT: 504,
  DEADLINE_EXCEEDED: 504,
};
const statusOf = (code: unknown): number => STATUS[String(code)] ?? 500;

async function* inPieces(lines: Lines): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece) yield piece;
}

/** The same from its first piece on, which is there: a failure before it is thrown here, where it can still be a status. */
async function begun(pieces: AsyncGenerator<string>): Promise<AsyncGenerator<string>> {
  const first = await pieces.next();
  return (async function* () {
    try {
      if (!first.done) yield first.value;
      yield* pieces;
    } finally {
      await pieces.return(undefined);
    }
  })();
}
