import { setImmediate } from 'node:timers/promises';

// Loaded before a process that is measured (`--import`, with `--expose-gc`): on the message `usage` it tells its CPU time
// so far, and after `heap` also what is left in its heap when garbage is collected.

export type Usage = { cpuMs: number; heapBytes: number };

const collect = (globalThis as { gc?: () => void }).gc;

process.on('message', async (message) => {
  if (message !== 'usage' && message !== 'heap') return;
  const { user, system } = process.cpuUsage();
  if (message === 'heap') {
    for (let times = 0; times < 3; times++) {
      collect?.();
      await setImmediate();
    }
  }
  const { heapUsed, external } = process.memoryUsage();
  process.send!({ cpuMs: (user + system) / 1_000, heapBytes: heapUsed + external } satisfies Usage);
});
// It is no reason to live on.
process.channel?.unref();
