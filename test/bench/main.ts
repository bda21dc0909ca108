/** `npm run bench` compares; `npm run bench -- attack`, `soak` or `fuzz` runs one of the others. */
const ALL = {
  elections: () => import('./elections.ts'),
  checks: () => import('./checks.ts'),
  attack: () => import('./attack.ts'),
  soak: () => import('./soak.ts'),
  fuzz: () => import('./fuzz.ts'),
};
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : ['elections', 'checks']) {
  const run = ALL[name as keyof typeof ALL];
  if (!run) throw new Error(`There is no benchmark ${name}: ${Object.keys(ALL).join(', ')}.`);
  await run();
}
