import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { loadSealingKey } from '../src/infra/sealed.ts';
import { loadLogKey } from '../src/services/log-key.ts';

const MAIN = new URL('../src/make-key.ts', import.meta.url).pathname;

/** As `npm run key -- …` and `npm run signing-key -- …` start it. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, ...args], (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const variable = (out: string, name: string) => new RegExp(`${name}='(.*)'`).exec(out)![1]!;

describe('the commands that make keys', () => {
  it.each([[['--help']], [['-h']], [['signing', '--help']], [['--help', '--name', 'portal']]])(
    'explain both on %j, and make none',
    async (args) => {
      const { code, out, err } = await run(...args);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^npm run key -- --name /m);
      expect(out).toMatch(/^npm run signing-key /m);
      expect(out).not.toContain("='");
    },
  );

  it.each<[string[], string]>([
    [['--nam', 'portal'], "Unknown option '--nam'."],
    [['signing', '--algorithms', 'EdDSA'], "Unknown option '--algorithms'."],
    [['--name'], "Option '--name <value>' argument missing."],
    [['--help=yes'], "Option '-h, --help' does not take an argument."],
    [['--name', 'portal', '--scopes', 'everything'], 'There is no scope "everything".'],
    [['--scopes', 'ballots:read'], 'A key needs a --name.'],
    [['signing', '--algorithm', 'RS256'], '--algorithm is ES256 or EdDSA.'],
    [['portal'], 'There is nothing to do with "portal".'],
    [['signing', 'portal'], 'There is nothing to do with "portal".'],
  ])('say in one line what is wrong with %j, then how it is used', async (args, line) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.split('\n').slice(0, 2)).toEqual([line, expect.stringMatching(/^npm run key -- /)]);
    expect(err).not.toMatch(/^ +at /m);
  });

  it('print what the configuration takes', async () => {
    const api = await run('--name', 'portal', '--scopes', 'ballots:read,operator', '--origins', 'https://a.example');
    const signing = await run('signing', '--algorithm', 'EdDSA');
    const encryption = await run('encryption');
    const log = await run('log');
    const API_KEYS = variable(api.out, 'API_KEYS');
    const {
      apiKeys,
      signing: configured,
      encryptionKey,
    } = readConfig({
      API_KEYS,
      SIGNING_KEYS: variable(signing.out, 'SIGNING_KEYS'),
      ENCRYPTION_KEY: variable(encryption.out, 'ENCRYPTION_KEY'),
    });
    expect(loadSealingKey({ configured: encryptionKey, dataDir: '/nowhere' })).toHaveLength(32);
    expect(loadLogKey({ configured: variable(log.out, 'LOG_KEY'), dataDir: '/nowhere' }).publicKey).toHaveLength(32);
    const key = /^ {2}(\S+)$/m.exec(api.out)![1]!;
    expect(apiKeys).toEqual([
      {
        name: 'portal',
        sha256: createHash('sha256').update(key).digest('hex'),
        scopes: ['ballots:read', 'operator'],
        origins: ['https://a.example'],
      },
    ]);
    expect(JSON.parse(configured.keys!)).toMatchObject({ keys: [{ crv: 'Ed25519', d: expect.any(String) }] });
  });
});
