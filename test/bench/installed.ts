import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

const here = new URL('.', import.meta.url);

/** The peers are installed on first use, and again when their lock file is newer. */
export function installPeers(): void {
  const installed = new URL('node_modules/.package-lock.json', here);
  const lock = new URL('package-lock.json', here);
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', here), 'utf8'));
  console.error(
    `Installing what is compared with (${Object.keys(dependencies).length} packages), once: npm ci in test/bench`,
  );
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: here.pathname,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
