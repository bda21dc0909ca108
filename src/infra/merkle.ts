import { hash } from 'node:crypto';

/**
 * The Merkle tree of RFC 9162 (2.1): its hashes, and proofs in it. A tree of `size` leaves is a list of hashes of leaves
 * from index 0 on; hashes have 32 bytes. Sizes and indexes are whole numbers up to 2^53, so they are divided, not shifted.
 */

export const HASH_BYTES = 32;

/** What the 16 bits before an entry of a bundle can say (infra/tile-files.ts). */
export const MAX_LEAF_BYTES = 0xffff;

/** The root of a tree without leaves. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array());

/** The hash of the subtree of 2^level leaves that is the index-th of its kind. It is asked only for subtrees that are complete. */
export type ReadSubtree = (level: number, index: number) => Promise<Uint8Array>;

/** Throws a RangeError for a leaf that no entry bundle can hold: without a hash it cannot be appended. */
export function leafHash(leaf: Uint8Array): Uint8Array {
  if (leaf.length > MAX_LEAF_BYTES) throw new RangeError(`A leaf has at most ${MAX_LEAF_BYTES} bytes.`);
  const input = Buffer.allocUnsafe(1 + leaf.length);
  input[0] = 0;
  input.set(leaf, 1);
  return sha256(input);
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return sha256(input);
}

/** The root over hashes that lie one behind the other, at least one: those of leaves, or of subtrees of one size. */
export function rootOfHashes(hashes: Uint8Array): Uint8Array {
  let row = hashes;
  while (row.length > HASH_BYTES) {
    const count = row.length / HASH_BYTES;
    const above = new Uint8Array(Math.ceil(count / 2) * HASH_BYTES);
    for (let pair = 0; pair < count >> 1; pair++) {
      const at = 2 * pair * HASH_BYTES;
      const middle = at + HASH_BYTES;
      above.set(nodeHash(row.subarray(at, middle), row.subarray(middle, middle + HASH_BYTES)), pair * HASH_BYTES);
    }
    // One without a partner goes up as it is.
    if (count % 2 === 1) above.set(row.subarray(-HASH_BYTES), above.length - HASH_BYTES);
    row = above;
  }
  return row.slice();
}

export async function rootOf(read: ReadSubtree, size: number): Promise<Uint8Array> {
  return size === 0 ? EMPTY_ROOT : rangeHash(read, [0, size]);
}

/** Of the leaf at `index` in a tree of `size`: from its neighbour upwards. */
export async function inclusionPath(read: ReadSubtree, index: number, size: number): Promise<Uint8Array[]> {
  const ranges: Range[] = [];
  let [low, high] = [0, size];
  while (high - low > 1) {
    const middle = low + half(high - low);
    if (index < middle) {
      ranges.push([middle, high]);
      high = middle;
    } else {
      ranges.push([low, middle]);
      low = middle;
    }
  }
  return hashesOf(read, ranges.reverse());
}

/** That the tree of `from` leaves is the beginning of that of `to`. Empty where there is nothing to prove: none, or all. */
export async function consistencyPath(read: ReadSubtree, from: number, to: number): Promise<Uint8Array[]> {
  if (from === 0) return [];
  const ranges: Range[] = [];
  let [low, high] = [0, to];
  while (from !== high) {
    const middle = low + half(high - low);
    if (from <= middle) {
      ranges.push([middle, high]);
      high = middle;
    } else {
      ranges.push([low, middle]);
      low = middle;
    }
  }
  // Who checks it has the old root, which is this range when it begins at the first leaf.
  if (low > 0) ranges.push([low, high]);
  return hashesOf(read, ranges.reverse());
}

/** RFC 9162, 2.1.3.2. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index < 0 || index >= size) return false;
  let [at, last, climbed] = [index, size - 1, leaf];
  for (const step of path) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      climbed = nodeHash(step, climbed);
      while (!odd(at) && at !== 0) [at, last] = [up(at), up(last)];
    } else {
      climbed = nodeHash(climbed, step);
    }
    [at, last] = [up(at), up(last)];
  }
  return last === 0 && same(climbed, root);
}

/** RFC 9162, 2.1.4.2. Every tree continues the empty one. */
export function verifyConsistency(
  from: number,
  to: number,
  path: readonly Uint8Array[],
  fromRoot: Uint8Array,
  toRoot: Uint8Array,
): boolean {
  if (from < 0 || from > to) return false;
  if (from === 0) return path.length === 0 && same(fromRoot, EMPTY_ROOT);
  if (from === to) return path.length === 0 && same(fromRoot, toRoot);
  // A complete tree is itself the first step.
  const steps = isPowerOfTwo(from) ? [fromRoot, ...path] : path;
  if (path.length === 0) return false;
  let [at, last] = [from - 1, to - 1];
  while (odd(at)) [at, last] = [up(at), up(last)];
  let before = steps[0]!;
  let after = before;
  for (const step of steps.slice(1)) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      before = nodeHash(step, before);
      after = nodeHash(step, after);
      while (!odd(at) && at !== 0) [at, last] = [up(at), up(last)];
    } else {
      after = nodeHash(after, step);
    }
    [at, last] = [up(at), up(last)];
  }
  return last === 0 && same(before, fromRoot) && same(after, toRoot);
}

export const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

type Range = [from: number, to: number];

async function hashesOf(read: ReadSubtree, ranges: readonly Range[]): Promise<Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  for (const range of ranges) hashes.push(await rangeHash(read, range));
  return hashes;
}

/** Of leaves from where a split of the tree begins: complete subtrees, each smaller than the one before it. */
async function rangeHash(read: ReadSubtree, [from, to]: Range): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let at = from;
  while (at < to) {
    const leaves = powerOfTwoWithin(to - at);
    parts.push(await read(Math.round(Math.log2(leaves)), at / leaves));
    at += leaves;
  }
  return parts.reduceRight((right, left) => nodeHash(left, right));
}

/** The largest power of two that is smaller: where a tree of more than one leaf is split. */
const half = (size: number) => powerOfTwoWithin(size - 1);

function powerOfTwoWithin(count: number): number {
  let power = 1;
  while (power * 2 <= count) power *= 2;
  return power;
}

const odd = (number: number) => number % 2 === 1;
const up = (number: number) => Math.floor(number / 2);
const isPowerOfTwo = (number: number) => powerOfTwoWithin(number) === number;

function sha256(input: Uint8Array): Uint8Array {
  return hash('sha256', input, 'buffer');
}
