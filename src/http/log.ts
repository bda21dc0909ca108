import type { Plugin } from 'graphql-yoga';
import type { Log } from '../infra/log.ts';
import { StorageUnavailable } from '../infra/storage-error.ts';
import { parseTilePath, TILE_WIDTH } from '../infra/tile-files.ts';
import type { TransparencyLog } from '../services/transparency-log.ts';
import { etagOf, matches } from './etag.ts';

const BELOW = '/log/';
const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';
const RETRY_SECONDS = 5;

type File = { body: string | Uint8Array; type: string; caching: string };

/**
 * `/log/…`: the log of all versions as C2SP's tlog-tiles.md lays it out, for ordinary tools and witnesses: `checkpoint`,
 * `tile/<level>/<n>`, `tile/entries/<n>`, and `key`, with which checkpoints are checked. All of it is public.
 */
export function logFiles({ record, log }: { record: Omit<TransparencyLog, 'proof' | 'verify'>; log: Log }): Plugin {
  async function find(path: string): Promise<File | null> {
    // The wait for a newer one is short, and a crowd still costs one signature a second.
    if (path === 'checkpoint') {
      return { body: await record.checkpoint(), type: TEXT, caching: 'public, max-age=1' };
    }
    if (path === 'key') return { body: `${record.key()}\n`, type: TEXT, caching: 'public, max-age=300' };
    const file = parseTilePath(path);
    if (!file) return null;
    const { level, n, width } = file;
    const body = level === 'entries' ? await record.entries(n, width) : await record.tile(level, n, width);
    // The beginning of a tile never changes either.
    return body && { body, type: BYTES, caching: 'public, max-age=31536000, immutable' };
  }

  return {
    async onRequest({ url, request, fetchAPI: { Response }, endResponse }) {
      // A preflight gets past: Yoga answers it.
      if (!url.pathname.startsWith(BELOW) || request.method === 'OPTIONS') return;
      // A site that CORS_ORIGINS does not name may read this as well.
      const open = { 'access-control-allow-origin': '*' };
      const say = (text: string, status: number, headers: Record<string, string> = {}) =>
        endResponse(
          new Response(request.method === 'HEAD' ? null : text, {
            status,
            headers: { ...open, 'content-type': TEXT, 'cache-control': 'no-store', ...headers },
          }),
        );
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return say('GET the log here.\n', 405, { allow: 'GET, HEAD' });
      }
      let file: File | null;
      try {
        file = await find(url.pathname.slice(BELOW.length));
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        log.error({ reason: error.reason }, 'storage failed');
        return say('The log cannot be read at the moment.\n', 503, { 'retry-after': String(RETRY_SECONDS) });
      }
      if (!file) {
        const tiles = `tiles of ${TILE_WIDTH} below tile/, as far as the tree of the checkpoint reaches`;
        return say(`There is checkpoint, key, and ${tiles}.\n`, 404);
      }
      const etag = etagOf(file.body);
      const headers = { ...open, 'cache-control': file.caching, etag };
      if (matches(request.headers.get('if-none-match'), etag)) {
        return endResponse(new Response(null, { status: 304, headers }));
      }
      const body = request.method === 'HEAD' ? null : (file.body as string | Uint8Array<ArrayBuffer>);
      const length = `${Buffer.byteLength(file.body)}`;
      endResponse(
        new Response(body, {
          status: 200,
          headers: { ...headers, 'content-type': file.type, 'content-length': length },
        }),
      );
    },
  };
}
