import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  handleWhen,
  type IRetryBackoffContext,
  noop,
  retry,
  TaskCancelledError,
  wrap,
} from 'cockatiel';
import { errors, Pool } from 'undici';

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
  breaker?: { failures: number; halfOpenAfterMs: number };
  /** Which statuses are a failure of the source rather than its answer. Default: 429 and 5xx. */
  isFailure?: (status: number) => boolean;
};

type HttpRequest = {
  /** Called for every attempt, so that a signature is made at the moment of sending. */
  prepare: () => { method?: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string };
  signal?: AbortSignal | undefined;
  /** False for what must not be sent twice. */
  idempotent?: boolean;
};

export type Http = {
  send(request: HttpRequest): Promise<HttpResponse>;
  breakerState(): 'CLOSED' | 'OPEN' | 'HALF_OPEN';
  close(): Promise<void>;
};

// A longer Retry-After is told to the caller instead of waited for: requests have a deadline of their own.
const LONGEST_RETRY_AFTER_MS = 5_000;
const RETRIED: ReadonlySet<HttpFailureKind> = new Set(['unreachable', 'timeout', 'broken', 'status']);
const BREAKING: ReadonlySet<HttpFailureKind> = new Set(['unreachable', 'timeout', 'broken', 'status']);

/** A pooled client of one origin: queue of `concurrency`, retry with jitter around a circuit breaker, timeouts. */
export function createHttp(options: HttpOptions): Http {
  const { origin, concurrency, totalTimeoutMs, attempts = 3, maxBodyBytes = 32 * 1024 * 1024 } = options;
  const isFailure = options.isFailure ?? ((status: number) => status === 429 || status >= 500);
  const pool = new Pool(origin, {
    connections: concurrency,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.headersTimeoutMs,
    maxResponseSize: maxBodyBytes,
  });
  const jitter = new ExponentialBackoff({ generator: decorrelatedJitterGenerator, initialDelay: 100, maxDelay: 2_000 });
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof HttpFailure && BREAKING.has(error.kind) && error.status !== 429),
    {
      breaker: new ConsecutiveBreaker(options.breaker?.failures ?? 20),
      halfOpenAfter: options.breaker?.halfOpenAfterMs ?? 5_000,
    },
  );
  const queue = bulkhead(concurrency, 20_000);
  const guarded = wrap(breaker, queue);
  const retrying = retry(
    handleWhen(
      (error) =>
        error instanceof HttpFailure && RETRIED.has(error.kind) && (error.retryAfterMs ?? 0) <= LONGEST_RETRY_AFTER_MS,
    ),
    { maxAttempts: attempts - 1, backoff: retryAfterOr(jitter) },
  );

  async function attempt(request: HttpRequest, callerSignal: AbortSignal): Promise<HttpResponse> {
    const total = AbortSignal.timeout(totalTimeoutMs);
    const { method = 'GET', path, headers = {}, body } = request.prepare();
    try {
      const response = await pool.request({
        method,
        path,
        headers: { accept: 'application/json', ...headers },
        body: body ?? null,
        signal: AbortSignal.any([callerSignal, total]),
      });
      const { statusCode: status } = response;
      const text = await response.body.text();
      if (isFailure(status)) {
        throw new HttpFailure('status', { status, ...retryAfter(response.headers['retry-after']) });
      }
      return { status, contentType: String(response.headers['content-type'] ?? ''), body: text };
    } catch (error) {
      callerSignal.throwIfAborted();
      throw error instanceof HttpFailure ? error : failureOf(error, total.aborted);
    }
  }

  return {
    async send(request) {
      const policy = request.idempotent === false ? wrap(noop, guarded) : wrap(retrying, guarded);
      try {
        return await untilAborted(
          policy.execute(({ signal }) => attempt(request, signal), request.signal),
          request.signal,
        );
      } catch (error) {
        request.signal?.throwIfAborted();
        if (error instanceof BulkheadRejectedError) throw new HttpFailure('overloaded', { cause: error });
        if (error instanceof BrokenCircuitError) throw new HttpFailure('open', { cause: error });
        if (error instanceof TaskCancelledError) throw new HttpFailure('timeout', { cause: error });
        throw error;
      }
    },
    breakerState() {
      if (breaker.state === CircuitState.Closed) return 'CLOSED';
      return breaker.state === CircuitState.HalfOpen ? 'HALF_OPEN' : 'OPEN';
    },
    close: () => pool.destroy(),
  };
}

/** Cockatiel looks at the signal between its steps only: not in the queue, nor during the wait before a retry. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

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
