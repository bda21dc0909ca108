import { deadlineExceeded, SourceError } from '../../domain/errors.ts';
import { HttpFailure } from '../../infra/http.ts';

/** How a source is named in errors: `name` for programs (`extensions.source`), `title` for people. */
export type SourceName = { name: string; title: string };

/** The one error for an answer that is not what was promised. `path` is a JSON path in the answer, without its values. */
export function malformed(source: SourceName, endpoint: string, path: string, what: string, cause?: unknown) {
  return new SourceError(
    'SOURCE_MALFORMED',
    `${source.title} answered something that cannot be read (${endpoint}, at ${path}: ${what}).`,
    { source: source.name, endpoint, path, retryable: true },
    cause,
  );
}

const NOTHING_SENT: ReadonlySet<HttpFailure['kind']> = new Set(['unreachable', 'open', 'overloaded']);
// Too many requests, or nobody to serve them. Behind a 502 or 504 the request may have arrived.
const NOT_TAKEN: ReadonlySet<number> = new Set([429, 503]);

/**
 * What a caller reads of an exchange that did not come about: a SourceError for an HttpFailure, DEADLINE_EXCEEDED or the
 * signal's own reason where the caller's time was over; anything else is a fault of ours and stays as it is.
 */
export function failureOf(source: SourceName, endpoint: string, error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason?.name === 'TimeoutError' ? deadlineExceeded() : signal.reason;
  if (!(error instanceof HttpFailure)) return error;
  const { kind, status, retryAfterMs } = error;
  if (kind === 'too-large') return malformed(source, endpoint, '$', 'too large', error);
  const facts = {
    source: source.name,
    endpoint,
    retryable: true,
    mayHaveActed: !NOTHING_SENT.has(kind) && !(status !== undefined && NOT_TAKEN.has(status)),
    ...(status && { httpStatus: status }),
    ...(retryAfterMs !== undefined && { retryAfter: Math.ceil(retryAfterMs / 1000) }),
  };
  return kind === 'timeout'
    ? new SourceError('SOURCE_TIMEOUT', `${source.title} did not answer in time. Try again shortly.`, facts, error)
    : new SourceError(
        'SOURCE_UNAVAILABLE',
        `${source.title} cannot be reached at the moment. Try again shortly.`,
        facts,
        error,
      );
}
