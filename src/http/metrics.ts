import { usePrometheus } from '@graphql-yoga/plugin-prometheus';
import type { Plugin } from 'graphql-yoga';
import type { Metrics } from '../infra/metrics.ts';

/**
 * Counts operations, without their names, which a caller could choose. `isPublic`: `/metrics`, in Prometheus' format, is on
 * the port that everybody reaches.
 */
export function metricsEndpoint({ registry }: Metrics, isPublic: boolean): Plugin {
  return usePrometheus({
    endpoint: isPublic && '/metrics',
    registry,
    labels: { operationName: false, fieldName: false, path: false, url: false },
    metrics: {
      graphql_envelop_request_duration: true,
      graphql_envelop_error_result: true,
      graphql_yoga_http_duration: true,
    },
  }) as Plugin;
}
