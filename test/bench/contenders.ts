import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Child, startChild } from './child.ts';
import { placesIndexed, startGatewayProcess } from './gateway-process.ts';
import { bodyOf, COUNTIES, chooseCounty, type Query, queriesFor } from './queries.ts';
import { type Source, startSource } from './source.ts';

/** Whatever would keep a single caller from asking so much. */
export const UNLIMITED = { STRANGER_COST_PER_MINUTE: '1000000000000', REQUESTS_PER_MINUTE: '1000000' };

export type Name = 'floor' | 'gateway' | 'yoga' | 'mercurius' | 'apollo' | 'hive';

const PEERS: Record<Exclude<Name, 'gateway'>, URL> = {
  floor: new URL('./peers/floor.mjs', import.meta.url),
  yoga: new URL('./peers/yoga.mjs', import.meta.url),
  mercurius: new URL('./peers/mercurius.mjs', import.meta.url),
  apollo: new URL('./peers/apollo.mjs', import.meta.url),
  hive: new URL('./peers/hive.mjs', import.meta.url),
};

// biome-ignore lint/suspicious/noExplicitAny: answers of several queries
type Data = any;

export type Stage = {
  source: Source;
  gateway: Child;
  queries: ReturnType<typeof queriesFor>;
  county: string;
  /** Starts one of the others, on the same data. */
  start(name: Exclude<Name, 'gateway'>): Promise<Child>;
  /** Throws unless it answers what the gateway answered first. */
  check(who: string, url: string, query: Query): Promise<void>;
  close(): Promise<void>;
};

export async function post(url: string, body: string): Promise<{ text: string; data: Data }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  const { data, errors } = JSON.parse(text);
  if (response.status !== 200 || errors) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 500)}`);
  return { text, data };
}

/** A gateway before the source, what it answers, and whoever else is to answer the same. */
export async function openStage({ stations }: { stations: boolean }): Promise<Stage> {
  const source = await startSource();
  const gateway = await startGatewayProcess(source, UNLIMITED);
  const children: Child[] = [gateway, source];
  await placesIndexed(gateway);
  const county = chooseCounty((await post(gateway.url, JSON.stringify({ query: COUNTIES }))).data);
  const queries = queriesFor(county);
  const references = new Map<string, string>();
  for (const query of Object.values(queries)) {
    if (query === queries.q4 && !stations) continue;
    references.set(query.text, (await post(gateway.url, bodyOf(query, county))).text);
  }
  const dataFile = join(mkdtempSync(join(tmpdir(), 'bench-data-')), 'data.json');
  const answers = [...references].map(([query, answer]) => ({ query, answer }));
  const dataOf = (query: Query) => JSON.parse(references.get(query.text)!).data;
  const counties = joined(dataOf(queries.q3), dataOf(queries.q2), stations ? dataOf(queries.q4) : null);
  writeFileSync(dataFile, JSON.stringify({ answers, counties }));

  async function start(name: Exclude<Name, 'gateway'>): Promise<Child> {
    const subgraph = name === 'hive' ? await start('yoga') : undefined;
    const child = await startChild(PEERS[name], { BENCH_DATA: dataFile, ...(subgraph && { SUBGRAPH: subgraph.url }) });
    children.push(child);
    return child;
  }
  return {
    source,
    gateway,
    queries,
    county,
    start,
    async check(who, url, query) {
      const { data } = await post(url, bodyOf(query, county));
      const difference = firstDifference(dataOf(query), data, 'data');
      if (difference) throw new Error(`${who} answers ${query.name} differently: ${difference}`);
    },
    async close() {
      await Promise.all(children.map((child) => child.stop()));
    },
  };
}

/** The tree with its results and stations, for resolvers in memory. */
function joined(tree: Data, results: Data, stations: Data): Data {
  return tree.counties.map((county: Data, i: number) => ({
    ...county,
    results: { PRESIDENT: results.counties[i].result },
    constituencies: county.constituencies.map((constituency: Data, j: number) => ({
      ...constituency,
      wards: constituency.wards.map((ward: Data, k: number) => ({
        ...ward,
        stations: stations?.counties[i].constituencies[j].wards[k].pollingStations.nodes ?? [],
      })),
    })),
  }));
}

/** The first place where two answers differ, in words; null if they do not. When an answer was read is no difference. */
function firstDifference(expected: Data, actual: Data, path: string): string | null {
  if (path.endsWith('.asOf') || isDeepStrictEqual(expected, actual)) return null;
  if (!(expected && actual && typeof expected === 'object' && typeof actual === 'object')) {
    return `${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const found = firstDifference(expected[key], actual[key], `${path}.${key}`);
    if (found) return found;
  }
  return null;
}
