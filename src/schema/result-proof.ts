import type { Context } from '../context.ts';
import { badInput } from '../domain/errors.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { ContestResultVersionRef } from './result-version.ts';

type InclusionProof = NonNullable<Awaited<ReturnType<Context['record']['log']['proof']>>>;
type Verdict = ReturnType<Context['record']['log']['verify']>;

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

const ResultProofRef = builder.objectRef<InclusionProof>('ResultProof').implement({
  description:
    'That a version is in the log of all versions, for anybody who has the log’s public key (`/log/key`): hashing as in RFC 9162, texts as in the C2SP specifications tlog-proof, tlog-checkpoint and signed-note.',
  fields: (t) => ({
    leaf: t.string({
      description:
        'What is hashed: canonical JSON (RFC 8785) with `source`, `election`, `level`, `place`, `post`, `instant`, `figures` and `body`, the SHA-256 of the answer that they were read from.',
      resolve: ({ leaf }) => Buffer.from(leaf).toString(),
    }),
    leafHash: t.string({
      description: 'SHA-256 of a zero byte and the leaf, in base64.',
      resolve: ({ leafHash }) => base64(leafHash),
    }),
    logIndex: t.exposeInt('index', { description: "The leaf's place in the log, from 0." }),
    treeSize: t.exposeInt('size', { description: 'Leaves in the tree that the checkpoint is of.' }),
    path: t.stringList({
      description: "The hashes beside the leaf's way up to the root, from below, in base64.",
      resolve: ({ path }) => path.map(base64),
    }),
    checkpoint: t.exposeString('checkpoint', {
      description:
        'A signed note: the name of the log, the size and the root of its tree, and the signature (Ed25519).',
    }),
    text: t.exposeString('text', {
      description: 'All of it as one text, for `verifyResultProof` and for tools that read `c2sp.org/tlog-proof@v1`.',
    }),
  }),
});

builder.objectField(ContestResultVersionRef, 'proof', (t) =>
  t.field({
    type: ResultProofRef,
    nullable: true,
    description:
      'That this version is in the log. Null with STORAGE_UNAVAILABLE when the log cannot be read, or is not the one that was signed before.',
    extensions: costs({ work: 50 }),
    resolve: ({ index }, _args, { record }) => record.log.proof(index),
  }),
);

const REASONS = {
  MALFORMED: { description: 'It is no proof.' },
  WRONG_LOG: { description: 'Its checkpoint is not of this gateway’s log, or signed with another key.' },
  BAD_SIGNATURE: { description: 'Its checkpoint was changed: the signature does not fit.' },
  NOT_INCLUDED: {
    description: 'The leaf, its index or its path was changed: the checkpoint’s tree does not hold it there.',
  },
} satisfies Record<NonNullable<Verdict['reason']>, { description: string }>;

const ResultProofRefusalRef = builder.enumType('ResultProofRefusal', {
  description: 'Why a proof is not valid.',
  values: REASONS,
});

const ResultProofVerificationRef = builder.objectRef<Verdict>('ResultProofVerification').implement({
  description: 'Whether a proof holds. Nothing but the proof and the log’s key was looked at.',
  fields: (t) => ({
    valid: t.exposeBoolean('valid', { description: 'Whether it holds.' }),
    reason: t.field({
      type: ResultProofRefusalRef,
      nullable: true,
      description: 'Why it does not; null when it does.',
      resolve: ({ reason }) => reason,
    }),
    message: t.string({
      nullable: true,
      description: 'The same in an English sentence; null when it holds.',
      resolve: (verdict) => (verdict.valid ? null : verdict.message),
    }),
    leaf: t.string({
      nullable: true,
      description: 'What is proved to be in the log: the leaf’s canonical JSON; null when the proof does not hold.',
      resolve: (verdict) => (verdict.valid ? Buffer.from(verdict.proof.leaf).toString() : null),
    }),
    logIndex: t.int({
      nullable: true,
      description: 'Where in the log it is, from 0; null when the proof does not hold.',
      resolve: (verdict) => (verdict.valid ? verdict.proof.index : null),
    }),
    treeSize: t.int({
      nullable: true,
      description: 'Leaves in the tree of its checkpoint; null when the proof does not hold.',
      resolve: (verdict) => (verdict.valid ? verdict.size : null),
    }),
  }),
});

builder.queryField('verifyResultProof', (t) =>
  t.field({
    type: ResultProofVerificationRef,
    description:
      'Checks a proof that `ContestResultVersion.proof` gave, with this gateway’s key and nothing else. Whoever does not trust the gateway does the same by hand: the README says how.',
    args: { proof: t.arg.string({ required: true, description: 'The `text` of a proof.' }) },
    extensions: costs({ work: 20 }),
    resolve: (_root, { proof }, { record }) => {
      if (proof.trim() === '') throw badInput('proof', 'is empty.');
      return record.log.verify(proof);
    },
  }),
);
