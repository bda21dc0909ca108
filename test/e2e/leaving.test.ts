import { createClient } from 'graphql-ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { serveByHand } from '../infra/server.ts';
import { checksEnv, inputOf, maple, request, startEreg, WATCH } from '../support/checks.ts';
import { demoKey, type Gateway, startGateway } from '../support/gateway.ts';
import { serve } from './serve.ts';

const FIRST_THEN_CHECK = `mutation {
  createVotingLink(input: { electionCode: "12", memberId: "jane" }) { __typename }
  requestRegistrationCheck(input: { kenya: { voterId: "10000001" } }, idempotencyKey: "once") { __typename }
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

/** Had the second mutation run, its key would be used up by another input. */
const checkedNothing = async ({ app, query }: Gateway) =>
  expect((await query(OTHER_CHECK, {}, demoKey(app))).data.requestRegistrationCheck.__typename).toBe(
    'RequestRegistrationCheckSuccess',
  );

describe('what comes after the field that waits is not done for a client that has left', () => {
  it('over HTTP', async () => {
    const { buddy, gateway } = await overBuddyByHand();
    const leave = new AbortController();
    const answer = fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...demoKey(gateway.app) },
      body: JSON.stringify({ query: FIRST_THEN_CHECK }),
      signal: leave.signal,
    }).catch(() => 'gone');
    const { response } = await buddy.next();
    leave.abort();
    expect(await answer).toBe('gone');
    // Comes after the end of the first, which the gateway has seen then.
    await fetch(`${gateway.server.url}/health/live`);
    response.end('{"voted":false}');
    await checkedNothing(gateway);
  });

  it('over a WebSocket', async () => {
    const { buddy, gateway } = await overBuddyByHand();
    const client = createClient({
      url: gateway.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: demoKey(gateway.app),
      retryAttempts: 0,
    });
    onTestFinished(() => client.terminate());
    client
      .iterate({ query: FIRST_THEN_CHECK })
      .next()
      .catch(() => {});
    const { response } = await buddy.next();
    client.terminate();
    await fetch(`${gateway.server.url}/health/live`);
    response.end('{"voted":false}');
    await checkedNothing(gateway);
  });
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
