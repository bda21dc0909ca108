/** What one instance does for all others, for as long as it lives and until it lets go. */
export type Lease = {
  /** `failed`: it did not come to its end, and not because nobody wanted it any more. */
  release(failed: boolean): void;
};

/**
 * The instances that share one Redis. Nothing here waits for a Redis that is away, and nothing fails: each instance then
 * goes on as if it were alone, and they come together again by themselves. What an instance held is free again
 * `LEASE_MS` after it was killed, and at once when it stops.
 */
export type Fleet = AsyncDisposable & {
  /** Null while another has it. */
  take(name: string): Promise<Lease | null>;
  /** Resolves when another's lease has ended, and now and then, for nobody tells of one that was killed: true if it failed. */
  ended(name: string): Promise<boolean>;
  /**
   * Stands for the leadership of `name`, of which the fleet has one (more while Redis is away). `heard` is told the first
   * verdict and each change. Gives back how to step down.
   */
  lead(name: string, heard: (leading: boolean) => void): () => void;
  /** Tells all others that hear this topic now. */
  say(topic: string, text: string): void;
  /** `missed`: something may have been said that was not heard. Gives back how to stop. */
  hear(topic: string, hearer: Hearer): () => void;
  /** What was written for all, if it is there. */
  read(name: string): Promise<string | undefined>;
  /** False when it could not be written. */
  write(name: string, text: string, keepMs: number): Promise<boolean>;
  /** Living instances, this one included; as last known while Redis is away. */
  size(): number;
  /** Calls with the size now and after each change. */
  onSize(changed: (size: number) => void): void;
};

export type Hearer = { said: (text: string) => void; missed: () => void };

/** An instance that shares nothing. */
export function alone(): Fleet {
  return {
    take: async () => UNSHARED,
    ended: async () => false,
    lead(_name, heard) {
      heard(true);
      return () => {};
    },
    say: () => {},
    hear: () => () => {},
    read: async () => undefined,
    write: async () => false,
    size: () => 1,
    onSize: (changed) => changed(1),
    [Symbol.asyncDispose]: async () => {},
  };
}

export const UNSHARED: Lease = { release: () => {} };

/** An instance's part of what the whole fleet may do at once. */
export const shareOf = (all: number, instances: number): number => Math.max(1, Math.floor(all / instances));

type Work<T> = {
  /** What another has made meanwhile. */
  look: () => Promise<T | undefined>;
  make: () => Promise<T>;
  /** Ends when nobody wants it any more. */
  signal: AbortSignal;
};

/**
 * Made by one instance, found by all others, who wait for it. When that one dies or is stopped, the next makes it; when it
 * fails, all who waited try for themselves, for they have waited enough.
 */
export async function once<T>(fleet: Fleet, name: string, { look, make, signal }: Work<T>): Promise<T> {
  for (;;) {
    const lease = await fleet.take(name);
    let failed = true;
    try {
      signal.throwIfAborted();
      if (lease) {
        const made = (await look()) ?? (await make());
        failed = false;
        return made;
      }
    } finally {
      lease?.release(failed && !signal.aborted);
    }
    // Before looking: what ends in between is heard.
    const ended = fleet.ended(name);
    const made = await look();
    if (made !== undefined) return made;
    const gaveUp = await ended;
    signal.throwIfAborted();
    if (gaveUp) return (await look()) ?? make();
  }
}
