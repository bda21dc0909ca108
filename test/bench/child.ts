import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

export type Child = {
  /** Of the first address that it printed. */
  url: string;
  /** All it has printed so far. */
  said(): string;
  child: ChildProcess;
  /** Resident memory in MB, and open file descriptors. */
  usage(): { megabytes: number; descriptors: number };
  /** Of all its threads since the start. */
  cpuMs(): number;
  isAlive(): boolean;
  stop(): Promise<void>;
};

/** Whoever ends, by an error as well, takes along what it has started. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** The kernel's USER_HZ, in which /proc tells the time of a process: 100 on all platforms that Node runs on. */
const MS_PER_TICK = 10;

/** Once a process has worked off what was asked of it last: else its rest would be measured as another's work. */
export async function quiet({ cpuMs }: Child): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const before = cpuMs();
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (cpuMs() - before <= 2 * MS_PER_TICK) return;
  }
}

/** A process of its own, ready once it has printed its address. */
export async function startChild(
  file: URL,
  env: Record<string, string> = {},
  nodeOptions: string[] = [],
  /** Where its lines of log go. */
  stderr: 'inherit' | 'ignore' = 'inherit',
): Promise<Child> {
  const child = spawn(process.execPath, [...nodeOptions, file.pathname], {
    stdio: ['ignore', 'pipe', stderr, 'ipc'],
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let said = '';
  let ready: (address: string) => void = () => {};
  const address = new Promise<string>((resolve) => {
    ready = resolve;
  });
  child.stdout!.on('data', (chunk) => {
    said += chunk;
    const [found] = /http:\/\/[^\s/"]+(?=[\s/"])/.exec(said) ?? [];
    if (found) ready(found);
  });
  const exited = once(child, 'exit');
  const failed = exited.then(([code]) => Promise.reject(new Error(`${file.pathname} ended with ${code}: ${said}`)));
  failed.catch(() => {});
  const read = (name: string) => readFileSync(`/proc/${child.pid}/${name}`, 'utf8');
  return {
    url: await Promise.race([address, failed]),
    said: () => said,
    child,
    usage: () => ({
      megabytes: Number(/VmRSS:\s+(\d+)/.exec(read('status'))![1]) / 1024,
      descriptors: readdirSync(`/proc/${child.pid}/fd`).length,
    }),
    cpuMs() {
      // After the name, which may have spaces in it: state is field 3, utime and stime are 14 and 15.
      const fields = read('stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
    },
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.kill('SIGTERM');
      // Some peers never end by themselves.
      const impatience = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(impatience);
    },
  };
}
