import { join } from 'node:path';
import { base64url, FlattenedEncrypt, type FlattenedJWE, flattenedDecrypt } from 'jose';
import { systemClock } from './clock.ts';
import { createSecretFile, readSecretFile } from './secret-file.ts';

/** Encryption of what is stored. The same purpose opens what it sealed, and no other: put what and whose into it. */
export type Sealer = {
  seal(purpose: string, value: unknown): Promise<string>;
  /** Throws SealedError. */
  open(purpose: string, sealed: string): Promise<unknown>;
};

/** Says nothing of the content, and has no cause that could. */
export class SealedError extends Error {
  override name = 'SealedError';
}

/** Names what is wrong with the key, in one line, without it. */
export class SealingKeyError extends Error {
  override name = 'SealingKeyError';
}

const KEY_BYTES = 32;
const HEADER = { alg: 'dir', enc: 'A256GCM' } as const;

/** Never empty: jose seals with an empty one what it then does not open. */
const aadOf = (purpose: string) => Buffer.from(`purpose:${purpose}`, 'utf8');

/**
 * JWE with a key of its own. The purpose is additional authenticated data that is not stored: a value under another id
 * does not open, however the one who opens it handles the result.
 */
export function createSealer(key: Uint8Array): Sealer {
  if (key.length !== KEY_BYTES) throw new SealingKeyError(`A sealing key has ${KEY_BYTES} bytes.`);
  return {
    async seal(purpose, value) {
      const text = JSON.stringify(value);
      if (text === undefined) throw new TypeError('Only what JSON can say can be sealed.');
      // jose takes a random 96-bit nonce for each: good for 2^32 values of one key (NIST SP 800-38D, 8.3).
      const jwe = await new FlattenedEncrypt(Buffer.from(text, 'utf8'))
        .setProtectedHeader(HEADER)
        .setAdditionalAuthenticatedData(aadOf(purpose))
        .encrypt(key);
      return [jwe.protected, jwe.iv, jwe.ciphertext, jwe.tag].join('.');
    },

    async open(purpose, sealed) {
      try {
        const [header, iv, ciphertext, tag, ...more] = sealed.split('.');
        if (more.length > 0) throw new Error('more parts than were sealed');
        const jwe = { protected: header, iv, ciphertext, tag, aad: base64url.encode(aadOf(purpose)) } as FlattenedJWE;
        const { plaintext } = await flattenedDecrypt(jwe, key, {
          keyManagementAlgorithms: [HEADER.alg],
          contentEncryptionAlgorithms: [HEADER.enc],
        });
        return JSON.parse(Buffer.from(plaintext).toString('utf8'));
      } catch {
        throw new SealedError('A sealed value could not be opened: another key or purpose, or it was changed.');
      }
    },
  };
}

/** The key of `ENCRYPTION_KEY`, or the one in the data directory, which is made when there is none. */
export function loadSealingKey({
  configured,
  dataDir,
}: {
  /** base64url of 32 bytes. */
  configured: string | undefined;
  dataDir: string;
}): Uint8Array {
  if (configured !== undefined) return decodeKey('ENCRYPTION_KEY', configured);
  const path = join(dataDir, 'encryption.key');
  const text = readSecretFile(path) ?? createSecretFile(path, `${systemClock.secret(KEY_BYTES)}\n`);
  return decodeKey(path, text.trim());
}

function decodeKey(where: string, text: string): Uint8Array {
  const key = Buffer.from(text, 'base64url');
  // Node decodes whatever it is given; only what encodes to the same text was base64url.
  if (key.length !== KEY_BYTES || key.toString('base64url') !== text) {
    throw new SealingKeyError(`${where}: must be ${KEY_BYTES} bytes in base64url (43 characters).`);
  }
  return key;
}
