import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { HASH_BYTES, same } from './merkle.ts';

/**
 * Notes that are signed with Ed25519 (C2SP's signed-note.md), and those that say how a log stands
 * (tlog-checkpoint.md). Lines of other signers, such as witnesses, are read over.
 */

/** MALFORMED: it is none. UNKNOWN_KEY: this key did not sign it. BAD_SIGNATURE: it says that this key did. */
export type NoteErrorCode = 'MALFORMED' | 'UNKNOWN_KEY' | 'BAD_SIGNATURE';

export class NoteError extends Error {
  override name = 'NoteError';
  readonly code: NoteErrorCode;

  constructor(code: NoteErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a signature is checked with. `id` in hex: it says together with the name which key a line is of. */
export type NoteKey = { name: string; id: string; key: KeyObject };

/** Its text, with the newline at its end, and who signed it. */
export type Note = { text: string; signatures: { name: string; id: string; signature: Uint8Array }[] };

/** `root` of the tree of the log's first `size` leaves. */
export type Checkpoint = { origin: string; size: number; root: Uint8Array };

const ED25519 = 0x01;
const KEY_BYTES = 32;
const ID_BYTES = 4;
/** A note is small; those with a witness's long signatures have a hundred kilobytes at most. */
const MAX_NOTE_CHARACTERS = 1_000_000;
const SIGNATURE_LINE = /^— (\S+) (\S+)$/;
/** The separator of a vkey and what cannot be seen. */
const NOT_IN_A_NAME = /[+\p{White_Space}\p{Cc}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note must not have
const NOT_IN_A_NOTE = /[\0-\x09\x0b-\x1f]/;

/** `name+id+key`: how a key is handed on. The public part has 32 bytes. */
export function vkeyOf(name: string, publicKey: Uint8Array): string {
  checkName(name);
  return `${name}+${keyId(name, publicKey)}+${base64(Buffer.concat([Buffer.of(ED25519), publicKey]))}`;
}

/** Throws a NoteError, MALFORMED, for what is no vkey of an Ed25519 key. */
export function parseVkey(vkey: string): NoteKey {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([^\s]+)$/.exec(vkey.trim()) ?? [];
  const bytes = encoded === undefined ? null : fromBase64(encoded);
  if (name === undefined || !bytes) throw malformed('This is no key: it has the form name+id+base64.');
  checkName(name);
  const publicKey = bytes.subarray(1);
  if (bytes[0] !== ED25519 || publicKey.length !== KEY_BYTES) throw malformed('This key is not one of Ed25519.');
  if (keyId(name, publicKey) !== id) throw malformed('This key’s id is not that of its name and bytes.');
  const x = Buffer.from(publicKey).toString('base64url');
  return { name, id, key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }) };
}

/** `text` ends with a newline. Throws a NoteError for what cannot be in a note. */
export function signNote(text: string, name: string, key: { privateKey: KeyObject; publicKey: Uint8Array }): string {
  checkName(name);
  if (!text.endsWith('\n')) throw malformed('A note’s text ends with a newline.');
  if (!text.isWellFormed() || NOT_IN_A_NOTE.test(text)) throw malformed('A note is plain text.');
  const signature = sign(null, Buffer.from(text), key.privateKey);
  const id = Buffer.from(keyId(name, key.publicKey), 'hex');
  return `${text}\n— ${name} ${base64(Buffer.concat([id, signature]))}\n`;
}

/** Says nothing of whether the signatures are good. Throws a NoteError, MALFORMED. */
export function parseNote(note: string): Note {
  if (note.length > MAX_NOTE_CHARACTERS) throw malformed('This note is too long.');
  if (!note.isWellFormed() || NOT_IN_A_NOTE.test(note)) throw malformed('This note is not plain text.');
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw malformed('This is no signed note: no empty line is before its signatures.');
  const lines = note.slice(end + 2).split('\n');
  if (lines.pop() !== '') throw malformed('This note does not end with a newline.');
  if (lines.length === 0) throw malformed('This note has no signature.');
  const signatures = lines.map((line) => {
    const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = encoded === undefined ? null : fromBase64(encoded);
    if (name === undefined || !bytes || bytes.length <= ID_BYTES) throw malformed('A signature line is malformed.');
    checkName(name);
    return { name, id: bytes.subarray(0, ID_BYTES).toString('hex'), signature: bytes.subarray(ID_BYTES) };
  });
  return { text: note.slice(0, end + 1), signatures };
}

/** The text, when this key has signed it. Throws a NoteError. */
export function openNote(note: string, { name, id, key }: NoteKey): string {
  const { text, signatures } = parseNote(note);
  const own = signatures.filter((line) => line.name === name && line.id === id);
  if (own.length === 0) throw new NoteError('UNKNOWN_KEY', `This note is not signed by the key ${name}+${id}.`);
  // One that fails is a forgery, whatever the others are.
  const good = own.every(({ signature }) => verify(null, Buffer.from(text), key, signature));
  if (!good) throw new NoteError('BAD_SIGNATURE', `The signature of the key ${name}+${id} is not of this text.`);
  return text;
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${base64(root)}\n`;
}

/** Of a note's text. Lines behind the three are allowed and mean nothing here. Throws a NoteError, MALFORMED. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, encoded, ...rest] = text.split('\n');
  const root = encoded === undefined ? null : fromBase64(encoded);
  if (rest.pop() !== '' || rest.includes('') || !origin) throw malformed('This is no checkpoint of a log.');
  if (!/^(0|[1-9]\d{0,15})$/.test(size!) || !Number.isSafeInteger(Number(size))) {
    throw malformed('The size in this checkpoint is no number of leaves.');
  }
  if (root?.length !== HASH_BYTES) throw malformed('The root in this checkpoint is no SHA-256 hash.');
  return { origin, size: Number(size), root };
}

/** A checkpoint that this key signed, of the log that it is named after. Throws a NoteError. */
export function openCheckpoint(note: string, key: NoteKey): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, key));
  if (checkpoint.origin !== key.name) {
    throw new NoteError('UNKNOWN_KEY', `This checkpoint is of another log than the key ${key.name}+${key.id}.`);
  }
  return checkpoint;
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Null for what is not exactly how some bytes are written. */
export function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return same(Buffer.from(bytes.toString('base64')), Buffer.from(text)) ? bytes : null;
}

function keyId(name: string, publicKey: Uint8Array): string {
  const input = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), publicKey]);
  return hash('sha256', input, 'buffer').subarray(0, ID_BYTES).toString('hex');
}

function checkName(name: string): void {
  if (name === '' || !name.isWellFormed() || NOT_IN_A_NAME.test(name)) {
    throw malformed('A key’s name has neither spaces nor a plus, and is not empty.');
  }
}

const malformed = (message: string) => new NoteError('MALFORMED', message);
