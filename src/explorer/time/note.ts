import { bytesOf, fromBase64, same, sha256 } from './bytes.ts';

/** How a log stands, and the note that says so: C2SP's signed-note.md and tlog-checkpoint.md. */
export type Checkpoint = { origin: string; size: number; root: Uint8Array<ArrayBuffer> };
type Note = { text: string; signatures: { name: string; bytes: Uint8Array<ArrayBuffer> }[] };
export type Key = { name: string; id: Uint8Array<ArrayBuffer>; publicKey: Uint8Array<ArrayBuffer> };

const ED25519 = 1;
const HASH_BYTES = 32;
const ID_BYTES = 4;

/** Throws an Error that says in words what is wrong; so do all of these. */
function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new Error('The checkpoint is no signed note.');
  const lines = note.slice(end + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    const bytes = fromBase64(encoded ?? '');
    if (name === undefined || !bytes || bytes.length <= ID_BYTES) {
      throw new Error('A signature line of the checkpoint is malformed.');
    }
    return { name, bytes };
  });
  return { text: note.slice(0, end + 1), signatures };
}

export function parseCheckpoint(note: string): Checkpoint {
  const [origin, size = '', encoded = '', ...rest] = parseNote(note).text.split('\n');
  const root = fromBase64(encoded);
  // Lines behind the three are allowed and mean nothing here.
  const isWhole = rest.pop() === '' && !rest.includes('');
  const isSize = /^(0|[1-9]\d{0,15})$/.test(size) && Number.isSafeInteger(Number(size));
  if (!origin || !isSize || root?.length !== HASH_BYTES || !isWhole) {
    throw new Error('The checkpoint does not name a log, a size and a root.');
  }
  return { origin, size: Number(size), root };
}

/** `name+id+key`, as `/log/key` has it. */
export async function parseKey(vkey: string): Promise<Key> {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey.trim()) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || !bytes) throw new Error('The key does not have the form name+id+base64.');
  if (bytes[0] !== ED25519 || bytes.length !== 1 + HASH_BYTES) throw new Error('The key is not one of Ed25519.');
  const own = (await sha256(bytesOf(`${name}\n`), bytes)).slice(0, ID_BYTES);
  if ([...own].map((byte) => byte.toString(16).padStart(2, '0')).join('') !== id) {
    throw new Error('The key’s id is not that of its name and bytes.');
  }
  return { name, id: own, publicKey: bytes.slice(1) };
}

/** Null: this key signed it, as that of its log. Throws NotSupportedError where the browser has no Ed25519. */
export async function whyNotSigned(note: string, key: Key): Promise<string | null> {
  const { text, signatures } = parseNote(note);
  const own = signatures.filter(({ name, bytes }) => name === key.name && same(bytes.slice(0, ID_BYTES), key.id));
  if (own.length === 0) return `It is not signed by the key of ${key.name}.`;
  if (parseCheckpoint(note).origin !== key.name) return `It is of another log than the key of ${key.name}.`;
  const imported = await crypto.subtle.importKey('raw', key.publicKey, 'Ed25519', false, ['verify']);
  for (const { bytes } of own) {
    const isGood = await crypto.subtle.verify('Ed25519', imported, bytes.slice(ID_BYTES), bytesOf(text));
    // One that fails is a forgery, whatever the others are.
    if (!isGood) return `The signature of ${key.name} is not one of this text.`;
  }
  return null;
}
