import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { serve } from '../infra/server.ts';
import { manualClock } from '../support/gateway.ts';
import { logServer } from '../support/log-server.ts';
import { memoryLog } from '../support/memory-log.ts';
import { serve as serveGateway } from './serve.ts';

/**
 * A verifier written from RFC 9162 and C2SP's signed-note.md, tlog-checkpoint.md and tlog-tiles.md alone, with nothing but
 * node:crypto: a shared misreading would show here. It is run against the log as it is served, and against logs of an
 * operator who has the key and every file, and lies. `audit` takes any URL.
 */

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const leafOf = (entry: Uint8Array) => sha256(Buffer.of(0), entry);

/** MTH of RFC 9162, 2.1.1. */
function mth(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0]!;
  const k = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return sha256(Buffer.of(1), mth(hashes.slice(0, k)), mth(hashes.slice(k)));
}

type Kept = { vkey: string; checkpoint?: string };
type Head = { size: number; root: Buffer };

/** The head that a checkpoint speaks of, if this key signed it. */
function headOf(note: string, vkey: string): Head {
  const [, name, id, encoded] = /^(.+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey)!;
  const bytes = Buffer.from(encoded!, 'base64');
  expectThat(bytes[0] === 1 && bytes.length === 33, 'the key is not one of Ed25519');
  expectThat(sha256(`${name}\n`, bytes).subarray(0, 4).toString('hex') === id, 'the key’s id is not its own');
  const body = note.slice(0, note.lastIndexOf('\n\n') + 1);
  const mine = note
    .slice(body.length + 1)
    .split('\n')
    .map((line) => /^— (\S+) (\S+)$/.exec(line))
    .filter((line) => line?.[1] === name)
    .map((line) => Buffer.from(line![2]!, 'base64'))
    .find((signature) => signature.subarray(0, 4).toString('hex') === id);
  expectThat(mine !== undefined, 'not signed by the key');
  // SubjectPublicKeyInfo of an Ed25519 key (RFC 8410).
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), bytes.subarray(1)]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  expectThat(verify(null, Buffer.from(body), key, mine!.subarray(4)), 'a bad signature');
  const [origin, size, root, ...rest] = body.split('\n');
  expectThat(origin === name && rest.join() === '', 'a checkpoint of another log');
  return { size: Number(size), root: Buffer.from(root!, 'base64') };
}

/** Downloads all of a log, checks all of it, and gives back what to keep. Throws what is wrong. */
async function audit(url: string, kept: Kept): Promise<{ checkpoint: string; entries: Buffer[] }> {
  const get = async (path: string) => {
    const response = await fetch(`${url}/log/${path}`);
    expectThat(response.status === 200, `${path} is missing`);
    return Buffer.from(await response.arrayBuffer());
  };
  const checkpoint = (await get('checkpoint')).toString();
  const { size, root } = headOf(checkpoint, kept.vkey);

  const entries: Buffer[] = [];
  for (const [n, width] of widths(size)) {
    const bundle = await get(`tile/entries/${where(n, width)}`);
    for (let at = 0; at < bundle.length; ) {
      const length = bundle.readUInt16BE(at);
      entries.push(bundle.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  const hashes = entries.map(leafOf);
  expectThat(hashes.length === size, 'there are more or fewer entries than were signed');
  expectThat(mth(hashes).equals(root), 'the entries are not those that were signed');
  for (let level = 0, row: Buffer[] = hashes; row.length > 0; level++) {
    const above: Buffer[] = [];
    for (const [n, width] of widths(row.length)) {
      const own = row.slice(n * 256, n * 256 + width);
      const tile = await get(`tile/${level}/${where(n, width)}`);
      expectThat(tile.equals(Buffer.concat(own)), `a tile of level ${level} is not made of what is below`);
      if (width === 256) above.push(mth(own));
    }
    row = above;
  }

  if (kept.checkpoint !== undefined) {
    const before = headOf(kept.checkpoint, kept.vkey);
    expectThat(before.size <= size, 'the log was cut back');
    expectThat(mth(hashes.slice(0, before.size)).equals(before.root), 'what was signed before was rewritten');
  }
  return { checkpoint, entries };
}

function expectThat(so: boolean, otherwise: string): void {
  if (!so) throw new Error(otherwise);
}

/** Each tile of a row: its number, and how much of it there is. */
function widths(count: number): [n: number, width: number][] {
  return Array.from({ length: Math.ceil(count / 256) }, (_, n) => [n, Math.min(256, count - n * 256)]);
}

function where(n: number, width: number): string {
  const digits = String(n);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0');
  const path = padded.replace(/\d{3}(?=\d)/g, 'x$&/');
  return width < 256 ? `${path}.p/${width}` : path;
}

/** An operator with a key, who serves what they please: all of it made anew, and signed. */
async function forged(entries: readonly Buffer[], vkey: string, privateKey: KeyObject): Promise<string> {
  const files = new Map<string, Buffer>();
  const [, name, id] = /^(.+)\+([0-9a-f]{8})\+/.exec(vkey)!;
  for (const [n, width] of widths(entries.length)) {
    const bundle = entries.slice(n * 256, n * 256 + width).flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    });
    files.set(`/log/tile/entries/${where(n, width)}`, Buffer.concat(bundle));
  }
  const hashes = entries.map(leafOf);
  for (let level = 0, row: Buffer[] = hashes; row.length > 0; level++) {
    const tiles = widths(row.length).map(([n, width]) => [n, row.slice(n * 256, n * 256 + width)] as const);
    for (const [n, own] of tiles) files.set(`/log/tile/${level}/${where(n, own.length)}`, Buffer.concat(own));
    row = tiles.filter(([, own]) => own.length === 256).map(([, own]) => mth(own));
  }
  const body = `${name}\n${entries.length}\n${mth(hashes).toString('base64')}\n`;
  const signature = Buffer.concat([Buffer.from(id!, 'hex'), sign(null, Buffer.from(body), privateKey)]);
  files.set('/log/checkpoint', Buffer.from(`${body}\n— ${name} ${signature.toString('base64')}\n`));
  return served(async (path) => files.get(path) ?? null);
}

/** The log at `url`, but for what is put in place of some of its files on the way. */
function between(url: string, replace: (path: string, content: Buffer) => Buffer): Promise<string> {
  return served(async (path) => {
    const response = await fetch(url + path);
    return response.ok ? replace(path, Buffer.from(await response.arrayBuffer())) : null;
  });
}

async function served(find: (path: string) => Promise<Buffer | null>): Promise<string> {
  const { url } = await serve((request, response) => {
    find(request.url!).then((content) => void response.writeHead(content ? 200 : 404).end(content ?? ''));
  });
  return url;
}

const version = (index: number, votes = 100 + index) =>
  Buffer.from(JSON.stringify({ asOf: index, figures: { votes: [{ candidate: 'A', votes }] }, post: 'PRESIDENT' }));
const swapped = (entries: readonly Buffer[], one: number, other: number) =>
  entries.with(one, entries[other]!).with(other, entries[one]!);

/** As a gateway records them: every ward's result, and later again, when the count has moved. */
async function startGateway() {
  const { privateKey } = generateKeyPairSync('ed25519');
  const clock = manualClock();
  // What the source says is waited for, however busy the machine is: the copy at hand is no new version.
  const env = { STALE_AFTER_MS: '30000', LOG_KEY: JSON.stringify(privateKey.export({ format: 'jwk' })) };
  const gateway = await serveGateway({ clock, sandbox: { now: clock.now }, env });
  const read = async () => {
    const { errors } = await gateway.query('{ results(filter: { post: MEMBER_OF_COUNTY_ASSEMBLY }) { totalCount } }');
    expect(errors).toBeUndefined();
  };
  await read();
  const grow = async () => {
    clock.advance(60_000);
    await read();
  };
  return { url: gateway.server.url, privateKey, grow };
}

/** The log alone: 700 versions, then 300 more. */
async function start() {
  const { privateKey } = generateKeyPairSync('ed25519');
  const memory = memoryLog(Array.from({ length: 700 }, (_, index) => version(index)));
  const { server } = logServer(memory, { key: JSON.stringify(privateKey.export({ format: 'jwk' })) });
  const { url } = await serve((request, response) => void server.emit('request', request, response));
  const grow = async () => void memory.append(...Array.from({ length: 300 }, (_, index) => version(700 + index)));
  return { url, privateKey, grow };
}

it.each([
  ['a log', start],
  ['a gateway’s log', startGateway],
])('accepts %s, and refuses every other', async (_name, begin) => {
  const { url, privateKey, grow } = await begin();
  const vkey = (await (await fetch(`${url}/log/key`)).text()).trim();
  const first = await audit(url, { vkey });
  expect(first.entries.length).toBeGreaterThanOrEqual(700);
  await grow();
  const kept = { vkey, checkpoint: first.checkpoint };
  const { entries, checkpoint } = await audit(url, kept);
  expect(entries.length).toBeGreaterThan(first.entries.length);
  expect(entries.slice(0, first.entries.length)).toEqual(first.entries);

  // The forger is no straw man: what they make of the true entries is taken.
  await expect(audit(await forged(entries, vkey, privateKey), { vkey, checkpoint })).resolves.toBeDefined();

  const changed = Buffer.from(entries[300]!.toString().replace(/"votes":(\d+)/, (_, votes) => `"votes":${+votes + 1}`));
  expect(changed).not.toEqual(entries[300]);
  const lies: Record<string, Buffer[]> = {
    'one vote changed': entries.with(300, changed),
    'one version dropped': entries.toSpliced(300, 1),
    'two swapped': swapped(entries, 300, 301),
    'two far apart swapped': swapped(entries, 3, 650),
    'one inserted': entries.toSpliced(300, 0, version(5_000)),
  };
  for (const [name, lie] of Object.entries(lies)) {
    // With everything made anew and signed with the log's own key: who kept a checkpoint sees it.
    const files = await forged(lie, vkey, privateKey);
    await expect(audit(files, kept), name).rejects.toThrow('what was signed before was rewritten');
    // In the entries alone, under what was signed: everybody sees it.
    const mixed = await served(async (path) => {
      const from = path.startsWith('/log/tile/entries/') ? files : url;
      const response = await fetch(from + path);
      return response.ok ? Buffer.from(await response.arrayBuffer()) : null;
    });
    await expect(audit(mixed, { vkey }), name).rejects.toThrow(/missing|than were signed|not those that were signed/);
  }

  const cut = await forged(entries.slice(0, first.entries.length - 1), vkey, privateKey);
  await expect(audit(cut, kept)).rejects.toThrow('the log was cut back');
  const shorter = await forged(entries.slice(0, -1), vkey, privateKey);
  await expect(audit(shorter, { vkey, checkpoint })).rejects.toThrow('the log was cut back');

  const other = generateKeyPairSync('ed25519').privateKey;
  await expect(audit(await forged(entries, vkey, other), kept)).rejects.toThrow('a bad signature');
  const raw = createPublicKey(other).export({ format: 'der', type: 'spki' }).subarray(-32);
  const name = vkey.split('+')[0]!;
  const bytes = Buffer.concat([Buffer.of(1), raw]);
  const strange = `${name}+${sha256(`${name}\n`, bytes).subarray(0, 4).toString('hex')}+${bytes.toString('base64')}`;
  await expect(audit(await forged(entries, strange, other), kept)).rejects.toThrow('not signed by the key');
});

it('refuses a tile that is not what is below it, and a checkpoint that was touched', async () => {
  const { url } = await start();
  const vkey = (await (await fetch(`${url}/log/key`)).text()).trim();
  const flip = (content: Buffer) => {
    const copy = Buffer.from(content);
    copy[33]! ^= 1;
    return copy;
  };
  for (const [part, line] of [
    ['/log/tile/0/001', 'a tile of level 0'],
    ['/log/tile/1/000.p/2', 'a tile of level 1'],
    ['/log/tile/entries/001', 'not those that were signed'],
  ] as const) {
    const tampered = await between(url, (path, content) => (path === part ? flip(content) : content));
    await expect(audit(tampered, { vkey }), part).rejects.toThrow(line);
  }
  const smaller = await between(url, (path, content) =>
    path === '/log/checkpoint' ? Buffer.from(content.toString().replace('\n700\n', '\n699\n')) : content,
  );
  await expect(audit(smaller, { vkey })).rejects.toThrow('a bad signature');
});
