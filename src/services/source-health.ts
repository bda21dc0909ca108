import type { Clock } from '../infra/clock.ts';

export type SourceMode = 'LIVE' | 'SANDBOX' | 'ARCHIVE';
type Breakers = { breakerState(): BreakerState; openEndpoints(): string[] };
type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

type SourceHealth = {
  name: string;
  mode: SourceMode;
  breaker: BreakerState;
  openEndpoints: string[];
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  lastFailureCode: string | null;
};

export type WatchedSource = { name: string; mode: SourceMode | 'OFF'; http: Breakers };

export type SourceHealthService = {
  /** A source that is configured away is not in the list. */
  add(source: WatchedSource): void;
  list(): SourceHealth[];
  /** `code` null: the source answered. */
  report(name: string, code: string | null): void;
};

type Seen = Pick<SourceHealth, 'lastSuccessAt' | 'lastFailureAt' | 'lastFailureCode'>;

export function createSourceHealth(clock: Clock): SourceHealthService {
  const sources = new Map<string, Seen & { name: string; mode: SourceMode; http: Breakers }>();
  return {
    add({ name, mode, http }) {
      if (mode === 'OFF') return;
      sources.set(name, {
        name,
        mode,
        http,
        lastSuccessAt: null,
        lastFailureAt: null,
        lastFailureCode: null,
      });
    },
    list: () =>
      [...sources.values()].map(({ http, ...source }) => ({
        ...source,
        breaker: http.breakerState(),
        openEndpoints: http.openEndpoints(),
      })),
    report(name, code) {
      const source = sources.get(name);
      if (!source) return;
      if (code === null) source.lastSuccessAt = clock.now();
      else Object.assign(source, { lastFailureAt: clock.now(), lastFailureCode: code });
    },
  };
}
