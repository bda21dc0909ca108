import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLog } from '../../src/infra/log.ts';

const NAMES = ['token', 'key', 'secret', 'authorization'];

it('writes no value under a name that a secret has, not even one level down', () => {
  const lines: string[] = [];
  const write = (chunk: unknown, _encoding: string, done: () => void) => {
    lines.push(String(chunk));
    done();
  };
  const log = createLog('trace', new Writable({ write }));
  const secrets = Object.fromEntries(NAMES.map((name) => [name, `the-${name}-itself`]));
  log.info(secrets, 'at the top');
  log.info({ source: secrets, endpoint: 'results' }, 'below');
  log.info({ headers: { 'x-api-key': 'the-header-itself' } }, 'all headers');
  log.child({ source: 'iebc' }).error(secrets, 'of a child');
  expect(lines).toHaveLength(4);
  expect(lines.join('')).not.toContain('itself');
  // What is no secret is there.
  expect(lines[1]).toContain('"endpoint":"results"');
});
