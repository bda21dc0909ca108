import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CacheOutcome } from './cache.ts';
import { speakForAll } from './workers.ts';

type Labels = Record<string, string>;
type Read = () => number | Promise<number>;

/** What is counted. Labels are names of ours (endpoint, outcome), never a code or anything else that a caller could choose. */
export type Metrics = {
  registry: Registry;
  operation(event: { kind: string; outcome: string; ms: number }): void;
  sourceRequest(event: { source: string; endpoint: string; outcome: string; ms: number }): void;
  /** One try of a source request; `attempt` counts from 1. */
  sourceAttempt(event: { source: string; endpoint: string; attempt: number; outcome: string; queuedMs: number }): void;
  /** A counter of the reads of one cache. */
  cacheReads(source: string): (outcome: CacheOutcome) => void;
  /** A registration check is in this state now; `ageMs` since it was requested. */
  check(event: { state: string; isFinal: boolean; ageMs: number }): void;
  /**
   * A figure that is read whenever somebody scrapes, one for each set of labels. Of the workers on one port it is the sum, or
   * the largest where all know the same thing.
   */
  gauge(name: string, help: string, read: Read, options?: { labels?: Labels; together?: 'sum' | 'max' }): void;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  speakForAll(registry);
  // Among them the delay of the event loop: nodejs_eventloop_lag_*.
  collectDefaultMetrics({ register: registry });
  const histogram = (name: string, help: string, labelNames: string[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });

  const operations = histogram(
    'gateway_operation_seconds',
    'Operations by kind and outcome: ok, partial (some fields failed), failed, refused, left (the client went away)',
    ['kind', 'outcome'],
    [0.005, 0.02, 0.1, 0.5, 2, 10, 30],
  );
  const requests = histogram(
    'gateway_source_request_seconds',
    'Requests to the upstream systems, retries included, by outcome',
    ['source', 'endpoint', 'outcome'],
    [0.005, 0.02, 0.1, 0.5, 2, 10],
  );
  const attempts = counter(
    'gateway_source_attempts_total',
    'Attempts at the upstream systems; retry is true for all but the first of a request',
    ['source', 'endpoint', 'outcome', 'retry'],
  );
  const waits = histogram(
    'gateway_source_queue_seconds',
    'How long attempts waited for their turn',
    ['source'],
    [0.001, 0.01, 0.1, 0.5, 2, 5],
  );
  // Hundreds an operation: counted in numbers, and put into words when somebody asks.
  const reads = new Map<string, Record<CacheOutcome, number>>();
  new Counter({
    name: 'gateway_cache_reads_total',
    help: 'Cache reads: fresh, renewing (served while renewed), stale (source down) or miss; of the source answers, whole answers',
    labelNames: ['source', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [source, counts] of reads) {
        for (const [outcome, count] of Object.entries(counts)) if (count > 0) this.inc({ source, outcome }, count);
      }
    },
  });
  const checks = counter('gateway_checks_total', 'Registration checks that came into a state', ['state']);
  const ages = histogram(
    'gateway_check_seconds',
    'Age of registration checks at their end, by the state they ended in',
    ['state'],
    [1, 5, 15, 60, 300, 600, 3_600],
  );
  const gauges = new Map<string, { labels: Labels; read: Read }[]>();

  return {
    registry,
    operation: ({ kind, outcome, ms }) => operations.observe({ kind, outcome }, ms / 1000),
    sourceRequest: ({ source, endpoint, outcome, ms }) => requests.observe({ source, endpoint, outcome }, ms / 1000),
    sourceAttempt({ source, endpoint, attempt, outcome, queuedMs }) {
      attempts.inc({ source, endpoint, outcome, retry: String(attempt > 1) });
      waits.observe({ source }, queuedMs / 1000);
    },
    cacheReads(source) {
      const counts = { fresh: 0, renewing: 0, stale: 0, miss: 0 };
      reads.set(source, counts);
      return (outcome) => {
        counts[outcome]++;
      };
    },
    check({ state, isFinal, ageMs }) {
      checks.inc({ state });
      if (isFinal) ages.observe({ state }, ageMs / 1000);
    },
    gauge(name, help, read, { labels = {}, together = 'sum' } = {}) {
      const readers = gauges.get(name) ?? [];
      readers.push({ labels, read });
      if (gauges.has(name)) return;
      gauges.set(name, readers);
      const collect = async function (this: Gauge) {
        for (const { labels, read } of readers) {
          // What cannot be read, such as from a Redis that is away, says so: the others are wanted most just then.
          const figure = await Promise.resolve()
            .then(read)
            .catch(() => Number.NaN);
          this.set(labels, figure);
        }
      };
      new Gauge({ name, help, labelNames: Object.keys(labels), registers, collect, aggregator: together });
    },
  };
}
