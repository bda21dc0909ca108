import type { Clock } from '../infra/clock.ts';
import type { Documents } from '../infra/documents.ts';
import { StorageUnavailable } from '../infra/storage-error.ts';
import type { SourceHealthService } from './source-health.ts';

/** How something of a module's own is doing; `facts` are for everybody. */
export type PartHealth = { name: string; degraded: boolean; facts: object };

/** `status`: ready, degraded, unavailable or draining; `degraded` names what is. */
type Report = { ready: boolean; status: string; degraded: string[]; [part: string]: unknown };

export type Readiness = {
  /** Whether traffic should come here, and what is degraded: for everybody. */
  look(): Promise<Report>;
  /** With the reasons: for the operator. */
  details(): Promise<Report>;
};

type Options = {
  clock: Clock;
  sources: Pick<SourceHealthService, 'list'>;
  parts: () => PartHealth[];
  documents: Pick<Documents, 'create'>;
  redis: { readonly isReady: boolean } | null;
  draining: () => boolean;
};

type Storage = { state: 'ok' | 'away'; reason: string | null };

/** However many ask, what must accept a write is tried no oftener. */
const TRIED_EVERY_MS = 1_000;
const instant = (at: number | null) => (at === null ? null : new Date(at).toISOString());

export function createReadiness({ clock, sources, parts, documents, redis, draining }: Options): Readiness {
  const storage = shared(clock, async (): Promise<Storage> => {
    try {
      // A write, because a full disk and a Redis that has become a replica answer a ping. It has expired when it is made.
      await documents.create('probe', '', clock.now());
      return { state: 'ok', reason: null };
    } catch (error) {
      return { state: 'away', reason: error instanceof StorageUnavailable ? error.reason : (error as Error).name };
    }
  });

  async function look(detailed: boolean): Promise<Report> {
    const { state, reason } = await storage();
    const known = sources.list();
    const health = parts();
    const redisState = redis && (redis.isReady ? 'ok' : 'away');
    const degraded = [
      ...known.filter(isFailing).map(({ name }) => name),
      ...health.filter((part) => part.degraded).map(({ name }) => name),
      ...(redisState === 'away' ? ['redis'] : []),
      ...(state === 'away' ? ['storage'] : []),
    ];
    const ready = !draining() && state === 'ok';
    return {
      ready,
      status: draining() ? 'draining' : !ready ? 'unavailable' : degraded.length > 0 ? 'degraded' : 'ready',
      degraded,
      sources: known.map(({ name, mode, breaker, openEndpoints, lastSuccessAt, lastFailureAt, lastFailureCode }) => ({
        ...{ name, mode, breaker, openEndpoints, lastSuccessAt: instant(lastSuccessAt) },
        ...(detailed && { lastFailureAt: instant(lastFailureAt), lastFailureCode }),
      })),
      ...Object.fromEntries(health.map(({ name, facts }) => [name, facts])),
      redis: redisState,
      storage: detailed ? { state, reason } : state,
    };
  }

  return { look: () => look(false), details: () => look(true) };
}

type Source = ReturnType<Options['sources']['list']>[number];

/** Left alone, or the last that was heard of it is a failure. */
const isFailing = ({ breaker, lastSuccessAt, lastFailureAt }: Source) =>
  breaker !== 'CLOSED' || (lastFailureAt ?? 0) > (lastSuccessAt ?? 0);

/** One try for all who ask at the same time, and for those who come soon after. */
function shared<T>({ monotonic }: Clock, attempt: () => Promise<T>): () => Promise<T> {
  let latest: Promise<T> | undefined;
  let endedAt = Number.NEGATIVE_INFINITY;
  let running = false;
  return () => {
    if (latest && (running || monotonic() - endedAt < TRIED_EVERY_MS)) return latest;
    running = true;
    latest = attempt().finally(() => {
      running = false;
      endedAt = monotonic();
    });
    return latest;
  };
}
