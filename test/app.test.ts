import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createApp } from '../src/app.ts';
import { type Config, readConfig } from '../src/config.ts';
import { createLog } from '../src/infra/log.ts';

const listening = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;

const configOf = (env: Record<string, string> = {}): Config =>
  readConfig({ DATA_DIR: mkdtempSync(join(tmpdir(), 'gateway-')), IEBC_PLACES_INDEX: 'on-demand', ...env });
const start = (config: Config) => createApp(config, { log: createLog('silent') });

it('closes what it had opened when a start fails half way, so that the next one finds everything free', async () => {
  const before = listening();
  const config = configOf();
  const nowhere = { mode: 'LIVE', url: 'no address', organizationId: '', secretToken: '', electionKeys: {} } as const;
  // The sandbox of the IEBC listens and the data directory is locked by then.
  await expect(start({ ...config, electionbuddy: { ...config.electionbuddy, source: nowhere } })).rejects.toThrow();
  await expect.poll(listening).toBe(before);

  const app = await start(config);
  expect(listening()).toBe(before + 3);
  await app.close();
  await expect.poll(listening).toBe(before);
});

it('leaves nothing behind beside an app that has the data directory', async () => {
  const app = await start(configOf());
  const before = listening();
  await expect(start(configOf({ IEBC_ARCHIVE: '/no/such/file' }))).rejects.toThrow();
  await expect.poll(listening).toBe(before);
  await app.close();
});
