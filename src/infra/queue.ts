import type { Clock } from './clock.ts';
import { groupCommit, openForOneOwner } from './sqlite.ts';

/**
 * One short step of a job. What is next: the same job again after so many milliseconds (`LONGEST_DELAY_MS` at most), or
 * null when it is done.
 */
export type Step = (id: string, signal: AbortSignal) => Promise<{ againInMs: number } | null>;

export type WorkOptions = {
  /** Jobs at once. */
  concurrency: number;
  /** Hears what a step threw; the step is tried again. */
  onError: (error: unknown) => void;
};

/** Jobs are ids: what a job is about is somebody else's state. At least once; a job of a killed worker is taken over. */
export type Queue = {
  /** Resolves when the job would survive the process. Adding an id that is queued or running changes nothing. */
  add(id: string): Promise<void>;
  /**
   * Starts working. A step that throws is tried again after a growing delay. `signal` ends when the worker is closing or
   * has lost the job; what a step throws after that is no error, and its job is left to the next worker.
   */
  work(step: Step, options: WorkOptions): Promise<void>;
  /** Jobs waiting (also for their time) and running. */
  size(): Promise<number>;
  /** Lets running steps finish (bounded, about 10 s), starts none. */
  close(): Promise<void>;
};

/** How long `close` waits for running steps. */
export const CLOSE_MS = 10_000;

/** What is to come later than this comes now: its time was written by a clock that has been set back since. */
export const LONGEST_DELAY_MS = 30_000;

/** Before the next try of a step that threw this many times in a row. */
export const retryDelayMs = (failures: number) => Math.min(250 * 2 ** (failures - 1), LONGEST_DELAY_MS);

/** Jobs read from the table at once. */
const PAGE = 256;
const AFTER_FAILED_WRITE_MS = 1_000;

type Job = { id: string; due: number; failures: number };

/**
 * In one SQLite file; for one process, a second one is refused with `DataDirInUse`. That lock is the lease on every job:
 * what runs is known in memory only, and whoever opens the file after a kill finds each unfinished job waiting.
 */
export function sqliteQueue(dataDir: string | null, name: string, clock: Pick<Clock, 'now' | 'monotonic'>): Queue {
  // One owner, so this process alone reads and writes the times: by a clock that started with the wall's, and that
  // nobody can set.
  const began = clock.now() - clock.monotonic();
  const now = () => began + clock.monotonic();
  const table = jobTable(dataDir, name);
  let worker: Worker | undefined;
  let closing: Promise<void> | undefined;

  async function finish() {
    await worker?.stop();
    table.close();
  }

  return {
    async add(id) {
      if (closing) throw new Error('The queue is closed');
      await table.add(id, now());
      worker?.look();
    },
    async work(step, options) {
      if (worker) throw new Error('This queue has a worker already');
      worker = startWorker(table, now, step, options);
    },
    size: async () => table.size(),
    close() {
      closing ??= finish();
      return closing;
    },
  };
}

type JobTable = ReturnType<typeof jobTable>;

/** The writes that a kill may undo: a step is done once more then, and that is not worth waiting for the disk. */
const SOON = false;

function jobTable(dataDir: string | null, name: string) {
  const database = openForOneOwner(
    dataDir,
    name,
    `CREATE TABLE IF NOT EXISTS jobs (
      id TEXT PRIMARY KEY,
      due INTEGER NOT NULL,
      failures INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS jobs_by_time ON jobs (due);`,
  );
  const insert = database.prepare('INSERT INTO jobs (id, due, failures) VALUES (?, ?, 0) ON CONFLICT (id) DO NOTHING');
  const selectFar = database.prepare('SELECT id, due, failures FROM jobs WHERE due > ? LIMIT ?');
  const select = database.prepare('SELECT id, due, failures FROM jobs WHERE due <= ? ORDER BY due, rowid LIMIT ?');
  const update = database.prepare('UPDATE jobs SET due = ?, failures = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM jobs WHERE id = ?');
  const count = database.prepare('SELECT count(*) AS n FROM jobs');
  const { write, read, flush } = groupCommit(database);
  return {
    add: (id: string, due: number) => write(() => insert.run(id, Math.ceil(due)), true),
    /** What a clock that was ahead put off too far, then by their time. */
    first: (limit: number, latest: number) =>
      read(() => [...selectFar.all(latest, limit), ...select.all(latest, limit)]) as Job[],
    again: (id: string, due: number, failures: number) => write(() => update.run(Math.ceil(due), failures, id), SOON),
    remove: (id: string) => write(() => remove.run(id), SOON),
    size: () => Number(read(() => count.get())?.n),
    isOpen: () => database.isOpen,
    close() {
      flush();
      database.close();
    },
  };
}

type Worker = {
  /** Something may be due that was not before. */
  look(): void;
  /** Lets running steps finish. */
  stop(): Promise<void>;
};

function startWorker(table: JobTable, now: () => number, step: Step, { concurrency, onError }: WorkOptions): Worker {
  let stopped = false;
  let ready: Job[] = [];
  /** In `ready`, running, or finished without that being written yet: not to be taken from the table again. */
  const claimed = new Set<string>();
  const running = new Map<Promise<void>, AbortController>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;

  /** In a turn of its own: the writes of this one are committed before, and steps that end at once starve nobody. */
  function look() {
    if (looking || ready.length > 0) return;
    looking = true;
    setImmediate(() => {
      looking = false;
      if (stopped) return;
      clearTimeout(timer);
      timer = undefined;
      if (ready.length === 0) refill();
      start();
    });
  }

  function refill() {
    try {
      const time = now();
      const latest = time + LONGEST_DELAY_MS;
      const free = table.first(PAGE + claimed.size, latest).filter(({ id }) => !claimed.has(id));
      ready = free.filter(({ due }) => due <= time || due > latest);
      for (const { id } of ready) claimed.add(id);
      const next = free[ready.length];
      if (next && ready.length === 0) timer = setTimeout(look, next.due - time);
    } catch (error) {
      onError(error);
      timer = setTimeout(look, AFTER_FAILED_WRITE_MS);
    }
  }

  function start() {
    while (running.size < concurrency && !stopped) {
      const job = ready.shift();
      if (!job) return;
      // The last one known: see what else is due, or when.
      if (ready.length === 0) look();
      const controller = new AbortController();
      const run: Promise<void> = runStep(job, controller.signal).finally(() => {
        running.delete(run);
        start();
      });
      running.set(run, controller);
    }
  }

  /** Ends when the step does; what came of it is written with the next transaction. */
  async function runStep({ id, failures }: Job, signal: AbortSignal) {
    let outcome: () => Promise<unknown>;
    try {
      const next = await step(id, signal);
      const due = next && now() + Math.min(next.againInMs, LONGEST_DELAY_MS);
      outcome = due === null ? () => table.remove(id) : () => table.again(id, due, 0);
    } catch (error) {
      // The row still says that it is due.
      if (signal.aborted) return;
      onError(error);
      const due = now() + retryDelayMs(failures + 1);
      outcome = () => table.again(id, due, failures + 1);
    }
    if (!table.isOpen()) return;
    outcome().then(
      () => {
        claimed.delete(id);
        look();
      },
      (error) => {
        onError(error);
        setTimeout(() => {
          claimed.delete(id);
          look();
        }, AFTER_FAILED_WRITE_MS).unref();
      },
    );
  }

  look();
  return {
    look,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      for (const controller of running.values()) controller.abort(new Error('The queue is closing'));
      const { promise: tooLong, resolve } = Promise.withResolvers<void>();
      const limit = setTimeout(resolve, CLOSE_MS);
      await Promise.race([Promise.all(running.keys()), tooLong]);
      clearTimeout(limit);
    },
  };
}
