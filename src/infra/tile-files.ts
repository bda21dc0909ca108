import { MAX_LEAF_BYTES } from './merkle.ts';

/** The files of a log as C2SP's tlog-tiles.md lays them out: where each is, and what is in a bundle of entries. */

export const TILE_WIDTH = 256;

/** `width` 256: a full one, which never changes; less: its beginning, at the end of a tree. */
export type TileFile = { level: number | 'entries'; n: number; width: number };

const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*)(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;
const LEVELS = 64;

/** `tile/0/x001/x234/067.p/5`: below the log's URL. */
export function tilePath({ level, n, width }: TileFile): string {
  const groups = [String(n % 1000).padStart(3, '0')];
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  }
  return `tile/${level}/${groups.join('/')}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** Null for what is no tile's path: each tile has one alone, so that a cache keeps it once. */
export function parseTilePath(path: string): TileFile | null {
  const [, level, front, last, partial] = PATH.exec(path) ?? [];
  if (level === undefined || front === undefined || last === undefined || front.startsWith('x000/')) return null;
  const n = Number(front.replace(/[x/]/g, '') + last);
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (!Number.isSafeInteger(n) || (partial !== undefined && width >= TILE_WIDTH)) return null;
  if (level === 'entries') return { level, n, width };
  return Number(level) < LEVELS ? { level: Number(level), n, width } : null;
}

/** Each entry behind its length in 16 bits. Throws a RangeError for one that is longer than they can say. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = Buffer.allocUnsafe(entries.reduce((sum, { length }) => sum + 2 + length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_LEAF_BYTES) throw new RangeError(`An entry has at most ${MAX_LEAF_BYTES} bytes.`);
    at = bundle.writeUInt16BE(entry.length, at);
    bundle.set(entry, at);
    at += entry.length;
  }
  return bundle;
}

/** Null where it ends within an entry. */
export function decodeBundle(bundle: Uint8Array): Uint8Array[] | null {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bundle.length) {
    if (at + 2 > bundle.length) return null;
    const end = at + 2 + view.getUint16(at);
    if (end > bundle.length) return null;
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
