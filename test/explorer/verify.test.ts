import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { holds, type Proof, type Shown, type Step, verify } from '../../src/explorer/time/verify.ts';
import { inclusionPath, leafHash, rootOf, rootOfHashes } from '../../src/infra/merkle.ts';
import { checkpointText, signNote, vkeyOf } from '../../src/infra/signed-note.ts';

type Signer = { name: string; vkey: string; sign: (text: string) => string };

function signer(name = 'elections.example/log'): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const key: { privateKey: KeyObject; publicKey: Uint8Array } = { privateKey, publicKey: raw };
  return { name, vkey: vkeyOf(name, raw), sign: (text) => signNote(text, name, key) };
}

const LOG = signer();

function leafOf(index: number, changed: Record<string, unknown> = {}): string {
  const votes = ['A', 'B'].map((code, at) => ({
    candidate: { code, name: `Candidate ${code}` },
    votes: 10 * index + at,
  }));
  const figures = { ballots: { rejected: 3 }, registered: 900, stations: index, votes };
  return canonicalize({
    ...{ source: 'iebc', election: 'GEK2013', level: 'COUNTY', place: 'abc-1', post: 'PRESIDENT' },
    ...{ instant: '2013-03-04T17:00:00.000Z', figures, body: '00' },
    ...changed,
  })!;
}

const shownOf = (index: number): Shown => ({
  ...{ election: 'GEK2013', place: 'ABC-1', post: 'PRESIDENT', stations: index, registered: 900, rejected: 3 },
  votes: ['A', 'B'].map((code, at) => ({ code, name: `Candidate ${code}`, votes: 10 * index + at })),
});

/** What a gateway with these leaves gives for one of them. */
async function given(leaves: readonly string[], index: number, log: Signer = LOG) {
  const hashes = leaves.map((leaf) => leafHash(Buffer.from(leaf)));
  const read = async (level: number, at: number) =>
    rootOfHashes(Buffer.concat(hashes.slice(at * 2 ** level, (at + 1) * 2 ** level)));
  const size = leaves.length;
  const checkpoint = log.sign(checkpointText({ origin: log.name, size, root: await rootOf(read, size) }));
  const path = (await inclusionPath(read, index, size)).map((hash) => Buffer.from(hash).toString('base64'));
  const hash = Buffer.from(hashes[index]!).toString('base64');
  const proof: Proof = { leaf: leaves[index]!, leafHash: hash, logIndex: index, treeSize: size, path, checkpoint };
  return { shown: shownOf(index), proof, vkey: log.vkey, newest: checkpoint };
}

const leaves = (size: number) => Array.from({ length: size }, (_, index) => leafOf(index));
const outcomes = (steps: Step[]) => Object.fromEntries(steps.map(({ name, outcome }) => [name, outcome]));
const failing = (steps: Step[]) => steps.filter(({ outcome }) => outcome === 'bad').map(({ name }) => name);

const place = fc
  .integer({ min: 1, max: 70 })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.integer({ min: 0, max: size - 1 }) }));

describe('a figure', () => {
  it('is accepted wherever in a log of any size it is', async () => {
    await fc.assert(
      fc.asyncProperty(place, async ({ size, index }) => {
        const steps = await verify(await given(leaves(size), index));
        expect(failing(steps)).toEqual([]);
        expect(holds(steps)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused when a bit of any hash beside its way is another, or one is missing or too many', async () => {
    const bent = fc.record({ at: fc.nat(), bit: fc.nat({ max: 255 }), how: fc.constantFrom('flip', 'drop', 'add') });
    await fc.assert(
      fc.asyncProperty(place, bent, async ({ size, index }, { at, bit, how }) => {
        const all = await given(leaves(size), index);
        const path = [...all.proof.path];
        if (how === 'add') path.push(Buffer.alloc(32, bit).toString('base64'));
        else if (path.length === 0) return;
        else if (how === 'drop') path.splice(at % path.length, 1);
        else {
          const hash = Buffer.from(path[at % path.length]!, 'base64');
          hash[bit >> 3]! ^= 1 << (bit & 7);
          path[at % path.length] = hash.toString('base64');
        }
        const steps = await verify({ ...all, proof: { ...all.proof, path } });
        expect(outcomes(steps).checkpoint).toBe('bad');
        // Its length alone says that it does not lead to a root.
        expect(outcomes(steps).hash).toBe(how === 'flip' ? 'good' : 'bad');
      }),
      { numRuns: 60 },
    );
  });

  it('is refused at any other index, or under another size', async () => {
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: -2, max: 72 }), async ({ size, index }, other) => {
        const all = await given(leaves(size), index);
        if (other !== index) {
          expect(holds(await verify({ ...all, proof: { ...all.proof, logIndex: other } }))).toBe(false);
        }
        if (other !== size) {
          expect(outcomes(await verify({ ...all, proof: { ...all.proof, treeSize: other } })).checkpoint).toBe('bad');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is refused when any character of its checkpoint is another', async () => {
    const all = await given(leaves(11), 4);
    const { checkpoint } = all.proof;
    for (let at = 0; at < checkpoint.length; at++) {
      const other = checkpoint[at] === 'x' ? 'y' : 'x';
      const proof = { ...all.proof, checkpoint: checkpoint.slice(0, at) + other + checkpoint.slice(at + 1) };
      expect(holds(await verify({ ...all, proof })), `character ${at}`).toBe(false);
    }
  });
});

const OTHER = signer('elections.example/other');
const SAME_NAME = signer();
/** It has the key of LOG, and names another log in what it signs. */
const MISNAMED: Signer = { ...LOG, name: 'elections.example/other' };

type All = Awaited<ReturnType<typeof given>>;
const withProof = (all: All, change: Partial<Proof>): All => ({ ...all, proof: { ...all.proof, ...change } });

it.each<[string, string[], (all: All) => All | Promise<All>]>([
  [
    'a vote on the page is another',
    ['figures'],
    (all) => ({ ...all, shown: { ...all.shown, votes: shownOf(5).votes } }),
  ],
  [
    'a candidate is missing on the page',
    ['figures'],
    (all) => {
      return { ...all, shown: { ...all.shown, votes: all.shown.votes.slice(1) } };
    },
  ],
  [
    'one candidate is on the page twice',
    ['figures'],
    (all) => {
      return { ...all, shown: { ...all.shown, votes: [all.shown.votes[0]!, all.shown.votes[0]!] } };
    },
  ],
  [
    'one candidate is on the page twice, beside all others',
    ['figures'],
    (all) => ({ ...all, shown: { ...all.shown, votes: [all.shown.votes[0]!, ...all.shown.votes] } }),
  ],
  ['stations on the page are others', ['figures'], (all) => ({ ...all, shown: { ...all.shown, stations: 8 } })],
  [
    'rejected papers on the page are others',
    ['figures'],
    (all) => ({ ...all, shown: { ...all.shown, rejected: null } }),
  ],
  ['the page is of another place', ['figures'], (all) => ({ ...all, shown: { ...all.shown, place: 'ABC-2' } })],
  ['the page is of another post', ['figures'], (all) => ({ ...all, shown: { ...all.shown, post: 'SENATOR' } })],
  ['the page is of another election', ['figures'], (all) => ({ ...all, shown: { ...all.shown, election: 'GEK2017' } })],
  [
    'a vote in the leaf is another',
    ['figures', 'hash', 'checkpoint'],
    (all) => {
      return withProof(all, { leaf: all.proof.leaf.replace('"votes":40', '"votes":41') });
    },
  ],
  [
    'a vote is another on the page and in the leaf',
    ['hash', 'checkpoint'],
    (all) => {
      const bent = withProof(all, { leaf: all.proof.leaf.replace('"votes":40', '"votes":41') });
      return { ...bent, shown: { ...all.shown, votes: [{ ...all.shown.votes[0]!, votes: 41 }, all.shown.votes[1]!] } };
    },
  ],
  [
    'and the hash is that of the other leaf',
    ['figures', 'checkpoint'],
    (all) => {
      const leaf = all.proof.leaf.replace('"votes":40', '"votes":41');
      return withProof(all, { leaf, leafHash: Buffer.from(leafHash(Buffer.from(leaf))).toString('base64') });
    },
  ],
  [
    'another version of the log is proved',
    ['figures'],
    async () => ({ ...(await given(leaves(11), 3)), shown: shownOf(4) }),
  ],
  ['the leaf has blanks', ['figures', 'hash', 'checkpoint'], (all) => withProof(all, { leaf: ` ${all.proof.leaf}` })],
  ['the leaf is no JSON', ['figures', 'hash', 'checkpoint'], (all) => withProof(all, { leaf: '{' })],
  [
    'the checkpoint is of another tree',
    ['checkpoint', 'now'],
    async (all) => {
      return withProof(all, { checkpoint: (await given(leaves(11).with(0, leafOf(99)), 4)).proof.checkpoint });
    },
  ],
  ['the checkpoint is no note', ['checkpoint', 'signature', 'now'], (all) => withProof(all, { checkpoint: 'no\n' })],
  [
    'another signed it',
    ['signature', 'now'],
    async () => ({ ...(await given(leaves(11), 4, SAME_NAME)), vkey: LOG.vkey }),
  ],
  [
    'the log is another',
    ['signature', 'now'],
    async () => ({ ...(await given(leaves(11), 4, OTHER)), vkey: LOG.vkey }),
  ],
  [
    'the log is another, which has the same key',
    ['signature', 'now'],
    async () => ({ ...(await given(leaves(11), 4, MISNAMED)), vkey: LOG.vkey }),
  ],
  [
    'the log of now is another, which has the same key',
    ['now'],
    async (all) => ({ ...all, newest: (await given(leaves(12), 4, MISNAMED)).newest }),
  ],
  [
    'the key’s id is another',
    ['signature', 'now'],
    (all) => ({ ...all, vkey: all.vkey.replace(/\+(.)/, (_, digit) => (digit === '0' ? '+1' : '+0')) }),
  ],
  ['the key is none', ['signature', 'now'], (all) => ({ ...all, vkey: '' })],
  ['the log was cut back', ['now'], async (all) => ({ ...all, newest: (await given(leaves(10), 4)).newest })],
  [
    'the log of now has other leaves',
    ['now'],
    async (all) => {
      return { ...all, newest: (await given(leaves(11).with(0, leafOf(99)), 4)).newest };
    },
  ],
  [
    'the checkpoint of now is not signed',
    ['now'],
    async (all) => {
      return { ...all, newest: (await given(leaves(12), 4, SAME_NAME)).newest };
    },
  ],
])('says which step fails when %s', async (_name, expected, bend) => {
  const all = await given(leaves(11), 4);
  expect(holds(await verify(all))).toBe(true);
  const steps = await verify(await bend(all));
  expect(failing(steps)).toEqual(expected);
  for (const { words } of steps) expect(words).toMatch(/[.…]$/);
});

it('accepts a log that has grown', async () => {
  const all = await given(leaves(11), 4);
  expect(holds(await verify({ ...all, newest: (await given(leaves(40), 4)).newest }))).toBe(true);
});

it('does the steps that need hashes alone where a browser has no Ed25519', async () => {
  const importKey = vi
    .spyOn(crypto.subtle, 'importKey')
    .mockRejectedValue(new DOMException('Unrecognized algorithm name', 'NotSupportedError'));
  try {
    const steps = await verify(await given(leaves(11), 4));
    expect(outcomes(steps)).toEqual({
      ...{ figures: 'good', hash: 'good', checkpoint: 'good' },
      ...{ signature: 'unknown', now: 'unknown' },
    });
    expect(holds(steps)).toBe(false);
  } finally {
    importKey.mockRestore();
  }
});
