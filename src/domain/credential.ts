/**
 * What a registration credential can say of the person, each selectively disclosable by itself. The names are those of
 * the JWT claims registry and OpenID Connect where they have one.
 */
export const DISCLOSABLE = {
  CANADA: [
    'given_name',
    'family_name',
    'birthdate',
    'country',
    'province',
    'city',
    'postal_code',
    /** The full address, in one line. */
    'address',
  ],
  KENYA: ['voter_id', 'county', 'constituency', 'ward'],
} as const;

export type CredentialJurisdiction = keyof typeof DISCLOSABLE;

/** A claim that is absent is unknown. */
export type CredentialSubject = {
  [J in CredentialJurisdiction]: { jurisdiction: J } & { [name in (typeof DISCLOSABLE)[J][number]]?: string };
}[CredentialJurisdiction];

type CredentialOutcome = 'REGISTERED' | 'NOT_CONFIRMED';

/** What the credential says in clear. */
export type CredentialFacts = {
  outcome: CredentialOutcome;
  /** Who answered: a source's name. */
  source: string;
  /** When, in milliseconds since the epoch; the credential keeps whole seconds, as every time in a JWT. */
  answeredAt: number;
  /** Never in a credential: whoever is shown one would hold the name of the check, too. */
  checkId?: never;
};

/** Why a credential is refused; the first reason found, in this order. */
export type RefusalReason =
  /** Not the compact form of a signed SD-JWT, to the letter. */
  | 'MALFORMED'
  /** Unsigned, signed by a shared secret, or by another algorithm than its key's. */
  | 'ALGORITHM'
  /** Names no key of ours: foreign, or retired. */
  | 'UNKNOWN_KEY'
  | 'SIGNATURE'
  /** Ours, but not a registration credential. */
  | 'CLAIMS'
  | 'ISSUER'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  /** What it discloses was not signed, or is there twice. */
  | 'DISCLOSURE';

export type CredentialVerification =
  | {
      valid: true;
      issuer: string;
      /** The credential's own (`jti`). */
      id: string;
      outcome: CredentialOutcome;
      source: string;
      jurisdiction: CredentialJurisdiction;
      answeredAt: number;
      issuedAt: number;
      expiresAt: number;
      /** By claim name, what its holder chose to show. */
      disclosed: Record<string, string>;
    }
  | { valid: false; reason: RefusalReason; message: string };
