import { createHmac } from 'node:crypto';
import { type Election, ORGANIZATION_SECRET } from './elections.ts';
import { answer } from './questions.ts';
import type { Voter } from './voters.ts';

export type Ballot = {
  election: Election;
  voter: Voter;
  /** Counts the election's ballots. */
  nth: number;
  /** Spoiled instead of cast: the voter may vote again. */
  spoiled: boolean;
  at: number;
};

/** What a webhook says of a ballot, in the document's order of keys. */
export function payload({ election, voter, nth, spoiled, at }: Ballot): Record<string, unknown> {
  const now = Math.floor(at / 1000);
  const { organization } = election;
  const listed = Math.floor(election.startsAt / 1000) - 86_400;
  return {
    organization_id: organization.id,
    organization_name: organization.name,
    organization_owner_name: 'Olive Owner',
    organization_owner_email: 'owner@example.org',
    election_id: Number(election.id),
    election_name: election.name,
    identifier: election.mediumIntegrity ? accessKey(voter) : voter.identifier,
    // Only what the voter list holds.
    ...(voter.email && { email: voter.email }),
    ...(voter.sms && { sms: voter.sms }),
    ...(voter.postal && { postal: voter.postal }),
    status: spoiled ? ['Spoiled'] : election.mediumIntegrity ? ['Voted', 'Key Surfaced'] : ['Voted'],
    opened_at: now - 30 - (nth % 7) * 45,
    completed_at: spoiled ? null : now,
    added_at: listed,
    spoiled_at: spoiled ? now : null,
    spoil_reason: spoiled ? 'Opened by the wrong person' : null,
    key_surfaced_at: election.mediumIntegrity ? now - 300 : null,
    ballot_printed_at: voter.postal ? listed + 3600 : null,
    ip: `203.0.113.${nth % 256}`,
    unsubscribed_at: nth % 6 === 5 ? listed + 7200 : null,
    ...(election.allColumns && { voter_data: columns(voter) }),
    ...(election.choicesShown && !spoiled && { questions: questions(election, nth) }),
    // The document calls its sample "non-exhaustive": a receiver has to live with keys that it does not know.
    sandbox: true,
  };
}

function questions(election: Election, nth: number): object[] {
  return election.questions.map((question) => ({
    question: question.question,
    type: question.type,
    answers: answer(question, nth),
  }));
}

/** The columns of the document's sample, which do hold a password. */
function columns({ identifier, email, fullName }: Voter): Record<string, string> {
  return {
    ...(email && { email }),
    employer: 'Acme Inc.',
    password: `not-a-real-one-${accessKey({ identifier })}`,
    full_name: fullName,
    department: 'Demolition',
    crm_identifier: identifier,
  };
}

function accessKey({ identifier }: Pick<Voter, 'identifier'>): string {
  return createHmac('sha256', ORGANIZATION_SECRET).update(identifier).digest('hex').slice(0, 10).toUpperCase();
}
