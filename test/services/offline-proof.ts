// What the README shows to a stranger: a proof is checked with node:crypto, and with the log's key, which is kept beforehand.
import { createHash, createPublicKey, verify } from 'node:crypto';

const bytes = (base64: string) => Buffer.from(base64, 'base64');
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

export function provedLeaf(proof: string, vkey: string) {
  const [claim, checkpoint, signatures] = proof.split('\n\n');
  const [, leaf, index, ...path] = claim!.split(/\n(?:extra |index )?/);
  const [, log, encoded] = /^([^+]+)\+.{8}\+(.+)$/.exec(vkey)!;
  const x = bytes(encoded!).subarray(1).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const signature = bytes(signatures!.split(`— ${log} `)[1]!).subarray(4, 68);
  if (!verify(null, Buffer.from(`${checkpoint}\n`), key, signature)) throw new Error('this log did not sign it');
  const [origin, size, root] = checkpoint!.split('\n');
  let [at, last] = [Number(index), Number(size) - 1];
  if (origin !== log || !(at <= last)) throw new Error('it is of another log');
  let hash = sha256(Buffer.of(0), bytes(leaf!));
  for (const beside of path) {
    const isRight = at % 2 === 1 || at === last;
    hash = isRight ? sha256(Buffer.of(1), bytes(beside), hash) : sha256(Buffer.of(1), hash, bytes(beside));
    while (isRight && at > 0 && at % 2 === 0) [at, last] = [at / 2, last >> 1];
    [at, last] = [at >> 1, last >> 1];
  }
  if (last !== 0 || hash.toString('base64') !== root) throw new Error('it is not in what was signed');
  return JSON.parse(bytes(leaf!).toString());
}
