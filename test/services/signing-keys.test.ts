import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { generateSigningKey, loadSigningKeys, SigningKeysError } from '../../src/services/signing-keys.ts';

const directory = () => join(mkdtempSync(join(tmpdir(), 'signing-keys-')), 'data');
const configured = (...keys: unknown[]) =>
  loadSigningKeys({ configured: JSON.stringify({ keys }), dataDir: '/nowhere', algorithm: 'ES256' });
const kept = (dataDir: string, algorithm: 'ES256' | 'EdDSA' = 'ES256') =>
  loadSigningKeys({ configured: undefined, dataDir, algorithm });
const error = async (keys: Promise<unknown>): Promise<SigningKeysError> => {
  const thrown = await keys.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(SigningKeysError);
  return thrown as SigningKeysError;
};

describe('a generated key', () => {
  it.each(['ES256', 'EdDSA'] as const)(
    'is made once, for %s, and kept where only its owner reads',
    async (algorithm) => {
      const dataDir = directory();
      const first = await kept(dataDir, algorithm);
      expect(first.current.alg).toBe(algorithm);
      expect([...first.all.keys()]).toEqual([first.current.kid]);
      expect((await kept(dataDir, algorithm)).current.kid).toBe(first.current.kid);
      expect(statSync(dataDir).mode & 0o777).toBe(0o700);
      expect(statSync(join(dataDir, 'signing-keys.json')).mode & 0o777).toBe(0o600);
      expect(readdirSync(dataDir)).toEqual(['signing-keys.json']);
      // What is in the file can be configured as it is.
      const text = readFileSync(join(dataDir, 'signing-keys.json'), 'utf8');
      const moved = await loadSigningKeys({ configured: text, dataDir: '/nowhere', algorithm });
      expect(moved.current.kid).toBe(first.current.kid);
    },
  );

  it('is one key, however many start at once', async () => {
    const dataDir = directory();
    const all = await Promise.all(Array.from({ length: 10 }, () => kept(dataDir)));
    expect(new Set(all.map(({ current }) => current.kid)).size).toBe(1);
    expect(readdirSync(dataDir)).toEqual(['signing-keys.json']);
  });

  it('is named by its thumbprint', async () => {
    const jwk = await generateSigningKey('EdDSA');
    expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', d: expect.any(String) });
    expect(jwk.kid).toBe(await calculateJwkThumbprint(jwk));
  });

  it('is not silently of another algorithm than asked for', async () => {
    const dataDir = directory();
    await kept(dataDir, 'ES256');
    const { message } = await error(kept(dataDir, 'EdDSA'));
    expect(message).toContain('does not sign with EdDSA');
    expect(message).toContain(join(dataDir, 'signing-keys.json'));
  });

  it('that cannot be read stops the start, and stays', async () => {
    const dataDir = directory();
    await kept(dataDir);
    const file = join(dataDir, 'signing-keys.json');
    writeFileSync(file, '{"keys": [{"d": "CANARY"');
    const { message } = await error(kept(dataDir));
    expect(message).toContain(file);
    expect(message).not.toContain('CANARY');
    expect(readFileSync(file, 'utf8')).toContain('CANARY');
  });
});

describe('configured keys', () => {
  it('sign with the first and verify with all', async () => {
    const [first, second] = [await generateSigningKey('EdDSA'), await generateSigningKey('ES256')];
    const { current, all } = await configured(first, { ...second, kid: 'mine' });
    expect(current).toMatchObject({ kid: first.kid, alg: 'EdDSA' });
    expect([...all.keys()]).toEqual([first.kid, 'mine']);
  });

  it('need no name, algorithm or use', async () => {
    const { kid, alg, use, ...bare } = await generateSigningKey('ES256');
    const { current, all } = await configured(bare);
    expect(current).toMatchObject({ kid, alg });
    const { d, ...open } = { ...bare, kid, alg, use };
    expect(all.get(kid!)!.jwk).toEqual(open);
  });

  it('show their public part only', async () => {
    const [ec, okp] = [await generateSigningKey('ES256'), await generateSigningKey('EdDSA')];
    const { all } = await configured({ ...ec, note: 'CANARY', k: 'CANARY' }, okp);
    const [first, second] = [...all.values()].map(({ jwk }) => Object.keys(jwk).sort());
    expect(first).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(second).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    expect(JSON.stringify([...all.values()])).not.toContain('CANARY');
  });

  it.each([
    ['not JSON', 'CANARY{', 'SIGNING_KEYS: must be a JWK set'],
    ['a key without its set', '{"kty":"EC","d":"CANARY"}', 'SIGNING_KEYS: must be a JWK set'],
    ['no key', '{"keys":[]}', 'SIGNING_KEYS: must be a JWK set'],
    ['nothing', '', 'SIGNING_KEYS: must be a JWK set'],
    ['a shared secret', '{"keys":[{"kty":"oct","k":"CANARY"}]}', 'SIGNING_KEYS: key 1 must be a P-256 key'],
    ['words', '{"keys":["CANARY"]}', 'SIGNING_KEYS: key 1 must be a P-256 key'],
  ])('cannot be %s', async (_name, text, start) => {
    const { message, cause } = await error(
      loadSigningKeys({ configured: text, dataDir: '/nowhere', algorithm: 'ES256' }),
    );
    expect(message.startsWith(start)).toBe(true);
    expect(message).not.toContain('CANARY');
    expect(message).not.toContain('\n');
    expect(cause).toBeUndefined();
  });

  it.each([
    ['without its private part', ({ d, ...key }: JWK) => [key], 'key 1 signs, and has no private part'],
    ['twice', (key: JWK) => [key, key], 'key 2 has the same kid'],
    ['that is for encryption', (key: JWK) => [{ ...key, use: 'enc' }], 'key 1 must be'],
    ['of another algorithm than its curve', (key: JWK) => [{ ...key, alg: 'EdDSA' }], 'key 1 must be'],
    ['on another curve', (key: JWK) => [{ ...key, crv: 'P-384' }], 'key 1 must be'],
    ['that is no point', (key: JWK) => [{ ...key, x: 'AAAA' }], 'key 1 is not a valid key'],
    ['with an empty name', (key: JWK) => [{ ...key, kid: '' }], 'key 1 must be'],
  ] satisfies [string, (key: JWK) => unknown[], string][])('cannot have a key %s', async (_name, change, says) => {
    const key = await generateSigningKey('ES256');
    const { message } = await error(configured(...change(key)));
    expect(message).toContain(`SIGNING_KEYS: ${says}`);
    expect(message).not.toContain(key.d);
  });

  it.each(['ES256', 'EdDSA'] as const)('cannot have the private part of another: %s', async (algorithm) => {
    const [one, other] = [await generateSigningKey(algorithm), await generateSigningKey(algorithm)];
    const { message } = await error(configured(one, { ...other, d: one.d }));
    expect(message).toMatch(/^SIGNING_KEYS: key 2/);
    expect(message).not.toContain(one.d);
  });
});
