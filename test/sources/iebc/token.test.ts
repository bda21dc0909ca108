import { describe, expect, it } from 'vitest';
import { serve, serveByHand } from '../../infra/server.ts';
import { demoKey, type Gateway, manualClock, startGateway } from '../../support/gateway.ts';
import { expectNoSecrets } from './secrets.ts';

const tokenRequests = ({ sandbox }: Gateway) => sandbox.requests.filter(({ path }) => path === '/token/').length;

/** Requests that no cache joins: each asks about a party of its own. */
const many = (gateway: Gateway, count: number, prefix: string) =>
  Promise.all(
    Array.from({ length: count }, (_, index) => gateway.query(`{ party(code: "${prefix}-${index}") { name } }`)),
  );

describe('Method 1', () => {
  it('fetches a token when it starts, before anybody asks', async () => {
    const gateway = await startGateway();
    await expect.poll(() => tokenRequests(gateway)).toBe(1);
    expect(gateway.upstream()).toEqual([]);
  });

  it('fetches one token for 50 requests that find none', async () => {
    const gateway = await startGateway();
    const answers = await many(gateway, 50, 'cold');
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(gateway.upstream()).toHaveLength(50);
    expect(tokenRequests(gateway)).toBe(1);
  });

  it('fetches exactly one new token when it is revoked, however many wait, and all succeed', async () => {
    const gateway = await startGateway();
    await gateway.query('{ parties { code } }');
    gateway.sandbox.revokeTokens();
    const before = gateway.upstream().length;
    const answers = await many(gateway, 50, 'revoked');
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect(tokenRequests(gateway)).toBe(2);
    // Each was refused at most once: those that waited in the queue meanwhile already took the new token.
    const asked = gateway.upstream().length - before;
    expect(asked).toBeGreaterThan(50);
    expect(asked).toBeLessThanOrEqual(100);
  });

  it('fetches none for a request whose refusal comes late, when another has renewed the token already', async () => {
    const { url, next } = await serveByHand();
    const gateway = await startGateway({ env: { IEBC_URL: url } });
    const answer = async (path: string, body: object) => {
      const { request, response } = await next();
      expect(request.url).toContain(path);
      return () => response.end(JSON.stringify(body));
    };
    const token = (text: string) => ({ status: 'SUCCESS', token: text });
    const refusal = { status: 'TOKEN_ERROR', message: 'expired' };
    const parties = { status: 'SUCCESS', parties: [] };

    const early = gateway.query('{ party(code: "EARLY") { name } }');
    (await answer('/token/', token('first')))();
    const refuseEarly = await answer('/party/EARLY/', refusal);
    const late = gateway.query('{ party(code: "LATE") { name } }');
    const refuseLate = await answer('/party/LATE/', refusal);
    refuseEarly();
    (await answer('/token/', token('second')))();
    (await answer('token=second', parties))();
    expect((await early).errors).toBeUndefined();
    refuseLate();
    (await answer('/party/LATE/', parties))();
    expect((await late).errors).toBeUndefined();
  });

  it.each([401, 403])('takes HTTP %i as a refused token: renews it once and asks again', async (status) => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set({ kind: 'status', status, times: 1 });
    const { data, errors } = await gateway.query('{ counties { name } }');
    expect(errors).toBeUndefined();
    expect(data.counties).toHaveLength(47);
    expect([tokenRequests(gateway), gateway.upstream().length]).toEqual([2, 2]);
  });

  it.each([
    ['the token', { kind: 'revoked-token' } as const, {}],
    ['by HTTP 401', { kind: 'status', status: 401 } as const, { httpStatus: 401 }],
    ['by HTTP 403', { kind: 'status', status: 403 } as const, { httpStatus: 403 }],
  ])('refused twice (%s): says SOURCE_REFUSED after one renewal', async (_name, fault, facts) => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set({ ...fault, path: '/party/' });
    const answer = await gateway.query('{ parties { name } counties { code } }');
    expect(answer.data).toMatchObject({ parties: null, counties: expect.objectContaining({ length: 47 }) });
    expect(answer.errors).toHaveLength(1);
    expect(answer.errors![0]).toMatchObject({
      path: ['parties'],
      extensions: { code: 'SOURCE_REFUSED', source: 'iebc', endpoint: 'party', retryable: false, ...facts },
    });
    expect(tokenRequests(gateway)).toBe(2);
    expectNoSecrets(gateway, answer);
  });

  it('asks with the old token no more than once when the new one cannot be had, and recovers', async () => {
    const gateway = await startGateway();
    await gateway.query('{ counties { code } }');
    gateway.sandbox.revokeTokens();
    gateway.sandbox.faults.set({ kind: 'html', path: '/token/' });
    const answer = await gateway.query('{ parties { name } }');
    expect(answer.errors![0]!.extensions).toMatchObject({ code: 'SOURCE_MALFORMED', endpoint: 'token', path: '$' });
    gateway.sandbox.faults.clear();
    expect((await gateway.query('{ parties { name } }')).errors).toBeUndefined();
    expectNoSecrets(gateway, answer);
  });

  it.each([
    ['refuses the application', { kind: 'not-success', status: 'KEY_ERROR', message: 'no' } as const, 'SOURCE_REFUSED'],
    ['sends no token', { kind: 'json-text', body: '{"status":"SUCCESS"}' } as const, 'SOURCE_MALFORMED'],
    ['sends a token of a wrong type', { kind: 'wrong-type' } as const, 'SOURCE_MALFORMED'],
    ['is down', { kind: 'reset' } as const, 'SOURCE_UNAVAILABLE'],
  ])('/token/ %s: an error of the endpoint "token"', async (_name, fault, code) => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set({ ...fault, path: '/token/' });
    const answer = await gateway.query('{ counties { code } }');
    expect(answer.errors![0]!.extensions).toMatchObject({ code, source: 'iebc', endpoint: 'token' });
    expect(gateway.upstream()).toEqual([]);
    expectNoSecrets(gateway, answer);
  });

  it('renews no young token for a refusal that is not about it, and an old one once', async () => {
    const clock = manualClock();
    const gateway = await startGateway({ clock, sandbox: { now: clock.now } });
    const refused = () => gateway.query('{ parties { name } }');
    await gateway.query('{ counties { code } }');
    gateway.sandbox.faults.set({ kind: 'not-success', status: 'CLOSED', message: 'gone home', path: '/party/' });
    await refused();
    expect(tokenRequests(gateway)).toBe(1);
    clock.advance(61_000);
    await refused();
    await refused();
    expect(tokenRequests(gateway)).toBe(2);
  });
});

describe('Method 2', () => {
  const byDomain = async (env: Record<string, string> = {}) => {
    const token = { IEBC_APP_ID: '', IEBC_APP_SECRET: '', IEBC_TOKEN: 'x' };
    const first = await startGateway({ env: token });
    // A second gateway over the same sandbox, now that the sandbox's own token is known.
    return startGateway({
      env: { ...token, IEBC_URL: first.sandbox.url, IEBC_TOKEN: first.sandbox.domainToken, ...env },
    }).then((gateway) => ({ ...gateway, sandbox: first.sandbox }));
  };

  it('sends the token alone, and never asks for one', async () => {
    const gateway = await byDomain();
    const { data, errors } = await gateway.query('{ counties { name } }');
    expect(errors).toBeUndefined();
    expect(data.counties).toHaveLength(47);
    expect(gateway.sandbox.requests.map(({ path }) => path)).toEqual(['/county/']);
  });

  it('sends no key', async () => {
    const urls: string[] = [];
    const { url } = await serve((request, response) => {
      urls.push(request.url!);
      response.end('{"status":"SUCCESS","parties":[]}');
    });
    const { query } = await startGateway({
      env: {
        IEBC_URL: url,
        IEBC_APP_ID: '',
        IEBC_APP_SECRET: '',
        IEBC_TOKEN: 'opaque token',
        IEBC_ELECTION: 'GEK2013',
      },
    });
    expect((await query('{ parties { code } }')).data).toEqual({ parties: [] });
    expect(urls).toEqual(['/party/?election=GEK2013&token=opaque+token']);
  });

  it('refused: says so at once, since there is nothing to renew', async () => {
    const gateway = await byDomain({ IEBC_TOKEN: 'f'.repeat(64) });
    const answer = await gateway.query('{ counties { name } }');
    expect(answer.errors![0]!.extensions).toMatchObject({ code: 'SOURCE_REFUSED', sourceStatus: 'KEY_ERROR' });
    expect(gateway.sandbox.requests).toHaveLength(1);
    expectNoSecrets(gateway, answer);
  });

  it.each([
    ['in the message', (token: string) => ({ status: 'DOMAIN_ERROR', message: `${token} is not for this domain` })],
    ['as the title', (token: string) => ({ status: token, message: 'refused' })],
  ])('a source that quotes the token %s is not quoted, whatever the token looks like', async (_name, says) => {
    // sources/iebc/WIRE.md: a token is opaque; hex digits are only what was seen.
    const token = 'Opaque_Token_of_2013';
    const { url } = await serve((_request, response) => response.end(JSON.stringify(says(token))));
    const gateway = await startGateway({
      env: { IEBC_URL: url, IEBC_APP_ID: '', IEBC_APP_SECRET: '', IEBC_TOKEN: token },
    });
    const answer = await gateway.query('{ counties { name } }');
    expect(answer.errors![0]!.extensions).toMatchObject({ code: 'SOURCE_REFUSED' });
    expect(JSON.stringify(answer) + gateway.logs()).not.toContain(token);
  });
});

describe('"no such thing"', () => {
  it.each(['no voter has this id', 'The ID that you entered is invalid.', 'check the key in of the id', ''])(
    'ID_ERROR is null, whatever its message (%j)',
    async (message) => {
      const gateway = await startGateway();
      gateway.sandbox.faults.set({ kind: 'not-success', status: 'ID_ERROR', message });
      const { data, errors } = await gateway.query(
        '{ voter(code: "1") { name } party(code: "P1") { name } }',
        {},
        demoKey(gateway.app),
      );
      expect(errors).toBeUndefined();
      expect(data).toEqual({ voter: null, party: null });
      expect(tokenRequests(gateway)).toBe(1);
    },
  );

  it.each([
    ['ERROR', 'An unknown error occurred'],
    ['UNKNOWN_ERROR', 'try again'],
    ['NOT_FOUND', 'no such table'],
  ])('a trouble of the source is no "no such thing": %s, %s', async (status, message) => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set({ kind: 'not-success', status, message });
    const { data, errors } = await gateway.query('{ counties { name } }');
    // An empty list here would be cached for a day.
    expect(data).toEqual({ counties: null });
    expect(errors![0]!.extensions).toMatchObject({ code: 'SOURCE_REFUSED' });
  });

  it("passes the source's words on, without what could be a secret, and none where they could be about a person", async () => {
    const gateway = await startGateway();
    const hex = '0123456789abcdef'.repeat(4);
    gateway.sandbox.faults.set({
      kind: 'not-success',
      status: 'CLOSED',
      message: `shut\u0000down ${hex} ${'!'.repeat(300)}`,
    });
    const answer = await gateway.query(
      '{ parties { name } voter(code: "10000001") { name } }',
      {},
      demoKey(gateway.app),
    );
    const messages = Object.fromEntries(answer.errors!.map(({ path, message }) => [String(path), message]));
    expect(messages.parties).toMatch(/^The IEBC API refused this request: shut down … !{50,}$/);
    expect(messages.parties!.length).toBeLessThan(300);
    expect(messages.voter).toBe('The IEBC API refused this request.');
    expectNoSecrets(gateway, answer);
    expect(gateway.logs()).not.toContain('10000001');
  });
});
