import { usePrometheus } from '@graphql-yoga/plugin-prometheus';
import type { Plugin } from 'graphql-yoga';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CacheOutcome } from '../infra/cache.ts';

export type Metrics = {
  plugin: Plugin;
  sourceRequest(event: { source: string; endpoint: string; outcome: string; ms: number }): void;
  cacheRead(source: string, outcome: CacheOutcome): void;
};

/**
 * Prometheus metrics at `/metrics`. Labels are names of ours (endpoint, outcome), never a code, an operation's name or
 * anything else that a caller could choose.
 */
export function createMetrics({ watchedResults }: { watchedResults: () => number }): Metrics {
  const registers = [new Registry()];
  collectDefaultMetrics({ register: registers[0]! });
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
  new Gauge({
    name: 'gateway_watched_results',
    help: 'Results that subscriptions are watching',
    registers,
    collect() {
      this.set(watchedResults());
    },
  });
  const labels = { operationName: false, fieldName: false, path: false, url: false };
  return {
    plugin: usePrometheus({
      endpoint: '/metrics',
      registry: registers[0]!,
      labels,
      metrics: {
        graphql_envelop_request_duration: true,
        graphql_envelop_error_result: true,
        graphql_yoga_http_duration: true,
      },
    }) as Plugin,
    sourceRequest: ({ source, endpoint, outcome, ms }) => requests.observe({ source, endpoint, outcome }, ms / 1000),
    cacheRead: (source, outcome) => reads.inc({ source, outcome }),
  };
}
