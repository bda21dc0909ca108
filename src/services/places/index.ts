import { bulkhead, ExponentialBackoff, handleAll, retry } from 'cockatiel';
import * as geokdbush from 'geokdbush';
import KDBush from 'kdbush';
import MiniSearch from 'minisearch';
import { codeKey } from '../domain/codes.ts';
import { deadlineExceeded } from '../domain/errors.ts';
import {
  type Coordinates,
  type District,
  KENYA,
  levelOf,
  type PollingStation,
  type ReportingUnit,
} from '../domain/places.ts';
import type { Level } from '../domain/posts.ts';
import type { Log } from '../infra/log.ts';
import type { IebcClient } from '../sources/iebc/client.ts';

type NearbyStation = { station: PollingStation; distanceMeters: number };

type PlacesIndexProgress = {
  districts: number;
  stations: number;
  wardsWithoutStations: number;
  complete: boolean;
};

/**
 * Everything that needs to know the whole tree of places. The API names no parents, so the tree is walked from above.
 * Every question waits for the part of the walk that it needs, and ends with DEADLINE_EXCEEDED after `waitMs`.
 */
export type PlacesIndex = {
  /** Null for the country, and for what the source does not list. */
  parent(place: ReportingUnit, signal: AbortSignal): Promise<ReportingUnit | null>;
  /** The place itself or what it lies in, at this level. */
  ancestor(place: ReportingUnit, level: Level, signal: AbortSignal): Promise<ReportingUnit | null>;
  /** Null while the walk has not come by; never waits. */
  children(place: ReportingUnit): District[] | null;
  /** The one district of this level and name (of several, the one of this number); null where that is not just one. */
  districtNamed(level: Level, name: string, number: number | null, signal: AbortSignal): Promise<District | null>;
  district(code: string, signal: AbortSignal): Promise<District | null>;
  station(code: string, signal: AbortSignal): Promise<PollingStation | null>;
  /** Null when a ward below has not told its stations. */
  stationsTotal(place: ReportingUnit, signal: AbortSignal): Promise<number | null>;
  search(text: string, first: number, signal: AbortSignal): Promise<ReportingUnit[]>;
  nearby(near: Coordinates, withinMeters: number, first: number, signal: AbortSignal): Promise<NearbyStation[]>;
  progress(): PlacesIndexProgress;
  /** Walks now, in the background; without it the first question starts the walk. */
  start(): void;
  close(): void;
};

type Tree = { places: Map<string, District>; parents: Map<string, string>; childrenOf: Map<string, District[]> };
type Stations = {
  stations: Map<string, PollingStation>;
  wardOf: Map<string, string>;
  totals: Map<string, number | null>;
  missing: number;
  search: MiniSearch;
  located: PollingStation[];
  geo: KDBush | null;
};

const DAY_MS = 24 * 60 * 60 * 1000;
// Few enough that the walk leaves most of the source's queue (IEBC_CONCURRENCY, 16) to those who wait for an answer.
const WALKERS = 4;

export function createPlacesIndex({
  client,
  election,
  waitMs,
  log,
}: {
  client: IebcClient;
  election: string;
  waitMs: number;
  log: Log;
}): PlacesIndex {
  const lifetime = new AbortController();
  const ask = { signal: lifetime.signal };
  let tree = deferred<Tree>();
  let stations = deferred<Stations>();
  let started = false;
  let renewal: NodeJS.Timeout | undefined;

  async function walk(): Promise<void> {
    const limit = bulkhead(WALKERS, Number.POSITIVE_INFINITY);
    const each = <T>(list: District[], load: (district: District) => Promise<T>) =>
      Promise.all(list.map((district) => limit.execute(() => load(district))));

    const next: Tree = { places: new Map(), parents: new Map(), childrenOf: new Map() };
    const add = (parent: string, children: District[]) => {
      next.childrenOf.set(parent, children);
      for (const child of children) {
        next.places.set(codeKey(child.code), child);
        next.parents.set(codeKey(child.code), parent);
      }
    };
    const counties = await client.counties(ask);
    add(KENYA.code, counties);
    const constituencies = await each(counties, async ({ code }) => {
      const list = await client.constituencies({ county: code }, ask);
      add(codeKey(code), list);
      return list;
    });
    const wards = await each(constituencies.flat(), async ({ code }) => {
      const list = await client.wards({ constituency: code }, ask);
      add(codeKey(code), list);
      return list;
    });
    tree = publish(tree, next);

    let failure: unknown;
    const lists = await each(wards.flat(), async (ward) => {
      try {
        return { ward, list: await client.pollingStations(election, { ward: ward.code }, ask) };
      } catch (error) {
        failure = error;
        return { ward, list: null };
      }
    });
    lifetime.signal.throwIfAborted();
    stations = publish(stations, await indexStations(next, lists));
    if (failure) throw failure;
  }

  // What was answered is in the client's cache, so another try only asks for what is missing.
  const persistently = retry(handleAll, {
    maxAttempts: Number.POSITIVE_INFINITY,
    backoff: new ExponentialBackoff({ initialDelay: 500, maxDelay: 30_000 }),
  }).dangerouslyUnref();
  persistently.onRetry((event) => {
    const reason = 'error' in event ? (event.error as { code?: string }).code : undefined;
    log.warn({ reason, retryInMs: Math.round(event.delay), ...progress() }, 'places index: a walk did not finish');
  });

  function start(): void {
    if (started || lifetime.signal.aborted) return;
    started = true;
    persistently
      .execute(walk, lifetime.signal)
      .then(() => {
        log.info(progress(), 'places index: complete');
        renewal = setTimeout(() => {
          started = false;
          start();
        }, DAY_MS).unref();
      })
      .catch((error: unknown) => {
        if (!lifetime.signal.aborted) log.error({ err: error }, 'places index: gave up');
      });
  }

  async function wait<T>(part: () => Deferred<T>, signal: AbortSignal): Promise<T> {
    const { value, promise } = part();
    if (value) return value;
    start();
    const timeout = AbortSignal.timeout(waitMs);
    return unlessAborted(promise, AbortSignal.any([signal, timeout])).catch((error: unknown) => {
      if (!timeout.aborted || signal.aborted) throw error;
      throw deadlineExceeded('The index of all places is still being built from the source. Try again shortly.');
    });
  }

  function progress(): PlacesIndexProgress {
    return {
      districts: tree.value?.places.size ?? 0,
      stations: stations.value?.stations.size ?? 0,
      wardsWithoutStations: stations.value?.missing ?? 0,
      complete: stations.value?.missing === 0,
    };
  }

  async function parent(place: ReportingUnit, signal: AbortSignal): Promise<ReportingUnit | null> {
    if (place.kind === 'Country') return null;
    const { places, parents } = await wait(() => tree, signal);
    const above =
      place.kind === 'PollingStation'
        ? (await wait(() => stations, signal)).wardOf.get(codeKey(place.code))
        : parents.get(codeKey(place.code));
    if (above === undefined) return null;
    return above === KENYA.code ? KENYA : (places.get(above) ?? null);
  }

  return {
    parent,
    async ancestor(place, level, signal) {
      let current: ReportingUnit | null = place;
      while (current && levelOf(current.kind) !== level) current = await parent(current, signal);
      return current;
    },
    async districtNamed(level, name, number, signal) {
      const { places } = await wait(() => tree, signal);
      const ofLevel = [...places.values()].filter(({ kind }) => levelOf(kind) === level);
      const named = ofLevel.filter((district) => spelling(district.name) === spelling(name));
      const numbered = named.filter((district) => district.number === number);
      const [only, ...others] = numbered.length > 0 ? numbered : named;
      return only && others.length === 0 ? only : null;
    },
    children: (place) => tree.value?.childrenOf.get(codeKey(place.code)) ?? null,
    district: async (code, signal) => (await wait(() => tree, signal)).places.get(codeKey(code)) ?? null,
    station: async (code, signal) => (await wait(() => stations, signal)).stations.get(codeKey(code)) ?? null,
    async stationsTotal(place, signal) {
      if (place.kind === 'PollingStation') return 1;
      return (await wait(() => stations, signal)).totals.get(codeKey(place.code)) ?? null;
    },
    async search(text, first, signal) {
      const { places } = await wait(() => tree, signal);
      const { stations: all, search } = await wait(() => stations, signal);
      const strict = search.search(text, { combineWith: 'AND' });
      const found = strict.length > 0 ? strict : search.search(text);
      return found
        .slice(0, first)
        .map(({ id }) => places.get(id) ?? all.get(id))
        .filter((place) => place !== undefined);
    },
    async nearby(near, withinMeters, first, signal) {
      const { geo, located } = await wait(() => stations, signal);
      if (!geo) return [];
      const found = geokdbush.around(geo, near.longitude, near.latitude, first, withinMeters / 1000);
      return found.map((position) => {
        const station = located[position]!;
        const { longitude, latitude } = station.location!;
        return {
          station,
          distanceMeters: Math.round(geokdbush.distance(near.longitude, near.latitude, longitude, latitude) * 1000),
        };
      });
    },
    progress,
    start,
    close() {
      lifetime.abort(new Error('the gateway is closing'));
      clearTimeout(renewal);
    },
  };
}

const spelling = (name: string) => name.trim().replace(/\s+/g, ' ').toUpperCase();

async function indexStations(
  tree: Tree,
  lists: Array<{ ward: District; list: PollingStation[] | null }>,
): Promise<Stations> {
  const stations = new Map<string, PollingStation>();
  const wardOf = new Map<string, string>();
  const totals = new Map<string, number | null>();
  for (const { ward, list } of lists) {
    const wardKey = codeKey(ward.code);
    for (const station of list ?? []) {
      stations.set(codeKey(station.code), station);
      wardOf.set(codeKey(station.code), wardKey);
    }
    for (let place: string | undefined = wardKey; place !== undefined; place = tree.parents.get(place)) {
      const sum = totals.get(place);
      totals.set(place, list === null || sum === null ? null : (sum ?? 0) + list.length);
    }
  }

  const search = new MiniSearch({
    fields: ['name'],
    searchOptions: {
      prefix: (term) => term.length > 2,
      // Two letters out of seven, such as two swapped ones, may be wrong; short words must be right.
      fuzzy: (term) => (term.length > 3 ? 0.3 : false),
      // Who types a place's name most often means the widest place of that name.
      boostDocument: (id) => DISTRICT_BOOST[tree.places.get(id as string)?.kind ?? 'PollingStation'],
    },
  });
  const documents = [...tree.places, ...stations].map(([id, { name }]) => ({ id, name }));
  await search.addAllAsync(documents, { chunkSize: 500 });

  const located = [...stations.values()].filter(({ location }) => location !== null);
  const geo = located.length > 0 ? new KDBush(located.length) : null;
  for (const { location } of located) geo!.add(location!.longitude, location!.latitude);
  geo?.finish();

  const missing = lists.filter(({ list }) => list === null).length;
  return { stations, wardOf, totals, missing, search, located, geo };
}

const DISTRICT_BOOST = { County: 4, Constituency: 3, Ward: 2, PollingStation: 1 };

type Deferred<T> = { value: T | undefined; promise: Promise<T>; resolve: (value: T) => void };

function deferred<T>(): Deferred<T> {
  return { value: undefined, ...Promise.withResolvers<T>() };
}

/** Readers that wait get the value; later ones find it without waiting. */
function publish<T>(slot: Deferred<T>, value: T): Deferred<T> {
  slot.resolve(value);
  return { ...slot, value, promise: Promise.resolve(value) };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
