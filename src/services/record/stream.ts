import { Repeater } from '@repeaterjs/repeater';
import type { RecordedContest, ResultVersion } from '../../domain/record.ts';
import type { VersionLog } from '../../infra/version-log.ts';
import { unlessAborted } from '../../infra/waiting.ts';
import type { RecordedLeaf, RecordPage, RecordReader } from './reader.ts';

type Wanted = {
  contest: (contest: RecordedContest) => boolean;
  /** The index of the last version that was seen; undefined for the present state first. */
  after?: number | undefined;
};

export type RecordStream = {
  /**
   * The latest version of every contest that is wanted, in the order of the log, then each new one; or, after an index, each
   * that came after it. Nothing is missed and nothing comes twice, however slow the reader. Fails when the record cannot be
   * read.
   */
  follow(wanted: Wanted): AsyncIterable<ResultVersion>;
  /** How many follow now. */
  following(): number;
  close(): void;
};

type Options = { reader: RecordReader; versions: Pick<VersionLog, 'watch'> };

const BATCH = 200;
/** Read once for all who follow closely; who is further behind reads for himself. */
const RECENT = 2_000;

export function createRecordStream({ reader, versions }: Options): RecordStream {
  const tail = createTail(reader);
  const followers = new Set<() => void>();
  let unwatch = () => {};

  function joined(end: () => void): () => void {
    if (followers.size === 0) unwatch = versions.watch(tail.grown);
    followers.add(end);
    return () => {
      if (followers.delete(end) && followers.size === 0) {
        unwatch();
        tail.forget();
      }
    };
  }

  /** The latest of each contest that has one below `end`, by index: a reader can go on after any of them. */
  async function present({ contest }: Wanted, end: number): Promise<ResultVersion[]> {
    const all = (await reader.contests()).filter(contest);
    const latest = await Promise.all(all.map((one) => latestBelow(one, end)));
    return latest.filter((version) => version !== null).sort((a, b) => a.index - b.index);
  }

  async function latestBelow(contest: RecordedContest, end: number): Promise<ResultVersion | null> {
    let version = await reader.latest(contest);
    // Recorded since: it comes after the present.
    while (version && version.index >= end) version = await reader.version(contest, version.version - 1);
    return version;
  }

  return {
    follow: (wanted) =>
      new Repeater<ResultVersion>(async (push, stop) => {
        const leaving = new AbortController();
        const left = leaving.signal;
        void stop.then(() => leaving.abort());
        // Before anything is read: what is added from here on is heard.
        const leave = joined(() => stop());
        try {
          let position = wanted.after === undefined ? await reader.size() : wanted.after + 1;
          if (wanted.after === undefined) {
            for (const version of await present(wanted, position)) {
              if (left.aborted) return;
              await push(version);
            }
          }
          while (!left.aborted) {
            const grown = tail.growing();
            const { found, next } = await tail.read(position, wanted.contest);
            for (const { version } of found) {
              if (left.aborted) return;
              await push(version);
            }
            // A race would leave something behind in the promise that loses, which here lives as long as the follower.
            if (next === position) await unlessAborted(grown, left);
            position = next;
          }
        } catch (error) {
          // Whoever has left hears of no failure: it would be nobody's.
          if (!left.aborted) throw error;
        } finally {
          leave();
        }
      }),
    following: () => followers.size,
    close() {
      for (const end of [...followers]) end();
    },
  };
}

/** The end of the record, in memory once however many follow it. */
function createTail(reader: Pick<RecordReader, 'read'>) {
  /** What is in memory begins here; null: nothing is. */
  let start: number | null = null;
  let recent: RecordedLeaf[] = [];
  let reading: Promise<void> | undefined;
  let growths = 0;
  /** The end was reached by a read that began after so many growths; -1: not yet. */
  let readSince = -1;
  let growth = Promise.withResolvers<void>();
  const end = () => (start === null ? Number.NEGATIVE_INFINITY : start + recent.length);

  /** Reads what comes right behind what is in memory. It goes with those who are ahead: who is behind it reads for himself. */
  async function extend(position: number): Promise<void> {
    if (start === null || position > end()) {
      start = position;
      recent = [];
    }
    const before = growths;
    const { found } = await reader.read(end(), BATCH);
    recent.push(...found);
    // Behind a full batch there is more.
    readSince = found.length < BATCH ? before : -1;
    if (recent.length <= RECENT + BATCH) return;
    start += recent.length - RECENT;
    recent = recent.slice(-RECENT);
  }

  /** One reads for all who wait for the same. */
  function extended(position: number): Promise<void> {
    reading ??= extend(position).finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return {
    /** Resolves when there may be more than there was. */
    growing: () => growth.promise,
    grown() {
      growths++;
      growth.resolve();
      growth = Promise.withResolvers();
    },
    async read(position: number, wanted: (contest: RecordedContest) => boolean): Promise<RecordPage> {
      // A read that had begun before the last growth may not have what this reader has heard of.
      const heard = growths;
      while (position > end() || (position === end() && readSince < heard)) await extended(position);
      if (start === null || position < start || position > end()) return reader.read(position, BATCH, wanted);
      const all = recent.slice(position - start, position - start + BATCH);
      return { found: all.filter(({ version }) => wanted(version.contest)), next: position + all.length };
    },
    forget() {
      readSince = -1;
      start = null;
      recent = [];
    },
  };
}
