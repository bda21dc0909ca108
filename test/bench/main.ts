import { printVerdicts, type Verdict } from './verdicts.ts';

type Run = (options: { quick: boolean }) => Promise<Verdict[]>;

/** What the README promises: `npm run bench` measures all of them, `npm run bench -- compare` one, `--quick` less exactly. */
const PROMISES: Record<string, () => Promise<Run>> = {
  compare: async () => (await import('./compare.ts')).compare,
  cold: async () => (await import('./cold.ts')).cold,
  'election-night': async () => (await import('./election-night.ts')).electionNight,
  explorer: async () => (await import('./explorer.ts')).explorer,
  'fan-out': async () => (await import('./fan-out.ts')).fanOut,
  history: async () => {
    const [{ history }, { historyGraph }] = [await import('./history.ts'), await import('./history-graph.ts')];
    return async (options) => [...(await history(options)), ...(await historyGraph(options))];
  },
  memory: async () => (await import('./memory.ts')).memory,
  start: async () => (await import('./start.ts')).start,
  workers: async () => (await import('./workers.ts')).workers,
};

/** `npm run bench -- attack` runs one of the others. */
const OTHERS: Record<string, () => Promise<unknown>> = {
  elections: () => import('./elections.ts'),
  checks: () => import('./checks.ts'),
  attack: () => import('./attack.ts'),
  soak: () => import('./soak.ts'),
  'explorer-soak': async () => (await import('./explorer.ts')).explorerSoak(),
  fuzz: () => import('./fuzz.ts'),
};

/** What shows something in less than two minutes. */
const QUICK = ['compare', 'cold', 'start'];

const given = process.argv.slice(2);
const quick = given.includes('--quick');
const asked = given.filter((name) => name !== '--quick');
const verdicts: Verdict[] = [];
for (const name of asked.length > 0 ? asked : quick ? QUICK : Object.keys(PROMISES)) {
  const promise = PROMISES[name];
  const other = OTHERS[name];
  if (promise) verdicts.push(...(await (await promise())({ quick })));
  else if (other) await other();
  else throw new Error(`There is no benchmark ${name}: ${Object.keys({ ...PROMISES, ...OTHERS }).join(', ')}.`);
}
if (verdicts.length > 0) printVerdicts(verdicts);
