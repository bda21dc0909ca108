import { SourceError } from '../domain/errors.ts';
import type { Http } from '../infra/http.ts';
import type { SourceMode } from '../services/source-health.ts';

/** What stands behind a source: the real system, its sandbox in this process, or nobody. */
export type Upstream<Settings> = AsyncDisposable & { mode: SourceMode | 'OFF'; http: Http; settings: Settings };

/** An address for a source that is configured away: nothing is ever sent there. */
export const NOWHERE = 'http://nowhere.invalid';

/** Stands in for a source that is configured away. */
export function nobody(source: string): Http {
  return {
    send: async () => {
      throw new SourceError('SOURCE_UNAVAILABLE', `This gateway has no ${source} behind it.`, {
        source,
        endpoint: 'none',
        retryable: false,
      });
    },
    breakerState: () => 'CLOSED',
    openEndpoints: () => [],
    queue: () => ({ waiting: 0, running: 0 }),
    setConcurrency() {},
    close: async () => {},
  };
}
