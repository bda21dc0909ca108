import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyPath,
  EMPTY_ROOT,
  inclusionPath,
  leafHash,
  MAX_LEAF_BYTES,
  nodeHash,
  type ReadSubtree,
  rootOf,
  rootOfHashes,
  verifyConsistency,
  verifyInclusion,
} from '../../src/infra/merkle.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Buffer.from(text, 'hex');

/** RFC 9162, 2.1, word by word, over the leaves themselves. */
const naive = {
  split: (size: number) => {
    let k = 1;
    while (k * 2 < size) k *= 2;
    return k;
  },
  root(leaves: readonly Uint8Array[]): Uint8Array {
    if (leaves.length === 0) return createHash('sha256').digest();
    if (leaves.length === 1) return createHash('sha256').update('\0').update(leaves[0]!).digest();
    const k = naive.split(leaves.length);
    const [left, right] = [naive.root(leaves.slice(0, k)), naive.root(leaves.slice(k))];
    return createHash('sha256').update('\x01').update(left).update(right).digest();
  },
  path(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
    if (leaves.length === 1) return [];
    const k = naive.split(leaves.length);
    return m < k
      ? [...naive.path(m, leaves.slice(0, k)), naive.root(leaves.slice(k))]
      : [...naive.path(m - k, leaves.slice(k)), naive.root(leaves.slice(0, k))];
  },
  subproof(m: number, leaves: readonly Uint8Array[], whole: boolean): Uint8Array[] {
    if (m === leaves.length) return whole ? [] : [naive.root(leaves)];
    const k = naive.split(leaves.length);
    return m <= k
      ? [...naive.subproof(m, leaves.slice(0, k), whole), naive.root(leaves.slice(k))]
      : [...naive.subproof(m - k, leaves.slice(k), false), naive.root(leaves.slice(0, k))];
  },
};

const reader =
  (leaves: readonly Uint8Array[]): ReadSubtree =>
  async (level, index) => {
    const [from, to] = [index * 2 ** level, (index + 1) * 2 ** level];
    if (to > leaves.length) throw new Error(`asked for an incomplete subtree: ${level}/${index} of ${leaves.length}`);
    return naive.root(leaves.slice(from, to));
  };

// Published: the leaves of the reference tests of Certificate Transparency and of transparency-dev/merkle, and what those
// expect.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  bytes,
);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const INCLUSION: [index: number, size: number, path: string[]][] = [
  [0, 1, []],
  [0, 2, ['96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7']],
  [1, 2, ['6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d']],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
];
const CONSISTENCY: [from: number, to: number, path: string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
];

describe('published vectors', () => {
  it.each(ROOTS.map((root, size) => [size, root] as const))('the root of %i leaves', async (size, root) => {
    const leaves = LEAVES.slice(0, size);
    expect(hex(await rootOf(reader(leaves), size))).toBe(root);
    if (size > 0) expect(hex(rootOfHashes(Buffer.concat(leaves.map(leafHash))))).toBe(root);
  });

  it.each(INCLUSION)('inclusion of %i in %i', async (index, size, path) => {
    expect((await inclusionPath(reader(LEAVES.slice(0, size)), index, size)).map(hex)).toEqual(path);
    expect(verifyInclusion(leafHash(LEAVES[index]!), index, size, path.map(bytes), bytes(ROOTS[size]!))).toBe(true);
  });

  it.each(CONSISTENCY)('consistency from %i to %i', async (from, to, path) => {
    expect((await consistencyPath(reader(LEAVES.slice(0, to)), from, to)).map(hex)).toEqual(path);
    expect(verifyConsistency(from, to, path.map(bytes), bytes(ROOTS[from]!), bytes(ROOTS[to]!))).toBe(true);
  });
});

const trees = fc.array(fc.uint8Array({ maxLength: 8 }), { minLength: 1, maxLength: 70 });
const indexed = trees.chain((leaves) => fc.tuple(fc.constant(leaves), fc.nat({ max: leaves.length - 1 })));
const grown = trees.chain((leaves) => fc.tuple(fc.constant(leaves), fc.nat({ max: leaves.length })));

describe('against the recursion of the RFC', () => {
  it('roots and proofs are the same, and hold', async () => {
    await fc.assert(
      fc.asyncProperty(indexed, async ([leaves, index]) => {
        const root = naive.root(leaves);
        expect(await rootOf(reader(leaves), leaves.length)).toEqual(root);
        expect(hex(rootOfHashes(Buffer.concat(leaves.map(leafHash))))).toBe(hex(root));
        const path = await inclusionPath(reader(leaves), index, leaves.length);
        expect(path).toEqual(naive.path(index, leaves));
        expect(verifyInclusion(leafHash(leaves[index]!), index, leaves.length, path, root)).toBe(true);
      }),
    );
    await fc.assert(
      fc.asyncProperty(grown, async ([leaves, from]) => {
        const path = await consistencyPath(reader(leaves), from, leaves.length);
        expect(path).toEqual(from === 0 ? [] : naive.subproof(from, leaves, true));
        const [before, after] = [naive.root(leaves.slice(0, from)), naive.root(leaves)];
        expect(verifyConsistency(from, leaves.length, path, before, after)).toBe(true);
      }),
    );
  });

  it('no proof holds with anything in it changed', async () => {
    const change = (path: Uint8Array[], at: number) =>
      path.map((step, index) => (index === at ? leafHash(step) : step));
    await fc.assert(
      fc.asyncProperty(indexed, fc.nat(), async ([leaves, index], nth) => {
        const [size, root, leaf] = [leaves.length, naive.root(leaves), leafHash(leaves[index]!)];
        const path = naive.path(index, leaves);
        const holds = (...changed: Parameters<typeof verifyInclusion>) => verifyInclusion(...changed);
        expect(holds(leafHash(leaf), index, size, path, root)).toBe(false);
        expect(holds(leaf, index, size, path, leafHash(root))).toBe(false);
        expect(holds(leaf, index, size, [...path, leaf], root)).toBe(false);
        expect(holds(leaf, size, size, path, root)).toBe(false);
        expect(holds(leaf, -1, size, path, root)).toBe(false);
        if (path.length === 0) return;
        expect(holds(leaf, index, size, path.slice(1), root)).toBe(false);
        expect(holds(leaf, index, size, path.slice(0, -1), root)).toBe(false);
        expect(holds(leaf, index, size, change(path, nth % path.length), root)).toBe(false);
      }),
    );
    await fc.assert(
      fc.asyncProperty(grown, fc.nat(), async ([leaves, from], nth) => {
        const to = leaves.length;
        const [before, after] = [naive.root(leaves.slice(0, from)), naive.root(leaves)];
        const path = from === 0 ? [] : naive.subproof(from, leaves, true);
        expect(verifyConsistency(from, to, path, leafHash(before), after)).toBe(false);
        // Whatever the empty tree becomes continues it.
        if (from > 0) expect(verifyConsistency(from, to, path, before, leafHash(after))).toBe(false);
        expect(verifyConsistency(from, to, [...path, before], before, after)).toBe(false);
        expect(verifyConsistency(to + 1, to, path, before, after)).toBe(false);
        if (path.length === 0) return;
        expect(verifyConsistency(from, to, path.slice(1), before, after)).toBe(false);
        expect(verifyConsistency(from, to, path.slice(0, -1), before, after)).toBe(false);
        expect(verifyConsistency(from, to, change(path, nth % path.length), before, after)).toBe(false);
      }),
    );
  });

  it('a node is never a leaf', () => {
    const [left, right] = [leafHash(bytes('00')), leafHash(bytes('01'))];
    expect(hex(nodeHash(left, right))).not.toBe(hex(leafHash(Buffer.concat([left, right]))));
    expect(hex(EMPTY_ROOT)).toBe(ROOTS[0]);
  });

  it('a tree can be larger than 32 bits count', async () => {
    // All leaves alike, so that a subtree follows from its level.
    const leaf = leafHash(new Uint8Array());
    const alike: ReadSubtree = async (level) => {
      let hash = leaf;
      for (let at = 0; at < level; at++) hash = nodeHash(hash, hash);
      return hash;
    };
    const [from, to, index] = [2 ** 35 + 3, 2 ** 40 + 5, 2 ** 40 + 1];
    const [before, after] = [await rootOf(alike, from), await rootOf(alike, to)];
    const path = await inclusionPath(alike, index, to);
    expect(path).toHaveLength(4);
    expect(verifyInclusion(leaf, index, to, path, after)).toBe(true);
    expect(verifyConsistency(from, to, await consistencyPath(alike, from, to), before, after)).toBe(true);
  });
});

it('a leaf that no bundle can hold has no hash', () => {
  expect(leafHash(new Uint8Array(MAX_LEAF_BYTES))).toHaveLength(32);
  expect(() => leafHash(new Uint8Array(MAX_LEAF_BYTES + 1))).toThrow(RangeError);
});
