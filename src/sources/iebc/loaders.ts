import DataLoader from 'dataloader';
import { codeKey } from '../../domain/codes.ts';
import type { Candidate, Contest } from '../../domain/elections.ts';
import type { Maybe } from '../../domain/maybe.ts';
import type { Operation } from '../../domain/operation.ts';
import type { DistrictLevel } from '../../domain/places.ts';
import type { ContestFigures } from '../../domain/results.ts';
import { type Cached, NOT_AT_HAND } from '../../infra/cache.ts';
import { lazily } from '../../infra/lazily.ts';
import { nextTurn } from '../../infra/waiting.ts';
import type { CandidateFilters, ContestFilters } from './ballot.ts';
import type { IebcClient } from './client.ts';
import type { Ask } from './reader.ts';
import type { ReportingFilters, ResultKey, ResultsQuery } from './results.ts';

export type IebcLoaders = ReturnType<ReturnType<typeof createIebcLoaders>>;

/**
 * One request's view of the source: each thing is asked for once, however many fields want it. The API has no endpoint
 * that takes many keys, so there is a request a key, side by side; the client's queue bounds them. What is at hand is given
 * at once.
 */
export function createIebcLoaders(client: PublicClient, defaultElection: string) {
  const loader =
    <K, V>(load: (key: K, ask: Ask) => Maybe<V>, cacheKeyFn: (key: K) => string) =>
    ({ operation }: Own) =>
      createLoader(load, cacheKeyFn, operation);
  const byCode = <T>(load: (code: string, ask: Ask) => Maybe<T>) => loader(load, codeKey);
  /** Things that are nothing outside their election. */
  const byElection = <T>(load: (election: string, code: string, ask: Ask) => Maybe<T>) =>
    loader(
      ({ election, code }: { election: string; code: string }, ask) => load(election, code, ask),
      ({ election, code }) => `${election}/${codeKey(code)}`,
    );
  const only = <T>(load: (ask: Ask) => Maybe<T>) => {
    const made = byCode((_code, ask) => load(ask));
    return (own: Own) => {
      const the = made(own);
      return () => the.load('');
    };
  };
  /** Lists with filters. */
  const listed = <F, T>(load: (election: string, filters: F, ask: Ask) => Maybe<T>) => {
    const made = loader(
      ([election, filters]: readonly [string, F], ask) => load(election, filters, ask),
      JSON.stringify,
    );
    return (own: Own) => {
      const lists = made(own);
      return (election: string, filters: F) => lists.load([election, filters]);
    };
  };

  const makers = {
    counties: only(client.counties),
    county: byCode(client.county),
    constituency: byCode(client.constituency),
    ward: byCode(client.ward),
    constituenciesByCounty: byCode((county, ask) => client.constituencies({ county }, ask)),
    wardsByCounty: byCode((county, ask) => client.wards({ county }, ask)),
    wardsByConstituency: byCode((constituency, ask) => client.wards({ constituency }, ask)),
    stationsByCounty: byCode((county, ask) => client.pollingStations(defaultElection, { county }, ask)),
    stationsByConstituency: byCode((code, ask) => client.pollingStations(defaultElection, { constituency: code }, ask)),
    stationsByWard: byCode((ward, ask) => client.pollingStations(defaultElection, { ward }, ask)),
    station: byCode(client.pollingStation),
    elections: only(client.elections),
    candidate: byElection(client.candidate),
    contest: byElection(client.contest),
    party: byElection(client.party),
    result: loader(
      ({ election, level, code, post }: ResultKey, ask) => client.result(election, level, code, post, ask),
      ({ election, level, code, post }) => `${election}/${level}/${codeKey(code)}/${post}`,
    ),
    voterGuides: only(client.voterGuides),
    voterGuideBody: byCode(client.voterGuideBody),
    parties: loader((election: string, ask) => client.parties(election, ask), codeKey),
    contests: listed<ContestFilters, Contest[]>(client.contests),
    candidates: listed<CandidateFilters, Candidate[]>(client.candidates),
    results: listed<ResultsQuery, Cached<ContestFigures[]>>(client.results),
    reporting: listed<ReportingFilters, Cached<string[]>>(client.reporting),
    boundary: loader(
      ({ level, number }: { level: DistrictLevel; number: number }, ask) => client.boundary(level, number, ask),
      ({ level, number }) => `${level}/${number}`,
    ),
  };
  return lazily<Own, { [Name in keyof typeof makers]: ReturnType<(typeof makers)[Name]> }>(makers);
}

type Own = { operation: Operation };

/** What concerns nobody in particular. */
type PublicClient = Omit<IebcClient, 'voter' | 'voterResults'>;

/** Of what is in a shared cache all comes at once: a turn of the event loop takes so much of it, or others would wait. */
const LOADS_A_TURN = 25;

type Loader<K, V> = { load(key: K): Maybe<V> };

function createLoader<K, V>(
  load: (key: K, ask: Ask) => Maybe<V>,
  cacheKeyFn: (key: K) => string,
  operation: Operation,
): Loader<K, V> {
  const atHand: Ask = { asker: operation, atHand: true };
  let waitedFor: DataLoader<K, V, string> | undefined;
  return {
    load(key) {
      try {
        return load(key, atHand);
      } catch (reason) {
        if (reason !== NOT_AT_HAND) throw reason;
      }
      const ask: Ask = { asker: operation, signal: operation.signal };
      waitedFor ??= createDataLoader((wanted) => load(wanted, ask), cacheKeyFn);
      return waitedFor.load(key);
    },
  };
}

function createDataLoader<K, V>(load: (key: K) => Maybe<V>, cacheKeyFn: (key: K) => string): DataLoader<K, V, string> {
  let left = LOADS_A_TURN;
  let turn: Promise<void> | undefined;
  const inTurn = async (key: K) => {
    if (left-- === 0) {
      left = LOADS_A_TURN - 1;
      turn = (turn ?? Promise.resolve()).then(nextTurn);
    }
    if (turn) await turn;
    return load(key);
  };
  return new DataLoader<K, V, string>((keys) => Promise.all(keys.map((key) => inTurn(key).catch(asError))), {
    cacheKeyFn,
    // Each is answered when it is there, and not when the last of its siblings is.
    batch: false,
  });
}

/** DataLoader wants failures as values, one a key: one district that fails leaves its siblings alone. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('load failed', { cause: error });
}
