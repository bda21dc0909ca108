import { SourceError } from '../../domain/errors.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Span } from '../../infra/tracing.ts';

/** What every client tells of one exchange with its source. `outcome`: `ok`, `aborted` or the code of a SourceError. */
type SourceEvent = { endpoint: string; outcome: string; ms: number };

/** Who hears of a client's exchanges. */
export type Watching = {
  observe?: (event: SourceEvent) => void;
  /** Begins the span of an exchange; `parent` is a `traceparent`. */
  trace?: ((endpoint: string, parent: string | null) => Span) | undefined;
};

/** For each attempt, as it is made: the headers that pass the trace on to the source. */
export type Attempt = () => Record<string, string>;

/** Tells of each exchange how it ended and how long it took, and of each attempt in its span. */
export function createExchanges({ clock, observe, trace }: Watching & { clock: Clock }) {
  return async <T>(endpoint: string, parent: string | null, work: (attempt: Attempt) => Promise<T>): Promise<T> => {
    const start = clock.monotonic();
    const span = trace?.(endpoint, parent);
    let attempts = 0;
    const report = (outcome: string) => {
      observe?.({ endpoint, outcome, ms: clock.monotonic() - start });
      const failed = outcome !== 'ok' && outcome !== 'aborted';
      span?.end({ 'gateway.outcome': outcome, 'gateway.attempts': attempts }, failed ? 'failed' : 'ok');
    };
    try {
      const value = await work(() => {
        span?.event('attempt', { number: ++attempts });
        return span?.traceparent ? { traceparent: span.traceparent } : {};
      });
      report('ok');
      return value;
    } catch (error) {
      report(error instanceof SourceError ? error.code : 'aborted');
      throw error;
    }
  };
}
