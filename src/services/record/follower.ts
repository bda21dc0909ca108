import { setTimeout as wait } from 'node:timers/promises';
import { type FollowedLevel, followedText } from '../../domain/followed.ts';
import { KENYA } from '../../domain/places.ts';
import type { Level } from '../../domain/posts.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Fleet } from '../../infra/fleet.ts';
import type { Log } from '../../infra/log.ts';
import type { IebcClient } from '../../sources/iebc/client.ts';
import type { ResultKey } from '../../sources/iebc/results.ts';

export type RecordFollower = {
  start(): void;
  /**
   * `leading`: this instance asks, for the whole fleet. `contests`: how many it asks for; 0 until their places are known.
   * `failed`: it should ask, and does not.
   */
  progress(): { levels: string[]; leading: boolean; contests: number; failed: boolean };
  close(): void;
};

type Options = {
  client: Pick<IebcClient, 'result' | 'counties' | 'constituencies' | 'wards' | 'pollingStations'>;
  election: string;
  levels: readonly FollowedLevel[];
  requestsPerMinute: number;
  /** How often a contest is asked for of which nothing is known. */
  pollMs: number;
  fleet: Fleet;
  /** Of everything that is shared: which source it is. */
  name: string;
  clock: Clock;
  log: Log;
};

/** Asked for next at `due`, of the monotonic clock. */
type Followed = { key: ResultKey; due: number; everyMs: number };

/** Where figures move they are asked for this much oftener than `pollMs`, and at the least this seldom where they rest. */
const QUICKEST = 1 / 3;
const SLOWEST = 20;
const SLOWER = 1.5;
const AT_ONCE = 8;
const AGAIN_AFTER_MS = 15_000;
const PATIENCE_MS = 10_000;

/**
 * Follows whole levels without a subscriber, one instance for the fleet: what it reads is recorded on its way through the
 * client, as everything is that anybody reads.
 */
export function createRecordFollower(options: Options): RecordFollower {
  const { levels, requestsPerMinute, pollMs, fleet, name, clock, log } = options;
  const gapMs = 60_000 / requestsPerMinute;
  let running: AbortController | undefined;
  let stepDown = () => {};
  let contests = 0;
  let failed = false;

  async function follow(signal: AbortSignal): Promise<void> {
    const followed = await places(signal);
    contests = followed.length;
    failed = false;
    const turns = createTurns(followed);
    const asking = new Set<Promise<void>>();
    let mayAskAt = clock.monotonic();
    while (!signal.aborted) {
      const next = turns.peek();
      const early = next === undefined ? Number.POSITIVE_INFINITY : Math.max(next.due, mayAskAt) - clock.monotonic();
      // What is under way may come back with a turn before all others.
      if (asking.size >= AT_ONCE || next === undefined) await Promise.race(asking);
      else if (early > 0) await soonest(early, asking, signal);
      else {
        turns.take();
        mayAskAt = clock.monotonic() + gapMs;
        const asked = ask(next, signal).finally(() => {
          asking.delete(asked);
          next.due = clock.monotonic() + next.everyMs;
          turns.add(next);
        });
        asking.add(asked);
      }
    }
  }

  async function ask(followed: Followed, signal: AbortSignal): Promise<void> {
    const { election, level, code, post } = followed.key;
    const [quickest, slowest] = [pollMs * QUICKEST, pollMs * SLOWEST];
    try {
      const before = followed.everyMs;
      const { value, stale } = await options.client.result(election, level, code, post, {
        signal,
        maxAgeMs: 0,
        patienceMs: PATIENCE_MS,
      });
      const moved = !stale && value !== null && moves(followed, value);
      followed.everyMs = moved ? quickest : Math.min(slowest, before * SLOWER);
    } catch {
      // Whoever asked the source has logged it, and its health says so.
      followed.everyMs = Math.min(slowest, Math.max(pollMs, followed.everyMs * SLOWER));
    }
  }

  const lastSeen = new WeakMap<Followed, object>();
  function moves(followed: Followed, value: object): boolean {
    const before = lastSeen.get(followed);
    lastSeen.set(followed, value);
    return before !== undefined && JSON.stringify(before) !== JSON.stringify(value);
  }

  /** Tries until it knows all places of all levels: to follow some of them would be to be silent about the rest. */
  async function places(signal: AbortSignal): Promise<Followed[]> {
    for (;;) {
      try {
        const lists = await Promise.all(levels.map((one) => placesOf(options, one, signal)));
        if (lists.some(({ length }) => length === 0)) throw new Error('the source lists no such places');
        const first = clock.monotonic();
        return lists.flat().map((key) => ({ key, due: first, everyMs: pollMs }));
      } catch (error) {
        signal.throwIfAborted();
        failed = true;
        log.warn({ reason: (error as Error).message }, 'record: the places to follow are not known yet');
        await wait(AGAIN_AFTER_MS, undefined, { signal });
      }
    }
  }

  function lead(leads: boolean) {
    running?.abort(new Error('another instance follows now'));
    running = undefined;
    contests = 0;
    failed = false;
    if (!leads) return;
    running = new AbortController();
    const { signal } = running;
    follow(signal).catch((error: unknown) => {
      if (signal.aborted) return;
      failed = true;
      log.error({ err: error }, 'record: nothing is followed any more');
    });
  }

  return {
    start() {
      if (levels.length > 0) stepDown = fleet.lead(`record:${name}`, lead);
    },
    progress: () => ({ levels: levels.map(followedText), leading: running !== undefined, contests, failed }),
    close() {
      stepDown();
      running?.abort(new Error('the gateway stops'));
      running = undefined;
    },
  };
}

/** Until one of them ends, or so long; a wait that nobody waits for any more is given up. */
async function soonest(ms: number, asking: ReadonlySet<Promise<void>>, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const waiting = wait(ms, undefined, { signal: AbortSignal.any([signal, enough.signal]) }).catch(() => {});
  await Promise.race([waiting, ...asking]);
  enough.abort();
}

/** Those whose turn comes first, first. A few hundred to a few thousand: a sorted array will do. */
function createTurns(all: readonly Followed[]) {
  const waiting = [...all];
  const position = (due: number) => {
    let [low, high] = [0, waiting.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (waiting[middle]!.due <= due) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    peek: () => waiting[0],
    take: () => void waiting.shift(),
    add: (one: Followed) => void waiting.splice(position(one.due), 0, one),
  };
}

async function placesOf(
  { client, election }: Options,
  { post, level }: FollowedLevel,
  signal: AbortSignal,
): Promise<ResultKey[]> {
  const keys = (places: readonly { code: string }[]) => places.map(({ code }) => ({ election, level, code, post }));
  if (level === 'country') return keys([KENYA]);
  const counties = await client.counties({ signal });
  if (level === 'county') return keys(counties);
  const within: Record<
    Exclude<Level, 'country' | 'county'>,
    (county: string) => Promise<readonly { code: string }[]>
  > = {
    constituency: async (county) => client.constituencies({ county }, { signal }),
    ward: async (county) => client.wards({ county }, { signal }),
    pollingstation: async (county) => client.pollingStations(election, { county }, { signal }),
  };
  const lists: ResultKey[] = [];
  for (const { code } of counties) lists.push(...keys(await within[level](code)));
  return lists;
}
