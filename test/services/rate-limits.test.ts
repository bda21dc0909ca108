import { createHash } from 'node:crypto';
import { createClient } from '@redis/client';
import { expect, it, onTestFinished } from 'vitest';
import type { Caller } from '../../src/domain/caller.ts';
import { createRateLimits } from '../../src/services/rate-limits.ts';
import { connectWs, serve } from '../e2e/serve.ts';
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

it('does not count strangers, nor tell them anything of limits', async () => {
  const gateway = await limited({ REQUESTS_PER_MINUTE: '1' });
  for (let request = 0; request < 5; request++) {
    const { status, headers } = await ask(gateway, {});
    expect(status).toBe(200);
    expect([...headers.keys()].filter((name) => /ratelimit|retry/.test(name))).toEqual([]);
  }
});

it('does not count a key that is not known', async () => {
  const gateway = await limited({ REQUESTS_PER_MINUTE: '1' });
  for (let request = 0; request < 3; request++) {
    expect((await ask(gateway, { authorization: 'Bearer wrong' })).status).toBe(401);
  }
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
  const ask = (identifier: string) => consumeRequest(member(identifier), () => {});
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
  await consumeRequest(key('clinic'), () => {});
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
