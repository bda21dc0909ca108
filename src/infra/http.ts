import { setTimeout as pause } from 'node:timers/promises';
import { decorrelatedJitterGenerator, ExponentialBackoff } from 'cockatiel';
import QuickLRU from 'quick-lru';
import { type Dispatcher, errors, Pool } from 'undici';
import { type Askers, createAskers } from './askers.ts';
import { type Breaker, BreakerOpen, type BreakerOptions, type BreakerState, createBreaker } from './breaker.ts';
import { systemClock } from './clock.ts';
import { createFairQueue, HANGING, QueueOverloaded, type Shares, type Slot } from './fair-queue.ts';
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
  /** Too many requests wait for this source, or this one would have waited for too long. */
  | 'overloaded'
  /** The circuit breaker is open: the endpoint failed a moment ago and was not asked. */
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
  /** In the queue, since anything of the same operation last began. Default: 5 s. */
  queueTimeoutMs?: number;
  attempts?: number;
  maxBodyBytes?: number;
  /** Which part of the connections one caller, and one endpoint, may hold; see the fair queue's. */
  shares?: Shares;
  breaker?: Partial<BreakerOptions>;
  /** Which statuses are a failure of the source rather than its answer. Default: 429 and 5xx. */
  isFailure?: (status: number) => boolean;
  /** Of the breakers. */
  monotonic?: () => number;
  /** Hears of each attempt that was made. */
  observe?: (attempt: HttpAttempt) => void;
};

/** `attempt` counts from 1. `outcome`: `ok`, the kind of the failure, or `unreadable`. */
type HttpAttempt = { endpoint: string; attempt: number; outcome: string; queuedMs: number; ms: number };

type HttpRequest<T> = {
  /** A name such as `results`: what fails together. */
  endpoint: string;
  /** What is asked for, without secrets and personal data: what hangs is known by it. */
  thing?: string | undefined;
  /** Those who wait for the answer; nobody in particular if left out. */
  askers?: Askers | undefined;
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
  /** OPEN when nothing that was asked of late is asked any more; HALF_OPEN when that is so of some endpoints. */
  breakerState(): BreakerState;
  /** Of the endpoints that are left alone. */
  openEndpoints(): string[];
  queue(): { waiting: number; running: number };
  /** From now on so many requests at once, at most the `concurrency` given at first. */
  setConcurrency(concurrency: number): void;
  close(): Promise<void>;
};

// A longer Retry-After is told to the caller instead of waited for: requests have a deadline of their own.
const LONGEST_RETRY_AFTER_MS = 5_000;
/** Opens within 30 s of the first of a few attempts that hang for their 10 s, and tries again often enough to notice soon. */
const BREAKER: BreakerOptions = { failures: 20, failingMs: 12_000, trialEveryMs: 2_500 };
/** A trial has a connection while all others hang. */
const CONNECTIONS_FOR_TRIALS = 4;
const QUEUE_TIMEOUT_MS = 5_000;
/** What hung is given no more than its lane for so long after. */
const REMEMBERED_AS_HANGING_MS = 60_000;
const REMEMBERED_AS_HANGING = 10_000;
/** An endpoint of which nothing was heard for so long says nothing of how the source is now. */
const OF_LATE_MS = 60_000;
const RETRIED: ReadonlySet<HttpFailureKind> = new Set(['unreachable', 'timeout', 'broken', 'status']);
const BREAKING: ReadonlySet<HttpFailureKind> = new Set(['unreachable', 'timeout', 'broken', 'status']);

/**
 * A pooled client of one origin: a fair queue, retry with jitter around a circuit breaker for each endpoint, time-outs. No
 * attempt is made again after a time-out while others wait.
 */
export function createHttp(options: HttpOptions): Http {
  const { concurrency, totalTimeoutMs, queueTimeoutMs = QUEUE_TIMEOUT_MS, attempts = 3, observe } = options;
  const { monotonic = systemClock.monotonic } = options;
  const attemptOnce = createAttempt(options);
  const jitter = new ExponentialBackoff({ generator: decorrelatedJitterGenerator, initialDelay: 100, maxDelay: 2_000 });
  const breakers = createBreakers({ ...BREAKER, ...options.breaker }, monotonic);
  const queue = createFairQueue({
    slots: concurrency,
    maxWaitMs: queueTimeoutMs,
    slowMs: totalTimeoutMs / 5,
    shares: options.shares,
  });
  const hanging = new QuickLRU<string, true>({ maxSize: REMEMBERED_AS_HANGING, maxAge: REMEMBERED_AS_HANGING_MS });

  function isRetried(error: unknown): error is HttpFailure {
    if (!(error instanceof HttpFailure) || !RETRIED.has(error.kind)) return false;
    if (error.kind === 'timeout' && queue.waiting() > 0) return false;
    return (error.retryAfterMs ?? 0) <= LONGEST_RETRY_AFTER_MS;
  }

  /** Waits before each retry for what the source asks for in Retry-After, or else so that many do not return at once. */
  async function retried<T>(request: HttpRequest<T>): Promise<T> {
    const { idempotent = true, signal } = request;
    const most = idempotent ? attempts : 1;
    let backoff: ReturnType<typeof jitter.next> | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        return await guarded(request, attempt);
      } catch (error) {
        if (attempt >= most || signal?.aborted || !isRetried(error)) throw error;
        backoff = (backoff ?? jitter).next(undefined);
        await pause(error.retryAfterMs ?? backoff.duration);
      }
    }
  }

  async function guarded<T>(request: HttpRequest<T>, attempt: number): Promise<T> {
    const { endpoint, thing, signal, askers = createAskers() } = request;
    signal?.throwIfAborted();
    const name = thing === undefined ? null : `${endpoint} ${thing}`;
    const suspect = name !== null && hanging.has(name);
    const breaker = breakers.of(endpoint);
    const watched = async (slot: Slot): Promise<T> => {
      const pass = breaker.enter(suspect);
      const began = performance.now();
      let outcome = 'ok';
      try {
        const answer = await attemptOnce(request, slot);
        if (name !== null) hanging.delete(name);
        pass.succeeded();
        return answer;
      } catch (error) {
        outcome = error instanceof HttpFailure ? error.kind : 'unreadable';
        if (name !== null && outcome === 'timeout') hanging.set(name, true);
        pass.failed(error);
        throw error;
      } finally {
        observe?.({ endpoint, attempt, outcome, queuedMs: slot.queuedMs, ms: performance.now() - began });
      }
    };
    try {
      // A trial does not wait behind what hangs; whatever else comes while the breaker is open is told so at once.
      if (breaker.state() !== 'CLOSED') return await watched({ queuedMs: 0 });
      return await queue.run({ lane: suspect ? HANGING : endpoint, askers, signal }, watched);
    } catch (error) {
      if (error instanceof BreakerOpen)
        throw new HttpFailure('open', { retryAfterMs: error.retryAfterMs, cause: error });
      if (error instanceof QueueOverloaded)
        throw new HttpFailure('overloaded', { retryAfterMs: error.retryAfterMs, cause: error });
      throw error;
    }
  }

  return {
    send: (request) => unlessAborted(retried(request), request.signal),
    breakerState: breakers.state,
    openEndpoints: breakers.open,
    queue: () => ({ waiting: queue.waiting(), running: queue.running() }),
    setConcurrency: (slots) => queue.setSlots(Math.min(slots, concurrency)),
    close: attemptOnce.close,
  };
}

/** One exchange on one of the pool's connections. */
function createAttempt(options: HttpOptions) {
  const { origin, concurrency, totalTimeoutMs, maxBodyBytes = 32 * 1024 * 1024 } = options;
  const isFailure = options.isFailure ?? ((status: number) => status === 429 || status >= 500);
  const pool = new Pool(origin, {
    connections: concurrency + CONNECTIONS_FOR_TRIALS,
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.headersTimeoutMs,
    bodyTimeout: options.headersTimeoutMs,
    maxResponseSize: maxBodyBytes,
  });
  async function attempt<T>({ prepare, read }: HttpRequest<T>, slot: Slot): Promise<T> {
    const { method = 'GET', path, headers, body = null } = prepare();
    const sent = { method, path, headers: { accept: 'application/json', ...headers }, body };
    const { status, headers: answered, text } = await exchange(pool, sent, totalTimeoutMs, slot);
    if (isFailure(status)) throw new HttpFailure('status', { status, ...retryAfter(answered['retry-after']) });
    return read({ status, contentType: String(answered['content-type'] ?? ''), body: text });
  }
  return Object.assign(attempt, { close: () => pool.destroy() });
}

type Answered = { status: number; headers: Record<string, string | string[] | undefined>; text: string };

/**
 * By undici's own events. Its promises come with a stream and listeners on a signal, which for an answer of a few kB are
 * dearer than the exchange.
 */
function exchange(pool: Pool, sent: Dispatcher.DispatchOptions, totalTimeoutMs: number, slot: Slot): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const answer: Answered = { status: 0, headers: {}, text: '' };
  const chunks: Buffer[] = [];
  let controller: Dispatcher.DispatchController | undefined;
  let isOver = false;
  const cut = () => {
    isOver = true;
    const failure = new HttpFailure('timeout');
    reject(failure);
    controller?.abort(failure);
  };
  const timer = setTimeout(cut, totalTimeoutMs);
  slot.cut = cut;
  pool.dispatch(sent, {
    onRequestStart(started) {
      controller = started;
      // It waited for a connection until its time was over.
      if (isOver) controller.abort(new HttpFailure('timeout'));
    },
    onResponseStart(_controller, status, headers) {
      answer.status = status;
      answer.headers = headers;
    },
    onResponseData: (_controller, chunk) => void chunks.push(chunk),
    onResponseEnd() {
      clearTimeout(timer);
      answer.text = textOf(chunks);
      resolve(answer);
    },
    onResponseError(_controller, error) {
      clearTimeout(timer);
      reject(failureOf(error));
    },
  });
  return promise;
}

/** UTF-8, without the mark of its byte order that some put before it. */
function textOf(chunks: Buffer[]): string {
  const text = (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

type Breakers = { of(endpoint: string): Breaker; state(): BreakerState; open(): string[] };

function createBreakers(options: BreakerOptions, monotonic: () => number): Breakers {
  const breakers = new Map<string, Breaker>();
  const ofLate = () => [...breakers].filter(([, { heardAt }]) => monotonic() - heardAt() < OF_LATE_MS);
  const open = () => [...breakers].flatMap(([endpoint, { state }]) => (state() === 'CLOSED' ? [] : [endpoint]));
  return {
    of(endpoint) {
      const breaker = breakers.get(endpoint) ?? createBreaker(options, breaks, monotonic);
      breakers.set(endpoint, breaker);
      return breaker;
    },
    state() {
      const states = new Set(ofLate().map(([, { state }]) => state()));
      if (states.size === 1 && states.has('OPEN')) return 'OPEN';
      return open().length > 0 ? 'HALF_OPEN' : 'CLOSED';
    },
    open,
  };
}

/** Of what an attempt can throw, all but what `read` throws is an HttpFailure. */
const breaks = (error: unknown): boolean =>
  !(error instanceof HttpFailure) || (BREAKING.has(error.kind) && error.status !== 429);

/** Seconds, as the sources send it; the HTTP-date form is not used by them and counts as absent. */
function retryAfter(header: string | string[] | undefined): { retryAfterMs?: number } {
  const seconds = Number(Array.isArray(header) ? header[0] : header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {};
}

function failureOf(error: unknown): HttpFailure {
  if (
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
