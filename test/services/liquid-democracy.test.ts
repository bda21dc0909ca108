// The seed's second case: Alice's platform tells a councillor that its users are registered voters of their district, and
// the councillor need not trust Alice. With what the user lets go, they learn the district and nothing else.
import type { JSONWebKeySet } from 'jose';
import { expect, it } from 'vitest';
import {
  bearer,
  type ChecksGateway,
  type Input,
  inputOf,
  kenyan,
  personNamed,
  startChecksGateway,
} from '../support/checks.ts';
import { verifyOffline } from './offline-verification.ts';

const ISSUER = 'https://checks.example';
const VOTER = '10000001';
const start = () => startChecksGateway({ env: { ISSUER } });

async function keysOf({ app }: ChecksGateway): Promise<JSONWebKeySet> {
  return (await (await app.fetch(new Request('http://gateway/.well-known/jwks.json'))).json()) as JSONWebKeySet;
}

type Disclosure = { encoded: string; name: string; value: string };
const partsOf = (credential: string) => {
  const [jwt, ...rest] = credential.split('~');
  const disclosures = rest.slice(0, -1).map((encoded): Disclosure => {
    const [, name, value] = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    return { encoded, name, value };
  });
  return { jwt: jwt!, payload: JSON.parse(Buffer.from(jwt!.split('.')[1]!, 'base64url').toString()), disclosures };
};

/** What the voter's own software does before it hands the credential on. */
function only(credential: string, ...names: string[]): string {
  const { jwt, disclosures } = partsOf(credential);
  const kept = disclosures.filter(({ name }) => names.includes(name)).map(({ encoded }) => encoded);
  expect(kept).toHaveLength(names.length);
  return [jwt, ...kept, ''].join('~');
}

/** In clear in every credential, whatever is disclosed. Nothing of it is about the person but the outcome. */
const IN_CLEAR = {
  iss: ISSUER,
  iat: expect.any(Number),
  nbf: expect.any(Number),
  exp: expect.any(Number),
  jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
  answered_at: expect.any(Number),
  outcome: 'REGISTERED',
};
/** All that whoever is shown a credential can read, however they look at it. */
const readable = (shown: string) =>
  [...shown.split('~'), ...shown.split('~').flatMap((part) => part.split('.'))]
    .flatMap((part) => [
      part,
      Buffer.from(part, 'base64url').toString('latin1'),
      Buffer.from(part, 'base64url').toString(),
    ])
    .join('\n')
    .toLowerCase();

async function issued(gateway: ChecksGateway, input: Input): Promise<{ id: string; credential: string }> {
  const { id, credential } = await gateway.run(input);
  return { id, credential };
}

it('Kenya: a third party learns the ward, that its voter is registered, and nothing else', async () => {
  const gateway = await start();
  const { id, credential } = await issued(gateway, kenyan(VOTER));
  const { disclosures } = partsOf(credential);
  expect(disclosures.map(({ name }) => name)).toEqual(['voter_id', 'county', 'constituency', 'ward']);
  const ward = disclosures.at(-1)!.value;

  const shown = only(credential, 'ward');
  expect(await verifyOffline(shown, await keysOf(gateway), ISSUER)).toEqual({
    ...IN_CLEAR,
    jurisdiction: 'KENYA',
    source: 'iebc',
    ward,
  });
  // The gateway's own verification says the same.
  const verify = `query ($credential: String!) { verifyRegistrationCredential(credential: $credential) { isValid disclosed } }`;
  expect((await gateway.query(verify, { credential: shown })).data.verifyRegistrationCredential).toEqual({
    isValid: true,
    disclosed: { ward },
  });

  const { data } = await gateway.query(
    'query ($code: ID!) { voter(code: $code) { name } }',
    { code: VOTER },
    bearer('reader'),
  );
  expect(data.voter.name).toMatch(/\w+ \w+/);
  const hidden = disclosures.filter(({ name }) => name !== 'ward').map(({ value }) => value);
  // The ward may be called as its county is: what is looked for is more than that.
  const secrets = [...hidden, data?.voter?.name, id, Buffer.from(id, 'base64url').toString().split(':')[1]].filter(
    Boolean,
  );
  const text = readable(shown);
  for (const secret of secrets.filter((one) => !ward.toLowerCase().includes(one.toLowerCase())))
    expect(text).not.toContain(secret.toLowerCase());
  for (const { encoded, name } of disclosures) if (name !== 'ward') expect(shown).not.toContain(encoded);
});

it.each(['county', 'constituency', 'ward'])('Kenya: the %s can be shown alone', async (name) => {
  const gateway = await start();
  const { credential } = await issued(gateway, kenyan(VOTER));
  const { value } = partsOf(credential).disclosures.find((one) => one.name === name)!;
  const claims = await verifyOffline(only(credential, name), await keysOf(gateway), ISSUER);
  expect(claims).toEqual({ ...IN_CLEAR, jurisdiction: 'KENYA', source: 'iebc', [name]: value });
});

it.each([
  ['city', 'Ottawa'],
  ['postal_code', 'K1N 0Z5'],
])('Canada: the %s of the address that was confirmed can be shown alone', async (name, value) => {
  const gateway = await start();
  const person = personNamed(gateway.ereg, 'Modèle');
  const { credential } = await issued(
    gateway,
    inputOf(person, [{ text: person.movedTo! }, { labeled: { label: 'x', text: '431 Beavertail Avenue, OTTAWA' } }]),
  );
  const shown = only(credential, name);
  const claims = await verifyOffline(shown, await keysOf(gateway), ISSUER);
  expect(claims).toEqual({ ...IN_CLEAR, jurisdiction: 'CANADA', source: 'ereg', [name]: value });
  // As long as no digest or signature holds by chance.
  for (const secret of ['Modèle', 'Jean-Luc', person.birthDate, 'Beavertail', 'Bloor St', '431 Beaver'])
    expect(readable(shown)).not.toContain(secret.toLowerCase());
});

it('shows by no number which claims there are: of one who is not known as many hashes as of one who is', async () => {
  const gateway = await start();
  const known = partsOf((await issued(gateway, kenyan(VOTER))).credential);
  const unknown = partsOf((await issued(gateway, kenyan('99999999'))).credential);
  expect([known.disclosures.length, unknown.disclosures.length]).toEqual([4, 1]);
  expect(Object.keys(known.payload).toSorted()).toEqual(Object.keys(unknown.payload).toSorted());
  expect(known.payload._sd.length).toBe(unknown.payload._sd.length);
  expect(
    known.payload._sd.every((digest: string, at: number) => digest.length === unknown.payload._sd[at].length),
  ).toBe(true);
});
