import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { listen } from '../../src/listen.ts';
import { type IebcSandbox, startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { canStartRedis, ownRedis, until } from '../infra/own-redis.ts';
import { type Process, queryAt, startProcess } from '../support/checks.ts';
import { type Events, next, type Served, TRANSPORTS } from './serve.ts';

const POLL_MS = 250;
const INDEX = '{ sources { placesIndex { complete stale districts stations wardsWithoutStations } } }';
const WATCH = 'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { stationsReported } }';

/** Two instances in this process and one of its own, on one Redis and over one source. */
describe.skipIf(!canStartRedis())('a fleet of three', { timeout: 60_000 }, () => {
  const opened = new AsyncDisposableStack();
  let redis: Awaited<ReturnType<typeof ownRedis>>;
  let source: IebcSandbox;
  let mortal: Process;
  let urls: string[];
  let now = Date.parse('2013-03-04T18:00:00Z');

  beforeAll(async () => {
    redis = opened.use(await ownRedis());
    source = opened.adopt(await startIebcSandbox({ now: () => now }), (it) => it.close());
    const env = {
      REDIS_URL: redis.url,
      ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url'),
      REQUESTS_PER_MINUTE: '100000',
      IEBC_URL: source.url,
      IEBC_APP_ID: source.appId,
      IEBC_APP_SECRET: source.appSecret,
      IEBC_TOKEN: '',
      IEBC_ELECTION: source.elections[0]!,
      IEBC_POLL_MS: String(POLL_MS),
      IEBC_PLACES_INDEX: 'background',
      ELECTIONBUDDY_URL: 'off',
      EREG_URL: 'off',
      LOG_LEVEL: 'silent',
    };
    const directory = () => {
      const path = mkdtempSync(join(tmpdir(), 'fleet-'));
      opened.defer(() => rmSync(path, { recursive: true, force: true }));
      return path;
    };
    mortal = startProcess({ ...env, DATA_DIR: directory() }, (end) => opened.defer(end));
    const here = [1, 2].map(async () => {
      const config = readConfig({ ...env, DATA_DIR: directory() });
      const app = opened.adopt(await createApp(config, { log: createLog('silent') }), (it) => it.close());
      return opened.adopt(await listen(app, { port: 0, host: '127.0.0.1' }), (it) => it.close());
    });
    urls = [await mortal.url, ...(await Promise.all(here)).map(({ url }) => `${url}/graphql`)];
  }, 60_000);
  afterAll(() => opened.disposeAsync());

  const requests = (...paths: string[]) =>
    source.requests.filter(({ path }) => paths.some((start) => path.startsWith(start))).length;
  const everywhere = (query: string) => Promise.all(urls.map((url) => queryAt(url, query, {}, {})));
  /** For how many results the instances ask, together. */
  async function pollers(): Promise<number> {
    const counts = urls.map(async (url) => {
      const text = await (await fetch(url.replace('/graphql', '/metrics'))).text();
      return Number(/^gateway_polled_results(?:\{[^}]*\})? (\d+)$/m.exec(text)?.[1]);
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }
  const watch = (url: string): Events =>
    TRANSPORTS['SSE by a plain GET, as EventSource sends it']!({ url } as Served, { query: WATCH });
  const reported = async (events: Events): Promise<number> =>
    (await next(events)).data.contestResultUpdated.stationsReported;
  /** Time passes at the source; each stream hears of it. */
  async function change(streams: Events[]) {
    now += 60_000;
    const heard = await Promise.all(streams.map(reported));
    expect(new Set(heard).size).toBe(1);
    return heard[0]!;
  }
  /** One poller asks no more often than this while `work` goes on. */
  async function countPolls(work: () => Promise<unknown>) {
    const began = performance.now();
    const before = requests('/results/country/');
    await work();
    return { polls: requests('/results/country/') - before, mostOfOne: (performance.now() - began) / POLL_MS + 1 };
  }

  it('walks the places once for three starts', async () => {
    const all = async () => (await everywhere(INDEX)).map(({ data }) => data.sources[0].placesIndex);
    await until(async () => (await all()).every(({ complete }) => complete), 40_000);
    expect(requests('/county/', '/constituency/', '/ward/', '/pollingstation/')).toBe(1 + 47 + 290 + 1_451);
    expect(requests('/token/')).toBe(1);
    const known = await all();
    expect(known[0]).toMatchObject({ stale: false, wardsWithoutStations: 0, districts: 1_788 });
    expect(known).toEqual([known[0], known[0], known[0]]);
    const found = (await everywhere('{ searchPlaces(text: "nairobi west", first: 5) { name } }')).map(
      ({ data }) => data,
    );
    expect(found).toEqual([found[0], found[0], found[0]]);
  });

  it('asks the source once for a cold key that 300 ask for at once', async () => {
    const text = '{ parties { code } }';
    const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => queryAt(urls[n % 3]!, text, {}, {})));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]!.data.parties.length).toBeGreaterThan(0);
    expect([requests('/party/'), requests('/token/')]).toEqual([1, 1]);
  });

  it('knows by its hash what was sent to another instance', async () => {
    const query = '{ parties { code name } }';
    const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') };
    const ask = async (url: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const sent = JSON.stringify({ ...body, extensions: { persistedQuery } });
      return (await fetch(url, { method: 'POST', headers, body: sent })).json();
    };
    expect(await ask(urls[1]!, {})).toMatchObject({ errors: [{ message: 'PersistedQueryNotFound' }] });
    const answer = await ask(urls[0]!, { query });
    expect(answer).toMatchObject({ data: { parties: expect.anything() } });
    for (const url of urls) expect(await ask(url, {})).toEqual(answer);
  });

  it('renews a token that is refused everywhere once, and shows it to nobody', async () => {
    const ask = async (code: string) => {
      const asking = urls.map((url, n) => queryAt(url, `{ party(code: "${code}-${n}") { name } }`, {}, {}));
      expect((await Promise.all(asking)).flatMap(({ errors }) => errors ?? [])).toEqual([]);
    };
    // Each has the token: one that never asked the source itself would have none that is refused.
    await ask('FIRST');
    source.revokeTokens();
    await ask('NONE');
    // Each was refused, for each had the old one.
    expect([requests('/party/NONE'), requests('/token/')]).toEqual([6, 2]);

    const client = createClient({ url: redis.url });
    await client.connect();
    const [key, ...more] = await client.keys('gateway:fleet:value:token:*');
    expect([more, await client.pTTL(key!)]).toEqual([[], expect.any(Number)]);
    expect(key).not.toContain(source.appSecret);
    // The sandbox's tokens are 64 hex digits.
    expect(await client.get(key!)).toMatch(/^(?!.*[0-9a-f]{64})[\w-]+(\.[\w-]+){3}$/);
    client.destroy();
  });

  it('distributed subscriptions: a watched result is polled once, also after its instance was killed mid-subscription or Redis was away', async () => {
    const [doomed, ...others] = urls;
    const first = watch(doomed!);
    let last = await reported(first);
    await until(async () => (await pollers()) === 1);
    const streams = others.map(watch);
    for (const stream of streams) expect(await reported(stream)).toBe(last);
    const three = await countPolls(async () => {
      for (let n = 0; n < 3; n++) last = await change([first, ...streams]);
    });
    expect(three.polls).toBeLessThanOrEqual(three.mostOfOne);
    expect(await pollers()).toBe(1);

    void first.next().catch(() => {});
    await mortal.kill();
    urls = others;
    const killed = performance.now();
    await change(streams);
    const tookOver = performance.now() - killed;
    expect(tookOver).toBeLessThan(5_000);
    expect(await pollers()).toBe(1);

    await redis.stop();
    await until(async () => (await pollers()) === 2);
    await change(streams);
    await redis.start();
    await until(async () => (await pollers()) === 1);
    const again = await countPolls(async () => {
      for (let n = 0; n < 6; n++) await change(streams);
    });
    // One more: who leads asks once when Redis is back, for what was missed.
    expect(again.polls).toBeLessThanOrEqual(again.mostOfOne + 1);
    expect(await pollers()).toBe(1);
    console.log(`another polled ${Math.round(tookOver)} ms after the one that did was killed`);
  });
});
