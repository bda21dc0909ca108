import { createClient } from 'graphql-ws';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { systemClock } from '../../src/infra/clock.ts';
import { serveByHand } from '../infra/server.ts';
import { checksEnv, inputOf, maple, request, startEreg, WATCH } from '../support/checks.ts';
import { demoKey, type Gateway, startGateway } from '../support/gateway.ts';
import { serve } from './serve.ts';

const firstThenCheck = (key: string) => `mutation {
  createVotingLink(input: { electionCode: "12", memberId: "jane" }) { __typename }
  requestRegistrationCheck(input: { kenya: { voterId: "10000001" } }, idempotencyKey: "${key}") { __typename }
}`;
const OTHER_CHECK = `mutation {
  requestRegistrationCheck(input: { kenya: { voterId: "10000002" } }, idempotencyKey: "once") { __typename }
}`;

/** A gateway whose ElectionBuddy answers when the test says so. */
async function overBuddyByHand() {
  const buddy = await serveByHand();
  const gateway = await serve({
    env: {
      ELECTIONBUDDY_URL: buddy.url,
      ELECTIONBUDDY_ORGANIZATION_ID: '1',
      ELECTIONBUDDY_SECRET_TOKEN: 'secret',
      ELECTIONBUDDY_ELECTION_KEYS: '{"12":"key"}',
    },
  });
  return { buddy, gateway };
}

/** Had the leaver's second mutation run, its key would be used up by another input. */
async function checkedNothing({ buddy, gateway: { app, query } }: Awaited<ReturnType<typeof overBuddyByHand>>) {
  // Whoever stays goes the same way, later: what the leaver would still do was done by then.
  const stayer = query(firstThenCheck('another'), {}, demoKey(app));
  (await buddy.next()).response.end('{"voted":false}');
  expect((await stayer).data.requestRegistrationCheck.__typename).toBe('RequestRegistrationCheckSuccess');
  const { data } = await query(OTHER_CHECK, {}, demoKey(app));
  expect(data.requestRegistrationCheck.__typename).toBe('RequestRegistrationCheckSuccess');
}

describe('what comes after the field that waits is not done for a client that has left', () => {
  it('over HTTP', async () => {
    const served = await overBuddyByHand();
    const { buddy, gateway } = served;
    const leave = new AbortController();
    const answer = fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...demoKey(gateway.app) },
      body: JSON.stringify({ query: firstThenCheck('once') }),
      signal: leave.signal,
    }).catch(() => 'gone');
    const { response } = await buddy.next();
    leave.abort();
    expect(await answer).toBe('gone');
    // Comes after the end of the first, which the gateway has seen then.
    await fetch(`${gateway.server.url}/health/live`);
    response.end('{"voted":false}');
    await checkedNothing(served);
  });

  it('over a WebSocket', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => printed.mockRestore());
    const served = await overBuddyByHand();
    const { buddy, gateway } = served;
    const client = createClient({
      url: gateway.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: demoKey(gateway.app),
      retryAttempts: 0,
    });
    onTestFinished(() => client.terminate());
    client
      .iterate({ query: firstThenCheck('once') })
      .next()
      .catch(() => {});
    const { response } = await buddy.next();
    client.terminate();
    await fetch(`${gateway.server.url}/health/live`);
    response.end('{"voted":false}');
    await checkedNothing(served);
    expect(printed).not.toHaveBeenCalled();
  });
});

it('a mutation is not begun for a client that left while the one before was being done', async () => {
  const leave = new AbortController();
  let checks: number | null = null;
  // Each check takes an identifier as it begins; the client leaves at that of the first, which is then stored all the same.
  const uuid = () => {
    if (checks !== null) {
      checks++;
      leave.abort();
    }
    return systemClock.uuid();
  };
  const { app, query } = await startGateway({ clock: { ...systemClock, uuid } });
  // Else the gateway would make an id for each request by the same means.
  const headers = { ...demoKey(app), 'x-request-id': 'of-a-test' };
  const check = (key: string) =>
    `requestRegistrationCheck(input: { kenya: { voterId: "10000001" } }, idempotencyKey: "${key}") { __typename }`;
  const both = (first: string, second: string) => `mutation { first: ${check(first)} second: ${check(second)} }`;
  const request = new Request('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: both('a', 'b') }),
    signal: leave.signal,
  });
  // What the gateway itself takes at its start does not count.
  checks = 0;
  await app.fetch(request).catch(() => {});
  // Whoever stays goes the same way, later: what the leaver would still do was begun by then.
  const { data } = await query(both('c', 'd'), {}, headers);
  expect(data).toMatchObject({ second: { __typename: 'RequestRegistrationCheckSuccess' } });
  expect(checks).toBe(3);
});

describe('draining ends', () => {
  async function drained(gateway: Gateway, query: string, variables = {}) {
    const response = await gateway.app.fetch(
      new Request('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...demoKey(gateway.app) },
        body: JSON.stringify({ query, variables }),
      }),
    );
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    // The stream begins with a comment; the subscription is open when that is there.
    await reader.read();
    gateway.app.drain();
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    expect(text).toContain('event: complete');
  }

  it('a result that is watched', async () => {
    const gateway = await startGateway();
    await drained(gateway, 'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { status } }');
  });

  it('ballot activity', async () => {
    await drained(await startGateway(), 'subscription { ballotActivityReceived { cursor } }');
  });

  it('a check that runs', async () => {
    const ereg = await startEreg({ checkMs: 600_000 });
    const { API_KEYS: _keys, ...env } = checksEnv(ereg);
    const gateway = await startGateway({ env });
    const { id } = await request(gateway, inputOf(maple(ereg)), { as: demoKey(gateway.app) });
    await drained(gateway, WATCH, { id });
  });
});
