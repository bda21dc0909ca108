import type { Config } from './config.ts';
import { type CacheStore, memoryStore } from './infra/cache.ts';
import type { Clock } from './infra/clock.ts';
import { type Documents, sqliteDocuments } from './infra/documents.ts';
import { type EventLog, sqliteEventLog } from './infra/event-log.ts';
import { alone, type Fleet } from './infra/fleet.ts';
import { type Log, seldom } from './infra/log.ts';
import { type Queue, sqliteQueue } from './infra/queue.ts';
import type { VersionLog } from './infra/version-log.ts';
import { sqliteVersionLog } from './infra/version-log-sqlite.ts';

type EvalOptions = { keys?: string[]; arguments?: string[] };

export type Adapters = AsyncDisposable & {
  cacheStore: CacheStore;
  events: EventLog;
  versions: VersionLog;
  documents: Documents;
  queue: Queue;
  /** The instances on the same Redis; of one without it. */
  fleet: Fleet;
  /** For what only counts, as rate-limiter-flexible asks it; null without Redis. */
  redis: { readonly isReady: boolean; eval(script: string, options?: EvalOptions): Promise<unknown> } | null;
};

/** REDIS_URL decides: shared by many processes in Redis, or memory and SQLite files of this one. */
export async function openAdapters(
  { redisUrl, dataDir, electionbuddy }: Config,
  clock: Clock,
  log: Log,
): Promise<Adapters> {
  if (redisUrl) return redisAdapters(redisUrl, electionbuddy.retentionMs, redisTrouble(log));
  await using opened = new AsyncDisposableStack();
  const cacheStore = opened.adopt(memoryStore(), (it) => it.disconnect());
  const events = opened.adopt(sqliteEventLog(dataDir, 'ballots'), (it) => it.close());
  const versions = opened.adopt(sqliteVersionLog(dataDir, 'record'), (it) => it.close());
  const documents = opened.adopt(sqliteDocuments(dataDir, 'checks', clock.now), (it) => it.close());
  const queue = opened.adopt(sqliteQueue(dataDir, 'queue', clock), (it) => it.close());
  const resources = opened.move();
  const dispose = { [Symbol.asyncDispose]: () => resources.disposeAsync() };
  return { cacheStore, events, versions, documents, queue, fleet: alone(), redis: null, ...dispose };
}

async function redisAdapters(url: string, retentionMs: number, onError: (error: Error) => void): Promise<Adapters> {
  // Loaded only here: together they take longer to load than an embedded gateway to answer.
  const [
    { bounded, COUNTED_WITHIN_MS, redisClient },
    { redisStore },
    { redisEventLog },
    { redisVersionLog },
    { redisDocuments },
    { bullQueue },
    { redisFleet },
  ] = await Promise.all([
    import('./infra/redis.ts'),
    import('./infra/cache-redis.ts'),
    import('./infra/event-log-redis.ts'),
    import('./infra/version-log-redis.ts'),
    import('./infra/documents-redis.ts'),
    import('./infra/queue-bullmq.ts'),
    import('./infra/fleet-redis.ts'),
  ]);
  await using opened = new AsyncDisposableStack();
  const counting = opened.adopt(redisClient({ url, onError }), (it) => it.destroy());
  counting.connect().catch(onError);
  const count = bounded(counting, COUNTED_WITHIN_MS, onError);
  const redis: Adapters['redis'] = {
    get isReady() {
      return counting.isReady;
    },
    eval: (script, options) => count(() => counting.eval(script, options)),
  };
  const cacheStore = opened.adopt(redisStore(url, onError), (it) => it.disconnect());
  const events = opened.adopt(await redisEventLog({ url, name: 'ballots', retentionMs, onError }), (it) => it.close());
  const versions = opened.adopt(await redisVersionLog({ url, name: 'record', onError }), (it) => it.close());
  // Together: each waits a little for a Redis that is not there.
  const [openedDocuments, openedQueue, joined] = await Promise.all([
    redisDocuments({ url, name: 'checks', onError }),
    bullQueue({ url, name: 'checks', onError }),
    redisFleet({ url, onError }),
  ]);
  const documents = opened.adopt(openedDocuments, (it) => it.close());
  const queue = opened.adopt(openedQueue, (it) => it.close());
  const fleet = opened.use(joined);
  const resources = opened.move();
  const dispose = { [Symbol.asyncDispose]: () => resources.disposeAsync() };
  return { cacheStore, events, versions, documents, queue, fleet, redis, ...dispose };
}

const redisTrouble = (log: Log) =>
  seldom((error: Error) =>
    log.warn(
      { reason: (error as NodeJS.ErrnoException).code ?? error.name },
      'Redis cannot be reached: going on without its cache; what must be stored is refused until it is back',
    ),
  );
