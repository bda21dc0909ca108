import type { Plugin } from 'graphql-yoga';
import type { Readiness } from '../services/readiness.ts';

/** `/health/ready`: 503 where no traffic should come, and what is degraded as JSON, without what helps an attacker. */
export function readyEndpoint(readiness: Pick<Readiness, 'look'>): Plugin {
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== '/health/ready' || !['GET', 'HEAD'].includes(request.method)) return;
      const report = await readiness.look();
      const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
      const body = request.method === 'HEAD' ? null : JSON.stringify(report);
      endResponse(new fetchAPI.Response(body, { status: report.ready ? 200 : 503, headers }));
    },
  };
}
