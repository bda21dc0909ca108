import type { RequestListener } from 'node:http';
import { createYoga, useExecutionCancellation, useReadinessCheck, type YogaServerInstance } from 'graphql-yoga';
import { openAdapters } from './adapters.ts';
import type { Config } from './config.ts';
import { type Context, createContext, type Services } from './context.ts';
import { SourceError } from './domain/errors.ts';
import type { ApiKey } from './domain/viewer.ts';
import { createAuthenticate, demoApiKey } from './http/auth.ts';
import { csrf } from './http/csrf.ts';
import { maskErrors } from './http/error-masking.ts';
import { graphiqlOptions } from './http/graphiql.ts';
import { healthOnly } from './http/health-only.ts';
import { jwks } from './http/jwks.ts';
import { landing } from './http/landing.ts';
import { limits, MAX_BODY_BYTES } from './http/limits.ts';
import { createMetrics } from './http/metrics.ts';
import { createOidc } from './http/oidc.ts';
import { createRateLimits } from './http/rate-limits.ts';
import { webhooks } from './http/webhooks.ts';
import { createCache } from './infra/cache.ts';
import { type Clock, systemClock } from './infra/clock.ts';
import { hmacSha256Hex } from './infra/hmac.ts';
import { createLog, type Log } from './infra/log.ts';
import { createSealer, loadSealingKey } from './infra/sealed.ts';
import { schema } from './schema/index.ts';
import { createBallotActivity } from './services/ballot-activity.ts';
import { createCredentials } from './services/credentials.ts';
import { createFiguresLedger } from './services/figures-ledger.ts';
import { createPlacesIndex } from './services/places-index.ts';
import { createRegistrationChecks } from './services/registration-checks.ts';
import { createResultWatch } from './services/result-watch.ts';
import { loadSigningKeys } from './services/signing-keys.ts';
import { createSourceHealth, type SourceMode } from './services/source-health.ts';
import { createElectionBuddyClient } from './sources/electionbuddy/client.ts';
import { createEregClient } from './sources/ereg/client.ts';
import { createIebcClient } from './sources/iebc/client.ts';
import { createExchange } from './sources/iebc/exchange.ts';
import { openElectionBuddy, openEreg, openIebc } from './upstreams.ts';

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

export type Overrides = { clock?: Clock; log?: Log; indexWaitMs?: number };

const INDEX_WAIT_MS = 10_000;

/** The composition root: which adapter stands behind which interface is decided here and nowhere else. */
export async function createApp(
  config: Config,
  { clock = systemClock, log = createLog(config.logLevel), indexWaitMs = INDEX_WAIT_MS }: Overrides = {},
): Promise<App> {
  const [iebc, electionbuddy, ereg] = await Promise.all([
    openIebc(config),
    openElectionBuddy(config),
    openEreg(config),
  ]);
  const { cacheStore, events, documents, queue, redis } = await openAdapters(config, clock, log);
  const metrics = createMetrics({ watchedResults: () => resultWatch.pollers() });
  const sources = createSourceHealth(
    Object.entries({ iebc, electionbuddy, ereg }).flatMap(([name, { mode, http }]) =>
      mode === 'OFF' ? [] : [{ name, mode, breakerState: http.breakerState }],
    ),
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

  const cache = createCache({
    store: cacheStore,
    clock,
    standsIn: (error) => error instanceof SourceError && error.retryable,
    observe: (outcome) => metrics.cacheRead('iebc', outcome),
  });
  const exchange = createExchange({ ...iebc.settings, http: iebc.http, clock, observe: observe('iebc') });
  const ledger = createFiguresLedger();
  const iebcClient = createIebcClient({
    exchange,
    cache,
    keyPrefix: iebc.settings.keyPrefix,
    onFigures: ledger.record,
  });
  const places = createPlacesIndex({ client: iebcClient, election: config.iebc.election, waitMs: indexWaitMs, log });
  const resultWatch = createResultWatch({ client: iebcClient, pollMs: config.iebc.pollMs, clock });

  const electionbuddyClient = createElectionBuddyClient({ ...electionbuddy, clock, observe: observe('electionbuddy') });
  const { retentionMs } = config.electionbuddy;
  const ballots = createBallotActivity({ events, clock, retentionMs, log });
  const webhookSecret = config.electionbuddy.webhookSecret ?? clock.secret(24);

  const { signing, dataDir } = config;
  const sealingKey = loadSealingKey({ configured: config.encryptionKey, dataDir });
  const fingerprint = (text: string) => hmacSha256Hex(Buffer.from(sealingKey).toString('base64url'), text);
  let address = `http://${config.host}:${config.port}`;
  const credentials = createCredentials({
    keys: await loadSigningKeys({ configured: signing.keys, dataDir, algorithm: signing.algorithm }),
    issuer: () => signing.issuer ?? address,
    lifetimeMs: config.checks.lifetimeMs,
    clock,
  });
  const checks = createRegistrationChecks({
    ...config.checks,
    submissionsAtOnce: config.ereg.concurrency,
    documents,
    queue,
    sealer: createSealer(sealingKey),
    fingerprint,
    credentials,
    ereg: createEregClient({ ...ereg.settings, http: ereg.http, clock, observe: observe('ereg') }),
    lookUpVoter: (voterId, signal) => iebcClient.voter(voterId, { signal }),
    clock,
    log,
  });
  const rateLimits = createRateLimits({
    requestsPerMinute: config.requestsPerMinute,
    checksPerMinute: config.checks.perMinute,
    redis,
    fingerprint,
  });

  const services: Services = {
    clock,
    iebcClient,
    electionbuddyClient,
    ballots,
    checks,
    credentials,
    limits: rateLimits,
    places,
    ledger,
    resultWatch,
    sources,
    defaultElection: config.iebc.election,
    requestTimeoutMs: config.requestTimeoutMs,
  };
  const { keys, demoKey } = apiKeys(config, clock);
  const authenticate = createAuthenticate(keys, config.oidc && createOidc(config.oidc, clock));
  const masked = maskErrors(log);
  let draining = false;
  let closed: Promise<void> | undefined;

  const yoga = createYoga<Record<string, unknown>, Context>({
    schema,
    context: async ({ request }) => {
      const viewer = await authenticate(request.headers);
      await rateLimits.consumeRequest(viewer, request);
      return createContext(services, viewer, request.signal);
    },
    maskedErrors: masked,
    logging: false,
    landingPage: false,
    // Every web page can read this one: over a real source, a key in it would be anybody's.
    graphiql: graphiqlOptions([iebc, electionbuddy, ereg].some(({ mode }) => mode === 'LIVE') ? null : demoKey),
    // Megabytes of editor: loaded when the first browser comes, not before the first answer.
    renderGraphiQL: async (options) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(options),
    multipart: false,
    maxRequestBodySize: MAX_BODY_BYTES,
    // Keys travel in a header that a page must set itself: any site may ask, and no browser adds credentials by itself.
    cors: {
      origin: '*',
      credentials: false,
      methods: ['GET', 'POST', 'OPTIONS'],
      exposedHeaders: ['retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
    },
    healthCheckEndpoint: '/health/live',
    plugins: [
      ...(config.role === 'worker' ? [healthOnly()] : []),
      landing(),
      jwks(credentials),
      rateLimits.plugin,
      webhooks({ secret: webhookSecret, ballots, log }),
      useReadinessCheck({ endpoint: '/health/ready', check: () => !draining }),
      metrics.plugin,
      csrf(),
      useExecutionCancellation(),
      ...limits(config),
    ],
  });

  if (config.iebc.placesIndex === 'background' && config.role !== 'worker') places.start();
  if (config.role !== 'gateway') await checks.work();

  return {
    fetch: async (request) => yoga.fetch(request),
    handler: yoga,
    yoga,
    maskError: (error) => masked.maskError(error, masked.errorMessage),
    mode: iebc.mode as SourceMode,
    demoKey,
    webhookPath: `/webhooks/electionbuddy/${webhookSecret}`,
    listening(url) {
      address = url;
      electionbuddy.castBallotsTo?.(`${url}/webhooks/electionbuddy/${webhookSecret}`);
    },
    drain() {
      draining = true;
      resultWatch.close();
      ballots.endStreams();
      checks.endStreams();
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };

  async function close(): Promise<void> {
    resultWatch.close();
    places.close();
    await electionbuddy.close();
    await checks.close();
    await ballots.close();
    await cache.close();
    redis?.destroy();
    await ereg.close();
    await iebc.close();
  }
}

function apiKeys(config: Config, clock: Clock): { keys: readonly ApiKey[]; demoKey: string | null } {
  if (config.apiKeys || config.production) return { keys: config.apiKeys ?? [], demoKey: null };
  const demoKey = `demo-${clock.secret(18)}`;
  return { keys: [demoApiKey(demoKey)], demoKey };
}
