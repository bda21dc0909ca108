import { createClient as createSseClient } from 'graphql-sse';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/listen.ts';
import { connectWs, serve } from '../e2e/serve.ts';
import { demoKey, type Gateway } from '../support/gateway.ts';
import { type Part, partsOf, wholeOf } from '../support/parts.ts';
import { overSourceByHand } from '../support/source-by-hand.ts';
import { messagesOf } from '../support/sse.ts';

/** As Apollo Client says it. */
const APOLLO = 'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json;q=0.9';
const PARTY = '{"status":"SUCCESS","parties":[{"code":"A","name":"Party"}]}';
const SLOW = '{ elections { code } ... @defer(label: "slow") { party(code: "A") { name } } }';

async function listening<G extends { gateway: Gateway }>(over: G) {
  const server = await listen(over.gateway.app, { port: 0, host: '127.0.0.1' });
  onTestFinished(() => server.close());
  return { ...over, server, url: `${server.url}/graphql` };
}

const byHand = async (env: Record<string, string> = {}) => listening(await overSourceByHand(env));

const send = (url: string, body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: APOLLO, ...headers },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

async function rest(parts: AsyncGenerator<Part>): Promise<Part[]> {
  const all: Part[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

const linesOf = ({ logs }: Pick<Gateway, 'logs'>): Record<string, unknown>[] =>
  logs()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ msg, name }) => msg === 'operation' && name === 'Slow');

describe('an answer in parts', () => {
  it('begins while the source of the slow part is silent, and is whole when that has answered', async () => {
    const { source, url } = await byHand();
    const response = await send(url, { query: SLOW }, { 'accept-encoding': 'gzip, br' });
    expect(response.headers.get('content-type')).toMatch(/^multipart\/mixed/);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'private, no-store, no-transform',
      'x-accel-buffering': 'no',
      vary: expect.stringContaining('Accept'),
    });
    for (const name of ['etag', 'content-encoding']) expect(response.headers.get(name)).toBeNull();
    const parts = partsOf(response);
    expect((await parts.next()).value).toEqual({ data: { elections: [] }, hasNext: true });
    const { response: late } = await source.next();
    late.end(PARTY);
    expect(await rest(parts)).toEqual([
      { incremental: [{ data: { party: { name: 'Party' } }, path: [], label: 'slow' }], hasNext: false },
    ]);
  });

  it('brings a part the moment it is there, whatever the order', async () => {
    const { source, url } = await byHand();
    const query = `{ elections { code }
      ... @defer(label: "A") { a: party(code: "A") { name } } ... @defer(label: "B") { b: party(code: "B") { name } } }`;
    const parts = partsOf(await send(url, { query }));
    await parts.next();
    const asked = [await source.next(), await source.next()];
    const answer = (code: string) =>
      asked.find(({ request }) => request.url!.includes(`/${code}/`))!.response.end(PARTY.replace('"A"', `"${code}"`));
    answer('B');
    expect((await parts.next()).value).toMatchObject({ incremental: [{ label: 'B' }], hasNext: true });
    answer('A');
    expect(await rest(parts)).toMatchObject([{ incremental: [{ label: 'A' }], hasNext: false }]);
  });

  it('has a failure in the part that failed, masked as all are, and the rest of its data', async () => {
    const { source, url } = await byHand();
    const parts = partsOf(await send(url, { query: SLOW }));
    expect((await parts.next()).value).toEqual({ data: { elections: [] }, hasNext: true });
    (await source.next()).response.end('{"status":"SUCCESS","parties":"secret"}');
    const [part, ...more] = await rest(parts);
    expect(more).toEqual([]);
    expect(part).toEqual({
      incremental: [
        {
          data: { party: null },
          path: [],
          label: 'slow',
          errors: [
            {
              message: expect.any(String),
              path: ['party'],
              locations: [expect.anything()],
              extensions: expect.objectContaining({ code: 'SOURCE_MALFORMED' }),
            },
          ],
        },
      ],
      hasNext: false,
    });
    const { errors } = (await (await send(url, { query: '{ voter(code: "1") { name } }' })).json()) as Part;
    const refused = '{ elections { code } ... @defer { voter(code: "1") { name } } }';
    const { errors: deferred } = await wholeOf(partsOf(await send(url, { query: refused })));
    expect(deferred.map(({ message, extensions }) => ({ message, extensions }))).toEqual(
      errors!.map(({ message, extensions }) => ({ message, extensions })),
    );
  });

  it('ends at the deadline, which its part says', async () => {
    const { source, url } = await byHand({ REQUEST_TIMEOUT_MS: '300' });
    const parts = partsOf(await send(url, { query: SLOW }));
    expect((await parts.next()).value).toMatchObject({ hasNext: true });
    await source.next();
    expect(await rest(parts)).toMatchObject([
      { incremental: [{ errors: [{ extensions: { code: 'DEADLINE_EXCEEDED' } }] }], hasNext: false },
    ]);
  });

  it('is not gone on with when its reader has left, and is counted as left', async () => {
    const { source, gateway, server, url } = await byHand({ IEBC_CONCURRENCY: '1' });
    const leave = new AbortController();
    const query = `query Slow { elections { code } ... @defer { a: party(code: "A") { name } b: party(code: "B") { name } } }`;
    const parts = partsOf(await send(url, { query }, {}, leave.signal));
    await parts.next();
    const { response } = await source.next();
    leave.abort();
    await expect(parts.next()).rejects.toThrow();
    await fetch(`${server.url}/health/live`);
    await expect.poll(() => linesOf(gateway)).toMatchObject([{ outcome: 'left', sourceRequests: 2 }]);
    expect(gateway.logs()).not.toContain('unexpected error');
    response.end(PARTY);
    // Had the second party been asked for, it would have come first: there is one connection.
    const again = gateway.query('{ party(code: "C") { name } }');
    const next = await source.next();
    expect(next.request.url).toContain('/party/C/');
    next.response.end(PARTY.replace('"A"', '"C"'));
    await again;
  });

  it('is finished when the gateway is closed', async () => {
    const { source, server, url } = await byHand();
    const parts = partsOf(await send(url, { query: SLOW }));
    await parts.next();
    const { response } = await source.next();
    const closed = server.close();
    response.end(PARTY);
    expect(await rest(parts)).toMatchObject([{ incremental: [{ data: { party: { name: 'Party' } } }] }]);
    await closed;
  });

  it('is one operation in the log and the metrics, with all that it asked of sources', async () => {
    const { source, gateway, url } = await byHand();
    const parts = partsOf(await send(url, { query: `query Slow ${SLOW}` }));
    await parts.next();
    const { response } = await source.next();
    expect(linesOf(gateway)).toEqual([]);
    response.writeHead(400).end();
    await rest(parts);
    await expect.poll(() => linesOf(gateway)).toHaveLength(1);
    const codes = [expect.stringMatching(/^SOURCE_/)];
    expect(linesOf(gateway)).toMatchObject([{ kind: 'query', outcome: 'partial', codes, sourceRequests: 1 }]);
    const metrics = await (await fetch(url.replace('graphql', 'metrics'))).text();
    expect(metrics).toContain('gateway_operation_seconds_count{kind="query",outcome="partial"} 1\n');
  });
});

const COUNTIES = '{ country { name } ... @defer(label: "counties") { counties { name } } }';
const WHOLE = { data: { country: { name: 'KENYA' }, counties: expect.any(Array) } };

describe('the answer is whole', () => {
  it.each([
    ['any type', '*/*'],
    ['JSON', 'application/json'],
    ['parts in a later form', 'multipart/mixed;incrementalSpec=v0.2, application/json'],
    ['anything but parts', 'multipart/mixed;q=0, application/json'],
  ])('for who accepts %s', async (_what, accept) => {
    const { url } = await serve();
    const response = await send(url, { query: COUNTIES }, { accept });
    expect(response.headers.get('content-type')).toMatch(/json/);
    expect(await response.json()).toEqual(WHOLE);
  });

  it('and may then be kept by others, as without @defer', async () => {
    const { url } = await serve();
    const get = (accept: string) =>
      fetch(`${url}?${new URLSearchParams({ query: COUNTIES })}`, { headers: { accept } });
    for (let time = 0; time < 4; time++) {
      const kept = await get('application/json');
      expect(kept.headers.get('cache-control')).toMatch(/^public, max-age=/);
      expect(kept.headers.get('etag')).not.toBeNull();
      expect(await kept.json()).toEqual(WHOLE);
      // Who is next, and accepts parts, is not given what was kept.
      const inParts = await get(APOLLO);
      expect(inParts.headers.get('cache-control')).toContain('no-store');
      expect(await rest(partsOf(inParts))).toHaveLength(2);
    }
  });

  it('in a batch', async () => {
    const { url } = await serve();
    expect(await (await send(url, [{ query: COUNTIES }, { query: COUNTIES }])).json()).toEqual([WHOLE, WHOLE]);
  });

  it('over a WebSocket, and over SSE in both of its modes', async () => {
    const gateway = await serve();
    const all = async (results: AsyncIterable<unknown>) => {
      const seen = [];
      for await (const result of results) seen.push(result);
      return seen;
    };
    expect(await all(connectWs(gateway).iterate({ query: COUNTIES }))).toEqual([WHOLE]);
    for (const singleConnection of [true, false] as const) {
      const url = singleConnection ? `${gateway.url}/stream` : gateway.url;
      const accepts = { 'content-type': 'application/json', accept: `text/event-stream, ${APOLLO}` };
      const headers = singleConnection ? accepts : {};
      const client = createSseClient({ url, singleConnection: singleConnection as never, retryAttempts: 0, headers });
      onTestFinished(() => client.dispose());
      expect(await all(client.iterate({ query: COUNTIES }))).toEqual([WHOLE]);
    }
  });

  it('of a mutation, and in each event of a subscription', async () => {
    const { app, url } = await serve();
    const mutation = `mutation { requestRegistrationCheck(input: { kenya: { voterId: "10000001" } }) { __typename
      ... @defer { ... on RequestRegistrationCheckSuccess { check { id } } } } }`;
    const response = await send(url, { query: mutation }, demoKey(app));
    expect(response.headers.get('content-type')).toMatch(/json/);
    expect(await response.json()).toMatchObject({
      data: { requestRegistrationCheck: { check: { id: expect.any(String) } } },
    });
    const watched = 'contestResultUpdated(reportingUnit: "KE", post: PRESIDENT)';
    const query = `subscription { ${watched} { status ... @defer { stationsTotal } } }`;
    const events = await send(url, { query }, { accept: `text/event-stream, ${APOLLO}` });
    for await (const { data } of messagesOf(events)) {
      if (!data) continue;
      expect(Object.keys(JSON.parse(data).data.contestResultUpdated)).toEqual(['status', 'stationsTotal']);
      break;
    }
  });

  const W = 'fragment W on Ward { name }';
  it.each([
    ['it is switched off', '{ country { name } ... @defer(if: false) { counties { name } } }'],
    [
      'a variable switches it off',
      'query ($defer: Boolean! = false) { country { name } ... @defer(if: $defer) { counties { name } } }',
    ],
    [
      'there might be hundreds of parts',
      `{ country { name } counties { constituencies { wards { ...W @defer } } } } ${W}`,
    ],
  ])('where %s', async (_what, query) => {
    const { url } = await serve();
    const response = await send(url, { query });
    expect(response.headers.get('content-type')).toMatch(/json/);
    const { data, errors } = (await response.json()) as Part;
    expect(errors).toBeUndefined();
    expect(data.counties).toHaveLength(47);
  });
});

it('the answer is whole of a query that waits its turn behind its caller’s others, so that it holds its place until its end', async () => {
  const { url, sandbox } = await serve();
  sandbox.faults.set({ kind: 'status', status: 400, path: '/county/' });
  const wards = 'counties { constituencies { wards { result(post: PRESIDENT) { status tallies { votes } } } } }';
  const response = await send(url, { query: `{ country { name } ... @defer { ${wards} } }` });
  expect(response.headers.get('content-type')).toMatch(/json/);
  expect(await response.json()).toMatchObject({
    errors: [{ path: ['counties'] }],
    data: { country: { name: 'KENYA' } },
  });
});

it('a label is a text, and another in each place', async () => {
  const { url } = await serve();
  const twice = '{ ... @defer(label: "a") { country { name } } ... @defer(label: "a") { counties { name } } }';
  const variable = 'query ($label: String) { ... @defer(label: $label) { country { name } } }';
  for (const query of [twice, variable]) {
    for (const accept of [APOLLO, 'application/json']) {
      const response = await send(url, { query, variables: { label: 'a' } }, { accept });
      const [error] = ((await response.json()) as Part).errors!;
      expect(error!.message).toContain('Argument "label" of "@defer" must be');
    }
  }
});

it('what is deferred costs what it costs otherwise, and counts in all limits', async () => {
  const { url } = await serve();
  const costOf = async (query: string) => {
    const response = await send(url, { query }, { 'x-graphql-cost': 'include' });
    const [first] = response.headers.get('content-type')!.startsWith('multipart')
      ? await rest(partsOf(response))
      : [(await response.json()) as Part];
    return first!.extensions!.cost;
  };
  // As long as the other, for reading costs too.
  const deferred = await costOf('{ country { name } ... @defer   { counties { name } } }');
  expect(deferred).toBeTypeOf('number');
  expect(deferred).toBe(await costOf('{ country { name } ... on Query { counties { name } } }'));

  const stations =
    'counties { constituencies { wards { pollingStations(first: 100) { nodes { facility { name } } } } } }';
  const aliases = Array.from({ length: 101 }, (_, index) => `a${index}: country { name }`);
  for (const query of [
    `{ country { name } ... @defer { ${stations} } }`,
    `{ country { name } ... @defer { ${aliases.join(' ')} } }`,
    `{ country { name } ${'... @defer { counties { name } } '.repeat(51)} }`,
  ]) {
    const response = await send(url, { query });
    expect(response.headers.get('content-type')).toMatch(/json/);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] });
  }
});
