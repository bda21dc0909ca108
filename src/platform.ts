import { type Adapters, openAdapters } from './adapters.ts';
import type { Config } from './config.ts';
import type { BreakerState } from './infra/breaker.ts';
import { type Clock, systemClock } from './infra/clock.ts';
import { hmacSha256Hex } from './infra/hmac.ts';
import type { Http } from './infra/http.ts';
import { createLog, type Log, seldom } from './infra/log.ts';
import { createMetrics, type Metrics } from './infra/metrics.ts';
import { createSealer, loadSealingKey, type Sealer } from './infra/sealed.ts';
import { NO_TRACING, type Tracing } from './infra/tracing.ts';
import { type AtOnce, createAtOnce } from './services/at-once.ts';
import { createRateLimits, type RateLimits } from './services/rate-limits.ts';
import { loadSigningKeys, type SigningKeys } from './services/signing-keys.ts';
import { createSourceHealth, type SourceHealthService, type WatchedSource } from './services/source-health.ts';
import type { Watching } from './sources/shared/exchanges.ts';

/** What every module stands on. */
export type Platform = AsyncDisposable &
  Adapters & {
    clock: Clock;
    log: Log;
    metrics: Metrics;
    tracing: Tracing;
    sealer: Sealer;
    /** A keyed hash, for comparing what must not be stored. */
    fingerprint(text: string): string;
    signingKeys: SigningKeys;
    limits: RateLimits;
    atOnce: AtOnce;
    sources: SourceHealthService;
    /** Takes a source into the list of `sources`; gives back who hears of its client's exchanges. */
    watchSource(source: WatchedSource & { http: Http }): Watching;
  };

const BREAKER_STATES: readonly BreakerState[] = ['CLOSED', 'HALF_OPEN', 'OPEN'];

export type Overrides = { clock?: Clock; log?: Log };

export async function openPlatform(
  config: Config,
  { clock = systemClock, log = createLog(config.logLevel) }: Overrides,
): Promise<Platform> {
  const { dataDir, signing } = config;
  const sealingKey = loadSealingKey({ configured: config.encryptionKey, dataDir });
  const fingerprint = (text: string) => hmacSha256Hex(Buffer.from(sealingKey).toString('base64url'), text);
  const signingKeys = await loadSigningKeys({ configured: signing.keys, dataDir, algorithm: signing.algorithm });
  await using opened = new AsyncDisposableStack();
  // Closed last: what the others did until their end is sent, too.
  const tracing = opened.adopt(await openTracing(config, log), (it) => it.close());
  const adapters = opened.use(await openAdapters(config, clock, log));
  const metrics = createMetrics();
  const sources = createSourceHealth(clock);
  const limits = createRateLimits({
    requestsPerMinute: config.requestsPerMinute,
    strangerCostPerMinute: config.strangerCostPerMinute,
    checksPerMinute: config.checks.perMinute,
    redis: adapters.redis,
    fingerprint,
  });
  const atOnce = opened.adopt(
    createAtOnce({ most: config.atOnce, redis: adapters.redis, fingerprint, uuid: clock.uuid }),
    (it) => it.close(),
  );
  const resources = opened.move();
  return {
    ...adapters,
    clock,
    log,
    metrics,
    tracing,
    sealer: createSealer(sealingKey),
    fingerprint,
    signingKeys,
    limits,
    atOnce,
    sources,
    watchSource(source) {
      sources.add(source);
      const { name, http } = source;
      const gauge = (what: string, help: string, read: () => number, together?: 'max') =>
        metrics.gauge(`gateway_source_${what}`, help, read, {
          labels: { source: name },
          ...(together && { together }),
        });
      gauge('queue_waiting', 'Requests that wait for their turn', () => http.queue().waiting);
      gauge('queue_running', 'Requests under way', () => http.queue().running);
      gauge('breaker_state', '0 closed, 1 half open, 2 open', () => BREAKER_STATES.indexOf(http.breakerState()), 'max');
      gauge('open_endpoints', 'Endpoints that are left alone', () => http.openEndpoints().length, 'max');
      const observe: Watching['observe'] = (event) => {
        metrics.sourceRequest({ source: source.name, ...event });
        if (event.outcome === 'aborted') return;
        // Being refused is an answer: the source works.
        const failed = event.outcome !== 'ok' && event.outcome !== 'SOURCE_REFUSED';
        sources.report(source.name, failed ? event.outcome : null);
        if (event.outcome !== 'ok') log.warn({ source: source.name, ...event }, 'source request failed');
      };
      const trace: Watching['trace'] = (endpoint, parent) => {
        const attributes = { 'gateway.source': name, 'gateway.endpoint': endpoint };
        return tracing.begin(`${name} ${endpoint}`, { kind: 'client', parent, attributes });
      };
      return { observe, ...(tracing.enabled && { trace }) };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The packages are loaded only where there is a collector. */
async function openTracing({ collector }: Config, log: Log): Promise<Tracing> {
  if (!collector) return NO_TRACING;
  const { otelTracing } = await import('./infra/tracing-otel.ts');
  const onError = seldom((error: Error) =>
    log.warn(
      { reason: (error as NodeJS.ErrnoException).code ?? error.name },
      'traces cannot be sent: they are dropped',
    ),
  );
  return otelTracing({ ...collector, onError });
}
