import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { iebcEnv } from '../support/iebc.ts';

/** Of a caller who is no stranger. */
export const KEY = 'the-key-of-somebody-else';

export type GatewayProcess = {
  url: string;
  child: ChildProcess;
  /** Resident memory in MB, and open file descriptors. */
  usage(): { megabytes: number; descriptors: number };
  isAlive(): boolean;
  stop(): Promise<void>;
};

/** A gateway in production, as a process of its own, so that what holds its event loop does not hold whoever measures. */
export async function startGatewayProcess(
  sandbox: IebcSandbox,
  env: Record<string, string> = {},
  nodeOptions: string[] = [],
): Promise<GatewayProcess> {
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  const child = spawn(process.execPath, [...nodeOptions, new URL('../../src/main.js', import.meta.url).pathname], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: '0',
      LOG_LEVEL: 'error',
      ...iebcEnv(sandbox),
      ELECTIONBUDDY_URL: 'off',
      EREG_URL: 'off',
      DATA_DIR: mkdtempSync(join(tmpdir(), 'gateway-bench-')),
      API_KEYS: JSON.stringify([{ name: 'other', sha256, scopes: ['operator'] }]),
      REQUESTS_PER_MINUTE: '1000000',
      ...env,
    },
  });
  let said = '';
  let ready: (address: string) => void = () => {};
  const address = new Promise<string>((resolve) => {
    ready = resolve;
  });
  child.stdout!.on('data', (chunk) => {
    said += chunk;
    const [found] = /http:\/\/[^\s/]+/.exec(said) ?? [];
    if (found) ready(found);
  });
  const exited = once(child, 'exit');
  const failed = exited.then(() => Promise.reject(new Error('the gateway ended')));
  failed.catch(() => {});
  return {
    url: await Promise.race([address, failed]),
    child,
    usage: () => ({
      megabytes: Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024,
      descriptors: readdirSync(`/proc/${child.pid}/fd`).length,
    }),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
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

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
