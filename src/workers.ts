import cluster, { type Worker } from 'node:cluster';
import type { Config } from './config.ts';
import { createLog } from './infra/log.ts';
import { addUpMetrics, type FromWorker } from './infra/workers.ts';

/** One that ends sooner than this has not come up well: the next one waits, twice as long each time. */
const YOUNG_MS = 10_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;

/**
 * Instances of one fleet that share the port, each a process; another is started for one that dies. The first comes up
 * alone: what keeps it from that would keep all, and it says so in its one line.
 */
export function superviseWorkers({ workers, logLevel }: Config): void {
  const log = createLog(logLevel);
  const answerMetrics = addUpMetrics();
  const alive = new Set<Worker>();
  let isUp = false;
  let isStopping = false;
  let diedYoung = 0;
  // So that a figure that nobody knows, NaN, stays one on its way.
  cluster.setupPrimary({ serialization: 'advanced' });

  function begin() {
    if (isStopping) return;
    const began = performance.now();
    const worker = cluster.fork();
    alive.add(worker);
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'metrics') answerMetrics(worker, message.id);
      if (message.type !== 'listening' || isUp) return;
      isUp = true;
      for (const line of message.lines) console.log(line);
      for (let more = 1; more < workers; more++) begin();
    });
    worker.once('exit', (code, signal) => {
      alive.delete(worker);
      if (isStopping) return end();
      // With code 1 it has said why.
      if (!isUp) process.exit(code || 1);
      diedYoung = performance.now() - began < YOUNG_MS ? diedYoung + 1 : 0;
      const waitMs = diedYoung && Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (diedYoung - 1));
      log.error({ pid: worker.process.pid, code, signal, waitMs }, 'a worker ended: another is started');
      setTimeout(begin, waitMs);
    });
  }
  const end = () => {
    if (alive.size === 0) process.exit(0);
  };
  const stop = () => {
    isStopping = true;
    for (const worker of alive) worker.process.kill('SIGTERM');
    end();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  begin();
}
