import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bearer, startBuddyGateway } from '../support/electionbuddy.ts';
import { AUDIENCE, startIssuer } from '../support/issuer.ts';

const JANE = 'jane@example.com';
const LEE = 'lee@example.net';
const ASK = `query ($id: ID!) {
  organizationVoter(identifier: $id) { identifier elections { id code } }
  voterStatus(electionCode: "12", memberId: $id) { hasVoted }
  country { code }
}`;
const CREATE = `mutation ($id: ID!) { createVotingLink(input: { electionCode: "12", memberId: $id }) { __typename } }`;

async function start(env: Record<string, string> = {}) {
  const issuer = await startIssuer();
  const gateway = await startBuddyGateway({ env: { ...issuer.env, ...env } });
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const ask = (token: string, id = JANE, text = ASK) => gateway.query(text, { id }, as(token));
  return { ...gateway, issuer, as, ask };
}

describe("a portal's token", () => {
  it("speaks for its own identifier and nobody else's", async () => {
    const { issuer, ask, asked } = await start();
    const token = await issuer.token({ sub: JANE });
    const own = await ask(token);
    expect(own.errors).toBeUndefined();
    expect(own.data).toMatchObject({ organizationVoter: { identifier: JANE }, voterStatus: { hasVoted: false } });
    expect((await ask(token, JANE, CREATE)).data.createVotingLink.__typename).toBe('CreateVotingLinkSuccess');

    const before = asked().length;
    // Also not for what only looks the same: identifiers are compared as they are.
    for (const other of [LEE, 'JANE@example.com', ` ${JANE}`, `${JANE} `]) {
      const { data, errors, status } = await ask(token, other);
      expect({ data, status }).toEqual({
        status: 200,
        data: { organizationVoter: null, voterStatus: null, country: { code: 'KE' } },
      });
      expect(errors).toMatchObject(
        ['organizationVoter', 'voterStatus'].map((field) => ({
          path: [field],
          extensions: { code: 'FORBIDDEN', scope: 'organization:act' },
        })),
      );
      expect((await ask(token, other, CREATE)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    expect(asked()).toHaveLength(before);
  });

  it('finds by node(id:) what its member can vote in, and nothing else', async () => {
    const { issuer, query, as, ask } = await start();
    const jane = as(await issuer.token({ sub: JANE }));
    const elections = (await ask(await issuer.token({ sub: JANE }))).data.organizationVoter.elections;
    const node = 'query ($id: ID!) { node(id: $id) { id ... on OrganizationElection { code } } }';
    const [first] = elections;
    expect(await query(node, { id: first.id }, jane)).toMatchObject({ errors: undefined, data: { node: first } });
    for (const other of [{ sub: LEE }, { sub: 'nobody' }, { scope: 'organization:act' }]) {
      expect(await query(node, { id: first.id }, as(await issuer.token(other)))).toMatchObject({
        errors: undefined,
        data: { node: null },
      });
    }
  });

  it('is of any of its audiences, and of the configured claim', async () => {
    const { issuer, ask } = await start({ OIDC_IDENTIFIER_CLAIM: 'member_id' });
    const token = await issuer.token({ sub: LEE, member_id: JANE }, { audience: [AUDIENCE, 'other'] as never });
    expect((await ask(token)).errors).toBeUndefined();
    expect((await ask(token, LEE)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }, {}]);
  });

  it.each([
    ['none', {}],
    ['an empty one', { sub: '' }],
    ['a list', { sub: [JANE] as never }],
    ['an object', { sub: { toString: JANE } as never }],
  ])('without an identifier in its claim (%s) speaks for nobody', async (_name, claims) => {
    const { issuer, ask } = await start({ OIDC_IDENTIFIER_CLAIM: 'member' });
    const { sub: member, ...rest } = claims as { sub?: unknown };
    const token = await issuer.token({ ...rest, ...(member !== undefined && { member }) });
    const { errors, data } = await ask(token);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }, { extensions: { code: 'FORBIDDEN' } }]);
    expect(data.country).toEqual({ code: 'KE' });
  });

  it.each([
    ['openid organization:act', JANE, undefined],
    ['openid organization:act', LEE, undefined],
    ['organization:act', '*', undefined],
    ['openid profile', LEE, 'FORBIDDEN'],
    ['organization:acts', LEE, 'FORBIDDEN'],
    ['organization:act,ballots:read', LEE, 'FORBIDDEN'],
  ])('of scope "%s" asks for %s: %s', async (scope, id, code) => {
    const { issuer, ask } = await start();
    const { errors } = await ask(await issuer.token({ sub: JANE, scope }), id);
    expect(errors?.[0]?.extensions.code).toBe(code);
  });

  it('gets its other scopes from `scope` too', async () => {
    const { issuer, query, as } = await start();
    const activity = '{ ballotActivity { totalCount } }';
    const read = await query(activity, {}, as(await issuer.token({ sub: JANE, scope: 'ballots:read' })));
    expect(read).toMatchObject({ errors: undefined, data: { ballotActivity: { totalCount: 0 } } });
    const not = await query(activity, {}, as(await issuer.token({ sub: JANE })));
    expect(not.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

type Issuer = Awaited<ReturnType<typeof startIssuer>>;
const claims = { sub: JANE, scope: 'organization:act' };
const unsigned = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

const FORGED: [name: string, token: (issuer: Issuer) => string | Promise<string>, message: RegExp][] = [
  ['of another issuer', (issuer) => issuer.token(claims, { issuer: 'https://evil.example' }), /not valid here/],
  ['for another audience', (issuer) => issuer.token(claims, { audience: 'https://other.example' }), /not valid here/],
  ['that has expired', (issuer) => issuer.token(claims, { expires: '-1s' }), /has expired/],
  ['that never expires', (issuer) => issuer.token(claims, { expires: null }), /not valid here/],
  [
    'that is not valid yet',
    (issuer) => issuer.token({ ...claims, nbf: Math.floor(Date.now() / 1000) + 3600 }),
    /not valid here/,
  ],
  [
    'signed by a key that is not published',
    async (issuer) => issuer.token(claims, { key: await issuer.newKey('first') }),
    /not valid here/,
  ],
  [
    'signed by a key of an unknown id',
    async (issuer) => issuer.token(claims, { key: await issuer.newKey('other') }),
    /not valid here/,
  ],
  [
    'of algorithm none',
    (issuer) => new UnsecuredJWT(claims).setIssuer(issuer.url).setAudience(AUDIENCE).setExpirationTime('1h').encode(),
    /not known here/,
  ],
  [
    'of algorithm none, with something for a signature',
    (issuer) =>
      `${unsigned({ alg: 'none' })}.${unsigned({ ...claims, iss: issuer.url, aud: AUDIENCE, exp: 9_999_999_999 })}.AAAA`,
    /not valid here/,
  ],
  [
    'of algorithm HS256, with the public key for a secret',
    async (issuer) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: 'first' })
        .setIssuer(issuer.url)
        .setAudience(AUDIENCE)
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(await issuer.publicKeyText())),
    /not valid here/,
  ],
  [
    'whose claims were changed',
    async (issuer) => {
      const [head, , signature] = (await issuer.token({ sub: LEE })).split('.');
      return [head, unsigned({ ...claims, iss: issuer.url, aud: AUDIENCE, exp: 9_999_999_999 }), signature].join('.');
    },
    /not valid here/,
  ],
  ['that is nonsense', () => 'aaaa.bbbb.cccc', /not valid here/],
];

it.each(FORGED)('refuses a token %s', async (_name, forge, message) => {
  const { issuer, ask, asked, logs } = await start();
  const token = await forge(issuer);
  const { status, errors, data } = await ask(token);
  expect(status).toBe(401);
  expect(data).toBeUndefined();
  expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code: 'UNAUTHENTICATED' } }]);
  expect(asked()).toEqual([]);
  expect(logs() + JSON.stringify(errors)).not.toContain(token);
  // The same gateway takes a proper one.
  expect((await ask(await issuer.token(claims))).errors).toBeUndefined();
});

describe('an issuer', () => {
  const LATER = [{ message: expect.stringMatching(/try again/i), extensions: { code: 'UNAUTHENTICATED' } }];

  it.each(['discovery', 'jwks'] as const)(
    'that is down (%s): the caller is told to try again, and is served once it is back',
    async (part) => {
      const { issuer, ask } = await start();
      const token = await issuer.token({ sub: JANE });
      issuer.down[part] = true;
      const answers = await Promise.all([ask(token), ask(token), ask(token)]);
      for (const answer of answers) expect(answer).toMatchObject({ status: 401, errors: LATER });
      issuer.down[part] = false;
      expect((await ask(token)).errors).toBeUndefined();
    },
  );

  it('that is down does not keep keys and strangers out', async () => {
    const { issuer, query } = await start();
    issuer.down.discovery = true;
    const { errors } = await query(ASK, { id: JANE }, bearer('server'));
    expect(errors).toBeUndefined();
    expect((await query('{ country { code } }')).errors).toBeUndefined();
    expect(issuer.asked).toEqual([]);
  });

  it('that calls itself something else is not believed', async () => {
    const { issuer, ask } = await start();
    issuer.pretend('https://evil.example');
    expect(await ask(await issuer.token({ sub: JANE }))).toMatchObject({ status: 401, errors: LATER });
  });

  it('is asked once for many tokens', async () => {
    const { issuer, ask } = await start();
    const token = await issuer.token({ sub: JANE });
    await Promise.all(Array.from({ length: 10 }, () => ask(token)));
    await ask(await issuer.token({ sub: LEE }), LEE);
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  it.each(['ES384', 'RS256', 'PS256', 'EdDSA'])('may sign by %s', async (alg) => {
    const { issuer, ask } = await start();
    issuer.rotate(await issuer.newKey(alg, alg));
    expect((await ask(await issuer.token({ sub: JANE }))).errors).toBeUndefined();
  });

  it('that changes its key is followed, and the old key is worth nothing', async () => {
    const { issuer, ask } = await start();
    const old = await issuer.token({ sub: JANE });
    expect((await ask(old)).errors).toBeUndefined();
    issuer.rotate(await issuer.newKey('second'));
    const token = await issuer.token({ sub: JANE });
    // So that tokens of made-up keys do not make us ask the issuer each time, it is asked again after half a minute.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect((await ask(token)).errors).toBeUndefined();
    expect(await ask(old)).toMatchObject({ status: 401 });
    expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(2);
  });
});

it('a token means nothing where no issuer is configured', async () => {
  const { issuer, ask } = await start({ OIDC_ISSUER: '', OIDC_AUDIENCE: '' });
  expect(await ask(await issuer.token(claims))).toMatchObject({
    status: 401,
    errors: [{ message: 'This API key is not known here.' }],
  });
  expect(issuer.asked).toEqual([]);
});
