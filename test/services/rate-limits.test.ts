import { createHash } from 'node:crypto';
import { createClient } from '@redis/client';
import { expect, it, onTestFinished } from 'vitest';
import type { Caller } from '../../src/domain/caller.ts';
import { createRateLimits } from '../../src/services/rate-limits.ts';
import { connectWs, next, serve, TRANSPORTS } from '../e2e/serve.ts';
import { canStartRedis, ownRedis } from '../infra/own-redis.ts';
import { bearer, CHECK_KEYS, inputOf, kenyan, maple, REQUEST, request, startChecksGateway } from '../support/checks.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const ASK = '{ country { code } }';
const limited = (env: Record<string, string>) => startGateway({ env: { API_KEYS: CHECK_KEYS, ...env } });

async function ask({ app }: Gateway, headers: Record<string, string>) {
  const response = await app.fetch(
    new Request('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: ASK }),
    }),
  );
  const { data, errors } = (await response.json()) as Record<string, never>;
  return { status: response.status, headers: response.headers, data, errors };
}

it('counts a key’s requests down in standard headers, and then says when to come back', async () => {
  const gateway = await limited({ REQUESTS_PER_MINUTE: '3' });
  for (const remaining of ['2', '1', '0']) {
    const { status, headers } = await ask(gateway, bearer());
    expect(status).toBe(200);
    expect(headers.get('ratelimit-limit')).toBe('3');
    expect(headers.get('ratelimit-remaining')).toBe(remaining);
    expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(0);
    expect(Number(headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
    expect(headers.get('retry-after')).toBeNull();
  }
  const { status, headers, data, errors } = await ask(gateway, bearer());
  expect(status).toBe(429);
  expect(data).toBeUndefined();
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }]);
  const { retryAfter } = (errors as unknown as { extensions: { retryAfter: number } }[])[0]!.extensions;
  expect(retryAfter).toBeGreaterThan(0);
  expect(headers.get('retry-after')).toBe(String(retryAfter));
  expect(headers.get('ratelimit-remaining')).toBe('0');
  expect(JSON.stringify(errors)).not.toContain('clinic');
  expect((await ask(gateway, bearer('library'))).status).toBe(200);
});

it('strangers are limited: by the cost of what they ask, whatever keys may ask', async () => {
  const gateway = await limited({ REQUESTS_PER_MINUTE: '1', STRANGER_COST_PER_MINUTE: '200' });
  const first = await ask(gateway, {});
  expect(first.status).toBe(200);
  expect(first.headers.get('ratelimit-limit')).toBe('200');
  const cost = 200 - Number(first.headers.get('ratelimit-remaining'));
  expect(cost).toBeGreaterThan(50);
  let answer = first;
  for (let left = 200 - cost; left >= cost; left -= cost) {
    answer = await ask(gateway, {});
    expect(answer.headers.get('ratelimit-remaining')).toBe(String(left - cost));
  }
  for (let again = 0; again < 2; again++) {
    answer = await ask(gateway, {});
    expect(answer.status).toBe(429);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect((await ask(gateway, bearer())).status).toBe(200);
});

it('counts whoever tries keys as a stranger, and no key for it', async () => {
  const gateway = await limited({ REQUESTS_PER_MINUTE: '1', STRANGER_COST_PER_MINUTE: '160' });
  const statuses: number[] = [];
  for (let request = 0; request < 4; request++) {
    statuses.push((await ask(gateway, { authorization: 'Bearer wrong' })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 429]);
  expect((await ask(gateway, {})).status).toBe(429);
  expect((await ask(gateway, bearer())).status).toBe(200);
});

it.each([
  ['cannot be read', '{ country {'],
  ['is not valid', '{ nope }'],
])('counts a document that %s, and then reads no more', async (_name, query) => {
  const gateway = await limited({ STRANGER_COST_PER_MINUTE: '100' });
  const codes: unknown[] = [];
  for (let request = 0; request < 4; request++) {
    codes.push((await gateway.query(query)).errors?.[0]?.extensions.code);
  }
  const [first, second] = codes;
  expect(first).toMatch(/^GRAPHQL_/);
  expect(codes).toEqual([first, second, 'RATE_LIMITED', 'RATE_LIMITED']);
});

it('shows an operation’s cost to whoever asks for it', async () => {
  const gateway = await limited({ STRANGER_COST_PER_MINUTE: '10000' });
  const post = (query: string, headers: Record<string, string> = {}) =>
    gateway.app.fetch(
      new Request('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      }),
    );
  const asked = { 'x-graphql-cost': 'include' };
  const few = await post('{ country { code } }', asked);
  const { extensions, data } = (await few.json()) as { extensions: { cost: number }; data: unknown };
  expect(data).toEqual({ country: { code: 'KE' } });
  expect(extensions.cost).toBe(10_000 - Number(few.headers.get('ratelimit-remaining')));
  const more = (await (await post('{ counties { constituencies { code } } }', asked)).json()) as typeof extensions;
  expect(more).toMatchObject({ extensions: { cost: expect.any(Number) } });
  expect((more as unknown as { extensions: { cost: number } }).extensions.cost).toBeGreaterThan(extensions.cost + 45);
  expect(await (await post('{ country { code } }')).json()).toEqual({ data });
});

it('strangers are limited by network, over HTTP and WebSocket alike, as the proxy tells them apart', async () => {
  const gateway = await serve({ env: { STRANGER_COST_PER_MINUTE: '100', TRUST_PROXY: '1' } });
  const from = async (address: string) => {
    const response = await fetch(`${gateway.url}?query=${encodeURIComponent(ASK)}`, {
      headers: { 'x-forwarded-for': address },
    });
    return response.status;
  };
  expect(await from('192.0.2.1')).toBe(200);
  expect(await from('::ffff:192.0.2.1')).toBe(429);
  expect(await from('2001:db8:1:2::1')).toBe(200);
  expect(await from('2001:db8:1:2::2')).toBe(429);
  const socket = connectWs(gateway, {}, { 'x-forwarded-for': '192.0.2.1' });
  await expect(socket.iterate({ query: ASK }).next()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  // By no other than the proxy: what a client writes in front of that is not believed.
  expect(await from('192.0.2.99, 192.0.2.1')).toBe(429);
  const log = gateway.logs();
  for (const address of ['192.0.2.', '2001:db8']) expect(log).not.toContain(address);
});

it('spoofed addresses are not believed: without TRUST_PROXY nobody speaks for another', async () => {
  const gateway = await serve({ env: { STRANGER_COST_PER_MINUTE: '100' } });
  const statuses: number[] = [];
  for (let address = 1; address <= 3; address++) {
    const headers = { 'x-forwarded-for': `192.0.2.${address}`, forwarded: `for=192.0.2.${address}` };
    statuses.push((await fetch(`${gateway.url}?query=${encodeURIComponent(ASK)}`, { headers })).status);
  }
  expect(statuses).toEqual([200, 429, 429]);
  const socket = connectWs(gateway, {}, { 'x-forwarded-for': '192.0.2.9' });
  await expect(socket.iterate({ query: ASK }).next()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});

it('counts the events of a stream that is answered alone, and goes on with it when one is too many', async () => {
  let now = Date.parse('2013-03-04T18:00:00Z');
  const env = { STRANGER_COST_PER_MINUTE: '200', IEBC_POLL_MS: '100', FAST_PATHS: 'off' };
  const gateway = await serve({ sandbox: { now: () => now }, env });
  const query = 'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { stationsReported } }';
  const events = TRANSPORTS['SSE by graphql-sse']!(gateway, { query });
  const codes: unknown[] = [];
  for (let event = 0; event < 4; event++) {
    codes.push((await next(events)).errors?.[0]?.extensions.code);
    now += 60_000;
  }
  expect(codes[0]).toBeUndefined();
  expect(codes.at(-1)).toBe('RATE_LIMITED');
});

it('counts what comes over a WebSocket too', async () => {
  const gateway = await serve({ env: { API_KEYS: CHECK_KEYS, REQUESTS_PER_MINUTE: '1' } });
  const client = connectWs(gateway, bearer());
  const once = () =>
    client
      .iterate({ query: ASK })
      .next()
      .catch((errors: unknown) => errors);
  expect(await once()).toMatchObject({ value: { data: { country: { code: 'KE' } } } });
  expect(await once()).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }]);
});

it('limits a key’s checks by themselves', async () => {
  const { query, upstream } = await startChecksGateway({ env: { CHECKS_PER_MINUTE: '2' } });
  await request({ query }, kenyan('10000001'));
  await request({ query }, kenyan('10000002'));
  const { status, data, errors } = await query(REQUEST, { input: kenyan('10000003') }, bearer());
  expect(data?.requestRegistrationCheck ?? null).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }]);
  // A field's failure: the rest of the answer is there.
  expect(status).toBe(200);
  expect((await query(ASK, {}, bearer())).status).toBe(200);
  await request({ query }, kenyan('10000004'), { as: bearer('library') });
  expect(upstream().filter((line) => line.includes('10000003'))).toEqual([]);
});

it('counts each address of a check for one, and a repeated request not at all', async () => {
  const { query, ereg } = await startChecksGateway({ env: { CHECKS_PER_MINUTE: '11' } });
  const ten = inputOf(maple(ereg), Array(10).fill({ text: maple(ereg).address }));
  const { id } = await request({ query }, ten, { key: 'once' });
  for (let again = 0; again < 3; again++) expect((await request({ query }, ten, { key: 'once' })).id).toBe(id);
  await request({ query }, kenyan('10000001'));
  const { errors } = await query(REQUEST, { input: kenyan('10000002') }, bearer());
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  // Nor is it limited.
  expect((await request({ query }, ten, { key: 'once' })).id).toBe(id);
});

it('lets a page of another site read the limits', async () => {
  const gateway = await limited({ REQUESTS_PER_MINUTE: '1' });
  const page = { ...bearer(), origin: 'https://clinic.example' };
  for (const status of [200, 429]) {
    const answer = await ask(gateway, page);
    expect(answer.status).toBe(status);
    const sent = [...answer.headers.keys()].filter((name) => /^ratelimit|^retry/.test(name));
    expect(sent).toHaveLength(status === 200 ? 3 : 4);
    const readable = answer.headers.get('access-control-expose-headers')?.toLowerCase().split(/,\s*/);
    expect(readable).toEqual(expect.arrayContaining(sent));
  }
});

const key = (name: string): Caller => ({ kind: 'key', name, scopes: new Set() });
const member = (identifier: string | null): Caller => ({ kind: 'member', identifier, scopes: new Set() });
const limits = (redis: unknown) =>
  createRateLimits({
    requestsPerMinute: 2,
    strangerCostPerMinute: 100,
    checksPerMinute: 2,
    redis,
    fingerprint: (text) => `hash-of-${createHash('sha256').update(text).digest('hex')}`,
  });
const REFUSED = { code: 'RATE_LIMITED' };

it('takes back what nothing came of', async () => {
  const { consumeCheck } = limits(null);
  const takeBack = await consumeCheck(key('clinic'), 2);
  await expect(consumeCheck(key('library'), 3)).rejects.toMatchObject(REFUSED);
  await takeBack();
  await consumeCheck(key('clinic'), 2);
  await expect(consumeCheck(key('clinic'), 1)).rejects.toMatchObject(REFUSED);
});

it('counts a portal’s members one by one', async () => {
  const { consumeRequest } = limits(null);
  const ask = (identifier: string) => consumeRequest(member(identifier), 50, () => {});
  await ask('jane');
  await ask('jane');
  await expect(ask('jane')).rejects.toMatchObject(REFUSED);
  await ask('mary');
});

it('counts tokens that name nobody together, and neither with a key nor with a member', async () => {
  const { consumeCheck } = limits(null);
  await consumeCheck(member(null), 2);
  await expect(consumeCheck(member(null), 1)).rejects.toMatchObject(REFUSED);
  for (const other of [key('portal'), key('member'), member('portal'), member('member')]) await consumeCheck(other, 2);
});

it('counts in memory while Redis is away', async () => {
  const away = createClient({
    url: 'redis://127.0.0.1:9',
    disableOfflineQueue: true,
    socket: { reconnectStrategy: false },
  });
  away.on('error', () => {});
  await away.connect().catch(() => {});
  const { consumeCheck, consumeRequest } = limits(away);
  await consumeCheck(key('clinic'), 1);
  await consumeCheck(key('clinic'), 1);
  await expect(consumeCheck(key('clinic'), 1)).rejects.toMatchObject(REFUSED);
  await consumeRequest(key('clinic'), 50, () => {});
});

it.skipIf(!canStartRedis())('counts over all instances of one Redis, by nothing that names anybody', async () => {
  const redis = await ownRedis();
  const clients = [1, 2].map(() => createClient({ url: redis.url, disableOfflineQueue: true }));
  onTestFinished(async () => {
    for (const client of clients) client.destroy();
    await redis[Symbol.asyncDispose]();
  });
  for (const client of clients) await client.on('error', () => {}).connect();
  const [one, other] = clients.map(limits) as [ReturnType<typeof limits>, ReturnType<typeof limits>];
  await one.consumeCheck(key('clinic'), 1);
  await other.consumeCheck(key('clinic'), 1);
  await expect(one.consumeCheck(key('clinic'), 1)).rejects.toMatchObject(REFUSED);
  await other.consumeCheck(key('bakery'), 1);
  const keys = await clients[0]!.keys('*');
  expect(keys).toHaveLength(2);
  expect(keys.join()).not.toMatch(/clinic|bakery/);
  for (const key of keys) expect(await clients[0]!.pTTL(key)).toBeGreaterThan(0);
});
