import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CacheOutcome } from './cache.ts';

/** What is counted. Labels are names of ours (endpoint, outcome), never a code or anything else that a caller could choose. */
export type Metrics = {
  registry: Registry;
  sourceRequest(event: { source: string; endpoint: string; outcome: string; ms: number }): void;
  cacheRead(source: string, outcome: CacheOutcome): void;
  /** A figure that is read whenever somebody scrapes. */
  gauge(name: string, help: string, read: () => number): void;
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'gateway_source_request_seconds',
    help: 'Requests to the upstream systems, retries included, by outcome',
    labelNames: ['source', 'endpoint', 'outcome'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const reads = new Counter({
    name: 'gateway_cache_reads_total',
    help: 'Cache reads: fresh, renewing (served while renewed), stale (source down) or miss',
    labelNames: ['source', 'outcome'],
    registers,
  });
  return {
    registry,
    sourceRequest: ({ source, endpoint, outcome, ms }) => requests.observe({ source, endpoint, outcome }, ms / 1000),
    cacheRead: (source, outcome) => reads.inc({ source, outcome }),
    gauge(name, help, read) {
      const collect = function (this: Gauge) {
        this.set(read());
      };
      new Gauge({ name, help, registers, collect });
    },
  };
}
