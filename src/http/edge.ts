import {
  createYoga,
  type Plugin,
  useExecutionCancellation,
  useReadinessCheck,
  type YogaServerInstance,
} from 'graphql-yoga';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import type { ApiKey, Caller } from '../domain/caller.ts';
import type { Clock } from '../infra/clock.ts';
import type { Log } from '../infra/log.ts';
import type { Metrics } from '../infra/metrics.ts';
import { schema } from '../schema/index.ts';
import type { RateLimits } from '../services/rate-limits.ts';
import type { SourceHealthService } from '../services/source-health.ts';
import { createAuthenticate, demoApiKey } from './auth.ts';
import { csrf } from './csrf.ts';
import { maskErrors } from './error-masking.ts';
import { eventContext } from './event-context.ts';
import { graphiqlOptions } from './graphiql.ts';
import { healthOnly } from './health-only.ts';
import { inputErrors } from './input-errors.ts';
import { landing } from './landing.ts';
import { limits, MAX_BODY_BYTES } from './limits.ts';
import { metricsEndpoint } from './metrics.ts';
import { createOidc } from './oidc.ts';
import { operationLog } from './operation-log.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { requestForm } from './request-form.ts';

type Yoga = YogaServerInstance<Record<string, unknown>, Context>;

export type Edge = {
  yoga: Yoga;
  /** What a stranger may read of an error that is answered past Yoga. */
  maskError: (error: unknown) => Error;
  /** The key made for this run when none was configured; null otherwise. */
  demoKey: string | null;
};

type Options = {
  config: Config;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  sources: SourceHealthService;
  limits: RateLimits;
  /** Of the modules. */
  routes: readonly Plugin[];
  /** `signal` ends when the client goes away. */
  newContext: (caller: Caller, signal: AbortSignal) => Context;
  draining: () => boolean;
};

/** Everything between a socket and a resolver, in the order in which a request meets it. */
export function createEdge(options: Options): Edge {
  const { config, clock, log, metrics, sources, newContext, routes, draining } = options;
  const { keys, demoKey } = apiKeys(config, clock);
  const authenticate = createAuthenticate(keys, config.oidc && createOidc(config.oidc, clock));
  const counting = rateLimitHeaders(options.limits);
  const maskedErrors = maskErrors(log);
  const allInvented = sources.list().every(({ mode }) => mode !== 'LIVE');

  const yoga = createYoga<Record<string, unknown>, Context>({
    schema,
    context: async ({ request }) => {
      const caller = await authenticate(request.headers);
      await counting.count(caller, request);
      return newContext(caller, request.signal);
    },
    maskedErrors,
    logging: false,
    landingPage: false,
    // Every web page can read this one: over a real source, a key in it would be anybody's.
    graphiql: graphiqlOptions(allInvented ? demoKey : null),
    // Megabytes of editor: loaded when the first browser comes, not before the first answer.
    renderGraphiQL: async (given) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(given),
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
      operationLog({ log, metrics, clock }),
      ...(config.role === 'worker' ? [healthOnly()] : []),
      landing(),
      counting.plugin,
      ...routes,
      useReadinessCheck({ endpoint: '/health/ready', check: () => !draining() }),
      metricsEndpoint(metrics),
      requestForm(),
      csrf(),
      inputErrors(),
      useExecutionCancellation(),
      eventContext<Context & { request: Request }>((context) => ({
        ...context,
        ...newContext(context.caller, context.request.signal),
      })) as Plugin<Context>,
      ...limits(config),
    ],
  });
  return { yoga, maskError: (error) => maskedErrors.maskError(error, maskedErrors.errorMessage), demoKey };
}

function apiKeys(config: Config, clock: Clock): { keys: readonly ApiKey[]; demoKey: string | null } {
  if (config.apiKeys || config.production) return { keys: config.apiKeys ?? [], demoKey: null };
  const demoKey = `demo-${clock.secret(18)}`;
  return { keys: [demoApiKey(demoKey)], demoKey };
}
