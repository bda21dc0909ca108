import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leafHash } from '../../src/infra/merkle.ts';
import {
  checkpointText,
  fromBase64,
  NoteError,
  openCheckpoint,
  openNote,
  parseCheckpoint,
  parseNote,
  parseVkey,
  signNote,
  vkeyOf,
} from '../../src/infra/signed-note.ts';

// Published: the example of Go's package golang.org/x/mod/sumdb/note, whose form C2SP wrote down.
const NEUMANN = {
  vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  seed: Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1),
  text: `If you think cryptography is the answer to your problem,
then you don't know what your problem is.
`,
  note: `If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`,
};

function ownKey(privateKey: KeyObject) {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { privateKey, publicKey: new Uint8Array(Buffer.from(x!, 'base64url')) };
}
const newKey = () => ownKey(generateKeyPairSync('ed25519').privateKey);
const failure = (act: () => unknown): NoteError => {
  try {
    act();
  } catch (error) {
    if (error instanceof NoteError) return error;
    throw error;
  }
  throw new Error('it was taken');
};
const code = (act: () => unknown) => failure(act).code;

describe('the published note', () => {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), NEUMANN.seed]);
  const key = ownKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));

  it('is opened with its key', () => {
    expect(openNote(NEUMANN.note, parseVkey(NEUMANN.vkey))).toBe(NEUMANN.text);
  });

  it('is made of its text, and the key’s name is written as there', () => {
    expect(signNote(NEUMANN.text, 'PeterNeumann', key)).toBe(NEUMANN.note);
    expect(vkeyOf('PeterNeumann', key.publicKey)).toBe(NEUMANN.vkey);
  });
});

const key = newKey();
const vkey = vkeyOf('a.example/log', key.publicKey);
const text = fc.string({ unit: 'grapheme', maxLength: 60 }).map((line) => `${line.replace(/\p{Cc}/gu, '\n')}\n`);

describe('a note', () => {
  it('comes out as it was signed, whatever the text', () => {
    fc.assert(
      fc.property(text, (signed) => {
        expect(openNote(signNote(signed, 'a.example/log', key), parseVkey(vkey))).toBe(signed);
      }),
    );
  });

  it('does not come out with one character changed', () => {
    const note = signNote('a.example/log\n7\nand so on\n', 'a.example/log', key);
    const own = parseVkey(vkey);
    fc.assert(
      fc.property(fc.nat({ max: note.length - 1 }), fc.constantFrom('a', '0', '\n', ' ', '—', '='), (at, other) => {
        fc.pre(note[at] !== other);
        const changed = note.slice(0, at) + other + note.slice(at + 1);
        expect(['MALFORMED', 'UNKNOWN_KEY', 'BAD_SIGNATURE']).toContain(code(() => openNote(changed, own)));
      }),
      { numRuns: 500 },
    );
  });

  it('may be signed by others too, before and behind', () => {
    const witness = newKey();
    const [signed, other] = [signNote('text\n', 'a.example/log', key), signNote('text\n', 'witness', witness)];
    const line = `${other.split('\n\n')[1]}`;
    const own = `${signed.split('\n\n')[1]}`;
    for (const lines of [line + own, own + line, own + line.repeat(40), own + own]) {
      expect(openNote(`text\n\n${lines}`, parseVkey(vkey))).toBe('text\n');
    }
    expect(parseNote(`text\n\n${line}${own}`).signatures.map(({ name }) => name)).toEqual(['witness', 'a.example/log']);
    // Its name, another key.
    const imposter = signNote('text\n', 'a.example/log', witness).split('\n\n')[1];
    expect(openNote(`text\n\n${imposter}${own}`, parseVkey(vkey))).toBe('text\n');
    expect(code(() => openNote(`text\n\n${imposter}`, parseVkey(vkey)))).toBe('UNKNOWN_KEY');
  });

  it('is refused when a line says that the key signed it and it did not, also beside a good one', () => {
    const [one, other] = [signNote('one\n', 'a.example/log', key), signNote('other\n', 'a.example/log', key)];
    const forged = one + other.split('\n\n')[1];
    expect(code(() => openNote(forged, parseVkey(vkey)))).toBe('BAD_SIGNATURE');
  });

  it('has its text up to the last empty line', () => {
    const signed = signNote('one\n\n— two dGhyZWU=\n\n\n', 'a.example/log', key);
    expect(parseNote(signed).text).toBe('one\n\n— two dGhyZWU=\n\n\n');
  });

  it.each([
    ['', 'no empty line'],
    ['text\n', 'no empty line'],
    ['text\n\n', 'no signature'],
    ['text\n\n— name c2lnbmF0dXJl', 'newline'],
    ['text\n\n- name c2lnbmF0dXJl\n', 'signature line'],
    ['text\n\n— name c2lnbmF0dXJl \n', 'signature line'],
    ['text\n\n— name c2lnbmF0dXJ\n', 'signature line'],
    ['text\n\n— name c2ln\n', 'signature line'],
    ['text\n\n— na+me c2lnbmF0dXJl\n', 'name'],
    ['text\n\n— na\u2003me c2lnbmF0dXJl\n', 'signature line'],
    ['te\txt\n\n— name c2lnbmF0dXJl\n', 'plain text'],
    ['te\rxt\n\n— name c2lnbmF0dXJl\n', 'plain text'],
    ['te\ud800xt\n\n— name c2lnbmF0dXJl\n', 'plain text'],
    ['x'.repeat(1_000_001), 'too long'],
  ])('%j is none', (note, why) => {
    const { code, message } = failure(() => parseNote(note));
    expect(code).toBe('MALFORMED');
    expect(message).toContain(why);
  });

  it('is read without another failure, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.stringMatching(/^(\n|— |[a-z= +])*$/), (one, other) => {
        for (const note of [one, other, `${one}\n\n${other}`]) {
          try {
            parseNote(note);
          } catch (error) {
            expect(error).toBeInstanceOf(NoteError);
          }
        }
      }),
    );
  });

  it('is not made of what cannot be in one', () => {
    for (const [text, name] of [
      ['text', 'name'],
      ['te\0xt\n', 'name'],
      ['text\n', ''],
      ['text\n', 'a b'],
      ['text\n', 'a+b'],
    ]) {
      expect(
        code(() => signNote(text!, name!, key)),
        JSON.stringify([text, name]),
      ).toBe('MALFORMED');
    }
  });
});

describe('a vkey', () => {
  it('is read as it was written', () => {
    expect(parseVkey(`${vkey}\n`)).toMatchObject({ name: 'a.example/log', id: vkey.split('+')[1] });
  });

  it.each([
    '',
    'name',
    'name+c74f20a3',
    vkey.slice(0, -1),
    vkey.replace('a.example', 'b.example'),
    vkey.replace(/\+[0-9a-f]{8}/, '+00000000'),
    vkey.replace('a.example', 'a example'),
    // A cosignature's key, and one that is too short.
    NEUMANN.vkey.replace('+AR', '+BB'),
    'name+5d4b8c9e+AQID',
  ])('%j is none', (text) => {
    expect(code(() => parseVkey(text))).toBe('MALFORMED');
  });
});

describe('a checkpoint', () => {
  const root = leafHash(Buffer.from('a'));
  const log = { origin: 'a.example/log', size: 7, root };

  it('is read as it was written', () => {
    const sized = fc.record({
      size: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    });
    fc.assert(
      fc.property(sized, ({ size, root }) => {
        const read = parseCheckpoint(checkpointText({ ...log, size, root }));
        expect({ ...read, root: [...read.root] }).toEqual({ origin: log.origin, size, root: [...root] });
      }),
    );
    expect(parseCheckpoint(`${checkpointText(log)}an extension\n`)).toMatchObject({ size: 7 });
    expect(openCheckpoint(signNote(checkpointText(log), log.origin, key), parseVkey(vkey))).toMatchObject({ size: 7 });
  });

  it('of another log is not taken, whoever signed it', () => {
    const other = signNote(checkpointText({ ...log, origin: 'b.example/log' }), 'a.example/log', key);
    expect(code(() => openCheckpoint(other, parseVkey(vkey)))).toBe('UNKNOWN_KEY');
  });

  const good = root && Buffer.from(root).toString('base64');
  it.each([
    '',
    'origin\n',
    'origin\n7\n',
    `\n7\n${good}\n`,
    `origin\n07\n${good}\n`,
    `origin\n-7\n${good}\n`,
    `origin\n7.5\n${good}\n`,
    `origin\n9007199254740993\n${good}\n`,
    `origin\n99999999999999999\n${good}\n`,
    `origin\n7\n${good.slice(4)}\n`,
    `origin\n7\n${good}=\n`,
    `origin\n7\n${good}`,
    `origin\n7\n${good}\n\n`,
  ])('%j is none', (text) => {
    expect(code(() => parseCheckpoint(text))).toBe('MALFORMED');
  });
});

it('base64 has one form for each value', () => {
  expect(fromBase64('AA==')).toEqual(Buffer.of(0));
  for (const text of ['AA', 'AB==', 'AA=', ' AA==', 'AA==\n', '_w==', 'AA==AA=='])
    expect(fromBase64(text), text).toBeNull();
});

it('a signature is that of Ed25519 over the text', () => {
  const line = signNote('text\n', 'name', key).split('\n\n')[1]!;
  const [, , encoded] = line.trim().split(' ');
  expect(Buffer.from(encoded!, 'base64').subarray(4)).toEqual(sign(null, Buffer.from('text\n'), key.privateKey));
});
