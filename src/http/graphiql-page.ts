import { createHash } from 'node:crypto';
import type { GraphiQLOptions, Plugin } from 'graphql-yoga';
import { type Assets, answerAsset, createAssets } from './assets.ts';

type Page = { html: string; policy: string; assets: Assets };

const ASSETS = '/graphiql/';

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

async function makePage(options: GraphiQLOptions, path: string): Promise<Page> {
  // Megabytes of editor: loaded when the first browser comes, not before the first answer.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const whole = renderGraphiQL(options);
  const style = between(whole, '<style>', '</style>');
  const script = between(whole, '<script>', '</script>', whole.indexOf('</style>'));
  // The last statement of the script begins it all, with the options.
  const start = script.lastIndexOf('YogaGraphiQL.renderYogaGraphiQL(');
  const [, type, icon] = /^data:([\w/-]+);base64,(.*)$/.exec(between(whole, 'rel="icon" href="', '"'))!;

  const assets = createAssets(path);
  const begin = script.slice(start).replaceAll('<', '\\u003c');
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${options.title}</title>
    <link rel="icon" href="${assets.add('ico', type!, Buffer.from(icon!, 'base64'))}">
    <link rel="stylesheet" href="${assets.add('css', 'text/css; charset=utf-8', style)}">
  </head>
  <body id="body" class="no-focus-outline">
    <noscript>GraphiQL is a program: it needs JavaScript.</noscript>
    <div id="root"></div>
    <script src="${assets.add('js', 'text/javascript; charset=utf-8', script.slice(0, start))}"></script>
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
