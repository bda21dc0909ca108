export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

export type BreakerOptions = {
  /** Opens after this many failures in a row, */
  failures: number;
  /** or when all has failed for this long, even at a request now and then. */
  failingMs: number;
  /** While it is open, one request in this time is let through to see. */
  trialEveryMs: number;
};

export type Breaker = {
  state(): BreakerState;
  /** Throws BreakerOpen instead of beginning `work`. */
  execute<T>(work: () => Promise<T>): Promise<T>;
};

export class BreakerOpen extends Error {
  /** When the next trial is due. */
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('the breaker is open');
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Leaves a source alone that fails. A trial does not wait for the one before, which may hang until its time-out, and any
 * success closes. Our own because those that are kept (cockatiel, opossum) let one trial through at a time, and
 * cockatiel's reads the time of day, which can be set back.
 */
export function createBreaker(
  { failures, failingMs, trialEveryMs }: BreakerOptions,
  isFailure: (error: unknown) => boolean,
  monotonic: () => number,
): Breaker {
  let failed = 0;
  /** When the first attempt of the present row of failures began. */
  let failingSince = 0;
  let openSince: number | null = null;
  let lastTrial = 0;
  let trials = 0;

  function succeed() {
    failed = 0;
    openSince = null;
  }
  function fail(began: number) {
    if (failed === 0) failingSince = began;
    failed++;
    if (openSince !== null) return;
    // One failure that took long says nothing yet.
    if (failed < failures && (failed < 2 || monotonic() - failingSince < failingMs)) return;
    openSince = monotonic();
    lastTrial = openSince;
  }

  return {
    state: () => (openSince === null ? 'CLOSED' : trials > 0 ? 'HALF_OPEN' : 'OPEN'),
    async execute(work) {
      const began = monotonic();
      const trial = openSince !== null;
      if (trial) {
        const due = lastTrial + trialEveryMs - began;
        if (due > 0) throw new BreakerOpen(due);
        lastTrial = began;
        trials++;
      }
      try {
        const answer = await work();
        succeed();
        return answer;
      } catch (error) {
        if (isFailure(error)) fail(began);
        else succeed();
        throw error;
      } finally {
        if (trial) trials--;
      }
    },
  };
}
