import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/infra/clock.ts';
import { connect } from '../sandbox/iebc/client.ts';
import { manualClock } from '../support/gateway.ts';
import { type Events, next, type Served, serve, TRANSPORTS } from './serve.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const SECOND = 1_000;
/** A tick of the sandbox is two seconds: in one of them some counties move, in a minute all do, and in half a one none. */
const STEPS = [60, 2, 1, 91, 2, 30, 240].map((seconds) => seconds * SECOND);

const VERSION = `version asOf isReported logIndex bodyHash registeredVoters stationsReported flags
  ballots { valid rejected spoilt disputed } tallies { votes candidate { code } }
  changes { stationsReported votes rejected candidates { candidateCode votes } }`;
const MAP = `subscription { resultsUpdated(filter: { post: PRESIDENT, level: COUNTY }) {
  version { version asOf logIndex } result { reportingUnit { ... on County { code } } } } }`;

/** What somebody sees who asks the source itself. */
type Seen = { asOf: string; bodyHash: string; figures: Figures };
type Figures = {
  registeredVoters: number;
  stationsReported: number;
  ballots: { valid: number; rejected: number; spoilt: number; disputed: number };
  votes: Record<string, number>;
};

/** Read as the document says, without the gateway's decoder. */
function figuresIn(body: string): Figures {
  const [location] = JSON.parse(body).contests[0].locations;
  const { registered, reported, valid, rejected, spoilt, disputed, results } = location;
  return {
    registeredVoters: Number(registered),
    stationsReported: reported,
    ballots: { valid, rejected, spoilt, disputed },
    votes: Object.fromEntries(results.map((one: Shape) => [one.code, one.votes])),
  };
}

function changes(before: Figures | undefined, after: Figures) {
  const candidates = Object.entries(after.votes)
    .map(([candidateCode, votes]) => ({ candidateCode, votes: votes - (before?.votes[candidateCode] ?? 0) }))
    .filter(({ votes }) => votes !== 0);
  return {
    stationsReported: after.stationsReported - (before?.stationsReported ?? 0),
    votes: candidates.reduce((sum, { votes }) => sum + votes, 0),
    rejected: after.ballots.rejected - (before?.ballots.rejected ?? 0),
    candidates,
  };
}

/** A test client of its own token, which polls every county each time. */
async function startObserver({ sandbox, query }: Served, now: () => number) {
  const client = await connect(sandbox);
  const codes: string[] = (await query('{ counties { code } }')).data.counties.map(({ code }: Shape) => code);
  const seen = new Map<string, Seen[]>(codes.map((code) => [code, []]));
  return {
    seen,
    /** Gives back how many counties said something new. */
    async look(): Promise<number> {
      const asOf = new Date(now()).toISOString();
      const answers = [...seen].map(async ([code, before]): Promise<number> => {
        const body = await (await fetch(client.url(`/results/county/${code}/`, { post: 1 }))).text();
        const bodyHash = createHash('sha256').update(body).digest('hex');
        if (before.at(-1)?.bodyHash === bodyHash) return 0;
        before.push({ asOf, bodyHash, figures: figuresIn(body) });
        return 1;
      });
      return (await Promise.all(answers)).reduce((sum, news) => sum + news);
    },
  };
}

const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 9162, 2.1.1, as it stands there. */
function rootOf(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.from([0]), Buffer.from(leaves[0]!));
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.from([1]), rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split)));
}

async function checkpoint({ server }: Served): Promise<{ size: number; root: string }> {
  const [, size, root] = (await (await fetch(`${server.url}/log/checkpoint`)).text()).split('\n');
  return { size: Number(size), root: root! };
}

/** By county, newest first. */
async function histories({ query }: Served): Promise<Map<string, Shape[]>> {
  const { data, errors } = await query(`{ counties { code result(post: PRESIDENT) {
    history(first: 10) { totalCount edges { node { ${VERSION} } } } } } }`);
  expect(errors).toBeUndefined();
  return new Map(
    data.counties.map(({ code, result: { history } }: Shape) => {
      expect(history.edges).toHaveLength(history.totalCount);
      return [code, history.edges.map(({ node }: Shape) => node)];
    }),
  );
}

async function someEvents(events: Events, count: number): Promise<Shape[]> {
  const found: Shape[] = [];
  while (found.length < count) found.push((await next(events)).data.resultsUpdated);
  return found;
}

/** The gateway has asked for each county again. */
async function askedAnew({ sandbox }: Served, codes: Iterable<string>): Promise<void> {
  const from = sandbox.requests.length;
  const asked = () => new Set(sandbox.requests.slice(from).map(({ path }) => path));
  await expect
    .poll(() => [...codes].every((code) => asked().has(`/results/county/${code}/`)), { timeout: 30_000 })
    .toBe(true);
}

it('the history of a moving count is what an observer of the source saw, and its export has the root that was signed', async () => {
  // The hour is the test's; what is followed is asked for at a real pace.
  const clock = { ...manualClock(), monotonic: systemClock.monotonic };
  const env = { RECORD: 'PRESIDENT@county', IEBC_POLL_MS: '100', RECORD_REQUESTS_PER_MINUTE: '60000' };
  const gateway = await serve({
    ...{ clock, sandbox: { now: clock.now } },
    env: { ...env, STALE_AFTER_MS: '30000', STRANGER_COST_PER_MINUTE: '1000000000' },
  });
  const { look, seen } = await startObserver(gateway, clock.now);
  const events = TRANSPORTS['SSE by graphql-sse']!(gateway, { query: MAP });

  const heard = await someEvents(events, await look());
  const moved: number[] = [];
  for (const step of STEPS) {
    clock.advance(step);
    moved.push(await look());
    heard.push(...(await someEvents(events, moved.at(-1)!)));
  }
  // Steps in which all, some and none have moved.
  expect(moved.some((count) => count === 47) && moved.some((count) => count > 0 && count < 47)).toBe(true);
  expect(moved).toContain(0);

  const all = [...seen.values()].flat();
  const log = await checkpoint(gateway);
  expect(log.size).toBe(all.length);

  // Nothing comes of asking again, nor of asking in another way.
  clock.advance(SECOND);
  expect(await look()).toBe(0);
  await askedAnew(gateway, seen.keys());
  const [code] = seen.keys();
  const again = `{ county(code: "${code}") { result(post: PRESIDENT) { asOf } }
    results(filter: { district: "${code}", post: PRESIDENT }) { totalCount } }`;
  expect((await gateway.query(again)).errors).toBeUndefined();
  expect(await checkpoint(gateway)).toEqual(log);

  const recorded = await histories(gateway);
  for (const [county, observed] of seen) {
    const expected = observed.map(({ asOf, bodyHash, figures }, index) => {
      const { votes, ...shown } = figures;
      const tallies = Object.entries(votes).sort(([, one], [, other]) => other - one);
      return {
        ...{ version: index + 1, asOf, bodyHash, isReported: true, flags: [], ...shown },
        logIndex: expect.any(Number),
        tallies: tallies.map(([candidate, count]) => ({ votes: count, candidate: { code: candidate } })),
        changes: changes(observed[index - 1]?.figures, figures),
      };
    });
    expect(recorded.get(county), county).toEqual(expected.toReversed());
  }
  const indices = [...recorded.values()].flat().map(({ logIndex }) => logIndex);
  expect(indices.toSorted((a, b) => a - b)).toEqual(all.map((_, index) => index));

  // The stream said the same, in the order of the log.
  expect(heard.map(({ version }) => version.logIndex)).toEqual(all.map((_, index) => index));
  for (const { version, result } of heard) {
    const at = seen.get(result.reportingUnit.code)![version.version - 1]!;
    expect(version.asOf).toBe(at.asOf);
  }

  const text = await (await fetch(`${gateway.server.url}/export/history.ndjson`)).text();
  const lines = text.trimEnd().split('\n');
  const leaves = lines.map((line) => canonicalize(JSON.parse(line).leaf)!);
  expect(leaves).toHaveLength(log.size);
  // As it stands in the file, without reading it as JSON.
  expect(lines.every((line, index) => line.endsWith(`"leaf":${leaves[index]}}`))).toBe(true);
  expect(rootOf(leaves).toString('base64')).toBe(log.root);
  for (const { leaf } of lines.map((line) => JSON.parse(line))) {
    const county = [...seen.keys()].find((one) => one.toUpperCase() === leaf.place)!;
    const observed = seen.get(county)!.find(({ bodyHash }) => bodyHash === leaf.body)!;
    expect([leaf.instant, leaf.figures.stations]).toEqual([observed.asOf, observed.figures.stationsReported]);
  }
});

it('the same figures in two answers are one version', async () => {
  const clock = manualClock();
  const gateway = await serve({ clock, sandbox: { now: clock.now }, env: { STALE_AFTER_MS: '30000' } });
  const { query } = gateway;
  const [{ code }] = (await query('{ counties { code } }')).data.counties;
  const one = `{ county(code: "${code}") { result(post: GOVERNOR) { asOf history { totalCount } latestVersion { asOf } } } }`;
  const began = new Date(clock.now()).toISOString();
  await query(one);
  // Of all counties at once, of one place alone, and long after: other bytes, and no other figures.
  await query('{ results(filter: { post: GOVERNOR }) { totalCount } }');
  await query(`{ results(filter: { district: "${code}" }) { totalCount } }`);
  expect((await checkpoint(gateway)).size).toBe(47 + 3);
  clock.advance(40 * 60 * SECOND);
  const { result } = (await query(one)).data.county;
  expect(result).toMatchObject({ history: { totalCount: 2 } });
  clock.advance(40 * 60 * SECOND);
  // Counted out, it says the same for ever; the version is as old as its figures.
  const rested = (await query(one)).data.county.result;
  expect(rested).toEqual({ ...result, asOf: new Date(clock.now()).toISOString() });
  expect(rested.latestVersion.asOf).toBe(result.asOf);
  expect(result.asOf > began).toBe(true);
});
