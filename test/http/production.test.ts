import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { connectWs, type Events, next, serve } from '../e2e/serve.ts';
import { type Gateway, PRODUCTION, startGateway } from '../support/gateway.ts';

const get = ({ app }: Gateway, path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.fetch(new Request(`http://gateway${path}`, { method, headers, redirect: 'manual' }));
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const as = (name: string) => ({ authorization: `Bearer ${name}` });

describe('in production the schema is the operator’s', () => {
  const WRONG = {
    'a field': '{ county(code: "A") { nam } }',
    'an argument': '{ searchPlaces(text: "a", firs: 1) { __typename } }',
    'a type': '{ node(id: "A") { ... on Countyy { name } } }',
    'an enum’s value': '{ country { result(post: PRESIDEN) { asOf } } }',
    'an input object’s field': '{ results(filter: { pos: GOVERNOR }) { totalCount } }',
    'a variable’s value': 'query ($post: Post! = PRESIDEN) { country { result(post: $post) { asOf } } }',
  };
  const HINT = /Did you mean|PRESIDENT|fields are/;

  it('of what is wrong in a document nobody else is told what would be right', async () => {
    const gateway = await startGateway({ env: PRODUCTION });
    for (const [what, text] of Object.entries(WRONG)) {
      const hinted: boolean[] = [];
      // Whoever asked before: what was found is kept.
      for (const who of [{}, as('operator-key'), as('reader-key')]) {
        const { errors } = await gateway.query(text, {}, who);
        expect(errors).toMatchObject([{ message: expect.stringMatching(/^\w.*[.?]$/) }]);
        hinted.push(HINT.test(errors![0]!.message));
      }
      expect([what, ...hinted]).toEqual([what, false, true, false]);
    }
  });

  it('nor over a WebSocket', async () => {
    const served = await serve({ env: PRODUCTION });
    for (const [who, told] of [
      ['reader-key', false],
      ['operator-key', true],
    ] as const) {
      const client = connectWs(served, as(who));
      const { errors } = await next(client.iterate({ query: WRONG['a field'] }) as unknown as Events);
      expect(HINT.test(errors![0]!.message)).toBe(told);
      const schema = await next(client.iterate({ query: '{ __schema { queryType { name } } }' }) as unknown as Events);
      expect(schema.errors?.[0]?.extensions.code).toBe(told ? undefined : 'INTROSPECTION_DISABLED');
    }
  });

  it('nor of a variable', async () => {
    const gateway = await startGateway({ env: PRODUCTION });
    const text =
      'query ($filter: ResultFilter!, $post: Post!) { results(filter: $filter) { totalCount } country { result(post: $post) { asOf } } }';
    const variables = { filter: { pos: 1 }, post: 'PRESIDEN' };
    const strangers = await gateway.query(text, variables);
    expect(strangers.errors).toHaveLength(2);
    expect(strangers.errors!.map(({ message }) => message).filter((message) => HINT.test(message))).toEqual([]);
    const operators = await gateway.query(text, variables, as('operator-key'));
    expect(operators.errors!.filter(({ message }) => HINT.test(message))).toHaveLength(2);
  });

  it('and refuses introspection to others with a code', async () => {
    const gateway = await startGateway({ env: PRODUCTION });
    for (const text of ['{ __schema { queryType { name } } }', '{ __type(name: "County") { name } }']) {
      const { data, errors } = await gateway.query(text, {}, as('reader-key'));
      expect(data).toBeFalsy();
      expect(errors).toMatchObject([{ extensions: { code: 'INTROSPECTION_DISABLED' } }]);
      expect((await gateway.query(text, {}, as('operator-key'))).errors).toBeUndefined();
    }
  });
});

describe('GraphiQL', () => {
  it('is a small page of files that a browser fetches once', async () => {
    const gateway = await startGateway();
    const page = await get(gateway, '/graphql', HTML);
    const html = await page.text();
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!);
    expect(html.length).toBeLessThan(20_000);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(addresses.map((address) => address.split('.').at(-1))).toEqual(['ico', 'css', 'js']);
    for (const address of addresses) {
      const plain = await get(gateway, address);
      const text = Buffer.from(await plain.arrayBuffer());
      expect(address).toContain(createHash('sha256').update(text).digest('base64url'));
      expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      for (const [encoding, decode] of [
        ['br', brotliDecompressSync],
        ['gzip', gunzipSync],
      ] as const) {
        const answer = await get(gateway, address, { 'accept-encoding': encoding });
        expect(answer.headers.get('content-encoding')).toBe(encoding);
        expect(answer.headers.get('vary')).toMatch(/accept-encoding/i);
        expect(decode(Buffer.from(await answer.arrayBuffer())).equals(text)).toBe(true);
        const again = await get(gateway, address, {
          'accept-encoding': encoding,
          'if-none-match': answer.headers.get('etag')!,
        });
        expect([again.status, await again.text()]).toEqual([304, '']);
      }
    }
    expect((await get(gateway, '/graphiql/other.js')).status).toBe(404);
  });

  it('is not there with GRAPHIQL=0, nor by default in production, and a browser is told what is', async () => {
    for (const env of [{ GRAPHIQL: '0' }, PRODUCTION]) {
      const without = await startGateway({ env });
      const answer = await get(without, '/graphql', HTML);
      expect(answer.headers.get('content-type')).toContain('text/plain');
      expect(await answer.text()).toMatch(/^This is a GraphQL endpoint.{20,200}\n$/);
      const query = await get(without, `/graphql?query=${encodeURIComponent('{ country { name } }')}`, HTML);
      expect(await query.json()).toEqual({ data: { country: { name: 'KENYA' } } });
    }
    const page = await get(await startGateway({ env: { ...PRODUCTION, GRAPHIQL: '1' } }), '/graphql', HTML);
    expect(page.headers.get('content-type')).toContain('text/html');
  });
});

it('sends a browser’s safeguards with every answer', async () => {
  const gateway = await startGateway();
  const answers = await Promise.all([
    get(gateway, '/'),
    get(gateway, '/graphql', HTML),
    get(gateway, '/graphql?query={__typename}'),
    get(gateway, '/graphql?query={'),
    get(gateway, '/nothing'),
    get(gateway, '/health/live'),
    get(gateway, '/.well-known/jwks.json'),
  ]);
  for (const { headers } of answers) {
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'permissions-policy': expect.stringContaining('geolocation=()'),
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
    });
    // Nobody said that this came over https.
    expect(headers.has('strict-transport-security')).toBe(false);
  }
  const scripts = /script-src ([^;]+)/.exec(answers[1]!.headers.get('content-security-policy')!)![1]!;
  expect(scripts).not.toContain('unsafe');
});

describe('CORS_ORIGINS', () => {
  const preflight = (gateway: Gateway, origin: string) =>
    get(gateway, '/graphql', { origin, 'access-control-request-method': 'POST' }, 'OPTIONS');

  it('names the web sites that may ask, and others are told nothing', async () => {
    const env = { CORS_ORIGINS: 'https://a.example, https://b.example/' };
    const gateway = await startGateway({ env });
    for (const origin of ['https://a.example', 'https://b.example']) {
      const { headers } = await preflight(gateway, origin);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('vary')).toMatch(/origin/i);
    }
    for (const origin of ['https://c.example', 'null', 'https://a.example.evil.example']) {
      for (const answer of [
        await preflight(gateway, origin),
        await get(gateway, '/graphql?query={__typename}', { origin }),
      ]) {
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
        expect(answer.headers.get('vary')).toMatch(/origin/i);
      }
    }
  });

  it('lets a browser remember what it was allowed, and read the limits', async () => {
    const gateway = await startGateway();
    const { headers } = await preflight(gateway, 'https://any.example');
    expect(headers.get('access-control-max-age')).toBe('86400');
    expect(headers.get('access-control-expose-headers')).toMatch(/retry-after.*x-request-id/);
  });
});

describe('BASE_PATH', () => {
  it('stands before every address', async () => {
    const gateway = await startGateway({ env: { BASE_PATH: '/elections/' } });
    const status = async (path: string) => (await get(gateway, path)).status;
    const ROUTES = [
      '/graphql?query={__typename}',
      '/health/live',
      '/health/ready',
      '/metrics',
      '/.well-known/jwks.json',
    ];
    for (const path of ROUTES) {
      expect([path, await status(`/elections${path}`), await status(path), await status(`/electionsx${path}`)]).toEqual(
        [path, 200, 404, 404],
      );
    }
    for (const [path, told] of [
      ['/elections', 'data-base="/elections"'],
      ['/elections/', 'data-base="/elections"'],
      ['/elections/graphql', '"endpoint":"/elections/graphql"'],
    ] as const) {
      const html = await (await get(gateway, path, HTML)).text();
      expect(html).toContain(told);
      const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!);
      expect(addresses.length).toBeGreaterThanOrEqual(3);
      for (const address of addresses.filter((one) => !one.startsWith('data:')))
        expect(await status(address)).toBe(200);
    }
    const posted = await gateway.app.fetch(
      new Request('http://gateway/elections/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ country { name } }"}',
      }),
    );
    expect(await posted.json()).toEqual({ data: { country: { name: 'KENYA' } } });
  });
});

it('shows no metrics to everybody in production', async () => {
  expect((await get(await startGateway(), '/metrics')).status).toBe(200);
  expect((await get(await startGateway({ env: PRODUCTION }), '/metrics')).status).toBe(404);
  expect((await get(await startGateway({ env: { ADMIN_PORT: '9464' } }), '/metrics')).status).toBe(404);
});
