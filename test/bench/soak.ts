import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { ask, KEY, percentile, startGatewayProcess } from './gateway-process.ts';

// Two minutes of steady mixed load, subscriptions that come and go included: memory and file descriptors stay flat. The
// slope is that of a line through the samples of the second half, when caches are full and code is warm.

const SOAK_MS = Number(process.env.SOAK_SECONDS ?? 120) * 1_000;
const QUERIES = [
  '{ country { name registeredVoters } }',
  '{ counties { name registeredVoters result(post: PRESIDENT) { stationsReported tallies { votes candidate { name } } } } }',
  '{ counties { name constituencies { name wards { name } } } }',
  '{ searchPlaces(text: "nairobbi", first: 5) { __typename } }',
  '{ counties { nosuchfield } }',
  '{ county(code: "?") { name } }',
];
const SUBSCRIPTION =
  'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { stationsReported asOf } }';

const sandbox = await startIebcSandbox();
// A heap that is small for the load: without a limit garbage is collected late, and memory says little.
const gateway = await startGatewayProcess(sandbox, { IEBC_POLL_MS: '500' }, ['--max-old-space-size=320']);
const end = performance.now() + SOAK_MS;
const times: number[] = [];
let events = 0;
let wrong = 0;

async function queries(offset: number) {
  for (let index = offset; performance.now() < end; index++) {
    const { ms, status } = await ask(gateway.url, QUERIES[index % QUERIES.length]!, KEY);
    times.push(ms);
    if (status >= 500) wrong++;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Watches for a moment, leaves, comes back. */
async function watches(transport: 'sse' | 'websocket') {
  while (performance.now() < end) {
    const headers = { authorization: `Bearer ${KEY}` };
    const client =
      transport === 'sse'
        ? createSseClient({ url: `${gateway.url}/graphql`, headers })
        : createWsClient({
            url: `${gateway.url.replace('http', 'ws')}/graphql`,
            webSocketImpl: WebSocket,
            connectionParams: headers,
          });
    const stream = client.iterate({ query: SUBSCRIPTION }) as AsyncIterableIterator<unknown>;
    for (let index = 0; index < 3; index++) {
      await stream.next();
      events++;
    }
    await stream.return?.();
    await client.dispose();
  }
}

type Sample = { at: number; megabytes: number; descriptors: number };
const samples: Sample[] = [];
const every = (list: Sample[]) =>
  list.filter((_, index) => index % 10 === 0).map(({ megabytes }) => Math.round(megabytes));
const sampling = setInterval(() => samples.push({ at: performance.now() / 1000, ...gateway.usage() }), 1_000);
await Promise.all([
  ...Array.from({ length: 4 }, (_, index) => queries(index)),
  ...Array.from({ length: 10 }, () => watches('sse')),
  ...Array.from({ length: 10 }, () => watches('websocket')),
]);
clearInterval(sampling);

/** Least squares, in units a minute. */
function slope(list: Sample[], of: (sample: Sample) => number): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(list.map(({ at }) => at)), mean(list.map(of))];
  const sum = (term: (sample: Sample) => number) => list.reduce((total, sample) => total + term(sample), 0);
  return (60 * sum((sample) => (sample.at - x) * (of(sample) - y))) / sum(({ at }) => (at - x) ** 2);
}
console.log(`MB, every ten seconds: ${every(samples).join(' ')}`);
const second = samples.slice(samples.length / 2);
const memory = slope(second, ({ megabytes }) => megabytes);
const descriptors = slope(second, (sample) => sample.descriptors);
const { megabytes } = second.at(-1)!;
console.log(
  `${(SOAK_MS / 1000).toFixed(0)} s: ${times.length} queries (p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms, ${wrong} with 5xx), ${events} events; ${megabytes.toFixed(0)} MB, slope ${memory.toFixed(1)} MB a minute; ${second.at(-1)!.descriptors} descriptors, slope ${descriptors.toFixed(1)} a minute`,
);
if (wrong > 0 || memory > 15 || descriptors > 5) {
  console.error('Memory and descriptors are to stay flat, and nothing is to be answered with 5xx.');
  process.exitCode = 1;
}
await gateway.stop();
await sandbox.close();
