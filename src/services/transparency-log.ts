import { type LogProof, type ProofVerdict, proofText, verifyProof } from '../infra/log-proof.ts';
import { leafHash, same, verifyConsistency, verifyInclusion } from '../infra/merkle.ts';
import { checkpointText, signNote, vkeyOf } from '../infra/signed-note.ts';
import { StorageUnavailable } from '../infra/storage-error.ts';
import { encodeBundle, TILE_WIDTH } from '../infra/tile-files.ts';
import { createTiles, type TileStore } from '../infra/tiles.ts';
import type { LogKey } from './log-key.ts';

/** That a version is in the log, for who trusts the log's key alone. */
type InclusionProof = LogProof & {
  /** Leaves in the tree that the checkpoint is of. */
  size: number;
  leafHash: Uint8Array;
  /** All of it as one text, which `verify` takes. */
  text: string;
};

/**
 * The log as strangers see it (C2SP's tlog-tiles.md). A store that is away, has lost what was signed, or holds something
 * else in its place is `StorageUnavailable`: nothing is signed that does not continue what this process has signed before.
 */
export type TransparencyLog = {
  /** The signed note of how the log stands now. */
  checkpoint(): Promise<string>;
  /** Null: the tree does not reach so far. */
  tile(level: number, n: number, width: number): Promise<Uint8Array | null>;
  /** The leaves themselves, as a bundle; null as above. */
  entries(n: number, width: number): Promise<Uint8Array | null>;
  /** Null: there is no such leaf. */
  proof(index: number): Promise<InclusionProof | null>;
  /** Of a proof's text. It asks nobody. */
  verify(proof: string): ProofVerdict;
  /** The public key, as strangers configure it: `name+id+base64`. */
  key(): string;
};

type Options = {
  store: TileStore;
  /** The leaves' own bytes, as they were hashed. */
  leaves: (from: number, count: number) => Promise<Uint8Array[]>;
  key: LogKey;
  /** The log's name, in its checkpoints and of its key: a URL without its scheme, such as `elections.example/log`. */
  origin: () => string;
};

type Signed = { origin: string; size: number; root: Uint8Array; checkpoint: string; last: Uint8Array };

/** So many of the last hashes that were signed are compared each time: a tail that was lost and grew anew differs in them. */
const COMPARED = 64;

export function createTransparencyLog({ store, leaves, key, origin }: Options): TransparencyLog {
  const tiles = createTiles(store);
  let before: Signed | null = null;

  async function sign(): Promise<Signed> {
    const size = await store.size();
    if (before) await mustStillHold(before, size);
    const name = origin();
    if (before?.size === size && before.origin === name) return before;
    const root = await tiles.root(size);
    if (before) {
      const path = await tiles.consistency(before.size, size);
      if (!verifyConsistency(before.size, size, path, before.root, root)) throw changed(before.size);
    }
    const count = Math.min(size, COMPARED);
    const last = count > 0 ? await store.hashes(size - count, count) : new Uint8Array();
    const checkpoint = signNote(checkpointText({ origin: name, size, root }), name, key);
    before = { origin: name, size, root, checkpoint, last: last.slice() };
    return before;
  }

  async function mustStillHold(signed: Signed, size: number): Promise<void> {
    if (size < signed.size) {
      throw new StorageUnavailable(`the log has ${size} leaves, and ${signed.size} were signed`);
    }
    const count = Math.min(signed.size, COMPARED);
    if (count > 0 && !same(await store.hashes(signed.size - count, count), signed.last)) throw changed(signed.size);
  }

  const signed = oneAtATime(sign);

  /** Only what was signed is given out: what is cached for ever must be what everybody can check. */
  async function reaches(leavesNeeded: number): Promise<boolean> {
    return (before && leavesNeeded <= before.size) || leavesNeeded <= (await signed()).size;
  }

  async function exactly(from: number, count: number): Promise<Uint8Array[]> {
    const found = await leaves(from, count);
    if (found.length !== count) throw new StorageUnavailable(`leaves from ${from} on are missing`);
    return found;
  }

  return {
    checkpoint: async () => (await signed()).checkpoint,
    async tile(level, n, width) {
      return (await reaches((n * TILE_WIDTH + width) * TILE_WIDTH ** level)) ? tiles.tile(level, n, width) : null;
    },
    async entries(n, width) {
      if (!(await reaches(n * TILE_WIDTH + width))) return null;
      return encodeBundle(await exactly(n * TILE_WIDTH, width));
    },
    async proof(index) {
      const { size, root, checkpoint } = await signed();
      if (index < 0 || index >= size) return null;
      const [leaf] = await exactly(index, 1);
      const path = await tiles.inclusion(index, size);
      const hash = leafHash(leaf!);
      if (!verifyInclusion(hash, index, size, path, root)) {
        throw new StorageUnavailable(`leaf ${index} is not what was hashed`);
      }
      const proof = { leaf: leaf!, index, path, checkpoint };
      return { ...proof, size, leafHash: hash, text: proofText(proof) };
    },
    verify: (proof) => verifyProof(proof, vkeyOf(origin(), key.publicKey)),
    key: () => vkeyOf(origin(), key.publicKey),
  };
}

const changed = (size: number) => new StorageUnavailable(`the log is not the one of which ${size} leaves were signed`);

/**
 * Who comes while the work is done waits for the next turn of it, with all others who do: it is never done twice at once,
 * and what anybody gets was begun after they asked.
 */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  let next: Promise<T> | null = null;
  const ask = (): Promise<T> => {
    if (next) return next;
    if (!running) {
      running = work().finally(() => {
        running = null;
      });
      return running;
    }
    const again = () => {
      next = null;
      return ask();
    };
    next = running.then(again, again);
    return next;
  };
  return ask;
}
