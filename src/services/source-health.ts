import type { Clock } from '../infra/clock.ts';

export type SourceMode = 'LIVE' | 'SANDBOX' | 'ARCHIVE';
export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

type SourceHealth = {
  name: string;
  mode: SourceMode;
  breaker: BreakerState;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  lastFailureCode: string | null;
};

export type SourceHealthService = {
  list(): SourceHealth[];
  /** `code` null: the source answered. */
  report(name: string, code: string | null): void;
};

export function createSourceHealth(
  sources: Array<{ name: string; mode: SourceMode; breakerState: () => BreakerState }>,
  clock: Clock,
): SourceHealthService {
  const seen = new Map(
    sources.map(({ name }) => [name, { lastSuccessAt: null, lastFailureAt: null, lastFailureCode: null } as Seen]),
  );
  return {
    list: () =>
      sources.map(({ name, mode, breakerState }) => ({ name, mode, breaker: breakerState(), ...seen.get(name)! })),
    report(name, code) {
      const entry = seen.get(name);
      // A source that is configured away is not in the list.
      if (!entry) return;
      if (code === null) entry.lastSuccessAt = clock.now();
      else Object.assign(entry, { lastFailureAt: clock.now(), lastFailureCode: code });
    },
  };
}

type Seen = Pick<SourceHealth, 'lastSuccessAt' | 'lastFailureAt' | 'lastFailureCode'>;
