import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { post } from '../support/gateway.ts';
import { type RecordedNight, startRecordedNight } from '../support/recorded-night.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

// As a stranger checks a proof: RFC 9162, C2SP's signed-note.md and tlog-checkpoint.md, and nothing of the gateway's code.
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (leaf: string) => sha256(Buffer.from([0]), Buffer.from(leaf));
const inner = (left: Uint8Array, right: Uint8Array) => sha256(Buffer.from([1]), left, right);

/** RFC 9162, 2.1.3.2; null where index, size and path do not fit together. */
function rootBy(hash: Buffer, index: number, size: number, path: readonly Buffer[]): Buffer | null {
  if (index >= size) return null;
  let [at, last, root] = [index, size - 1, hash];
  for (const step of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      root = inner(step, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [at >> 1, last >> 1];
    } else root = inner(root, step);
    [at, last] = [at >> 1, last >> 1];
  }
  return last === 0 ? root : null;
}

type Checkpoint = { origin: string; size: number; root: Buffer };

/** Throws unless the log with this key signed it. */
function opened(checkpoint: string, vkey: string): Checkpoint {
  const [, name, id, key] = /^(\S+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey.trim())!;
  const bytes = Buffer.from(key!, 'base64');
  expect(bytes[0], 'Ed25519').toBe(1);
  const expectedId = sha256(Buffer.from(`${name}\n`), bytes).subarray(0, 4);
  expect(expectedId.toString('hex')).toBe(id);
  const end = checkpoint.indexOf('\n\n') + 1;
  const body = checkpoint.slice(0, end);
  const line = checkpoint
    .slice(end + 1)
    .split('\n')
    .find((one) => one.startsWith(`— ${name} `))!;
  const signature = Buffer.from(line.split(' ')[2]!, 'base64');
  expect(signature.subarray(0, 4)).toEqual(expectedId);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.subarray(1).toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  expect(verify(null, Buffer.from(body), publicKey, signature.subarray(4))).toBe(true);
  const [origin, size, root] = body.split('\n') as [string, string, string];
  expect(origin).toBe(name);
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') };
}

const PROOF = 'proof { leaf leafHash logIndex treeSize path checkpoint text }';
const VERDICT = 'valid reason message leaf logIndex treeSize';
const VERIFY = `query ($proof: String!) { verifyResultProof(proof: $proof) { ${VERDICT} } }`;

const logFile = async ({ app }: RecordedNight, path: string) =>
  (await app.fetch(new Request(`http://gateway/log/${path}`))).text();

/** Eleven versions of two counties: a tree that is not full, and whose paths have different lengths. */
async function startLog(): Promise<{ night: RecordedNight; proofs: Shape[]; verdict(proof: string): Promise<Shape> }> {
  const night = await startRecordedNight();
  const [one, other] = night.counties as [string, string];
  for (let stations = 1; stations <= 6; stations++)
    await night.see({ stations, votes: { A: 3 * stations, B: 1 } }, one);
  for (let stations = 1; stations <= 5; stations++) await night.see({ stations, votes: { A: 2, B: stations } }, other);
  const versions = async (county: string) =>
    (await night.result(`history { edges { node { asOf bodyHash logIndex tallies { votes } ${PROOF} } } }`, county))
      .history.edges;
  const all = [...(await versions(one)), ...(await versions(other))].map(({ node }: Shape) => node);
  return {
    night,
    proofs: all.toSorted((a, b) => a.logIndex - b.logIndex),
    verdict: async (proof) => (await night.query(VERIFY, { proof })).data.verifyResultProof,
  };
}

describe('the proof of a version', () => {
  it('is checked by hand, and by the gateway', async () => {
    const { night, proofs, verdict } = await startLog();
    const vkey = await logFile(night, 'key');
    const signed = opened(await logFile(night, 'checkpoint'), vkey);
    expect(signed.size).toBe(11);
    expect(proofs.map(({ logIndex }) => logIndex)).toEqual(Array.from({ length: 11 }, (_, index) => index));
    for (const { proof, logIndex, asOf, bodyHash, tallies } of proofs) {
      const { leaf, path, checkpoint } = proof;
      const { size, root } = opened(checkpoint, vkey);
      expect({ size, root }).toEqual({ size: signed.size, root: signed.root });
      expect([proof.logIndex, proof.treeSize]).toEqual([logIndex, 11]);
      const hash = leafHash(leaf);
      expect(proof.leafHash).toBe(hash.toString('base64'));
      expect(
        rootBy(
          hash,
          logIndex,
          size,
          path.map((step: string) => Buffer.from(step, 'base64')),
        ),
      ).toEqual(root);
      // What is proved is what the version says.
      const said = JSON.parse(leaf);
      expect(said).toMatchObject({
        election: 'GEK2013-TEST',
        level: 'county',
        post: 'PRESIDENT',
        instant: asOf,
        body: bodyHash,
      });
      const votes = said.figures.votes.map((one: { votes: number }) => one.votes);
      expect(votes.toSorted((a: number, b: number) => b - a)).toEqual(tallies.map((tally: Shape) => tally.votes));
      expect(await verdict(proof.text)).toEqual({
        ...{ valid: true, reason: null, message: null },
        ...{ leaf, logIndex, treeSize: 11 },
      });
    }
    expect(new Set(proofs.map(({ proof }) => proof.path.length)).size).toBeGreaterThan(1);
  });

  it('holds for ever, and in a log that has grown', async () => {
    const { night, proofs, verdict } = await startLog();
    const old = proofs[4].proof;
    for (let stations = 7; stations <= 9; stations++) await night.see({ stations, votes: { A: 30, B: stations } });
    expect(await verdict(old.text)).toMatchObject({ valid: true, treeSize: 11, leaf: old.leaf });
    const { edges } = (await night.result(`history(first: 100) { edges { node { logIndex ${PROOF} } } }`)).history;
    const now = edges.find(({ node }: Shape) => node.logIndex === 4).node.proof;
    expect(now).toMatchObject({ leaf: old.leaf, leafHash: old.leafHash, treeSize: 14 });
    expect(await verdict(now.text)).toMatchObject({ valid: true, treeSize: 14, logIndex: 4 });
  });

  it('is refused when anything in it was changed, and why is said', async () => {
    const { night, proofs, verdict } = await startLog();
    const { leaf, path, checkpoint, text } = proofs[4].proof;
    const other = proofs[5].proof;
    const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes as string).toString('base64');
    const changed = (from: string, to: string) => {
      const after = text.replace(from, () => to);
      expect(after).not.toBe(text);
      return after;
    };
    const flipped = (encoded: string, at: number) => {
      const bytes = Buffer.from(encoded, 'base64');
      bytes[at < 0 ? bytes.length + at : at]! ^= 1;
      return base64(bytes);
    };
    const said = JSON.parse(leaf);
    said.figures.votes[0].votes += 1;
    const signature = /^— \S+ (\S+)$/m.exec(checkpoint)![1]!;
    const [origin, size, root] = checkpoint.split('\n') as [string, string, string];
    const another = await startRecordedNight();
    await another.see({ stations: 1, votes: { A: 1 } });
    const foreign = (await another.result(`latestVersion { ${PROOF} }`)).latestVersion.proof;

    const refused: Record<string, [proof: string, reason: string]> = {
      'one vote more': [changed(base64(leaf), base64(JSON.stringify(said))), 'NOT_INCLUDED'],
      'another version': [changed(base64(leaf), base64(other.leaf)), 'NOT_INCLUDED'],
      'another index': [changed('index 4\n', 'index 5\n'), 'NOT_INCLUDED'],
      'an index beyond the tree': [changed('index 4\n', 'index 11\n'), 'NOT_INCLUDED'],
      'a hash of the path': [changed(path[1], flipped(path[1], 0)), 'NOT_INCLUDED'],
      'two hashes changed over': [changed(`${path[0]}\n${path[1]}`, `${path[1]}\n${path[0]}`), 'NOT_INCLUDED'],
      'a hash less': [changed(`${path[0]}\n`, ''), 'NOT_INCLUDED'],
      'a hash more': [changed(path[0], `${path[0]}\n${path[0]}`), 'NOT_INCLUDED'],
      'no path': [changed(`${path.join('\n')}\n`, ''), 'NOT_INCLUDED'],
      'the signature': [changed(signature, flipped(signature, -1)), 'BAD_SIGNATURE'],
      "the checkpoint's size": [changed(`\n${size}\n`, '\n12\n'), 'BAD_SIGNATURE'],
      "the checkpoint's root": [changed(root, flipped(root, 0)), 'BAD_SIGNATURE'],
      "the key's id": [changed(signature, flipped(signature, 0)), 'WRONG_LOG'],
      'the name of the log': [text.replaceAll(origin, 'elsewhere.example/log'), 'WRONG_LOG'],
      "another log's": [foreign.text, 'WRONG_LOG'],
      "another log's checkpoint": [changed(checkpoint, foreign.checkpoint), 'WRONG_LOG'],
      'the first line': [changed('tlog-proof@v1', 'tlog-proof@v2'), 'MALFORMED'],
      'no leaf': [changed(`extra ${base64(leaf)}\n`, ''), 'MALFORMED'],
      'no index': [changed('index 4\n', ''), 'MALFORMED'],
      'a short hash': [changed(path[0], base64('short')), 'MALFORMED'],
      'no checkpoint': [text.slice(0, text.indexOf('\n\n') + 2), 'MALFORMED'],
      'cut off': [text.slice(0, -10), 'MALFORMED'],
      'nothing like it': ['This is true.', 'MALFORMED'],
    };
    for (const [what, [proof, reason]] of Object.entries(refused)) {
      expect(await verdict(proof), what).toEqual({
        ...{ valid: false, reason, message: expect.stringMatching(/^[A-Z].*\.$/) },
        ...{ leaf: null, logIndex: null, treeSize: null },
      });
    }
    expect((await verdict(text)).valid).toBe(true);
    for (const proof of ['', ' \n ']) {
      expect((await night.query(VERIFY, { proof })).errors).toMatchObject([
        { path: ['verifyResultProof'], extensions: { code: 'BAD_USER_INPUT', field: 'proof' } },
      ]);
    }
  });

  it('is checked without the source', async () => {
    const { night, proofs } = await startLog();
    const requests = night.upstream().length;
    night.sandbox.faults.set({ kind: 'reset' });
    const { data, errors } = await post(night.app, VERIFY, { proof: proofs[0].proof.text });
    expect([data.verifyResultProof.valid, errors]).toEqual([true, undefined]);
    expect(night.upstream()).toHaveLength(requests);
  });
});
