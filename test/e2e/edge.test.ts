import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { connectWs, next, serve } from './serve.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
/** Longer than what the system holds between two sockets: who stops reading stops the sender. */
const TOO_LARGE = JSON.stringify({ query: `# ${'x'.repeat(8 * 1024 * 1024)}\n{ country { name } }` });

async function send(url: string, headers: Record<string, string>, chunks: (string | Buffer)[] = []) {
  const sent = httpRequest(url, { method: chunks.length > 0 ? 'POST' : 'GET', headers });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  for (const chunk of chunks) sent.write(chunk);
  sent.end();
  const [response] = await answered;
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) };
}

describe('a body that is too large', () => {
  it.each<[string, Record<string, string>]>([
    ['and says so', { 'content-length': String(Buffer.byteLength(TOO_LARGE)) }],
    ['and comes in chunks', { 'transfer-encoding': 'chunked' }],
  ])('%s is answered 413 as a GraphQL error, also to who reads only when all is sent', async (_name, headers) => {
    const { url, logs } = await serve();
    const answer = await send(url, { ...JSON_TYPE, origin: 'https://a.example', ...headers }, [TOO_LARGE]);
    expect(answer.status).toBe(413);
    expect(answer.headers['content-type']).toContain('json');
    // A page may read it too.
    expect(answer.headers['access-control-allow-origin']).toBe('https://a.example');
    expect(JSON.parse(answer.body.toString())).toMatchObject({ errors: [{ message: 'This request is too large.' }] });

    const late = await sendAllThenRead(url, headers);
    expect(late).toMatch(/^HTTP\/1\.1 413 /);
    expect(logs()).not.toContain('unexpected');
  });

  it('is not read for ever', async () => {
    const { server, url } = await serve();
    const socket = connect(server.port, '127.0.0.1');
    // Not `once`, which takes being cut off for an error of the test.
    const gone = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.write(
      `POST ${new URL(url).pathname} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const megabyte = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    const pump = () => {
      while (!socket.destroyed && socket.write(megabyte));
    };
    socket.on('drain', pump);
    socket.resume();
    pump();
    await gone;
    expect(socket.bytesWritten).toBeLessThan(100 * 1024 * 1024);
  });

  it('is not hidden by compressing it', async () => {
    const { url } = await serve();
    const answer = await send(url, { ...JSON_TYPE, 'content-encoding': 'gzip' }, [gzipSync(TOO_LARGE)]);
    expect(answer.status).toBe(415);
    expect(JSON.parse(answer.body.toString()).errors).toHaveLength(1);
  });
});

async function sendAllThenRead(url: string, headers: Record<string, string>): Promise<string> {
  const { port, pathname } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const body =
    'content-length' in headers ? TOO_LARGE : `${TOO_LARGE.length.toString(16)}\r\n${TOO_LARGE}\r\n0\r\n\r\n`;
  const fields = Object.entries({ host: 'gateway', ...JSON_TYPE, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  await new Promise((resolve) => socket.write(`POST ${pathname} HTTP/1.1\r\n${fields.join('')}\r\n${body}`, resolve));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString();
}

describe('over a socket', () => {
  const LONG = '{ counties { code name number registeredVoters } }';
  const asked = (query: string) => `?${new URLSearchParams({ query })}`;

  it.each(['br', 'gzip'])('a long answer is compressed with %s, a short one is not', async (encoding) => {
    const served = await serve();
    const headers = { 'accept-encoding': encoding };
    const long = await send(served.url + asked(LONG), headers);
    expect(long.headers['content-encoding']).toBe(encoding);
    expect(long.headers.vary).toMatch(/accept-encoding/i);
    const plain = await send(served.url + asked(LONG), {});
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(long.body.length).toBeLessThan(plain.body.length / 2);
    const decoded = await fetch(served.url + asked(LONG), { headers });
    expect(await decoded.text()).toBe(plain.body.toString());
    const short = await send(served.url + asked('{ country { name } }'), headers);
    expect(short.headers['content-encoding']).toBeUndefined();
  });

  it('events are neither compressed nor kept back', async () => {
    const served = await serve();
    const leave = new AbortController();
    const query = asked('subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { status } }');
    const headers = { accept: 'text/event-stream', 'accept-encoding': 'br, gzip' };
    const { headers: answered, body } = await fetch(served.url + query, { headers, signal: leave.signal });
    const { value } = await body!.getReader().read();
    expect(Buffer.from(value!).toString()).toMatch(/^(:|event)/);
    expect(answered.get('x-accel-buffering')).toBe('no');
    expect(answered.get('cache-control')).toBe('no-cache, no-transform');
    expect(answered.get('content-encoding') ?? 'none').toBe('none');
    leave.abort();
  });
});

it('a WebSocket is below BASE_PATH too, and every address that the gateway prints', async () => {
  const served = await serve({ env: { BASE_PATH: '/elections' } });
  expect(new URL(served.url).pathname).toBe('/elections/graphql');
  const events = connectWs(served).iterate({ query: '{ country { name } }' });
  expect((await next(events as never)).data.country.name).toBe('KENYA');
  const root = new URL('/graphql', served.url).href;
  expect((await fetch(`${root}?query={__typename}`)).status).toBe(404);
  const elsewhere = connectWs({ ...served, server: { ...served.server, url: new URL(root).origin } });
  await expect(next(elsewhere.iterate({ query: '{ country { name } }' }) as never)).rejects.toThrow();
});

it('the operator’s port has metrics and health', async () => {
  const { server, app } = await serve({ admin: true });
  const at = (path: string) => fetch(server.adminUrl + path);
  expect(await (await at('/metrics')).text()).toContain('gateway_watched_results');
  expect(await (await at('/health')).json()).toMatchObject({
    ready: true,
    status: 'ready',
    sources: [{ name: 'iebc', breaker: 'CLOSED', lastFailureCode: null }],
    storage: { state: 'ok', reason: null },
  });
  expect([(await at('/health/ready')).status, (await at('/graphql')).status]).toEqual([200, 404]);
  app.drain();
  expect([(await at('/health/ready')).status, (await at('/health/live')).status]).toEqual([503, 200]);
});

it.each(['1z7.0.0.1', '127.0. 0.1', '[', 'a b'])('a request to the host %j is the sender’s fault', async (host) => {
  const { server } = await serve();
  const socket = connect(server.port, '127.0.0.1');
  socket.end(`GET /graphql?query={__typename} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  const answer = String(Buffer.concat(await socket.toArray()));
  expect(answer).toMatch(/^HTTP\/1.1 400 /);
  expect(answer).toContain('BAD_USER_INPUT');
});
