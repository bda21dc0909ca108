import { type Child, quiet } from './child.ts';
import { type Name, openStage, type Stage } from './contenders.ts';
import { onItsOwnCore } from './cores.ts';
import { installPeers } from './installed.ts';
import { LOADER, load } from './load.ts';
import { bodyOf, type Query } from './queries.ts';
import { median, progress, type Verdict } from './verdicts.ts';

// The gateway beside its peers on the same data, one at a time, by the same load. A machine is not the same from one
// second to the next: so a slice of the floor is measured beside each slice, and only ratios to it are compared.

type QueryName = keyof Stage['queries'];
const EVERYBODY: Name[] = ['gateway', 'yoga', 'mercurius', 'apollo', 'hive'];
const PLAN: Record<QueryName, Name[]> = {
  q1: EVERYBODY,
  q2: ['gateway', 'mercurius'],
  q3: EVERYBODY,
  // 2.8 MB: only beside the floor.
  q4: ['gateway'],
  dynamicQ1: ['gateway', 'yoga', 'mercurius', 'apollo'],
  dynamicQ3: ['gateway', 'yoga', 'mercurius', 'apollo'],
};

type Measured = { perSecond: number; ofFloor: number; cpuMs: number; floorCpuMs: number };
type Cell = { query: QueryName; name: Name; rounds: Measured[] };

export async function compare({ quick }: { quick: boolean }): Promise<Verdict[]> {
  installPeers();
  progress('comparison: starting everybody, with the same data');
  const stage = await openStage({ stations: true });
  try {
    const servers = { gateway: stage.gateway } as Record<Name, Child>;
    for (const name of ['floor', 'yoga', 'mercurius', 'apollo', 'hive'] as const)
      servers[name] = await stage.start(name);
    for (const { child } of Object.values(servers)) onItsOwnCore(child.pid!);
    const cells = (Object.keys(PLAN) as QueryName[]).flatMap((query) =>
      PLAN[query].map((name): Cell => ({ query, name, rounds: [] })),
    );
    await measureAll(stage, servers, cells, quick);
    progress('');
    print(stage, cells);
    return verdicts(cells);
  } finally {
    await stage.close();
  }
}

async function measureAll(stage: Stage, servers: Record<Name, Child>, cells: Cell[], quick: boolean) {
  const { queries, county, check } = stage;
  const rounds = quick ? 1 : 3;
  const slice = (name: Name, query: Query, seconds: number) => measure(servers[name], query, county, seconds);
  for (const query of [queries.q1, queries.q3, queries.q4]) await slice('floor', query, 1);
  for (let round = 1; round <= rounds; round++) {
    for (const [index, cell] of cells.entries()) {
      const query = queries[cell.query];
      progress(
        `comparison by ${LOADER}: round ${round} of ${rounds}, ${index + 1} of ${cells.length}: ${query.name}, ${cell.name}`,
      );
      await check(cell.name, servers[cell.name].url, query);
      // Code is compiled as it is used.
      if (round === 1) await slice(cell.name, query, quick ? 1 : 2);
      const floor = await slice('floor', query, 1);
      const { perSecond, cpuMs } = await slice(cell.name, query, quick ? 1 : 2);
      cell.rounds.push({ perSecond, ofFloor: perSecond / floor.perSecond, cpuMs, floorCpuMs: floor.cpuMs });
    }
  }
  for (const { name, query } of cells) await check(name, servers[name].url, queries[query]);
}

/** CPU is that of the server's process for a request, in milliseconds. */
async function measure(server: Child, query: Query, county: string, seconds: number) {
  const before = server.cpuMs();
  const varied = query.dynamic && county;
  const { perSecond, requests, bytesEach } = await load({
    url: server.url,
    body: bodyOf(query, county),
    varied,
    seconds,
    alone: true,
  });
  // What refuses is quick: an answer that is much shorter than the others is none.
  if (bytesEach < 1_000) throw new Error(`${server.url} answers ${query.name} with ${bytesEach.toFixed(0)} bytes`);
  await quiet(server);
  return { perSecond, cpuMs: (server.cpuMs() - before) / requests };
}

const of = (cells: Cell[], query: QueryName, name: Name, pick: (measured: Measured) => number): number =>
  median(cells.find((cell) => cell.query === query && cell.name === name)!.rounds.map(pick));

function print({ queries }: Stage, cells: Cell[]): void {
  console.log(
    `\nRequests per second, 32 connections; in brackets of the floor's, and CPU of the server in ms a request\n`,
  );
  console.log(`| | ${EVERYBODY.join(' | ')} |\n|---|${EVERYBODY.map(() => '---').join('|')}|`);
  for (const query of Object.keys(PLAN) as QueryName[]) {
    const columns = EVERYBODY.map((name) => {
      if (!PLAN[query].includes(name)) return '';
      const perSecond = of(cells, query, name, (one) => one.perSecond);
      const ofFloor = of(cells, query, name, (one) => one.ofFloor);
      const cpuMs = of(cells, query, name, (one) => one.cpuMs);
      return `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} (${ofFloor.toFixed(2)}, ${cpuMs.toPrecision(2)})`;
    });
    console.log(`| ${queries[query].name} | ${columns.join(' | ')} |`);
  }
}

function verdicts(cells: Cell[]): Verdict[] {
  const ofFloor = (query: QueryName, name: Name) => of(cells, query, name, (one) => one.ofFloor);
  const cpuMs = (query: QueryName, name: Name) => of(cells, query, name, (one) => one.cpuMs);
  const toFloor = (what: string, query: QueryName, must: number, aim: number): Verdict => ({
    what: `${what} to the floor`,
    value: ofFloor(query, 'gateway'),
    byCpu: of(cells, query, 'gateway', (one) => one.floorCpuMs / one.cpuMs),
    must,
    aim,
  });
  const to = (peer: Name, called: string, what: string, query: QueryName, must: number, aim: number): Verdict => ({
    what: `${what} to ${called}`,
    value: ofFloor(query, 'gateway') / ofFloor(query, peer),
    byCpu: cpuMs(query, peer) / cpuMs(query, 'gateway'),
    must,
    aim,
  });
  return [
    toFloor('warm Q1', 'q1', 0.8, 1),
    toFloor('warm Q3', 'q3', 0.6, 0.9),
    to('mercurius', 'mercurius with jit', 'warm Q1', 'q1', 1.5, 2.3),
    to('mercurius', 'mercurius with jit', 'warm Q3', 'q3', 10, 20),
    to('hive', 'Hive Gateway with response caching', 'warm Q1', 'q1', 6, 12),
    to('hive', 'Hive Gateway with response caching', 'warm Q3', 'q3', 10, 20),
    to('yoga', 'stock Yoga', 'dynamic Q1', 'dynamicQ1', 3, 5),
    to('yoga', 'stock Yoga', 'dynamic Q3', 'dynamicQ3', 5, 12),
    to('mercurius', 'mercurius with jit', 'dynamic Q1', 'dynamicQ1', 0.9, 1.4),
    to('mercurius', 'mercurius with jit', 'dynamic Q3', 'dynamicQ3', 1, 3),
    toFloor('warm Q4', 'q4', 0.5, 0.9),
  ];
}
