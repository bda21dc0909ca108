import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { parse } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { sharedField } from '../../src/http/fast/shareable.ts';
import { schema } from '../../src/schema/index.ts';
import { next, type Served, serve, TRANSPORTS } from '../e2e/serve.ts';
import { until } from '../infra/own-redis.ts';
import { serve as serveHttp } from '../infra/server.ts';

const MINUTE = 60_000;
const WATCH =
  'subscription Watch { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { stationsReported tallies { votes candidate { name } } } }';
const SSE = TRANSPORTS['SSE by graphql-sse']!;

type Options = { env?: Record<string, string>; fanOut?: boolean };

async function serveNight({ env = {}, fanOut = true }: Options = {}) {
  let now = Date.parse('2013-03-04T18:00:00Z');
  const gateway = await serve({
    sandbox: { now: () => now },
    env: { IEBC_POLL_MS: '100', FAST_PATHS: fanOut ? 'on' : 'off', ...env },
  });
  const later = () => {
    now += MINUTE;
  };
  return { ...gateway, later };
}

/** What comes over a POST that asks for events, byte by byte. */
async function eventStream({ url }: Served, body: object, headers: Record<string, string> = {}) {
  const asked = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
  });
  onTestFinished(() => void asked.destroy());
  asked.on('error', () => {}).end(JSON.stringify(body));
  const [response] = await once(asked, 'response');
  let received = '';
  let ended = false;
  response.once('end', () => {
    ended = true;
  });
  response.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
  });
  return {
    response,
    received: () => received,
    ended: () => ended,
    /** All that was sent as data so far. */
    data: () => [...received.matchAll(/^event: next\ndata: (.*)$/gm)].map(([, data]) => data!),
    leave: () => asked.destroy(),
  };
}

async function webSocket({ url }: Served) {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  const received: string[] = [];
  socket.on('message', (data) => received.push(String(data)));
  await once(socket, 'open');
  const say = (message: object) => socket.send(JSON.stringify(message));
  say({ type: 'connection_init' });
  await until(() => received.length > 0);
  received.length = 0;
  return {
    socket,
    received,
    say,
    subscribe: (id: string, query = WATCH) => say({ id, type: 'subscribe', payload: { query } }),
    of: (id: string) => received.filter((message) => message.startsWith(`{"id":${JSON.stringify(id)},`)),
  };
}

const payloads = (messages: string[]) =>
  messages.map((message) => /"type":"next","payload":(.*)\}$/.exec(message)?.[1]).filter((payload) => payload);

it('one execution and the same bytes for all who ask alike, over whatever it comes', async () => {
  const told: string[] = [];
  const collector = await serveHttp(async (asked, response) => {
    told.push(await text(asked));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const gateway = await serveNight({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
  const events = await eventStream(gateway, { query: WATCH });
  await until(() => events.data().length === 1);
  const socket = await webSocket(gateway);
  // One that needs more bytes than letters.
  const ids = ['1', 'ein Zähler', 'f"3"'];
  for (const id of ids) socket.subscribe(id);
  await until(() => ids.every((id) => socket.of(id).length === 1));
  gateway.later();
  await until(() => events.data().length === 2 && ids.every((id) => socket.of(id).length === 2));
  const [first, second] = events.data();
  expect(JSON.parse(second!).data.contestResultUpdated.stationsReported).toBeGreaterThan(
    JSON.parse(first!).data.contestResultUpdated.stationsReported,
  );
  for (const id of ids) expect(payloads(socket.of(id)).at(-1)).toBe(second);
  await gateway.server.close();
  const executions = told.join().split('{"key":"gateway.phase","value":{"stringValue":"event"}}').length - 1;
  // One more where a newcomer is shown the present anew, because the last event is not of this second.
  expect(executions).toBeGreaterThanOrEqual(2);
  expect(executions).toBeLessThanOrEqual(3);
});

it('a newcomer is shown the present at once, and a confirmation that was no news to others', async () => {
  const gateway = await serveNight({ env: { IEBC_POLL_MS: '200' } });
  const asOf = 'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { asOf } }';
  const events = await eventStream(gateway, { query: asOf });
  await until(() => events.data().length === 1);
  const seen = async () => (await next(SSE(gateway, { query: asOf }))).data.contestResultUpdated.asOf as string;
  const before = await seen();
  await until(async () => (await seen()) > before);
  expect(events.data()).toHaveLength(1);
});

it('who reads slowly misses what came between, and never the latest', async () => {
  const gateway = await serveNight();
  const fields = Array.from({ length: 80 }, (_, index) => `${'v'.repeat(30)}${index}: votes`).join(' ');
  const query = `subscription {
    contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { stationsReported tallies { ${fields} } }
  }`;
  const reader = await eventStream(gateway, { query });
  await until(() => reader.data().length === 1);
  const slow = await webSocket(gateway);
  const ids = Array.from({ length: 90 }, (_, index) => `${index}`);
  for (const id of ids) slow.subscribe(id, query);
  await until(() => ids.every((id) => slow.of(id).length === 1));
  slow.socket.pause();
  const changes = 12;
  for (let change = 0; change < changes; change++) {
    const before = reader.data().length;
    gateway.later();
    await until(() => reader.data().length > before);
  }
  const latest = reader.data().at(-1);
  slow.socket.resume();
  await until(() => ids.every((id) => payloads(slow.of(id)).at(-1) === latest));
  // Without a limit all would have been kept for it.
  expect(slow.received.length).toBeLessThan((ids.length * changes * 3) / 4);
  const stations = payloads(slow.of('89')).map(
    (payload) => JSON.parse(payload!).data.contestResultUpdated.stationsReported,
  );
  expect(stations).toEqual(stations.toSorted((a, b) => a - b));
});

describe('with it and without it, a client sees the same', () => {
  const NOT_HERE = 'subscription { contestResultUpdated(reportingUnit: "KE", post: SENATOR) { status countedAt } }';
  const MISPLACED = 'subscription { contestResultUpdated(reportingUnit: "a/b", post: PRESIDENT) { status } }';
  const FAILING = `subscription {
    contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { stationsReported reportingUnit { ... on Country { result(post: PRESIDENT, election: "..") { status } } } }
  }`;
  /** Of what differs from time to time. */
  const steady = (headers: NodeJS.Dict<string | string[]>) => ({
    ...headers,
    date: '',
    'x-request-id': '',
    'ratelimit-reset': '',
  });

  async function seen(query: string, fanOut: boolean, ended: boolean, fault: boolean) {
    const gateway = await serveNight({ fanOut, env: { CORS_ORIGINS: 'https://example.org', IEBC_POLL_MS: '600000' } });
    if (fault) gateway.sandbox.faults.set({ kind: 'html' });
    const origin = { origin: 'https://example.org', 'accept-encoding': 'gzip' };
    const events = await eventStream(gateway, { query }, origin);
    const socket = await webSocket(gateway);
    socket.subscribe('1', query);
    if (ended) await until(() => events.ended() && socket.of('1').length > (fault ? 0 : 1));
    else await until(() => events.data().length > 0 && socket.of('1').length > 0);
    const pings = /^:\n\n/gm;
    return {
      status: events.response.statusCode,
      headers: steady(events.response.headers),
      body: events.received().replaceAll(pings, ''),
      messages: socket.received.map((message) => JSON.parse(message)),
    };
  }

  it.each([
    ['an event', WATCH, false, false],
    ['an event with an error', FAILING, false, false],
    ['an end', NOT_HERE, true, false],
    ['a refusal', MISPLACED, true, false],
    ['a source that is down', WATCH, true, true],
  ])('%s', async (_what, query, ended, fault) => {
    const alone = await seen(query, false, ended, fault);
    expect(alone.body).toContain('event: next');
    expect(await seen(query, true, ended, fault)).toEqual(alone);
  });
});

it.each([
  ['its own field', WATCH, true],
  ['a field that is somebody’s', 'subscription { ballotActivityReceived { cursor } }', false],
  ['a check', 'subscription ($id: ID!) { registrationCheckUpdated(id: $id) { id } }', false],
  [
    'a root in a fragment',
    'subscription { ...A } fragment A on Subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { asOf } }',
    false,
  ],
  [
    'a root that may be left out',
    'subscription ($a: Boolean!) { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) @include(if: $a) { asOf } }',
    false,
  ],
  ['a query', '{ country { name } }', false],
])('says of %s whether it is the same for all', (_what, query, isShared) => {
  expect(sharedField(schema, parse(query)) !== null).toBe(isShared);
});

describe('a subscriber', () => {
  const metric = async ({ server }: Served, name: string) =>
    (await (await fetch(`${server.url}/metrics`)).text())
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1);
  const lines = ({ logs }: Served) =>
    logs()
      .split('\n')
      .filter((line) => line.includes('"operation"'))
      .map((line) => JSON.parse(line));

  it('over SSE has its line and is counted while it listens', async () => {
    const gateway = await serveNight();
    const events = await eventStream(gateway, { query: WATCH }, { 'x-request-id': 'mine' });
    expect(events.response.headers['x-request-id']).toBe('mine');
    await until(() => events.data().length === 1);
    expect(await metric(gateway, 'gateway_subscribers{transport="sse"}')).toBe('1');
    gateway.later();
    await until(() => events.data().length === 2);
    events.leave();
    await until(async () => (await metric(gateway, 'gateway_subscribers{transport="sse"}')) === '0');
    expect(await metric(gateway, 'gateway_watched_results')).toBe('0');
    expect(lines(gateway)).toEqual([
      expect.objectContaining({
        ...{ requestId: 'mine', kind: 'subscription', name: 'Watch', caller: 'stranger', outcome: 'ok', events: 2 },
        ...{ document: expect.stringMatching(/^\w{16}$/), cost: expect.any(Number), ms: expect.any(Number) },
      }),
    ]);
  });

  it('over HTTP leaves the connection to the next request when it ends', async () => {
    const gateway = await serveNight();
    const query = 'subscription { contestResultUpdated(reportingUnit: "KE", post: SENATOR) { status } }';
    const { Agent } = await import('node:http');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const sockets = new Set<Socket>();
    for (const body of [{ query }, { query: '{ __typename }' }, { query }]) {
      const asked = request(gateway.url, {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      });
      asked.end(JSON.stringify(body));
      const [response] = await once(asked, 'response');
      sockets.add(response.socket);
      expect(await text(response)).toContain('event: complete');
    }
    expect(sockets.size).toBe(1);
  });

  it('of one name there is one on a socket', async () => {
    const socket = await webSocket(await serveNight());
    socket.subscribe('1');
    await until(() => socket.of('1').length === 1);
    socket.subscribe('1');
    expect((await once(socket.socket, 'close'))[0]).toBe(4409);
  });

  it('is one of the hundred operations of its socket, until it is completed', async () => {
    const socket = await webSocket(await serveNight());
    const ids = Array.from({ length: 100 }, (_, index) => `${index}`);
    for (const id of ids) socket.subscribe(id);
    await until(() => ids.every((id) => socket.of(id).length === 1));
    socket.subscribe('many');
    await until(() => socket.of('many').length === 1);
    expect(socket.of('many')[0]).toContain('TOO_MANY_OPERATIONS');
    socket.say({ id: '0', type: 'complete' });
    // Of the same name, at once.
    socket.subscribe('0');
    await until(() => socket.of('0').length === 2);
    expect(socket.of('0')[1]).toContain('stationsReported');
  });
});
