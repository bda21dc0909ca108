import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

// A load generator on the server's core, or a server that wanders between cores, costs a request up to twice as much, and not
// everybody's the same: where that can be said, the server's event loop has the first core, and the load all others.

const canPin = (() => {
  if (process.platform !== 'linux' || availableParallelism() < 2) return false;
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** The event loop; what collects and compiles beside it stays free. */
export function onItsOwnCore(pid: number): void {
  if (canPin) execFileSync('taskset', ['-pc', '0', String(pid)], { stdio: 'ignore' });
}

/** The beginning of a command that is to leave the first core alone. */
export const beside: readonly string[] = canPin ? ['taskset', '-c', `1-${availableParallelism() - 1}`] : [];
