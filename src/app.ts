import type { RequestListener } from 'node:http';
import { createYoga, useExecutionCancellation, useReadinessCheck, type YogaServerInstance } from 'graphql-yoga';
import type { Config, ElectionBuddySource } from './config.ts';
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
import { createOidc } from './http/oidc.ts';
import { webhooks } from './http/webhooks.ts';
import { createCache, memoryStore, redisStore } from './infra/cache.ts';
import { type Clock, systemClock } from './infra/clock.ts';
import { sqliteEventLog } from './infra/event-log.ts';
import { redisEventLog } from './infra/event-log-redis.ts';
import { createHttp, type Http } from './infra/http.ts';
import { createLog, type Log } from './infra/log.ts';
import { startElectionBuddySandbox } from './sandbox/electionbuddy/index.ts';
import { startIebcSandbox } from './sandbox/iebc/index.ts';
import { schema } from './schema/index.ts';
import { createBallotActivity } from './services/ballot-activity.ts';
import { createFiguresLedger } from './services/figures-ledger.ts';
import { createPlacesIndex } from './services/places-index.ts';
import { createResultWatch } from './services/result-watch.ts';
import { createSourceHealth, type SourceMode } from './services/source-health.ts';
import { createElectionBuddyClient, type ElectionBuddySettings } from './sources/electionbuddy/client.ts';
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
  /** Where ElectionBuddy's webhooks are received; its last part is the secret. */
  webhookPath: string;
  /** Tells where the app can be reached: the sandbox of ElectionBuddy then casts ballots and posts them there. */
  listening(url: string): void;
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

  const store = config.redisUrl ? redisStore(config.redisUrl, redisTrouble(log)) : memoryStore();
  const cache = createCache({
    store,
    clock,
    standsIn: (error) => error instanceof SourceError && error.retryable,
    observe: (outcome) => metrics.cacheRead('iebc', outcome),
  });

  const base = new URL(source.url);
  const http = createHttp({ origin: base.origin, ...config.iebc });
  const buddy = await openElectionBuddy(config);
  const sources = createSourceHealth(
    [
      { name: 'iebc', mode: source.mode, breakerState: http.breakerState },
      ...(buddy.mode === 'OFF'
        ? []
        : [{ name: 'electionbuddy', mode: buddy.mode, breakerState: buddy.http.breakerState }]),
    ],
    clock,
  );
  const observe = (source: string) => (event: { endpoint: string; outcome: string; ms: number }) => {
    metrics.sourceRequest({ source, ...event });
    // Being refused is an answer: the source works.
    if (event.outcome === 'aborted') return;
    const failed = event.outcome !== 'ok' && event.outcome !== 'SOURCE_REFUSED';
    sources.report(source, failed ? event.outcome : null);
    if (event.outcome !== 'ok') log.warn({ source, ...event }, 'source request failed');
  };
  const exchange = createExchange({
    http,
    base: base.pathname.replace(/\/$/, ''),
    credentials: source.credentials,
    clock,
    observe: observe('iebc'),
  });
  const electionbuddyClient = createElectionBuddyClient({ ...buddy, clock, observe: observe('electionbuddy') });
  const { retentionMs } = config.electionbuddy;
  const events = config.redisUrl
    ? await redisEventLog({ url: config.redisUrl, name: 'ballots', retentionMs, onError: redisTrouble(log) })
    : sqliteEventLog(config.dataDir, 'ballots');
  const ballots = createBallotActivity({ events, clock, retentionMs, log });
  const webhookSecret = config.electionbuddy.webhookSecret ?? clock.secret(24);
  const ledger = createFiguresLedger();
  const iebcClient = createIebcClient({ exchange, cache, keyPrefix: source.keyPrefix, onFigures: ledger.record });
  const places = createPlacesIndex({ client: iebcClient, election: config.iebc.election, waitMs: INDEX_WAIT_MS, log });
  const resultWatch = createResultWatch({ client: iebcClient, pollMs: config.iebc.pollMs, clock });

  const services: Services = {
    clock,
    iebcClient,
    electionbuddyClient,
    ballots,
    places,
    ledger,
    resultWatch,
    sources,
    defaultElection: config.iebc.election,
    requestTimeoutMs: config.requestTimeoutMs,
  };
  const { keys, demoKey } = apiKeys(config, clock);
  const authenticate = createAuthenticate(keys, config.oidc && createOidc(config.oidc));
  const masked = maskErrors(log);
  let draining = false;

  const yoga = createYoga<Record<string, unknown>, Context>({
    schema,
    context: async ({ request }) => createContext(services, await authenticate(request.headers), request.signal),
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
      webhooks({ secret: webhookSecret, ballots, log }),
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
    webhookPath: `/webhooks/electionbuddy/${webhookSecret}`,
    listening: (url) => buddy.castBallotsTo?.(`${url}/webhooks/electionbuddy/${webhookSecret}`),
    drain() {
      draining = true;
      resultWatch.close();
      ballots.endStreams();
    },
    async close() {
      resultWatch.close();
      places.close();
      await buddy.close();
      await ballots.close();
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

type ElectionBuddy = {
  mode: SourceMode | 'OFF';
  http: Http;
  settings: ElectionBuddySettings;
  castBallotsTo?: (webhookUrl: string) => void;
  close: () => Promise<void>;
};

async function openElectionBuddy({ electionbuddy, iebc }: Config): Promise<ElectionBuddy> {
  const { source, v1Status } = electionbuddy;
  if (source.mode === 'OFF') {
    const settings = {
      url: 'http://off.invalid',
      organizationId: '',
      secretToken: '',
      electionKeys: new Map(),
      v1Status,
    };
    return { mode: 'OFF', http: NOBODY, settings, close: async () => {} };
  }
  const sandbox = source.mode === 'SANDBOX' ? await startElectionBuddySandbox() : null;
  const { url, organizationId, secretToken, electionKeys } =
    sandbox ?? (source as Exclude<ElectionBuddySource, { mode: 'SANDBOX' | 'OFF' }>);
  const http = createHttp({ ...iebc, origin: new URL(url).origin });
  return {
    mode: source.mode,
    http,
    settings: { url, organizationId, secretToken, electionKeys: new Map(Object.entries(electionKeys)), v1Status },
    ...(sandbox && { castBallotsTo: sandbox.setWebhookUrl }),
    async close() {
      await http.close();
      await sandbox?.close();
    },
  };
}

/** Stands in for a source that is configured away. */
const NOBODY: Http = {
  send: async () => {
    throw new SourceError('SOURCE_UNAVAILABLE', 'This gateway has no ElectionBuddy behind it.', {
      source: 'electionbuddy',
      endpoint: 'none',
      retryable: false,
    });
  },
  breakerState: () => 'CLOSED',
  close: async () => {},
};

function apiKeys(config: Config, clock: Clock): { keys: readonly ApiKey[]; demoKey: string | null } {
  if (config.apiKeys || config.production) return { keys: config.apiKeys ?? [], demoKey: null };
  const demoKey = `demo-${clock.secret(18)}`;
  return { keys: [demoApiKey(demoKey)], demoKey };
}

/** One line a minute, not one a request, while Redis is away. */
function redisTrouble(log: Log): (error: Error) => void {
  let last = 0;
  return (error) => {
    const now = performance.now();
    if (last !== 0 && now - last < 60_000) return;
    last = now;
    log.warn(
      { reason: (error as NodeJS.ErrnoException).code ?? error.name },
      'Redis cannot be reached: going on without its cache; what must be stored is refused until it is back',
    );
  };
}
