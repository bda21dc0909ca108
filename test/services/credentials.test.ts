import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { CompactSign, type CryptoKey, importJWK, type JWK } from 'jose';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CredentialSubject } from '../../src/domain/credential.ts';
import { type Clock, systemClock } from '../../src/infra/clock.ts';
import { createCredentials } from '../../src/services/credentials.ts';
import { generateSigningKey, loadSigningKeys, type SigningAlgorithm } from '../../src/services/signing-keys.ts';
import { verifyOffline } from './offline-verification.ts';

const ISSUER = 'https://elections.example';
const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 2, 1, 12);

const FACTS = { outcome: 'REGISTERED', source: 'ereg', answeredAt: START - 1_000 } as const;
const CANADIAN = {
  jurisdiction: 'CANADA',
  given_name: 'Noémie',
  family_name: 'Tremblay-Ōta',
  birthdate: '1987-02-03',
  country: 'CA',
  province: 'QC',
  city: 'Montréal',
  postal_code: 'H2X 1Y4',
  address: '12 – 345 rue "Sainte-Élise", Montréal 🍁',
} as const satisfies CredentialSubject;
const KENYAN: CredentialSubject = { jurisdiction: 'KENYA', voter_id: '12345678', county: 'NAIROBI', ward: 'KARURA' };

const keySet = (...keys: JWK[]) =>
  loadSigningKeys({ configured: JSON.stringify({ keys }), dataDir: '/nowhere', algorithm: 'ES256' });

/** An issuer whose clock the test sets. */
async function setUp({ algorithm = 'ES256' as SigningAlgorithm, keys = [] as JWK[], issuer = ISSUER } = {}) {
  const [first, ...others] = keys;
  const key = first ?? (await generateSigningKey(algorithm));
  const time = { now: START };
  const clock: Clock = { ...systemClock, now: () => time.now };
  const options = { keys: await keySet(key, ...others), issuer: () => issuer, lifetimeMs: 7 * DAY, clock };
  const credentials = createCredentials(options);
  return {
    ...credentials,
    key,
    time,
    issued: () => credentials.issue(FACTS, CANADIAN),
    reason: async (credential: string) => {
      const result = await credentials.verify(credential);
      return result.valid ? 'VALID' : result.reason;
    },
  };
}

const json = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
const digest = (disclosure: string) => createHash('sha256').update(disclosure).digest('base64url');

function taken(credential: string) {
  const [jwt, ...disclosures] = credential.slice(0, -1).split('~');
  const [header, payload, signature] = jwt!.split('.');
  return { jwt: jwt!, header: header!, payload: payload!, signature: signature!, disclosures };
}
const joined = (jwt: string, disclosures: string[]) => `${[jwt, ...disclosures].join('~')}~`;

/** Signed by the issuer's own key, with whatever header and claims. */
async function signed(key: JWK, header: Record<string, unknown>, claims: unknown): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: key.alg!, ...header })
    .sign((await importJWK(key)) as CryptoKey);
}

describe.each(['ES256', 'EdDSA'] as const)('a credential signed with %s', (algorithm) => {
  it('says what was answered, by whom, when, and what is disclosed', async () => {
    const { issue, verify } = await setUp({ algorithm });
    const { jurisdiction, ...disclosed } = CANADIAN;
    expect(await verify(await issue(FACTS, CANADIAN))).toEqual({
      valid: true,
      issuer: ISSUER,
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      outcome: 'REGISTERED',
      source: 'ereg',
      jurisdiction,
      answeredAt: FACTS.answeredAt,
      issuedAt: START,
      expiresAt: START + 7 * DAY,
      disclosed,
    });
    const other = await verify(await issue({ ...FACTS, outcome: 'NOT_CONFIRMED', source: 'iebc' }, KENYAN));
    expect(other).toMatchObject({ outcome: 'NOT_CONFIRMED', source: 'iebc', jurisdiction: 'KENYA' });
    expect(other).toMatchObject({ disclosed: { voter_id: '12345678', county: 'NAIROBI', ward: 'KARURA' } });
  });

  it('is verified by a third party with nothing but the JWK set', async () => {
    const { issued, jwks } = await setUp({ algorithm });
    const credential = await issued();
    const { jwt, disclosures } = taken(credential);
    const verifyAt = (at: number, ...what: Parameters<typeof verifyOffline>) => {
      vi.setSystemTime(at);
      return verifyOffline(...what);
    };
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { jurisdiction, ...disclosed } = CANADIAN;
    expect(await verifyAt(START, credential, jwks(), ISSUER)).toMatchObject({ outcome: 'REGISTERED', ...disclosed });
    expect(await verifyAt(START, joined(jwt, []), jwks(), ISSUER)).toEqual({
      iss: ISSUER,
      iat: START / 1000,
      nbf: START / 1000,
      exp: (START + 7 * DAY) / 1000,
      jti: expect.any(String),
      outcome: 'REGISTERED',
      jurisdiction,
      source: 'ereg',
      answered_at: FACTS.answeredAt / 1000,
    });
    const changed = joined(jwt, [encoded(['salt', 'city', 'Toronto'])]);
    await expect(verifyAt(START, changed, jwks(), ISSUER)).rejects.toThrow('not signed');
    await expect(verifyAt(START, joined(jwt, [disclosures[0]!, disclosures[0]!]), jwks(), ISSUER)).rejects.toThrow();
    await expect(verifyAt(START + 7 * DAY, credential, jwks(), ISSUER)).rejects.toThrow('exp');
    await expect(verifyAt(START - 1000, credential, jwks(), ISSUER)).rejects.toThrow('nbf');
    await expect(verifyAt(START, credential, (await setUp({ algorithm })).jwks(), ISSUER)).rejects.toThrow();
  });

  it('shows what its holder does not hide, in whatever order', async () => {
    const { issued, verify } = await setUp({ algorithm });
    const { jwt, disclosures } = taken(await issued());
    const subset = fc.shuffledSubarray(disclosures);
    await fc.assert(
      fc.asyncProperty(subset, async (shown) => {
        const disclosed = Object.fromEntries(shown.map((disclosure) => json(disclosure).slice(1)));
        expect(await verify(joined(jwt, shown))).toMatchObject({ valid: true, disclosed });
        expect(Object.keys(disclosed)).toHaveLength(shown.length);
      }),
    );
  });

  it('is refused once a single character of it is another, more or less', async () => {
    const { issued, verify } = await setUp({ algorithm });
    const credential = await issued();
    const somewhere = fc.nat(credential.length - 1);
    const character = fc.oneof(
      fc.constantFrom(...'ABab01-_~.=+/ \n\t\u00e9\0'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    );
    const mutation = fc.oneof(
      fc.tuple(somewhere, character).map(([at, put]) => credential.slice(0, at) + put + credential.slice(at + 1)),
      fc.tuple(somewhere, character).map(([at, put]) => credential.slice(0, at) + put + credential.slice(at)),
      somewhere.map((at) => credential.slice(0, at) + credential.slice(at + 1)),
      character.map((put) => credential + put),
    );
    await fc.assert(
      fc.asyncProperty(mutation, async (changed) => {
        fc.pre(changed !== credential);
        expect(await verify(changed)).toMatchObject({ valid: false, reason: expect.any(String) });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what an issued credential looks like', () => {
  it('has a header that says what it is, and claims in clear that say nothing of the person', async () => {
    const { issued, key } = await setUp();
    const { header, payload, disclosures } = taken(await issued());
    expect(json(header)).toEqual({ alg: 'ES256', kid: key.kid, typ: 'registration+sd-jwt' });
    const { _sd, ...claims } = json(payload);
    expect(_sd).toEqual(disclosures.map(digest).sort());
    const { jurisdiction, ...personal } = CANADIAN;
    for (const value of Object.values(personal)) expect(Object.values(claims)).not.toContain(value);
    expect(claims).toMatchObject({ _sd_alg: 'sha-256', jurisdiction });
  });

  it('does not tell what is unknown from what is hidden', async () => {
    const { issue, verify } = await setUp();
    const digests = async (subject: CredentialSubject) => json(taken(await issue(FACTS, subject)).payload)._sd.length;
    expect(await digests({ jurisdiction: 'CANADA' })).toBe(await digests(CANADIAN));
    expect(await digests({ jurisdiction: 'KENYA', county: 'NAIROBI' })).toBe(await digests(KENYAN));
    const nothing = await issue(FACTS, { jurisdiction: 'CANADA' });
    expect(nothing).toMatch(/^[^~]+~$/);
    expect(await verify(nothing)).toMatchObject({ valid: true, disclosed: {} });
  });

  it('has a salt of its own in each disclosure, and an id of its own', async () => {
    const { issued } = await setUp();
    const both = [taken(await issued()), taken(await issued())];
    const salts = both.flatMap(({ disclosures }) => disclosures.map((disclosure) => json(disclosure)[0]));
    expect(new Set(salts).size).toBe(16);
    for (const salt of salts) expect(Buffer.from(salt, 'base64url')).toHaveLength(16);
    expect(new Set(both.map(({ payload }) => json(payload).jti)).size).toBe(2);
  });

  it('survives any text', async () => {
    const { issue, verify } = await setUp();
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(text, text, async (given_name, address) => {
        const credential = await issue(FACTS, { jurisdiction: 'CANADA', given_name, address });
        expect(await verify(credential)).toMatchObject({ valid: true, disclosed: { given_name, address } });
      }),
      { numRuns: 50 },
    );
  });

  it('is never too long to be verified', async () => {
    const { issue } = await setUp();
    const endless = 'x'.repeat(16 * 1024);
    await expect(issue(FACTS, { jurisdiction: 'CANADA', address: endless })).rejects.toThrow(RangeError);
  });
});

describe('refuses', () => {
  it.each([
    ['nothing', () => ''],
    ['words', () => 'not a credential'],
    ['a JWT without the ~', ({ jwt }) => jwt],
    ['a second ~ at the end', ({ jwt, disclosures }) => `${joined(jwt, disclosures)}~`],
    ['no ~ at the end', ({ jwt, disclosures }) => [jwt, ...disclosures].join('~')],
    ['a key binding', ({ jwt, disclosures }) => `${joined(jwt, disclosures)}${jwt}`],
    ['two parts', ({ header, payload }) => `${header}.${payload}~`],
    ['four parts', ({ jwt }) => `${jwt}.AAAA~`],
    ['padded base64 in the JWT', ({ jwt }) => `${jwt}==~`],
    ['padded base64 in a disclosure', ({ jwt, disclosures }) => joined(jwt, [`${disclosures[0]}=`])],
    ['spaced base64', ({ header, payload, signature }) => `${header}. ${payload}.${signature}~`],
    ['a line break at the end', ({ jwt }) => `${jwt}~\n`],
    ['plain base64', ({ header, payload }) => `${header}.${payload}.${'+/'.repeat(43)}~`],
    ['more than 16 KiB', ({ jwt }) => `${jwt}~${'A'.repeat(16 * 1024)}~`],
    ['a header that is not JSON', ({ payload, signature }) => `AAAA.${payload}.${signature}~`],
    ['a header that is a list', ({ payload, signature }) => `${encoded([])}.${payload}.${signature}~`],
  ] satisfies [string, (parts: ReturnType<typeof taken>) => string][])('%s', async (_name, change) => {
    const { issued, reason } = await setUp();
    expect(await reason(change(taken(await issued())))).toBe('MALFORMED');
  });

  it('base64 with another spelling of its last character', async () => {
    const { issued, reason } = await setUp();
    const { jwt, header, payload, signature } = taken(await issued());
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 64 bytes leave four bits of the last character unused, and an even code has them zero.
    const last = alphabet[alphabet.indexOf(signature.at(-1)!) + 1];
    const respelt = signature.slice(0, -1) + last;
    expect(Buffer.from(respelt, 'base64url')).toEqual(Buffer.from(signature, 'base64url'));
    expect(await reason(`${header}.${payload}.${respelt}~`)).toBe('MALFORMED');
    expect(await reason(`${jwt}~`)).toBe('VALID');
  });

  it('what is not signed, or signed with what everybody has', async () => {
    const { issued, reason, jwks, key } = await setUp();
    const { header, payload, signature } = taken(await issued());
    const under = (changed: Record<string, unknown>) => encoded({ ...json(header), ...changed });
    expect(await reason(`${under({ alg: 'none' })}.${payload}.~`)).toBe('ALGORITHM');
    expect(await reason(`${under({ alg: 'none' })}.${payload}.${signature}~`)).toBe('ALGORITHM');
    for (const alg of ['None', 'NONE', '', null, 256, ['ES256'], 'ES384', 'RS256', 'EdDSA', 'Ed25519', undefined]) {
      expect(await reason(`${under({ alg })}.${payload}.${signature}~`), String(alg)).toBe('ALGORITHM');
    }
    for (const secret of [JSON.stringify(jwks().keys[0]), jwks().keys[0]!.x!, JSON.stringify(jwks()), key.kid!]) {
      const input = `${under({ alg: 'HS256' })}.${payload}`;
      const mac = createHmac('sha256', secret).update(input).digest('base64url');
      expect(await reason(`${input}.${mac}~`)).toBe('ALGORITHM');
    }
    expect(await reason(`${header}.${payload}.~`)).toBe('SIGNATURE');
  });

  it('another key, under our name or its own', async () => {
    const { issued, reason, key } = await setUp();
    const { payload, signature, header } = taken(await issued());
    const foreign = await generateSigningKey('ES256');
    const claims = json(payload);
    const typ = 'registration+sd-jwt';
    expect(await reason(`${await signed(foreign, { kid: key.kid, typ }, claims)}~`)).toBe('SIGNATURE');
    expect(await reason(`${await signed(foreign, { kid: foreign.kid, typ }, claims)}~`)).toBe('UNKNOWN_KEY');
    expect(await reason(`${await signed(key, { typ }, claims)}~`)).toBe('UNKNOWN_KEY');
    // The key that it brings along is not looked at.
    const { d, ...jwk } = foreign;
    expect(await reason(`${await signed(foreign, { kid: key.kid, typ, jwk }, claims)}~`)).toBe('SIGNATURE');
    const promoted = encoded({ ...claims, outcome: 'NOT_CONFIRMED' });
    expect(await reason(`${header}.${promoted}.${signature}~`)).toBe('SIGNATURE');
    expect(await reason(`${await signed(key, { kid: key.kid, typ }, claims)}~`)).toBe('VALID');
  });

  it('the algorithm of another key of ours', async () => {
    const [es256, eddsa] = [await generateSigningKey('ES256'), await generateSigningKey('EdDSA')];
    const { issued, reason } = await setUp({ keys: [es256, eddsa] });
    const { header, payload, signature } = taken(await issued());
    const swapped = encoded({ ...json(header), kid: eddsa.kid });
    expect(await reason(`${swapped}.${payload}.${signature}~`)).toBe('ALGORITHM');
  });

  it('the wrong time', async () => {
    const { issued, reason, time } = await setUp();
    const credential = await issued();
    time.now = START + 7 * DAY - 1;
    expect(await reason(credential)).toBe('VALID');
    time.now = START + 7 * DAY;
    expect(await reason(credential)).toBe('EXPIRED');
    // The clock of the instance that issued it may be a little ahead.
    time.now = START - 60_000;
    expect(await reason(credential)).toBe('VALID');
    time.now = START - 61_000;
    expect(await reason(credential)).toBe('NOT_YET_VALID');
  });

  it('another issuer', async () => {
    const { issued, key } = await setUp();
    const elsewhere = await setUp({ keys: [key], issuer: `${ISSUER}.evil.example` });
    expect(await elsewhere.reason(await issued())).toBe('ISSUER');
  });

  it.each([
    ['a digest twice', (claims) => ({ ...claims, _sd: [...claims._sd, claims._sd[0]] }), 'DISCLOSURE'],
    ['digests that are no list', (claims) => ({ ...claims, _sd: claims._sd[0] }), 'CLAIMS'],
    ['another hash', (claims) => ({ ...claims, _sd_alg: 'sha-512' }), 'CLAIMS'],
    ['digests deeper down', (claims) => ({ ...claims, address: { _sd: [] } }), 'CLAIMS'],
    ['a claim that we never sign', (claims) => ({ ...claims, admin: true }), 'CLAIMS'],
    ['another outcome', (claims) => ({ ...claims, outcome: 'MAYBE' }), 'CLAIMS'],
    ['an expiry in words', (claims) => ({ ...claims, exp: 'never' }), 'CLAIMS'],
    ['no expiry', ({ exp: _, ...claims }) => claims, 'CLAIMS'],
    ['no start', ({ nbf: _, ...claims }) => claims, 'CLAIMS'],
    ['a start to come', (claims) => ({ ...claims, nbf: claims.nbf + 61 }), 'NOT_YET_VALID'],
    ['an issue to come', (claims) => ({ ...claims, iat: claims.iat + 61 }), 'NOT_YET_VALID'],
    ['no claims', () => ['outcome'], 'CLAIMS'],
    // biome-ignore lint/suspicious/noExplicitAny: claims to be spoilt
  ] satisfies [string, (claims: any) => unknown, string][])('%s, even from our own key', async (_name, change, why) => {
    const { issued, reason, key } = await setUp();
    const { payload } = taken(await issued());
    const header = { kid: key.kid, typ: 'registration+sd-jwt' };
    expect(await reason(`${await signed(key, header, change(json(payload)))}~`)).toBe(why);
  });

  it.each([[{ typ: 'JWT' }], [{ typ: 'dc+sd-jwt' }], [{}]])('another kind of token of our key: %j', async (typ) => {
    const { issued, reason, key } = await setUp();
    const claims = json(taken(await issued()).payload);
    expect(await reason(`${await signed(key, { kid: key.kid, ...typ }, claims)}~`)).toBe('CLAIMS');
  });

  it('a header that asks for more than we know', async () => {
    const { issued, reason } = await setUp();
    const { header, payload, signature } = taken(await issued());
    for (const more of [{ crit: ['exp'], exp: 1 }, { crit: ['b64'], b64: false }, { crit: [] }]) {
      const asking = encoded({ ...json(header), ...more });
      expect(await reason(`${asking}.${payload}.${signature}~`), JSON.stringify(more)).not.toBe('VALID');
    }
  });

  it('disclosures that were changed, repeated or are of another credential', async () => {
    const { issued, reason } = await setUp();
    const [mine, other] = [taken(await issued()), taken(await issued())];
    const [first, ...rest] = mine.disclosures;
    const [salt, name] = json(first!);
    for (const changed of [
      encoded([salt, name, 'Another']),
      encoded([salt, 'family_name', json(first!)[2]]),
      encoded(['another salt', name, json(first!)[2]]),
      // The same in another spelling: what was signed is the text.
      Buffer.from(JSON.stringify(json(first!), null, 1)).toString('base64url'),
      other.disclosures[0]!,
      digest(first!),
    ]) {
      expect(await reason(joined(mine.jwt, [changed, ...rest]))).toBe('DISCLOSURE');
    }
    expect(await reason(joined(mine.jwt, [first!, first!]))).toBe('DISCLOSURE');
    expect(await reason(joined(mine.jwt, [first!, ...rest, first!]))).toBe('DISCLOSURE');
    expect(await reason(joined(mine.jwt, other.disclosures))).toBe('DISCLOSURE');
    expect(await reason(joined(mine.jwt, [...rest.reverse(), first!]))).toBe('VALID');
  });

  it.each([
    ['a reserved name', [['s', '_sd', 'x']]],
    ['the name of array elements', [['s', '...', 'x']]],
    ['a claim in clear', [['s', 'outcome', 'REGISTERED']]],
    ['the issuer', [['s', 'iss', 'https://evil.example']]],
    ["the prototype's name", [['s', '__proto__', 'x']]],
    ['a claim of the other jurisdiction', [['s', 'voter_id', '1']]],
    ['an array element', [['s', 'x']]],
    ['more than three', [['s', 'city', 'x', 'y']]],
    ['a value that is no text', [['s', 'city', { _sd: [] }]]],
    ['a salt that is no text', [[1, 'city', 'x']]],
    ['an object', [{ city: 'x' }]],
    [
      'the same claim twice',
      [
        ['s', 'city', 'x'],
        ['t', 'city', 'y'],
      ],
    ],
  ] satisfies [string, unknown[]][])('a disclosure of %s, even when our own key signed it', async (_name, contents) => {
    const { issued, reason, key } = await setUp();
    const claims = json(taken(await issued()).payload);
    const disclosures = contents.map(encoded);
    const jwt = await signed(
      key,
      { kid: key.kid, typ: 'registration+sd-jwt' },
      { ...claims, _sd: disclosures.map(digest) },
    );
    expect(await reason(`${jwt}~`)).toBe('VALID');
    expect(await reason(joined(jwt, disclosures))).toBe('DISCLOSURE');
  });

  it('a disclosure that is not UTF-8 or not JSON, even when our own key signed it', async () => {
    const { issued, reason, key } = await setUp();
    const claims = json(taken(await issued()).payload);
    for (const bytes of [
      Buffer.from([0x5b, 0xff, 0x5d]),
      Buffer.from('["s","city",'),
      Buffer.from('\ufeff["s","city","x"]'),
    ]) {
      const disclosure = bytes.toString('base64url');
      const header = { kid: key.kid, typ: 'registration+sd-jwt' };
      const jwt = await signed(key, header, { ...claims, _sd: [digest(disclosure)] });
      expect(await reason(joined(jwt, [disclosure]))).toBe('DISCLOSURE');
    }
  });

  it('in words that quote nothing of the credential', async () => {
    const { issued, verify, key } = await setUp();
    const { jwt, header, payload, signature } = taken(await issued());
    const canary = 'CANARY';
    const messages = await Promise.all(
      [
        canary,
        `${jwt}~${canary}~`,
        `${jwt}~${encoded(['s', canary, canary])}~`,
        `${encoded({ alg: canary })}.${payload}.${signature}~`,
        `${encoded({ ...json(header), kid: canary })}.${payload}.${signature}~`,
        `${await signed(key, { kid: key.kid, typ: canary }, {})}~`,
        `${await signed(key, { kid: key.kid, typ: 'registration+sd-jwt' }, { [canary]: canary })}~`,
      ].map(async (credential) => JSON.stringify(await verify(credential))),
    );
    for (const message of messages) {
      expect(message).toMatch(/"valid":false.*"message":"[A-Z].*\."/);
      expect(message).not.toContain(canary);
    }
    expect(new Set(messages).size).toBeGreaterThan(4);
  });
});

it('old credentials verify for as long as their key is in the set', async () => {
  const [old, next] = [await generateSigningKey('ES256'), await generateSigningKey('EdDSA')];
  const before = await setUp({ keys: [old] });
  const credential = await before.issued();
  const overlap = await setUp({ keys: [next, old] });
  expect(await overlap.reason(credential)).toBe('VALID');
  expect(json(taken(await overlap.issued()).header)).toMatchObject({ alg: 'EdDSA', kid: next.kid });
  expect(overlap.jwks().keys.map(({ kid }) => kid)).toEqual([next.kid, old.kid]);
  // The old key's public part is enough for that.
  const { d, ...retired } = old;
  expect(await (await setUp({ keys: [next, retired] })).reason(credential)).toBe('VALID');
  expect(await (await setUp({ keys: [next] })).reason(credential)).toBe('UNKNOWN_KEY');
});
