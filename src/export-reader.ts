import { setTimeout as wait } from 'node:timers/promises';

/** What keeps a file from being made: one line. */
export class ExportError extends Error {}

export type Gateway = {
  /** Without a slash at its end. */
  url: string;
  signal: AbortSignal;
};

type Problem = { message?: string; code?: string; extensions?: { code?: string } };

/** Of these the gateway has done a part, which it keeps: it gets further each time. */
const GETS_FURTHER = new Set(['DEADLINE_EXCEEDED', 'QUERY_TOO_COMPLEX', 'SOURCE_TIMEOUT']);
const ATTEMPTS = 5;

/** The data of a query without errors; otherwise an ExportError. */
export async function ask<T>(gateway: Gateway, query: string, variables: object = {}): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const response = await request(gateway, '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await answerOf<{ data?: T | null; errors?: Problem[] }>(gateway, response);
    if (data && !errors) return data;
    const problem = errors?.[0] ?? {};
    if (attempt === ATTEMPTS || !GETS_FURTHER.has(problem.extensions?.code ?? '')) throw refused(gateway, problem);
  }
}

/**
 * The lines of the record from `from` on, each with its index. A connection that breaks off is gone on with, as long as some
 * line comes each time.
 */
export async function* historyLines(
  gateway: Gateway,
  election: string | undefined,
): AsyncGenerator<{ index: number; line: string }> {
  let from = 0;
  for (;;) {
    const began = from;
    const query = new URLSearchParams({ from: String(from), ...(election !== undefined && { election }) });
    const response = await request(gateway, `/export/history.ndjson?${query}`);
    if (response.status === 404) throw new ExportError(`${gateway.url}: this gateway has no record to export.`);
    if (!response.ok) throw refused(gateway, await answerOf<Problem>(gateway, response));
    try {
      for await (const line of linesOf(response)) {
        const index = Number(/^\{"index":(\d{1,15}),/.exec(line)?.[1] ?? Number.NaN);
        if (!(index >= from))
          throw new ExportError(`${gateway.url}: the line behind version ${from - 1} is none of a record.`);
        from = index + 1;
        yield { index, line };
      }
      return;
    } catch (error) {
      if (error instanceof ExportError || gateway.signal.aborted) throw error;
      if (from === began) throw new ExportError(`${gateway.url}: the record breaks off after ${from} versions.`);
    }
  }
}

/** Throws where the stream breaks off, in the middle of a line too. */
async function* linesOf({ body }: Response): AsyncGenerator<string> {
  let rest = '';
  for await (const text of body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest) throw new Error('the last line is not whole');
}

/** Waits where a stranger has asked for too much. */
async function request({ url, signal }: Gateway, path: string, init: RequestInit = {}): Promise<Response> {
  for (;;) {
    const response = await fetch(url + path, { ...init, signal }).catch(
      (error: Error & { cause?: { code?: string } }) => {
        if (signal.aborted) throw error;
        throw new ExportError(`${url}: cannot be reached (${error.cause?.code ?? error.name}).`);
      },
    );
    if (response.status !== 429) return response;
    await response.body?.cancel();
    await wait(Number(response.headers.get('retry-after') ?? 60) * 1000, undefined, { signal });
  }
}

async function answerOf<T>({ url, signal }: Gateway, response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ExportError(`${url}: answers ${response.status} and something that is not JSON; is it the gateway?`);
  }
}

function refused({ url }: Gateway, { message = 'no data', code, extensions }: Problem): ExportError {
  return new ExportError(`${url}: ${message.replaceAll('\n', ' ')} (${extensions?.code ?? code ?? 'no code'})`);
}
