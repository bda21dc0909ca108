import { expect, it } from 'vitest';
import { systemClock } from '../../src/infra/clock.ts';
import { type Gateway, PRODUCTION, startGateway } from '../support/gateway.ts';

const get = ({ app }: Gateway, path: string, headers: Record<string, string> = {}) =>
  app.fetch(new Request(`http://gateway${path}`, { headers, redirect: 'manual' }));
const send = ({ app }: Gateway, body: string, headers: Record<string, string>, method = 'POST') =>
  app.fetch(new Request('http://gateway/graphql', { method, body, headers }));
const JSON_TYPE = { 'content-type': 'application/json' };

it('tells nobody the text of an unexpected error', async () => {
  let broken = false;
  const now = () => {
    if (broken) throw new Error('the voter 10000001 has the token abc');
    return Date.now();
  };
  const gateway = await startGateway({ clock: { ...systemClock, now } });
  broken = true;
  const { data, errors } = await gateway.query('{ country { name result(post: GOVERNOR) { asOf } } }');
  broken = false;
  expect(data).toEqual({ country: { name: 'KENYA', result: null } });
  expect(errors).toEqual([
    {
      message: 'Unexpected error.',
      path: ['country', 'result'],
      locations: expect.anything(),
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    },
  ]);
  expect(gateway.logs()).toContain('unexpected error');
  expect(gateway.logs()).toContain('"path":"country.result"');
  expect(gateway.logs()).toMatch(/edge\.test\.ts/);
  expect(gateway.logs()).not.toContain('10000001');
});

it('logs an internal error that it throws itself', async () => {
  const gateway = await startGateway();
  gateway.sandbox.faults.set({ kind: 'not-success', status: 'ID_ERROR', message: 'No such county', path: '/county/' });
  const { errors } = await gateway.query(
    '{ results(filter: { post: GOVERNOR }, first: 1) { nodes { reportingUnit { code } } } }',
  );
  expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  const [line, ...more] = gateway
    .logs()
    .split('\n')
    .filter((line) => line.includes('unexpected error'));
  expect(more).toEqual([]);
  expect(JSON.parse(line!)).toMatchObject({
    path: 'results.nodes.0.reportingUnit',
    error: {
      name: 'GatewayError',
      code: 'INTERNAL_SERVER_ERROR',
      frames: expect.arrayContaining([expect.stringContaining('contest-results.ts')]),
    },
  });
});

it('refuses a body that is too large', async () => {
  const gateway = await startGateway();
  const response = await send(
    gateway,
    JSON.stringify({ query: `# ${'x'.repeat(256 * 1024)}\n{ country { name } }` }),
    JSON_TYPE,
  );
  expect(response.status).toBe(413);
  expect(gateway.upstream()).toEqual([]);
});

it.each([
  ['not JSON', '{'],
  ['no query', '{}'],
  ['a query that is no text', '{"query":1}'],
  ['an unknown operation', '{"query":"query A { country { name } }","operationName":"B"}'],
])('refuses %s as the caller’s mistake', async (_name, body) => {
  const response = await send(await startGateway(), body, JSON_TYPE);
  expect(response.status).toBeGreaterThanOrEqual(200);
  expect(response.status).toBeLessThan(500);
  const { errors } = (await response.json()) as { errors: { message: string }[] };
  expect(errors).toHaveLength(1);
  expect(errors[0]!.message).not.toBe('Unexpected error.');
});

it('lets any web site ask, without credentials', async () => {
  const gateway = await startGateway();
  const headers = {
    origin: 'https://frontend.example',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, content-type',
  };
  const preflight = await send(gateway, '', headers, 'OPTIONS').catch(() =>
    gateway.app.fetch(new Request('http://gateway/graphql', { method: 'OPTIONS', headers })),
  );
  expect(preflight.status).toBeLessThan(300);
  const allowed = preflight.headers.get('access-control-allow-headers') ?? '';
  expect(allowed.toLowerCase()).toContain('authorization');
  expect(allowed.toLowerCase()).toContain('content-type');
  const answer = await send(gateway, '{"query":"{ country { name } }"}', {
    ...JSON_TYPE,
    origin: 'https://frontend.example',
  });
  for (const { headers } of [preflight, answer]) {
    expect(headers.get('access-control-allow-origin')).toBe('https://frontend.example');
    // Else a shared cache would give one site's permission to another.
    expect(headers.get('vary')).toMatch(/origin/i);
    expect(headers.get('access-control-allow-credentials')).not.toBe('true');
  }
});

it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
  'refuses a POST that a browser sends without asking first: %s',
  async (type) => {
    const gateway = await startGateway();
    const body = type.includes('urlencoded')
      ? new URLSearchParams({ query: '{ counties { name } }' }).toString()
      : JSON.stringify({ query: '{ counties { name } }' });
    const response = await send(gateway, body, { 'content-type': type });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await response.text()).not.toContain('MOMBASA');
    expect(gateway.upstream()).toEqual([]);
  },
);

it('answers a query, but no mutation, by GET', async () => {
  const gateway = await startGateway();
  const query = await get(gateway, `/graphql?query=${encodeURIComponent('{ country { name } }')}`);
  expect(await query.json()).toEqual({ data: { country: { name: 'KENYA' } } });
  const mutation = await get(gateway, `/graphql?query=${encodeURIComponent('mutation { __typename }')}`);
  expect(mutation.status).toBe(405);
});

it('is alive at once, and no longer ready once it is told to stop', async () => {
  const gateway = await startGateway();
  expect((await get(gateway, '/health/live')).status).toBe(200);
  expect((await get(gateway, '/health/ready')).status).toBe(200);
  gateway.app.drain();
  expect((await get(gateway, '/health/ready')).status).toBe(503);
  expect((await get(gateway, '/health/live')).status).toBe(200);
});

it('counts without names, codes or anything else that a caller chooses', async () => {
  const gateway = await startGateway();
  const { data } = await gateway.query('query ChosenName { counties { code } }');
  const { code } = data.counties[0];
  await gateway.query('query ChosenName($code: ID!) { county(code: $code) { result(post: GOVERNOR) { asOf } } }', {
    code,
  });
  await gateway.query('{ chosenField }');
  await get(gateway, '/chosen-path');
  await gateway.app.fetch(new Request('http://gateway/graphql', { method: 'CHOSEN' })).catch(() => null);
  const metrics = await (await get(gateway, '/metrics')).text();
  expect(metrics).toMatch(/gateway_source_request_seconds_count\{source="iebc",endpoint="county",outcome="ok"\} 2/);
  expect(metrics).toMatch(/gateway_cache_reads_total\{source="iebc",outcome="miss"\} 3/);
  expect(metrics).toContain('gateway_watched_results 0');
  for (const text of [code, 'ChosenName', 'chosenField', 'chosen-path', 'counties']) {
    expect(metrics.toLowerCase()).not.toContain(text.toLowerCase());
  }
});

it('leads from / to GraphiQL without the explorer; it needs no foreign host', async () => {
  const gateway = await startGateway({ env: { EXPLORER: '0' } });
  const root = await get(gateway, '/');
  expect([root.status, root.headers.get('location')]).toEqual([302, '/graphql']);
  const page = await get(gateway, '/graphql', { accept: 'text/html' });
  expect(page.headers.get('content-type')).toContain('text/html');
  const html = await page.text();
  expect(html).toContain('Election gateway');
  const links = [...html.matchAll(/<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=["']?([^"'\s>]+)/g)].map(
    ([, link]) => link!,
  );
  expect(links.filter((link) => /^(https?:)?\/\//.test(link))).toEqual([]);
});

it('shows the schema to everybody outside production, to the operator alone inside', async () => {
  const introspect = '{ __schema { queryType { name } } }';
  expect((await (await startGateway()).query(introspect)).data.__schema.queryType.name).toBe('Query');
  const { app, query } = await startGateway({ env: PRODUCTION });
  expect(app.demoKey).toBeNull();
  for (const headers of [{}, { authorization: 'Bearer reader-key' }] as Record<string, string>[]) {
    const { data, errors } = await query(introspect, {}, headers);
    expect(data).toBeFalsy();
    expect(errors![0]!.message).toContain('introspection');
  }
  const operator = await query(introspect, {}, { authorization: 'Bearer operator-key' });
  expect(operator).toMatchObject({ errors: undefined, data: { __schema: { queryType: { name: 'Query' } } } });
  expect((await query('{ __typename country { __typename } }')).errors).toBeUndefined();
});
