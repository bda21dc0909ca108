import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeBundle, encodeBundle } from '../src/infra/tile-files.ts';
import { generateLogKey } from '../src/services/log-key.ts';
import { serve } from './infra/server.ts';
import { filesOf } from './support/log-files.ts';
import { logServer } from './support/log-server.ts';
import { memoryLog } from './support/memory-log.ts';

const MAIN = new URL('../src/verify-log.ts', import.meta.url).pathname;
const KEY = generateLogKey();
const AT = Date.UTC(2013, 2, 4, 18);

/** Leaves as the record writes them: canonical JSON. */
const leaf = (index: number, votes = index * 3) =>
  JSON.stringify({
    body: 'ab'.repeat(32),
    election: 'GEK2013',
    figures: { stations: index, votes: [{ candidate: { code: 'A' }, votes }] },
    instant: new Date(AT + index * 60_000).toISOString(),
    level: 'county',
    place: `county-${index % 47}`,
    post: 'PRESIDENT',
    source: 'iebc',
  });
const leaves = (count: number) => Array.from({ length: count }, (_, index) => leaf(index));
const named = (index: number) => `county-${index % 47} PRESIDENT ${new Date(AT + index * 60_000).toISOString()}`;
const folder = () => mkdtempSync(join(tmpdir(), 'verify-log-'));

/** A folder with all of the log that has these leaves. */
async function published(entries: readonly string[], into = folder(), key = KEY): Promise<string> {
  for (const [path, content] of await filesOf(logServer(memoryLog(entries), { key }).record, entries.length))
    put(into, path, content);
  return into;
}
function put(into: string, path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(join(into, path)), { recursive: true });
  writeFileSync(join(into, path), content);
}
function editBundle(log: string, path: string, edit: (entries: Uint8Array[]) => Uint8Array[]): void {
  put(log, path, encodeBundle(edit(decodeBundle(readFileSync(join(log, path)))!)));
}
/** As `npm run verify-log -- …` starts it. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, ...args], (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}
const vkey = (log: string) => readFileSync(join(log, 'key'), 'utf8').trim();

describe('npm run verify-log', () => {
  it('accepts a log, over HTTP and in a folder, and says whom it trusted', async () => {
    const memory = memoryLog(leaves(700));
    const { server, record } = logServer(memory, { key: KEY });
    const { url } = await serve((request, response) => void server.emit('request', request, response));
    for (const at of [url, `${url}/log`, `${url}/log/`]) {
      const { code, out, err } = await run(at);
      expect({ code, err }, out).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^NOBODY VOUCHES FOR THE KEY.*--key 'elections\.example\/log\+/);
      expect(out).toMatch(/^OK: 700 versions of elections\.example\/log are what was signed/m);
    }
    const trusted = await run(url, '--key', record.key());
    expect(trusted.code).toBe(0);
    expect(trusted.out).toMatch(/^OK: .*\n$/);
    expect((await run(await published(leaves(700)), '--key', record.key())).code).toBe(0);
    expect((await run(await published([]), '--key', record.key())).out).toMatch(/^OK: 0 versions/);
  });

  it('names one that was changed, dropped, inserted or moved in what is served', async () => {
    const tampered: [(entries: Uint8Array[]) => Uint8Array[], RegExp][] = [
      [
        (all) => all.with(7, Buffer.from(leaf(263, 1))),
        RegExp(`index 263 was changed: iebc GEK2013 county ${named(263)}`),
      ],
      [(all) => all.toSpliced(7, 1), /index 263 was dropped/],
      [(all) => all.toSpliced(7, 0, Buffer.from(leaf(999))), RegExp(`index 263 was inserted: .*${named(999)}`)],
      [(all) => all.with(7, all[8]!).with(8, all[7]!), RegExp(`index 264 was moved to 263: .*${named(264)}`)],
    ];
    for (const [edit, line] of tampered) {
      const log = await published(leaves(700));
      editBundle(log, 'tile/entries/001', edit);
      const { code, out } = await run(log, '--key', vkey(log));
      expect(code).toBe(1);
      expect(out).toMatch(line);
      expect(out).toMatch(/The entries are not those that were signed: 1 of them differ\.\nNOT OK: one problem\.\n$/);
    }
  });

  it('finds a tile that is not what it should be, at each level', async () => {
    for (const [path, line] of [
      ['tile/0/001', 'The tiles are not those of the tree that was signed; the entries are.'],
      ['tile/1/000.p/2', 'tile/1/000.p/2 is not made of the tiles below it.'],
    ] as const) {
      const log = await published(leaves(700));
      const tile = readFileSync(join(log, path));
      tile[40]! ^= 1;
      put(log, path, tile);
      const { code, out } = await run(log, '--key', vkey(log));
      expect([code, out], path).toEqual([1, expect.stringContaining(line)]);
    }
  });

  it('finds what was rewritten and signed again, with a checkpoint that somebody kept', async () => {
    const kept = await published(leaves(500));
    const checkpoint = join(kept, 'checkpoint');
    const key = vkey(kept);
    const grown = await run(await published(leaves(700)), checkpoint, '--key', key);
    expect(grown.out).toMatch(/^OK: 700 versions .* and it continues the 500 of the older checkpoint\.\n$/);
    const rewritten = await run(await published(leaves(700).with(20, leaf(20, 1))), checkpoint, '--key', key);
    expect(rewritten.code).toBe(1);
    expect(rewritten.out).toContain(
      'The log was rewritten: its first 500 entries are not those that were signed before.',
    );
    const cut = await run(await published(leaves(499)), checkpoint, '--key', key);
    expect(cut.code).toBe(1);
    expect(cut.out).toContain('The log was cut back: it has 499 entries, and 500 were signed before.');
  });

  it('names what was rewritten and signed again, with a copy that somebody kept', async () => {
    const kept = await published(leaves(500));
    const all = leaves(700);
    const rewritten: [string[], RegExp][] = [
      [
        all.with(20, leaf(20, 720)),
        RegExp(`index 20 was changed: .*${named(20)} \\(figures\\.votes\\.0\\.votes: 60 is now 720\\)`),
      ],
      [all.toSpliced(20, 1), RegExp(`index 20 was dropped: .*${named(20)}`)],
      [all.toSpliced(20, 0, leaf(999)), RegExp(`index 20 was inserted: .*${named(999)}`)],
      [all.with(20, all[400]!).with(400, all[20]!), /index 20 was changed(.|\n)*index 400 was changed/],
      [all.slice(0, 300), RegExp(`index 300 was dropped: .*${named(300)}(.|\\n)*and 180 more`)],
    ];
    for (const [entries, line] of rewritten) {
      const { code, out } = await run(await published(entries), kept);
      expect(code).toBe(1);
      // The copy's key is the one to trust.
      expect(out).not.toContain('NOBODY VOUCHES');
      expect(out).toMatch(/Against the older copy:/);
      expect(out).toMatch(line);
    }
  });

  it('keeps a copy, and never gives it up for one that differs', async () => {
    const save = join(folder(), 'kept');
    expect((await run(await published(leaves(300)), '--save', save)).code).toBe(0);
    const second = await run(await published(leaves(600)), '--save', save);
    expect(second.out).toMatch(/^OK: 600 versions .* and it continues the 300 of the older checkpoint\.\n$/);
    expect((await run(save)).code).toBe(0);
    const before = readFileSync(join(save, 'checkpoint'));
    const differing = await published(leaves(650).with(3, leaf(3, 1)));
    const third = await run(differing, '--save', save);
    expect(third.code).toBe(1);
    expect(third.out).toContain('index 3 was changed');
    expect(third.out).toContain(`What was served now is in ${save}.new; ${save} is as it was.`);
    expect(readFileSync(join(save, 'checkpoint'))).toEqual(before);
    expect((await run(`${save}.new`)).code).toBe(0);
    const fourth = await run(differing, '--save', save);
    expect([fourth.code, fourth.err]).toEqual([
      1,
      `${save}.new is what an earlier run found to differ: move it away first.\n`,
    ]);
    expect((await run(save)).code).toBe(0);
  });

  it('refuses another key’s checkpoint', async () => {
    const [own, other] = [await published(leaves(10)), await published(leaves(10), folder(), generateLogKey())];
    const { code, out } = await run(other, '--key', join(own, 'key'));
    expect(code).toBe(1);
    expect(out).toMatch(/^The checkpoint: This note is not signed by the key .*\nNOT OK: one problem\.\n$/);
    put(own, 'checkpoint', readFileSync(join(own, 'checkpoint'), 'utf8').replace('\n10\n', '\n9\n'));
    expect((await run(own, '--key', vkey(own))).out).toContain('is not of this text');
  });

  it('says what is missing', async () => {
    const log = await published(leaves(300));
    const { code, out } = await run(folder(), '--key', vkey(log));
    expect([code, out]).toEqual([1, 'There is no checkpoint.\nNOT OK: one problem.\n']);
    put(log, 'tile/entries/000', Buffer.from([0, 9, 1]));
    expect((await run(log, '--key', vkey(log))).out).toContain('tile/entries/000 is no bundle of entries.');
    const younger = await published(leaves(250));
    put(younger, 'checkpoint', readFileSync(join(await published(leaves(300)), 'checkpoint')));
    const { out: short } = await run(younger, '--key', vkey(log));
    expect(short).toContain('tile/entries/000 is missing.\ntile/0/000 is missing.\nNOT OK: 2 problems.');
  });

  it('asks a server that is in trouble again', async () => {
    const { server } = logServer(memoryLog(leaves(3)), { key: KEY });
    let asked = 0;
    const { url } = await serve((request, response) => {
      if (asked++ === 0) response.writeHead(503).end();
      else server.emit('request', request, response);
    });
    expect((await run(`${url}/log`)).out).toMatch(/^OK: 3 versions/m);
  });

  it('says in one line what it cannot do', async () => {
    const log = await published(leaves(3));
    const { url } = await serve((_, response) => void response.writeHead(403).end());
    for (const [args, line] of [
      [[], 'Which log is to be checked?'],
      [[log, log, log], 'There is one log to check, and one old checkpoint.'],
      [['--kye', 'x'], "Unknown option '--kye'."],
      [['/nowhere/at/all'], '/nowhere/at/all is neither a URL nor a folder.'],
      [[log, '/nowhere/at/all'], '/nowhere/at/all cannot be read: ENOENT.'],
      [[log, '--key', 'nonsense'], 'This is no key: it has the form name+id+base64.'],
      [[folder()], 'The log shows no key: give it with --key.'],
      [[url], `${url}/checkpoint: answered with status 403.`],
    ] as const) {
      const { code, err, out } = await run(...args);
      expect([code, out, err.split('\n')[0]]).toEqual([1, '', line]);
    }
    expect((await run('--help')).out).toMatch(/^npm run verify-log -- /);
    expect(existsSync('/nowhere')).toBe(false);
  });

  it('shows nothing that a terminal would obey', async () => {
    const log = await published(leaves(3));
    editBundle(log, 'tile/entries/000.p/3', (all) =>
      all.with(1, Buffer.from(JSON.stringify({ post: '\x1b[2J\u202e' }))),
    );
    const { out } = await run(log, '--key', vkey(log));
    expect(out).toContain('index 1 was changed: ?[2J?');
  });
});
