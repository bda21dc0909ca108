import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { Queue as BullQueue, createNodeRedisClient, DelayedError, type IRedisClient, type Job, Worker } from 'bullmq';
import { systemClock } from './clock.ts';
import { soon } from './documents-redis.ts';
import { CLOSE_MS, type Queue, retryDelayMs, type Step, type WorkOptions } from './queue.ts';

// A killed worker's lock ends, the next check but one sees it: its jobs are taken over within LOCK + 2 × CHECK.
const LOCK_MS = 5_000;
const CHECK_MS = 2_000;
/** BullMQ gives jobs up after so many failures; ours are never given up. */
const NEVER = 1_000_000_000;
const FIRST_CONNECTION_MS = 2_000;
const AGAIN_AFTER_ERROR_MS = 1_000;
const PREFIX = 'gateway:queue';

type Options = { url: string; name: string; onError: (error: Error) => void };
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
export async function bullQueue({ url, name, onError }: Options): Promise<Queue> {
  const reconnectStrategy = (tries: number) => Math.min(tries * 100, 2_000);
  const socket = { reconnectStrategy, connectTimeout: 2_000 };
  const client = createClient({ url, disableOfflineQueue: true, socket });
  const queue = new BullQueue<Data>(name, {
    connection: guarded(createNodeRedisClient(client)),
    prefix: PREFIX,
    // The version is asked for once, and an answer that is lost with the connection would never be asked for again.
    skipVersionCheck: true,
    // A list of what happened, for dashboards.
    streams: { events: { maxLen: 10 } },
  });
  queue.on('error', onError);
  // Not longer: without Redis the gateway starts, and adding fails until Redis is there.
  const connected = queue.waitUntilReady();
  await Promise.race([connected, wait(FIRST_CONNECTION_MS, undefined, { ref: false })]).catch(() => {});

  type Running = { controller: AbortController; lock: NodeJS.Timeout; lose(): void };
  const running = new Map<string, Running>();
  let worker: { current: Worker<Data>; disconnect(): void } | undefined;
  let closing: Promise<void> | undefined;

  /** Ends by throwing `DelayedError`, BullMQ's word for "somebody has seen to this job", unless the job is done. */
  async function process(job: Job<Data>, token: string, step: Step, onStepError: (error: unknown) => void) {
    const id = idOf(job.id!);
    const later = async (ms: number, failures: number) => {
      try {
        // The job's own data holds nothing but this, and a step's error is not told to BullMQ: it would keep the text.
        if (failures !== job.data.failures) await job.updateData({ failures });
        await job.moveToDelayed(systemClock.now() + Math.ceil(ms), token);
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

  function startWorker(step: Step, { concurrency, onError: onStepError }: WorkOptions) {
    // Unlike the client that adds, these two wait for Redis: a worker that is refused at once asks again at once.
    const own = guarded(createNodeRedisClient(createClient({ url, socket })));
    const connections = [own];
    const duplicate = own.duplicate.bind(own);
    own.duplicate = (...args) => {
      const copy = guarded(duplicate(...args));
      connections.push(copy);
      return copy;
    };
    const current = new Worker<Data>(name, (job, token) => process(job, token!, step, onStepError), {
      connection: own,
      prefix: PREFIX,
      autorun: false,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: CHECK_MS,
      maxStalledCount: NEVER,
      runRetryDelay: AGAIN_AFTER_ERROR_MS,
    });
    current.on('error', onError);
    current.on('locksRenewed', ({ jobIds }) => {
      for (const jobId of jobIds) running.get(idOf(jobId))?.lock.refresh();
    });
    current.on('lockRenewalFailed', (jobIds) => {
      for (const jobId of jobIds) running.get(idOf(jobId))?.lose();
    });
    worker = {
      current,
      disconnect() {
        for (const connection of connections) connection.disconnect();
      },
    };
    const { disconnect } = worker;
    current
      .waitUntilReady()
      .then(() => current.run())
      .catch(async (error) => {
        if (closing) return;
        // Its first questions were lost with the connection: it would never ask them again.
        onError(error);
        disconnect();
        void current.close(true);
        await wait(AGAIN_AFTER_ERROR_MS);
        if (!closing) startWorker(step, { concurrency, onError: onStepError });
      });
  }

  async function finish() {
    const steps = [...running.values()];
    for (const { controller } of steps) controller.abort(new Error('The queue is closing'));
    // A worker says good-bye to Redis, which may not be there.
    const limit = wait((steps.length > 0 ? CLOSE_MS : 0) + 2_000, undefined, { ref: false });
    await Promise.race([Promise.all([worker?.current.close(), queue.close()]), limit]).catch(() => {});
    worker?.disconnect();
    if (client.isOpen) client.destroy();
  }

  return {
    async add(id) {
      if (closing) throw new Error('The queue is closed');
      if (!client.isReady) throw new Error('Redis is not there');
      const options = {
        jobId: jobIdOf(id),
        removeOnComplete: true,
        removeOnFail: true,
        attempts: NEVER,
        stackTraceLimit: 0,
      };
      await soon(queue.add('step', { failures: 0 }, { ...options, backoff: AGAIN_AFTER_ERROR_MS }));
    },
    async work(step, options) {
      if (worker) throw new Error('This queue has a worker already');
      startWorker(step, options);
    },
    async size() {
      if (!client.isReady) throw new Error('Redis is not there');
      return soon(queue.getJobCountByTypes('waiting', 'active', 'delayed'));
    },
    close() {
      closing ??= finish();
      return closing;
    },
  };
}
