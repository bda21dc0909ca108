import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient as createSseClient } from 'graphql-sse';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canStartRedis, ownRedis, until } from '../infra/own-redis.ts';
import { SAMPLES } from '../sources/electionbuddy/samples.ts';
import { API_KEYS, bearer, deliver, WEBHOOK_SECRET } from '../support/electionbuddy.ts';
import { connectWs, type Events, next, type Payload, type Served, serve } from './serve.ts';

const ENV = { ELECTIONBUDDY_WEBHOOK_SECRET: WEBHOOK_SECRET, API_KEYS };
const WATCH = `subscription ($election: ID, $after: String) {
  ballotActivityReceived(electionCode: $election, after: $after) { cursor identifier }
}`;

type Key = Parameters<typeof bearer>[0] | null;

/** The clients that a browser or a server would use, with a key. */
const CLIENTS: Record<string, (served: Served, payload: Payload, key?: Key) => Events> = {
  SSE: ({ url }, payload, key = 'reader') => {
    const headers = key === null ? {} : bearer(key);
    const client = createSseClient({ url, headers, singleConnection: false, retryAttempts: 0 });
    onTestFinished(() => client.dispose());
    return client.iterate(payload) as Events;
  },
  WebSocket: (served, payload, key = 'reader') =>
    connectWs(served, key === null ? {} : bearer(key)).iterate(payload) as unknown as Events,
};

describe.each(Object.entries(CLIENTS))('over %s', (_name, subscribe) => {
  it('1,000 events are each seen once, in order, by who leaves and resumes ten times', {
    timeout: 60_000,
  }, async () => {
    const served = await serve({ env: ENV });
    const post = async (n: number) => {
      const body = JSON.stringify({ election_id: 1, identifier: `${n}` });
      expect((await fetch(served.server.url + served.app.webhookPath, { method: 'POST', body })).status).toBe(204);
    };
    await post(0);
    const { data } = await served.query('{ ballotActivity { nodes { cursor } } }', {}, bearer('reader'));
    let after: string = data.ballotActivity.nodes[0].cursor;

    // Four senders, so that events come while others are being stored and read.
    let sent = 1;
    const sending = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (sent < 1000) await post(sent++);
      }),
    );
    const seen = ['0'];
    for (let round = 0; round <= 10; round++) {
      const events = subscribe(served, { query: WATCH, variables: { after } });
      // Some rounds leave in the middle of a burst, some at once.
      const until = round === 10 ? 1000 : Math.min(seen.length + [150, 1, 83, 100, 7][round % 5]!, 1000 - (10 - round));
      while (seen.length < until) {
        const { cursor, identifier } = (await next(events)).data.ballotActivityReceived;
        after = cursor;
        seen.push(identifier);
      }
      await events.return!();
    }
    await sending;
    const order: string[] = [];
    for (let from: string | null = null; ; ) {
      const page = await served.query(
        'query ($after: String) { ballotActivity(first: 100, after: $after) { nodes { identifier } pageInfo { hasNextPage endCursor } } }',
        { after: from },
        bearer('reader'),
      );
      const { nodes, pageInfo } = page.data.ballotActivity;
      order.push(...nodes.map(({ identifier }: { identifier: string }) => identifier));
      if (!pageInfo.hasNextPage) break;
      from = pageInfo.endCursor;
    }
    expect(new Set(order).size).toBe(1000);
    expect(seen).toEqual(order);
  });

  it('without a cursor it begins with what comes next, of the election that was asked for', async () => {
    const served = await serve({ env: ENV });
    await deliver(served, { election_id: 'mine', identifier: 'before' });
    const events = subscribe(served, { query: WATCH, variables: { election: 'mine' } });
    let come = false;
    const first = next(events).finally(() => {
      come = true;
    });
    // A subscription does not say when it stands: events are sent until one comes.
    let n = 0;
    await until(async () => {
      await deliver(served, { election_id: 'other', identifier: `other ${n}` });
      await deliver(served, { election_id: 'mine', identifier: `mine ${n++}` });
      return come;
    });
    const told = [(await first).data.ballotActivityReceived.identifier];
    const from = Number(told[0].replace('mine ', ''));
    for (let i = from + 1; i < n; i++) told.push((await next(events)).data.ballotActivityReceived.identifier);
    expect(told).toEqual(Array.from({ length: n - from }, (_, i) => `mine ${from + i}`));
  });

  it.each<[who: string, key: Key, variables: Record<string, string>, extensions: object]>([
    ['a stranger', null, {}, { code: 'UNAUTHENTICATED' }],
    ['a stranger with a bad cursor', null, { after: 'x' }, { code: 'UNAUTHENTICATED' }],
    ['a key without the scope', 'server', {}, { code: 'FORBIDDEN' }],
    ['a bad cursor', 'reader', { after: 'nonsense' }, { code: 'BAD_USER_INPUT', field: 'after' }],
    ['a bad election', 'reader', { election: '../1' }, { code: 'BAD_USER_INPUT', field: 'electionCode' }],
  ])('%s is refused at once, not with the first event', async (_who, key, variables, extensions) => {
    const served = await serve({ env: ENV });
    await deliver(served, SAMPLES.scored);
    const { data, errors } = await next(subscribe(served, { query: WATCH, variables }, key));
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([{ extensions }]);
  });

  it('an event hides what its reader has no scope for, and shows the rest', async () => {
    const served = await serve({ env: ENV });
    for (const sample of [SAMPLES.scored, SAMPLES['voter data']]) await deliver(served, sample);
    const first = (await served.query('{ ballotActivity(first: 1) { nodes { cursor } } }', {}, bearer('reader'))).data;
    const query = `subscription ($after: String) { ballotActivityReceived(after: $after) {
      identifier voterData questions { question } contact { email } payload
    } }`;
    const variables = { after: first.ballotActivity.nodes[0].cursor };
    const { data, errors } = await next(subscribe(served, { query, variables }, 'choices'));
    expect(data.ballotActivityReceived).toEqual({
      identifier: '1',
      voterData: null,
      questions: [],
      contact: null,
      payload: null,
    });
    expect(errors!.map(({ extensions }) => extensions.code)).toEqual(Array(3).fill('FORBIDDEN'));
    expect(JSON.stringify(errors)).not.toMatch(/example|Acme|foobar/);
  });
});

const MAIN = new URL('../../src/main.js', import.meta.url).pathname;

/** The real entry, once it listens. */
async function startProcess(
  env: Record<string, string>,
): Promise<{ child: ChildProcess; url: string; kill(): Promise<void> }> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      LOG_LEVEL: 'error',
      ELECTIONBUDDY_URL: 'off',
      EREG_URL: 'off',
      ...ENV,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exit;
  };
  onTestFinished(kill);
  let said = '';
  child.stderr!.on('data', (chunk) => {
    said += chunk;
  });
  const gone = exit.then(([code]) => {
    throw new Error(`ended with ${code}: ${said}`);
  });
  gone.catch(() => {});
  let out = '';
  for (;;) {
    const [, url] = /(http:\/\/\S+)\/graphql/.exec(out) ?? [];
    if (url) return { child, url, kill };
    const [chunk] = (await Promise.race([once(child.stdout!, 'data'), gone])) as [Buffer];
    out += chunk;
  }
}

async function storedAt(url: string): Promise<string[]> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer('auditor') },
    body: JSON.stringify({ query: '{ ballotActivity(first: 100) { nodes { payload } } }' }),
  });
  const { data, errors } = (await response.json()) as {
    data: { ballotActivity: { nodes: { payload: unknown }[] } };
    errors?: unknown;
  };
  if (errors) throw new Error(JSON.stringify(errors));
  return data.ballotActivity.nodes.map(({ payload }) => JSON.stringify(payload));
}

describe('kill -9', () => {
  async function survives(store: Record<string, string>) {
    const env = { DATA_DIR: mkdtempSync(join(tmpdir(), 'gateway-killed-')), ...store };
    const hook = `/webhooks/electionbuddy/${WEBHOOK_SECRET}`;
    const post = (url: string, body: string) =>
      fetch(url + hook, { method: 'POST', body }).then(({ status }) => status);

    const first = await startProcess(env);
    const alone = JSON.stringify(SAMPLES.preferential);
    // Over Redis, 503 until the connection stands.
    await until(async () => (await post(first.url, alone)) === 204);
    await first.kill();

    const second = await startProcess(env);
    await until(() =>
      storedAt(second.url).then(
        (found) => found.includes(alone),
        () => false,
      ),
    );
    expect(await storedAt(second.url)).toEqual([alone]);
    // Now in the midst of many: what was confirmed is there, what was not may be.
    const confirmed = [alone];
    const burst = Array.from({ length: 60 }, async (_, n) => {
      const body = JSON.stringify({ ...SAMPLES.scored, identifier: `${n}` });
      const status = await post(second.url, body).catch(() => 0);
      if (status === 204) confirmed.push(body);
      if (confirmed.length === 20) second.child.kill('SIGKILL');
    });
    await Promise.all(burst);
    await second.kill();

    const third = await startProcess(env);
    await until(() =>
      storedAt(third.url).then(
        () => true,
        () => false,
      ),
    );
    const found = await storedAt(third.url);
    expect(confirmed.length).toBeGreaterThanOrEqual(20);
    expect(found).toEqual(expect.arrayContaining(confirmed));
    expect(new Set(found).size).toBe(found.length);
    expect(found[0]).toBe(alone);
  }

  it('right after a 2xx: the event is there after the restart', { timeout: 60_000 }, () => survives({}));

  it.skipIf(!canStartRedis())('the same over Redis', { timeout: 60_000 }, async () => {
    await using redis = await ownRedis();
    await survives({ REDIS_URL: redis.url });
  });
});

it('stored events are not told again to who resumes after the last, in another process', {
  timeout: 60_000,
}, async () => {
  const env = { ...ENV, DATA_DIR: mkdtempSync(join(tmpdir(), 'gateway-resumed-')) };
  const first = await serve({ env });
  for (const identifier of ['a', 'b', 'c']) await deliver(first, { election_id: 1, identifier });
  const { nodes } = (await first.query('{ ballotActivity { nodes { cursor identifier } } }', {}, bearer('reader'))).data
    .ballotActivity;
  await first.server.close();
  const second = await serve({ env });
  await deliver(second, { election_id: 1, identifier: 'd' });
  const events = CLIENTS.SSE!(second, { query: WATCH, variables: { after: nodes[1].cursor } });
  const told = [await next(events), await next(events)].map(({ data }) => data.ballotActivityReceived.identifier);
  expect(told).toEqual(['c', 'd']);
});
