import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../infra/own-redis.ts';
import { connectWs, gauge, type Served, serve } from './serve.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
type Message = { id?: string; type: string; payload?: any };

/** A socket that says what no client library would. */
async function raw({ url }: Served) {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  const received: Message[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  await once(socket, 'open');
  const say = (message: object) => socket.send(JSON.stringify(message));
  return {
    socket,
    received,
    say,
    subscribe: (id: string, query: string) => say({ id, type: 'subscribe', payload: { query } }),
    complete: (id: string) => say({ id, type: 'complete' }),
    answer: async (id: string) => {
      await until(() => received.some((message) => message.id === id));
      return received.find((message) => message.id === id)!;
    },
  };
}

async function acknowledged(gateway: Served) {
  const client = await raw(gateway);
  client.say({ type: 'connection_init' });
  await until(() => client.received.length > 0);
  return client;
}

const RESULT = '{ country { result(post: PRESIDENT) { asOf } } }';
const WATCH = 'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { status } }';

it('complete cancels: what waits its turn is taken back, as when an event stream is closed', async () => {
  const gateway = await serve({ env: { IEBC_CONCURRENCY: '1' } });
  gateway.sandbox.faults.set({ kind: 'hang' });
  const waiting = (count: number) =>
    expect.poll(() => gauge(gateway, 'gateway_source_queue_waiting'), { timeout: 5_000 }).toBe(count);
  const client = await acknowledged(gateway);
  client.subscribe('first', '{ counties { code } }');
  await until(() => gateway.upstream().length === 1);
  client.subscribe('left', RESULT);
  await waiting(1);
  const leave = new AbortController();
  const stream = fetch(`${gateway.url}?query=${encodeURIComponent('{ elections { code } }')}`, {
    headers: { accept: 'text/event-stream' },
    signal: leave.signal,
  });
  await waiting(2);
  client.complete('left');
  await waiting(1);
  leave.abort();
  await expect(stream).rejects.toThrow('abort');
  await waiting(0);
  expect(gateway.upstream()).toHaveLength(1);
  expect(client.received.filter(({ id }) => id === 'left')).toEqual([]);
});

it('runs at most a hundred operations at once on a socket, says so, and the next when one is completed', async () => {
  const gateway = await serve();
  gateway.sandbox.faults.set({ kind: 'hang' });
  const client = await acknowledged(gateway);
  for (let index = 0; index < 100; index++) client.subscribe(`${index}`, RESULT);
  client.subscribe('many', '{ __typename }');
  const { type, payload } = await client.answer('many');
  expect({ type, payload }).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS', limit: 100 } }],
  });
  client.complete('7');
  client.subscribe('next', '{ __typename }');
  expect((await client.answer('next')).payload.data).toEqual({ __typename: 'Query' });
});

it('answers an operation under a name whose bearer was just completed', async () => {
  const gateway = await serve();
  gateway.sandbox.faults.set({ kind: 'hang' });
  const client = await acknowledged(gateway);
  client.subscribe('1', RESULT);
  await until(() => gateway.upstream().length === 1);
  client.complete('1');
  client.subscribe('1', '{ country { code } }');
  expect((await client.answer('1')).payload).toEqual({ data: { country: { code: 'KE' } } });
});

it('survives a socket that subscribes and completes without end, and answers others meanwhile', async () => {
  const gateway = await serve({ env: { STRANGER_COST_PER_MINUTE: '1000000000' } });
  gateway.sandbox.faults.set({ kind: 'hang' });
  const client = await acknowledged(gateway);
  const pairs = 2_000;
  for (let index = 0; index < pairs; index++) {
    client.subscribe(`${index}`, WATCH);
    client.complete(`${index}`);
  }
  client.subscribe('last', '{ __typename }');
  const bystander = await connectWs(gateway).iterate({ query: '{ country { code } }' }).next();
  expect(bystander.value).toEqual({ data: { country: { code: 'KE' } } });
  // The flood is still being read: nobody waits for its end.
  expect(client.received.some(({ id }) => id === 'last')).toBe(false);
  expect((await client.answer('last')).payload).toEqual({ data: { __typename: 'Query' } });
  const text = await (await fetch(`${gateway.server.url}/metrics`)).text();
  expect(/^gateway_watched_results (\d+)$/m.exec(text)?.[1]).toBe('0');
});

it('reads slowly from a socket whose caller has used up the minute', async () => {
  const gateway = await serve({ env: { STRANGER_COST_PER_MINUTE: '1' } });
  const client = await acknowledged(gateway);
  const began = performance.now();
  for (let index = 0; index < 200; index++) {
    client.subscribe(`${index}`, WATCH);
    client.complete(`${index}`);
  }
  client.say({ type: 'ping' });
  const ponged = () => client.received.some(({ type }) => type === 'pong');
  await until(ponged);
  // Two hundred refusals, some thirty at a time, a quarter of a second each: at once they take a tenth of that.
  expect(performance.now() - began).toBeGreaterThan(1_000);
});

it.each([
  ['garbage', 'nonsense', 4400],
  ['what only servers say', '{"id":"1","type":"next","payload":{"data":null}}', 4500],
  ['an operation before connection_init', `{"id":"1","type":"subscribe","payload":{"query":"{ __typename }"}}`, 4401],
  ['connection parameters without end', `{"type":"connection_init","payload":{"x":"${'x'.repeat(20_000)}"}}`, 4400],
])('closes a socket that sends %s', async (_name, text, code) => {
  const { socket } = await raw(await serve());
  socket.send(text);
  expect((await once(socket, 'close'))[0]).toBe(code);
});
