import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bench } from 'tinybench';
import { Pool } from 'undici';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { type IebcSandbox, startIebcSandbox } from '../../src/sandbox/iebc/index.ts';

// Each pair asks for the same data, once through the gateway and once of the source directly, in one process and one
// run: only the ratio means something, and it means what the gateway's cache and joins are worth (or cost).

const sandbox = await startIebcSandbox({ now: () => 0 });
const source = new Pool(sandbox.url, { connections: 16 });
const data = mkdtempSync(join(tmpdir(), 'gateway-bench-'));

function environment({ url, appId, appSecret }: IebcSandbox): Record<string, string> {
  return {
    IEBC_URL: url,
    IEBC_APP_ID: appId,
    IEBC_APP_SECRET: appSecret,
    IEBC_ELECTION: 'GEK2013-TEST',
    IEBC_PLACES_INDEX: 'on-demand',
    ELECTIONBUDDY_URL: 'off',
    EREG_URL: 'off',
    // A data directory belongs to one running gateway.
    DATA_DIR: mkdtempSync(join(data, 'of-one-')),
    REQUESTS_PER_MINUTE: '1000000',
    STRANGER_COST_PER_MINUTE: '1000000000',
  };
}
const startApp = () => createApp(readConfig(environment(sandbox)), { log: createLog('silent') });

async function ask(app: App, query: string): Promise<void> {
  const response = await app.fetch(
    new Request('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    }),
  );
  const { errors } = (await response.json()) as { errors?: unknown[] };
  if (errors) throw new Error(JSON.stringify(errors[0]));
}

type Filters = Record<string, string>;

// biome-ignore lint/suspicious/noExplicitAny: the source's bodies
async function direct(path: string, filters: Filters = {}): Promise<any> {
  const parts = Object.entries(filters)
    .sort()
    .map(([name, value]) => `${name}=${value}`);
  const token = `token=${sandbox.domainToken}`;
  const key = createHmac('sha256', sandbox.appSecret)
    .update([...parts, token].join(''))
    .digest('hex');
  const { body } = await source.request({ method: 'GET', path: `${path}?${[...parts, token].join('&')}&key=${key}` });
  const answer = (await body.json()) as { status: string };
  if (answer.status !== 'SUCCESS') throw new Error(answer.status);
  return answer;
}

async function treeDirectly(): Promise<void> {
  const codes = ({ region }: { region: { locations: { code: string }[] } }) => region.locations.map(({ code }) => code);
  const counties = codes(await direct('/county/'));
  const below = await Promise.all(counties.map(async (county) => codes(await direct('/constituency/', { county }))));
  await Promise.all(below.flat().map((constituency) => direct('/ward/', { constituency })));
}

async function countDirectly(): Promise<void> {
  const { region } = await direct('/county/');
  const of = (level: string, code: string) =>
    direct(`/results/${level}/${code}/`, { election: 'GEK2013-TEST', post: '1' });
  await Promise.all([of('country', 'KE'), ...region.locations.map(({ code }: { code: string }) => of('county', code))]);
}

const TREE = '{ counties { code name constituencies { code name wards { code name registeredVoters } } } }';
const COUNT = `
  { country { result(post: PRESIDENT) { ...Count } } counties { name result(post: PRESIDENT) { ...Count } } }
  fragment Count on ContestResult { stationsReported turnout tallies { votes share candidate { name party { name } } } }`;

const warm = await startApp();
await ask(warm, TREE);

const JOBS = [
  { job: 'all places, 338 answers', query: TREE, directly: treeDirectly },
  { job: 'presidential count, 49 answers', query: COUNT, directly: countDirectly },
];

const bench = new Bench({ time: 2_000, iterations: 10, warmupTime: 200, warmupIterations: 2, throws: true });
for (const { job, query, directly } of JOBS) {
  bench.add(`${job}: source, 16 at once`, directly);
  let app: App;
  // The first answer of a gateway that has just started; the start and the end are not in the time.
  bench.add(`${job}: gateway, cold`, () => ask(app, query), {
    beforeEach: async () => {
      app = await startApp();
    },
    afterEach: () => app.close(),
  });
  bench.add(`${job}: gateway, warm`, () => ask(warm, query));
}
await bench.run();

const median = (name: string) => {
  const result = bench.getTask(name)?.result;
  if (!result || !('latency' in result)) throw new Error(`${name}: did not finish`);
  return result.latency.p50;
};
console.table(
  JOBS.map(({ job }) => {
    const [directly, coldly, warmly] = ['source, 16 at once', 'gateway, cold', 'gateway, warm'].map((way) =>
      median(`${job}: ${way}`),
    );
    return {
      job,
      'source directly (ms)': directly!.toFixed(1),
      'gateway cold / source': (coldly! / directly!).toFixed(2),
      'gateway warm / source': (warmly! / directly!).toFixed(2),
    };
  }),
);
await warm.close();
await source.close();
await sandbox.close();
rmSync(data, { recursive: true });
