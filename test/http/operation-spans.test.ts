import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { request as forward } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createClient } from 'graphql-ws';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { listen } from '../../src/listen.ts';
import { closedPort, serve, serveByHand } from '../infra/server.ts';
import { bearer, CHECK_KEYS, inputOf, kenyan, maple, request, startEreg, watched } from '../support/checks.ts';
import { demoKey, firstEvent, type Gateway, post, startGateway } from '../support/gateway.ts';
import { partsOf } from '../support/parts.ts';
import { overSourceByHand } from '../support/source-by-hand.ts';

// biome-ignore lint/suspicious/noExplicitAny: OTLP's own form
type Otlp = any;
type Span = {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: Record<string, unknown>;
  events: string[];
  failed: boolean;
  service: unknown;
};

const plain = ({ stringValue, intValue, arrayValue }: Otlp): unknown =>
  arrayValue?.values.map(plain) ?? stringValue ?? Number(intValue);
const attributesOf = (list: Otlp[]) => Object.fromEntries(list.map(({ key, value }) => [key, plain(value)]));
const spansOf = (body: Otlp): Span[] =>
  body.resourceSpans.flatMap(({ resource, scopeSpans }: Otlp) =>
    scopeSpans
      .flatMap(({ spans }: Otlp) => spans)
      .map((span: Otlp) => ({
        ...span,
        attributes: attributesOf(span.attributes),
        events: span.events.map(({ name }: Otlp) => name),
        failed: span.status.code === 2,
        service: attributesOf(resource.attributes)['service.name'],
      })),
  );

/** A collector that understands OTLP's JSON. */
async function startCollector() {
  const bodies: string[] = [];
  const { url } = await serve(async (asked, response) => {
    if (asked.url === '/v1/traces') bodies.push(await text(asked));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  return {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: url },
    /** Everything that a gateway tells until its end. */
    async spans({ app }: Pick<Gateway, 'app'>): Promise<Span[]> {
      await app.close();
      return bodies.flatMap((body) => spansOf(JSON.parse(body)));
    },
  };
}

/** Stands before another server and writes down which trace each request is part of. */
async function before(target: string) {
  const heard: { path: string; traceparent: unknown }[] = [];
  const { url } = await serve((asked, response) => {
    const { method, url: path = '', headers } = asked;
    heard.push({ path: path.split('?')[0]!, traceparent: headers.traceparent });
    const onward = forward(target + path, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    asked.pipe(onward);
  });
  return { url, heard };
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const FROM = { traceparent: `00-${TRACE}-${CALLER}-01` };
const named = (spans: Span[], name: string) => spans.filter((span) => span.name === name);
const traceparentOf = ({ traceId, spanId }: Span) => `00-${traceId}-${spanId}-01`;

it('an operation and the requests that it began are one trace, in which its caller and the sources are, too', async () => {
  const collector = await startCollector();
  const sandbox = await startGateway();
  const source = await before(sandbox.sandbox.url);
  const buddy = await before(sandbox.sandbox.url);
  const gateway = await startGateway({
    env: {
      ...collector.env,
      OTEL_SERVICE_NAME: 'gateway-under-test',
      IEBC_URL: source.url,
      IEBC_APP_ID: sandbox.sandbox.appId,
      IEBC_APP_SECRET: sandbox.sandbox.appSecret,
      ELECTIONBUDDY_URL: buddy.url,
      ELECTIONBUDDY_ORGANIZATION_ID: '1',
      ELECTIONBUDDY_SECRET_TOKEN: 'secret',
    },
  });
  sandbox.sandbox.faults.set({ kind: 'status', status: 503, times: 1, path: '/county/' });
  const query = 'query Counties { counties { name } same: counties { code } county(code: "?") { name } }';
  expect((await gateway.query(query, {}, FROM)).data.counties).toHaveLength(47);
  // Of this one nothing is asked: the answer is at hand.
  await gateway.query('{ counties { name } }', {}, { traceparent: 'not a trace' });
  const member = '{ organizationVoter(identifier: "jane") { elections { code } } }';
  await gateway.query(member, {}, { ...demoKey(gateway.app), ...FROM });

  const spans = await collector.spans(gateway);
  const [operation] = named(spans, 'query Counties');
  expect(operation).toMatchObject({ traceId: TRACE, parentSpanId: CALLER, kind: 2, service: 'gateway-under-test' });
  expect(operation!.failed).toBe(true);
  expect(operation!.attributes).toEqual({
    'graphql.operation.type': 'query',
    'graphql.operation.name': 'Counties',
    'gateway.document': expect.stringMatching(/^[0-9a-f]{16}$/),
    'gateway.caller': 'stranger',
    'gateway.outcome': 'partial',
    'gateway.source_requests': 1,
    'gateway.error_codes': ['BAD_USER_INPUT'],
  });
  const [asked, ...more] = named(spans, 'iebc county');
  expect(more).toEqual([]);
  expect(asked).toMatchObject({ traceId: TRACE, parentSpanId: operation!.spanId, kind: 3, failed: false });
  expect(asked!.attributes).toEqual({
    'gateway.source': 'iebc',
    'gateway.endpoint': 'county',
    'gateway.outcome': 'ok',
    'gateway.attempts': 2,
  });
  expect(asked!.events).toEqual(['attempt', 'attempt']);
  expect(source.heard.filter(({ path }) => path === '/county/').map(({ traceparent }) => traceparent)).toEqual([
    traceparentOf(asked!),
    traceparentOf(asked!),
  ]);
  const [told] = named(spans, 'electionbuddy elections');
  expect(told).toMatchObject({ traceId: TRACE, attributes: { 'gateway.attempts': 1 } });
  expect(buddy.heard).toEqual([{ path: '/integrations/v2/elections', traceparent: traceparentOf(told!) }]);
  const [own] = named(spans, 'query');
  expect(own!.traceId).not.toBe(TRACE);
  expect(own!.parentSpanId).toBeUndefined();
  expect(named(spans, 'iebc token')).toHaveLength(1);
});

it('a shared request belongs to the operation that began it, and what is cancelled has its end', async () => {
  const collector = await startCollector();
  const source = await serveByHand();
  const gateway = await startGateway({ env: { ...collector.env, IEBC_URL: source.url } });
  const first = gateway.query('query First { parties { name } }');
  (await source.next()).response.end('{"status":"SUCCESS","token":"t"}');
  const { response } = await source.next();
  const second = gateway.query('query Second { parties { name } }');
  response.end('{"status":"SUCCESS","parties":[]}');
  await Promise.all([first, second]);

  const leave = new AbortController();
  const left = gateway.app
    .fetch(
      new Request('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"query Left { elections { code } }"}',
        signal: leave.signal,
      }),
    )
    .catch(() => 'gone');
  const hanging = await source.next();
  leave.abort();
  await left;

  const spans = await collector.spans(gateway);
  hanging.response.end();
  const one = (name: string) => {
    const [span, ...others] = named(spans, name);
    expect(others).toEqual([]);
    return span!;
  };
  expect(one('iebc party').parentSpanId).toBe(one('query First').spanId);
  expect(one('query Second').attributes['gateway.outcome']).toBe('ok');
  expect(one('query Left').attributes).toMatchObject({ 'gateway.outcome': 'left', 'gateway.source_requests': 1 });
  // The log and the metrics, too, know of who left.
  expect(gateway.logs()).toMatch(/"name":"Left".*"outcome":"left"/);
  expect(one('iebc election')).toMatchObject({
    parentSpanId: one('query Left').spanId,
    attributes: { 'gateway.outcome': 'aborted', 'gateway.attempts': 1 },
  });
});

it('events and jobs have spans of their own, which tell nothing of anybody', async () => {
  const collector = await startCollector();
  const ereg = await startEreg();
  const register = await before(ereg.url);
  const gateway = await startGateway({
    env: { ...collector.env, EREG_URL: register.url, EREG_API_KEY: ereg.apiKey, API_KEYS: CHECK_KEYS },
  });
  for (const input of [inputOf(maple(ereg)), kenyan('10000001')]) {
    const { id } = await request(gateway, input);
    await watched(gateway.app, id);
  }
  const { query, app } = gateway;
  await query('query Who { voter(code: "10000001") { name } }', {}, bearer('reader'));
  await query('query Who { voter(code: "10000002") { name } }', {}, bearer('reader'));
  const county = (await query('{ counties { code } }')).data.counties[0].code;
  const watch =
    'subscription Result($code: ID!) { contestResultUpdated(reportingUnit: $code, post: PRESIDENT) { asOf } }';
  const event = await firstEvent(app, watch, { code: county });
  expect(event.errors).toBeUndefined();

  const server = await listen(app, { port: 0, host: '127.0.0.1' });
  const traced = class extends WebSocket {
    constructor(url: string, protocols: string) {
      super(url, protocols, { headers: FROM });
    }
  };
  const client = createClient({ url: `${server.url.replace('http', 'ws')}/graphql`, webSocketImpl: traced });
  for await (const { data } of client.iterate({ query: 'query OverSocket { country { name } }' })) {
    expect(data).toEqual({ country: { name: 'KENYA' } });
  }
  await client.dispose();
  await server.close();

  const spans = await collector.spans(gateway);
  expect(named(spans, 'query OverSocket')).toMatchObject([{ traceId: TRACE, parentSpanId: CALLER }]);
  const steps = named(spans, 'registration check');
  const lookups = spans.filter(({ name }) => name.startsWith('ereg ') || name === 'iebc voter');
  const ofJobs = lookups.filter(({ parentSpanId }) => steps.some(({ spanId }) => spanId === parentSpanId));
  expect(new Set(ofJobs.map(({ name }) => name))).toEqual(new Set(['ereg submit', 'ereg poll', 'iebc voter']));
  const [submitted] = named(spans, 'ereg submit');
  expect(register.heard[0]).toEqual({ path: '/v1/checks', traceparent: traceparentOf(submitted!) });

  const phases = named(spans, 'subscription Result').map(({ attributes }) => attributes['gateway.phase']);
  expect(phases).toEqual(expect.arrayContaining(['subscribe', 'event']));
  // The same document but for its value: a hash of that would be as good as the value.
  const hashes = named(spans, 'query Who').map(({ attributes }) => attributes['gateway.document']);
  expect(hashes).toEqual([hashes[0], hashes[0]]);
  expect(named(spans, 'query Who')[0]!.attributes['gateway.caller']).toBe('key');
  const told = JSON.stringify(spans.map(({ name, attributes, events }) => ({ name, attributes, events })));
  for (const secret of ['10000001', 'Maple', 'Testwell', '1980', 'Bloor', 'reader', 'clinic']) {
    expect(told).not.toContain(secret);
  }
});

it('a collector that is away hurts nobody, and is one line in the log', async () => {
  const gateway = await startGateway({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: await closedPort() } });
  // More than go into one batch: the first is sent, in vain, before the end.
  const answers = await Promise.all(Array.from({ length: 600 }, () => post(gateway.app, '{ country { name } }')));
  expect(answers.every(({ data }) => data.country.name === 'KENYA')).toBe(true);
  const began = performance.now();
  await gateway.app.close();
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(gateway.logs().match(/traces cannot be sent/g)).toHaveLength(1);
});

it('the packages are loaded only where there is a collector', () => {
  const script = `
    import { createRequire } from 'node:module';
    import { createApp } from './src/app.ts';
    import { readConfig } from './src/config.ts';
    // Of the API alone, which is types and stubs, the metrics' library has need, too.
    const loaded = () =>
      Object.keys(createRequire(import.meta.url).cache).filter((file) => /@opentelemetry.(?!api)/.test(file));
    for (const env of [{}, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }]) {
      const sources = { IEBC_URL: 'http://127.0.0.1:9', IEBC_TOKEN: 'none', ELECTIONBUDDY_URL: 'off', EREG_URL: 'off' };
      const config = readConfig({ ...sources, ...env, DATA_DIR: process.env.DATA_DIR, LOG_LEVEL: 'silent', IEBC_PLACES_INDEX: 'on-demand' });
      const app = await createApp(config);
      await app.fetch(new Request('http://gateway/graphql?query={country{name}}'));
      console.log(loaded().length > 0);
      await app.close();
    }`;
  const root = new URL('../..', import.meta.url).pathname;
  const env = { PATH: process.env.PATH, DATA_DIR: mkdtempSync(join(tmpdir(), 'gateway-')) };
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  expect(out.trim().split('\n')).toEqual(['false', 'true']);
});

it('the span of an answer in parts ends with its last part', async () => {
  const collector = await startCollector();
  const { source, gateway } = await overSourceByHand(collector.env);
  const response = await gateway.app.fetch(
    new Request('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'multipart/mixed' },
      body: JSON.stringify({ query: 'query Slow { elections { code } ... @defer { party(code: "A") { name } } }' }),
    }),
  );
  const parts = partsOf(response);
  expect((await parts.next()).value).toMatchObject({ hasNext: true });
  (await source.next()).response.writeHead(400).end();
  expect((await parts.next()).value).toMatchObject({ hasNext: false });
  expect((await parts.next()).done).toBe(true);
  const [operation, ...more] = named(await collector.spans(gateway), 'query Slow');
  expect(more).toEqual([]);
  expect(operation!.attributes).toMatchObject({
    'gateway.outcome': 'partial',
    'gateway.source_requests': 1,
    'gateway.error_codes': [expect.stringMatching(/^SOURCE_/)],
  });
});
