import type { CredentialVerification, RefusalReason } from '../domain/credential.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { JurisdictionRef, OutcomeRef } from './registration-check.ts';

const ReasonRef = builder.enumType('CredentialRefusalReason', {
  description: 'Why a credential proves nothing.',
  values: {
    MALFORMED: { description: 'Not a credential in strict compact form.' },
    ALGORITHM: { description: 'Signed by an algorithm that is not accepted, or by none.' },
    UNKNOWN_KEY: { description: 'Signed by a key that is not published here.' },
    SIGNATURE: { description: 'The signature does not fit: it was changed, or signed by somebody else.' },
    ISSUER: { description: 'Issued by somebody else.' },
    EXPIRED: { description: 'Past its time.' },
    NOT_YET_VALID: { description: 'Before its time.' },
    DISCLOSURE: { description: 'A disclosure was changed, repeated, or is not of this credential.' },
    CLAIMS: { description: 'Something that a credential of this gateway says is missing or of another form.' },
  } satisfies Record<RefusalReason, { description: string }>,
});

type Valid = Extract<CredentialVerification, { valid: true }>;
const ifValid =
  <T>(pick: (verification: Valid) => T) =>
  (verification: CredentialVerification): T | null =>
    verification.valid ? pick(verification) : null;

const VerificationRef = builder.objectRef<CredentialVerification>('CredentialVerification').implement({
  description: 'What a credential proves. All but `isValid`, `reason` and `message` is null where it proves nothing.',
  fields: (t) => ({
    isValid: t.boolean({
      description: 'Whether this gateway signed it, nobody changed it, and it has not expired.',
      resolve: ({ valid }) => valid,
    }),
    reason: t.field({
      type: ReasonRef,
      nullable: true,
      description: 'Why not; null where it is valid.',
      resolve: (verification) => (verification.valid ? null : verification.reason),
    }),
    message: t.string({
      nullable: true,
      description: 'Why not, for people; null where it is valid.',
      resolve: (verification) => (verification.valid ? null : verification.message),
    }),
    issuer: t.string({ nullable: true, description: 'Who signed it.', resolve: ifValid(({ issuer }) => issuer) }),
    outcome: t.field({
      type: OutcomeRef,
      nullable: true,
      description: 'What the register said.',
      resolve: ifValid(({ outcome }) => outcome),
    }),
    jurisdiction: t.field({
      type: JurisdictionRef,
      nullable: true,
      description: 'Which register.',
      resolve: ifValid(({ jurisdiction }) => jurisdiction),
    }),
    source: t.string({
      nullable: true,
      description: 'Through which upstream.',
      resolve: ifValid(({ source }) => source),
    }),
    answeredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the register said so.',
      resolve: ifValid(({ answeredAt }) => new Date(answeredAt)),
    }),
    issuedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was signed.',
      resolve: ifValid(({ issuedAt }) => new Date(issuedAt)),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when it is valid.',
      resolve: ifValid(({ expiresAt }) => new Date(expiresAt)),
    }),
    disclosed: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'What its holder discloses about the person, by claim: `given_name`, `birthdate`, `city`, `voter_id` and so on.',
      resolve: ifValid(({ disclosed }) => disclosed),
    }),
  }),
});

builder.queryField('verifyRegistrationCredential', (t) =>
  t.field({
    type: VerificationRef,
    description:
      'Checks a credential of this gateway: form, algorithm, signature, times and disclosures. Needs no key, and keeps nothing.',
    args: {
      credential: t.arg.string({
        required: true,
        description: 'The credential in compact form, with the disclosures that its holder left in.',
      }),
    },
    extensions: costs({ work: 50 }),
    resolve: (_root, { credential }, { credentials }) => credentials.verify(credential),
  }),
);
