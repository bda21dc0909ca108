import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openNote, parseVkey, signNote, vkeyOf } from '../../src/infra/signed-note.ts';
import { generateLogKey, LogKeyError, loadLogKey } from '../../src/services/log-key.ts';

const directory = () => join(mkdtempSync(join(tmpdir(), 'log-key-')), 'data');
const configured = (text: string) => loadLogKey({ configured: text, dataDir: '/nowhere' });

describe('the key of the log', () => {
  it('is made once and kept where only its owner reads', () => {
    const dataDir = directory();
    const first = loadLogKey({ configured: undefined, dataDir });
    expect(loadLogKey({ configured: undefined, dataDir }).publicKey).toEqual(first.publicKey);
    expect(readdirSync(dataDir)).toEqual(['log-key.json']);
    expect(statSync(join(dataDir, 'log-key.json')).mode & 0o777).toBe(0o600);
    // What is in the file can be configured as it is.
    expect(configured(readFileSync(join(dataDir, 'log-key.json'), 'utf8')).publicKey).toEqual(first.publicKey);
  });

  it('signs what its public part opens', () => {
    const key = configured(generateLogKey());
    const note = signNote('text\n', 'name', key);
    expect(openNote(note, parseVkey(vkeyOf('name', key.publicKey)))).toBe('text\n');
  });

  const { d, x, ...rest } = JSON.parse(generateLogKey()) as Record<string, string>;
  const other = JSON.parse(generateLogKey()) as Record<string, string>;
  it.each<[string, string]>([
    ['', 'must be a private Ed25519 key'],
    ['{', 'must be a private Ed25519 key'],
    [JSON.stringify({ ...rest, x }), 'must be a private Ed25519 key'],
    [JSON.stringify({ ...rest, x, d, crv: 'X25519' }), 'must be a private Ed25519 key'],
    [JSON.stringify({ ...rest, x, d: 'short' }), 'is not a valid key'],
    [JSON.stringify({ ...rest, x: other.x, d }), 'is not that of its public part'],
  ])('%# is refused in one line that quotes nothing of it', (text, why) => {
    let thrown: unknown;
    try {
      configured(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(LogKeyError);
    const { message, cause } = thrown as LogKeyError;
    expect(message).toMatch(/^LOG_KEY/);
    expect(message).toContain(why);
    expect(message).not.toContain('\n');
    expect(message).not.toContain(d);
    expect(cause).toBeUndefined();
  });

  it('a file that is broken is named', () => {
    const dataDir = directory();
    loadLogKey({ configured: undefined, dataDir });
    const path = join(dataDir, 'log-key.json');
    writeFileSync(path, 'half');
    expect(() => loadLogKey({ configured: undefined, dataDir })).toThrow(`${path}: must be`);
  });
});
