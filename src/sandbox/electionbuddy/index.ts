import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults, type FaultSwitch } from '../shared/faults.ts';
import { createBallots } from './ballots.ts';
import { ORGANIZATION, ORGANIZATION_SECRET } from './elections.ts';
import type { Fault } from './faults.ts';
import { createHandler, type RecordedRequest } from './server.ts';
import { VOTERS } from './voters.ts';
import { createWebhooks } from './webhooks.ts';
import { createWorld } from './world.ts';

export type { Fault } from './faults.ts';

export type ElectionBuddySandboxOptions = {
  /** 0, the default: any free port. */
  port?: number;
  host?: string;
  /** Milliseconds; drives the time windows and the elections' states. */
  now?: () => number;
  /** Where ballots are posted; without it none is cast. */
  webhookUrl?: string;
  /** How often a ballot is cast by itself; 0: never. */
  ballotEveryMs?: number;
  /** How long to wait before each further attempt to deliver a ballot. */
  retryDelaysMs?: readonly number[];
};

export type ElectionBuddySandbox = {
  url: string;
  organizationId: string;
  /** V2's. */
  secretToken: string;
  /** V1's: election id → secret key. */
  electionKeys: Record<string, string>;
  /** Invented. What each has voted in already is in `voters.ts`. */
  voters: Array<{ identifier: string; memberId: string }>;
  /** What came in, oldest first; bounded. */
  requests: RecordedRequest[];
  faults: FaultSwitch<Fault>;
  /** An empty one stops the casting. */
  setWebhookUrl(url: string): void;
  /** Casts the next ballot now; resolves, once posted, with the receiver's last status (0: no answer). */
  castBallot(): Promise<{ status: number; payload: unknown }>;
  close(): Promise<void>;
};

/** A stand-in of ElectionBuddy's Voting Integrations on a port of this machine. */
export async function startElectionBuddySandbox(
  options: ElectionBuddySandboxOptions = {},
): Promise<ElectionBuddySandbox> {
  const { port = 0, host = '127.0.0.1', now = Date.now, webhookUrl } = options;
  // Throws before anything is open.
  if (webhookUrl) new URL(webhookUrl);
  const server = createServer({ keepAliveTimeout: 30_000 });
  server.listen(port, host);
  await once(server, 'listening');
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;

  const world = createWorld(url, now);
  const faults = createFaults<Fault>();
  const requests: RecordedRequest[] = [];
  server.on('request', createHandler({ world, faults, requests }));
  const webhooks = createWebhooks({
    next: createBallots(world.elections, world.rolls, now),
    url: webhookUrl,
    everyMs: options.ballotEveryMs ?? 4000,
    delaysMs: options.retryDelaysMs ?? [250, 1000, 4000],
  });

  return {
    url,
    organizationId: String(ORGANIZATION.id),
    secretToken: ORGANIZATION_SECRET,
    electionKeys: Object.fromEntries(world.elections.map(({ id, secretKey }) => [id, secretKey])),
    // The two versions' names for one and the same column of a voter list.
    voters: VOTERS.map(({ identifier }) => ({ identifier, memberId: identifier })),
    requests,
    faults,
    setWebhookUrl: webhooks.setUrl,
    castBallot: webhooks.cast,
    async close() {
      webhooks.close();
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
