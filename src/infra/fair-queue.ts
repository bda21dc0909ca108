import type { Asker, Askers } from './askers.ts';
import { unlessAborted } from './waiting.ts';

export type FairQueueOptions = {
  slots: number;
  /** An operation of which nothing has begun for so long is refused what it waits for. */
  maxWaitMs: number;
  /** Others wait: those that take longer than this, and than is usual in their lane, may not hold half of the slots. */
  slowMs: number;
  /** Which part of the slots one caller, and one lane, may hold. Default: SHARES. */
  shares?: Shares | undefined;
};

export type Shares = { caller: number; lane: number };

/** One at work. */
export type Slot = {
  /** How long it had waited, in ms. */
  queuedMs: number;
  /** Set by whoever works: called to end it before its time. */
  cut?: () => void;
};

type Ticket = { lane: string; askers: Askers; signal?: AbortSignal | undefined };

export type FairQueue = {
  /** Waits for its turn, works, and makes room. Throws QueueOverloaded, or the signal's reason while it waits. */
  run<T>(ticket: Ticket, work: (slot: Slot) => Promise<T>): Promise<T>;
  waiting(): number;
  running(): number;
  setSlots(slots: number): void;
};

export class QueueOverloaded extends Error {
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super('too much waits');
    this.retryAfterMs = retryAfterMs;
  }
}

/** The lane of what has hung before: a quarter of the slots is for all of it together. */
export const HANGING = 'hanging';

const SHARES: Shares = { caller: 3 / 4, lane: 7 / 8 };
const HANGING_SHARE = 1 / 4;
const MAX_WAITING = 20_000;
const MAX_WAITING_OF_A_CALLER = 5_000;
const LOOK_EVERY_MS = 100;
/** "Longer than usual" is this many times as long. */
const UNUSUAL = 4;

type Entry = { lane: string; lines: Line[]; waits: boolean; begin(caller: Caller): void; refuse(error: Error): void };
/** What one operation waits for. */
type Line = { lanes: Map<string, Entry[]>; servedAt: number };
type Caller = { name: string; running: number; waiting: number; lines: Map<Asker, Line> };
type Running = Slot & { lane: string; caller: Caller; began: number };

/**
 * Whose turn it is: callers take turns, a caller's operations take turns, and of an operation the oldest of each lane
 * comes first. No caller holds more than three quarters of the slots, no lane more than seven eighths, if `shares` says no
 * other, so that a place, an endpoint or a stranger that hangs leaves room for others. Our own, because p-queue, bottleneck
 * and cockatiel's bulkhead know one line, or priorities that somebody would have to give.
 */
export function createFairQueue(options: FairQueueOptions): FairQueue {
  const { slots: given, maxWaitMs, slowMs, shares = SHARES } = options;
  let slots = given;
  let waiting = 0;
  let looking: NodeJS.Timeout | undefined;
  const atWork = new Set<Running>();
  const inLane = new Map<string, number>();
  /** How long a success takes in each lane, of late. */
  const usual = new Map<string, number>();
  const share = (part: number) => Math.max(1, Math.floor(slots * part));
  const laneIsFull = (lane: string) => (inLane.get(lane) ?? 0) >= share(lane === HANGING ? HANGING_SHARE : shares.lane);
  const lines = createLines({
    laneIsFull,
    callerIsFull: ({ name, running }) => name !== '' && running >= share(shares.caller),
  });

  function serve() {
    while (waiting > 0 && atWork.size < slots) {
      const turn = lines.next();
      if (!turn) break;
      settle(turn.entry);
      turn.entry.begin(turn.caller);
    }
    if (waiting > 0) looking ??= setInterval(look, LOOK_EVERY_MS).unref();
    else if (looking) {
      clearInterval(looking);
      looking = undefined;
      lines.tidy();
    }
  }

  function settle(entry: Entry) {
    entry.waits = false;
    waiting--;
  }

  function look() {
    cutSlow();
    const now = performance.now();
    for (const entry of lines.tidy()) {
      if (entry.lines.some(({ servedAt }) => now - servedAt < maxWaitMs)) continue;
      settle(entry);
      entry.refuse(new QueueOverloaded(maxWaitMs));
    }
    serve();
  }

  /** A source that is slow as a whole is not cut: there, slow is usual. */
  function cutSlow() {
    const now = performance.now();
    const isSlow = ({ began, lane }: Running) => now - began > Math.max(slowMs, UNUSUAL * (usual.get(lane) ?? 0));
    const slow = [...atWork].filter(isSlow);
    for (const { cut } of slow.slice(0, Math.max(0, slow.length - share(1 / 2)))) cut?.();
  }

  function begin({ lane }: Ticket, caller: Caller, asked: number): Running {
    const began = performance.now();
    const running = { lane, caller, began, queuedMs: began - asked };
    caller.running++;
    inLane.set(lane, (inLane.get(lane) ?? 0) + 1);
    atWork.add(running);
    return running;
  }

  /** Whoever waits could not begin, or would have: where there is room for this one, it comes before nobody. */
  function beginNow(ticket: Ticket): Running | undefined {
    if (atWork.size >= slots || laneIsFull(ticket.lane)) return undefined;
    const caller = lines.callerWithRoom(ticket.askers);
    return caller && begin(ticket, caller, performance.now());
  }

  async function turnOf(ticket: Ticket): Promise<Running> {
    const { lane, askers, signal } = ticket;
    const asked = performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<Running>();
    const entry: Entry = {
      lane,
      lines: [],
      waits: true,
      begin: (caller) => resolve(begin(ticket, caller, asked)),
      refuse: reject,
    };
    waiting++;
    for (const asker of askers.all()) lines.add(entry, asker);
    askers.onJoin((asker) => entry.waits && lines.add(entry, asker));
    serve();
    try {
      return await unlessAborted(promise, signal);
    } catch (error) {
      if (entry.waits) settle(entry);
      // Its turn came in the moment of its end.
      else promise.then(makeRoom, () => {});
      serve();
      throw error;
    }
  }

  function makeRoom(running: Running) {
    atWork.delete(running);
    running.caller.running--;
    lines.forgetIdle(running.caller);
    inLane.set(running.lane, inLane.get(running.lane)! - 1);
    serve();
  }

  return {
    async run(ticket, work) {
      ticket.signal?.throwIfAborted();
      if (waiting >= MAX_WAITING || lines.isCrowded(ticket.askers)) throw new QueueOverloaded(maxWaitMs);
      const running = beginNow(ticket) ?? (await turnOf(ticket));
      try {
        const answer = await work(running);
        const took = performance.now() - running.began;
        usual.set(ticket.lane, 0.8 * (usual.get(ticket.lane) ?? took) + 0.2 * took);
        return answer;
      } finally {
        makeRoom(running);
      }
    },
    waiting: () => waiting,
    running: () => atWork.size,
    setSlots(next) {
      slots = next;
      serve();
    },
  };
}

type Fullness = { laneIsFull: (lane: string) => boolean; callerIsFull: (caller: Caller) => boolean };

/** A line an operation, by callers. What is in several lines is taken from the first whose turn comes. */
function createLines({ laneIsFull, callerIsFull }: Fullness) {
  // In the order of their turns.
  const callers = new Map<string, Caller>();

  function callerOf({ caller: name }: Asker): Caller {
    const known = callers.get(name);
    if (known) return known;
    const caller: Caller = { name, running: 0, waiting: 0, lines: new Map() };
    callers.set(name, caller);
    return caller;
  }

  function forgetIdle(caller: Caller) {
    if (caller.running === 0 && caller.lines.size === 0) callers.delete(caller.name);
  }

  /** Taken through another's line, refused or left, an entry is still in this one. */
  function takeOldest({ lanes }: Line): Entry | undefined {
    for (const [lane, entries] of lanes) {
      while (entries[0]?.waits === false) entries.shift();
      const entry = laneIsFull(lane) ? undefined : entries.shift();
      if (entries.length === 0) lanes.delete(lane);
      if (entry) return entry;
    }
    return undefined;
  }

  return {
    forgetIdle,
    isCrowded: (askers: Askers): boolean =>
      [...askers.all()].every(
        ({ caller }) => caller !== '' && (callers.get(caller)?.waiting ?? 0) >= MAX_WAITING_OF_A_CALLER,
      ),

    /** The first of them who may have one more at work; at the end of the round, as whoever is served. */
    callerWithRoom(askers: Askers): Caller | undefined {
      for (const asker of askers.all()) {
        const caller = callerOf(asker);
        if (callerIsFull(caller)) continue;
        callers.delete(caller.name);
        callers.set(caller.name, caller);
        return caller;
      }
      return undefined;
    },

    add(entry: Entry, asker: Asker) {
      const caller = callerOf(asker);
      caller.waiting++;
      const line = caller.lines.get(asker) ?? { lanes: new Map(), servedAt: performance.now() };
      caller.lines.set(asker, line);
      const entries = line.lanes.get(entry.lane);
      if (entries) entries.push(entry);
      else line.lanes.set(entry.lane, [entry]);
      entry.lines.push(line);
    },

    /** Whoever is served goes to the end of both rounds. */
    next(): { entry: Entry; caller: Caller } | undefined {
      for (const [name, caller] of callers) {
        if (callerIsFull(caller)) continue;
        for (const [asker, line] of caller.lines) {
          const entry = takeOldest(line);
          if (!entry) continue;
          line.servedAt = performance.now();
          caller.waiting--;
          caller.lines.delete(asker);
          if (line.lanes.size > 0) caller.lines.set(asker, line);
          callers.delete(name);
          callers.set(name, caller);
          return { entry, caller };
        }
      }
      return undefined;
    },

    /** Forgets what waits no longer, and gives what does. */
    tidy(): Entry[] {
      const waiting = new Set<Entry>();
      for (const caller of callers.values()) {
        caller.waiting = 0;
        for (const [asker, { lanes }] of caller.lines) {
          for (const [lane, entries] of lanes) {
            const still = entries.filter(({ waits }) => waits);
            for (const entry of still) waiting.add(entry);
            caller.waiting += still.length;
            if (still.length > 0) lanes.set(lane, still);
            else lanes.delete(lane);
          }
          if (lanes.size === 0) caller.lines.delete(asker);
        }
        forgetIdle(caller);
      }
      return [...waiting];
    },
  };
}
