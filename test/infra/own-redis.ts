import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';

const url = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';
/** Of the machine, not of a package. */
const SERVER = 'redis-server';
const required = process.env.REQUIRE_REDIS === '1';

function missing(what: string) {
  if (required) throw new Error(`${what}, and REQUIRE_REDIS=1`);
  console.log(`${what}: tests that need it are skipped`);
}

/** Of a Redis that is there; null, said once, when there is none. */
export async function redisUrl(): Promise<string | null> {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 2_000 } });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
    client.destroy();
    return url;
  } catch {
    missing(`No Redis at ${new URL(url).host}`);
    return null;
  }
}

export function canStartRedis(): boolean {
  if (spawnSync(SERVER, ['--version']).status === 0) return true;
  missing('No redis-server on this machine');
  return false;
}

/** Deletes what a test left under its own name. */
export async function forgetKeys(pattern: string) {
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  for await (const keys of client.scanIterator({ MATCH: pattern, COUNT: 1_000 }))
    if (keys.length) await client.unlink(keys);
  client.destroy();
}

/** A Redis of the test's own, which writes down what it is told and can be stopped, frozen and started again. */
export async function ownRedis() {
  const dir = mkdtempSync(join(tmpdir(), 'own-redis-'));
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  let server: ChildProcess | undefined;

  async function start() {
    const started = spawn(
      SERVER,
      ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--appendonly', 'yes', '--save', ''],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    server = started;
    for await (const chunk of started.stdout!) if (String(chunk).includes('Ready to accept connections')) break;
  }
  async function stop() {
    const ended = server && once(server, 'exit');
    server?.kill('SIGKILL');
    await ended;
    server = undefined;
  }
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop,
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Resolves when `check` holds. Only for what nobody tells. */
export async function until(check: () => boolean | Promise<boolean>, ms = 15_000) {
  const end = performance.now() + ms;
  while (!(await check())) {
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${check}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
