import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iebcEnv } from '../support/iebc.ts';
import { type Child, startChild } from './child.ts';

/** As `npm start` starts Node. */
const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const NODE_OPTIONS = new Set<string>((scripts.start as string).match(/--\S+/g));

/** Of a caller who is no stranger. */
export const KEY = 'the-key-of-somebody-else';

export type GatewayProcess = Child;

/** A gateway in production, as a process of its own, so that what holds its event loop does not hold whoever measures. */
export function startGatewayProcess(
  source: Parameters<typeof iebcEnv>[0],
  env: Record<string, string> = {},
  nodeOptions: string[] = [],
): Promise<GatewayProcess> {
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  return startChild(
    new URL('../../src/main.js', import.meta.url),
    {
      PORT: '0',
      ...iebcEnv(source),
      ELECTIONBUDDY_URL: 'off',
      EREG_URL: 'off',
      DATA_DIR: mkdtempSync(join(tmpdir(), 'gateway-bench-')),
      API_KEYS: JSON.stringify([{ name: 'other', sha256, scopes: ['operator'] }]),
      REQUESTS_PER_MINUTE: '1000000',
      ...env,
    },
    [...NODE_OPTIONS, ...nodeOptions],
    // A line an operation, as in production, which is part of what an operation costs.
    'ignore',
  );
}

/** One POST; what came back, and how long that took. */
export async function ask(url: string, query: string, key?: string) {
  const began = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query }),
  });
  const { errors = [] } = (await response.json()) as { errors?: { extensions?: { code?: string } }[] };
  const codes = errors.map(({ extensions }) => extensions?.code ?? 'NONE');
  return { status: response.status, codes, ms: performance.now() - began };
}

type Index = { complete: boolean };
type Indexes = { data: { sources: { placesIndex: Index; boundariesIndex: Index }[] } };

/** Once the indexes of places and boundaries are there: until then a gateway in production has work of its own. */
export async function placesIndexed({ url }: GatewayProcess): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
      body: '{"query":"{ sources { placesIndex { complete } boundariesIndex { complete } } }"}',
    });
    const [iebc] = ((await response.json()) as Indexes).data.sources;
    if (iebc!.placesIndex.complete && iebc!.boundariesIndex.complete) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
