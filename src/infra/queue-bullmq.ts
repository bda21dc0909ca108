import { setTimeout as wait } from 'node:timers/promises';
import { Queue as BullQueue, createNodeRedisClient, DelayedError, type IRedisClient, type Job, Worker } from 'bullmq';
import { systemClock } from './clock.ts';
import { CLOSE_MS, LONGEST_DELAY_MS, type Queue, retryDelayMs, type Step, type WorkOptions } from './queue.ts';
import { bounded, FIRST_CONNECTION_MS, type RedisOptions, redisClient, STORED_WITHIN_MS } from './redis.ts';
import { within } from './waiting.ts';

// A killed worker's lock ends, the next check but one sees it: its jobs are taken over within LOCK + 2 × CHECK.
const LOCK_MS = 5_000;
const CHECK_MS = 2_000;
/** BullMQ gives jobs up after so many failures; ours are never given up. */
const NEVER = 1_000_000_000;
const AGAIN_AFTER_ERROR_MS = 1_000;
const PREFIX = 'gateway:queue';
/** BullMQ's times in its list of delayed jobs: milliseconds, and twelve bits that tell those of one apart. */
const SCORE_OF_MS = 0x1000;
const PAGE = 256;

type Options = RedisOptions & { name: string; now?: () => number };
/** How often the step threw, the last times in a row. */
type Data = { failures: number };

// BullMQ takes neither whole numbers nor colons as ids.
const jobIdOf = (id: string) => `job-${encodeURIComponent(id)}`;
const idOf = (jobId: string) => decodeURIComponent(jobId.slice('job-'.length));

/** BullMQ stops listening when it closes; an error of a connection that nobody listens to would end the process. */
function guarded(connection: IRedisClient): IRedisClient {
  connection.on('error', () => {});
  return connection;
}

/** On BullMQ, for any number of processes. As durable as that Redis is set to be (appendonly). */
export async function bullQueue({ name, now = systemClock.now, ...redis }: Options): Promise<Queue> {
  const { onError } = redis;
  const client = redisClient(redis);
  const ask = bounded(client, STORED_WITHIN_MS, onError);
  const queue = new BullQueue<Data>(name, {
    connection: guarded(createNodeRedisClient(client)),
    prefix: PREFIX,
    // The version is asked for once, and an answer that is lost with the connection would never be asked for again.
    skipVersionCheck: true,
    // A list of what happened, for dashboards.
    streams: { events: { maxLen: 10 } },
  });
  queue.on('error', onError);
  await within(queue.waitUntilReady(), FIRST_CONNECTION_MS, () => undefined).catch(() => {});

  let worker: ReturnType<typeof startWorker> | undefined;
  let closing: Promise<void> | undefined;
  const options = { removeOnComplete: true, removeOnFail: true, attempts: NEVER, stackTraceLimit: 0 };

  /** BullMQ goes by the wall's clock. Whoever set it back put every waiting job off by as much. */
  async function hasten() {
    const latest = (now() + LONGEST_DELAY_MS) * SCORE_OF_MS;
    const limit = { LIMIT: { offset: 0, count: PAGE } };
    const far = await ask(() => client.zRangeByScore(`${PREFIX}:${name}:delayed`, latest, '+inf', limit));
    for (const jobId of far) await ask(async () => (await queue.getJob(jobId))?.promote());
  }
  const hastening = setInterval(() => void hasten().catch(() => {}), CHECK_MS).unref();

  async function finish() {
    clearInterval(hastening);
    const { patience, closed } = worker?.close() ?? { patience: 0, closed: undefined };
    // A worker says good-bye to Redis, which may not be there.
    const goodbye: Promise<unknown> = Promise.all([closed, queue.close()]);
    await within(goodbye, patience + STORED_WITHIN_MS, () => undefined).catch(() => {});
    worker?.disconnect();
    if (client.isOpen) client.destroy();
  }

  return {
    async add(id) {
      if (closing) throw new Error('The queue is closed');
      const own = { ...options, jobId: jobIdOf(id), backoff: AGAIN_AFTER_ERROR_MS };
      await ask(async () => {
        // BullMQ would wait until it is.
        if (!client.isReady) throw new Error('Redis is not there');
        await queue.add('step', { failures: 0 }, own);
      });
    },
    async work(step, options) {
      if (worker) throw new Error('This queue has a worker already');
      worker = startWorker({ name, now, ...redis }, step, options);
    },
    size: () =>
      ask(async () => {
        if (!client.isReady) throw new Error('Redis is not there');
        return queue.getJobCountByTypes('waiting', 'active', 'delayed');
      }),
    close() {
      closing ??= finish();
      return closing;
    },
  };
}

type WorkerOptions = Required<Options>;

function startWorker({ name, now, ...redis }: WorkerOptions, step: Step, { concurrency, onError }: WorkOptions) {
  const steps = createSteps({ name, now, ...redis }, step, onError);
  let closing = false;
  let current: { worker: Worker<Data>; disconnect(): void } | undefined;

  function connect() {
    // Unlike the client that adds, these two wait for Redis: a worker that is refused at once asks again at once.
    const own = guarded(createNodeRedisClient(redisClient(redis, { blocking: true })));
    const connections = [own];
    const duplicate = own.duplicate.bind(own);
    own.duplicate = (...args) => {
      const copy = guarded(duplicate(...args));
      connections.push(copy);
      return copy;
    };
    const worker = new Worker<Data>(name, (job, token) => steps.process(job, token!), {
      connection: own,
      prefix: PREFIX,
      autorun: false,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: CHECK_MS,
      maxStalledCount: NEVER,
      runRetryDelay: AGAIN_AFTER_ERROR_MS,
    });
    worker.on('error', redis.onError);
    worker.on('locksRenewed', ({ jobIds }) => {
      for (const jobId of jobIds) steps.keep(idOf(jobId));
    });
    worker.on('lockRenewalFailed', (jobIds) => {
      for (const jobId of jobIds) steps.lose(idOf(jobId));
    });
    const disconnect = () => {
      for (const connection of connections) connection.disconnect();
    };
    current = { worker, disconnect };
    worker
      .waitUntilReady()
      .then(() => worker.run())
      .catch(async (error) => {
        if (closing) return;
        // Its first questions were lost with the connection: it would never ask them again.
        redis.onError(error);
        disconnect();
        void worker.close(true);
        await wait(AGAIN_AFTER_ERROR_MS);
        if (!closing) connect();
      });
  }

  connect();
  return {
    /** Tells the running steps; `patience` is how long they may take. */
    close() {
      closing = true;
      return { patience: steps.close() ? CLOSE_MS : 0, closed: current?.worker.close() };
    },
    disconnect: () => current?.disconnect(),
  };
}

type Running = { controller: AbortController; lock: NodeJS.Timeout; lose(): void };

/** What one worker runs, and what becomes of each job after its step. */
function createSteps({ now, onError }: WorkerOptions, step: Step, onStepError: (error: unknown) => void) {
  const running = new Map<string, Running>();
  let closing = false;

  /** Ends by throwing `DelayedError`, BullMQ's word for "somebody has seen to this job", unless the job is done. */
  async function process(job: Job<Data>, token: string) {
    const id = idOf(job.id!);
    const later = async (ms: number, failures: number) => {
      try {
        // The job's own data holds nothing but this, and a step's error is not told to BullMQ: it would keep the text.
        if (failures !== job.data.failures) await job.updateData({ failures });
        await job.moveToDelayed(now() + Math.ceil(Math.min(ms, LONGEST_DELAY_MS)), token);
      } catch (error) {
        // Redis is away, or the lock has gone: the job is taken over when its lock has ended.
        onError(error as Error);
      }
      throw new DelayedError();
    };
    if (closing) return later(0, job.data.failures);
    // Lost by this worker, and given to it again while the step that lost it still runs.
    if (running.has(id)) return later(AGAIN_AFTER_ERROR_MS, job.data.failures);

    const controller = new AbortController();
    const { signal } = controller;
    let lost = false;
    const lose = () => {
      lost = true;
      controller.abort(new Error('The job was lost'));
    };
    // Whether the lock was kept only Redis knows; when it cannot be asked, the lock is lost when its time is over.
    const lock = setTimeout(lose, LOCK_MS * 0.9);
    running.set(id, { controller, lock, lose });
    const { promise: tooLong, reject: giveUp } = Promise.withResolvers<never>();
    let limit: NodeJS.Timeout | undefined;
    signal.addEventListener('abort', () => {
      // Its lock stays until it runs out: the step may go on for as long as this process does.
      if (!lost) limit = setTimeout(giveUp, CLOSE_MS, new DelayedError());
    });
    try {
      const next = await Promise.race([step(id, signal), tooLong]);
      // The one who has it now says what becomes of it.
      if (lost) throw new DelayedError();
      if (next) await later(next.againInMs, 0);
    } catch (error) {
      if (lost || error instanceof DelayedError) throw new DelayedError();
      if (signal.aborted) return await later(0, job.data.failures);
      onStepError(error);
      const failures = job.data.failures + 1;
      await later(retryDelayMs(failures), failures);
    } finally {
      clearTimeout(lock);
      clearTimeout(limit);
      running.delete(id);
    }
  }

  return {
    process,
    keep: (id: string) => running.get(id)?.lock.refresh(),
    lose: (id: string) => running.get(id)?.lose(),
    /** Whether any is still running. */
    close() {
      closing = true;
      const steps = [...running.values()];
      for (const { controller } of steps) controller.abort(new Error('The queue is closing'));
      return steps.length > 0;
    },
  };
}
