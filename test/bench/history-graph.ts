import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContestFigures } from '../../src/domain/results.ts';
import { leafHash } from '../../src/infra/merkle.ts';
import type { NewLeaf } from '../../src/infra/version-log.ts';
import { sqliteVersionLog } from '../../src/infra/version-log-sqlite.ts';
import { factsOf, type LeafFacts, leafOf, pack, topicOf } from '../../src/services/record/leaf.ts';
import { type Child, quiet } from './child.ts';
import { post, UNLIMITED } from './contenders.ts';
import { onItsOwnCore } from './cores.ts';
import { KEY, placesIndexed, startGatewayProcess } from './gateway-process.ts';
import { LOADER, load } from './load.ts';
import { bodyOf, COUNTIES, chooseCounty, type Query, queriesFor } from './queries.ts';
import { type Source, startSource } from './source.ts';
import { median, progress, type Verdict } from './verdicts.ts';

// The record as callers meet it: whether answers that are kept anyway are as quick while every county is followed, and
// whether a page of history and a timeline are as quick of a million versions as of a thousand.

const FEW = 1_000;
const FILL_BATCH = 5_000;
const STEP_MS = 100;
const MARKED_EVERY = 40;
const PAGE = 20;
const BUCKETS = 60;

/** Loses: how much slower with the record than without, as a part of one. */
async function following({ quick }: { quick: boolean }): Promise<Verdict[]> {
  // All results change every two seconds: every question of whoever follows them brings a version.
  const source = await startSource({ STEP_MS: '2000' });
  const started: Child[] = [source];
  const start = async (RECORD: string) => {
    const gateway = await startGatewayProcess(source, { ...UNLIMITED, RECORD });
    started.push(gateway);
    await placesIndexed(gateway);
    return gateway;
  };
  try {
    progress('history: a gateway that follows all counties, and one that follows none');
    const [plain, recording] = [await start('none'), await start('PRESIDENT@county')];
    const county = chooseCounty((await post(plain.url, JSON.stringify({ query: COUNTIES }))).data);
    for (const { child } of [plain, recording]) onItsOwnCore(child.pid!);
    const { q1, q3 } = queriesFor(county);
    const verdicts: Verdict[] = [];
    const lines: string[] = [];
    for (const query of [q1, q3]) {
      const [slower, dearer] = await compared([plain, recording], query, county, quick);
      lines.push(`  ${query.name}: ${(100 * slower).toFixed(1)} % (of CPU ${(100 * dearer).toFixed(1)} %)`);
      verdicts.push({
        what: `${query.name}: loss to following 47 counties`,
        ...{ value: 100 * slower, byCpu: 100 * dearer, must: 5, aim: 2, less: true, unit: ' %' },
      });
    }
    progress('');
    console.log(
      `\nWhat answers that are kept lose while all counties are followed, by ${LOADER}:\n${lines.join('\n')}`,
    );
    return verdicts;
  } finally {
    await Promise.all(started.map((child) => child.stop()));
  }
}

/** Many short slices of both in turn, while the other stands still: they share a core. */
async function compared([plain, recording]: [Child, Child], query: Query, county: string, quick: boolean) {
  const slice = async (server: Child, other: Child) => {
    other.child.kill('SIGSTOP');
    try {
      const body = bodyOf(query, county);
      await load({ url: server.url, body, seconds: 1, alone: true });
      const before = server.cpuMs();
      const { perSecond, requests } = await load({ url: server.url, body, seconds: 1, alone: true });
      await quiet(server);
      return { perSecond, cpuMs: (server.cpuMs() - before) / requests };
    } finally {
      other.child.kill('SIGCONT');
    }
  };
  const slower: number[] = [];
  const dearer: number[] = [];
  for (let round = 1; round <= (quick ? 5 : 9); round++) {
    progress(`history: ${query.name} with and without following, round ${round}`);
    const without = await slice(plain, recording);
    const along = await slice(recording, plain);
    slower.push(1 - along.perSecond / without.perSecond);
    dearer.push(along.cpuMs / without.cpuMs - 1);
  }
  return [median(slower), median(dearer)] as const;
}

type Filled = { gateway: Child; versions: number; bytesEach: number };

/** What the first version of this county's count is, as a gateway over this source records it. */
async function firstVersion(source: Source): Promise<LeafFacts> {
  const gateway = await startGatewayProcess(source, UNLIMITED);
  try {
    const county = chooseCounty((await post(gateway.url, JSON.stringify({ query: COUNTIES }))).data);
    const query = new URLSearchParams({ level: 'county', post: 'PRESIDENT', district: county });
    const text = await (await fetch(`${gateway.url}/export/history.ndjson?${query}`)).text();
    return factsOf(JSON.stringify(JSON.parse(text.split('\n')[0]!).leaf));
  } finally {
    await gateway.stop();
  }
}

/** A count that grows by itself: at the first version nothing of it, at the last all. */
function grown(figures: ContestFigures, part: number): ContestFigures {
  const { stationsReported, votes } = figures;
  return {
    ...figures,
    stationsReported: stationsReported && Math.floor(stationsReported * part),
    votes: votes.map((one) => ({ ...one, votes: Math.floor(one.votes * part) })),
  };
}

/** A gateway whose record has so many versions of one contest. */
async function filled(source: Source, { contest, figures }: LeafFacts, versions: number): Promise<Filled> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-record-'));
  const log = sqliteVersionLog(dataDir, 'record');
  const start = Date.now() - versions * STEP_MS;
  const topic = topicOf(contest);
  let first: string | null = null;
  let batch: NewLeaf[] = [];
  for (let version = 1; version <= versions; version++) {
    const at = start + version * STEP_MS;
    const bodyHash = hash('sha256', `answer ${version}`);
    const leaf = leafOf({ contest, asOf: at, figures: grown(figures!, version / versions), bodyHash });
    const marks = version % MARKED_EVERY === 0 ? 1 : 0;
    batch.push({ topic, version, at, marks, body: pack(leaf, first), hash: leafHash(Buffer.from(leaf)) });
    first ??= leaf;
    if (batch.length < FILL_BATCH && version < versions) continue;
    progress(`history: ${version} versions of ${versions}`);
    await log.append(batch);
    batch = [];
  }
  await log.close();
  const bytesEach = statSync(join(dataDir, 'record.sqlite')).size / versions;
  const gateway = await startGatewayProcess(source, { ...UNLIMITED, DATA_DIR: dataDir });
  await placesIndexed(gateway);
  gateway.child.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  return { gateway, versions, bytesEach };
}

const TALLIES = 'tallies { votes candidate { name } }';
/** Of one result. */
const ASKED = {
  [`a page of ${PAGE} of history`]: (after: string) =>
    `history(first: ${PAGE}, after: "${after}") { nodes { version asOf changes { votes } flags ${TALLIES} } }`,
  [`a timeline of ${BUCKETS}`]: () => `timeline(buckets: ${BUCKETS}) { asOf stationsReported ${TALLIES} }`,
  'twenty flags': () => `recordFlags(first: ${PAGE}) { code message before { version } after { version } }`,
  'a proof of the latest': () => 'latestVersion { proof { text } }',
};

/** Of a caller with a key, whose answers are not kept. In ms. */
async function timed({ gateway, versions }: Filled, county: string, field: (after: string) => string) {
  const before = 1 + PAGE + Math.floor(Math.random() * (versions - PAGE));
  const after = Buffer.from(`after:${before}`).toString('base64url');
  const query = `{ county(code: "${county}") { result(post: PRESIDENT) { ${field(after)} } } }`;
  const began = performance.now();
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = JSON.parse(await response.text());
  const ms = performance.now() - began;
  if (errors || JSON.stringify(data).length < 500) throw new Error(`${query}: ${JSON.stringify(errors ?? data)}`);
  return ms;
}

async function depth({ quick }: { quick: boolean }): Promise<Verdict[]> {
  const many = quick ? 100_000 : 1_000_000;
  const source = await startSource();
  const started: Child[] = [source];
  try {
    const facts = await firstVersion(source);
    const [few, most] = [await filled(source, facts, FEW), await filled(source, facts, many)];
    started.push(few.gateway, most.gateway);
    const before = [few, most].map(({ gateway }) => gateway.usage().megabytes);
    const lines: string[] = [];
    const verdicts: Verdict[] = [];
    for (const [what, field] of Object.entries(ASKED)) {
      progress(`history: ${what}`);
      const times: [number[], number[]] = [[], []];
      const firsts: number[] = [];
      for (let round = 0; round < (quick ? 60 : 400); round++) {
        for (const [i, one] of [few, most].entries()) {
          const ms = await timed(one, facts.contest.unitCode, field);
          if (round === 0) firsts.push(ms);
          times[i]!.push(ms);
        }
      }
      const [small, large] = times.map((list) => median(list.slice(list.length / 10))) as [number, number];
      lines.push(
        `  ${what}: ${small.toFixed(2)} and ${large.toFixed(2)} ms; the first ${firsts.map((ms) => ms.toFixed(0)).join(' and ')} ms`,
      );
      verdicts.push({ what: `${what}, in GraphQL`, value: large / small, must: 2, aim: 1.3, less: true });
    }
    const after = [few, most].map(({ gateway }) => gateway.usage().megabytes);
    const memory = after[1]! - after[0]!;
    progress('');
    console.log(
      `\nIn GraphQL, ${FEW} and ${many} versions of one contest:\n${lines.join('\n')}\n` +
        `  memory of the process ${before.map(Math.round).join(' and ')} MB before, ${after.map(Math.round).join(' and ')} MB after\n` +
        `  ${most.bytesEach.toFixed(0)} bytes a version in record.sqlite`,
    );
    return [
      ...verdicts,
      { what: 'memory that more versions take', value: memory, must: 64, aim: 32, unit: ' MB', less: true },
      { what: 'a version of a county', value: most.bytesEach, must: 1_000, aim: 300, unit: ' bytes', less: true },
    ];
  } finally {
    await Promise.all(started.map((child) => child.stop()));
  }
}

export async function historyGraph(options: { quick: boolean }): Promise<Verdict[]> {
  return [...(await depth(options)), ...(await following(options))];
}
