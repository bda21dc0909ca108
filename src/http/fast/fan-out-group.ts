import type { ExecutionResult } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import type { Caller } from '../../domain/caller.ts';
import type { Clock } from '../../infra/clock.ts';
import { nextTurn, within } from '../../infra/waiting.ts';
import { type Ending, type Frame, type Shared, Subscriber } from './fan-out-subscriber.ts';

/** Answered events, and what each subscriber is counted for as long as it listens to them. */
export type Opened = { events: AsyncIterable<ExecutionResult> | ExecutionResult; watched: readonly string[] };

/** All who subscribe to the same: one stream, whose events are executed and written once. */
export type Group = {
  /** Once it is open: a refusal, or what it watches. The first who asks opens it, and its source requests are that caller's. */
  opened(caller: Caller): Promise<{ refusal: ExecutionResult } | { watched: readonly string[] }>;
  /** One more; the group lives as long as it has one. */
  join(): Subscriber;
  /** Resolves when what a newcomer is shown first is not too old. */
  present(caller: Caller): Promise<void>;
};

type Options = {
  open: (caller: Caller, signal: AbortSignal) => Promise<Opened>;
  frame: (result: ExecutionResult) => Frame;
  /** Of an error that ends the stream. */
  ending: (error: unknown) => Ending;
  clock: Pick<Clock, 'monotonic'>;
  onClose: () => void;
};

/** Whoever comes later is shown the present anew, read at most this often: an unchanged figure may have been confirmed since. */
const PRESENT_MS = 1_000;
/** Then whoever else waits has a turn: thousands of writes take long. */
const WRITES_A_TURN = 500;

export function createGroup({ open, frame, ending, clock, onClose }: Options): Group {
  const subscribers = new Set<Subscriber>();
  const lifetime = new AbortController();
  let opening: Promise<Opened> | undefined;
  let events: AsyncIterator<ExecutionResult> | undefined;
  let closed = false;
  let latest: Frame | null = null;
  let latestAt = 0;
  let end: Ending | null = null;
  let telling = false;
  let renewing: Promise<void> | undefined;
  const shared: Shared = {
    next: (_subscriber, sent) => (sent === latest ? null : latest),
    get ending() {
      return end;
    },
    leave(subscriber) {
      subscribers.delete(subscriber);
      if (subscribers.size === 0) close();
    },
  };

  function close(): void {
    if (closed) return;
    closed = true;
    onClose();
    lifetime.abort();
    void events?.return?.().catch(() => {});
  }

  function show(next: Frame): void {
    latest = next;
    latestAt = clock.monotonic();
  }

  /** What comes meanwhile is told in the same round: nobody is told the older after the newer. */
  async function tell(): Promise<void> {
    if (telling) return;
    telling = true;
    let told: Frame | null = null;
    let writes = 0;
    while (told !== latest) {
      told = latest;
      for (const subscriber of subscribers) {
        subscriber.advance();
        if (++writes % WRITES_A_TURN === 0) await nextTurn();
      }
    }
    telling = false;
  }

  async function run(stream: AsyncIterator<ExecutionResult>): Promise<void> {
    let how: Ending = {};
    try {
      for (let event = await stream.next(); !event.done; event = await stream.next()) {
        show(frame(event.value));
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
    for (const subscriber of [...subscribers]) subscriber.end(how);
  }

  async function renew(caller: Caller): Promise<void> {
    const before = latest;
    const again = await open(caller, lifetime.signal);
    if (!isAsyncIterable(again.events)) return;
    const iterator = again.events[Symbol.asyncIterator]();
    try {
      const first = await within(iterator.next(), PRESENT_MS, () => null);
      // Something newer may have been said meanwhile.
      if (first && !first.done && latest === before) show(frame(first.value));
    } finally {
      void iterator.return?.().catch(() => {});
    }
  }

  return {
    async opened(caller) {
      opening ??= open(caller, lifetime.signal);
      const { events: opened, watched } = await opening;
      if (!isAsyncIterable(opened)) {
        onClose();
        return { refusal: opened };
      }
      if (!events) {
        events = opened[Symbol.asyncIterator]();
        if (closed) void events.return?.().catch(() => {});
        else void run(events);
      }
      return { watched };
    },
    join() {
      const subscriber = new Subscriber(shared);
      subscribers.add(subscriber);
      return subscriber;
    },
    async present(caller) {
      if (!latest || clock.monotonic() - latestAt < PRESENT_MS) return;
      renewing ??= renew(caller)
        // What was said last holds.
        .catch(() => {})
        .finally(() => {
          renewing = undefined;
        });
      await renewing;
    },
  };
}
