import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { serverAudits } from 'graphql-http';
import { createClient } from 'graphql-sse';
import { Agent, type Dispatcher, EventSource } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cuttable } from '../support/cuttable.ts';
import { API_KEYS, bearer, deliver, WEBHOOK_SECRET } from '../support/electionbuddy.ts';
import { connectWs, type Events, gauge, next, type Served, serve } from './serve.ts';

it('GraphQL over HTTP: no audit of graphql-http fails, whether it says MUST, SHOULD or MAY', async () => {
  const { url } = await serve();
  const failed: string[] = [];
  const audits = serverAudits({ url, fetchFn: fetch });
  expect(audits.length).toBeGreaterThan(50);
  for (const audit of audits) {
    const result = await audit.fn();
    if (result.status !== 'ok') failed.push(`${result.status} ${result.name}: ${result.reason}`);
  }
  expect(failed).toEqual([]);
});

it('a WebSocket honours persisted documents', async () => {
  const gateway = await serve();
  const client = connectWs(gateway);
  const query = '{ country { name } }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const ask = (text: string) => next(client.iterate({ query: text, extensions }) as unknown as Events);
  expect((await ask('')).errors).toMatchObject([{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }]);
  for (const text of [query, '']) expect((await ask(text)).data).toEqual({ country: { name: 'KENYA' } });
});

describe('one connection for all, by graphql-sse', () => {
  const WATCH = `subscription ($unit: ID!) {
    contestResultUpdated(reportingUnit: $unit, post: PRESIDENT) { reportingUnit { id } }
  }`;

  function one({ url }: Served, headers: Record<string, string> = {}) {
    const client = createClient({
      url: `${url}/stream`,
      singleConnection: true,
      lazyCloseTimeout: 60_000,
      retryAttempts: 0,
      headers: () => ({ ...headers }),
    });
    onTestFinished(() => client.dispose());
    return client;
  }

  it('queries, subscriptions, errors and persisted documents come over it; an end ends one, leaving ends all', async () => {
    const gateway = await serve();
    const client = one(gateway);
    const iterate = (query: string, more = {}) => client.iterate({ query, ...more }) as unknown as Events;
    const { data } = await gateway.query('{ country { id } counties { id } }');
    const units = [data.country.id, data.counties[0].id];
    const watch = (unit: string) => iterate(WATCH, { variables: { unit } });
    const [first, second] = [watch(units[0]), watch(units[1])];
    expect((await next(first)).data.contestResultUpdated.reportingUnit.id).toBe(units[0]);
    expect((await next(second)).data.contestResultUpdated.reportingUnit.id).toBe(units[1]);
    expect((await next(iterate('{ country { name } }'))).data).toEqual({ country: { name: 'KENYA' } });
    for (const [query, code] of [
      ['{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
      ['{ country', 'GRAPHQL_PARSE_FAILED'],
      ['{ voter(code: "10000001") { gender } }', 'UNAUTHENTICATED'],
    ])
      expect((await next(iterate(query!))).errors).toMatchObject([{ extensions: { code } }]);
    const sha256Hash = createHash('sha256').update('{ __typename }').digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    expect((await next(iterate('', { extensions }))).errors).toMatchObject([{ message: 'PersistedQueryNotFound' }]);

    expect(await gauge(gateway, 'gateway_watched_results')).toBe(2);
    await second.return!();
    await expect.poll(() => gauge(gateway, 'gateway_watched_results')).toBe(1);
    client.dispose();
    await expect.poll(() => gauge(gateway, 'gateway_watched_results')).toBe(0);
  });

  it('tokens are ours alone, of one stream each; what one may run at once is capped, and nobody is kept from stopping', async () => {
    const gateway = await serve();
    const url = `${gateway.url}/stream`;
    const named = (token: string) => ({ 'x-graphql-event-stream-token': token });
    const put = await fetch(url, { method: 'PUT' });
    expect(put.status).toBe(201);
    const token = await put.text();
    const open = (of: string) => fetch(url, { headers: { accept: 'text/event-stream', ...named(of) } });
    for (const made of ['x', '', crypto.randomUUID(), `${token}0`]) expect((await open(made)).status).toBe(404);
    const ask = (operationId: unknown, query = '{ counties { name } }') =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...named(token) },
        body: JSON.stringify({ query, extensions: { operationId } }),
      });
    expect((await ask('early')).status).toBe(404);
    const stream = await open(token);
    expect(stream.headers.get('content-type')).toMatch('text/event-stream');
    expect((await open(token)).status).toBe(409);
    expect((await ask(undefined)).status).toBe(400);
    const watch = 'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { asOf } }';
    expect((await ask('watching', watch)).status).toBe(202);
    await expect.poll(() => gauge(gateway, 'gateway_watched_results')).toBe(1);
    gateway.sandbox.faults.set({ kind: 'slow', ms: 60_000, path: '/county/' });
    const statuses = new Set<number>();
    for (let n = 0; n < 99; n++) statuses.add((await ask(`${n}`)).status);
    expect([...statuses]).toEqual([202]);
    expect((await ask('0')).status).toBe(409);
    expect((await ask('one more')).status).toBe(429);
    expect((await fetch(`${url}?operationId=0`, { method: 'DELETE', headers: named(token) })).status).toBe(200);
    await expect.poll(async () => (await ask('one more')).status).toBe(202);
    await stream.body!.cancel();
    await expect.poll(async () => (await ask('late')).status).toBe(404);
    await expect.poll(() => gauge(gateway, 'gateway_watched_results')).toBe(0);

    // One that is open keeps nobody from stopping: it is cut, so that its client goes elsewhere.
    const idle = await open(await (await fetch(url, { method: 'PUT' })).text());
    const cut = expect(idle.text()).rejects.toThrow();
    await gateway.server.close();
    await cut;
  });
});

describe('Last-Event-ID', () => {
  const WATCH = 'subscription ($after: String) { ballotActivityReceived(after: $after) { identifier } }';

  it('an EventSource that connects anew misses nothing and sees nothing twice', async () => {
    const served = await serve({ env: { ELECTIONBUDDY_WEBHOOK_SECRET: WEBHOOK_SECRET, API_KEYS } });
    await deliver(served, { election_id: 1, identifier: 'start' });
    const { data } = await served.query('{ ballotActivity { nodes { cursor } } }', {}, bearer('reader'));
    const after: string = data.ballotActivity.nodes[0].cursor;
    const network = await cuttable(served.server.port);
    const variables = JSON.stringify({ after });
    // A browser's has no headers of its own; whoever needs a key passes it on behind a server of theirs, as here.
    const withKey =
      (dispatch: Dispatcher['dispatch']): Dispatcher['dispatch'] =>
      (options, handler) =>
        dispatch({ ...options, headers: { ...(options.headers as object), ...bearer('reader') } }, handler);
    const agent = new Agent();
    const source = new EventSource(
      `http://127.0.0.1:${network.port}/graphql?${new URLSearchParams({ query: WATCH, variables })}`,
      { node: { dispatcher: agent.compose(withKey), reconnectionTime: 1 } },
    );
    onTestFinished(async () => {
      source.close();
      await agent.destroy();
    });
    const seen: string[] = [];
    const ids = new Set<string>();
    source.addEventListener('next', (event) => {
      const { data: text, lastEventId } = event as MessageEvent<string>;
      seen.push(JSON.parse(text).data.ballotActivityReceived.identifier);
      ids.add(lastEventId);
    });
    const sent = Array.from({ length: 30 }, (_, n) => `${n}`);
    for (const identifier of sent) {
      await deliver(served, { election_id: 1, identifier });
      const n = Number(identifier);
      if (n % 10 === 4) await expect.poll(() => seen.length).toBe(n + 1);
      // Comes while nobody is connected: first what is told at once, then what was missed.
      if (n % 10 === 4) network.cut();
      if (n % 10 === 8) network.mend();
    }
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(sent.length);
    expect(seen).toEqual(sent);
    expect(ids.size).toBe(sent.length);
  });

  it('goes before `after`, and must be a cursor', async () => {
    const served = await serve({ env: { ELECTIONBUDDY_WEBHOOK_SECRET: WEBHOOK_SECRET, API_KEYS } });
    for (const identifier of ['a', 'b', 'c']) await deliver(served, { election_id: 1, identifier });
    const { data } = await served.query('{ ballotActivity { nodes { cursor } } }', {}, bearer('reader'));
    const [a, b] = data.ballotActivity.nodes.map(({ cursor }: { cursor: string }) => cursor);
    const from = (id: string) => {
      const headers = { ...bearer('reader'), 'last-event-id': id };
      const client = createClient({ url: served.url, headers, retryAttempts: 0 });
      onTestFinished(() => client.dispose());
      return next(client.iterate({ query: WATCH, variables: { after: a } }) as Events);
    };
    expect((await from(b)).data.ballotActivityReceived.identifier).toBe('c');
    expect((await from('nonsense')).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('/schema.graphql', () => {
  it('is the committed schema with its descriptions, sent once to whoever keeps it', async () => {
    const { server } = await serve();
    const url = `${server.url}/schema.graphql`;
    const answer = await fetch(url);
    expect(await answer.text()).toBe(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
    const etag = answer.headers.get('etag')!;
    expect((await fetch(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  });

  it('is in production the operator’s, as introspection is', async () => {
    const operator = 'the-operators-key';
    const sha256 = createHash('sha256').update(operator).digest('hex');
    const keys = [...JSON.parse(API_KEYS), { name: 'operator', sha256, scopes: ['operator'] }];
    const { app } = await serve({ env: { NODE_ENV: 'production', API_KEYS: JSON.stringify(keys) } });
    const status = async (headers: Record<string, string>) =>
      (await app.fetch(new Request('http://gateway/schema.graphql', { headers }))).status;
    expect(await status({})).toBe(403);
    expect(await status(bearer('reader'))).toBe(403);
    expect(await status({ authorization: 'Bearer unknown' })).toBe(401);
    expect(await status({ authorization: `Bearer ${operator}` })).toBe(200);
  });
});
