import canonicalize from 'canonicalize';
import { base64, bytesOf, fromBase64, same, sha256 } from './bytes.ts';
import { type Checkpoint, type Key, parseCheckpoint, parseKey, whyNotSigned } from './note.ts';

/** What a page shows of one version, and of what. Codes are compared without case, as the source's are. */
export type Shown = {
  election: string | null;
  place: string;
  post: string;
  votes: { code: string; name: string; votes: number }[];
  stations: number | null;
  /** Left out where the page does not show them. */
  registered?: number | null;
  rejected?: number | null;
};

/** What the gateway gave to prove it; nothing of it is believed. */
export type Proof = {
  leaf: string;
  leafHash: string;
  logIndex: number;
  treeSize: number;
  path: readonly string[];
  checkpoint: string;
};

/** `unknown`: it could not be looked at here, which is no good sign and no bad one. */
export type Step = { name: StepName; outcome: 'good' | 'bad' | 'unknown'; words: string };
export type StepName = 'figures' | 'hash' | 'checkpoint' | 'signature' | 'now';

type Given = {
  shown: Shown;
  proof: Proof;
  /** The log's public key, `name+id+base64`. */
  vkey: string;
  /** The log's checkpoint as it is now. */
  newest: string;
};

type Leaf = {
  election?: unknown;
  place?: unknown;
  post?: unknown;
  figures?: {
    stations?: unknown;
    registered?: unknown;
    ballots?: { rejected?: unknown } | null;
    votes?: { candidate?: { code?: unknown }; votes?: unknown }[];
  } | null;
};

/**
 * Checks a figure against the log, with nothing of the gateway's own: SHA-256 and Ed25519 are the browser's. All steps are
 * gone, whatever came of the ones before, so that the page can say which held.
 */
export async function verify({ shown, proof, vkey, newest }: Given): Promise<Step[]> {
  const root = await attempt(() => rootOf(proof));
  const signed = await attempt(async () => parseCheckpoint(proof.checkpoint));
  const key = await attempt(() => parseKey(vkey));
  return [
    step('figures', await attempt(async () => leafSays(proof.leaf, shown))),
    step(
      'hash',
      root.failed !== undefined
        ? root
        : { value: `The root is ${short(root.value)} for leaf ${proof.logIndex} of ${proof.treeSize}.` },
    ),
    step('checkpoint', await attempt(async () => matches(proof, demand(root), demand(signed)))),
    await signatureStep(proof.checkpoint, key, 'signature', (origin) => `The log ${origin} signed it.`),
    await newestStep(newest, demandOr(signed), key),
  ];
}

/** All that is needed for "this figure is in the log". */
export const holds = (steps: readonly Step[]): boolean => steps.every(({ outcome }) => outcome === 'good');

function leafSays(leaf: string, shown: Shown): string {
  const said = JSON.parse(leaf) as Leaf;
  // Two values under one name, say, would be read otherwise by others.
  if (canonicalize(said) !== leaf) throw new Error('The leaf is not canonical JSON.');
  const of = (name: 'election' | 'place' | 'post') => String(said[name]).toUpperCase();
  if (of('post') !== shown.post || of('place') !== shown.place.toUpperCase()) {
    throw new Error('The leaf is of another place or post.');
  }
  if (shown.election !== null && of('election') !== shown.election.toUpperCase()) {
    throw new Error(`The leaf is of another election: ${said.election}.`);
  }
  const votes = said.figures?.votes ?? [];
  const inLeaf = new Map(votes.map(({ candidate, votes }) => [String(candidate?.code).toUpperCase(), votes]));
  const onPage = new Map(shown.votes.map(({ code, name, votes }) => [code.toUpperCase(), { name, votes }]));
  if (inLeaf.size !== votes.length || onPage.size !== shown.votes.length || inLeaf.size !== onPage.size) {
    throw new Error(`The leaf has ${votes.length} candidates, the page ${shown.votes.length}.`);
  }
  for (const [code, { name, votes }] of onPage) mustBeSame(`votes for ${name}`, votes, inLeaf.get(code));
  mustBeSame('stations reported', shown.stations, said.figures?.stations);
  if (shown.registered !== undefined) mustBeSame('registered voters', shown.registered, said.figures?.registered);
  if (shown.rejected !== undefined) mustBeSame('rejected papers', shown.rejected, said.figures?.ballots?.rejected);
  return `The votes of all ${votes.length} candidates and the stations reported are those in the leaf.`;
}

function mustBeSame(what: string, onPage: number | null, inLeaf: unknown): void {
  if ((inLeaf ?? null) === onPage) return;
  throw new Error(`The page shows ${onPage ?? 'no'} ${what}, the leaf ${inLeaf ?? 'none'}.`);
}

/** RFC 9162, 2.1.3.2: from the leaf's own hash up to the root. */
async function rootOf({ leaf, leafHash, logIndex, treeSize, path }: Proof): Promise<Uint8Array> {
  if (!Number.isSafeInteger(logIndex) || !Number.isSafeInteger(treeSize) || logIndex < 0 || logIndex >= treeSize) {
    throw new Error(`There is no leaf ${logIndex} among ${treeSize}.`);
  }
  const own = await sha256(Uint8Array.of(0), bytesOf(leaf));
  if (base64(own) !== leafHash) throw new Error(`The leaf’s hash is ${short(own)}, not the one that was given.`);
  let [at, last, climbed] = [logIndex, treeSize - 1, own];
  for (const text of path) {
    const beside = fromBase64(text);
    if (beside?.length !== own.length) throw new Error('The path is no list of SHA-256 hashes.');
    if (last === 0) throw new Error('The path is longer than the way to the root.');
    if (at % 2 === 1 || at === last) {
      climbed = await sha256(Uint8Array.of(1), beside, climbed);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else {
      climbed = await sha256(Uint8Array.of(1), climbed, beside);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw new Error('The path ends before the root.');
  return climbed;
}

function matches({ treeSize }: Proof, root: Uint8Array, signed: Checkpoint): string {
  if (signed.size !== treeSize) throw new Error(`It is of ${signed.size} leaves, the proof of ${treeSize}.`);
  if (!same(signed.root, root)) throw new Error(`Its root, ${short(signed.root)}, is not the one above.`);
  return `It is of ${signed.size} leaves and has that root.`;
}

async function newestStep(newest: string, before: Checkpoint | null, key: Outcome<Key>): Promise<Step> {
  const now = await attempt(async () => {
    const found = parseCheckpoint(newest);
    if (!before) throw new Error('There is nothing to compare it with.');
    if (found.size < before.size)
      throw new Error(`It has ${found.size} leaves, fewer than ${before.size}: it was cut back.`);
    if (found.size === before.size && !same(found.root, before.root)) {
      throw new Error(`It has as many leaves, and its root ${short(found.root)} is another.`);
    }
    return found;
  });
  if (now.failed !== undefined) return step('now', now);
  const { size } = now.value;
  return signatureStep(newest, key, 'now', () => `It has ${size} leaves, no fewer than the one above.`);
}

async function signatureStep(
  note: string,
  key: Outcome<Key>,
  name: StepName,
  good: (origin: string) => string,
): Promise<Step> {
  if (key.failed !== undefined) return step(name, key);
  try {
    const why = await whyNotSigned(note, key.value);
    return why === null ? { name, outcome: 'good', words: good(key.value.name) } : { name, outcome: 'bad', words: why };
  } catch (error) {
    // NotSupportedError: Ed25519 is not known here.
    if (error instanceof DOMException && error.name === 'NotSupportedError') {
      return { name, outcome: 'unknown', words: 'This browser cannot check Ed25519 signatures; newer ones can.' };
    }
    return { name, outcome: 'bad', words: (error as Error).message };
  }
}

type Outcome<T> = { failed?: undefined; value: T } | { failed: string };

async function attempt<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { failed: error instanceof SyntaxError ? 'The leaf is not JSON.' : (error as Error).message };
  }
}

function demand<T>(outcome: Outcome<T>): T {
  if (outcome.failed !== undefined) throw new Error(outcome.failed);
  return outcome.value;
}

const demandOr = <T>(outcome: Outcome<T>): T | null => (outcome.failed === undefined ? outcome.value : null);

const step = (name: StepName, outcome: Outcome<string> | { failed: string }): Step =>
  outcome.failed === undefined
    ? { name, outcome: 'good', words: outcome.value }
    : { name, outcome: 'bad', words: outcome.failed };

const short = (hash: Uint8Array) => `${base64(hash).slice(0, 12)}…`;
