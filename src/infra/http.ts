import {
  BulkheadRejectedError,
  bulkhead,
  DelegateBackoff,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  handleWhen,
  type IRetryBackoffContext,
  retry,
  TaskCancelledError,
} from 'cockatiel';
import { errors, Pool } from 'undici';
import { BreakerOpen, type BreakerOptions, type BreakerState, createBreaker } from './breaker.ts';
import { systemClock } from './clock.ts';
import { unlessAborted } from './waiting.ts';

export type HttpFailureKind =
  /** No connection could be made. */
  | 'unreachable'
  /** Connecting, waiting for the headers or the whole exchange took too long. */
  | 'timeout'
  /** The connection ended before the answer did. */
  | 'broken'
  /** 429 or 5xx: see `status`. */
  | 'status'
  /** The body is larger than `maxBodyBytes`. */
  | 'too-large'
  /** More requests wait for this source than the queue holds. */
  | 'overloaded'
  /** The circuit breaker is open: the source failed a moment ago and was not asked. */
  | 'open';

/** An exchange that gave no usable answer. The message never holds a URL: it could carry a token. */
export class HttpFailure extends Error {
  readonly kind: HttpFailureKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(kind: HttpFailureKind, details: { status?: number; retryAfterMs?: number; cause?: unknown } = {}) {
    super(details.status ? `${kind} ${details.status}` : kind, { cause: details.cause });
    this.name = 'HttpFailure';
    this.kind = kind;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

export type HttpResponse = { status: number; contentType: string; body: string };

export type HttpOptions = {
  origin: string;
  concurrency: number;
  connectTimeoutMs: number;
  headersTimeoutMs: number;
  /** One attempt, from the moment it leaves the queue to the last byte. */
  totalTimeoutMs: number;
  attempts?: number;
  maxBodyBytes?: number;
  breaker?: Partial<BreakerOptions>;
  /** Which statuses are a failure of the source rather than its answer. Default: 429 and 5xx. */
  isFailure?: (status: number) => boolean;
  /** Of the breaker. */
  monotonic?: () => number;
};

type HttpRequest<T> = {
  /** Called for every attempt, so that a signature is made at the moment of sending. */
  prepare: () => { method?: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string };
  /**
   * When it ends, the caller hears its reason at once and nothing more is sent. An attempt that is on its way goes on to
   * its own end: what became of it is how the breaker learns.
   */
  signal?: AbortSignal | undefined;
  /** False for what must not be sent twice. */
  idempotent?: boolean;
  /** What it throws, such as for a page instead of data, is a failure of the source. */
  read: (response: HttpResponse) => T;
};

export type Http = {
  send<T>(request: HttpRequest<T>): Promise<T>;
  breakerState(): BreakerState;
  close(): Promise<void>;
};

// A longer Retry-After is told to the caller instead of waited for: requests have a deadline of their own.
const LONGEST_RETRY_AFTER_MS = 5_000;
/** Opens within 30 s of the first of a few attempts that hang for their 10 s, and tries again often enough to notice soon. */
const BREAKER: BreakerOptions = { failures: 20, failingMs: 12_000, trialEveryMs: 2_500 };
/** A trial has a connection while all others hang. */
const CONNECTIONS_FOR_TRIALS = 4;
const RETRIED: ReadonlySet<HttpFailureKind> = new Set(['unreachable', 'timeout', 'broken', 'status']);
const BREAKING: ReadonlySet<HttpFailureKind> = new Set(['unreachable', 'timeout', 'broken', 'status']);

/** A pooled client of one origin: queue of `concurrency`, retry with jitter around a circuit breaker, timeouts. */
export function createHttp(options: HttpOptions): Http {
  const { origin, concurrency, totalTimeoutMs, attempts = 3, maxBodyBytes = 32 * 1024 * 1024 } = options;
  const isFailure = options.isFailure ?? ((status: number) => status === 429 || status >= 500);
  const pool = new Pool(origin, {
    connections: concurrency + CONNECTIONS_FOR_TRIALS,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.headersTimeoutMs,
    maxResponseSize: maxBodyBytes,
  });
  const jitter = new ExponentialBackoff({ generator: decorrelatedJitterGenerator, initialDelay: 100, maxDelay: 2_000 });
  const { monotonic = systemClock.monotonic } = options;
  const breaker = createBreaker({ ...BREAKER, ...options.breaker }, breaks, monotonic);
  const queue = bulkhead(concurrency, 20_000);
  const retrying = retry(
    handleWhen(
      (error) =>
        error instanceof HttpFailure && RETRIED.has(error.kind) && (error.retryAfterMs ?? 0) <= LONGEST_RETRY_AFTER_MS,
    ),
    { maxAttempts: attempts - 1, backoff: retryAfterOr(jitter) },
  );

  async function attempt<T>({ prepare, read }: HttpRequest<T>): Promise<T> {
    const total = AbortSignal.timeout(totalTimeoutMs);
    const { method = 'GET', path, headers = {}, body } = prepare();
    const response = await pool
      .request({
        method,
        path,
        headers: { accept: 'application/json', ...headers },
        body: body ?? null,
        signal: total,
      })
      .then(async (answer) => ({ ...answer, text: await answer.body.text() }))
      .catch((error: unknown) => {
        throw failureOf(error, total.aborted);
      });
    const { statusCode: status, text } = response;
    if (isFailure(status)) {
      throw new HttpFailure('status', { status, ...retryAfter(response.headers['retry-after']) });
    }
    return read({ status, contentType: String(response.headers['content-type'] ?? ''), body: text });
  }

  async function guarded<T>(request: HttpRequest<T>): Promise<T> {
    request.signal?.throwIfAborted();
    const send = () => breaker.execute(() => attempt(request));
    try {
      // A trial does not wait behind what hangs; whatever else comes while the breaker is open is told so at once.
      return await (breaker.state() === 'CLOSED' ? queue.execute(send, request.signal) : send());
    } catch (error) {
      if (error instanceof BreakerOpen)
        throw new HttpFailure('open', { retryAfterMs: error.retryAfterMs, cause: error });
      if (error instanceof BulkheadRejectedError) throw new HttpFailure('overloaded', { cause: error });
      if (error instanceof TaskCancelledError) throw request.signal?.reason ?? error;
      throw error;
    }
  }

  return {
    send: (request) => {
      const { idempotent = true, signal } = request;
      // Cockatiel looks at the signal between its steps only: not in the queue, nor during the wait before a retry.
      return unlessAborted(idempotent ? retrying.execute(() => guarded(request), signal) : guarded(request), signal);
    },
    breakerState: breaker.state,
    close: () => pool.destroy(),
  };
}

/** Of what an attempt can throw, all but what `read` throws is an HttpFailure. */
const breaks = (error: unknown): boolean =>
  !(error instanceof HttpFailure) || (BREAKING.has(error.kind) && error.status !== 429);

type Backoff = ReturnType<ExponentialBackoff<unknown>['next']>;

/** What the source asks for in Retry-After; otherwise exponential, with jitter so that many callers do not return at once. */
function retryAfterOr(jitter: ExponentialBackoff<unknown>) {
  return new DelegateBackoff<IRetryBackoffContext<unknown>, Backoff>(({ result }, previous) => {
    const next = previous ? (previous.next(undefined) as Backoff) : jitter.next();
    const asked = 'error' in result && result.error instanceof HttpFailure ? result.error.retryAfterMs : undefined;
    return { delay: asked ?? next.duration, state: next };
  });
}

/** Seconds, as the sources send it; the HTTP-date form is not used by them and counts as absent. */
function retryAfter(header: string | string[] | undefined): { retryAfterMs?: number } {
  const seconds = Number(Array.isArray(header) ? header[0] : header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {};
}

function failureOf(error: unknown, timedOut: boolean): HttpFailure {
  if (
    timedOut ||
    error instanceof errors.ConnectTimeoutError ||
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError
  ) {
    return new HttpFailure('timeout', { cause: error });
  }
  if (error instanceof errors.ResponseExceededMaxSizeError) return new HttpFailure('too-large', { cause: error });
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  const unreachable = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
  return new HttpFailure(unreachable.includes(code) ? 'unreachable' : 'broken', { cause: error });
}
