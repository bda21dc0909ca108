import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Plugin } from 'graphql-yoga';
import { type Assets, answerAsset, createAssets } from './assets.ts';
import { etagOf, matches } from './etag.ts';

type Page = { html: string; etag: string; assets: Assets };

const ASSETS = '/explorer/';
const BUNDLER = fileURLToPath(new URL('./explorer-bundle.ts', import.meta.url));
const MAX_PROGRAM_BYTES = 4 * 1024 * 1024;
const OPERATIONS = new URL('../explorer/operations/', import.meta.url);
const STYLES = new URL('../explorer/styles/', import.meta.url);

/** Nothing of other hosts, and nothing that stands in the page itself. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

type Options = {
  basePath: string;
  /** Whether there is a GraphiQL to open a query in. */
  graphiql: boolean;
  /** Written into the page, so that registrations can be checked there; only ever a key made for the demo. */
  demoKey: string | null;
  /** Begins what the page will ask for first: it takes about as long as the page's program. */
  beginMap: () => void;
};

/** `/`: the results as a page. Its program is put together when the first browser comes: no step of a build is needed. */
export function explorer(options: Options): Plugin {
  let made: Promise<Page> | undefined;
  const page = () => {
    made ??= makePage(options).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return {
    async onRequest({ request, url, fetchAPI: { Response }, endResponse }) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return;
      if (url.pathname.startsWith(ASSETS)) {
        const asset = (await page()).assets.get(url.pathname.slice(ASSETS.length));
        if (asset) endResponse(await answerAsset(asset, request, Response));
      } else if (url.pathname === '/') {
        options.beginMap();
        const { html, etag } = await page();
        const headers = {
          'content-security-policy': POLICY,
          // Asked for each time, so that a new version is seen; the files that it names are kept. No cache keeps a key.
          ...(options.demoKey === null ? { 'cache-control': 'no-cache', etag } : { 'cache-control': 'no-store' }),
        };
        if (options.demoKey === null && matches(request.headers.get('if-none-match'), etag)) {
          return endResponse(new Response(null, { status: 304, headers }));
        }
        const described = { ...headers, 'content-type': 'text/html; charset=utf-8' };
        endResponse(new Response(request.method === 'HEAD' ? null : html, { status: 200, headers: described }));
      }
    },
  };
}

/** All that the page asks, in one document. */
export function explorerOperations(): string {
  const files = readdirSync(OPERATIONS).filter((name) => name.endsWith('.graphql'));
  return files.map((name) => readFileSync(new URL(name, OPERATIONS), 'utf8')).join('\n');
}

async function makePage({ basePath, graphiql, demoKey }: Options): Promise<Page> {
  const assets = createAssets(basePath + ASSETS);
  const [program, style] = await Promise.all([bundled(), styled()]);
  const [main] = program.map(({ name, code }) => assets.keep(name, 'text/javascript; charset=utf-8', code));
  const html = `<!doctype html>
<html lang="en" data-base="${basePath}"${graphiql ? ' data-graphiql' : ''}${demoKey === null ? '' : ` data-key="${demoKey}"`}>
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Results, by county</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${assets.add('css', 'text/css; charset=utf-8', style)}">
    <script type="module" src="${main}"></script>
  </head>
  <body>
    <div id="root"></div>
    <noscript>This page is a program: it needs JavaScript. The same figures are at ${basePath}/graphql and as files at ${basePath}/export/results.csv.</noscript>
  </body>
</html>
`;
  return { html, etag: etagOf(html), assets };
}

/** By name, so that what is in `base` comes before what refines it. */
async function styled(): Promise<string> {
  const files = (await readdir(STYLES)).filter((name) => name.endsWith('.css')).sort();
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, STYLES), 'utf8')));
  return texts.join('\n');
}

type Program = { name: string; code: string }[];
/** The same for all gateways of a process, as their code is. */
let program: Promise<Program> | undefined;

function bundled(): Promise<Program> {
  program ??= bundle().catch((error: unknown) => {
    program = undefined;
    throw error;
  });
  return program;
}

/** By a process of its own, which takes the bundler's hundred megabytes with it. It knows nothing of our environment. */
async function bundle(): Promise<Program> {
  const { stdout } = await promisify(execFile)(process.execPath, [BUNDLER], { env: {}, maxBuffer: MAX_PROGRAM_BYTES });
  return JSON.parse(stdout);
}
