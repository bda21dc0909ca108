import { enableCompileCache } from 'node:module';

// Halves the time from start to first answer, from the second start on.
enableCompileCache();

const { run } = await import('./run.ts');
await run();
