import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { hashOf, matches } from './etag.ts';

type Encoding = 'br' | 'gzip' | 'identity';
export type Asset = { type: string; hash: string; bodies: Partial<Record<Encoding, Promise<Uint8Array> | Uint8Array>> };
export type Assets = ReturnType<typeof createAssets>;

const FOREVER = 'public, max-age=31536000, immutable';

/** Files of a page that a browser has to fetch once: each is named by what is in it. `path` is where they are, and ends with a slash. */
export function createAssets(path: string) {
  const assets = new Map<string, Asset>();
  function keep(name: string, type: string, content: string | Uint8Array): string {
    assets.set(name, { type, hash: hashOf(content), bodies: { identity: Buffer.from(content as string) } });
    return path + name;
  }
  return {
    /** Gives the address. */
    add: (kind: string, type: string, content: string | Uint8Array) =>
      keep(`${hashOf(content)}.${kind}`, type, content),
    /** One whose name says already what is in it. */
    keep,
    get: (name: string) => assets.get(name),
  };
}

export async function answerAsset(asset: Asset, { method, headers: asked }: Request, Answer: typeof Response) {
  const encoding = acceptedEncoding(asked.get('accept-encoding'));
  const etag = `"${asset.hash}-${encoding}"`;
  const headers = { etag, 'cache-control': FOREVER, vary: 'accept-encoding' };
  if (matches(asked.get('if-none-match'), etag)) return new Answer(null, { status: 304, headers });
  asset.bodies[encoding] ??= compress[encoding as 'br' | 'gzip'](asset.bodies.identity as Uint8Array);
  const body = await asset.bodies[encoding];
  const described = {
    ...headers,
    'content-type': asset.type,
    'content-length': `${body.length}`,
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
  };
  return new Answer(method === 'HEAD' ? null : (body as Uint8Array<ArrayBuffer>), { status: 200, headers: described });
}

const compress = {
  // The next levels take four times as long for a tenth less.
  br: (bytes: Uint8Array) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes),
};

function acceptedEncoding(header: string | null): Encoding {
  const accepted = (header ?? '').split(',').flatMap((one) => {
    const [name, weight] = one
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/);
    return weight !== undefined && Number(weight) === 0 ? [] : [name];
  });
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding)) ?? 'identity';
}
