import { SourceError } from '../../domain/errors.ts';
import type { CanadianAddress, Outcome } from '../../domain/registration-checks.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Http, HttpResponse } from '../../infra/http.ts';
import { createExchanges, type Watching } from '../shared/exchanges.ts';
import { failureOf, malformed, type SourceName } from '../shared/failure.ts';
import { checkForm, type Voter } from './form.ts';
import { checkAnswer, queuedAnswer } from './wire.ts';

type Queued = { upstreamId: string; resolvedAddress: string | null };

/** What the service says of a check that it was given. */
export type CheckProgress =
  | { kind: 'running' }
  | { kind: 'answered'; outcome: Outcome }
  /** It does not know the check, or not any more. */
  | { kind: 'forgotten' }
  /** It failed while it was checking. */
  | { kind: 'task-failed' };

export type EregClient = ReturnType<typeof createEregClient>;

type Options = Watching & { http: Http; url: string; apiKey: string; clock: Clock };

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const EREG: SourceName = { name: 'ereg', title: "Canada's registration service" };

/**
 * Canadian registration checks. Nothing of an answer but its verdict and the resolved address leaves this file: the
 * service echoes everything it was told about a person. Whatever else it does than answer is a SourceError.
 */
export function createEregClient({ http, url, apiKey, clock, ...watching }: Options) {
  const prefix = new URL(url).pathname.replace(/\/$/, '');
  const headers = { authorization: apiKey };
  const exchange = createExchanges({ clock, ...watching });

  /** `read` returns a refusal, which is an answer, and throws for what cannot be read, which is a failure of the source. */
  async function send<T>(
    endpoint: string,
    request: { method: 'GET' | 'POST'; path: string; body?: string },
    read: (response: HttpResponse) => T | SourceError,
    signal: AbortSignal,
    parent: string | null,
  ): Promise<T> {
    return exchange(endpoint, parent, async (attempt) => {
      try {
        const answer = await http.send({
          endpoint,
          signal,
          // The worker has a patience of its own, and a second POST would be a second check.
          idempotent: false,
          prepare: () => ({ ...request, headers: { ...headers, ...(request.body && FORM), ...attempt() } }),
          read,
        });
        if (answer instanceof SourceError) throw answer;
        return answer;
      } catch (error) {
        throw failureOf(EREG, endpoint, error, signal);
      }
    });
  }

  return {
    /** `parent`: where the trace goes on. */
    submit: (
      voter: Voter,
      address: CanadianAddress,
      signal: AbortSignal,
      parent: string | null = null,
    ): Promise<Queued> =>
      send(
        'submit',
        { method: 'POST', path: `${prefix}/v1/checks`, body: checkForm(voter, address) },
        ({ status, body }) => {
          if (status === 500) return taskFailed('submit');
          if (status >= 400) return refused('submit', status);
          const answer = queuedAnswer.safeParse(jsonOf(body));
          if (status !== 202 || !answer.success) throw malformed(EREG, 'submit', '$', 'no check was named');
          return { upstreamId: answer.data.check_id, resolvedAddress: resolvedOf(answer.data.geocoded_data) };
        },
        signal,
        parent,
      ),
    poll: (upstreamId: string, signal: AbortSignal, parent: string | null = null): Promise<CheckProgress> =>
      send(
        'poll',
        { method: 'GET', path: `${prefix}/v1/checks/${upstreamId}` },
        ({ status, body }) => {
          if (status === 422 || status === 404) return { kind: 'forgotten' };
          if (status === 500) return { kind: 'task-failed' };
          if (status >= 400) return refused('poll', status);
          const answer = checkAnswer.safeParse(jsonOf(body));
          if (status !== 200 || !answer.success) throw malformed(EREG, 'poll', '$', 'no state of a check');
          return progressOf(answer.data);
        },
        signal,
        parent,
      ),
  };
}

/** An error 500 to a submission does not mean that nothing was queued (WIRE.md). */
const taskFailed = (endpoint: string) =>
  new SourceError('SOURCE_UNAVAILABLE', `${EREG.title} failed. Try again shortly.`, {
    source: EREG.name,
    endpoint,
    retryable: true,
    httpStatus: 500,
  });

const refused = (endpoint: string, httpStatus: number) =>
  new SourceError('SOURCE_REFUSED', `${EREG.title} refused this request.`, {
    source: EREG.name,
    endpoint,
    retryable: false,
    httpStatus,
  });

/** SUCCESS says that the task ended, not that the person is registered; `registered: false` is "cannot confirm" (WIRE.md). */
function progressOf({
  status,
  registered,
}: {
  status: string;
  registered?: boolean | null | undefined;
}): CheckProgress {
  if (status === 'IN-PROGRESS') return { kind: 'running' };
  if (status !== 'SUCCESS') throw malformed(EREG, 'poll', '$.status', 'unknown');
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
