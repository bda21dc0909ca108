/** Seeded hashing: every invented value is a function of the seed and of what it belongs to, never of order. */

export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return scramble(h);
}

/** For one `key`, different values never meet: scrambling is a bijection. */
export function mix(key: number, value: number): number {
  return scramble(key ^ Math.imul(value + 1, 0x9e3779b1));
}

/** 0 ≤ x < 1. */
export function unit(h: number): number {
  return h / 4_294_967_296;
}

export function between(h: number, from: number, to: number): number {
  return from + Math.floor(unit(h) * (to - from + 1));
}

export function pick<T>(h: number, list: readonly T[]): T {
  return list[Math.floor(unit(h) * list.length)]!;
}

const BYTES = Buffer.alloc(16);

/** Lower case, as polling stations have it. */
export function guid(key: number, value: number): string {
  for (let word = 0; word < 4; word++) BYTES.writeUInt32BE(mix(mix(key, word), value), 4 * word);
  const hex = BYTES.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Six decimals, as recorded. */
export function degrees(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function scramble(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
