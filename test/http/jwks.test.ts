import { createSchema, createYoga } from 'graphql-yoga';
import { expect, it } from 'vitest';
import { jwks } from '../../src/http/jwks.ts';

const KEYS = { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'public', kid: 'one', alg: 'EdDSA', use: 'sig' }] };

const yoga = createYoga({
  schema: createSchema({ typeDefs: 'type Query { ok: Boolean }' }),
  logging: false,
  plugins: [jwks({ jwks: () => KEYS })],
});
const get = (init: RequestInit = {}, path = '/.well-known/jwks.json') => yoga.fetch(`http://gateway${path}`, init);

it('serves the keys, to be kept for a while', async () => {
  const response = await get();
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/jwk-set+json');
  expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  expect(await response.json()).toEqual(KEYS);
});

it('answers HEAD with the same headers and nothing else', async () => {
  const [full, head] = [await get(), await get({ method: 'HEAD' })];
  expect(head.status).toBe(200);
  for (const name of ['content-type', 'content-length', 'cache-control', 'etag']) {
    expect(head.headers.get(name), name).toBe(full.headers.get(name));
  }
  expect(await head.text()).toBe('');
});

it('says that nothing changed to those who have it', async () => {
  const etag = (await get()).headers.get('etag')!;
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const response = await get({ headers: { 'if-none-match': known } });
    expect(response.status, known).toBe(304);
    expect(response.headers.get('etag')).toBe(etag);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(await response.text()).toBe('');
  }
  expect((await get({ headers: { 'if-none-match': '"other"' } })).status).toBe(200);
});

it('takes nothing', async () => {
  const response = await get({ method: 'POST', body: '{}' });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET, HEAD');
});

it('can be asked for by any web site', async () => {
  const asked = { method: 'OPTIONS', headers: { origin: 'https://a.example', 'access-control-request-method': 'GET' } };
  const response = await get(asked);
  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe('https://a.example');
});

it('is at that path alone', async () => {
  expect((await get({}, '/.well-known/jwks.json/')).status).toBe(404);
  expect((await get({}, '/.well-known/jwks')).status).toBe(404);
});
