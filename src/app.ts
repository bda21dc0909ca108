import type { RequestListener } from 'node:http';
import { createYoga, useExecutionCancellation, useReadinessCheck, type YogaServerInstance } from 'graphql-yoga';
import type { Config } from './config.ts';
import { type Context, createContext, type Services } from './context.ts';
import { SourceError } from './domain/errors.ts';
import type { ApiKey } from './domain/viewer.ts';
import { createAuthenticate, demoApiKey } from './http/auth.ts';
import { csrf } from './http/csrf.ts';
import { maskErrors } from './http/error-masking.ts';
import { graphiqlOptions } from './http/graphiql.ts';
import { landing } from './http/landing.ts';
import { limits, MAX_BODY_BYTES } from './http/limits.ts';
import { createMetrics } from './http/metrics.ts';
import { createCache, memoryStore, redisStore } from './infra/cache.ts';
import { type Clock, systemClock } from './infra/clock.ts';
import { createHttp } from './infra/http.ts';
import { createLog, type Log } from './infra/log.ts';
import { startIebcSandbox } from './sandbox/iebc/index.ts';
import { schema } from './schema/index.ts';
import { createFiguresLedger } from './services/figures-ledger.ts';
import { createPlacesIndex } from './services/places-index.ts';
import { createResultWatch } from './services/result-watch.ts';
import { createSourceHealth, type SourceMode } from './services/source-health.ts';
import { createIebcClient } from './sources/iebc/client.ts';
import { type Credentials, createExchange } from './sources/iebc/exchange.ts';

export type App = {
  fetch: (request: Request) => Promise<Response>;
  handler: RequestListener;
  yoga: YogaServerInstance<Record<string, unknown>, Context>;
  /** What a stranger may read of an error that is answered past Yoga. */
  maskError: (error: unknown) => Error;
  mode: SourceMode;
  /** The key made for this run when none was configured; null otherwise. */
  demoKey: string | null;
  /** Says "not ready" and ends the subscriptions, so that no new work comes and the old can finish. */
  drain(): void;
  close(): Promise<void>;
};

export type Overrides = { clock?: Clock; log?: Log };

const INDEX_WAIT_MS = 10_000;

/** The composition root: which adapter stands behind which interface is decided here and nowhere else. */
export async function createApp(
  config: Config,
  { clock = systemClock, log = createLog(config.logLevel) }: Overrides = {},
): Promise<App> {
  const source = await iebcSource(config);
  const metrics = createMetrics({ watchedResults: () => resultWatch.pollers() });

  const store = config.redisUrl ? redisStore(config.redisUrl, cacheTrouble(log)) : memoryStore();
  const cache = createCache({
    store,
    clock,
    standsIn: (error) => error instanceof SourceError && error.retryable,
    observe: (outcome) => metrics.cacheRead('iebc', outcome),
  });

  const base = new URL(source.url);
  const http = createHttp({ origin: base.origin, ...config.iebc });
  const sources = createSourceHealth([{ name: 'iebc', mode: source.mode, breakerState: http.breakerState }], clock);
  const exchange = createExchange({
    http,
    base: base.pathname.replace(/\/$/, ''),
    credentials: source.credentials,
    clock,
    observe: (event) => {
      metrics.sourceRequest({ source: 'iebc', ...event });
      // Being refused is an answer: the source works.
      if (event.outcome === 'aborted') return;
      const failed = event.outcome !== 'ok' && event.outcome !== 'SOURCE_REFUSED';
      sources.report('iebc', failed ? event.outcome : null);
      if (event.outcome !== 'ok') log.warn({ source: 'iebc', ...event }, 'source request failed');
    },
  });
  const ledger = createFiguresLedger();
  const iebcClient = createIebcClient({ exchange, cache, keyPrefix: source.keyPrefix, onFigures: ledger.record });
  const places = createPlacesIndex({ client: iebcClient, election: config.iebc.election, waitMs: INDEX_WAIT_MS, log });
  const resultWatch = createResultWatch({ client: iebcClient, pollMs: config.iebc.pollMs, clock });

  const services: Services = {
    clock,
    iebcClient,
    places,
    ledger,
    resultWatch,
    sources,
    defaultElection: config.iebc.election,
    requestTimeoutMs: config.requestTimeoutMs,
  };
  const { keys, demoKey } = apiKeys(config, clock);
  const authenticate = createAuthenticate(keys);
  const masked = maskErrors(log);
  let draining = false;

  const yoga = createYoga<Record<string, unknown>, Context>({
    schema,
    context: ({ request }) => createContext(services, authenticate(request.headers), request.signal),
    maskedErrors: masked,
    logging: false,
    landingPage: false,
    graphiql: graphiqlOptions(demoKey),
    // Megabytes of editor: loaded when the first browser comes, not before the first answer.
    renderGraphiQL: async (options) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(options),
    multipart: false,
    maxRequestBodySize: MAX_BODY_BYTES,
    // Keys travel in a header that a page must set itself: any site may ask, and no browser adds credentials by itself.
    cors: { origin: '*', credentials: false, methods: ['GET', 'POST', 'OPTIONS'], exposedHeaders: ['retry-after'] },
    healthCheckEndpoint: '/health/live',
    plugins: [
      landing(),
      useReadinessCheck({ endpoint: '/health/ready', check: () => !draining }),
      metrics.plugin,
      csrf(),
      useExecutionCancellation(),
      ...limits(config),
    ],
  });

  if (config.iebc.placesIndex === 'background') places.start();

  return {
    fetch: async (request) => yoga.fetch(request),
    handler: yoga,
    yoga,
    maskError: (error) => masked.maskError(error, masked.errorMessage),
    mode: source.mode,
    demoKey,
    drain() {
      draining = true;
      resultWatch.close();
    },
    async close() {
      resultWatch.close();
      places.close();
      await cache.close();
      await http.close();
      await source.close();
    },
  };
}

type Source = {
  mode: SourceMode;
  url: string;
  credentials: Credentials;
  keyPrefix: string;
  close: () => Promise<void>;
};

async function iebcSource({ iebc }: Config): Promise<Source> {
  const { source, election } = iebc;
  if (source.mode === 'LIVE') {
    const { mode, url, credentials } = source;
    return { mode, url, credentials, keyPrefix: `iebc:1:${new URL(url).host}`, close: async () => {} };
  }
  const archive = source.mode === 'ARCHIVE' ? { archive: source.file, archiveElection: election } : {};
  const { url, appId, appSecret, close } = await startIebcSandbox(archive);
  const keyPrefix = source.mode === 'ARCHIVE' ? `iebc:1:archive:${source.file}` : 'iebc:1:sandbox';
  return { mode: source.mode, url, credentials: { appId, appSecret }, keyPrefix, close };
}

function apiKeys(config: Config, clock: Clock): { keys: readonly ApiKey[]; demoKey: string | null } {
  if (config.apiKeys || config.production) return { keys: config.apiKeys ?? [], demoKey: null };
  const demoKey = `demo-${clock.secret(18)}`;
  return { keys: [demoApiKey(demoKey)], demoKey };
}

/** One line a minute, not one a request, while Redis is away. */
function cacheTrouble(log: Log): (error: Error) => void {
  let last = 0;
  return (error) => {
    const now = performance.now();
    if (last !== 0 && now - last < 60_000) return;
    last = now;
    log.warn(
      { reason: (error as NodeJS.ErrnoException).code ?? error.name },
      'cache: Redis cannot be reached; going on without it',
    );
  };
}
