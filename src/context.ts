import type { Caller } from './domain/caller.ts';
import type { Operation } from './domain/operation.ts';
import type { Clock } from './infra/clock.ts';
import type { SourceHealthService } from './services/source-health.ts';

export type { Cached } from './infra/cache.ts';

/**
 * A resolver's whole world, made anew for each request and for each event of a subscription: nothing else leads out of
 * `schema/`. Each module adds what its sources and services give (`declare module` in `modules/`).
 */
export interface Context {
  caller: Caller;
  /** Ends when the client goes away or the deadline of this request, or of this event, passes. */
  signal: AbortSignal;
  operation: Operation;
  clock: Clock;
  /** The name of the last event that the client saw of a stream which it opens again; null for a new one. */
  lastEventId?: string | null;
  /** Of a stream that goes on after any event: only what comes is wanted, whatever its arguments say of the present. */
  fromNow?: boolean;
  sources: Pick<SourceHealthService, 'list'>;
}
