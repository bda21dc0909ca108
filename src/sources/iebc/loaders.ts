import DataLoader from 'dataloader';
import { codeKey } from '../../domain/codes.ts';
import type { Operation } from '../../domain/operation.ts';
import type { DistrictLevel } from '../../domain/places.ts';
import type { Level, Post } from '../../domain/posts.ts';
import { nextTurn } from '../../infra/waiting.ts';
import type { CandidateFilters, ContestFilters } from './ballot.ts';
import type { IebcClient } from './client.ts';
import type { ResultsQuery } from './results.ts';

export type IebcLoaders = ReturnType<typeof createIebcLoaders>;

export type ResultKey = { election: string; level: Level; code: string; post: Post };

/**
 * One request's view of the source: each thing is asked for once, however many fields want it. The API has no endpoint
 * that takes many keys, so there is a request a key, side by side; the client's queue bounds them.
 */
export function createIebcLoaders(client: IebcClient, defaultElection: string, operation: Operation) {
  const ask = { signal: operation.signal, asker: operation };
  const byCode = <T>(load: (code: string) => Promise<T>) => loader((code: string) => load(code), codeKey);

  return {
    counties: once(() => client.counties(ask)),
    county: byCode((code) => client.county(code, ask)),
    constituency: byCode((code) => client.constituency(code, ask)),
    ward: byCode((code) => client.ward(code, ask)),
    constituenciesByCounty: byCode((county) => client.constituencies({ county }, ask)),
    wardsByCounty: byCode((county) => client.wards({ county }, ask)),
    wardsByConstituency: byCode((constituency) => client.wards({ constituency }, ask)),
    stationsByCounty: byCode((county) => client.pollingStations(defaultElection, { county }, ask)),
    stationsByConstituency: byCode((constituency) => client.pollingStations(defaultElection, { constituency }, ask)),
    stationsByWard: byCode((ward) => client.pollingStations(defaultElection, { ward }, ask)),
    station: byCode((code) => client.pollingStation(code, ask)),
    elections: once(() => client.elections(ask)),
    candidate: loader(
      ({ election, code }: { election: string; code: string }) => client.candidate(election, code, ask),
      ({ election, code }) => `${election}/${codeKey(code)}`,
    ),
    contest: loader(
      ({ election, code }: { election: string; code: string }) => client.contest(election, code, ask),
      ({ election, code }) => `${election}/${codeKey(code)}`,
    ),
    result: loader(
      ({ election, level, code, post }: ResultKey) => client.result(election, level, code, post, ask),
      ({ election, level, code, post }) => `${election}/${level}/${codeKey(code)}/${post}`,
    ),
    voterGuides: once(() => client.voterGuides(ask)),
    voterGuideBody: byCode((code) => client.voterGuideBody(code, ask)),

    // Asked for by root fields, with filters: the cache below joins those that are alike.
    parties: (election: string) => client.parties(election, ask),
    party: (election: string, code: string) => client.party(election, code, ask),
    contests: (election: string, filters: ContestFilters) => client.contests(election, filters, ask),
    candidates: (election: string, filters: CandidateFilters) => client.candidates(election, filters, ask),
    results: (election: string, query: ResultsQuery) => client.results(election, query, ask),
    reporting: (election: string, filters: { district?: string | undefined; post?: Post | undefined }) =>
      client.reporting(election, filters, ask),
    voter: (code: string) => client.voter(code, ask),
    voterResults: (code: string) => client.voterResults(code, ask),
    boundary: (level: DistrictLevel, number: number) => client.boundary(level, number, ask),
  };
}

/** Of what is in the cache all comes at once: a turn of the event loop takes so much of it, or others would wait. */
const LOADS_A_TURN = 25;

function loader<K, V>(load: (key: K) => Promise<V>, cacheKeyFn: (key: K) => string): DataLoader<K, V, string> {
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

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined;
  return () => {
    promise ??= load();
    return promise;
  };
}
