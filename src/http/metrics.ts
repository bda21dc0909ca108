import { usePrometheus } from '@graphql-yoga/plugin-prometheus';
import type { Plugin } from 'graphql-yoga';
import type { Metrics } from '../infra/metrics.ts';

/** `/metrics`, in Prometheus' format. Operations are counted without their names, which a caller could choose. */
export function metricsEndpoint({ registry }: Metrics): Plugin {
  return usePrometheus({
    endpoint: '/metrics',
    registry,
    labels: { operationName: false, fieldName: false, path: false, url: false },
    metrics: {
      graphql_envelop_request_duration: true,
      graphql_envelop_error_result: true,
      graphql_yoga_http_duration: true,
    },
  }) as Plugin;
}
