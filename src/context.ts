import type { Viewer } from './domain/viewer.ts';
import type { Clock } from './infra/clock.ts';
import type { BallotActivityService } from './services/ballot-activity.ts';
import type { Credentials } from './services/credentials.ts';
import type { FiguresLedger } from './services/figures-ledger.ts';
import type { PlacesIndex } from './services/places-index.ts';
import type { RegistrationChecks } from './services/registration-checks.ts';
import type { ResultWatch } from './services/result-watch.ts';
import type { SourceHealthService } from './services/source-health.ts';
import type { ElectionBuddyClient } from './sources/electionbuddy/client.ts';
import { createElectionBuddyLoaders, type ElectionBuddyLoaders } from './sources/electionbuddy/loaders.ts';
import type { IebcClient } from './sources/iebc/client.ts';
import { createIebcLoaders, type IebcLoaders } from './sources/iebc/loaders.ts';

export type { Cached } from './infra/cache.ts';

/** What lives as long as the process and may be reached by resolvers. */
export type Services = {
  clock: Clock;
  iebcClient: IebcClient;
  electionbuddyClient: ElectionBuddyClient;
  ballots: BallotActivityService;
  checks: RegistrationChecks;
  credentials: Credentials;
  /** Counts the lookups of a registration check for its requester; throws RATE_LIMITED. */
  limits: { consumeCheck(owner: string, lookups: number): Promise<void> };
  places: PlacesIndex;
  ledger: FiguresLedger;
  resultWatch: ResultWatch;
  sources: SourceHealthService;
  defaultElection: string;
  requestTimeoutMs: number;
};

/** A resolver's whole world: nothing else leads out of `schema/`. */
export type Context = Omit<Services, 'iebcClient' | 'electionbuddyClient'> & {
  viewer: Viewer;
  /** Ends when the client goes away or the request's deadline passes. */
  signal: AbortSignal;
  iebc: IebcLoaders;
  electionbuddy: ElectionBuddyLoaders;
  /** A subscription calls it before each event: loaders remember, and a deadline is an event's, not a stream's. */
  renew(): void;
};

export function createContext(
  { iebcClient, electionbuddyClient, ...services }: Services,
  viewer: Viewer,
  clientSignal: AbortSignal,
): Context {
  const fresh = () => {
    const signal = AbortSignal.any([clientSignal, AbortSignal.timeout(services.requestTimeoutMs)]);
    return {
      signal,
      iebc: createIebcLoaders(iebcClient, services.defaultElection, signal),
      electionbuddy: createElectionBuddyLoaders(electionbuddyClient, signal),
    };
  };
  const context: Context = {
    ...services,
    viewer,
    ...fresh(),
    renew: () => void Object.assign(context, fresh()),
  };
  return context;
}
