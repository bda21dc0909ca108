import { codeKey } from '../../domain/codes.ts';
import { deadlineExceeded, SourceError } from '../../domain/errors.ts';
import {
  type Box,
  boxOf,
  METERS_PER_UNIT,
  metersOutside,
  OUTLINE_ERROR_METERS,
  type Outline,
  PER_DEGREE,
} from '../../domain/outline.ts';
import type { Coordinates, District } from '../../domain/places.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Log } from '../../infra/log.ts';
import { unlessAborted, within } from '../../infra/waiting.ts';
import type { IebcClient } from '../../sources/iebc/client.ts';
import { IEBC } from '../../sources/iebc/decode.ts';
import type { PlacesIndex } from './index.ts';
import { each, toTheEnd } from './walk.ts';

/** `isCertain`: no original border is so near that the point could lie on its other side. */
type WardAt = { ward: District; nextNearest: District | null; isCertain: boolean };

type BoundariesProgress = {
  wards: number;
  wardsWithoutBoundary: number;
  wardsUntold: number;
  complete: boolean;
  /** Complete, but the renewal that is due does not come to its end. */
  stale: boolean;
};

/**
 * The outlines of all wards. The first question fetches them, a file a ward; the client keeps each for weeks, in a fleet
 * once for all, so another walk asks the source only for what it lacks.
 */
export type Boundaries = {
  /** Null where no ward is. Waits for what it needs, and ends with DEADLINE_EXCEEDED after `waitMs`. */
  wardAt(point: Coordinates, signal: AbortSignal): Promise<WardAt | null>;
  progress(): BoundariesProgress;
  /** Fetches them now, in the background, once all places are known. */
  start(): void;
  close(): void;
};

type Options = {
  client: Pick<IebcClient, 'outline'>;
  places: Pick<PlacesIndex, 'known' | 'wards' | 'whole'>;
  waitMs: number;
  clock: Clock;
  log: Log;
};

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
/** A source that has no boundary at all may have been in trouble. */
const NOTHING_MS = 10 * 60 * 1000;

type Known = { ward: District; outline: Outline; box: Box };

export function createBoundaries({ client, places, waitMs, clock, log }: Options): Boundaries {
  const lifetime = new AbortController();
  /** By code without case. A ward that the source fails to tell keeps what was known of it. */
  const known = new Map<string, Known>();
  const once = Promise.withResolvers<void>();
  let walking = false;
  let failing = false;
  let walked = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  /** The districts that the latest walk was about. */
  let about: object | undefined;
  let without = 0;
  /** Of wards of which nothing is known. */
  let failures: unknown[] = [];

  /** `absent`: of which this walk's tries before heard that there is no boundary, which the client does not keep. */
  async function walk(absent: Set<string>): Promise<void> {
    const wards = await places.wards(lifetime.signal);
    about = places.known.tree();
    const listed = new Set(wards.map(({ code }) => codeKey(code)));
    for (const code of known.keys()) if (!listed.has(code)) known.delete(code);
    const untold: unknown[] = [];
    let failure: unknown;
    await each(wards, async (ward) => {
      const key = codeKey(ward.code);
      if (absent.has(key)) return;
      try {
        const { value: found, stale } = await outlineOf(ward);
        if (stale) failure ??= notRenewed();
        if (found) known.set(key, found);
        else {
          known.delete(key);
          absent.add(key);
        }
      } catch (error) {
        failure = error;
        if (!known.has(key)) untold.push(error);
      }
    });
    lifetime.signal.throwIfAborted();
    [without, failures, walked] = [absent.size, untold, true];
    once.resolve();
    if (failure) throw failure;
  }

  async function outlineOf(ward: District): Promise<{ value: Known | null; stale: boolean }> {
    if (ward.number === null) return { value: null, stale: false };
    const { value: outline, stale } = await client.outline('ward', ward.number, { signal: lifetime.signal });
    const box = outline && boxOf(outline);
    return { value: box && { ward, outline, box }, stale };
  }

  const persistently = toTheEnd((why) => {
    failing = true;
    log.warn({ ...why, ...progress() }, 'boundaries: a walk did not finish; what is known already is kept');
  });

  function start(begin: Promise<void> = Promise.resolve()): void {
    if (walking || lifetime.signal.aborted) return;
    walking = true;
    const absent = new Set<string>();
    begin
      .then(() => persistently.execute(() => walk(absent), lifetime.signal))
      .then(() => {
        lifetime.signal.throwIfAborted();
        failing = false;
        endedAt = clock.monotonic();
        log.info(progress(), 'boundaries: complete');
      })
      .catch((error: unknown) => {
        if (!lifetime.signal.aborted) log.error({ err: error }, 'boundaries: gave up');
      })
      .finally(() => {
        walking = false;
      });
  }

  function wanted(): void {
    const holdsMs = known.size > 0 ? WEEK_MS : NOTHING_MS;
    if (clock.monotonic() - endedAt >= holdsMs || about !== places.known.tree()) start();
  }

  function progress(): BoundariesProgress {
    const complete = walked && failures.length === 0;
    return {
      wards: known.size,
      wardsWithoutBoundary: without,
      wardsUntold: failures.length,
      complete,
      stale: complete && failing,
    };
  }

  return {
    async wardAt(point, signal) {
      wanted();
      const early = wardAmong(known.values(), point);
      // Wards do not overlap: the boundary that is yet to come cannot hold a point that is certainly in another.
      if (early?.isCertain) return early;
      if (!walked) await unlessAborted(within(once.promise, waitMs, tooLate), signal);
      if (failures.length > 0) throw failures[0];
      if (known.size === 0) throw noBoundaries();
      return wardAmong(known.values(), point);
    },
    progress,
    start: () => start(places.whole(lifetime.signal)),
    close: () => lifetime.abort(new Error('the gateway is closing')),
  };
}

/** Of those that may hold the point the one in which it lies deepest, or whose border is nearest. */
function wardAmong(wards: Iterable<Known>, { latitude, longitude }: Coordinates): WardAt | null {
  const [x, y] = [longitude * PER_DEGREE, latitude * PER_DEGREE];
  const near = OUTLINE_ERROR_METERS / METERS_PER_UNIT;
  const found: { ward: District; meters: number }[] = [];
  // 1,450 boxes are looked through in microseconds, for which a tree of them would be of no use.
  for (const { ward, outline, box } of wards) {
    if (x < box.west - near || x > box.east + near || y < box.south - near || y > box.north + near) continue;
    const meters = metersOutside(outline, x, y);
    if (meters <= OUTLINE_ERROR_METERS) found.push({ ward, meters });
  }
  const [first, second] = found.sort((a, b) => a.meters - b.meters || (a.ward.code < b.ward.code ? -1 : 1));
  if (!first) return null;
  const isCertain = !second && first.meters < -OUTLINE_ERROR_METERS;
  return { ward: first.ward, nextNearest: second?.ward ?? null, isCertain };
}

function tooLate(): never {
  throw deadlineExceeded('The boundaries of all wards are still being fetched from the source. Try again shortly.');
}

const unavailable = (message: string) =>
  new SourceError('SOURCE_UNAVAILABLE', message, { source: IEBC.name, endpoint: 'geojson', retryable: true });

/** To say that the point is in no ward would be to know something. */
const noBoundaries = () => unavailable(`${IEBC.title} has no boundary of any ward at the moment.`);

/** For the log: whoever asks is answered from what was known. */
const notRenewed = () => unavailable(`${IEBC.title} does not give a boundary that is due to be read again.`);
