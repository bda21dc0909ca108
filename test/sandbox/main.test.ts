import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../src/sandbox/main.ts', import.meta.url));

it('stops with one line when the archive cannot be read', async () => {
  const env = { ...process.env, IEBC_ARCHIVE: '/nowhere/responses.ndjson.gz' };
  const [code, stderr] = await new Promise<[unknown, string]>((done) => {
    execFile(process.execPath, [MAIN], { env }, (error, _, text) => done([error?.code, text]));
  });
  expect(code).toBe(1);
  expect(stderr).toBe('iebc: /nowhere/responses.ndjson.gz: cannot be read (ENOENT)\n');
});
