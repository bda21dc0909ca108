import { type Adapters, openAdapters } from './adapters.ts';
import type { Config } from './config.ts';
import type { BreakerState } from './infra/breaker.ts';
import { type Clock, systemClock } from './infra/clock.ts';
import { hmacSha256Hex } from './infra/hmac.ts';
import type { Http } from './infra/http.ts';
import { createLog, type Log } from './infra/log.ts';
import { createMetrics, type Metrics } from './infra/metrics.ts';
import { createSealer, loadSealingKey, type Sealer } from './infra/sealed.ts';
import { createRateLimits, type RateLimits } from './services/rate-limits.ts';
import { loadSigningKeys, type SigningKeys } from './services/signing-keys.ts';
import { createSourceHealth, type SourceHealthService, type WatchedSource } from './services/source-health.ts';
import type { SourceEvent } from './sources/shared/failure.ts';

/** What every module stands on. */
export type Platform = AsyncDisposable &
  Adapters & {
    clock: Clock;
    log: Log;
    metrics: Metrics;
    sealer: Sealer;
    /** A keyed hash, for comparing what must not be stored. */
    fingerprint(text: string): string;
    signingKeys: SigningKeys;
    limits: RateLimits;
    sources: SourceHealthService;
    /** Takes a source into the list of `sources`; gives back what its client tells of each exchange. */
    watchSource(source: WatchedSource & { http: Http }): (event: SourceEvent) => void;
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
  const adapters = opened.use(await openAdapters(config, clock, log));
  const metrics = createMetrics();
  const sources = createSourceHealth(clock);
  const limits = createRateLimits({
    requestsPerMinute: config.requestsPerMinute,
    checksPerMinute: config.checks.perMinute,
    redis: adapters.redis,
    fingerprint,
  });
  const resources = opened.move();
  return {
    ...adapters,
    clock,
    log,
    metrics,
    sealer: createSealer(sealingKey),
    fingerprint,
    signingKeys,
    limits,
    sources,
    watchSource(source) {
      sources.add(source);
      const { name, http } = source;
      const gauge = (what: string, help: string, read: () => number) =>
        metrics.gauge(`gateway_source_${what}`, help, read, { source: name });
      gauge('queue_waiting', 'Requests that wait for their turn', () => http.queue().waiting);
      gauge('queue_running', 'Requests under way', () => http.queue().running);
      gauge('breaker_state', '0 closed, 1 half open, 2 open', () => BREAKER_STATES.indexOf(http.breakerState()));
      gauge('open_endpoints', 'Endpoints that are left alone', () => http.openEndpoints().length);
      return (event) => {
        metrics.sourceRequest({ source: source.name, ...event });
        if (event.outcome === 'aborted') return;
        // Being refused is an answer: the source works.
        const failed = event.outcome !== 'ok' && event.outcome !== 'SOURCE_REFUSED';
        sources.report(source.name, failed ? event.outcome : null);
        if (event.outcome !== 'ok') log.warn({ source: source.name, ...event }, 'source request failed');
      };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
