import { describe, expect, it } from 'vitest';
import { openCheckpoint, parseVkey } from '../../src/infra/signed-note.ts';
import { StorageUnavailable } from '../../src/infra/storage-error.ts';
import { decodeBundle } from '../../src/infra/tile-files.ts';
import { logServer } from '../support/log-server.ts';
import { memoryLog } from '../support/memory-log.ts';

const memory = memoryLog(Array.from({ length: 700 }, (_, index) => `leaf ${index}`));
const served = logServer(memory);
const get = (path: string, init: RequestInit = {}) => served.fetch(`http://gateway/log/${path}`, init);
const bytes = async (response: Response) => new Uint8Array(await response.arrayBuffer());

describe('/log', () => {
  it('has the checkpoint, which nobody keeps for long', async () => {
    const response = await get('checkpoint');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('public, max-age=1');
    const key = parseVkey(await (await get('key')).text());
    expect(openCheckpoint(await response.text(), key)).toMatchObject({ origin: 'elections.example/log', size: 700 });
  });

  it('has tiles and entries, to be kept for ever', async () => {
    for (const [path, length] of [
      ['tile/0/000', 8192],
      ['tile/0/002.p/188', 188 * 32],
      ['tile/0/002.p/1', 32],
      ['tile/1/000.p/2', 64],
    ] as const) {
      const response = await get(path);
      expect(response.status, path).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/octet-stream');
      expect(response.headers.get('content-length')).toBe(`${length}`);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(await bytes(response)).toHaveLength(length);
    }
    const entries = decodeBundle(await bytes(await get('tile/entries/002.p/188')))!;
    expect(entries.map((entry) => Buffer.from(entry).toString())).toEqual(
      Array.from({ length: 188 }, (_, index) => `leaf ${512 + index}`),
    );
  });

  it.each([
    '',
    'nothing',
    'checkpoint/',
    'tile/0/002',
    'tile/0/002.p/189',
    'tile/2/000.p/1',
    'tile/entries/003',
    'tile/entries/x001/000',
    'tile/0/2',
    'tile/0/x000/002.p/1',
    'tile/0/002.p/256',
    'tile/64/000',
    'tile/0/../0/002.p/300',
  ])('has no %j, and lets nobody keep that', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('answers HEAD with the same headers and nothing else', async () => {
    for (const path of ['checkpoint', 'key', 'tile/0/000', 'tile/entries/000']) {
      const [full, head] = [await get(path), await get(path, { method: 'HEAD' })];
      expect(head.status).toBe(200);
      for (const name of ['content-type', 'content-length', 'cache-control', 'etag']) {
        expect(head.headers.get(name), name).toBe(full.headers.get(name));
      }
      expect(await head.text()).toBe('');
    }
    expect(await (await get('nothing', { method: 'HEAD' })).text()).toBe('');
  });

  it('says that nothing changed to those who have it', async () => {
    for (const path of ['checkpoint', 'tile/entries/002.p/188']) {
      const etag = (await get(path)).headers.get('etag')!;
      const response = await get(path, { headers: { 'if-none-match': etag } });
      expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([304, etag, '']);
    }
  });

  it('takes nothing', async () => {
    const response = await get('checkpoint', { method: 'POST', body: '{}' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('may be read by any web site, whichever may use the rest', async () => {
    const headers = { origin: 'https://a.example' };
    expect((await get('key', { headers })).headers.get('access-control-allow-origin')).toMatch(
      /^(\*|https:\/\/a\.example)$/,
    );
    const narrow = logServer(memory, { corsOrigins: ['https://b.example'] });
    const read = await narrow.fetch('http://gateway/log/key', { headers });
    expect(read.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('says when the store is away, and tells the operator why', async () => {
    const away = () => Promise.reject(new StorageUnavailable('Redis does not answer'));
    const { fetch, lines } = logServer(memory, { store: { ...memory.store, size: away } });
    for (const path of ['checkpoint', 'tile/0/000', 'tile/entries/000']) {
      const response = await fetch(`http://gateway/log/${path}`);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.text()).not.toContain('Redis');
    }
    expect(JSON.parse(lines[0]!)).toMatchObject({ reason: 'Redis does not answer', msg: 'storage failed' });
    // The key needs no store.
    expect((await fetch('http://gateway/log/key')).status).toBe(200);
  });

  it('leaves other paths alone', async () => {
    const response = await served.fetch('http://gateway/log');
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('checkpoint');
  });
});
