export type QuestionType =
  | 'PLURALITY'
  | 'CUMULATIVE'
  | 'PREFERENTIAL'
  | 'APPROVAL'
  | 'NOMINATION'
  | 'SCORED'
  | 'UNKNOWN';

export type BallotAnswer = { title: string; isWriteIn: boolean } & (
  | { kind: 'Selection' }
  | { kind: 'VoteAllocation'; votes: number }
  | { kind: 'Preference'; weight: number; rank: number }
  | { kind: 'Score'; score: number | null; notApplicable: boolean }
  | { kind: 'OtherAnswer'; choice: string }
);

export type BallotQuestion = {
  question: string;
  type: QuestionType;
  typeAsReported: string;
  abstained: boolean;
  answers: BallotAnswer[];
};

/** One event of a ballot, as a webhook told it. Instants in ms since the epoch; null: has not happened, or not said. */
export type BallotActivity = {
  kind: 'BallotActivity';
  /** Names the event whenever and however often it is sent. */
  key: string;
  /** Its place in the order of receipt. */
  position: string;
  receivedAt: number;
  electionCode: string;
  electionName: string | null;
  organization: { code: string | null; name: string | null; ownerName: string | null; ownerEmail: string | null };
  identifier: string | null;
  statuses: string[];
  instants: Record<BallotInstant, number | null>;
  voidReason: string | null;
  contact: { email: string | null; sms: string | null; postal: string | null; ip: string | null };
  voterData: unknown;
  questions: BallotQuestion[];
  /** Everything as it came, what is named above included. Numbers that a double cannot hold are texts, here and in `voterData`. */
  payload: Record<string, unknown>;
};

export type BallotInstant =
  | 'openedAt'
  | 'completedAt'
  | 'addedAt'
  | 'voidedAt'
  | 'keySurfacedAt'
  | 'ballotPrintedAt'
  | 'unsubscribedAt';

/** The rank of each weight: a larger one is more preferred, the largest is rank 1. Equal weights share a rank. */
export function ranksOf(weights: readonly number[]): Map<number, number> {
  const ranks = new Map<number, number>();
  for (const [index, weight] of weights.toSorted((a, b) => b - a).entries()) {
    if (!ranks.has(weight)) ranks.set(weight, index + 1);
  }
  return ranks;
}

/** Not a ballot's event. The message names what is missing, and nothing of what was sent. */
export class InvalidPayload extends Error {
  override readonly name = 'InvalidPayload';
}
