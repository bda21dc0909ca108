import { join } from 'node:path';
import {
  CompactSign,
  type CryptoKey,
  calculateJwkThumbprint,
  compactVerify,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose';
import { z } from 'zod';
import { createSecretFile, readSecretFile } from '../infra/secret-file.ts';

export type SigningAlgorithm = 'ES256' | 'EdDSA';

type VerifyingKey = {
  kid: string;
  alg: SigningAlgorithm;
  publicKey: CryptoKey;
  /** The public part, as it stands in the JWK set. */
  jwk: JWK;
};

export type SigningKeys = {
  /** Signs. */
  current: { kid: string; alg: SigningAlgorithm; privateKey: CryptoKey };
  /** Verify, the current one first; by `kid`. */
  all: ReadonlyMap<string, VerifyingKey>;
};

/** One line that names the setting or file and what is wrong with it; never key material, so never a cause. */
export class SigningKeysError extends Error {
  override name = 'SigningKeysError';
}

// Only the members that matter: what else a JWK carries is neither imported nor published.
const shared = { kid: z.string().min(1).optional(), use: z.literal('sig').optional(), d: z.string().optional() };
const Key = z.union([
  z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    alg: z.literal('ES256').default('ES256'),
    ...shared,
  }),
  z.object({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string(),
    alg: z.literal('EdDSA').default('EdDSA'),
    ...shared,
  }),
]);
const KeySet = z.object({ keys: z.array(z.unknown()).min(1) });

/**
 * The keys that sign and verify credentials. Rotation: add the new key behind the current one until every instance and
 * every third party's copy of the JWK set has it; move it to the front; drop the old one when its last credential has
 * expired. A key behind the first needs no private part.
 */
export async function loadSigningKeys({
  configured,
  dataDir,
  algorithm,
}: {
  /** A private JWK set as JSON: its first key signs, all verify. */
  configured: string | undefined;
  /** Without it, where the generated set is kept. */
  dataDir: string;
  /** Of a generated key; a configured one says itself. */
  algorithm: SigningAlgorithm;
}): Promise<SigningKeys> {
  if (configured !== undefined) return readKeys('SIGNING_KEYS', configured);
  const path = join(dataDir, 'signing-keys.json');
  const kept = readSecretFile(path) ?? createSecretFile(path, await newSet(algorithm));
  const keys = await readKeys(path, kept);
  if (keys.current.alg !== algorithm) {
    throw new SigningKeysError(
      `${path}: its first key does not sign with ${algorithm}; put one that does in front of it, or remove the file.`,
    );
  }
  return keys;
}

/** A private JWK, named by its thumbprint (RFC 7638). */
export async function generateSigningKey(algorithm: SigningAlgorithm): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: 'sig' };
}

async function newSet(algorithm: SigningAlgorithm): Promise<string> {
  return `${JSON.stringify({ keys: [await generateSigningKey(algorithm)] }, null, 2)}\n`;
}

async function readKeys(where: string, text: string): Promise<SigningKeys> {
  const set = KeySet.safeParse(parseJson(text));
  if (!set.success)
    throw new SigningKeysError(`${where}: must be a JWK set in JSON, {"keys": [...]}, with a key in it.`);

  const all = new Map<string, VerifyingKey>();
  let current: SigningKeys['current'] | undefined;
  for (const [index, entry] of set.data.keys.entries()) {
    const place = `${where}: key ${index + 1}`;
    const key = Key.safeParse(entry);
    if (!key.success) throw new SigningKeysError(`${place} must be a P-256 key for ES256 or an Ed25519 key for EdDSA.`);
    const { d, kid: given, use: _, ...parameters } = key.data;
    const kid = given ?? (await thumbprint(place, parameters));
    const jwk = { ...parameters, kid, use: 'sig' };
    if (all.has(kid)) throw new SigningKeysError(`${place} has the same kid as a key before it.`);
    if (index === 0 && d === undefined) throw new SigningKeysError(`${place} signs, and has no private part (d).`);
    const publicKey = await importKey(place, jwk);
    all.set(kid, { kid, alg: jwk.alg, publicKey, jwk });
    if (d === undefined) continue;
    const privateKey = await importKey(place, { ...jwk, d });
    await checkPair(place, jwk.alg, privateKey, publicKey);
    current ??= { kid, alg: jwk.alg, privateKey };
  }
  return { current: current!, all };
}

/** Undefined when it is none: the error would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function thumbprint(place: string, jwk: JWK): Promise<string> {
  return calculateJwkThumbprint(jwk).catch(() => {
    throw new SigningKeysError(`${place} is not a valid key.`);
  });
}

async function importKey(place: string, jwk: JWK): Promise<CryptoKey> {
  try {
    return (await importJWK(jwk)) as CryptoKey;
  } catch {
    throw new SigningKeysError(`${place} is not a valid key.`);
  }
}

/** A private part of another key would sign what nobody can verify, and Web Crypto imports it without a word. */
async function checkPair(place: string, alg: string, privateKey: CryptoKey, publicKey: CryptoKey): Promise<void> {
  try {
    const signed = await new CompactSign(new Uint8Array()).setProtectedHeader({ alg }).sign(privateKey);
    await compactVerify(signed, publicKey);
  } catch {
    throw new SigningKeysError(`${place}: its private part (d) is not that of its public part.`);
  }
}
