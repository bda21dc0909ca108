import { deadlineExceeded } from '../../domain/errors.ts';
import type { Clock } from '../../infra/clock.ts';
import { type Fleet, once } from '../../infra/fleet.ts';
import type { Log } from '../../infra/log.ts';
import { unlessAborted, within } from '../../infra/waiting.ts';
import type { IebcClient } from '../../sources/iebc/client.ts';
import { createSnapshots, type Head } from './snapshot.ts';
import { indexStations, type Stations } from './stations.ts';
import { type Tree, toTheEnd, walkDistricts, walkStations } from './walk.ts';

export type PlacesIndexProgress = {
  districts: number;
  stations: number;
  wardsWithoutStations: number;
  complete: boolean;
  /** Complete, but the renewal that is due does not come to its end. */
  stale: boolean;
};

/**
 * Has the places walked and keeps what it was told. What is asked of it begins the walk, and its renewal a day later. One
 * instance walks for the whole fleet; the others take what it has found.
 */
export type Keeper = {
  /** Undefined while the walk has not come by. Never waits. */
  tree(): Tree | undefined;
  stations(): Stations | undefined;
  /** Waits for the walk, and throws DEADLINE_EXCEEDED after `waitMs`. */
  treeInTime(signal: AbortSignal): Promise<Tree>;
  stationsInTime(signal: AbortSignal): Promise<Stations>;
  /** These wait however long it takes. */
  treeAtLast(signal: AbortSignal): Promise<Tree>;
  whole(signal: AbortSignal): Promise<void>;
  progress(): PlacesIndexProgress;
  /** Walks now, in the background. */
  start(): void;
  close(): void;
};

export type KeeperOptions = {
  client: IebcClient;
  election: string;
  waitMs: number;
  clock: Clock;
  log: Log;
  fleet: Fleet;
  /** Of everything that is shared: which data it is. */
  keyPrefix: string;
};

const DAY_MS = 24 * 60 * 60 * 1000;

export function createKeeper({ client, election, waitMs, clock, log, fleet, keyPrefix }: KeeperOptions): Keeper {
  const snapshots = createSnapshots({ fleet, clock, keyPrefix, election });
  const lifetime = new AbortController();
  const tree = slot<Tree>();
  const stations = slot<Stations>();
  let walking = false;
  let failing = false;
  let completeAt = Number.NEGATIVE_INFINITY;
  /** Of what is in the slots. */
  let shown: Head | null = null;

  /** Takes what another has walked; the head of it once that is all and not a day old. */
  async function adopt(): Promise<Head | undefined> {
    const head = await snapshots.head();
    if (!head) return undefined;
    if (head.version !== shown?.version) {
      const loaded = await snapshots.load(head);
      if (!loaded) return undefined;
      tree.fill(loaded.tree);
      if (loaded.lists) stations.fill(await indexStations(loaded.tree, loaded.lists));
    }
    shown = head;
    failing = head.failing;
    return head.counties && !failing && ageOf(head) < DAY_MS ? head : undefined;
  }

  const ageOf = ({ at }: Head) => Math.max(0, clock.now() - at);

  async function walk(): Promise<Head | null> {
    const walker = { client, election, signal: lifetime.signal };
    const districts = await walkDistricts(walker);
    tree.fill(districts);
    // Who waits for the districts alone need not wait for the stations.
    if (!stations.content()) await snapshots.save(districts, null, false);
    const { lists, failure } = await walkStations(walker, districts, stations.content()?.ofWard);
    const indexed = await indexStations(districts, lists);
    shown = await snapshots.save(districts, lists, failure !== undefined);
    stations.fill(indexed);
    if (failure) throw failure;
    return shown;
  }

  const persistently = toTheEnd((why) => {
    failing = true;
    if (shown) void snapshots.markFailing(shown);
    log.warn({ ...why, ...progress() }, 'places index: a walk did not finish; what is known already is kept');
  });

  async function walkToTheEnd(): Promise<Head> {
    const saved = await persistently.execute(walk, lifetime.signal);
    return saved ?? { version: '', at: clock.now(), failing: false, counties: [] };
  }

  function start(): void {
    if (walking || lifetime.signal.aborted) return;
    walking = true;
    const { signal } = lifetime;
    // Where all is there already, the instances need not take it one after the other.
    adopt()
      .then(
        (head) => head ?? once(fleet, `places:${keyPrefix}:${election}`, { look: adopt, make: walkToTheEnd, signal }),
      )
      .then((head) => {
        failing = false;
        completeAt = clock.monotonic() - ageOf(head);
        log.info(progress(), 'places index: complete');
      })
      .catch((error: unknown) => {
        if (!lifetime.signal.aborted) log.error({ err: error }, 'places index: gave up');
      })
      .finally(() => {
        walking = false;
      });
  }

  function wanted(): void {
    if (clock.monotonic() - completeAt >= DAY_MS) start();
  }

  async function inTime<T>({ content, filled }: Slot<T>, signal: AbortSignal): Promise<T> {
    wanted();
    return content() ?? unlessAborted(within(filled, waitMs, tooLate), signal);
  }

  async function atLast<T>({ content, filled }: Slot<T>, signal: AbortSignal): Promise<T> {
    wanted();
    return content() ?? unlessAborted(filled, signal);
  }

  function progress(): PlacesIndexProgress {
    const complete = stations.content()?.missing === 0;
    return {
      districts: tree.content()?.places.size ?? 0,
      stations: stations.content()?.stations.size ?? 0,
      wardsWithoutStations: stations.content()?.missing ?? 0,
      complete,
      stale: complete && failing,
    };
  }

  return {
    tree() {
      wanted();
      return tree.content();
    },
    stations() {
      wanted();
      return stations.content();
    },
    treeInTime: (signal) => inTime(tree, signal),
    stationsInTime: (signal) => inTime(stations, signal),
    treeAtLast: (signal) => atLast(tree, signal),
    whole: async (signal) => void (await atLast(stations, signal)),
    progress,
    start,
    close: () => lifetime.abort(new Error('the gateway is closing')),
  };
}

function tooLate(): never {
  throw deadlineExceeded('The index of all places is still being built from the source. Try again shortly.');
}

type Slot<T> = { content(): T | undefined; filled: Promise<T>; fill(value: T): void };

/** Readers that wait get its first content; later ones find the latest without waiting. */
function slot<T>(): Slot<T> {
  const { promise: filled, resolve } = Promise.withResolvers<T>();
  let latest: T | undefined;
  return {
    content: () => latest,
    filled,
    fill(value) {
      latest = value;
      resolve(value);
    },
  };
}
