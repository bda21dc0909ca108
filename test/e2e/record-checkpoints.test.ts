import { createHash, createPublicKey, verify } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { until } from '../infra/own-redis.ts';
import { directory, queryAt, startProcess } from '../support/checks.ts';
import { iebcEnv } from '../support/iebc.ts';
import { random } from '../support/random.ts';
import { streamAt } from '../support/results-stream.ts';

const KILLS = 20;
/** How much quicker than a clock the night goes, and when it begins anew. */
const PACE = 50;
const NIGHT_MS = 1_800_000;

const SHOWN = 'asOf stationsReported tallies { votes } latestVersion { logIndex asOf bodyHash }';
const PLACES = '{ counties { code constituencies { code } } }';
const RESULTS = `query ($county: ID!, $constituency: ID!) {
  county(code: $county) { result(post: GOVERNOR) { ${SHOWN} } }
  constituency(code: $constituency) { result(post: PRESIDENT) { ${SHOWN} } }
}`;
const WATCH = `subscription ($after: String) {
  resultsUpdated(filter: { post: PRESIDENT, level: CONSTITUENCY }, after: $after) {
    cursor version { logIndex asOf bodyHash stationsReported tallies { votes } }
  }
}`;

type Version = { logIndex: number; asOf: string; bodyHash: string };
type Figures = { stationsReported: number | null; tallies: { votes: number }[] };
/** `place` and `post` are not known of an event. */
type Shown = Version & Figures & { place?: string; post?: string };
type Checkpoint = { size: number; root: string };
type Leaf = {
  place: string;
  post: string;
  instant: string;
  body: string;
  figures: { stations: number | null; votes: { votes: number }[] };
};

const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const [LEAF, NODE] = [Buffer.from([0]), Buffer.from([1])];

/** The root of the first so many hashes, by the definition of RFC 6962, section 2.1. */
function rootOf(hashes: readonly Buffer[], size: number, from = 0): Buffer {
  if (size === 0) return sha256('');
  if (size === 1) return hashes[from]!;
  let left = 1;
  while (left * 2 < size) left *= 2;
  return sha256(NODE, rootOf(hashes, left, from), rootOf(hashes, size - left, from + left));
}

/** Checks a signed note as signed-note.md has it, and reads the checkpoint in it. */
function readCheckpoint(note: string, key: string): Checkpoint {
  const [name, id, base64] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(key.trim())!.slice(1) as [string, string, string];
  const publicKey = Buffer.from(base64, 'base64');
  expect(publicKey[0]).toBe(1);
  const end = note.indexOf('\n\n') + 1;
  const text = note.slice(0, end);
  const signature = Buffer.from(note.slice(end + 1).split(' ')[2]!, 'base64');
  expect(signature.subarray(0, 4).toString('hex')).toBe(id);
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey.subarray(1)]);
  const verifier = createPublicKey({ key: der, format: 'der', type: 'spki' });
  expect(verify(null, Buffer.from(text), verifier, signature.subarray(4))).toBe(true);
  const [origin, size, root] = text.split('\n');
  expect(origin).toBe(name);
  return { size: Number(size), root: Buffer.from(root!, 'base64').toString('hex') };
}

/** What clients were given over all lives of a gateway. */
function createWitness() {
  const checkpoints: Checkpoint[] = [];
  const events: Shown[] = [];
  const results: Shown[] = [];
  let key: string | undefined;
  const text = async (url: string, path: string) => (await fetch(url.replace('/graphql', path))).text();

  async function checkpoint(url: string): Promise<Checkpoint> {
    key ??= await text(url, '/log/key');
    const read = readCheckpoint(await text(url, '/log/checkpoint'), key);
    checkpoints.push(read);
    return read;
  }

  async function hashes(url: string, size: number): Promise<Buffer[]> {
    const tiles: Buffer[] = [];
    for (let n = 0; n * 256 < size; n++) {
      const width = Math.min(256, size - n * 256);
      const path = `/log/tile/0/${String(n).padStart(3, '0')}${width < 256 ? `.p/${width}` : ''}`;
      const tile = Buffer.from(await (await fetch(url.replace('/graphql', path))).arrayBuffer());
      expect(tile).toHaveLength(width * 32);
      for (let at = 0; at < width; at++) tiles.push(tile.subarray(at * 32, at * 32 + 32));
    }
    return tiles;
  }

  return {
    checkpoints,
    events,
    results,
    checkpoint,
    /** As each checkpoint that was ever answered says, the log as it is now begins. */
    async audit(url: string, message: string) {
      const now = await checkpoint(url);
      const known = await hashes(url, now.size);
      const roots = new Map(checkpoints.map(({ size }) => [size, '']));
      for (const size of roots.keys()) {
        expect(size, message).toBeLessThanOrEqual(now.size);
        roots.set(size, rootOf(known, size).toString('hex'));
      }
      for (const { size, root } of checkpoints) expect(root, `${message}, size ${size}`).toBe(roots.get(size));
      return known;
    },
    async watch(url: string) {
      const last = events.at(-1);
      const after = last && Buffer.from(`after:${last.logIndex}`).toString('base64url');
      for await (const { data, errors } of streamAt(url, { query: WATCH, variables: { after } })) {
        expect(errors).toBeUndefined();
        events.push(data.resultsUpdated.version);
      }
    },
    async ask(url: string, county: string, constituency: string) {
      const { data, errors } = await queryAt(url, RESULTS, { county, constituency }, {});
      expect(errors).toBeUndefined();
      const shown = (
        place: string,
        post: string,
        { latestVersion, asOf, ...figures }: Figures & Record<string, unknown>,
      ) => {
        const version = latestVersion as Version;
        expect(Date.parse(asOf as string)).toBeGreaterThanOrEqual(Date.parse(version.asOf));
        results.push({ ...version, ...figures, place, post });
      };
      shown(county, 'GOVERNOR', data.county.result);
      shown(constituency, 'PRESIDENT', data.constituency.result);
    },
    async leaves(url: string): Promise<string[]> {
      const lines = (await text(url, '/export/history.ndjson')).trim().split('\n');
      return lines.map((line) => line.slice(line.indexOf('"leaf":') + 7, -1));
    },
  };
}

const votesOf = (votes: { votes: number }[]) => votes.map((one) => one.votes).toSorted((a, b) => b - a);

/** What was shown is this leaf, figures and all. */
function expectShown(leaf: Leaf, { place, post, asOf, bodyHash, stationsReported, tallies }: Shown) {
  const { figures, body, instant } = leaf;
  expect([body, instant, figures.stations]).toEqual([bodyHash, new Date(asOf).toISOString(), stationsReported]);
  expect(votesOf(figures.votes)).toEqual(votesOf(tallies));
  if (place !== undefined) expect([leaf.place, leaf.post]).toEqual([place.toUpperCase(), post]);
}

/** The present as of some moment, then each version of the level that was watched once, in order, over all lives. */
function expectStream(leaves: Leaf[], seen: number[]) {
  const watched = leaves.flatMap(({ post, place }, index) => (post === 'PRESIDENT' ? [{ place, index }] : []));
  const possible = Array.from({ length: leaves.length + 1 }, (_, end) => {
    const present = new Map(watched.filter(({ index }) => index < end).map(({ place, index }) => [place, index]));
    const later = watched.filter(({ index }) => index >= end).map(({ index }) => index);
    return [...[...present.values()].toSorted((a, b) => a - b), ...later].slice(0, seen.length).join();
  });
  expect(possible).toContain(seen.join());
}

it('twenty kills while much is recorded: the log goes on as every checkpoint that was answered, and has all that was shown', {
  timeout: 180_000,
}, async () => {
  const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1e9));
  const chance = random(seed);
  const begun = performance.now();
  const now = () => Date.parse('2013-03-04T18:00:00Z') + (((performance.now() - begun) * PACE) % NIGHT_MS);
  const source = await startIebcSandbox({ now, tokenLifetimeMs: 1e9 });
  onTestFinished(() => source.close());
  const env = {
    ...iebcEnv(source),
    IEBC_TOKEN: '',
    EREG_URL: 'off',
    DATA_DIR: directory(),
    RECORD: 'PRESIDENT@constituency',
    RECORD_REQUESTS_PER_MINUTE: '60000',
    IEBC_POLL_MS: '100',
    REQUESTS_PER_MINUTE: '100000',
    LOG_ORIGIN: 'elections.example/log',
    LOG_LEVEL: 'error',
  };
  const witness = createWitness();
  let places: [county: string, constituency: string][] = [];

  for (let kill = 0; kill < KILLS; kill++) {
    const message = `kill ${kill}, seed ${seed}`;
    const gateway = startProcess(env);
    const url = await gateway.url;
    await witness.audit(url, message);
    if (kill === 0) {
      const { data } = await queryAt(url, PLACES, {}, {});
      places = data.counties.map((one: { code: string; constituencies: { code: string }[] }) => [
        one.code,
        one.constituencies[0]!.code,
      ]);
    }
    let killed = false;
    const unlessKilled = (error: unknown) => {
      if (!killed) throw error;
    };
    const again = async (work: () => Promise<unknown>) => {
      while (!killed) await work().catch(unlessKilled);
    };
    const before = witness.checkpoints.at(-1)!.size;
    const work = [
      again(() => witness.checkpoint(url)),
      again(() => witness.ask(url, ...places[Math.floor(chance() * places.length)]!)),
      witness.watch(url).catch(unlessKilled),
    ];
    await Promise.race([Promise.all(work), until(() => witness.checkpoints.at(-1)!.size > before + 10)]);
    // A moment, not an event: that is the point.
    await wait(chance() * 400);
    killed = true;
    await gateway.kill();
    await Promise.all(work);
    expect(gateway.output(), message).not.toMatch(/"level":(50|60)/);
  }

  const gateway = startProcess(env);
  const url = await gateway.url;
  const hashes = await witness.audit(url, `the end, seed ${seed}`);
  const texts = await witness.leaves(url);
  hashes.forEach((hash, index) => {
    expect(sha256(LEAF, texts[index]!).equals(hash), `leaf ${index}`).toBe(true);
  });
  const leaves = texts.map((text) => JSON.parse(text) as Leaf);
  for (const shown of [...witness.events, ...witness.results]) expectShown(leaves[shown.logIndex]!, shown);
  const seen = witness.events.map(({ logIndex }) => logIndex);
  expectStream(leaves, seen);
  // Unlucky moments would show nothing: there is a lot to lose.
  expect(new Set(witness.checkpoints.map(({ size }) => size)).size).toBeGreaterThan(KILLS * 2);
  expect(witness.results.length).toBeGreaterThan(KILLS);
  console.log(
    `${leaves.length} versions, ${witness.checkpoints.length} checkpoints, ${seen.length} events, ${witness.results.length} results`,
  );
});
