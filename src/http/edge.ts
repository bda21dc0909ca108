import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { execute } from 'graphql';
import { createYoga, type Plugin, useExecutionCancellation, type YogaServerInstance } from 'graphql-yoga';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import type { Contexts } from '../contexts.ts';
import type { ApiKey } from '../domain/caller.ts';
import type { CacheStore } from '../infra/cache.ts';
import type { Clock } from '../infra/clock.ts';
import type { Log } from '../infra/log.ts';
import type { Metrics } from '../infra/metrics.ts';
import type { Tracing } from '../infra/tracing.ts';
import { schema } from '../schema/index.ts';
import type { AtOnce } from '../services/at-once.ts';
import type { RateLimits } from '../services/rate-limits.ts';
import type { Readiness } from '../services/readiness.ts';
import type { SourceHealthService } from '../services/source-health.ts';
import { loadTrustedDocuments } from '../services/trusted-documents.ts';
import { createAdmin } from './admin.ts';
import { type Arrival, createAdmission } from './admission.ts';
import { createAuthenticate, demoApiKey } from './auth.ts';
import { batch, OPERATIONS_PER_BATCH } from './batch.ts';
import { cachedByOthers } from './cache-control.ts';
import { compressed } from './compression.ts';
import { cors, varyByOrigin } from './cors.ts';
import { csrf } from './csrf.ts';
import { defer } from './defer.ts';
import { maskErrors } from './error-masking.ts';
import { eventContext } from './event-context.ts';
import { eventStream } from './event-stream.ts';
import { explorer, explorerOperations } from './explorer.ts';
import { exports } from './export.ts';
import type { HistoryExport } from './export-history.ts';
import { fanOut } from './fast/fan-out.ts';
import { createLane } from './fast/lane.ts';
import { graphiqlOptions } from './graphiql.ts';
import { graphiqlPage, noGraphiql } from './graphiql-page.ts';
import { readyEndpoint } from './health.ts';
import { healthOnly } from './health-only.ts';
import { inputErrors } from './input-errors.ts';
import { landing } from './landing.ts';
import { limits, MAX_BODY_BYTES } from './limits.ts';
import { metricsEndpoint } from './metrics.ts';
import { createNetworkOf } from './network.ts';
import { createOidc } from './oidc.ts';
import { createOneDearAtATime } from './one-dear-at-a-time.ts';
import { createOperationLog } from './operation-log.ts';
import { operationSpans } from './operation-spans.ts';
import { type Admit, createPersistedDocuments } from './persisted-documents.ts';
import { requestForm } from './request-form.ts';
import { mayKnow, schemaPrivacy, withoutHints } from './schema-privacy.ts';
import { sdl } from './sdl.ts';
import { securityHeaders } from './security-headers.ts';
import { admitConnections, subscriptionCap } from './subscription-cap.ts';

const GRAPHQL_PATH = '/graphql';

type Yoga = YogaServerInstance<Record<string, unknown>, Context>;

export type Edge = {
  yoga: Yoga;
  /** Answers a request in Yoga's place, or says that it does not. */
  lane: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** For what comes past Yoga's HTTP. */
  admit: Admit;
  /** Whether one more socket may be opened from where this request comes; it counts until it is closed. */
  admitConnection: (request: IncomingMessage) => Promise<boolean>;
  /** What a stranger may read of an error that is answered past Yoga. */
  maskError: (error: unknown) => Error;
  /** The key made for this run when none was configured; null otherwise. */
  demoKey: string | null;
  /** For a port of the operator's own. */
  admin: RequestListener;
};

type Options = {
  config: Config;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  tracing: Tracing;
  sources: SourceHealthService;
  limits: RateLimits;
  atOnce: AtOnce;
  fingerprint: (text: string) => string;
  cacheStore: CacheStore;
  redis: object | null;
  /** Of the modules. */
  routes: readonly Plugin[];
  contexts: Contexts;
  readiness: Readiness;
  /** The record, for its export. */
  history: HistoryExport;
  /** Begins the map of the counties, if it is not there. */
  beginMap: () => void;
};

/** Everything between a socket and a resolver, in the order in which a request meets it. */
export function createEdge(options: Options): Edge {
  const { config, clock, log, metrics, tracing, sources, contexts, routes, readiness } = options;
  const { basePath, graphiql } = config;
  const { keys, demoKey } = apiKeys(config, clock);
  const authenticate = createAuthenticate(keys, config.oidc && createOidc(config.oidc, clock));
  const networkOf = createNetworkOf({ trustProxy: config.trustProxy, fingerprint: options.fingerprint });
  const admission = createAdmission({ authenticate, networkOf, limits: options.limits });
  const maskedErrors = maskErrors(log);
  const tellsSchema = (context: unknown) => !config.production || mayKnow(context);
  const spans = operationSpans(tracing);
  const maskError = (error: unknown) => maskedErrors.maskError(error, maskedErrors.errorMessage);
  const documents = createPersistedDocuments({
    trusted:
      config.trustedDocuments &&
      loadTrustedDocuments({
        ...config.trustedDocuments,
        own: config.explorer ? explorerOperations() : null,
        ...{ schema, limits: limits() },
      }),
    shared: options.redis && options.cacheStore,
    clock,
  });
  const admit: Admit = async (arrival) => {
    const caller = await admission.admit(arrival);
    return { caller, params: await documents.resolve(arrival.params, caller) };
  };
  const admitConnection = admitConnections(options.atOnce, networkOf);
  const operations = createOperationLog({ log, metrics, clock });
  const batches = batch();
  const dear = createOneDearAtATime();
  const streams = eventStream({ ...options, admit, admitConnection, maskError, uuid: clock.uuid });
  const allInvented = sources.list().every(({ mode }) => mode !== 'LIVE');
  // In pages that every web page can read: over a real source, a key in them would be anybody's.
  const shownKey = allInvented ? demoKey : null;

  const lane = createLane({
    ...options,
    path: GRAPHQL_PATH,
    maxBytes: config.answerCacheBytes,
    admission,
    documents,
    inLine: dear.inLine,
    operations,
    corsOrigins: config.corsOrigins,
    trustProxy: config.trustProxy,
    observe: metrics.cacheReads('answers'),
    toYoga: (request, response) => void throughYoga(request, response),
    failed(error, response) {
      log.error({ err: error }, 'an answer could not be sent');
      response.destroy();
    },
  });

  const yoga = createYoga<Record<string, unknown>, Context>({
    schema,
    context: async (initial) => {
      const arrival = initial as unknown as Arrival;
      const { caller, cost } = await admission.count(arrival);
      const before = admission.admitted(arrival.req);
      const made = contexts.whole(before?.context ?? contexts.create(caller, () => initial.request.signal));
      made.operation.cost = cost;
      made.lastEventId = initial.request.headers.get('last-event-id') || null;
      return made;
    },
    maskedErrors,
    batching: { limit: OPERATIONS_PER_BATCH },
    logging: false,
    landingPage: false,
    graphiql: false,
    multipart: false,
    maxRequestBodySize: MAX_BODY_BYTES,
    cors: cors(config.corsOrigins),
    healthCheckEndpoint: '/health/live',
    plugins: [
      operations.plugin,
      securityHeaders(config.trustProxy),
      varyByOrigin(config.corsOrigins),
      ...(config.role === 'worker' ? [healthOnly()] : []),
      config.explorer
        ? explorer({ basePath, graphiql, demoKey: shownKey, beginMap: options.beginMap })
        : landing(basePath),
      graphiql
        ? graphiqlPage({ basePath, explorer: config.explorer, options: graphiqlOptions(shownKey) })
        : noGraphiql(),
      batches.plugin,
      admission.plugin as Plugin,
      documents.plugin,
      streams,
      sdl({ secret: config.production, admit, maskError }),
      exports({ ...admission, admit, contexts, history: options.history, maskError }),
      ...routes,
      readyEndpoint(readiness),
      metricsEndpoint(metrics, !config.production && config.admin === null),
      requestForm(),
      csrf(),
      defer({ ...batches, maskError }),
      inputErrors((error, context) => (tellsSchema(context) ? error : withoutHints(error))),
      useExecutionCancellation(),
      eventContext<Context & { request: Request }>(async (context, first) => {
        if (!first) await admission.countEvent(context);
        return { ...context, ...contexts.whole(contexts.create(context.caller, () => context.request.signal)) };
      }, spans.traced(execute)) as Plugin<Context>,
      // Behind what answers each subscriber's events, which it replaces, and before what counts subscriptions.
      ...(config.fastPaths
        ? [fanOut({ ...options, maskError, answer: spans.traced(execute) }) as unknown as Plugin<Context>]
        : []),
      subscriptionCap(options.atOnce) as unknown as Plugin<Context>,
      dear.plugin,
      // Behind what decides how an operation is executed: it goes round that.
      ...spans.plugins,
      cachedByOthers(GRAPHQL_PATH, clock),
      lane.plugin,
      ...limits(),
      ...(config.production ? [schemaPrivacy()] : []),
    ],
  });
  const throughYoga = compressed(yoga);
  return {
    yoga,
    lane: config.fastPaths && !tracing.enabled ? lane.handle : () => false,
    admit,
    admitConnection,
    maskError,
    demoKey,
    admin: createAdmin({ metrics, readiness }),
  };
}

function apiKeys(config: Config, clock: Clock): { keys: readonly ApiKey[]; demoKey: string | null } {
  if (config.apiKeys || config.production) return { keys: config.apiKeys ?? [], demoKey: null };
  const demoKey = `demo-${clock.secret(18)}`;
  return { keys: [demoApiKey(demoKey)], demoKey };
}
