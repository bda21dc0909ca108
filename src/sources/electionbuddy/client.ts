import { SourceError } from '../../domain/errors.ts';
import type { OrganizationElection, VoterStatus, VotingLink } from '../../domain/organization.ts';
import { type Asker, createAskers } from '../../infra/askers.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Http, HttpResponse } from '../../infra/http.ts';
import { createExchanges, type Watching } from '../shared/exchanges.ts';
import { failureOf } from '../shared/failure.ts';
import {
  decodeElections,
  decodeVoterStatus,
  decodeVotingLinks,
  ELECTIONBUDDY,
  LINK_LIFETIME_MS,
  malformed,
} from './decode.ts';
import { signedQuery } from './sign.ts';

export type ElectionBuddySettings = {
  url: string;
  organizationId: string;
  secretToken: string;
  /** V1: a secret for each election, by its id. */
  electionKeys: ReadonlyMap<string, string>;
  /** Text and samples of the document disagree on both (WIRE.md): GET /sso by default. */
  v1Status: { method: 'GET' | 'POST'; path: string };
};

export type ElectionBuddyClient = ReturnType<typeof createElectionBuddyClient>;

type Ask = { signal?: AbortSignal | undefined; asker?: Asker | undefined };
type Options = Watching & { http: Http; settings: ElectionBuddySettings; clock: Clock };

const V2_PATH = '/integrations/v2/elections';
const V1_PATH = '/integrations/v1/sso';

/**
 * ElectionBuddy's voting integrations. Everything here is about one person: nothing is cached, and no URL, identifier or
 * answer reaches a log or an error. Null stands for 404: no such election or voter, or not authorised.
 */
export function createElectionBuddyClient({ http, settings, clock, ...watching }: Options) {
  const { url, organizationId, secretToken, electionKeys, v1Status } = settings;
  const base = new URL(url);
  const prefix = base.pathname.replace(/\/$/, '');
  const exchange = createExchanges({ clock, ...watching });
  const exp = () => String(Math.floor(clock.now() / 1000));

  const v2 = (identifier: string) => () =>
    ({ path: V2_PATH, query: signedQuery({ exp: exp(), identifier, oid: organizationId }, secretToken) }) as const;
  const v1 = (eid: string, mid: string, key: string, path: string) => () =>
    ({ path, query: signedQuery({ eid, exp: exp(), mid }, key) }) as const;

  async function ask(
    endpoint: string,
    accept: 'application/json' | 'text/html',
    sign: () => { path: string; query: string },
    { signal, asker }: Ask,
    method: 'GET' | 'POST' = 'GET',
  ): Promise<string | null> {
    asker?.spend();
    const askers = createAskers(asker);
    const prepare = (traced: Record<string, string>) => {
      const { path, query } = sign();
      if (method === 'GET') return { path: `${prefix}${path}?${query}`, headers: { accept, ...traced } };
      const headers = { accept, 'content-type': 'application/x-www-form-urlencoded', ...traced };
      return { method, path: prefix + path, headers, body: query };
    };
    return exchange(endpoint, askers.traceparent, async (attempt) => {
      try {
        const response = await http.send({
          endpoint,
          askers,
          signal,
          read: (answer) => answer,
          prepare: () => prepare(attempt()),
        });
        return bodyOf(endpoint, accept, response);
      } catch (error) {
        throw failureOf(ELECTIONBUDDY, endpoint, error, signal);
      }
    });
  }

  return {
    /** V2: the running elections that a voter may vote in. */
    async elections(identifier: string, options: Ask = {}): Promise<OrganizationElection[] | null> {
      const text = await ask('elections', 'application/json', v2(identifier), options);
      return text === null ? null : decodeElections('elections', text);
    },
    /** V2: the same as links to vote, from the HTML widget. */
    async votingLinks(identifier: string, options: Ask = {}): Promise<VotingLink[] | null> {
      const text = await ask('voting-links', 'text/html', v2(identifier), options);
      return text === null ? null : decodeVotingLinks('voting-links', text, base.href);
    },
    /** V1: whether a member has voted. Also null when this gateway holds no key for the election. */
    async voterStatus(electionCode: string, memberId: string, options: Ask = {}): Promise<VoterStatus | null> {
      const key = electionKeys.get(electionCode);
      if (key === undefined) return null;
      const sign = v1(electionCode, memberId, key, v1Status.path);
      const text = await ask('voter-status', 'application/json', sign, options, v1Status.method);
      return text === null ? null : decodeVoterStatus('voter-status', text, electionCode, memberId);
    },
    /** V1: a signed link to vote, made here and not fetched: whoever opens it is signed on. Null without a key. */
    createVotingLink(electionCode: string, memberId: string): VotingLink | null {
      const key = electionKeys.get(electionCode);
      if (key === undefined) return null;
      const expiresAt = Math.floor(clock.now() / 1000) * 1000 + LINK_LIFETIME_MS;
      const { path, query } = v1(electionCode, memberId, key, V1_PATH)();
      return { title: 'Vote now', url: `${base.origin}${prefix}${path}?${query}`, expiresAt, electionCode };
    },
  };
}

function bodyOf(endpoint: string, accept: string, { status, contentType, body }: HttpResponse): string | null {
  if (status === 404) return null;
  const facts = { source: ELECTIONBUDDY.name, endpoint, retryable: false, httpStatus: status };
  if (status === 422) {
    throw new SourceError('SOURCE_REFUSED', 'The election has reached its maximum number of voters.', {
      ...facts,
      sourceStatus: 'VOTER_LIMIT_REACHED',
    });
  }
  if (status !== 200) throw new SourceError('SOURCE_REFUSED', 'ElectionBuddy refused this request.', facts);
  const html = /html/i.test(contentType) || body.trimStart().startsWith('<');
  // An expired link is a page with status 200 (WIRE.md): without a list, and it says so.
  if (html && /expired/i.test(body) && !/<ul[\s>]/i.test(body)) {
    throw new SourceError(
      'SOURCE_REFUSED',
      "ElectionBuddy says that the signature has expired: this gateway's clock may be off by more than 30 seconds.",
      { ...facts, sourceStatus: 'EXPIRED' },
    );
  }
  if (accept === 'application/json' && html) throw malformed(endpoint, '$', 'HTML instead of JSON');
  return body;
}
