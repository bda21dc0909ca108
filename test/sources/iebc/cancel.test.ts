import { request as httpRequest } from 'node:http';
import { expect, it } from 'vitest';
import { listen } from '../../../src/listen.ts';
import type { Gateway } from '../../support/gateway.ts';
import { overSourceByHand } from '../../support/source-by-hand.ts';

const PARTY = '{"status":"SUCCESS","parties":[{"code":"P1","name":"Party"}]}';
const QUERY = '{ parties { name } }';

function ask({ app }: Gateway, query: string, signal: AbortSignal): Promise<Response> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal,
  };
  return app.fetch(new Request('http://gateway/graphql', init));
}

it('a caller that goes away has nothing more sent; what is on its way goes on, for the breaker to learn from', async () => {
  const { source, gateway } = await overSourceByHand({ IEBC_CONCURRENCY: '1' });
  const caller = new AbortController();
  const answer = ask(gateway, QUERY, caller.signal).catch(() => 'gone');
  const { response } = await source.next();
  caller.abort();
  await answer;
  expect(response.destroyed).toBe(false);
  response.writeHead(500).end();
  // And the gateway goes on. A retry would have come first: there is one connection.
  const again = gateway.query('{ party(code: "P1") { name } }');
  const next = await source.next();
  expect(next.request.url).toContain('/party/P1/');
  next.response.end(PARTY);
  expect((await again).data.party).toEqual({ name: 'Party' });
  expect(source.waiting).toEqual([]);
});

it('a browser that closes its socket does the same', async () => {
  const { source, gateway } = await overSourceByHand({ IEBC_CONCURRENCY: '1' });
  const server = await listen(gateway.app, { port: 0, host: '127.0.0.1' });
  const client = httpRequest(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });
  client.on('error', () => {});
  // The parties are asked for one after the other.
  client.end(JSON.stringify({ query: '{ first: party(code: "A") { name } second: party(code: "B") { name } }' }));
  const { response } = await source.next();
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.destroy();
  await closed;
  // Comes after the end of the first, which the gateway has seen then.
  await fetch(`${server.url}/health/live`);
  response.end(PARTY);
  const again = gateway.query('{ party(code: "P1") { name } }');
  const next = await source.next();
  expect(next.request.url).toContain('/party/P1/');
  next.response.end(PARTY);
  await again;
  await server.close();
});

it('what another request waits for goes on', async () => {
  const { source, gateway } = await overSourceByHand();
  const caller = new AbortController();
  const leaver = ask(gateway, QUERY, caller.signal).catch(() => 'gone');
  const { response } = await source.next();
  const stayer = gateway.query(QUERY);
  // A second field of the same request shows that the stayer has begun: it asks for something of its own.
  const sign = gateway.query('{ party(code: "P1") { name } }');
  const other = await source.next();
  caller.abort();
  await leaver;
  other.response.end(PARTY);
  await sign;
  expect(response.destroyed).toBe(false);
  response.end(PARTY);
  expect((await stayer).data.parties).toEqual([{ name: 'Party' }]);
  expect(source.waiting).toEqual([]);
});

it('requests that wait in the queue are never sent when their caller has gone', async () => {
  const { source, gateway } = await overSourceByHand({ IEBC_CONCURRENCY: '1' });
  const first = gateway.query('{ party(code: "A") { name } }');
  const party = (code: string) => PARTY.replace('P1', code);
  const running = await source.next();
  const caller = new AbortController();
  const queued = ask(gateway, '{ party(code: "B") { name } }', caller.signal).catch(() => 'gone');
  const last = gateway.query('{ party(code: "C") { name } }');
  caller.abort();
  await queued;
  running.response.end(party('A'));
  const { request, response } = await source.next();
  response.end(party('C'));
  expect(request.url).toContain('/party/C/');
  expect((await Promise.all([first, last])).map(({ errors }) => errors)).toEqual([undefined, undefined]);
  expect(source.waiting).toEqual([]);
});

it('request deadline: it is DEADLINE_EXCEEDED for what waits', async () => {
  const { source, gateway } = await overSourceByHand({ REQUEST_TIMEOUT_MS: '150' });
  const answer = gateway.query('{ parties { name } country { code } }');
  await source.next();
  const { data, errors } = await answer;
  expect(data).toEqual({ parties: null, country: { code: 'KE' } });
  expect(errors).toMatchObject([{ path: ['parties'], extensions: { code: 'DEADLINE_EXCEEDED' } }]);
});

it("the lookup of a person ends with its caller's deadline even while it waits to be asked again", async () => {
  const { source, gateway } = await overSourceByHand({ REQUEST_TIMEOUT_MS: '150' });
  const headers = { authorization: `Bearer ${gateway.app.demoKey}` };
  const answer = gateway.query('{ voter(code: "1") { name } }', {}, headers);
  const { response } = await source.next();
  const before = performance.now();
  response.writeHead(503, { 'retry-after': '5' }).end();
  expect((await answer).errors).toMatchObject([{ extensions: { code: 'DEADLINE_EXCEEDED' } }]);
  // Retry-After is five seconds, the deadline a sixth of one.
  expect(performance.now() - before).toBeLessThan(2_500);
  expect(source.waiting).toEqual([]);
});
