import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer, loadSealingKey, SealedError, SealingKeyError } from '../../src/infra/sealed.ts';
import { createSecretFile, readSecretFile } from '../../src/infra/secret-file.ts';

const key = (fill = 1) => new Uint8Array(32).fill(fill);
const sealer = createSealer(key());
const PERSON = { name: 'CANARY Ōta', addresses: ['12 CANARY Street'], moved: null };

async function refused(opened: Promise<unknown>): Promise<void> {
  const error = await opened.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SealedError);
  expect((error as Error).cause).toBeUndefined();
  expect((error as Error).stack).not.toContain('CANARY');
}

describe('a sealed value', () => {
  it('opens to what it was, and shows nothing of it', async () => {
    const sealed = await sealer.seal('check:1', PERSON);
    expect(sealed).not.toContain('CANARY');
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('CANARY');
    expect(await sealer.open('check:1', sealed)).toEqual(PERSON);
    expect(await sealer.seal('check:1', PERSON)).not.toBe(sealed);
  });

  it('is any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.string({ unit: 'binary' }), async (text, purpose) => {
        const value = JSON.parse(text);
        const opened = await sealer.open(purpose, await sealer.seal(purpose, value));
        expect(opened).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    await expect(sealer.seal('check:1', undefined)).rejects.toThrow(TypeError);
  });

  it('does not open for another purpose or with another key', async () => {
    const sealed = await sealer.seal('check:1', PERSON);
    for (const purpose of ['check:2', 'check:', '', 'check:1 ', 'credential:1']) {
      await refused(sealer.open(purpose, sealed));
    }
    await refused(createSealer(key(2)).open('check:1', sealed));
  });

  it('does not open when a bit of it is another', async () => {
    const parts = (await sealer.seal('check:1', PERSON)).split('.');
    const spots = parts.flatMap((part, index) =>
      Array.from({ length: Buffer.from(part, 'base64url').length * 8 }, (_, bit) => ({ index, bit })),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...spots), async ({ index, bit }) => {
        const bytes = Buffer.from(parts[index]!, 'base64url');
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        await refused(sealer.open('check:1', parts.with(index, bytes.toString('base64url')).join('.')));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['nothing', ''],
    ['words', 'CANARY'],
    ['parts', 'CANARY.CANARY.CANARY.CANARY'],
  ])('is not %s', async (_name, text) => refused(sealer.open('check:1', text)));

  it('has no more and no fewer parts than were sealed', async () => {
    const sealed = await sealer.seal('check:1', PERSON);
    await refused(sealer.open('check:1', `${sealed}.CANARY`));
    await refused(sealer.open('check:1', sealed.slice(0, sealed.lastIndexOf('.'))));
    // A short tag would be guessed sooner.
    await refused(sealer.open('check:1', sealed.slice(0, -8)));
  });

  it('needs a key of 32 bytes', () => {
    expect(() => createSealer(new Uint8Array(16))).toThrow(SealingKeyError);
  });
});

describe('the sealing key', () => {
  const directory = () => join(mkdtempSync(join(tmpdir(), 'sealed-')), 'data');

  it('is made once and kept where only its owner reads', () => {
    const dataDir = directory();
    const made = loadSealingKey({ configured: undefined, dataDir });
    expect(made).toHaveLength(32);
    expect(loadSealingKey({ configured: undefined, dataDir })).toEqual(made);
    expect(loadSealingKey({ configured: undefined, dataDir: directory() })).not.toEqual(made);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'encryption.key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(['encryption.key']);
    const configured = readFileSync(join(dataDir, 'encryption.key'), 'utf8').trim();
    expect(loadSealingKey({ configured, dataDir: '/nowhere' })).toEqual(made);
  });

  it.each(['', 'CANARY', `${'A'.repeat(42)}B`, `${'A'.repeat(43)}=`, 'A'.repeat(44), ` ${'A'.repeat(42)}`])(
    'is not %j',
    (configured) => {
      const load = () => loadSealingKey({ configured, dataDir: '/nowhere' });
      expect(load).toThrow(SealingKeyError);
      expect(load).toThrow(/^ENCRYPTION_KEY: must be 32 bytes in base64url \(43 characters\)\.$/);
    },
  );

  it('that cannot be read is an error, and stays', () => {
    const dataDir = directory();
    loadSealingKey({ configured: undefined, dataDir });
    const file = join(dataDir, 'encryption.key');
    writeFileSync(file, 'CANARY');
    expect(() => loadSealingKey({ configured: undefined, dataDir })).toThrow(`${file}: must be 32 bytes`);
    expect(readFileSync(file, 'utf8')).toBe('CANARY');
  });

  it('is that of the process that came first', () => {
    const file = join(directory(), 'secret');
    expect(readSecretFile(file)).toBeUndefined();
    expect(createSecretFile(file, 'first')).toBe('first');
    expect(createSecretFile(file, 'second')).toBe('first');
    expect(readSecretFile(file)).toBe('first');
  });
});
