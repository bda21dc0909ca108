/** Holds an answer of all districts. */
const BLOCK_BYTES = 256 * 1024;
/** Of the pool that Node has for small ones, and shorter than what is sent by reference (sending.ts). */
const SMALL_BYTES = 4 * 1024;
const MOST_FREE = 32;
const free: ArrayBuffer[] = [];

/**
 * Memory for an answer on its way. To allocate a hundred kilobytes for each, and to collect them, would be more work than
 * all the rest of an answer. Whoever does not give it back leaves it to the collector.
 */
export function borrow(bytes: number): Buffer {
  if (bytes <= SMALL_BYTES || bytes > BLOCK_BYTES) return Buffer.allocUnsafe(bytes);
  return Buffer.from(free.pop() ?? new ArrayBuffer(BLOCK_BYTES), 0, bytes);
}

/** Once nobody reads it any more, and once only. */
export function giveBack({ buffer }: Buffer): void {
  if (buffer.byteLength === BLOCK_BYTES && free.length < MOST_FREE) free.push(buffer as ArrayBuffer);
}
