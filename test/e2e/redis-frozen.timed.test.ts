import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { canStartRedis, ownRedis, until } from '../infra/own-redis.ts';
import {
  appAt,
  bearer,
  CHECK_KEYS,
  checksEnv,
  directory,
  inputOf,
  queryAt,
  REQUEST,
  startEreg,
  startProcess,
  watching,
} from '../support/checks.ts';
import { API_KEYS, bearer as ballotBearer, WEBHOOK_SECRET } from '../support/electionbuddy.ts';

/** How long Redis says nothing; thirty seconds by hand. */
const FROZEN_MS = Number(process.env.FROZEN_MS ?? 6_000);
/** The promise: nobody waits longer, and all is well so soon after. */
const LONGEST_MS = 3_000;
const WELL_WITHIN_MS = 5_000;

const BALLOTS = '{ ballotActivity(first: 100) { nodes { identifier } pageInfo { hasNextPage } } }';

// Nothing beside the event itself, which would have to be read.
const STATES = 'subscription ($id: ID!) { registrationCheckUpdated(id: $id) { state } }';

/** Both kinds of keys at once. */
const KEYS = JSON.stringify([...JSON.parse(API_KEYS), ...JSON.parse(CHECK_KEYS).slice(0, 2)]);

async function start(env: Record<string, string>) {
  const ereg = await startEreg({ checkMs: 200 });
  const gateway = startProcess({
    ...checksEnv(ereg),
    API_KEYS: KEYS,
    ELECTIONBUDDY_WEBHOOK_SECRET: WEBHOOK_SECRET,
    // Kenya's data is invented, but real requests reach it and its answers go through the cache.
    IEBC_URL: '',
    IEBC_TOKEN: '',
    CHECKS_PER_MINUTE: '100000',
    REQUESTS_PER_MINUTE: '100000',
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64url'),
    DATA_DIR: directory(),
    LOG_LEVEL: 'error',
    ...env,
  });
  const url = await gateway.url;
  const slowest: Record<string, number> = {};
  async function timed<T>(kind: string, what: Promise<T>): Promise<T> {
    const begun = performance.now();
    const result = await what;
    slowest[kind] = Math.max(slowest[kind] ?? 0, Math.round(performance.now() - begun));
    return result;
  }
  const events: string[] = [];
  const checks: string[] = [];
  let n = 0;
  return {
    slowest,
    events,
    checks,
    /** Posts one event; the status. */
    async deliver() {
      const identifier = `voter ${n++}`;
      const body = JSON.stringify({ election_id: 1, identifier });
      const hook = url.replace('/graphql', `/webhooks/electionbuddy/${WEBHOOK_SECRET}`);
      const { status } = await timed('webhook', fetch(hook, { method: 'POST', body }));
      if (status === 204) events.push(identifier);
      return status;
    },
    /** Asks for a check; the error's code, if there is one. */
    async check() {
      const key = `key ${n++}`;
      const variables = { input: inputOf(ereg.people[0]!), key };
      const { data, errors } = await timed('check', queryAt(url, REQUEST, variables));
      const id = data?.requestRegistrationCheck?.check?.id;
      if (id) checks.push(id);
      return (errors?.[0]?.extensions.code as string) ?? null;
    },
    /** A query by a key: counted, and through the cache. */
    async places() {
      const { data } = await timed('query', queryAt(url, '{ counties { name } }', {}, bearer('library')));
      return data?.counties?.length as number | undefined;
    },
    stored: () => timed('ballots', queryAt(url, BALLOTS, {}, ballotBearer('auditor'))),
    watch: (id: string) => watching(appAt(url), id, bearer(), STATES),
  };
}

type Gateway = Awaited<ReturnType<typeof start>>;

const well = async (gateway: Gateway) => {
  const [status, refused] = await Promise.all([gateway.deliver(), gateway.check()]);
  return status === 204 && refused === null;
};

async function underTrouble(trouble: (redis: Awaited<ReturnType<typeof ownRedis>>) => Promise<() => Promise<void>>) {
  await using redis = await ownRedis();
  const gateway = await start({ REDIS_URL: redis.url });
  await until(() => well(gateway));
  // A stream that is open before, and lives through it.
  const heard: string[] = [];
  await gateway.check();
  const stream = (async () => {
    for await (const { state } of gateway.watch(gateway.checks.at(-1)!)) heard.push(state);
  })();
  await until(() => heard.length > 0);

  const end = await trouble(redis);
  const over = performance.now() + FROZEN_MS;
  const statuses = new Set<number>();
  const codes = new Set<string | null>();
  const answers = new Set<number | undefined>();
  const ballots = new Set<unknown>();
  const during = Array.from({ length: 4 }, async () => {
    while (performance.now() < over) {
      const [status, code, counties, stored] = await Promise.all([
        gateway.deliver(),
        gateway.check(),
        gateway.places(),
        gateway.stored(),
      ]);
      statuses.add(status);
      codes.add(code);
      answers.add(counties);
      for (const { extensions } of stored.errors ?? []) ballots.add(extensions.code);
      await wait(50);
    }
  });
  await Promise.all(during);
  expect([...statuses]).toEqual([503]);
  expect([...codes]).toEqual(['STORAGE_UNAVAILABLE']);
  expect([...answers]).toEqual([47]);
  expect([...ballots]).toEqual(['STORAGE_UNAVAILABLE']);
  const slowest = Object.entries(gateway.slowest);
  for (const [kind, ms] of slowest) expect(ms, kind).toBeLessThan(LONGEST_MS);

  await end();
  const back = performance.now();
  await until(() => well(gateway));
  const wellAfter = performance.now() - back;
  expect(wellAfter).toBeLessThan(WELL_WITHIN_MS);
  console.log(`slowest in ms: ${slowest.join(' ')}; all well ${Math.round(wellAfter)} ms after its return`);

  await stream;
  expect(heard.at(-1)).toBe('COMPLETED');
  for (const id of gateway.checks) for await (const check of gateway.watch(id)) heard.push(check.state);
  const { data } = await gateway.stored();
  const stored = data.ballotActivity.nodes.map(({ identifier }: { identifier: string }) => identifier);
  expect(stored).toEqual(expect.arrayContaining(gateway.events));
  expect(new Set(stored).size).toBe(stored.length);
}

it.skipIf(!canStartRedis())(
  'Redis frozen: delays nobody for long, and nothing acknowledged is lost',
  {
    timeout: 120_000,
  },
  () =>
    underTrouble(async (redis) => {
      redis.freeze();
      return async () => void redis.thaw();
    }),
);

it.skipIf(!canStartRedis())('Redis restart: the same with one that is killed', { timeout: 120_000 }, () =>
  underTrouble(async (redis) => {
    await redis.stop();
    return redis.start;
  }),
);
