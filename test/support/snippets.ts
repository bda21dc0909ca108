import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Runs a program until it ends, or has written what is waited for. */
export function run(command: string, args: string[], until?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill());
    let [out, complaints] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
      if (!until?.test(out)) return;
      child.kill();
      resolve(out);
    });
    child.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(`${code}: ${complaints}${out}`))));
  });
}

/** TypeScript as it stands, by Node. */
export function runTypeScript(text: string, until?: RegExp): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'snippet-')), 'snippet.mts');
  writeFileSync(file, text);
  return run(process.execPath, ['--no-warnings', '--experimental-eventsource', file], until);
}
