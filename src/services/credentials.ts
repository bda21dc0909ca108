import { createHash } from 'node:crypto';
import { CompactSign, compactVerify, errors, type JWK } from 'jose';
import { z } from 'zod';
import {
  type CredentialFacts,
  type CredentialJurisdiction,
  type CredentialSubject,
  type CredentialVerification,
  DISCLOSABLE,
  type RefusalReason,
} from '../domain/credential.ts';
import type { Clock } from '../infra/clock.ts';
import type { SigningKeys } from './signing-keys.ts';

export type Credentials = {
  /** An SD-JWT (RFC 9901) in compact form, all its disclosures with it; ends in "~". */
  issue(facts: CredentialFacts, subject: CredentialSubject): Promise<string>;
  verify(credential: string): Promise<CredentialVerification>;
  /** Public parts only. */
  jwks(): { keys: JWK[] };
};

/**
 * RFC 9901, 9.11: a type of its own, so that no other token of these keys passes for a credential, nor this one for
 * another. Not `dc+sd-jwt`: that is an SD-JWT VC, which promises a `vct` with metadata and rules that we do not have.
 */
const TYP = 'registration+sd-jwt';
const ALGORITHMS: readonly unknown[] = ['ES256', 'EdDSA'];
/** In characters. What is longer is not decoded, and never issued. */
const MAX_LENGTH = 16 * 1024;
/** RFC 9901, 9.3 and 9.4: 128 bits, fresh for each disclosure. */
const SALT_BYTES = 16;
/** How far ahead of ours the clock of the instance that issued may be. Expiry has no such grace. */
const SKEW_S = 60;

const NumericDate = z.int().nonnegative();
// Nothing else: a claim that we never sign could hide another `_sd` in it.
const Claims = z.strictObject({
  iss: z.string(),
  iat: NumericDate,
  nbf: NumericDate,
  exp: NumericDate,
  jti: z.string(),
  outcome: z.literal(['REGISTERED', 'NOT_CONFIRMED']),
  jurisdiction: z.literal(Object.keys(DISCLOSABLE) as CredentialJurisdiction[]),
  source: z.string(),
  answered_at: NumericDate,
  _sd: z.array(z.string()),
  _sd_alg: z.literal('sha-256'),
});
const Header = z.record(z.string(), z.unknown());
const Disclosure = z.tuple([z.string(), z.string(), z.string()]);

export function createCredentials({
  keys,
  issuer,
  lifetimeMs,
  clock,
}: {
  keys: SigningKeys;
  /** Our public address, known once we listen. */
  issuer: () => string;
  lifetimeMs: number;
  clock: Clock;
}): Credentials {
  return {
    async issue(facts, subject) {
      const disclosures: string[] = [];
      const digests: string[] = [];
      for (const name of DISCLOSABLE[subject.jurisdiction]) {
        const value = (subject as Partial<Record<string, string>>)[name];
        const salt = clock.secret(SALT_BYTES);
        if (value === undefined) {
          // RFC 9901, 4.2.5: a decoy, so that the number of digests does not tell what is unknown from what is hidden.
          digests.push(digestOf(salt));
          continue;
        }
        const disclosure = encode(JSON.stringify([salt, name, value]));
        disclosures.push(disclosure);
        digests.push(digestOf(disclosure));
      }
      const now = clock.now();
      const claims: z.infer<typeof Claims> = {
        iss: issuer(),
        iat: seconds(now),
        // The same moment again, because most libraries check `nbf` and few an `iat` in the future.
        nbf: seconds(now),
        exp: seconds(now + lifetimeMs),
        jti: clock.uuid(),
        outcome: facts.outcome,
        jurisdiction: subject.jurisdiction,
        source: facts.source,
        answered_at: seconds(facts.answeredAt),
        // Sorted (4.2.4.1): their order says nothing of which is which.
        _sd: digests.sort(),
        _sd_alg: 'sha-256',
      };
      const { alg, kid, privateKey } = keys.current;
      const jwt = await new CompactSign(Buffer.from(JSON.stringify(claims)))
        .setProtectedHeader({ alg, kid, typ: TYP })
        .sign(privateKey);
      const credential = `${[jwt, ...disclosures].join('~')}~`;
      if (credential.length > MAX_LENGTH) throw new RangeError('This credential would be too long to be verified.');
      return credential;
    },

    async verify(credential) {
      try {
        return await check(credential, keys, issuer(), seconds(clock.now()));
      } catch (error) {
        if (error instanceof Refusal) return { valid: false, reason: error.reason, message: error.message };
        throw error;
      }
    },

    jwks: () => ({ keys: [...keys.all.values()].map(({ jwk }) => jwk) }),
  };
}

class Refusal extends Error {
  readonly reason: RefusalReason;

  /** The message quotes nothing of the credential: it goes to whoever asked, and into their logs. */
  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** RFC 9901, 7.1 and 7.3, for a verifier that wants no key binding. Throws a Refusal. */
async function check(
  credential: string,
  keys: SigningKeys,
  issuer: string,
  now: number,
): Promise<Extract<CredentialVerification, { valid: true }>> {
  const { jwt, disclosures } = split(credential);
  const claims = await checkSigned(jwt, keys);
  if (claims.iss !== issuer) throw new Refusal('ISSUER', 'The credential names another issuer.');
  if (claims.iat > now + SKEW_S || claims.nbf > now + SKEW_S) {
    throw new Refusal('NOT_YET_VALID', 'The credential is not valid yet.');
  }
  if (claims.exp <= now) throw new Refusal('EXPIRED', 'The credential has expired.');
  return {
    valid: true,
    issuer: claims.iss,
    id: claims.jti,
    outcome: claims.outcome,
    source: claims.source,
    jurisdiction: claims.jurisdiction,
    answeredAt: claims.answered_at * 1000,
    issuedAt: claims.iat * 1000,
    expiresAt: claims.exp * 1000,
    disclosed: disclose(claims, disclosures),
  };
}

/** The compact form has one spelling, so that a credential is the same credential everywhere or none. */
function split(credential: string): { jwt: string; disclosures: string[] } {
  if (credential.length > MAX_LENGTH) throw new Refusal('MALFORMED', 'The credential is too long.');
  const [jwt = '', ...disclosures] = credential.split('~');
  const keyBinding = disclosures.pop();
  if (keyBinding === undefined || (keyBinding !== '' && !keyBinding.includes('.'))) {
    throw new Refusal('MALFORMED', 'The credential does not end in "~", as every SD-JWT does.');
  }
  if (keyBinding !== '') throw new Refusal('MALFORMED', 'The credential has a key binding, which this issuer has not.');
  const parts = jwt.split('.');
  if (parts.length !== 3) throw new Refusal('MALFORMED', 'The credential does not start with a JWT of three parts.');
  if (disclosures.includes('')) throw new Refusal('MALFORMED', 'A disclosure of the credential is empty.');
  if (![...parts, ...disclosures].every(isBase64url)) {
    throw new Refusal(
      'MALFORMED',
      'A part of the credential is not base64url: padded, spaced, cut off or not canonical.',
    );
  }
  return { jwt, disclosures };
}

async function checkSigned(jwt: string, keys: SigningKeys): Promise<z.infer<typeof Claims>> {
  const header = Header.safeParse(decode(jwt.slice(0, jwt.indexOf('.'))));
  if (!header.success) throw new Refusal('MALFORMED', 'The header of the credential is not a JSON object.');
  const { alg, kid, typ } = header.data;
  if (!ALGORITHMS.includes(alg)) {
    throw new Refusal('ALGORITHM', 'The credential is not signed with an algorithm that is accepted: ES256 or EdDSA.');
  }
  const key = typeof kid === 'string' ? keys.all.get(kid) : undefined;
  if (!key) throw new Refusal('UNKNOWN_KEY', 'The credential names no signing key of this issuer.');
  if (alg !== key.alg) throw new Refusal('ALGORITHM', 'The credential names another algorithm than that of its key.');

  const payload = await compactVerify(jwt, key.publicKey, { algorithms: [key.alg] }).then(
    (verified) => verified.payload,
    (error: unknown) => {
      if (error instanceof errors.JWSSignatureVerificationFailed) {
        throw new Refusal('SIGNATURE', 'The signature of the credential is not that of its key over this content.');
      }
      // A `crit` or `b64` in the header, for one.
      if (error instanceof errors.JOSEError)
        throw new Refusal('MALFORMED', 'The header of the credential is not valid.');
      throw error;
    },
  );
  if (typ !== TYP) throw new Refusal('CLAIMS', 'The token is signed, but is not a registration credential.');
  const claims = Claims.safeParse(parse(payload));
  if (!claims.success)
    throw new Refusal('CLAIMS', 'The claims are signed, but are not those of a registration credential.');
  return claims.data;
}

/**
 * Written here because `@sd-jwt/core` 0.19 (tried) ignores a disclosure that was not signed and takes the same one twice,
 * both of which 7.1 says to refuse; for claims that are flat, this is all there is.
 */
function disclose(claims: z.infer<typeof Claims>, disclosures: string[]): Record<string, string> {
  const digests = new Set(claims._sd);
  if (digests.size !== claims._sd.length) throw new Refusal('DISCLOSURE', 'A digest is in the credential twice.');
  // A name of this list is neither reserved nor in clear.
  const names: readonly string[] = DISCLOSABLE[claims.jurisdiction];
  const disclosed: Record<string, string> = {};
  for (const encoded of disclosures) {
    // Found once, it is gone: the same disclosure again was not signed twice.
    if (!digests.delete(digestOf(encoded))) {
      throw new Refusal(
        'DISCLOSURE',
        'A disclosure is not one that was signed with this credential, or is there twice.',
      );
    }
    const disclosure = Disclosure.safeParse(decode(encoded));
    if (!disclosure.success) throw new Refusal('DISCLOSURE', 'A disclosure is not a salt, a name and a value.');
    const [, name, value] = disclosure.data;
    if (!names.includes(name)) throw new Refusal('DISCLOSURE', 'A disclosure is of a claim that cannot be disclosed.');
    if (Object.hasOwn(disclosed, name)) throw new Refusal('DISCLOSURE', 'A claim is disclosed twice.');
    disclosed[name] = value;
  }
  return disclosed;
}

const seconds = (ms: number) => Math.floor(ms / 1000);
const encode = (text: string) => Buffer.from(text, 'utf8').toString('base64url');
/** Over the base64url text, not over what it says (4.2.3). */
const digestOf = (text: string) => createHash('sha256').update(text, 'ascii').digest('base64url');
const decode = (part: string) => parse(Buffer.from(part, 'base64url'));

/** Node, as jose, decodes whatever it can; what encodes to the same text again was unpadded, unspaced and canonical. */
function isBase64url(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined: not JSON in UTF-8. */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}
