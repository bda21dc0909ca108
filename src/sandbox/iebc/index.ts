import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults, type FaultSwitch } from '../shared/faults.ts';
import { APP_ID, APP_SECRET, createAccess } from './access.ts';
import { openArchive } from './archive/index.ts';
import type { Fault } from './faults.ts';
import { createHandler, type RecordedRequest } from './server.ts';
import { createSynthetic } from './synthetic/index.ts';
import type { Wrapping } from './wrapping.ts';

export { ArchiveError } from './archive/recordings.ts';
export type { Fault } from './faults.ts';
export { sandboxVoters } from './synthetic/voters.ts';

export type IebcSandboxOptions = {
  /** 0, the default: any free port. */
  port?: number;
  host?: string;
  /** Path of an .ndjson or .ndjson.gz of recordings, which are then replayed. */
  archive?: string;
  /** The election that the recordings belong to. */
  archiveElection?: string;
  /**
   * Plays the recordings from their first instant (`at`) on, at so many times their pace, by `now` from the start of the
   * sandbox. Undefined: the last answer to a question is given at once.
   */
  archiveSpeed?: number | undefined;
  /** The same seed gives the same data. */
  seed?: string;
  /** Milliseconds; drives the moving count and the tokens' lifetime. */
  now?: () => number;
  tokenLifetimeMs?: number;
  /** A domain such as `example.com`: without a key, only a request that says it comes from there is answered. */
  requireOrigin?: string;
  /** What a party, contest or candidate comes in when it is asked for by its code. */
  wrapping?: Wrapping;
};

export type IebcSandbox = {
  url: string;
  appId: string;
  appSecret: string;
  /** For Method 2: accepted without a key, always. */
  domainToken: string;
  elections: string[];
  /** What came in, oldest first; bounded. */
  requests: RecordedRequest[];
  faults: FaultSwitch<Fault>;
  /** Every token handed out so far is refused from now on. */
  revokeTokens(): void;
  close(): Promise<void>;
};

/** A stand-in of the IEBC Elections API on a port of this machine. */
export async function startIebcSandbox(options: IebcSandboxOptions = {}): Promise<IebcSandbox> {
  const { port = 0, host = '127.0.0.1', seed = 'iebc-sandbox', now = Date.now, wrapping = 'singular' } = options;
  const archive =
    options.archive === undefined
      ? undefined
      : openArchive({
          file: options.archive,
          election: options.archiveElection ?? 'GEK2013',
          wrapping,
          speed: options.archiveSpeed,
          now,
        });
  const { tokenLifetimeMs: lifetimeMs = 3_600_000, requireOrigin } = options;
  const access = createAccess({ seed, now, lifetimeMs, requireOrigin });
  const faults = createFaults<Fault>((path) => path === '/token/');
  const requests: RecordedRequest[] = [];

  const server = createServer({ keepAliveTimeout: 30_000 });
  server.listen(port, host);
  await once(server, 'listening');
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;

  const source = archive ?? createSynthetic({ seed, now, url, wrapping });
  server.on('request', createHandler({ source, access, faults, requests, now }));

  return {
    url,
    appId: APP_ID,
    appSecret: APP_SECRET,
    domainToken: access.domainToken,
    elections: source.elections,
    requests,
    faults,
    revokeTokens: () => access.revokeAll(),
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
