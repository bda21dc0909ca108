import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Scope } from '../../src/domain/caller.ts';
import type { Clock } from '../../src/infra/clock.ts';
import { systemClock } from '../../src/infra/clock.ts';
import {
  type ElectionBuddySandbox,
  type ElectionBuddySandboxOptions,
  startElectionBuddySandbox,
} from '../../src/sandbox/electionbuddy/index.ts';
import { type Gateway, startGateway } from './gateway.ts';

/** Text of no other kind: found in a log, it can only come from here. */
export const WEBHOOK_SECRET = 'webhook-secret-of-the-tests';

const KEYS: Record<string, Scope[]> = {
  server: ['organization:act'],
  reader: ['ballots:read'],
  contact: ['ballots:read', 'ballots:contact'],
  choices: ['ballots:read', 'ballots:choices'],
  auditor: ['ballots:read', 'ballots:contact', 'ballots:choices'],
  register: ['voters:read'],
};

/** A key for each way in which somebody may be trusted. */
export const API_KEYS = JSON.stringify(
  Object.entries(KEYS).map(([name, scopes]) => ({
    name,
    sha256: createHash('sha256').update(`${name}-api-key`).digest('hex'),
    scopes,
  })),
);
export const bearer = (name: keyof typeof KEYS) => ({ authorization: `Bearer ${name}-api-key` });

type Options = { env?: Record<string, string>; clock?: Clock; buddy?: ElectionBuddySandboxOptions };

/** The environment of a gateway that asks this ElectionBuddy. */
export function buddyEnv(
  buddy: Pick<ElectionBuddySandbox, 'url' | 'organizationId' | 'secretToken' | 'electionKeys'>,
): Record<string, string> {
  return {
    ELECTIONBUDDY_URL: buddy.url,
    ELECTIONBUDDY_ORGANIZATION_ID: buddy.organizationId,
    ELECTIONBUDDY_SECRET_TOKEN: buddy.secretToken,
    ELECTIONBUDDY_ELECTION_KEYS: JSON.stringify(buddy.electionKeys),
    ELECTIONBUDDY_WEBHOOK_SECRET: WEBHOOK_SECRET,
    API_KEYS,
  };
}

type BuddyGateway = Gateway & {
  buddy: ElectionBuddySandbox;
  /** What reached ElectionBuddy: method and path. */
  asked: () => string[];
};

/** A gateway over an ElectionBuddy of its own, both by the same clock. */
export async function startBuddyGateway({
  env = {},
  clock = systemClock,
  buddy: options = {},
}: Options = {}): Promise<BuddyGateway> {
  const buddy = await startElectionBuddySandbox({ now: clock.now, ballotEveryMs: 0, ...options });
  onTestFinished(() => buddy.close());
  const gateway = await startGateway({ clock, env: { ...buddyEnv(buddy), ...env } });
  return { ...gateway, buddy, asked: () => buddy.requests.map(({ method, path }) => `${method} ${path}`) };
}

/** A gateway that receives webhooks and asks nobody. */
export function startReceivingGateway({
  env = {},
  clock = systemClock,
}: Omit<Options, 'buddy'> = {}): Promise<Gateway> {
  return startGateway({ clock, env: { ELECTIONBUDDY_WEBHOOK_SECRET: WEBHOOK_SECRET, API_KEYS, ...env } });
}

/** Posts an event as ElectionBuddy does; gives back the status. */
export async function deliver({ app }: Pick<Gateway, 'app'>, event: unknown): Promise<number> {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const url = `http://gateway${app.webhookPath}`;
  const response = await app.fetch(
    new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
  );
  return response.status;
}

/** The payloads of everything stored, oldest first. */
export async function stored({ query }: Pick<Gateway, 'query'>): Promise<unknown[]> {
  const payloads: unknown[] = [];
  for (let after: string | null = null; ; ) {
    const { data, errors } = await query(
      'query ($after: String) { ballotActivity(first: 100, after: $after) { nodes { payload } pageInfo { hasNextPage endCursor } } }',
      { after },
      bearer('auditor'),
    );
    if (errors) throw new Error(JSON.stringify(errors));
    const { nodes, pageInfo } = data.ballotActivity;
    payloads.push(...nodes.map(({ payload }: { payload: unknown }) => payload));
    if (!pageInfo.hasNextPage) return payloads;
    after = pageInfo.endCursor;
  }
}
