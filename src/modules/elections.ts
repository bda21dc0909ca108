import { basename } from 'node:path';
import type { Config } from '../config.ts';
import type { Voter } from '../domain/elections.ts';
import { SourceError } from '../domain/errors.ts';
import type { Operation } from '../domain/operation.ts';
import type { HistoryExport } from '../http/export-history.ts';
import { mapFiles } from '../http/map.ts';
import { createCache } from '../infra/cache.ts';
import { shareOf } from '../infra/fleet.ts';
import { createHttp } from '../infra/http.ts';
import { noticed } from '../infra/noticed.ts';
import type { Platform } from '../platform.ts';
import { startIebcSandbox } from '../sandbox/iebc/index.ts';
import type { AtOnce } from '../services/at-once.ts';
import { type ContestResults, createContestResults } from '../services/contest-results.ts';
import { createFiguresLedger } from '../services/figures-ledger.ts';
import { type Boundaries, createBoundaries } from '../services/places/boundaries.ts';
import { type CentreFinder, createCentreFinder } from '../services/places/centre-finder.ts';
import { createPlaceFinder, type PlaceFinder } from '../services/places/finder.ts';
import { createPlacesIndex, type PlacesIndex } from '../services/places/index.ts';
import { createMaps } from '../services/places/map.ts';
import { createRegisteredPlaces, type RegisteredPlaces } from '../services/places/registered-place.ts';
import { createResultLists, type ResultLists } from '../services/result-lists.ts';
import { createResultWatch, type ResultWatch } from '../services/result-watch.ts';
import { createIebcClient } from '../sources/iebc/client.ts';
import { type Credentials, createExchange } from '../sources/iebc/exchange.ts';
import { createIebcLoaders, type IebcLoaders } from '../sources/iebc/loaders.ts';
import type { Module } from './module.ts';
import { openRecord, type ResultRecord } from './record.ts';
import type { Upstream } from './upstream.ts';

type Provided = {
  iebc: IebcLoaders;
  places: PlacesIndex;
  boundaries: Boundaries;
  finder: PlaceFinder;
  centres: CentreFinder;
  /** Of persons: what it finds is nobody else's. */
  registered: RegisteredPlaces;
  results: ContestResults;
  resultLists: ResultLists;
  /** Of persons. */
  voters: { find: (code: string) => Promise<Voter | null>; results: (code: string) => Promise<unknown> };
  resultWatch: ResultWatch;
  record: ResultRecord;
  atOnce: Pick<AtOnce, 'watched'>;
  /** Default of every `election` argument. */
  defaultElection: string;
};
declare module '../context.ts' {
  interface Context extends Provided {}
}

/**
 * How long that holds which the indexes of places and of boundaries say: whole, they are read anew once a day at most;
 * until then they change all the time.
 */
const PLACES_HOLD_MS = 60_000;
const GROWING_PLACES_HOLD_MS = 1_000;

/** Less than a browser's patience: it comes again. */
const MAP_WAIT_MS = 4_000;

type ElectionsModule = Module<Provided> & {
  /** The record, for its export. */
  history: HistoryExport;
  /** Begins the map of the counties, if it is not there. */
  beginMap(): void;
  /** For whoever checks a registration in Kenya. */
  lookUpVoter(voterId: string, signal: AbortSignal, traceparent: string | null): Promise<Voter | null>;
};

/** Kenya's public elections: the IEBC API, and what needs all its places or its results over time. */
export async function electionsModule(config: Config, platform: Platform): Promise<ElectionsModule> {
  const { clock, log, metrics, cacheStore, fleet, sealer, atOnce } = platform;
  await using opened = new AsyncDisposableStack();
  const { mode, http, settings } = opened.use(await openIebc(config, platform));
  fleet.onSize((size) => http.setConcurrency(shareOf(config.iebc.concurrency, size)));
  const cache = opened.adopt(
    createCache({
      store: cacheStore,
      clock,
      standsIn: (error) => error instanceof SourceError && error.retryable,
      staleAfterMs: config.staleAfterMs,
      observe: metrics.cacheReads('iebc'),
      fleet,
    }),
    (it) => it.close(),
  );
  const watching = platform.watchSource({ name: 'iebc', mode, http });
  const { keyPrefix } = settings;
  const sharing = { fleet, sealer, name: `token:${keyPrefix}:${platform.fingerprint(tokenHolder(settings))}` };
  const exchange = createExchange({ ...settings, http, clock, sharing, ...watching });
  const ledger = createFiguresLedger();
  let address = `http://${config.host}:${config.port}${config.basePath}`;
  const { record, ...recording } = opened.adopt(
    openRecord({ config, platform, source: settings.source, issuer: () => config.signing.issuer ?? address }),
    (it) => it.close(),
  );
  const client = createIebcClient({
    ...{ exchange, cache, clock, keyPrefix },
    onFigures: ledger.record,
    onAnswer: recording.keep,
  });
  const { election, indexWaitMs, pollMs, placesIndex, boundaries: boundariesIndex } = config.iebc;
  const index = opened.adopt(
    createPlacesIndex({ client, election, waitMs: indexWaitMs, clock, log, fleet, keyPrefix }),
    (it) => it.close(),
  );
  const boundaries = opened.adopt(createBoundaries({ client, places: index, waitMs: indexWaitMs, clock, log }), (it) =>
    it.close(),
  );
  const maps = opened.adopt(createMaps({ client, waitMs: MAP_WAIT_MS, clock, log }), (it) => it.close());
  const resultWatch = opened.adopt(
    createResultWatch({ client, pollMs, fleet, keyPrefix, onFigures: ledger.record }),
    (it) => it.close(),
  );
  metrics.gauge('gateway_watched_results', 'Results that subscriptions are watching', resultWatch.watched);
  metrics.gauge('gateway_polled_results', 'Watched results for which this instance asks, for all', resultWatch.polled);

  function tellHow(growing: { progress(): { complete: boolean } }, operation: Pick<Operation, 'holds'>) {
    const until = clock.monotonic() + (growing.progress().complete ? PLACES_HOLD_MS : GROWING_PLACES_HOLD_MS);
    operation.holds(until, until);
  }
  const loaders = createIebcLoaders(client, election);
  const resources = opened.move();
  return {
    provides: {
      iebc: loaders,
      places: ({ operation }) => noticed(index, () => tellHow(index, operation)),
      boundaries: ({ operation }) => noticed(boundaries, () => tellHow(boundaries, operation)),
      finder: createPlaceFinder,
      centres: createCentreFinder,
      registered: createRegisteredPlaces,
      results: ({ iebc, places, finder, operation }) =>
        createContestResults({
          ...{ iebc, places, finder, ledger, clock, operation },
          recordedAt(result, moment) {
            // Read from what others do not see: an answer about the past is kept by nobody else.
            operation.life.keepPrivate();
            return record.at(record.contestOf(result), moment);
          },
        }),
      resultLists: ({ results, finder, operation }) => createResultLists({ results, finder, clock, operation }),
      voters({ operation }) {
        const { signal } = operation;
        const ask = { signal, asker: operation };
        return { find: (code) => client.voter(code, ask), results: (code) => client.voterResults(code, ask) };
      },
      resultWatch: () => resultWatch,
      record: () => record,
      atOnce: () => atOnce,
      defaultElection: () => election,
    },
    tells: [
      'iebc',
      'places',
      'boundaries',
      'finder',
      'centres',
      'results',
      'resultLists',
      'defaultElection',
    ] satisfies (keyof Provided)[],
    lookUpVoter: (voterId, signal, traceparent) => client.voter(voterId, { signal, traceparent }),
    routes: [recording.route, mapFiles(maps)],
    history: recording.history,
    beginMap: () => maps.begin({ level: 'county', county: null }),
    async start() {
      exchange.begin();
      if (config.role === 'worker') return;
      if (placesIndex === 'background') index.start();
      if (boundariesIndex === 'background') boundaries.start();
      recording.follow(client);
    },
    listening(url) {
      address = url;
    },
    health() {
      const part = (name: string, facts: { complete: boolean; stale: boolean }, when: 'background' | 'on-demand') => {
        const wanted = when === 'background' && config.role !== 'worker';
        return { name, degraded: facts.stale || (wanted && !facts.complete), facts };
      };
      return [
        part('placesIndex', index.progress(), placesIndex),
        part('boundariesIndex', boundaries.progress(), boundariesIndex),
        recording.health(),
      ];
    },
    drain() {
      resultWatch.close();
      recording.drain();
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/**
 * `keyPrefix` begins all cache keys: the source, a version of the decoded form, and which data it is. `source` names the
 * count in the record: each start of a sandbox begins another one.
 */
type IebcUpstream = Upstream<{
  url: string;
  base: string;
  credentials: Credentials;
  callerOrigin: string | undefined;
  keyPrefix: string;
  source: string;
}>;

/** A token opens only what the same credentials were given for, at the same address. */
function tokenHolder({ url, credentials }: IebcUpstream['settings']): string {
  return JSON.stringify('appId' in credentials ? [url, credentials.appId, credentials.appSecret] : [url]);
}

async function openIebc({ iebc }: Config, { metrics, clock }: Platform): Promise<IebcUpstream> {
  const { source, election } = iebc;
  await using opened = new AsyncDisposableStack();
  const reach = (url: string, credentials: Credentials, data: string, count = data): IebcUpstream => {
    const { origin, pathname } = new URL(url);
    const http = opened.adopt(
      createHttp({
        observe: (attempt) => metrics.sourceAttempt({ source: 'iebc', ...attempt }),
        ...iebc,
        origin,
      }),
      (it) => it.close(),
    );
    const base = pathname.replace(/\/$/, '');
    const keyPrefix = `iebc:5:${data}`;
    const settings = { url, base, credentials, callerOrigin: iebc.callerOrigin, keyPrefix, source: `iebc/${count}` };
    const resources = opened.move();
    return { mode: source.mode, http, settings, [Symbol.asyncDispose]: () => resources.disposeAsync() };
  };
  if (source.mode === 'LIVE') return reach(source.url, source.credentials, source.url.replace(/^https?:\/\//, ''));
  const started = new Date(clock.now()).toISOString();
  if (source.mode === 'SANDBOX') {
    const sandbox = opened.adopt(await startIebcSandbox({}), (it) => it.close());
    return reach(sandbox.url, sandbox, 'sandbox', `sandbox/${started}`);
  }
  const { file, speed } = source;
  const options = { archive: file, archiveElection: election, archiveSpeed: speed };
  const sandbox = opened.adopt(await startIebcSandbox(options), (it) => it.close());
  const name = `archive/${basename(file)}`;
  return reach(sandbox.url, sandbox, `archive:${file}`, speed === undefined ? name : `${name}/${started}`);
}
