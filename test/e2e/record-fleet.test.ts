import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IebcSandbox, startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { canStartRedis, ownRedis, until } from '../infra/own-redis.ts';
import { directory, type Process, startProcess } from '../support/checks.ts';
import { iebcEnv } from '../support/iebc.ts';
import { streamAt } from '../support/results-stream.ts';

const CHANGES = 5_000;
const COMINGS = 20;
const CONSTITUENCIES = 290;
/** How much quicker than a clock the night goes: whenever a place is asked for, something new has come in. */
const PACE = 50;
/** Then all are counted, and the count begins anew: on a slow machine, too, there is always something new. */
const NIGHT_MS = 1_800_000;

const WATCH = `subscription ($after: String) {
  resultsUpdated(filter: { post: PRESIDENT, level: CONSTITUENCY }, after: $after) {
    cursor
    version { logIndex version bodyHash }
  }
}`;

type Seen = { index: number; version: number; bodyHash: string };

/** Three processes on one Redis, over one source. Whoever is killed is replaced. */
describe.skipIf(!canStartRedis())('a fleet that records', { timeout: 180_000 }, () => {
  const opened = new AsyncDisposableStack();
  let source: IebcSandbox;
  let env: Record<string, string>;
  let instances: { process: Process; url: string }[] = [];
  const evening = Date.parse('2013-03-04T18:00:00Z');
  /** When the count began to move; until then it stands still. */
  let begun: number | null = null;
  const now = () => evening + (begun === null ? 0 : ((performance.now() - begun) * PACE) % NIGHT_MS);

  beforeAll(async () => {
    const redis = opened.use(await ownRedis());
    source = opened.adopt(await startIebcSandbox({ now, tokenLifetimeMs: 1e9 }), (it) => it.close());
    env = {
      ...iebcEnv(source),
      IEBC_TOKEN: '',
      REDIS_URL: redis.url,
      ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url'),
      REQUESTS_PER_MINUTE: '100000',
      RECORD: 'PRESIDENT@constituency',
      RECORD_REQUESTS_PER_MINUTE: '60000',
      IEBC_POLL_MS: '100',
      EREG_URL: 'off',
      LOG_LEVEL: 'silent',
    };
    await Promise.all([join(), join(), join()]);
  }, 60_000);
  afterAll(() => opened.disposeAsync());

  async function join(): Promise<void> {
    const process = startProcess({ ...env, DATA_DIR: directory() }, (end) => opened.defer(end));
    instances.push({ process, url: await process.url });
  }
  const at = async (url: string, path: string) => fetch(url.replace('/graphql', path));
  const size = async () => Number((await (await at(instances[0]!.url, '/log/checkpoint')).text()).split('\n')[1]);
  const leads = async (url: string): Promise<boolean> => (await (await at(url, '/health/ready')).json()).record.leading;
  async function killLeader(): Promise<void> {
    const leading = await Promise.all(instances.map(({ url }) => leads(url)));
    const leader = instances[leading.indexOf(true)]!;
    expect(leading.filter(Boolean)).toHaveLength(1);
    instances = instances.filter((one) => one !== leader);
    await leader.process.kill();
    void join();
  }

  /** Reads so many events, or until its instance dies. */
  async function visit(url: string, seen: Seen[], upTo: number, came: number): Promise<void> {
    const cursor = seen.length > 0 ? Buffer.from(`after:${seen.at(-1)!.index}`).toString('base64url') : null;
    // By turns: as an EventSource comes back, and as other clients do.
    const back = came % 2 === 0 ? { variables: {}, lastEventId: cursor } : { variables: { after: cursor } };
    try {
      for await (const { data, errors, id } of streamAt(url, { query: WATCH, ...back })) {
        expect(errors).toBeUndefined();
        const { cursor, version } = data.resultsUpdated;
        expect(id).toBe(cursor);
        seen.push({ index: version.logIndex, version: version.version, bodyHash: version.bodyHash });
        if (seen.length >= upTo) return;
      }
    } catch (error) {
      // Killed in the middle of it.
      if (instances.some((one) => one.url === url)) throw error;
    }
  }

  it('5,000 changes, a subscriber who comes back twenty times to changing instances, the writer killed twice: each once, in order', async () => {
    await until(async () => (await size()) === CONSTITUENCIES, 60_000);
    begun = performance.now();
    const total = CONSTITUENCIES + CHANGES;
    const seen: Seen[] = [];
    const killAt = [1, 2].map((n) => (n * total) / 3);
    let came = 0;
    for (; seen.length < total; came++) {
      if (killAt.length > 0 && seen.length >= killAt[0]!) {
        killAt.shift();
        await killLeader();
      }
      const { url } = instances[came % instances.length]!;
      await visit(url, seen, Math.min(total, Math.ceil(((came + 1) * total) / (COMINGS + 1))), came);
    }
    const seconds = Math.round((performance.now() - begun) / 1_000);
    expect(came).toBeGreaterThanOrEqual(COMINGS + 1);
    expect(killAt).toEqual([]);

    const lines = (await (await at(instances[0]!.url, '/export/history.ndjson')).text()).trim().split('\n');
    const recorded = lines
      .slice(0, total)
      .map((line) => JSON.parse(line))
      .map(({ index, version, leaf }) => ({ index, version, bodyHash: leaf.body }));
    expect(recorded.map(({ index }) => index)).toEqual(Array.from({ length: total }, (_, n) => n));
    expect(seen).toEqual(recorded);
    console.log(`${CHANGES} changes in ${seconds} s, seen in ${came} parts`);
  });
});
