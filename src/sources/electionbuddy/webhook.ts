import { createHash } from 'node:crypto';
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
import { canonicalForm, ExactNumber, hasDuplicateKey, parseExact, parseShowable } from './exact-json.ts';

// Only the election is indispensable. Everything else is read if it has the document's form, and else is null here; the
// whole payload is kept beside it, so that nothing is lost.
const number = z.instanceof(ExactNumber).transform(({ text }) => text);
const identified = z.looseObject({
  election_id: z.union([z.string().trim().min(1).max(64), number.pipe(z.string().regex(/^\d{1,64}$/))]),
});

/** Takes a webhook's body. `key` is the same for every delivery of the same event. Throws InvalidPayload. */
export function readWebhook(body: string): { key: string; electionCode: string } {
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    throw new InvalidPayload('the body is not JSON');
  }
  if (isDeeper(payload, MAX_DEPTH)) throw new InvalidPayload(`the body is nested deeper than ${MAX_DEPTH} levels`);
  if (hasDuplicateKey(body, payload)) throw new InvalidPayload('the body names a key twice');
  const exact = parseExact(body);
  const result = identified.safeParse(exact);
  if (!result.success) throw new InvalidPayload('the body is not an object with an election_id');
  // No event id is sent (WIRE.md). Two deliveries of one event are equal but for the order of their keys, so the hash of
  // the canonical form names the event.
  const key = createHash('sha256').update(canonical(exact), 'utf8').digest('hex');
  return { key, electionCode: result.data.election_id };
}

// Beyond some thousands JSON.stringify gives up, and what was taken could not be shown.
const MAX_DEPTH = 100;

function canonical(exact: unknown): string {
  try {
    return canonicalForm(exact);
  } catch {
    // JSON's grammar allows halves of surrogate pairs; nobody can read them.
    throw new InvalidPayload('the body holds text that is not Unicode');
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
  const payload = parseExact(body) as Record<string, unknown>;
  const shown = parseShowable(body) as Record<string, unknown>;
  const text = (name: string) => textOf(payload[name]);
  return {
    kind: 'BallotActivity',
    key,
    position,
    receivedAt: at,
    electionCode: textOf(payload.election_id)!.trim(),
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
    voterData: shown.voter_data ?? null,
    questions: Array.isArray(payload.questions) ? payload.questions.flatMap(questionOf) : [],
    payload: shown,
  };
}

function textOf(value: unknown): string | null {
  if (value instanceof ExactNumber) return value.text;
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : null;
}

// As seconds, the year 5138; as milliseconds, 1973, long before ElectionBuddy. So a number tells which of them it is.
const FIRST_MILLISECONDS = 100_000_000_000;

/** Seconds, says the document. Milliseconds are read as such; what is larger still is no instant. */
function instantOf(value: unknown): number | null {
  const text = textOf(value);
  if (text === null || !/^\d+(\.\d+)?$/.test(text)) return null;
  const instant = Number(text);
  if (instant < FIRST_MILLISECONDS) return instant * 1000;
  return instant < FIRST_MILLISECONDS * 1000 ? instant : null;
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
  choice: z.union([z.string(), number, z.boolean()]).transform(String),
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
