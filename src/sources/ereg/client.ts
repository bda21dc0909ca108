import type { SourceErrorCode } from '../../domain/errors.ts';
import type { CanadianAddress, Outcome } from '../../domain/registration-checks.ts';
import type { Clock } from '../../infra/clock.ts';
import { type Http, HttpFailure, type HttpResponse } from '../../infra/http.ts';
import { checkForm, type Voter } from './form.ts';
import { checkAnswer, queuedAnswer } from './wire.ts';

/** Every way in which a step with the service can end, told apart. */
export type Submission =
  | { kind: 'queued'; upstreamId: string; resolvedAddress: string | null }
  /** Nothing was sent: it can be tried again without a second check there. */
  | { kind: 'unreachable' }
  /** It may or may not have been queued: an error 500, or a connection that broke. */
  | { kind: 'unclear'; trouble: 'UPSTREAM_TASK_FAILED' | 'UPSTREAM_UNREACHABLE' }
  | { kind: 'refused' }
  | { kind: 'malformed' };

export type Poll =
  | { kind: 'running' }
  | { kind: 'answered'; outcome: Outcome }
  | { kind: 'forgotten' }
  | { kind: 'task-failed' }
  | { kind: 'unreachable' }
  | { kind: 'refused' }
  | { kind: 'malformed' };

export type EregClient = ReturnType<typeof createEregClient>;

type Options = {
  http: Http;
  url: string;
  apiKey: string;
  clock: Clock;
  observe?: (event: { endpoint: string; outcome: string; ms: number }) => void;
};

/**
 * Canadian registration checks. Nothing of an answer but its verdict and the resolved address leaves this file: the
 * service echoes everything it was told about a person.
 */
export function createEregClient({ http, url, apiKey, clock, observe }: Options) {
  const prefix = new URL(url).pathname.replace(/\/$/, '');
  const headers = { authorization: apiKey };

  async function send<T extends { kind: string }>(
    endpoint: string,
    request: { method: 'GET' | 'POST'; path: string; body?: string },
    read: (response: HttpResponse) => T,
    failed: (failure: HttpFailure) => T,
    signal: AbortSignal,
  ): Promise<T> {
    const start = clock.monotonic();
    const result = await http
      .send({
        signal,
        // The worker has a patience of its own, and a second POST would be a second check.
        idempotent: false,
        read: (response) => response,
        prepare: () => ({
          ...request,
          headers: { ...headers, ...(request.body && { 'content-type': 'application/x-www-form-urlencoded' }) },
        }),
      })
      .then(read)
      .catch((error: unknown) => {
        if (error instanceof HttpFailure) return failed(error);
        throw error;
      });
    observe?.({ endpoint, outcome: OUTCOME_CODES[result.kind] ?? 'ok', ms: clock.monotonic() - start });
    return result;
  }

  return {
    submit: (voter: Voter, address: CanadianAddress, signal: AbortSignal): Promise<Submission> =>
      send<Submission>(
        'submit',
        { method: 'POST', path: `${prefix}/v1/checks`, body: checkForm(voter, address) },
        ({ status, body }) => {
          if (status === 500) return { kind: 'unclear', trouble: 'UPSTREAM_TASK_FAILED' };
          if (status >= 400) return { kind: 'refused' };
          const answer = queuedAnswer.safeParse(jsonOf(body));
          if (status !== 202 || !answer.success) return { kind: 'malformed' };
          return {
            kind: 'queued',
            upstreamId: answer.data.check_id,
            resolvedAddress: resolvedOf(answer.data.geocoded_data),
          };
        },
        ({ kind, status }) => {
          if (kind === 'too-large') return { kind: 'malformed' };
          return NOTHING_SENT.has(kind) || (status !== undefined && NOT_TAKEN.has(status))
            ? { kind: 'unreachable' }
            : { kind: 'unclear', trouble: 'UPSTREAM_UNREACHABLE' };
        },
        signal,
      ),
    poll: (upstreamId: string, signal: AbortSignal): Promise<Poll> =>
      send<Poll>(
        'poll',
        { method: 'GET', path: `${prefix}/v1/checks/${upstreamId}` },
        ({ status, body }) => {
          if (status === 422 || status === 404) return { kind: 'forgotten' };
          if (status === 500) return { kind: 'task-failed' };
          if (status >= 400) return { kind: 'refused' };
          const answer = checkAnswer.safeParse(jsonOf(body));
          if (status !== 200 || !answer.success) return { kind: 'malformed' };
          return verdictOf(answer.data);
        },
        ({ kind }) => ({ kind: kind === 'too-large' ? 'malformed' : 'unreachable' }),
        signal,
      ),
  };
}

const NOTHING_SENT: ReadonlySet<HttpFailure['kind']> = new Set(['unreachable', 'open', 'overloaded']);
// Too many requests, or nobody to serve them. Behind a 502 or 504 the request may have arrived.
const NOT_TAKEN: ReadonlySet<number> = new Set([429, 503]);

const OUTCOME_CODES: Record<string, SourceErrorCode> = {
  unreachable: 'SOURCE_UNAVAILABLE',
  unclear: 'SOURCE_UNAVAILABLE',
  refused: 'SOURCE_REFUSED',
  malformed: 'SOURCE_MALFORMED',
};

/** SUCCESS says that the task ended, not that the person is registered; `registered: false` is "cannot confirm" (wire.md). */
function verdictOf({ status, registered }: { status: string; registered?: boolean | null | undefined }): Poll {
  if (status === 'IN-PROGRESS') return { kind: 'running' };
  if (status !== 'SUCCESS') return { kind: 'malformed' };
  if (registered == null) return { kind: 'answered', outcome: 'INCONCLUSIVE' };
  return { kind: 'answered', outcome: registered ? 'REGISTERED' : 'NOT_CONFIRMED' };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const ADDRESS_KEYS = ['full_address', 'formatted_address', 'address'];

function resolvedOf(geocoded: unknown): string | null {
  if (typeof geocoded === 'string') return geocoded.trim() || null;
  if (typeof geocoded !== 'object' || geocoded === null) return null;
  const found = ADDRESS_KEYS.map((key) => (geocoded as Record<string, unknown>)[key]).find(
    (value) => typeof value === 'string',
  );
  return typeof found === 'string' ? found.trim() || null : null;
}
