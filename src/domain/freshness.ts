/** How long an answer holds, in ms of the monotonic clock. */
export type Life = {
  /** Until then it is as good as new. */
  freshUntil: number;
  /** Until then it may be given while a newer one is fetched. */
  renewUntil: number;
};

/**
 * How long one answer holds, gathered while it is made: every public read tells how long what it gave holds, and the
 * shortest life of them is the answer's. What tells nothing has none; what concerns somebody, or depends on who asks, takes
 * it away for good.
 */
export type AnswerLife = {
  holds(freshUntil: number, renewUntil: number): void;
  /** It is nobody's but its caller's. Throws NOT_PUBLIC where only a public answer is wanted. */
  keepPrivate(): void;
  /** How long that holds which `work`, done at once, makes as a part of the answer. */
  ofPart(work: () => void): Life;
  /** Begins anew: what was looked up before, such as who asks, is no part of the answer. */
  begin(wanted?: 'any' | 'public'): void;
  /** Null for an answer that is its caller's alone. */
  read(): Life | null;
};

/** Thrown out of whatever resolver would have made an answer private. No error: nobody reads its stack. */
const NOT_PUBLIC = Symbol('not public');

export function createAnswerLife(): AnswerLife {
  let freshUntil = Number.POSITIVE_INFINITY;
  let renewUntil = Number.POSITIVE_INFINITY;
  let isPrivate = false;
  let onlyPublic = false;
  const holds: AnswerLife['holds'] = (fresh, renew) => {
    if (fresh < freshUntil) freshUntil = fresh;
    if (renew < renewUntil) renewUntil = renew;
  };
  return {
    holds,
    keepPrivate() {
      if (onlyPublic) throw NOT_PUBLIC;
      isPrivate = true;
    },
    ofPart(work) {
      const [fresh, renew] = [freshUntil, renewUntil];
      freshUntil = Number.POSITIVE_INFINITY;
      renewUntil = Number.POSITIVE_INFINITY;
      work();
      const life = { freshUntil, renewUntil };
      holds(fresh, renew);
      return life;
    },
    begin(wanted = 'any') {
      onlyPublic = wanted === 'public';
      freshUntil = Number.POSITIVE_INFINITY;
      renewUntil = Number.POSITIVE_INFINITY;
      isPrivate = false;
    },
    read: () => (isPrivate || freshUntil === Number.POSITIVE_INFINITY ? null : { freshUntil, renewUntil }),
  };
}
