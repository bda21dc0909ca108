import type { Config } from '../config.ts';
import { webhooks } from '../http/webhooks.ts';
import { createHttp } from '../infra/http.ts';
import type { Platform } from '../platform.ts';
import { startElectionBuddySandbox } from '../sandbox/electionbuddy/index.ts';
import { type BallotActivityService, createBallotActivity } from '../services/ballot-activity.ts';
import type { RateLimits } from '../services/rate-limits.ts';
import { createElectionBuddyClient, type ElectionBuddySettings } from '../sources/electionbuddy/client.ts';
import { createElectionBuddyLoaders, type ElectionBuddyLoaders } from '../sources/electionbuddy/loaders.ts';
import type { Module } from './module.ts';
import { NOWHERE, nobody, type Upstream } from './upstream.ts';

type Provided = {
  electionbuddy: ElectionBuddyLoaders;
  ballots: BallotActivityService;
  /** Counts the members that an operation asks about; throws RATE_LIMITED. */
  memberLimits: Pick<RateLimits, 'consumeMembers'>;
};
declare module '../context.ts' {
  interface Context extends Provided {}
}

type OrganizationsModule = Module<Provided> & {
  /** Where ElectionBuddy's webhooks are received; its last part is the secret. */
  webhookPath: string;
};

/** Elections of organisations: ElectionBuddy, and the ballots that its webhooks tell of. */
export async function organizationsModule(config: Config, platform: Platform): Promise<OrganizationsModule> {
  const { clock, log, events, sealer, fingerprint, limits } = platform;
  await using opened = new AsyncDisposableStack();
  const upstream = opened.use(await openElectionBuddy(config, platform));
  const { mode, http, settings } = upstream;
  const watching = platform.watchSource({ name: 'electionbuddy', mode, http });
  const client = createElectionBuddyClient({ http, settings, clock, ...watching });
  const { retentionMs, webhookSecret } = config.electionbuddy;
  const ballots = opened.adopt(createBallotActivity({ events, clock, retentionMs, log, sealer, fingerprint }), (it) =>
    it.close(),
  );
  const secret = webhookSecret ?? clock.secret(24);
  const webhookPath = `/webhooks/electionbuddy/${secret}`;

  const resources = opened.move();
  return {
    provides: {
      electionbuddy: ({ operation }) => createElectionBuddyLoaders(client, operation),
      ballots: () => ballots,
      memberLimits: () => limits,
    },
    tells: [],
    webhookPath,
    routes: [webhooks({ secret, ballots, log })],
    start: async () => {},
    listening: (url) => upstream.castBallotsTo?.(url + webhookPath),
    drain: ballots.endStreams,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/**
 * All but a sixteenth: its callers are a few trusted servers that ask about one thing, and a reminder to all members is to
 * take no longer than the source makes it. Who comes meanwhile has its turn after one answer.
 */
const SHARES = { caller: 15 / 16, lane: 15 / 16 };

type ElectionBuddyUpstream = Upstream<ElectionBuddySettings> & {
  /** Only in the sandbox: where to post the ballots that are cast there. */
  castBallotsTo?: (webhookUrl: string) => void;
};

async function openElectionBuddy(
  { electionbuddy, iebc }: Config,
  { metrics }: Platform,
): Promise<ElectionBuddyUpstream> {
  const { source, v1Status } = electionbuddy;
  if (source.mode === 'OFF') {
    const settings = { url: NOWHERE, organizationId: '', secretToken: '', electionKeys: new Map(), v1Status };
    return { mode: 'OFF', http: nobody('electionbuddy'), settings, [Symbol.asyncDispose]: async () => {} };
  }
  await using opened = new AsyncDisposableStack();
  const sandbox =
    source.mode === 'SANDBOX' ? opened.adopt(await startElectionBuddySandbox(), (it) => it.close()) : null;
  const { url, organizationId, secretToken, electionKeys } = source.mode === 'LIVE' ? source : sandbox!;
  const http = opened.adopt(
    createHttp({
      observe: (attempt) => metrics.sourceAttempt({ source: 'electionbuddy', ...attempt }),
      ...iebc,
      origin: new URL(url).origin,
      shares: SHARES,
    }),
    (it) => it.close(),
  );
  const resources = opened.move();
  return {
    mode: source.mode,
    http,
    settings: { url, organizationId, secretToken, electionKeys: new Map(Object.entries(electionKeys)), v1Status },
    ...(sandbox && { castBallotsTo: sandbox.setWebhookUrl }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
