import { isDeepStrictEqual } from 'node:util';
import { Repeater, SlidingBuffer } from '@repeaterjs/repeater';
import { codeKey } from '../domain/codes.ts';
import type { ContestFigures } from '../domain/results.ts';
import type { Cached } from '../infra/cache.ts';
import type { IebcClient } from '../sources/iebc/client.ts';
import type { ResultKey } from '../sources/iebc/loaders.ts';

type WatchedResult = Cached<ContestFigures | null>;

export type ResultWatch = {
  /** The result now, then each change. A slow reader misses steps in between, never the latest. */
  watch(key: ResultKey): AsyncIterable<WatchedResult>;
  /** How many results are being polled at this moment. */
  pollers(): number;
  close(): void;
};

/** Nobody waits for a poll: a slow source is given the time of an attempt before watchers see what they have marked stale. */
const PATIENCE_MS = 10_000;

type Subscriber = { push: (result: WatchedResult) => void; fail: (error: unknown) => void };
type Poller = { subscribers: Set<Subscriber>; current: WatchedResult | null; stop: () => void };

/** One poller a result, however many subscribers; the first starts it and the last one to leave stops it. */
export function createResultWatch({ client, pollMs }: { client: IebcClient; pollMs: number }): ResultWatch {
  const pollers = new Map<string, Poller>();

  function startPoller(name: string, { election, level, code, post }: ResultKey): Poller {
    const lifetime = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const poller: Poller = {
      subscribers: new Set(),
      current: null,
      stop: () => {
        lifetime.abort(new Error('nobody watches this result any more'));
        clearTimeout(timer);
        pollers.delete(name);
      },
    };
    const publish = (next: WatchedResult) => {
      const before = poller.current;
      poller.current = next;
      if (before && before.stale === next.stale && isDeepStrictEqual(before.value, next.value)) return;
      for (const { push } of poller.subscribers) push(next);
    };
    const poll = async (maxAgeMs?: number) => {
      try {
        publish(
          await client.result(election, level, code, post, {
            signal: lifetime.signal,
            maxAgeMs,
            patienceMs: PATIENCE_MS,
          }),
        );
      } catch (error) {
        if (lifetime.signal.aborted) return;
        // Watchers who have something keep it, marked; those who have nothing are told why.
        if (poller.current) publish({ ...poller.current, stale: true });
        else for (const { fail } of [...poller.subscribers]) fail(error);
      }
      if (!lifetime.signal.aborted) timer = setTimeout(() => poll(0), pollMs);
    };
    pollers.set(name, poller);
    void poll();
    return poller;
  }

  return {
    watch(key) {
      const name = `${key.election}/${key.level}/${codeKey(key.code)}/${key.post}`;
      return new Repeater<WatchedResult>(async (push, stop) => {
        const subscriber: Subscriber = { push: (result) => void push(result), fail: (error) => stop(error) };
        const poller = pollers.get(name) ?? startPoller(name, key);
        poller.subscribers.add(subscriber);
        if (poller.current) subscriber.push(poller.current);
        await stop.catch(() => {});
        poller.subscribers.delete(subscriber);
        if (poller.subscribers.size === 0) poller.stop();
      }, new SlidingBuffer(1));
    },
    pollers: () => pollers.size,
    close() {
      for (const poller of pollers.values()) {
        poller.stop();
        for (const { fail } of [...poller.subscribers]) fail(undefined);
      }
    },
  };
}
