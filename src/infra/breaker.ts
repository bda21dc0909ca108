export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

export type BreakerOptions = {
  /** Opens when so many of the last twice as many have failed, */
  failures: number;
  /** or when all has failed for this long, even at a request now and then. */
  failingMs: number;
  /** While it is open, one request in this time is let through to see. */
  trialEveryMs: number;
};

export type Breaker = {
  state(): BreakerState;
  /** When anything last came of a request, by the clock given. */
  heardAt(): number;
  /**
   * Throws BreakerOpen instead of letting somebody through. A suspect has hung before: its failing again says little of
   * others, and its trials do not take the place of theirs.
   */
  enter(suspect: boolean): Pass;
};

/** Of one that was let through, and tells once how that ended. */
type Pass = { succeeded(): void; failed(error: unknown): void };

export class BreakerOpen extends Error {
  /** When the next trial is due. */
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('the breaker is open');
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Leaves alone what fails. A trial does not wait for the one before, which may hang until its time-out, and any success
 * closes. Our own because those that are kept (cockatiel, opossum) let one trial through at a time, and cockatiel's
 * reads the time of day, which can be set back.
 */
export function createBreaker(
  { failures, failingMs, trialEveryMs }: BreakerOptions,
  isFailure: (error: unknown) => boolean,
  monotonic: () => number,
): Breaker {
  /** What became of the last ones, the oldest first: whether they failed. */
  let outcomes: boolean[] = [];
  let failedInARow = 0;
  /** When the first attempt of the present row of failures began. */
  let failingSince = 0;
  let openSince: number | null = null;
  const lastTrial = { ofSuspects: 0, ofOthers: 0 };
  let trials = 0;
  let heardAt = Number.NEGATIVE_INFINITY;

  function note(failed: boolean) {
    heardAt = monotonic();
    outcomes.push(failed);
    if (outcomes.length > 2 * failures) outcomes.shift();
  }
  function succeed() {
    note(false);
    failedInARow = 0;
    if (openSince === null) return;
    openSince = null;
    outcomes = [];
  }
  function fail(began: number, suspect: boolean) {
    if (suspect) heardAt = monotonic();
    else note(true);
    if (failedInARow === 0) failingSince = began;
    failedInARow++;
    if (openSince !== null) return;
    const often = outcomes.filter(Boolean).length >= failures;
    // One failure that took long says nothing yet.
    const long = failedInARow >= 2 && monotonic() - failingSince >= failingMs;
    if (!often && !long) return;
    openSince = monotonic();
    lastTrial.ofSuspects = openSince;
    lastTrial.ofOthers = suspect ? Number.NEGATIVE_INFINITY : openSince;
  }

  return {
    state: () => (openSince === null ? 'CLOSED' : trials > 0 ? 'HALF_OPEN' : 'OPEN'),
    heardAt: () => heardAt,
    enter(suspect) {
      const began = monotonic();
      const trial = openSince !== null;
      if (trial) {
        const who = suspect ? 'ofSuspects' : 'ofOthers';
        const due = lastTrial[who] + trialEveryMs - began;
        if (due > 0) throw new BreakerOpen(due);
        lastTrial[who] = began;
        trials++;
      }
      return {
        succeeded() {
          if (trial) trials--;
          succeed();
        },
        failed(error) {
          if (trial) trials--;
          if (isFailure(error)) fail(began, suspect);
          else succeed();
        },
      };
    },
  };
}
