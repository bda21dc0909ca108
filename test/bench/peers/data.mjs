import { readFileSync } from 'node:fs';

/** What the gateway has answered once: the same data for everybody. */
export const data = JSON.parse(readFileSync(process.env.BENCH_DATA, 'utf8'));
