import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogProof, parseProof, proofText, verifyProof } from '../../src/infra/log-proof.ts';
import { leafHash } from '../../src/infra/merkle.ts';
import { checkpointText, NoteError, signNote, vkeyOf } from '../../src/infra/signed-note.ts';
import { createTiles } from '../../src/infra/tiles.ts';
import { memoryLog } from '../support/memory-log.ts';

const NAME = 'a.example/log';
function newKey() {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, publicKey: new Uint8Array(Buffer.from(x!, 'base64url')) };
}
const key = newKey();
const vkey = vkeyOf(NAME, key.publicKey);
const log = memoryLog(Array.from({ length: 300 }, (_, index) => JSON.stringify({ index })));
const tiles = createTiles(log.store);

async function prove(index: number, size: number, by = key, name = NAME): Promise<LogProof> {
  const checkpoint = signNote(checkpointText({ origin: name, size, root: await tiles.root(size) }), name, by);
  return { leaf: log.bodies[index]!, index, path: await tiles.inclusion(index, size), checkpoint };
}
const places = fc.integer({ min: 1, max: 300 }).chain((size) => fc.tuple(fc.nat({ max: size - 1 }), fc.constant(size)));

describe('a proof', () => {
  it('holds for each leaf in each tree, as text and as an object', async () => {
    await fc.assert(
      fc.asyncProperty(places, async ([index, size]) => {
        const proof = await prove(index, size);
        const read = verifyProof(proofText(proof), vkey);
        expect(read).toMatchObject({ valid: true, reason: null, size });
        expect(read.valid && read.proof.leaf).toEqual(log.bodies[index]);
        expect(verifyProof(proof, vkey)).toMatchObject({ valid: true });
      }),
    );
  });

  it('is the text of tlog-proof.md', async () => {
    const proof = await prove(0, 2);
    expect(proofText(proof)).toBe(
      [
        'c2sp.org/tlog-proof@v1',
        `extra ${Buffer.from('{"index":0}').toString('base64')}`,
        'index 0',
        Buffer.from(leafHash(Buffer.from('{"index":1}'))).toString('base64'),
        '',
        proof.checkpoint,
      ].join('\n'),
    );
  });

  it('does not hold for another leaf, another place, another tree', async () => {
    const proof = await prove(17, 300);
    const changes: Partial<LogProof>[] = [
      { leaf: Buffer.from('{"index":18}') },
      { index: 18 },
      { index: 300 },
      { path: proof.path.slice(1) },
      { path: proof.path.toReversed() },
      { checkpoint: (await prove(17, 299)).checkpoint },
    ];
    for (const change of changes) {
      expect(verifyProof(proofText({ ...proof, ...change }), vkey), JSON.stringify(change)).toMatchObject({
        valid: false,
        reason: 'NOT_INCLUDED',
      });
    }
  });

  it('is of one log, which its key names', async () => {
    const [other, named] = [await prove(3, 10, newKey()), await prove(3, 10, key, 'b.example/log')];
    for (const proof of [other, named]) {
      expect(verifyProof(proof, vkey)).toMatchObject({ valid: false, reason: 'WRONG_LOG' });
    }
    const proof = await prove(3, 10);
    const forged = { ...proof, checkpoint: proof.checkpoint.replace('\n10\n', '\n11\n') };
    expect(verifyProof(forged, vkey)).toMatchObject({ valid: false, reason: 'BAD_SIGNATURE' });
    expect(verifyProof(proof, 'no key')).toMatchObject({ valid: false, reason: 'MALFORMED' });
  });

  it('says what is malformed', async () => {
    const text = proofText(await prove(3, 10));
    const cases: [string, string][] = [
      ['', 'no empty line'],
      [text.replace('@v1', '@v2'), 'first line'],
      [text.replace(/extra .*\n/, ''), '`extra`'],
      [text.replace('extra ', 'extra'), '`extra`'],
      [text.replace('index 3', 'index 03'), '`index`'],
      [text.replace('index 3', 'index 9999999999999999'), '`index`'],
      [text.replace(/index 3\n.{8}/, 'index 3\n'), 'path'],
      [`${text.split('\n\n')[0]}\n\nnothing`, 'empty line'],
      ['x'.repeat(1_200_001), 'too long'],
    ];
    for (const [changed, why] of cases) {
      const verdict = verifyProof(changed, vkey);
      expect(verdict, why).toMatchObject({ valid: false, reason: 'MALFORMED' });
      expect(!verdict.valid && verdict.message).toContain(why);
    }
  });

  it('is read without another failure, whatever it is, and never holds with a character changed', async () => {
    const text = proofText(await prove(3, 10));
    fc.assert(
      fc.property(
        fc.string(),
        fc.nat({ max: text.length - 1 }),
        fc.constantFrom('A', '1', '\n', ' '),
        (any, at, other) => {
          try {
            parseProof(any);
          } catch (error) {
            expect(error).toBeInstanceOf(NoteError);
          }
          fc.pre(text[at] !== other);
          expect(verifyProof(text.slice(0, at) + other + text.slice(at + 1), vkey).valid).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});
