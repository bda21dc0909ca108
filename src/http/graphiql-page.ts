import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { GraphiQLOptions, Plugin } from 'graphql-yoga';
import { hashOf, matches } from './etag.ts';

type Encoding = 'br' | 'gzip' | 'identity';
type Asset = { type: string; hash: string; bodies: Partial<Record<Encoding, Promise<Uint8Array> | Uint8Array>> };
type Page = { html: string; policy: string; assets: ReadonlyMap<string, Asset> };

const ASSETS = '/graphiql/';
const FOREVER = 'public, max-age=31536000, immutable';

/**
 * GraphiQL, and nothing that a browser has to fetch twice: the library makes one page of nine megabytes, which is taken
 * apart, when the first browser comes, into a small page and files that are named by what is in them.
 */
export function graphiqlPage(options: GraphiQLOptions, basePath: string): Plugin {
  let made: Promise<Page> | undefined;
  const page = () => {
    made ??= makePage({ ...options, endpoint: `${basePath}/graphql` }, basePath + ASSETS);
    return made;
  };
  return {
    async onRequest({ request, url, fetchAPI: { Response }, endResponse }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return;
      if (url.pathname.startsWith(ASSETS)) {
        const asset = (await page()).assets.get(url.pathname.slice(ASSETS.length));
        if (asset) endResponse(await answerAsset(asset, request, Response));
      } else if (wantsPage(request, url)) {
        const { html, policy } = await page();
        const headers = {
          'content-type': 'text/html; charset=utf-8',
          'content-security-policy': policy,
          // The demo's key is in it.
          'cache-control': 'no-store',
        };
        endResponse(new Response(request.method === 'HEAD' ? null : html, { status: 200, headers }));
      }
    },
  };
}

/** GRAPHIQL=0: whoever opens the endpoint in a browser is told what it is. */
export function noGraphiql(): Plugin {
  const text = 'This is a GraphQL endpoint, not a page: POST {"query": "…"} as application/json, or GET ?query=….\n';
  return {
    onRequest({ request, url, fetchAPI: { Response }, endResponse }) {
      if (!wantsPage(request, url) || url.searchParams.has('query')) return;
      endResponse(new Response(text, { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' } }));
    },
  };
}

function wantsPage({ method, headers }: Request, { pathname }: URL): boolean {
  return method === 'GET' && pathname === '/graphql' && (headers.get('accept') ?? '').includes('text/html');
}

async function answerAsset(asset: Asset, { method, headers: asked }: Request, Answer: typeof Response) {
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

async function makePage(options: GraphiQLOptions, path: string): Promise<Page> {
  // Megabytes of editor: loaded when the first browser comes, not before the first answer.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const whole = renderGraphiQL(options);
  const style = between(whole, '<style>', '</style>');
  const script = between(whole, '<script>', '</script>', whole.indexOf('</style>'));
  // The last statement of the script begins it all, with the options.
  const start = script.lastIndexOf('YogaGraphiQL.renderYogaGraphiQL(');
  const [, type, icon] = /^data:([\w/-]+);base64,(.*)$/.exec(between(whole, 'rel="icon" href="', '"'))!;

  const assets = new Map<string, Asset>();
  const address = (kind: string, type: string, content: string | Uint8Array) => {
    const hash = hashOf(content);
    assets.set(`${hash}.${kind}`, { type, hash, bodies: { identity: Buffer.from(content as string) } });
    return `${path}${hash}.${kind}`;
  };
  const begin = script.slice(start).replaceAll('<', '\\u003c');
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${options.title}</title>
    <link rel="icon" href="${address('ico', type!, Buffer.from(icon!, 'base64'))}">
    <link rel="stylesheet" href="${address('css', 'text/css; charset=utf-8', style)}">
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL is a program: it needs JavaScript.</noscript>
    <div id="root"></div>
    <script src="${address('js', 'text/javascript; charset=utf-8', script.slice(0, start))}"></script>
    <script>${begin}</script>
  </body>
</html>
`;
  return { html, policy: policyFor(begin), assets };
}

function between(text: string, before: string, after: string, from = 0): string {
  const start = text.indexOf(before, from) + before.length;
  // The script holds no closing tag, or it would end there; its own is the last one.
  const end = after === '</script>' ? text.lastIndexOf(after) : text.indexOf(after, start);
  return text.slice(start, end);
}

/** The editor makes its workers of text that it holds, and writes style sheets as it goes. */
function policyFor(inlineScript: string): string {
  const hash = createHash('sha256').update(inlineScript).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
