import { groupCommit, openForOneOwner } from './sqlite.ts';

/** One short step of a job. What is next: the same job again after so many milliseconds, or null when it is done. */
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

/** Before the next try of a step that threw this many times in a row. */
export const retryDelayMs = (failures: number) => Math.min(250 * 2 ** (failures - 1), 30_000);

/** Jobs read from the table at once. */
const PAGE = 256;
/** The clock may be set, and a timer ends before a month. */
const LONGEST_WAIT_MS = 60_000;
const AFTER_FAILED_WRITE_MS = 1_000;

/**
 * In one SQLite file; for one process, a second one is refused with `DataDirInUse`. That lock is the lease on every job:
 * what runs is known in memory only, and whoever opens the file after a kill finds each unfinished job waiting.
 */
export function sqliteQueue(dataDir: string | null, name: string, now: () => number): Queue {
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
  const select = database.prepare('SELECT id, due, failures FROM jobs ORDER BY due, rowid LIMIT ?');
  const update = database.prepare('UPDATE jobs SET due = ?, failures = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM jobs WHERE id = ?');
  const count = database.prepare('SELECT count(*) AS n FROM jobs');
  const { write, flush } = groupCommit(database);

  type Job = { id: string; due: number; failures: number };
  type Worker = { step: Step } & WorkOptions;
  let worker: Worker | undefined;
  let closing: Promise<void> | undefined;
  let ready: Job[] = [];
  /** In `ready`, running, or finished without that being written yet: not to be taken from the table again. */
  const claimed = new Set<string>();
  const running = new Map<Promise<void>, AbortController>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;

  /** In a turn of its own: the writes of this one are committed before, and steps that end at once starve nobody. */
  function look() {
    if (looking) return;
    looking = true;
    setImmediate(() => {
      looking = false;
      if (!worker || closing) return;
      clearTimeout(timer);
      timer = undefined;
      if (ready.length === 0) refill();
      start(worker);
    });
  }

  function refill() {
    const time = now();
    const jobs = select.all(PAGE + claimed.size) as Job[];
    const free = jobs.filter(({ id }) => !claimed.has(id));
    ready = free.filter(({ due }) => due <= time);
    for (const { id } of ready) claimed.add(id);
    const next = free[ready.length];
    if (next && ready.length === 0) timer = setTimeout(look, Math.min(next.due - time, LONGEST_WAIT_MS));
  }

  function start(by: Worker) {
    while (running.size < by.concurrency && !closing) {
      const job = ready.shift();
      if (!job) return;
      // The last one known: see what else is due, or when.
      if (ready.length === 0) look();
      const controller = new AbortController();
      const run: Promise<void> = runStep(by, job, controller.signal).finally(() => {
        running.delete(run);
        start(by);
      });
      running.set(run, controller);
    }
  }

  /** Ends when the step does; what came of it is written with the next transaction. */
  async function runStep({ step, onError }: Worker, { id, failures }: Job, signal: AbortSignal) {
    let outcome: () => unknown;
    try {
      const next = await step(id, signal);
      const due = next && now() + Math.ceil(next.againInMs);
      outcome = due === null ? () => remove.run(id) : () => update.run(due, 0, id);
    } catch (error) {
      // The row still says that it is due.
      if (signal.aborted) return;
      onError(error);
      const due = now() + retryDelayMs(failures + 1);
      outcome = () => update.run(due, failures + 1, id);
    }
    if (!database.isOpen) return;
    // Lost with a crash, the step is done once more: not worth waiting for the disk.
    write(outcome, false).then(
      () => {
        claimed.delete(id);
        if (ready.length === 0) look();
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

  async function finish() {
    clearTimeout(timer);
    for (const controller of running.values()) controller.abort(new Error('The queue is closing'));
    const { promise: tooLong, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(resolve, CLOSE_MS);
    await Promise.race([Promise.all(running.keys()), tooLong]);
    clearTimeout(limit);
    flush();
    database.close();
  }

  return {
    async add(id) {
      if (closing) throw new Error('The queue is closed');
      await write(() => insert.run(id, now()), true);
      if (ready.length === 0) look();
    },
    async work(step, options) {
      if (worker) throw new Error('This queue has a worker already');
      worker = { step, ...options };
      look();
    },
    size: async () => Number(count.get()?.n),
    close() {
      closing ??= finish();
      return closing;
    },
  };
}
