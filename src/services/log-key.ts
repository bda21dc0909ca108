import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { createSecretFile, readSecretFile } from '../infra/secret-file.ts';

/** What the log's checkpoints are signed with. The public part has 32 bytes. */
export type LogKey = { privateKey: KeyObject; publicKey: Uint8Array };

/** One line that names the setting or file and what is wrong with it; never key material, so never a cause. */
export class LogKeyError extends Error {
  override name = 'LogKeyError';
}

const Jwk = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() });

/**
 * The one key of the log, a private Ed25519 JWK as JSON. It is what the log is known by: with another key it is another
 * log to everybody who follows it, so there is no rotation.
 */
export function loadLogKey({
  configured,
  dataDir,
}: {
  configured: string | undefined;
  /** Without it, where the generated key is kept. */
  dataDir: string;
}): LogKey {
  if (configured !== undefined) return readKey('LOG_KEY', configured);
  const path = join(dataDir, 'log-key.json');
  return readKey(path, readSecretFile(path) ?? createSecretFile(path, `${generateLogKey()}\n`));
}

/** A new one, as LOG_KEY takes it. */
export function generateLogKey(): string {
  return JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));
}

function readKey(where: string, text: string): LogKey {
  const jwk = Jwk.safeParse(parseJson(text));
  if (!jwk.success) {
    throw new LogKeyError(`${where}: must be a private Ed25519 key as a JWK in JSON, as npm run log-key prints it.`);
  }
  try {
    const privateKey = createPrivateKey({ key: jwk.data, format: 'jwk' });
    // Node takes a private part with any public one beside it.
    const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
    const publicKey = Buffer.from(x!, 'base64url');
    if (x === jwk.data.x) return { privateKey, publicKey: new Uint8Array(publicKey) };
  } catch {
    throw new LogKeyError(`${where} is not a valid key.`);
  }
  throw new LogKeyError(`${where}: its private part (d) is not that of its public part (x).`);
}

/** Undefined when it is none: the error would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
