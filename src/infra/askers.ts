/** On whose behalf a source is asked. */
export type Asker = {
  /** Slots are shared between callers first, then between a caller's operations. Empty: the gateway itself. */
  caller: string;
  /** Counts a request; throws when no more may be caused. */
  spend(): void;
  /** Counts a read that the cache answered. */
  hit?(): void;
  /** Hears until when what it was given holds: fresh, and while it is renewed; in ms of the monotonic clock. */
  holds?(freshUntil: number, renewUntil: number): void;
  /** Where the trace of what it asks for goes on. */
  traceparent?: string | null | undefined;
};

/** Those who wait for one request: others may join while it waits for its turn. */
export type Askers = {
  /** Of the first, who began it. */
  readonly traceparent: string | null;
  add(asker: Asker): void;
  all(): Iterable<Asker>;
  /** Tells of those who come later. */
  onJoin(listener: (asker: Asker) => void): void;
};

/** What the gateway asks for by itself: the index of places, watched results, checks. */
const THE_GATEWAY: Asker = { caller: '', spend() {} };

export function createAskers(first: Asker = THE_GATEWAY, traceparent = first.traceparent): Askers {
  const askers = new Set([first]);
  let joined: ((asker: Asker) => void) | undefined;
  return {
    traceparent: traceparent ?? null,
    add(asker) {
      if (askers.has(asker)) return;
      askers.add(asker);
      joined?.(asker);
    },
    all: () => askers,
    onJoin(listener) {
      joined = listener;
    },
  };
}
