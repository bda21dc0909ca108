import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import QuickLRU from 'quick-lru';
import { codeKey } from '../../domain/codes.ts';
import { deadlineExceeded, SourceError } from '../../domain/errors.ts';
import type { District, DistrictLevel } from '../../domain/places.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Log } from '../../infra/log.ts';
import { oneAtATime, unlessAborted, within } from '../../infra/waiting.ts';
import type { IebcClient } from '../../sources/iebc/client.ts';
import { IEBC } from '../../sources/iebc/decode.ts';
import type { Drawing, Drawn } from './map-drawing.ts';
import { each } from './walk.ts';

/** `county` of the whole country; `constituency` also, or of one county; `ward` of one county. */
export type MapOf = { level: DistrictLevel; county: string | null };

type MapFile = { text: string; holdsMs: number };

export type Maps = {
  /**
   * TopoJSON. Null where there is no such county. Waits for what it needs, and ends with DEADLINE_EXCEEDED after `waitMs`,
   * while the work goes on.
   */
  file(of: MapOf, signal: AbortSignal): Promise<MapFile | null>;
  /** So that it is there sooner when it is asked for. */
  begin(of: MapOf): void;
  close(): void;
};

type Options = {
  client: Pick<IebcClient, 'shape' | 'counties' | 'constituencies' | 'wards'>;
  waitMs: number;
  clock: Clock;
  log: Log;
};

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** A source that has no boundary at all may have been in trouble. */
const NOTHING_MS = 60_000;
/** One of the country for either level, and one of each county; others are made anew. */
const MAPS_KEPT = 120;

type Made = { file: MapFile; at: number };

/** Maps for a browser, small enough to be read at once. Made when they are first wanted, and again after a day, or sooner where a boundary is missing. */
export function createMaps({ client, waitMs, clock, log }: Options): Maps {
  const lifetime = new AbortController();
  const made = new QuickLRU<string, Made>({ maxSize: MAPS_KEPT });
  const making = new Map<string, Promise<MapFile | null>>();
  const ask = { signal: lifetime.signal };
  /** However many maps are wanted at once, there is one thread beside this one. */
  const inTurn = oneAtATime();

  async function districts({ level, county }: MapOf): Promise<District[] | null> {
    const counties = await client.counties(ask);
    if (level === 'county') return counties;
    // By the list, which is at hand: whoever makes up codes causes no requests.
    const inside = county === null ? null : counties.find(({ code }) => codeKey(code) === codeKey(county));
    if (inside === undefined) return null;
    const filter = inside ? { county: inside.code } : {};
    return level === 'constituency' ? client.constituencies(filter, ask) : client.wards(filter, ask);
  }

  async function make(key: string, of: MapOf): Promise<MapFile | null> {
    const places = await districts(of);
    if (!places) return null;
    if (places.length === 0) throw unavailable('names no place of this map');
    const shapes = await each(places, async (place) =>
      place.number === null ? null : (await client.shape(of.level, place.number, ask)).value,
    );
    const { text, missing } = await inTurn(() => drawnElsewhere({ level: of.level, places, shapes }, lifetime.signal));
    const holdsMs = missing === 0 ? DAY_MS : missing < places.length ? HOUR_MS : NOTHING_MS;
    const file = { text, holdsMs };
    made.set(key, { file, at: clock.monotonic() });
    return file;
  }

  const keyOf = ({ level, county }: MapOf) => `${level}/${county === null ? '' : codeKey(county)}`;

  /** What there is, which may be old, and the work on a newer one. */
  function current(of: MapOf): { before: MapFile | null; work: Promise<MapFile | null> | null } {
    const key = keyOf(of);
    const before = made.get(key);
    const isFresh = before && clock.monotonic() - before.at < before.file.holdsMs;
    return { before: before?.file ?? null, work: isFresh ? null : begun(key, of) };
  }

  function begun(key: string, of: MapOf): Promise<MapFile | null> {
    let work = making.get(key);
    if (!work) {
      work = make(key, of).finally(() => making.delete(key));
      // Whoever waits hears of it; without anybody it is no reason to stop the process.
      work.catch((error: unknown) => {
        if (!lifetime.signal.aborted) log.warn({ err: error, level: of.level }, 'a map could not be made');
      });
      making.set(key, work);
    }
    return work;
  }

  return {
    async file(of, signal) {
      const { before, work } = current(of);
      // Places hardly move: what was drawn yesterday is drawn until there is another.
      return before ?? (work && unlessAborted(within(work, waitMs, tooLate), signal));
    },
    begin: (of) => void current(of),
    close: () => lifetime.abort(new Error('the gateway is closing')),
  };
}

/** On a thread of its own: with the borders of a real country it takes half a second, in which nobody would be answered. */
async function drawnElsewhere(drawing: Drawing, signal: AbortSignal): Promise<Drawn> {
  const worker = new Worker(new URL('./map-worker.ts', import.meta.url), { workerData: drawing });
  try {
    const [drawn] = await once(worker, 'message', { signal });
    return drawn as Drawn;
  } finally {
    await worker.terminate();
  }
}

function tooLate(): never {
  throw deadlineExceeded('The boundaries for this map are still being fetched from the source. Try again shortly.');
}

const unavailable = (what: string) =>
  new SourceError('SOURCE_UNAVAILABLE', `${IEBC.title} ${what} at the moment.`, {
    source: IEBC.name,
    endpoint: 'geojson',
    retryable: true,
  });
