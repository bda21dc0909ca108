import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeGlobalId } from '../../src/schema/ids.ts';
import {
  bearer,
  CANCEL,
  type ChecksGateway,
  ERASE,
  GET,
  inputOf,
  kenyan,
  maple,
  NODE,
  REQUEST,
  request,
  startChecksGateway,
  WATCH,
  watched,
} from '../support/checks.ts';
import { startIssuer } from '../support/issuer.ts';

const ADDRESS = { text: '117-719 Bloor St W, Toronto' };
const PARTS = { streetNumber: '719', streetName: 'Bloor St W', postalCode: 'M6G 0X1' };
const canada = (change: Record<string, unknown> = {}) => ({
  canada: { givenName: 'Maple', familyName: 'Testwell', birthDate: '1980-01-04', addresses: [ADDRESS], ...change },
});
const labeled = (...given: unknown[]) => canada({ addresses: [ADDRESS, ...given.map((one) => ({ labeled: one }))] });
const inParts = (change: Record<string, unknown>) =>
  canada({ addresses: [ADDRESS, { parts: { ...PARTS, ...change } }] });
const tomorrow = () => new Date(Date.now() + 26 * 60 * 60 * 1000).toISOString().slice(0, 10);

async function untouched({ ereg, upstream, query }: ChecksGateway) {
  expect(ereg.requests).toEqual([]);
  expect(upstream()).toEqual([]);
  // The key is still free, so nothing was kept of it.
  const { requestRegistrationCheck } = (await query(REQUEST, { input: kenyan('10000001'), key: 'the-key' }, bearer()))
    .data;
  expect(requestRegistrationCheck.__typename).toBe('RequestRegistrationCheckSuccess');
}

describe('an input that is not well-formed', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['no given name', canada({ givenName: ' ' }), 'input.canada.givenName'],
    ['a long given name', canada({ givenName: 'M'.repeat(101) }), 'input.canada.givenName'],
    ['a given name of two lines', canada({ givenName: 'Ma\nple' }), 'input.canada.givenName'],
    ['half a character', canada({ givenName: 'Ma\ud800' }), 'input.canada.givenName'],
    ['a null character', canada({ middleName: 'a\0b' }), 'input.canada.middleName'],
    ['no family name', canada({ familyName: '' }), 'input.canada.familyName'],
    ['a date to come', canada({ birthDate: tomorrow() }), 'input.canada.birthDate'],
    ['a date long ago', canada({ birthDate: '1899-12-31' }), 'input.canada.birthDate'],
    ['no address', canada({ addresses: [] }), 'input.canada.addresses'],
    ['eleven addresses', canada({ addresses: Array(11).fill(ADDRESS) }), 'input.canada.addresses'],
    ['an empty address', canada({ addresses: [ADDRESS, { text: '' }] }), 'input.canada.addresses.1.text'],
    ['a long address', canada({ addresses: [{ text: 'x'.repeat(201) }] }), 'input.canada.addresses.0.text'],
    ['a house without a number', inParts({ streetNumber: '' }), 'input.canada.addresses.1.parts.streetNumber'],
    ['no street', inParts({ streetName: ' ' }), 'input.canada.addresses.1.parts.streetName'],
    ['no postal code', inParts({ postalCode: '' }), 'input.canada.addresses.1.parts.postalCode'],
    ['a long city', inParts({ city: 'x'.repeat(101) }), 'input.canada.addresses.1.parts.city'],
    ['a unit with a tab in it', inParts({ unitNumber: '1\t2' }), 'input.canada.addresses.1.parts.unitNumber'],
    ['an empty label', labeled({ ...ADDRESS, label: ' ' }), 'input.canada.addresses.1.labeled.label'],
    ['a long label', labeled({ ...ADDRESS, label: 'x'.repeat(101) }), 'input.canada.addresses.1.labeled.label'],
    ['a label of two lines', labeled({ ...ADDRESS, label: 'a\nb' }), 'input.canada.addresses.1.labeled.label'],
    [
      'a label that is there twice',
      labeled({ ...ADDRESS, label: 'home' }, { parts: PARTS, label: ' home' }),
      'input.canada.addresses.2.labeled.label',
    ],
    ['a label and no address', labeled({ label: 'home' }), 'input.canada.addresses.1.labeled'],
    [
      'a label and two addresses',
      labeled({ ...ADDRESS, parts: PARTS, label: 'a' }),
      'input.canada.addresses.1.labeled',
    ],
    ['a label and an empty address', labeled({ text: '', label: 'a' }), 'input.canada.addresses.1.labeled.text'],
    [
      'a label and an address without a house',
      labeled({ parts: { ...PARTS, streetNumber: '' }, label: 'a' }),
      'input.canada.addresses.1.labeled.parts.streetNumber',
    ],
    ['no voter id', kenyan(''), 'input.kenya.voterId'],
    ['a voter id with a space', kenyan('1000 0001'), 'input.kenya.voterId'],
    ['a voter id that would change a signature', kenyan('1&type=results'), 'input.kenya.voterId'],
    ['a voter id that leads elsewhere', kenyan('../county'), 'input.kenya.voterId'],
  ])('is refused with its field: %s', async (_name, input, field) => {
    const gateway = await startChecksGateway();
    const { data, errors } = await gateway.query(REQUEST, { input, key: 'the-key' }, bearer());
    expect(errors).toBeUndefined();
    expect(data.requestRegistrationCheck).toMatchObject({ __typename: 'InvalidInput', field });
    expect(data.requestRegistrationCheck.message).toContain(field);
    await untouched(gateway);
  });

  it.each<[string, string]>([
    ['empty', ' '],
    ['too long', 'k'.repeat(201)],
  ])('is refused when its idempotency key is %s', async (_name, key) => {
    const gateway = await startChecksGateway();
    const { data } = await gateway.query(REQUEST, { input: canada(), key }, bearer());
    expect(data.requestRegistrationCheck).toMatchObject({ __typename: 'InvalidInput', field: 'idempotencyKey' });
    await untouched(gateway);
  });

  it.each<[string, unknown]>([
    ['both registers', { ...canada(), ...kenyan('10000001') }],
    ['neither register', {}],
    ['a register that is null', { canada: null }],
    ['an address in text and in parts', canada({ addresses: [{ ...ADDRESS, parts: PARTS }] })],
    ['an address in neither', canada({ addresses: [{}] })],
    [
      'an address with a label and without',
      canada({ addresses: [{ ...ADDRESS, labeled: { ...ADDRESS, label: 'a' } }] }),
    ],
    ['an address without its label', labeled(ADDRESS)],
    ['a date that is none', canada({ birthDate: '1980-02-30' })],
    ['a date as the upstream spells it', canada({ birthDate: '1980-1-4' })],
    ['an instant for a date', canada({ birthDate: '1980-01-04T00:00:00Z' })],
    ['no name at all', canada({ familyName: undefined })],
    ['what nobody asked for', canada({ socialInsuranceNumber: '123' })],
  ])('is refused before anything runs: %s', async (_name, input) => {
    const gateway = await startChecksGateway();
    const { data, errors } = await gateway.query(REQUEST, { input, key: 'the-key' }, bearer());
    expect(data?.requestRegistrationCheck).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    await untouched(gateway);
  });
});

const ALL: [string, string][] = [
  ['registrationCheck', GET],
  ['cancelRegistrationCheck', CANCEL],
  ['eraseRegistrationCheck', ERASE],
  ['node', NODE],
];

describe.each(ALL)('%s', (field, text) => {
  it('answers for another key’s check as for one that does not exist, byte for byte', async () => {
    const { app, ereg, query, get } = await startChecksGateway({ ereg: { checkMs: 600_000 } });
    const mine = await request({ query }, inputOf(maple(ereg)));
    const raw = async (id: string) => {
      const response = await app.fetch(
        new Request('http://gateway/graphql', {
          method: 'POST',
          // An id of the request's own is all that would differ.
          headers: { 'content-type': 'application/json', 'x-request-id': 'the-same', ...bearer('library') },
          body: JSON.stringify({ query: text, variables: { id } }),
        }),
      );
      const headers = [...response.headers].filter(([name]) => !name.startsWith('ratelimit-'));
      return { status: response.status, headers, body: await response.text() };
    };
    const nobodys = encodeGlobalId('RegistrationCheck', '00000000-0000-4000-8000-000000000000');
    const answer = await raw(mine.id);
    expect(answer).toEqual(await raw(nobodys));
    const { data } = JSON.parse(answer.body);
    expect(data[field] === null || data[field].__typename === 'CheckNotFound').toBe(true);
    // And nothing came of it.
    expect((await get(mine.id)).state).not.toBe('CANCELED');
  });

  it('needs a key, and one with the scope', async () => {
    const { ereg, query, get } = await startChecksGateway({ ereg: { checkMs: 600_000 } });
    const { id } = await request({ query }, inputOf(maple(ereg)));
    const stranger = await query(text, { id });
    const reader = await query(text, { id }, bearer('reader'));
    // A node is not found by those who may not see it, as with everything else that has a scope.
    if (field === 'node') {
      for (const answer of [stranger, reader])
        expect(answer).toMatchObject({ data: { node: null }, errors: undefined });
    } else {
      expect(stranger.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      expect(reader.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      for (const { data } of [stranger, reader]) expect(data?.[field] ?? null).toBeNull();
    }
    expect((await get(id)).state).not.toBe('CANCELED');
  });

  it.each(['', 'a b', '../..', encodeGlobalId('County', '1'), encodeGlobalId('RegistrationCheck', 'a/b')])(
    'refuses what cannot be the id of a check: %j',
    async (id) => {
      const { query } = await startChecksGateway();
      const { data, errors } = await query(text, { id }, bearer());
      const answer = data?.[field] ?? null;
      if (answer?.__typename) expect(answer).toMatchObject({ __typename: 'InvalidInput', field: 'id' });
      // A county is a node, if not this one.
      else if (!errors) expect([field, answer]).toEqual(['node', null]);
      else expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );
});

it('asks for a check, and for its updates, only with a key that has the scope', async () => {
  const { ereg, query } = await startChecksGateway();
  for (const [headers, code] of [
    [{}, 'UNAUTHENTICATED'],
    [bearer('reader'), 'FORBIDDEN'],
  ] as const) {
    const { data, errors } = await query(REQUEST, { input: canada() }, headers);
    expect(data?.requestRegistrationCheck ?? null).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code } }]);
    const watching = await query(WATCH, { id: 'any' }, { ...headers, accept: 'application/json' }).catch(() => null);
    expect(watching?.data?.registrationCheckUpdated ?? null).toBeNull();
  }
  expect(ereg.requests).toEqual([]);
});

it('finds a check by node, with its fields, for the key that asked', async () => {
  const { ereg, run, query } = await startChecksGateway();
  const ended = await run(inputOf(maple(ereg)));
  const { data } = await query(NODE, { id: ended.id }, bearer());
  expect(data.node).toEqual({ __typename: 'RegistrationCheck', ...ended });
});

it('forgets a check that is erased, with all that belonged to it', async () => {
  const { ereg, run, query } = await startChecksGateway();
  const { id } = await run(inputOf(maple(ereg)));
  const erased = await query(ERASE, { id }, bearer());
  expect(erased.data.eraseRegistrationCheck).toEqual({ __typename: 'EraseRegistrationCheckSuccess', erasedId: id });
  for (const [field, text] of ALL) {
    const { data } = await query(text, { id }, bearer());
    expect(data[field] === null || data[field].__typename === 'CheckNotFound').toBe(true);
  }
});

it('keeps the checks of a portal’s members apart', async () => {
  const issuer = await startIssuer();
  const { query, app } = await startChecksGateway({ env: issuer.env });
  const member = async (sub: string) => ({
    authorization: `Bearer ${await issuer.token({ sub, scope: 'checks:write' })}`,
  });
  const jane = await member('jane');
  const check = await request({ query }, kenyan('10000001'), { as: jane });
  await watched(app, check.id, jane);
  for (const [, text] of [ALL[0]!, ALL[3]!]) {
    const [own] = Object.values((await query(text, { id: check.id }, jane)).data) as { id: string }[];
    expect(own?.id).toBe(check.id);
    const [others] = Object.values((await query(text, { id: check.id }, await member('lee'))).data);
    expect(others).toBeNull();
  }
});

/** A portal whose tokens name their member in a claim of its own, and a key that has the portal's name. */
async function withPortal(claim: string) {
  const issuer = await startIssuer();
  const keys = ['portal', 'member', 'member/jane'].map((name) => ({
    name,
    sha256: createHash('sha256').update(`${name}-secret-key`).digest('hex'),
    scopes: ['checks:write'],
  }));
  const env = { ...issuer.env, OIDC_IDENTIFIER_CLAIM: claim, API_KEYS: JSON.stringify(keys) };
  const gateway = await startChecksGateway({ env });
  return {
    ...gateway,
    byKey: (name: string) => ({ authorization: `Bearer ${name}-secret-key` }),
    byToken: async (claims: Record<string, unknown>) => ({
      authorization: `Bearer ${await issuer.token({ scope: 'checks:write', ...claims })}`,
    }),
  };
}

it('gives nothing to a portal’s token that does not say whose it is, and keeps nothing for it', async () => {
  const { query, app, byKey, byToken, upstream } = await withPortal('member_id');
  const key = byKey('portal');
  const check = await request({ query }, kenyan('10000001'), { as: key });
  await watched(app, check.id, key);
  const before = upstream();
  for (const claims of [{ sub: 'jane' }, { sub: 'lee' }, { sub: 'lee', member_id: '' }, { member_id: ['portal'] }]) {
    const token = await byToken(claims);
    const answers = [
      await query(REQUEST, { input: kenyan('10000002'), key: 'once' }, token),
      ...(await Promise.all(ALL.slice(0, 3).map(([, text]) => query(text, { id: check.id }, token)))),
    ];
    for (const { data, errors } of answers) {
      expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
      expect(errors).toMatchObject([
        { message: expect.stringContaining('does not say whose it is'), extensions: { code: 'FORBIDDEN' } },
      ]);
    }
    expect(await query(NODE, { id: check.id }, token)).toMatchObject({ data: { node: null }, errors: undefined });
    await expect(watched(app, check.id, token)).rejects.toThrow('FORBIDDEN');
  }
  expect(upstream()).toEqual(before);
  const own = (await query(GET, { id: check.id }, key)).data.registrationCheck;
  expect(own).toMatchObject({ id: check.id, state: 'COMPLETED' });
});

it('takes no key for a member, and no member for a key, whatever they are called', async () => {
  const { query, app, byKey, byToken } = await withPortal('sub');
  const callers = [
    byKey('portal'),
    byKey('member'),
    byKey('member/jane'),
    await byToken({ sub: 'jane' }),
    await byToken({ sub: 'portal' }),
    await byToken({ sub: 'key/portal' }),
  ];
  const checks = await Promise.all(
    callers.map((as) => request({ query }, kenyan('10000001'), { as, key: 'the same of all' })),
  );
  expect(new Set(checks.map(({ id }) => id)).size).toBe(callers.length);
  for (const [index, as] of callers.entries()) {
    await watched(app, checks[index].id, as);
    const seen = await Promise.all(checks.map(({ id }) => query(GET, { id }, as)));
    expect(seen.map(({ data }) => data.registrationCheck !== null)).toEqual(checks.map((_, of) => of === index));
  }
});

it('proves its outcome to a third party', async () => {
  const { ereg, run, query } = await startChecksGateway();
  const { credential } = await run(inputOf(maple(ereg)));
  const VERIFY = `query ($credential: String!) { verifyRegistrationCredential(credential: $credential) {
    isValid reason message issuer outcome jurisdiction source answeredAt issuedAt expiresAt disclosed } }`;
  const verify = async (text: string) => (await query(VERIFY, { credential: text })).data.verifyRegistrationCredential;
  expect(await verify(credential)).toMatchObject({
    ...{ isValid: true, reason: null, outcome: 'REGISTERED', jurisdiction: 'CANADA', source: 'ereg' },
    disclosed: {
      given_name: 'Maple',
      family_name: 'Testwell',
      birthdate: '1980-01-04',
      country: 'CA',
      province: 'ON',
      city: 'Toronto',
      postal_code: 'M6G 0X1',
      address: '719 Bloor St W #117, Toronto, ON M6G 0X1, Canada',
    },
  });
  const [jwt, ...disclosures] = credential.split('~');
  const hidden = [
    jwt,
    ...disclosures.filter((text: string) => !/address/.test(Buffer.from(text, 'base64url').toString())),
  ];
  const shown = await verify(hidden.join('~'));
  expect(shown).toMatchObject({ isValid: true, disclosed: { given_name: 'Maple' } });
  expect(shown.disclosed).not.toHaveProperty('address');
  expect(await verify(`${jwt.slice(0, -4)}AAAA~`)).toEqual({
    ...{ isValid: false, reason: 'SIGNATURE', message: expect.any(String), issuer: null, outcome: null },
    ...{ jurisdiction: null, source: null, answeredAt: null, issuedAt: null, expiresAt: null, disclosed: null },
  });
});

it('names in a Kenyan credential where the voter is registered', async () => {
  const { run, query } = await startChecksGateway();
  const disclosed = async (voterId: string) => {
    const { credential } = await run(kenyan(voterId));
    const { data } = await query(
      'query ($credential: String!) { verifyRegistrationCredential(credential: $credential) { source outcome disclosed } }',
      { credential },
    );
    return data.verifyRegistrationCredential;
  };
  expect(await disclosed('10000001')).toEqual({
    source: 'iebc',
    outcome: 'REGISTERED',
    disclosed: {
      voter_id: '10000001',
      county: expect.any(String),
      constituency: expect.any(String),
      ward: expect.any(String),
    },
  });
  expect(await disclosed('99999999')).toEqual({
    source: 'iebc',
    outcome: 'NOT_CONFIRMED',
    disclosed: { voter_id: '99999999' },
  });
});
