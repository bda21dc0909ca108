import { bulkhead, ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { codeKey } from '../../domain/codes.ts';
import type { GatewayError } from '../../domain/errors.ts';
import type { Maybe } from '../../domain/maybe.ts';
import { type District, KENYA, type PollingStation } from '../../domain/places.ts';
import type { IebcClient } from '../../sources/iebc/client.ts';
import { malformed } from '../../sources/iebc/decode.ts';
import type { Ask } from '../../sources/iebc/reader.ts';

/** Counties, constituencies and wards. All keys are codes without case; `places` and `parents` do not hold the country. */
export type Tree = {
  places: ReadonlyMap<string, District>;
  parents: ReadonlyMap<string, string>;
  childrenOf: ReadonlyMap<string, District[]>;
};

/** `list` null: neither this walk nor one before was told the ward's stations. */
export type WardStations = { ward: District; list: PollingStation[] | null };

export type Walker = {
  client: IebcClient;
  /** The stations are asked for in this election: without one they come without their location. */
  election: string;
  signal: AbortSignal;
};

// Few enough that the walk leaves most of the source's queue (IEBC_CONCURRENCY, 16) to those who wait for an answer.
const WALKERS = 4;

/**
 * Every county has constituencies and every constituency wards, in the constitution as in all recordings: an empty list
 * of them is a source in trouble, and the walk fails.
 */
export async function walkDistricts({ client, ...walker }: Walker): Promise<Tree> {
  const places = new Map<string, District>();
  const parents = new Map<string, string>();
  const childrenOf = new Map<string, District[]>();
  const children = async (level: string, parent: string, load: (ask: Ask) => Maybe<District[]>) => {
    const list = await fullList(walker, load);
    if (list.length === 0) throw malformed(level, '$.region.locations', 'empty');
    childrenOf.set(parent, list);
    for (const child of list) {
      places.set(codeKey(child.code), child);
      parents.set(codeKey(child.code), parent);
    }
    return list;
  };

  const counties = await children('county', KENYA.code, (ask) => client.counties(ask));
  const constituencies = await each(counties, ({ code: county }) =>
    children('constituency', codeKey(county), (ask) => client.constituencies({ county }, ask)),
  );
  await each(constituencies.flat(), ({ code: constituency }) =>
    children('ward', codeKey(constituency), (ask) => client.wards({ constituency }, ask)),
  );
  return { places, parents, childrenOf };
}

/**
 * The stations of every ward. A ward may have none, as three of the diaspora in 2013, unless it had some in the walk
 * before or no ward of its constituency has any: that is a source in trouble. A ward that fails keeps what was known of it,
 * and `failure` says that the walk is not finished.
 */
export async function walkStations(
  { client, election, ...walker }: Walker,
  tree: Tree,
  before: ReadonlyMap<string, PollingStation[]> | undefined,
): Promise<{ lists: WardStations[]; failure: unknown }> {
  let failure: unknown;
  const doubted = () => {
    failure ??= malformed('pollingstation', '$.polling_stations', 'empty');
  };
  const wards = [...tree.places.values()].filter(({ kind }) => kind === 'Ward');
  const lists = await each(wards, async (ward): Promise<WardStations> => {
    const known = before?.get(codeKey(ward.code)) ?? null;
    const load = (ask: Ask) => client.pollingStations(election, { ward: ward.code }, ask);
    try {
      const list = before && known?.length !== 0 ? await fullList(walker, load) : await load({ signal: walker.signal });
      if (list.length > 0 || !known?.length) return { ward, list };
      doubted();
    } catch (error) {
      failure = error;
    }
    return { ward, list: known };
  });
  walker.signal.throwIfAborted();

  const constituencyOf = (ward: District) => tree.parents.get(codeKey(ward.code));
  const peopled = new Set(lists.filter(({ list }) => list?.length).map(({ ward }) => constituencyOf(ward)));
  const believed = lists.map((entry) => {
    if (entry.list?.length !== 0 || peopled.has(constituencyOf(entry.ward))) return entry;
    doubted();
    return { ...entry, list: null };
  });
  return { lists: believed, failure };
}

/** An empty list may be an old answer, kept from an hour of trouble: then the source is asked itself. */
async function fullList<T>({ signal }: Pick<Walker, 'signal'>, load: (ask: Ask) => Maybe<T[]>) {
  const list = await load({ signal });
  return list.length > 0 ? list : load({ signal, maxAgeMs: 0 });
}

export function each<T, R>(list: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const limit = bulkhead(WALKERS, Number.POSITIVE_INFINITY);
  return Promise.all(list.map((item) => limit.execute(() => work(item))));
}

type Why = { reason: string | undefined; endpoint: unknown; retryInMs: number };

/**
 * Tries until a walk comes to its end. What was answered is in the client's cache, so another try only asks for what is
 * missing.
 */
export function toTheEnd(onRetry: (why: Why) => void) {
  const policy = retry(handleAll, {
    maxAttempts: Number.POSITIVE_INFINITY,
    backoff: new ExponentialBackoff({ initialDelay: 500, maxDelay: 30_000 }),
  }).dangerouslyUnref();
  policy.onRetry((event) => {
    const { code: reason, extensions } = ('error' in event ? event.error : {}) as Partial<GatewayError>;
    onRetry({ reason, endpoint: extensions?.endpoint, retryInMs: Math.round(event.delay) });
  });
  return policy;
}
