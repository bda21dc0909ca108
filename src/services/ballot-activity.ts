import { Repeater } from '@repeaterjs/repeater';
import type { BallotActivity } from '../domain/ballots.ts';
import type { Clock } from '../infra/clock.ts';
import type { EventLog, LoggedEvent } from '../infra/event-log.ts';
import type { Log } from '../infra/log.ts';
import { SealedError, type Sealer } from '../infra/sealed.ts';
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

type Options = {
  events: EventLog;
  clock: Clock;
  retentionMs: number;
  log: Log;
  sealer: Sealer;
  /** A keyed hash: whom an event is about could be guessed from a plain one. */
  fingerprint: (text: string) => string;
};

export function createBallotActivity(options: Options): BallotActivityService {
  const { events, clock, retentionMs, log, sealer, fingerprint } = options;
  const { open, readable } = opener(options);
  const purge = () =>
    events.purge(clock.now() - retentionMs).catch((error: unknown) => {
      log.warn({ error: (error as Error).name }, 'ballot activity: old events could not be deleted');
    });
  void purge();
  const purging = setInterval(purge, HOUR_MS).unref();
  const readers = new Set<() => void>();

  return {
    async accept(body) {
      const { key: content, electionCode } = readWebhook(body);
      const key = fingerprint(`ballot\n${content}`);
      const sealed = await sealer.seal(purposeOf(key), body);
      return events.append({ key, topic: electionCode, at: clock.now(), body: sealed });
    },
    async page({ electionCode, after, first }) {
      const [found, total] = await Promise.all([readable(electionCode, after, first + 1), events.count(electionCode)]);
      return { items: found.slice(0, first), total, more: found.length > first };
    },
    async find(key) {
      const event = await events.find(key);
      return event && open(event);
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
              const activity = await open(event);
              if (activity) await push(activity);
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

const purposeOf = (key: string) => `ballot/${key}`;

/** Reads what was stored. */
function opener({ events, sealer, log }: Options) {
  /** Null, and a line in the log, for what was sealed with a key that is gone: the others are still there to be read. */
  async function open(event: LoggedEvent): Promise<BallotActivity | null> {
    try {
      // Stored by a version that did not seal; ends with the retention time.
      const clear = event.body.startsWith('{');
      const body = clear ? event.body : ((await sealer.open(purposeOf(event.key), event.body)) as string);
      return decodeActivity({ ...event, body });
    } catch (error) {
      if (!(error instanceof SealedError)) throw error;
      log.error({ position: event.position }, 'ballot activity: an event was sealed with another ENCRYPTION_KEY');
      return null;
    }
  }

  /** As many as are enough, or all that there are. */
  async function readable(electionCode: string | undefined, after: string | undefined, enough: number) {
    const items: BallotActivity[] = [];
    for (let from = after; ; ) {
      const found = await events.read({ topic: electionCode, after: from, limit: enough });
      items.push(...(await Promise.all(found.map(open))).filter((item) => item !== null));
      if (items.length >= enough || found.length < enough) return items;
      from = found.at(-1)!.position;
    }
  }

  return { open, readable };
}
