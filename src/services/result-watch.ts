import { isDeepStrictEqual } from 'node:util';
import { Repeater, SlidingBuffer } from '@repeaterjs/repeater';
import { codeKey } from '../domain/codes.ts';
import type { ContestFigures } from '../domain/results.ts';
import type { Cached } from '../infra/cache.ts';
import type { Fleet } from '../infra/fleet.ts';
import type { IebcClient } from '../sources/iebc/client.ts';
import type { ResultKey } from '../sources/iebc/results.ts';

type WatchedResult = Cached<ContestFigures | null>;

export type ResultWatch = {
  /** The result now, then each change. A slow reader misses steps in between, never the latest. */
  watch(key: ResultKey): AsyncIterable<WatchedResult>;
  /** How many results are watched here at this moment. */
  watched(): number;
  /** For how many of them this instance asks the source, for the whole fleet. */
  polled(): number;
  close(): void;
};

/** Nobody waits for a poll: a slow source is given the time of an attempt before watchers see what they have marked stale. */
const PATIENCE_MS = 10_000;
/** What an instance says that has missed something. */
const ASKING = '?';

type Subscriber = { push: (result: WatchedResult) => void; fail: (error: unknown) => void };
type Watcher = { subscribers: Set<Subscriber>; current: WatchedResult | null; leading(): boolean; stop(): void };

type Options = {
  client: IebcClient;
  pollMs: number;
  fleet: Fleet;
  /** Of everything that is shared: which data it is. */
  keyPrefix: string;
  /** Hears of the figures that another instance has read. */
  onFigures: (figures: ContestFigures) => void;
};

/**
 * One poller a result in the whole fleet, however many subscribers: the first starts it, and the last one to leave stops
 * it. It says each answer to all, so that whatever an instance has missed it hears with the next.
 */
export function createResultWatch({ client, pollMs, fleet, keyPrefix, onFigures }: Options): ResultWatch {
  const watchers = new Map<string, Watcher>();

  function startWatcher(name: string, { election, level, code, post }: ResultKey): Watcher {
    const lifetime = new AbortController();
    const { signal } = lifetime;
    const topic = `result:${keyPrefix}:${name}`;
    // Undefined until the fleet has decided.
    let leading: boolean | undefined;
    let timer: NodeJS.Timeout | undefined;
    let turn = Promise.resolve();
    const watcher: Watcher = {
      subscribers: new Set(),
      current: null,
      leading: () => leading === true,
      stop() {
        lifetime.abort(new Error('nobody watches this result any more'));
        clearTimeout(timer);
        stepDown();
        hearNoMore();
        watchers.delete(name);
      },
    };

    function show(next: WatchedResult) {
      const before = watcher.current;
      watcher.current = next;
      if (before && before.stale === next.stale && isDeepStrictEqual(before.value, next.value)) return;
      for (const { push } of watcher.subscribers) push(next);
    }
    const say = () => watcher.current && fleet.say(topic, JSON.stringify(watcher.current));

    async function poll(maxAgeMs?: number) {
      clearTimeout(timer);
      if (signal.aborted) return;
      let next: WatchedResult | null = null;
      try {
        const ask = { signal, maxAgeMs, patienceMs: PATIENCE_MS };
        next = await client.result(election, level, code, post, ask);
      } catch (error) {
        if (signal.aborted) return;
        // Watchers who have something keep it, marked; those who have nothing are told why.
        if (!watcher.current) for (const { fail } of [...watcher.subscribers]) fail(error);
      }
      if (signal.aborted) return;
      // Another polls, and what it said is newer than what we have read.
      if (leading === false && watcher.current) return;
      next ??= watcher.current && { ...watcher.current, stale: true };
      if (next) show(next);
      if (!leading) return;
      say();
      later();
    }
    /** One after the other: an older answer never follows a newer one. */
    const pollNow = (maxAgeMs?: number) => {
      turn = turn.then(() => poll(maxAgeMs));
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(pollNow, pollMs, 0);
    };

    watchers.set(name, watcher);
    pollNow();
    const hearNoMore = fleet.hear(topic, {
      said(text) {
        if (text === ASKING) {
          if (leading) say();
        } else if (!leading) {
          const heard = JSON.parse(text) as WatchedResult;
          if (heard.value) onFigures(heard.value);
          show(heard);
        }
      },
      missed: () => (leading ? pollNow(0) : fleet.say(topic, ASKING)),
    });
    const stepDown = fleet.lead(topic, (leads) => {
      const takesOver = leads && leading === false;
      leading = leads;
      // What happened since the one before last asked was said to nobody.
      if (takesOver) pollNow(0);
      else if (!leads) clearTimeout(timer);
      else if (watcher.current) later();
    });
    return watcher;
  }

  return {
    watch(key) {
      const name = `${key.election}/${key.level}/${codeKey(key.code)}/${key.post}`;
      return new Repeater<WatchedResult>(async (push, stop) => {
        const subscriber: Subscriber = { push: (result) => void push(result), fail: (error) => stop(error) };
        const watcher = watchers.get(name) ?? startWatcher(name, key);
        watcher.subscribers.add(subscriber);
        if (watcher.current) subscriber.push(watcher.current);
        await stop.catch(() => {});
        watcher.subscribers.delete(subscriber);
        if (watcher.subscribers.size === 0) watcher.stop();
      }, new SlidingBuffer(1));
    },
    watched: () => watchers.size,
    polled: () => [...watchers.values()].filter(({ leading }) => leading()).length,
    close() {
      for (const watcher of watchers.values()) {
        watcher.stop();
        for (const { fail } of [...watcher.subscribers]) fail(undefined);
      }
    },
  };
}
