/** An organisation's election at ElectionBuddy. Only "running" can be voted in; every other word means "not (any more)". */
export type OrganizationElectionState = 'RUNNING' | 'NOT_RUNNING';

export type OrganizationElection = {
  kind: 'OrganizationElection';
  code: string;
  name: string;
  /** ISO 8601, as reported. */
  startsAt: string | null;
  endsAt: string | null;
  stateAsReported: string;
};

export type VotingLink = {
  title: string;
  url: string;
  /** Milliseconds since the epoch; null where the link does not say. */
  expiresAt: number | null;
  electionCode: string | null;
};

export type VoterStatus = {
  electionCode: string;
  memberId: string;
  hasVoted: boolean;
  /** Null: the older form of the answer does not say. */
  stateAsReported: string | null;
  endsAt: number | null;
};

export function electionState(reported: string): OrganizationElectionState {
  return reported === 'running' ? 'RUNNING' : 'NOT_RUNNING';
}

/**
 * So many members of one operation count as one request of its key. If each counted, a reminder to 5,000 members would take
 * five minutes at the default limit; if none did, an operation with 2,000 requests to the source would count as any other.
 */
export const MEMBERS_A_REQUEST = 10;
