import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import {
  type BallotActivity,
  type BallotAnswer,
  type BallotInstant,
  type BallotQuestion,
  InvalidPayload,
  type QuestionType,
  ranksOf,
} from '../../domain/ballots.ts';

// Only the election is indispensable. Everything else is read if it has the document's form, and else is null here; the
// whole payload is kept beside it, so that nothing is lost.
const identified = z.looseObject({ election_id: z.union([z.string().trim().min(1).max(64), z.int().nonnegative()]) });

/** Takes a webhook's body. `key` is the same for every delivery of the same event. Throws InvalidPayload. */
export function readWebhook(body: string): { key: string; electionCode: string } {
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    throw new InvalidPayload('the body is not JSON');
  }
  const result = identified.safeParse(payload);
  if (!result.success) throw new InvalidPayload('the body is not an object with an election_id');
  // No event id is sent (wire.md). Two deliveries of one event are equal but for the order of their keys, so the hash of
  // the canonical form (RFC 8785) names the event.
  const key = createHash('sha256').update(canonical(payload), 'utf8').digest('hex');
  return { key, electionCode: String(result.data.election_id) };
}

// Beyond some thousands JSON.stringify gives up, and what was taken could not be shown.
const MAX_DEPTH = 100;

function canonical(payload: unknown): string {
  if (isDeeper(payload, MAX_DEPTH)) throw new InvalidPayload(`the body is nested deeper than ${MAX_DEPTH} levels`);
  try {
    return canonicalize(payload) as string;
  } catch {
    // JSON's grammar allows halves of surrogate pairs, and numbers too large for a double; nobody can read them.
    throw new InvalidPayload('the body holds text that is not Unicode, or a number that is too large');
  }
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));

const INSTANTS: Record<BallotInstant, string> = {
  openedAt: 'opened_at',
  completedAt: 'completed_at',
  addedAt: 'added_at',
  voidedAt: 'spoiled_at',
  keySurfacedAt: 'key_surfaced_at',
  ballotPrintedAt: 'ballot_printed_at',
  unsubscribedAt: 'unsubscribed_at',
};

/** Reads a body that `readWebhook` took. */
export function decodeActivity({
  key,
  position,
  at,
  body,
}: {
  key: string;
  position: string;
  at: number;
  body: string;
}): BallotActivity {
  const payload = JSON.parse(body) as Record<string, unknown>;
  const text = (name: string) => textOf(payload[name]);
  return {
    kind: 'BallotActivity',
    key,
    position,
    receivedAt: at,
    electionCode: String(payload.election_id).trim(),
    electionName: text('election_name'),
    organization: {
      code: text('organization_id'),
      name: text('organization_name'),
      ownerName: text('organization_owner_name'),
      ownerEmail: text('organization_owner_email'),
    },
    identifier: text('identifier'),
    statuses: [payload.status].flat().flatMap((status) => textOf(status) ?? []),
    instants: Object.fromEntries(
      Object.entries(INSTANTS).map(([name, wire]) => [name, instantOf(payload[wire])]),
    ) as BallotActivity['instants'],
    voidReason: text('spoil_reason'),
    contact: { email: text('email'), sms: text('sms'), postal: text('postal'), ip: text('ip') },
    voterData: payload.voter_data ?? null,
    questions: Array.isArray(payload.questions) ? payload.questions.flatMap(questionOf) : [],
    payload,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : null;
}

// The largest instant that a Date can hold, in seconds.
const MAX_SECONDS = 8_640_000_000_000;

function instantOf(value: unknown): number | null {
  const seconds = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && seconds >= 0 && seconds <= MAX_SECONDS ? seconds * 1000 : null;
}

const TYPES: Record<string, QuestionType> = {
  plurality: 'PLURALITY',
  cumulative: 'CUMULATIVE',
  preferential: 'PREFERENTIAL',
  approval: 'APPROVAL',
  nomination: 'NOMINATION',
  scored: 'SCORED',
};

const question = z.looseObject({
  question: z.string(),
  type: z.string(),
  answers: z.looseObject({ regular: z.array(z.unknown()).nullish(), write_ins: z.array(z.unknown()).nullish() }),
});
const answer = z.looseObject({
  title: z.string(),
  choice: z.union([z.string(), z.number(), z.boolean()]).transform(String),
});

type Choice = { title: string; isWriteIn: boolean; choice: string };

function questionOf(value: unknown): BallotQuestion[] {
  const parsed = question.safeParse(value);
  if (!parsed.success) return [];
  const { question: title, type: reported, answers } = parsed.data;
  const type = Object.hasOwn(TYPES, reported) ? TYPES[reported]! : 'UNKNOWN';
  const choices = (list: unknown[] | null | undefined, isWriteIn: boolean): Choice[] =>
    (list ?? []).flatMap((entry) => {
      const read = answer.safeParse(entry);
      return read.success ? [{ title: read.data.title, isWriteIn, choice: read.data.choice }] : [];
    });
  const regular = choices(answers.regular, false);
  // Abstaining is an answer in `regular` whatever the type of the question (document, "Abstention").
  const abstained = regular.some(({ choice }) => choice === 'abstain');
  const given = [...regular.filter(({ choice }) => choice !== 'abstain'), ...choices(answers.write_ins, true)];
  return [{ question: title, type, typeAsReported: reported, abstained, answers: answersOf(type, given) }];
}

const isWhole = (choice: string) => /^\d{1,9}$/.test(choice);

function answersOf(type: QuestionType, choices: Choice[]): BallotAnswer[] {
  const weights = choices.filter(({ choice }) => isWhole(choice)).map(({ choice }) => Number(choice));
  const ranks = type === 'PREFERENTIAL' ? ranksOf(weights) : null;
  return choices.map(({ title, isWriteIn, choice }): BallotAnswer => {
    const common = { title, isWriteIn };
    switch (type) {
      case 'PLURALITY':
      case 'APPROVAL':
      case 'NOMINATION':
        if (choice === 'true') return { kind: 'Selection', ...common };
        break;
      case 'CUMULATIVE':
        if (isWhole(choice)) return { kind: 'VoteAllocation', ...common, votes: Number(choice) };
        break;
      case 'PREFERENTIAL': {
        const weight = Number(choice);
        const rank = isWhole(choice) ? ranks?.get(weight) : undefined;
        if (rank !== undefined) return { kind: 'Preference', ...common, weight, rank };
        break;
      }
      case 'SCORED':
        if (choice === 'not_applicable') return { kind: 'Score', ...common, score: null, notApplicable: true };
        if (isWhole(choice)) return { kind: 'Score', ...common, score: Number(choice), notApplicable: false };
        break;
    }
    return { kind: 'OtherAnswer', ...common, choice };
  });
}
