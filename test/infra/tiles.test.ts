import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { EMPTY_ROOT, rootOfHashes, verifyConsistency, verifyInclusion } from '../../src/infra/merkle.ts';
import { StorageUnavailable } from '../../src/infra/storage-error.ts';
import { decodeBundle, encodeBundle, parseTilePath, tilePath } from '../../src/infra/tile-files.ts';
import { createTiles } from '../../src/infra/tiles.ts';
import { memoryLog } from '../support/memory-log.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `leaf ${from + index}`);

// Around the widths at which tiles begin, fill, and are kept; more than 65,536 have a third level.
const LARGE = 66_200;
const large = memoryLog(numbered(LARGE));
const rootAt = (size: number) => (size === 0 ? EMPTY_ROOT : rootOfHashes(Buffer.concat(large.hashes.slice(0, size))));
const sizes = fc.oneof(
  fc.nat({ max: LARGE }),
  fc.constantFrom(0, 1, 255, 256, 257, 511, 512, 8191, 8192, 8193, 65_535, 65_536, 65_537),
);

describe('the tree over a store', () => {
  it('has the roots of the tree without tiles, and proofs that hold, at any size and in any order', async () => {
    const tiles = createTiles(large.store);
    await fc.assert(
      fc.asyncProperty(sizes, sizes, fc.nat(), async (one, other, nth) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const [before, after] = [await tiles.root(from), await tiles.root(to)];
        expect([hex(before), hex(after)]).toEqual([hex(rootAt(from)), hex(rootAt(to))]);
        expect(verifyConsistency(from, to, await tiles.consistency(from, to), before, after)).toBe(true);
        if (to === 0) return;
        const index = nth % to;
        expect(verifyInclusion(large.hashes[index]!, index, to, await tiles.inclusion(index, to), after)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('grows with the log', async () => {
    const log = memoryLog();
    const tiles = createTiles(log.store);
    for (const count of [1, 1, 200, 54, 1, 255, 300, 7000, 1000]) {
      log.append(...numbered(count, log.hashes.length));
      expect(hex(await tiles.root(log.hashes.length))).toBe(hex(rootOfHashes(Buffer.concat(log.hashes))));
    }
  });

  it('gives each tile of each level, partial ones too', async () => {
    const tiles = createTiles(large.store);
    expect(hex(await tiles.tile(0, 3, 17))).toBe(hex(Buffer.concat(large.hashes.slice(768, 785))));
    const above = await tiles.tile(1, 0, 256);
    for (const n of [0, 100, 255]) {
      expect(hex(above.subarray(n * 32, n * 32 + 32))).toBe(hex(rootOfHashes(await tiles.tile(0, n, 256))));
    }
    expect(hex(await tiles.tile(2, 0, 1))).toBe(hex(rootOfHashes(above)));
  });

  it('keeps what it worked out: after a restart little is read again', async () => {
    const log = memoryLog(numbered(LARGE));
    await createTiles(log.store).root(65_000);
    await createTiles(log.store).root(LARGE);
    expect([...log.tiles.keys()].sort()).toEqual([
      '1/0',
      '1/0.p/128',
      '1/0.p/160',
      '1/0.p/192',
      '1/0.p/224',
      '1/0.p/32',
      '1/0.p/64',
      '1/0.p/96',
    ]);
    const read: number[] = [];
    const counted = {
      ...log.store,
      hashes: async (from: number, count: number) => {
        read.push(count);
        return log.store.hashes(from, count);
      },
    };
    expect(hex(await createTiles(counted).root(LARGE))).toBe(hex(rootAt(LARGE)));
    // 66,200 = 258 full tiles, two of them above those that are kept, and 152 leaves.
    expect(read.reduce((sum, count) => sum + count, 0)).toBe(2 * 256 + 152);
    read.length = 0;
    // A tree of an earlier day needs no more than the tile that is kept whole.
    expect(hex(await createTiles(counted).root(65_000))).toBe(hex(rootAt(65_000)));
    expect(read).toEqual([65_000 % 256]);
  });

  it('lets others go on while it works out many tiles', async () => {
    const log = memoryLog(numbered(20_000));
    let turns = 0;
    let over = false;
    const turn = () => {
      turns++;
      if (!over) setImmediate(turn);
    };
    setImmediate(turn);
    await createTiles(log.store).root(20_000);
    over = true;
    expect(turns).toBeGreaterThan(15);
  });

  it('works out a tile once, however many ask', async () => {
    const log = memoryLog(numbered(10_000));
    const tiles = createTiles(log.store);
    await tiles.root(10_000);
    const alone = log.calls.hashes;
    const crowded = memoryLog(numbered(10_000));
    const many = createTiles(crowded.store);
    const roots = await Promise.all(Array.from({ length: 50 }, () => many.root(10_000)));
    expect(new Set(roots.map(hex)).size).toBe(1);
    expect(crowded.calls.hashes).toBe(alone);
  });

  it('does without keeping what cannot be kept', async () => {
    const log = memoryLog(numbered(9_000));
    const keepTile = vi.fn(async () => Promise.reject(new StorageUnavailable('full')));
    const tiles = createTiles({ ...log.store, keepTile });
    expect(hex(await tiles.root(9_000))).toBe(hex(rootAt(9_000)));
    expect(keepTile).toHaveBeenCalledOnce();
    const broken = createTiles({ ...log.store, keepTile: async () => Promise.reject(new TypeError('ours')) });
    await expect(broken.root(9_000)).rejects.toThrow(TypeError);
  });

  it('says so when the store does not have what it had, and recovers with it', async () => {
    const log = memoryLog(numbered(300));
    const tiles = createTiles(log.store);
    await expect(tiles.root(301)).rejects.toThrow(StorageUnavailable);
    log.append('one more');
    expect(hex(await tiles.root(301))).toBe(hex(rootOfHashes(Buffer.concat(log.hashes))));
  });
});

describe('the files of a log', () => {
  it.each([
    [{ level: 0, n: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, n: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 5, n: 1_000, width: 3 }, 'tile/5/x001/000.p/3'],
    [{ level: 'entries', n: 999, width: 255 }, 'tile/entries/999.p/255'],
  ] as const)('%j is at %s', (file, path) => {
    expect(tilePath(file)).toBe(path);
    expect(parseTilePath(path)).toEqual(file);
  });

  it.each([
    'tile/0/0',
    'tile/0/0000',
    'tile/0/x000/000',
    'tile/0/001/000',
    'tile/00/000',
    'tile/64/000',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/x/000',
    'tile/0/000/',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/-1/000',
    'tile/entrie/000',
    'tile//000',
  ])('%s is none', (path) => {
    expect(parseTilePath(path)).toBeNull();
  });

  it('have one path each, and back', () => {
    const level = fc.oneof(fc.nat({ max: 63 }), fc.constant('entries' as const));
    const n = fc.oneof(fc.nat({ max: 2_000_000 }), fc.nat({ max: Number.MAX_SAFE_INTEGER }));
    fc.assert(
      fc.property(fc.record({ level, n, width: fc.integer({ min: 1, max: 256 }) }), (file) => {
        expect(parseTilePath(tilePath(file))).toEqual(file);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^tile\/(0|entries|\d\d)\/(x?\d{3}\/){0,3}\d{3}(\.p\/\d{1,3})?$/), (path) => {
        const file = parseTilePath(path);
        if (file) expect(tilePath(file)).toBe(path);
      }),
    );
  });

  it('hold entries of any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }), (entries) => {
        const bundle = encodeBundle(entries);
        expect(decodeBundle(bundle)?.map(hex)).toEqual(entries.map(hex));
        if (entries.length > 0) expect(decodeBundle(bundle.subarray(0, -1))?.length ?? 0).toBeLessThan(entries.length);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        const entries = decodeBundle(bytes);
        if (entries) expect(hex(encodeBundle(entries))).toBe(hex(bytes));
      }),
    );
    expect(hex(encodeBundle([Buffer.from('ab')]))).toBe('00026162');
    expect(() => encodeBundle([new Uint8Array(65_536)])).toThrow(RangeError);
    expect(decodeBundle(encodeBundle([new Uint8Array(65_535)]))?.[0]).toHaveLength(65_535);
  });
});
