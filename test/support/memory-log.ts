import { leafHash } from '../../src/infra/merkle.ts';
import type { TileStore } from '../../src/infra/tiles.ts';

/** A log of leaves in memory, as the tree sees one. Its lists are its own: a test may tamper with them. */
export function memoryLog(leaves: readonly (string | Uint8Array)[] = []) {
  const bodies: Uint8Array[] = [];
  const hashes: Uint8Array[] = [];
  const tiles = new Map<string, Uint8Array>();
  const calls = { size: 0, hashes: 0, keptTile: 0, keepTile: 0 };

  const store: TileStore = {
    async size() {
      calls.size++;
      return hashes.length;
    },
    async hashes(from, count) {
      calls.hashes++;
      return Buffer.concat(hashes.slice(from, from + count));
    },
    async keptTile(name) {
      calls.keptTile++;
      return tiles.get(name) ?? null;
    },
    async keepTile(name, tile) {
      calls.keepTile++;
      tiles.set(name, tile.slice());
    },
  };
  const append = (...more: (string | Uint8Array)[]) => {
    for (const leaf of more) {
      const body = typeof leaf === 'string' ? Buffer.from(leaf) : leaf;
      bodies.push(body);
      hashes.push(leafHash(body));
    }
  };
  append(...leaves);
  return {
    store,
    append,
    leaves: async (from: number, count: number) => bodies.slice(from, from + count),
    bodies,
    hashes,
    tiles,
    calls,
  };
}
