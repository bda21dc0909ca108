import { setImmediate } from 'node:timers/promises';
import QuickLRU from 'quick-lru';
import { consistencyPath, HASH_BYTES, inclusionPath, type ReadSubtree, rootOf, rootOfHashes } from './merkle.ts';
import { StorageUnavailable } from './storage-error.ts';
import { TILE_WIDTH } from './tile-files.ts';
import type { VersionLog } from './version-log.ts';

export type TileStore = Pick<VersionLog, 'size' | 'hashes' | 'keptTile' | 'keepTile'>;

/**
 * The tree over a log's hashes, in tiles of 256 (C2SP's tlog-tiles.md). Whoever asks knows that the log has what is
 * asked about; a log that does not is `StorageUnavailable`.
 */
export type Tiles = {
  root(size: number): Promise<Uint8Array>;
  inclusion(index: number, size: number): Promise<Uint8Array[]>;
  consistency(from: number, to: number): Promise<Uint8Array[]>;
  /** The first `width` hashes of the n-th tile of a level: of leaves at level 0, of full tiles of the level below above. */
  tile(level: number, n: number, width: number): Promise<Uint8Array>;
};

/** A megabyte: what the proofs of recent leaves need, of a log of any length, and some of older ones. */
const TILES_IN_MEMORY = 128;
const SUBTREES_IN_MEMORY = 4_096;

/**
 * A tile above level 0 is kept whenever it has grown by this many hashes, so that after a restart no more than this many
 * tiles are hashed for it: some ten milliseconds, against two seconds for all tiles of a million leaves.
 */
const KEPT_EVERY = 32;

/** Full tiles that are hashed in one turn: two milliseconds of work. */
const AT_ONCE = 4;

export function createTiles(store: TileStore): Tiles {
  // As much of each tile as is known: it grows at its end alone.
  const known = new QuickLRU<string, Uint8Array>({ maxSize: TILES_IN_MEMORY });
  // Between the levels of tiles: near the root, all proofs have them in common.
  const subtrees = new QuickLRU<string, Uint8Array>({ maxSize: SUBTREES_IN_MEMORY });
  const growing = new Map<string, Promise<unknown>>();

  async function tile(level: number, n: number, width: number): Promise<Uint8Array> {
    const name = `${level}/${n}`;
    for (;;) {
      const have = known.get(name);
      if (have && have.length >= width * HASH_BYTES) return have.subarray(0, width * HASH_BYTES);
      const other = growing.get(name);
      if (!other) break;
      // Should it fail, everybody who waits finds out by trying.
      await other.catch(() => {});
    }
    const work = level === 0 ? growLeaves(n, width) : grow(level, n, width);
    growing.set(name, work);
    try {
      const grown = await work;
      known.set(name, grown);
      return grown.subarray(0, width * HASH_BYTES);
    } finally {
      growing.delete(name);
    }
  }

  async function growLeaves(n: number, width: number): Promise<Uint8Array> {
    const have = known.get(`0/${n}`) ?? new Uint8Array();
    const count = have.length / HASH_BYTES;
    return joined(have, await leaves(n * TILE_WIDTH + count, width - count));
  }

  async function grow(level: number, n: number, width: number): Promise<Uint8Array> {
    let tile = known.get(`${level}/${n}`) ?? (await kept(level, n, width)) ?? new Uint8Array();
    for (let count = tile.length / HASH_BYTES; count < width; ) {
      const upTo = Math.min(width, (Math.floor(count / KEPT_EVERY) + 1) * KEPT_EVERY);
      tile = joined(tile, await rootsBelow(level, n * TILE_WIDTH + count, upTo - count));
      count = upTo;
      if (count % KEPT_EVERY === 0) await keep(nameOfKept(level, n, count), tile);
    }
    return tile;
  }

  /** The roots of so many full tiles of the level below. */
  async function rootsBelow(level: number, from: number, count: number): Promise<Uint8Array> {
    const roots = new Uint8Array(count * HASH_BYTES);
    for (let done = 0; done < count; ) {
      const now = Math.min(level === 1 ? AT_ONCE : 1, count - done);
      // Tiles of leaves go by without being remembered: nobody asks for them again.
      const below =
        level === 1
          ? await leaves((from + done) * TILE_WIDTH, now * TILE_WIDTH)
          : await tile(level - 1, from + done, TILE_WIDTH);
      for (let at = 0; at < now; at++) {
        const bytes = TILE_WIDTH * HASH_BYTES;
        roots.set(rootOfHashes(below.subarray(at * bytes, (at + 1) * bytes)), (done + at) * HASH_BYTES);
      }
      done += now;
      await setImmediate();
    }
    return roots;
  }

  async function leaves(from: number, count: number): Promise<Uint8Array> {
    const hashes = await store.hashes(from, count);
    if (hashes.length !== count * HASH_BYTES) {
      throw new StorageUnavailable(`the log ends before leaf ${from + count}, which it had`);
    }
    return hashes;
  }

  /** The widest that was kept: it may be wider than is asked for, when the tree of an earlier day is asked about. */
  async function kept(level: number, n: number, width: number): Promise<Uint8Array | null> {
    const widths = [TILE_WIDTH];
    for (let at = Math.floor(width / KEPT_EVERY) * KEPT_EVERY; at > 0; at -= KEPT_EVERY) widths.push(at);
    for (const at of new Set(widths)) {
      const tile = await store.keptTile(nameOfKept(level, n, at));
      if (tile?.length === at * HASH_BYTES) return tile;
    }
    return null;
  }

  /** What cannot be kept is worked out again: no reason to refuse who asked. */
  async function keep(name: string, tile: Uint8Array): Promise<void> {
    await store.keepTile(name, tile).catch((error: unknown) => {
      if (!(error instanceof StorageUnavailable)) throw error;
    });
  }

  const read: ReadSubtree = async (level, index) => {
    const within = level % 8;
    const name = `${level}/${index}`;
    const before = within === 0 ? undefined : subtrees.get(name);
    if (before) return before;
    const count = 2 ** within;
    const from = index * count;
    const n = Math.floor(from / TILE_WIDTH);
    const hashes = await tile(Math.floor(level / 8), n, from + count - n * TILE_WIDTH);
    const root = rootOfHashes(hashes.subarray(-count * HASH_BYTES));
    if (within > 0) subtrees.set(name, root);
    return root;
  };

  /** All that the end of a tree of this size needs: a question to the store for each tile, not for each subtree in it. */
  async function edge(size: number): Promise<void> {
    for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
      const width = hashes % TILE_WIDTH;
      if (width > 0) await tile(level, Math.floor(hashes / TILE_WIDTH), width);
    }
  }

  return {
    async root(size) {
      await edge(size);
      return rootOf(read, size);
    },
    async inclusion(index, size) {
      await edge(size);
      return inclusionPath(read, index, size);
    },
    async consistency(from, to) {
      await edge(to);
      return consistencyPath(read, from, to);
    },
    tile,
  };
}

const nameOfKept = (level: number, n: number, width: number) =>
  width === TILE_WIDTH ? `${level}/${n}` : `${level}/${n}.p/${width}`;

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
