import { Repeater } from '@repeaterjs/repeater';
import type { BallotActivity } from '../domain/ballots.ts';
import type { Clock } from '../infra/clock.ts';
import type { EventLog } from '../infra/event-log.ts';
import type { Log } from '../infra/log.ts';
import { decodeActivity, readWebhook } from '../sources/electionbuddy/webhook.ts';

export type BallotActivityService = {
  /** Resolves when the event is stored; false when it was already. Throws InvalidPayload, or the store's failure. */
  accept(body: string): Promise<boolean>;
  /** Oldest first. `total` counts all of that election. */
  page(options: {
    electionCode?: string | undefined;
    after?: string | undefined;
    first: number;
  }): Promise<{ items: BallotActivity[]; total: number; more: boolean }>;
  find(key: string): Promise<BallotActivity | null>;
  /** Everything after a position (default: from now on), each once, in the order of receipt, for as long as the reader stays. */
  follow(options: { electionCode?: string | undefined; after?: string | undefined }): AsyncIterable<BallotActivity>;
  endStreams(): void;
  close(): Promise<void>;
};

const HOUR_MS = 60 * 60_000;
const BATCH = 100;

export function createBallotActivity({
  events,
  clock,
  retentionMs,
  log,
}: {
  events: EventLog;
  clock: Clock;
  retentionMs: number;
  log: Log;
}): BallotActivityService {
  const purge = () =>
    events.purge(clock.now() - retentionMs).catch((error: unknown) => {
      log.warn({ error: (error as Error).name }, 'ballot activity: old events could not be deleted');
    });
  void purge();
  const purging = setInterval(purge, HOUR_MS).unref();
  const readers = new Set<() => void>();

  return {
    async accept(body) {
      const { key, electionCode } = readWebhook(body);
      return events.append({ key, topic: electionCode, at: clock.now(), body });
    },
    async page({ electionCode, after, first }) {
      const [found, total] = await Promise.all([
        events.read({ topic: electionCode, after, limit: first + 1 }),
        events.count(electionCode),
      ]);
      return { items: found.slice(0, first).map(decodeActivity), total, more: found.length > first };
    },
    async find(key) {
      const event = await events.find(key);
      return event && decodeActivity(event);
    },
    follow: ({ electionCode, after }) =>
      new Repeater<BallotActivity>(async (push, stop) => {
        let stopped = false;
        let wake = Promise.withResolvers<void>();
        const unwatch = events.watch(() => wake.resolve());
        const end = () => stop();
        readers.add(end);
        void stop.then(() => {
          stopped = true;
          wake.resolve();
        });
        try {
          let position = after ?? (await events.last());
          while (!stopped) {
            // A new promise before reading: what is added while reading wakes the next round.
            wake = Promise.withResolvers<void>();
            const batch = await events.read({ topic: electionCode, after: position, limit: BATCH });
            for (const event of batch) {
              if (stopped) return;
              await push(decodeActivity(event));
              position = event.position;
            }
            if (batch.length === 0) await wake.promise;
          }
        } finally {
          unwatch();
          readers.delete(end);
        }
      }),
    endStreams() {
      for (const end of readers) end();
    },
    async close() {
      clearInterval(purging);
      for (const end of readers) end();
    },
  };
}
