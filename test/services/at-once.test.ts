import { createHash, randomUUID } from 'node:crypto';
import { createClient } from '@redis/client';
import { expect, it, onTestFinished } from 'vitest';
import { strangerFrom } from '../../src/domain/caller.ts';
import { createAtOnce } from '../../src/services/at-once.ts';
import { connectWs, next, serve, TRANSPORTS } from '../e2e/serve.ts';
import { canStartRedis, ownRedis, until } from '../infra/own-redis.ts';

const watch = (post: string) => ({
  query: `subscription { contestResultUpdated(reportingUnit: "KE", post: ${post}) { status } }`,
});
const SSE = TRANSPORTS['SSE by graphql-sse']!;
const WS = TRANSPORTS['WebSocket by graphql-ws']!;
const REFUSED = { errors: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }] };

it('refuses a subscription too many of one caller, over whatever it comes, until one is left', async () => {
  const gateway = await serve({ env: { SUBSCRIPTIONS_PER_CALLER: '2' } });
  const open = [SSE, WS].map((subscribe) => subscribe(gateway, watch('PRESIDENT')));
  for (const events of open) expect((await next(events)).errors).toBeUndefined();
  for (const subscribe of [SSE, WS]) {
    expect(await next(subscribe(gateway, watch('PRESIDENT')))).toMatchObject(REFUSED);
  }
  for (const [index, subscribe] of [WS, SSE].entries()) {
    await open[index]!.return!();
    // When the gateway has seen it, nobody tells.
    let events = subscribe(gateway, watch('PRESIDENT'));
    await until(async () => {
      if (!(await next(events)).errors) return true;
      events = subscribe(gateway, watch('PRESIDENT'));
      return false;
    });
  }
});

it('lets a caller watch only so many different results, the same one as often as they like', async () => {
  const gateway = await serve({ env: { WATCHED_RESULTS_PER_CALLER: '1' } });
  for (const subscribe of [SSE, WS]) {
    expect((await next(subscribe(gateway, watch('PRESIDENT')))).errors).toBeUndefined();
  }
  const { data } = await gateway.query('{ counties { code } }');
  const other = {
    query: `subscription { contestResultUpdated(reportingUnit: "${data.counties[0].code}", post: GOVERNOR) { status } }`,
  };
  expect(await next(SSE(gateway, other))).toMatchObject(REFUSED);
});

it('opens only so many sockets from one network, and another when one is closed', async () => {
  const gateway = await serve({ env: { CONNECTIONS_PER_CALLER: '1' } });
  const ask = (client: ReturnType<typeof connectWs>) => client.iterate({ query: '{ __typename }' }).next();
  const first = connectWs(gateway);
  const watching = first.iterate(watch('PRESIDENT'));
  await watching.next();
  await expect(ask(connectWs(gateway))).rejects.toMatchObject({ message: expect.stringContaining('429') });
  await first.dispose();
  await until(() => ask(connectWs(gateway)).then(Boolean, () => false));
});

it.skipIf(!canStartRedis())(
  'counts over all instances of one Redis, renews what is held, and forgets what a killed instance held',
  async () => {
    const redis = await ownRedis();
    const client = createClient({ url: redis.url, disableOfflineQueue: true });
    onTestFinished(async () => {
      client.destroy();
      await redis[Symbol.asyncDispose]();
    });
    await client.on('error', () => {}).connect();
    const instance = () =>
      createAtOnce({
        most: { subscriptions: 2, results: 1, connections: 1 },
        redis: client,
        fingerprint: (text) => createHash('sha256').update(text).digest('hex'),
        uuid: randomUUID,
        leaseMs: 600,
      });
    const [killed, other] = [instance(), instance()];
    onTestFinished(() => other.close());
    const jane = strangerFrom('192.0.2.1');
    await killed.subscription(jane);
    const release = await other.subscription(jane);
    await expect(other.subscription(jane)).rejects.toMatchObject({ code: 'TOO_MANY_SUBSCRIPTIONS' });
    await other.subscription(strangerFrom('192.0.2.2'));
    expect((await client.keys('*')).join()).not.toContain('192.0.2');

    killed.close();
    const again = () => other.subscription(jane).then(Boolean, () => false);
    await until(again);
    // Once another killed one's is forgotten, more time than a lease holds has passed: what lives is still counted.
    const mary = strangerFrom('192.0.2.3');
    const another = instance();
    await another.connection(mary);
    another.close();
    await until(async () => (await other.connection(mary)) !== null);
    // By what Redis knows: this one holds nothing of its own.
    const fresh = instance();
    onTestFinished(() => fresh.close());
    await expect(fresh.subscription(jane)).rejects.toMatchObject({ code: 'TOO_MANY_SUBSCRIPTIONS' });
    release();
    await until(again);
  },
);

it('goes on counting for itself while Redis is away', async () => {
  const eval_ = () => Promise.reject(new Error('away'));
  const { connection, close } = createAtOnce({
    most: { subscriptions: 1, results: 1, connections: 1 },
    redis: { eval: eval_ },
    fingerprint: (text) => text,
    uuid: randomUUID,
  });
  onTestFinished(close);
  const release = await connection(strangerFrom(null));
  expect(await connection(strangerFrom(null))).toBeNull();
  release!();
  expect(await connection(strangerFrom(null))).not.toBeNull();
});
