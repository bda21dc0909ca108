import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ElectionBuddySandbox, startElectionBuddySandbox } from '../../../src/sandbox/electionbuddy/index.ts';
import { AS_JSON, EXP, handClock, postForm, SSO, signed, V1_SSO, V2, v1, v2 } from './client.ts';

const clock = handClock();
let sandbox: ElectionBuddySandbox;
beforeAll(async () => {
  sandbox = await startElectionBuddySandbox({ now: clock.now });
});
afterEach(() => clock.set(EXP * 1000));
afterAll(() => sandbox.close());

const KEY = 'N+vlebJgl/Lkxtu2b4hOe+JUTpVm5arWGJbQ6U7BOFs=';
const SECRET = 'sandbox/organization+secret/4170==';
const GOOD_V2 = 'exp=1700000000&identifier=jane%40example.com&oid=4170';
const GOOD_V1 = 'eid=12&exp=1700000000&mid=jane%40example.com';

/** fetch would mend what is wrong here. */
function raw(path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((done, fail) => {
    const { hostname, port } = new URL(sandbox.url);
    request({ hostname, port, path, headers }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    })
      .on('error', fail)
      .end();
  });
}

const WRONG: [what: string, query: string, error: RegExp][] = [
  ['nothing', '', /other than/],
  ['no signature', GOOD_V2, /'signature' is missing/],
  ['no exp', signed('identifier=jane%40example.com&oid=4170', SECRET), /'exp' is missing/],
  ['no identifier', signed('exp=1700000000&oid=4170', SECRET), /'identifier' is missing/],
  ['an empty identifier', signed('exp=1700000000&identifier=&oid=4170', SECRET), /'identifier' is empty/],
  ['no oid', signed('exp=1700000000&identifier=jane%40example.com', SECRET), /'oid' is missing/],
  ['one given twice', signed(`exp=1700000000&${GOOD_V2}`, SECRET), /'exp' is given twice/],
  ['one more', signed(`${GOOD_V2}&page=2`, SECRET), /other than/],
  ['V1’s parameters', signed(GOOD_V1, SECRET), /other than/],
  ['another order', signed('oid=4170&exp=1700000000&identifier=jane%40example.com', SECRET), /alphabetical/],
  ['signature not last', signed('', SECRET).slice(1).concat('&', GOOD_V2), /alphabetical/],
  ['an unencoded =', signed('exp=1700000000&identifier=a=b&oid=4170', SECRET), /percent-encoded/],
  ['unencoded padding', signed(GOOD_V2, SECRET).replace('%3D', '='), /percent-encoded/],
  ['no padding', signed(GOOD_V2, SECRET).replace('%3D', ''), /signature is not/],
  ['half a percent sign', signed('exp=1700000000&identifier=100%&oid=4170', SECRET), /not percent-encoded UTF-8/],
  ['Latin-1', signed('exp=1700000000&identifier=jos%E9&oid=4170', SECRET), /not percent-encoded UTF-8/],
  ['the wrong secret', signed(GOOD_V2, KEY), /signature is not/],
  ['what was not signed', signed(GOOD_V2, SECRET).replace('jane', 'HL-0007'), /signature is not/],
  ['another organisation', signed(GOOD_V2.replace('4170', '4171'), SECRET), /no such organization/],
  ['an unknown voter', signed(GOOD_V2.replace('jane', 'nobody'), SECRET), /no such voter/],
  ['exp in words', signed(GOOD_V2.replace('1700000000', 'now'), SECRET), /whole number/],
  ['exp with a fraction', signed(GOOD_V2.replace('1700000000', '1700000000.5'), SECRET), /whole number/],
];

describe('V2 refuses', () => {
  it.each(WRONG)('%s', async (_, query, error) => {
    const asJson = await fetch(`${sandbox.url}${V2}?${query}`, { headers: AS_JSON });
    expect([asJson.status, asJson.headers.get('content-type')]).toEqual([404, 'application/json']);
    expect(await asJson.json()).toEqual({ status: 404, error: expect.stringMatching(error) });
    const asHtml = await fetch(`${sandbox.url}${V2}?${query}`);
    expect([asHtml.status, asHtml.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(await asHtml.text()).toContain('<h1>Not Found</h1>');
    expect((await postForm(`${sandbox.url}${V2}`, query, AS_JSON)).status).toBe(404);
  });

  it('a form that is not percent-encoded, though it is signed', async () => {
    const bare = signed('exp=1700000000&identifier=josé é@example.org&oid=4170', SECRET);
    const response = await postForm(`${sandbox.url}${V2}`, bare, AS_JSON);
    expect(await response.json()).toEqual({ status: 404, error: "'identifier' is not percent-encoded" });
    // In a query Node's own parser stops such bytes.
    expect(await raw(`${V2}?${Buffer.from(bare).toString('latin1').replace(' ', '+')}`)).toBe(400);
  });

  it('a signature in the other base64 alphabet', async () => {
    // This one's signature has both a - and a _.
    const query = signed(GOOD_V2, SECRET);
    expect(query).toMatch(/signature=.*-.*_/);
    const [message, signature] = query.split('&signature=') as [string, string];
    const other = signature.replaceAll('-', '%2B').replaceAll('_', '%2F');
    expect(await raw(`${V2}?${message}&signature=${signature}`)).toBe(200);
    expect(await raw(`${V2}?${message}&signature=${other}`)).toBe(404);
  });
});

describe('V1 refuses', () => {
  it.each([
    ['no signature', GOOD_V1],
    ['no mid', signed('eid=12&exp=1700000000', KEY)],
    ['one given twice', signed(`eid=12&${GOOD_V1}`, KEY)],
    ['one more', signed(`${GOOD_V1}&oid=4170`, KEY)],
    ['another order', signed('exp=1700000000&eid=12&mid=jane%40example.com', KEY)],
    ['the organisation’s secret', signed(GOOD_V1, SECRET)],
    ['another election’s key', signed(GOOD_V1.replace('12', '9002'), KEY)],
    ['what was not signed', signed(GOOD_V1, KEY).replace('jane', 'HL-0007')],
  ])('%s', async (_, query) => {
    for (const path of [SSO, V1_SSO]) {
      expect(await raw(`${path}?${query}`, AS_JSON)).toBe(404);
      expect((await postForm(`${sandbox.url}${path}`, query, AS_JSON)).status).toBe(404);
    }
  });
});

describe('a request of another kind is refused', () => {
  it.each([['PUT'], ['DELETE'], ['PATCH']])('%s', async (method) => {
    expect((await fetch(`${sandbox.url}${V2}?${v2(sandbox, 'jane@example.com')}`, { method })).status).toBe(404);
  });

  it('a POST that is no form, or has a query', async () => {
    const body = v1(sandbox, '12', 'jane@example.com');
    const noForm = { 'content-type': 'application/json' };
    expect((await postForm(`${sandbox.url}${SSO}`, body, noForm)).status).toBe(404);
    expect((await postForm(`${sandbox.url}${SSO}?${body}`, '')).status).toBe(404);
    expect((await postForm(`${sandbox.url}${SSO}?a=b`, body)).status).toBe(404);
  });

  it('a path that is not documented', async () => {
    const query = v1(sandbox, '12', 'jane@example.com');
    for (const path of ['/', '/sso/', '/integrations/v2/sso', '/ballot/', '/elections']) {
      expect(await raw(`${path}?${query}`)).toBe(404);
    }
  });
});

describe('the time window', () => {
  const cases: [name: string, path: string, seconds: number, query: () => string][] = [
    ['V2', V2, 30, () => v2(sandbox, 'jane@example.com')],
    ['V1', SSO, 300, () => v1(sandbox, '12', 'jane@example.com')],
    ['V1', V1_SSO, 300, () => v1(sandbox, '12', 'jane@example.com')],
  ];

  it.each(cases)('%s at %s: %i seconds to both sides, to the millisecond', async (_, path, seconds, query) => {
    for (const side of [-1, 1]) {
      clock.set(EXP * 1000 + side * seconds * 1000);
      const inside = await fetch(`${sandbox.url}${path}?${query()}`, { headers: AS_JSON });
      expect([inside.status, inside.headers.get('content-type')]).toEqual([200, 'application/json']);

      clock.set(EXP * 1000 + side * (seconds * 1000 + 1));
      for (const headers of [AS_JSON, {}]) {
        const outside = await fetch(`${sandbox.url}${path}?${query()}`, { headers });
        expect([outside.status, outside.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
        expect(await outside.text()).toContain('<h1>Link Expired</h1>');
      }
    }
  });

  it('tells nobody whose signature is wrong that a link is too old', async () => {
    clock.set(EXP * 1000 + 3_600_000);
    expect(await raw(`${V2}?${signed(GOOD_V2, 'guessed')}`)).toBe(404);
    expect(await raw(`${SSO}?${signed(GOOD_V1, 'guessed')}`)).toBe(404);
  });
});
