import type { ExecutionResult } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import type { Caller } from '../../domain/caller.ts';
import { nextTurn } from '../../infra/waiting.ts';
import { type Ending, type Frame, type Shared, Subscriber } from './fan-out-subscriber.ts';

/** An event that is not answered yet; a client can go on after its `id`. */
type SourceEvent = { event: unknown; id: string };
/** Or a refusal. */
type Source = AsyncIterable<SourceEvent> | ExecutionResult;
/** With the name of its event. */
export type Named = Frame & { id: string };

/** All who follow the same record: one stream for them all, from where each has caught up with it by one of its own. */
export type Sequence = {
  /** One more, who has seen the event of this name last; null: the present comes first. */
  join(caller: Caller, seen: string | null): Promise<Subscriber | ExecutionResult>;
};

type Options = {
  /** What comes after the event of this name; null: the present, and then what comes; `now`: what comes alone. */
  open: (caller: Caller, signal: AbortSignal, after: string | null | 'now') => Promise<Source>;
  /** The answer to an event. */
  answer: (event: SourceEvent, signal: AbortSignal) => Named | Promise<Named>;
  /** Of an error that ends the stream. */
  ending: (error: unknown) => Ending;
  onClose: () => void;
};

/** Who is further behind reads by a stream of its own again: what nobody else needs is not kept for one. */
const RECENT = 64;
/** Then whoever else waits has a turn: thousands of writes take long. */
const WRITES_A_TURN = 500;

/** `sent`: the last of its events that the subscriber was sent. */
type OwnStream = { events: AsyncIterator<SourceEvent>; sent: string | null };

/** Which event of the common stream somebody was sent last. */
type Place = { at: number; id: string };

/**
 * Where a group (fan-out-group.ts) is shown the latest and misses what came between, here each is sent every event, in
 * order. A newcomer reads what it has not seen by a stream of its own, at its own pace. When that comes to an event which
 * the common stream has brought, it goes on with the common stream: the common one misses nothing from its first event on.
 */
export function createSequence({ open, answer, ending, onClose }: Options): Sequence {
  const subscribers = new Map<Subscriber, Caller>();
  const own = new Map<Subscriber, OwnStream>();
  const places = new Map<Subscriber, Place>();
  const lifetime = new AbortController();
  const recent = createRecent();
  const tell = telling(() => places.keys(), recent.count);
  let opening: Promise<Source> | undefined;
  let common: AsyncIterator<SourceEvent> | undefined;
  let closed = false;
  let end: Ending | null = null;

  const shared: Shared = {
    next(subscriber) {
      const place = places.get(subscriber);
      if (!place) return null;
      if (!recent.holds(place)) {
        places.delete(subscriber);
        void catchUp(subscriber, place.id);
        return null;
      }
      return recent.next(place);
    },
    get ending() {
      return end;
    },
    connected: (subscriber) => void readOwn(subscriber),
    leave(subscriber) {
      leaveOwn(subscriber);
      places.delete(subscriber);
      subscribers.delete(subscriber);
      if (subscribers.size === 0) close();
    },
  };

  function close(): void {
    if (closed) return;
    closed = true;
    onClose();
    lifetime.abort();
    leave(common);
  }

  function leaveOwn(subscriber: Subscriber): void {
    leave(own.get(subscriber)?.events);
    own.delete(subscriber);
  }

  /** Where the common stream has brought what this one was sent last, it goes on with that one. */
  function join(subscriber: Subscriber, sent: string): void {
    const place = recent.placeOf(sent);
    if (!place) return;
    leaveOwn(subscriber);
    places.set(subscriber, place);
    subscriber.advance();
  }

  async function readOwn(subscriber: Subscriber): Promise<void> {
    const stream = own.get(subscriber);
    if (!stream) return;
    const { events } = stream;
    let how: Ending = {};
    try {
      for (let event = await events.next(); !event.done; event = await events.next()) {
        const frame = await answer(event.value, lifetime.signal);
        if (own.get(subscriber) !== stream) return;
        await subscriber.take(frame);
        stream.sent = frame.id;
        join(subscriber, frame.id);
      }
    } catch (error) {
      how = ending(error);
    }
    if (own.get(subscriber) === stream) subscriber.end(how);
  }

  async function catchUp(subscriber: Subscriber, seen: string): Promise<void> {
    try {
      const events = await open(subscribers.get(subscriber)!, lifetime.signal, seen);
      if (!isAsyncIterable(events)) throw events.errors?.[0];
      keep(subscriber, events);
      await readOwn(subscriber);
    } catch (error) {
      subscriber.end(ending(error));
    }
  }

  function keep(subscriber: Subscriber, events: AsyncIterable<SourceEvent>): void {
    const iterator = events[Symbol.asyncIterator]();
    if (subscribers.has(subscriber)) own.set(subscriber, { events: iterator, sent: null });
    else leave(iterator);
  }

  function begin(opened: AsyncIterable<SourceEvent>): void {
    if (common) return;
    common = opened[Symbol.asyncIterator]();
    if (closed) leave(common);
    else void run(common);
  }

  async function run(stream: AsyncIterator<SourceEvent>): Promise<void> {
    let how: Ending = {};
    try {
      for (let event = await stream.next(); !event.done; event = await stream.next()) {
        const frame = await answer(event.value, lifetime.signal);
        recent.push(frame);
        // Their own streams were the quicker ones.
        for (const [subscriber, { sent }] of own) if (sent === frame.id) join(subscriber, sent);
        void tell();
      }
    } catch (error) {
      how = ending(error);
    }
    if (closed) return;
    // Nobody joins any more, and who does not listen yet is told then.
    closed = true;
    end = how;
    onClose();
    lifetime.abort();
    for (const subscriber of [...subscribers.keys()]) subscriber.end(how);
  }

  return {
    async join(caller, seen) {
      const subscriber = new Subscriber(shared);
      subscribers.set(subscriber, caller);
      try {
        opening ??= open(caller, lifetime.signal, 'now');
        const opened = await opening;
        if (isAsyncIterable(opened)) begin(opened);
        const events = isAsyncIterable(opened) ? await open(caller, lifetime.signal, seen) : opened;
        if (isAsyncIterable(events)) {
          keep(subscriber, events);
          return subscriber;
        }
        subscriber.leave();
        return events;
      } catch (error) {
        subscriber.leave();
        throw error;
      }
    },
  };
}

function leave(events: AsyncIterator<SourceEvent> | undefined): void {
  void events?.return?.().catch(() => {});
}

/** Tells them all, with turns for others in between. What comes meanwhile is told in the same round. */
function telling(subscribers: () => Iterable<Subscriber>, count: () => number): () => Promise<void> {
  let busy = false;
  return async () => {
    if (busy) return;
    busy = true;
    let writes = 0;
    for (let told = -1; told !== count(); ) {
      told = count();
      for (const subscriber of subscribers()) {
        subscriber.advance();
        if (++writes % WRITES_A_TURN === 0) await nextTurn();
      }
    }
    busy = false;
  };
}

/** The last events of the common stream. */
function createRecent() {
  const frames: Named[] = [];
  /** How many there were before the first of them. */
  let gone = 0;
  return {
    count: () => gone + frames.length,
    push(frame: Named) {
      frames.push(frame);
      if (frames.length <= RECENT) return;
      frames.shift();
      gone++;
    },
    placeOf(id: string): Place | null {
      const at = frames.findLastIndex((frame) => frame.id === id);
      return at < 0 ? null : { at: gone + at, id };
    },
    /** Whether what comes after it is still here, or is to come. */
    holds: ({ at }: Place): boolean => at + 1 >= gone,
    /** Moves the place to what comes next, and gives that. */
    next(place: Place): Named | null {
      const frame = frames[place.at + 1 - gone];
      if (!frame) return null;
      place.at++;
      place.id = frame.id;
      return frame;
    },
  };
}
