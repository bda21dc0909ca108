import type { NewLeaf } from './version-log.ts';

export const HASH_BYTES = 32;
const MOST_MARKS = 255;
/** What every adapter's records have room for: 2^32 versions of a topic, and instants for 8,900 years. */
const MOST_VERSIONS = 2 ** 32 - 1;
const LATEST = 2 ** 48 - 1;

/** `RangeError` that names the field: a log that nothing can be removed from must not be given what it cannot give back. */
export function checkLeaves(leaves: readonly NewLeaf[]): void {
  for (const { version, at, hash, marks } of leaves) {
    check('version', version, 1, MOST_VERSIONS);
    check('at', at, 0, LATEST);
    check('marks', marks, 0, MOST_MARKS);
    if (hash.length !== HASH_BYTES) throw new RangeError(`hash: ${HASH_BYTES} bytes, not ${hash.length}`);
  }
}

function check(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new RangeError(`${field}: a whole number from ${least} to ${most}, not ${value}`);
}

export const earlier = () => new RangeError('at: before the version before it');
