import type { RequestListener } from 'node:http';
import type { Metrics } from '../infra/metrics.ts';
import type { Readiness } from '../services/readiness.ts';

type Options = { metrics: Metrics; readiness: Readiness };
type Answer = [status: number, type: string, body: string];

/** ADMIN_PORT: what the operator alone reads. `/metrics`, `/health` with details, and the checks of the public port. */
export function createAdmin({ metrics: { registry }, readiness }: Options): RequestListener {
  const health = async (look: Readiness['look']): Promise<Answer> => {
    const report = await look();
    return [report.ready ? 200 : 503, 'application/json', JSON.stringify(report)];
  };
  const routes: Record<string, () => Promise<Answer>> = {
    '/metrics': async () => [200, registry.contentType, await registry.metrics()],
    '/health': () => health(readiness.details),
    '/health/live': async () => [200, 'text/plain', ''],
    '/health/ready': () => health(readiness.look),
  };
  return (request, response) => {
    const [path] = (request.url ?? '').split('?');
    const route = Object.hasOwn(routes, path!) ? routes[path!]! : null;
    const answer = (status: number, headers: Record<string, string>, body: string) =>
      response
        .writeHead(status, { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers })
        .end(body);
    if (!route) return void answer(404, { 'content-type': 'text/plain' }, `Here: ${Object.keys(routes).join(', ')}\n`);
    if (request.method !== 'GET' && request.method !== 'HEAD') return void answer(405, { allow: 'GET, HEAD' }, '');
    route().then(
      ([status, type, body]) => answer(status, { 'content-type': type }, body),
      () => answer(500, {}, ''),
    );
  };
}
