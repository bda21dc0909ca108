import { createHash } from 'node:crypto';
import type { GraphiQLOptions, Plugin } from 'graphql-yoga';
import { type Assets, answerAsset, createAssets } from './assets.ts';

type Page = { html: string; policy: string; assets: Assets };

const ASSETS = '/graphiql/';

/** `explorer`: whether there is a page of the results to lead back to. */
type PageOptions = { options: GraphiQLOptions; basePath: string; explorer: boolean };

/**
 * GraphiQL, and nothing that a browser has to fetch twice: the library makes one page of nine megabytes, which is taken
 * apart, when the first browser comes, into a small page and files that are named by what is in them.
 */
export function graphiqlPage({ options, basePath, explorer }: PageOptions): Plugin {
  let made: Promise<Page> | undefined;
  const page = () => {
    made ??= makePage(
      { ...options, endpoint: `${basePath}/graphql` },
      basePath + ASSETS,
      explorer ? `${basePath}/` : null,
    );
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

async function makePage(options: GraphiQLOptions, path: string, results: string | null): Promise<Page> {
  // Megabytes of editor: loaded when the first browser comes, not before the first answer.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const whole = renderGraphiQL(options);
  const style = between(whole, '<style>', '</style>');
  const script = between(whole, '<script>', '</script>', whole.indexOf('</style>'));
  // The last statement of the script begins it all, with the options.
  const start = script.lastIndexOf('YogaGraphiQL.renderYogaGraphiQL(');
  const [, type, icon] = /^data:([\w/-]+);base64,(.*)$/.exec(between(whole, 'rel="icon" href="', '"'))!;

  const assets = createAssets(path);
  const begin = beginning({
    ...options,
    ...(results && { title: `<a href="${results}">Results</a>` }),
  });
  const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${options.title}</title>
    <link rel="icon" href="${assets.add('ico', type!, Buffer.from(icon!, 'base64'))}">
    <link rel="stylesheet" href="${assets.add('css', 'text/css; charset=utf-8', style + NARROW)}">
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

/** The library puts question and answer side by side on whatever is wide: on a telephone neither could be read. */
const NARROW = `
@media (max-width: 40rem) {
  .graphiql-container #graphiql-session { flex-direction: column; }
  .graphiql-container #graphiql-session > .graphiql-horizontal-drag-bar { display: none; }
  .graphiql-container .graphiql-response { padding-inline: 1rem; }
}
`;

/**
 * The library takes a query of the address, but no variables, and puts it under the title of the first sample: here it gets
 * a tab of its own, which is the first. Where the reader writes on, the address follows.
 */
function beginning(options: GraphiQLOptions): string {
  return `
      const options = ${JSON.stringify(options).replaceAll('<', '\\u003c')};
      const asked = new URL(location.href).searchParams;
      const query = asked.get('query');
      const variables = (query && asked.get('variables')) || undefined;
      YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
        ...options,
        ...(query && { defaultTabs: [{ query, variables, headers: options.defaultTabs[0].headers }, ...options.defaultTabs] }),
        ...(variables && { variables, defaultEditorToolsVisibility: 'variables' }),
        onEditQuery(text) {
          const address = new URL(location.href);
          address.searchParams.set('query', text);
          if (text !== query) address.searchParams.delete('variables');
          history.replaceState({}, '', address);
        },
      });
    `;
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
