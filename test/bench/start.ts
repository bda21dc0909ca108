import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, progress, type Verdict } from './verdicts.ts';

/** From `npm start` to the first answer; the first of all, whose code was never compiled before, is told beside. */
export async function start({ quick }: { quick: boolean }): Promise<Verdict[]> {
  const compileCache = mkdtempSync(join(tmpdir(), 'bench-compiled-'));
  const times: number[] = [];
  for (let round = 0; round <= (quick ? 1 : 5); round++) {
    progress(`start: round ${round}`);
    times.push(await startOnce(compileCache));
  }
  progress('');
  const [first, ...later] = times as [number, ...number[]];
  const value = median(later) / 1000;
  console.log(`\nStart to first answer: ${value.toFixed(2)} s; the very first ${(first / 1000).toFixed(2)} s`);
  return [{ what: '`npm start` to first answer', value, must: 1.5, aim: 1, less: true, unit: ' s' }];
}

async function startOnce(compileCache: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: new URL('../..', import.meta.url).pathname,
    stdio: 'ignore',
    // A group of its own, so that all of it can be ended.
    detached: true,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      DATA_DIR: mkdtempSync(join(tmpdir(), 'bench-start-')),
      NODE_COMPILE_CACHE: compileCache,
    },
  });
  const exited = once(child, 'exit');
  try {
    for (;;) {
      if (await answers(port)) return performance.now() - began;
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    process.kill(-child.pid!, 'SIGTERM');
    await exited;
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ counties { name } }"}',
    });
    const { data } = (await response.json()) as { data?: { counties: unknown[] | null } };
    return data?.counties != null;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
