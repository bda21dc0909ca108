import { leafHash, MAX_LEAF_BYTES, verifyInclusion } from './merkle.ts';
import { base64, fromBase64, NoteError, type NoteErrorCode, openCheckpoint, parseVkey } from './signed-note.ts';

/**
 * That a leaf is in a log, as one text that can be checked without the log (C2SP's tlog-proof.md): its `extra` line
 * holds the leaf itself.
 */
export type LogProof = {
  leaf: Uint8Array;
  index: number;
  /** From the leaf's neighbour upwards. */
  path: readonly Uint8Array[];
  /** The signed note. */
  checkpoint: string;
};

/**
 * MALFORMED: it is no proof, or the key is none. WRONG_LOG: its checkpoint is not of the log with this key.
 * BAD_SIGNATURE: it says that it is, and is not. NOT_INCLUDED: the leaf is not where it says in the tree that was signed.
 */
type ProofFailure = 'MALFORMED' | 'WRONG_LOG' | 'BAD_SIGNATURE' | 'NOT_INCLUDED';

export type ProofVerdict =
  | { valid: true; reason: null; proof: LogProof; size: number }
  | { valid: false; reason: ProofFailure; message: string };

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const INDEX_LINE = /^index (0|[1-9]\d{0,15})$/;
/** More than a tree of 2^53 leaves has levels. */
const MAX_PATH = 53;
/** Room for the longest leaf, a full path, and a checkpoint with witnesses. */
const MAX_PROOF_CHARACTERS = 1_200_000;

const REASONS: Record<NoteErrorCode, ProofFailure> = {
  MALFORMED: 'MALFORMED',
  UNKNOWN_KEY: 'WRONG_LOG',
  BAD_SIGNATURE: 'BAD_SIGNATURE',
};

export function proofText({ leaf, index, path, checkpoint }: LogProof): string {
  return [FIRST_LINE, `extra ${base64(leaf)}`, `index ${index}`, ...path.map(base64), '', checkpoint].join('\n');
}

/** Throws a NoteError, MALFORMED, which says what is wrong. Nothing in it is proved yet. */
export function parseProof(text: string): LogProof {
  if (text.length > MAX_PROOF_CHARACTERS) throw malformed('This proof is too long.');
  const end = text.indexOf('\n\n');
  if (end < 0) throw malformed('This is no proof: no empty line is before its checkpoint.');
  const [first, extra, indexed, ...steps] = text.slice(0, end).split('\n');
  if (first !== FIRST_LINE) throw malformed(`This is no proof: its first line is not ${FIRST_LINE}.`);
  const leaf = extra?.startsWith('extra ') ? fromBase64(extra.slice('extra '.length)) : null;
  if (!leaf || leaf.length > MAX_LEAF_BYTES) throw malformed('The line `extra` of this proof does not hold a leaf.');
  const index = Number(INDEX_LINE.exec(indexed ?? '')?.[1]);
  if (!Number.isSafeInteger(index)) throw malformed('The line `index` of this proof does not hold an index.');
  const path = steps.map(fromBase64);
  if (path.length > MAX_PATH || !path.every((step) => step?.length === 32)) {
    throw malformed('The path of this proof is no list of SHA-256 hashes.');
  }
  return { leaf, index, path: path as Buffer[], checkpoint: text.slice(end + 2) };
}

/** Needs nothing but the log's public key, which must have come by another way than the proof. */
export function verifyProof(given: string | LogProof, vkey: string): ProofVerdict {
  try {
    const key = parseVkey(vkey);
    const proof = typeof given === 'string' ? parseProof(given) : given;
    const { size, root } = openCheckpoint(proof.checkpoint, key);
    if (!verifyInclusion(leafHash(proof.leaf), proof.index, size, proof.path, root)) {
      const message = `The leaf is not the one at index ${proof.index} of the ${size} that were signed.`;
      return { valid: false, reason: 'NOT_INCLUDED', message };
    }
    return { valid: true, reason: null, proof, size };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return { valid: false, reason: REASONS[error.code], message: error.message };
  }
}

const malformed = (message: string) => new NoteError('MALFORMED', message);
