import type { BallotActivity, BallotAnswer, BallotInstant, BallotQuestion, QuestionType } from '../domain/ballots.ts';
import { parseCode } from '../domain/codes.ts';
import { named } from '../domain/event-ids.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import {
  cursorKey,
  encodeCursor,
  notACursor,
  type PageArgs,
  pageArgs,
  pageOf,
  parseFirst,
  sizeOf,
} from './pagination.ts';

const QuestionTypeRef = builder.enumType('QuestionType', {
  description: "A question's voting system.",
  values: {
    PLURALITY: { description: 'Options are selected.' },
    CUMULATIVE: { description: 'Votes are spread over options.' },
    PREFERENTIAL: { description: 'Options are ordered.' },
    APPROVAL: { description: 'Options are approved of.' },
    NOMINATION: { description: 'Names are written in.' },
    SCORED: { description: 'Options are scored.' },
    UNKNOWN: { description: 'A system that the documentation does not name: `typeAsReported` has the word.' },
  } satisfies Record<QuestionType, { description: string }>,
});

const BallotAnswerRef = builder.interfaceRef<BallotAnswer>('BallotAnswer').implement({
  description: 'One option that a voter chose.',
  resolveType: ({ kind }) => kind,
  fields: (t) => ({
    title: t.exposeString('title', { description: 'The name of the option, or what was written in.' }),
    isWriteIn: t.exposeBoolean('isWriteIn', { description: 'Whether the voter wrote it in.' }),
  }),
});

type Answer<Kind extends BallotAnswer['kind']> = Extract<BallotAnswer, { kind: Kind }>;

builder.objectRef<Answer<'Selection'>>('Selection').implement({
  description: 'An option that was selected, approved of or nominated.',
  interfaces: [BallotAnswerRef],
});
builder.objectRef<Answer<'VoteAllocation'>>('VoteAllocation').implement({
  description: 'Votes for an option of a cumulative question.',
  interfaces: [BallotAnswerRef],
  fields: (t) => ({ votes: t.exposeInt('votes', { description: "How many of the voter's votes." }) }),
});
builder.objectRef<Answer<'Preference'>>('Preference').implement({
  description: 'An option of a preferential question.',
  interfaces: [BallotAnswerRef],
  fields: (t) => ({
    weight: t.exposeInt('weight', { description: 'As reported: a LARGER number is MORE preferred.' }),
    rank: t.exposeInt('rank', {
      description: 'Ours, from the weights: 1 is the most preferred; equal weights share a rank.',
    }),
  }),
});
builder.objectRef<Answer<'Score'>>('Score').implement({
  description: 'A score for an option of a scored question.',
  interfaces: [BallotAnswerRef],
  fields: (t) => ({
    score: t.exposeInt('score', { nullable: true, description: 'The score; null when not applicable.' }),
    notApplicable: t.exposeBoolean('notApplicable', {
      description: 'Whether the voter said that the option is not applicable.',
    }),
  }),
});
builder.objectRef<Answer<'OtherAnswer'>>('OtherAnswer').implement({
  description: 'A choice that does not have the form documented for its type of question.',
  interfaces: [BallotAnswerRef],
  fields: (t) => ({ choice: t.exposeString('choice', { description: 'The choice as reported.' }) }),
});

const BallotQuestionRef = builder.objectRef<BallotQuestion>('BallotQuestion').implement({
  description: 'What a voter answered to one question.',
  fields: (t) => ({
    question: t.exposeString('question', { description: 'The question.' }),
    type: t.expose('type', { type: QuestionTypeRef, description: 'Its voting system.' }),
    typeAsReported: t.exposeString('typeAsReported', { description: "ElectionBuddy's own word for it." }),
    abstained: t.exposeBoolean('abstained', { description: 'Whether the voter abstained.' }),
    answers: t.field({
      type: [BallotAnswerRef],
      description: 'What was chosen, regular options first; without the mark of an abstention.',
      extensions: costs({ each: 20 }),
      resolve: ({ answers }) => answers,
    }),
  }),
});

const VoterContactRef = builder.objectRef<BallotActivity['contact']>('VoterContact').implement({
  description: 'How a voter can be reached, as far as the voter list says.',
  fields: (t) => ({
    email: t.exposeString('email', { nullable: true, description: 'E-mail address.' }),
    sms: t.exposeString('sms', { nullable: true, description: 'Telephone number for short messages.' }),
    postal: t.exposeString('postal', { nullable: true, description: 'Postal address.' }),
    ip: t.exposeString('ip', { nullable: true, description: 'IP address from which the ballot was cast.' }),
  }),
});

const BallotOrganizationRef = builder.objectRef<BallotActivity['organization']>('BallotOrganization').implement({
  description: 'The organisation that holds the election.',
  fields: (t) => ({
    code: t.exposeID('code', { nullable: true, description: "ElectionBuddy's id of it." }),
    name: t.exposeString('name', { nullable: true, description: 'Its name.' }),
    ownerName: t.exposeString('ownerName', {
      nullable: true,
      description: "Its owner's name. Needs scope `ballots:contact`.",
      authScopes: { scope: 'ballots:contact' },
    }),
    ownerEmail: t.exposeString('ownerEmail', {
      nullable: true,
      description: "Its owner's e-mail address. Needs scope `ballots:contact`.",
      authScopes: { scope: 'ballots:contact' },
    }),
  }),
});

const BallotActivityRef = builder.objectRef<BallotActivity>('BallotActivity');
builder.node(BallotActivityRef, {
  id: { resolve: ({ key }) => key },
  description:
    'Something that happened to a ballot, as a webhook of ElectionBuddy told it; stored once, however often it was sent, and deleted after the retention time. Needs scope `ballots:read`.',
  isTypeOf: (value) => (value as BallotActivity).kind === 'BallotActivity',
  authScopes: { scope: 'ballots:read' },
  loadOne: (key, { ballots, caller }) => (caller.scopes.has('ballots:read') ? ballots.find(key) : null),
  fields: (t) => {
    const instant = (name: BallotInstant, description: string) =>
      t.field({
        type: 'DateTime',
        nullable: true,
        description: `${description} Null: it has not happened, or what was told is not an instant in seconds or milliseconds.`,
        resolve: ({ instants }: BallotActivity) => dateOrNull(instants[name]),
      });
    return {
      cursor: t.string({
        description: 'Its place in the order of receipt: continue after it with `after`.',
        resolve: ({ position }) => encodeCursor(position),
      }),
      receivedAt: t.field({
        type: 'DateTime',
        description: 'When this gateway first received it.',
        resolve: ({ receivedAt }) => new Date(receivedAt),
      }),
      electionCode: t.exposeID('electionCode', { description: "ElectionBuddy's id of the election." }),
      electionName: t.exposeString('electionName', {
        nullable: true,
        description: 'Name of the election; null where it was not told.',
      }),
      organization: t.field({
        type: BallotOrganizationRef,
        description: 'Whose election it is.',
        resolve: ({ organization }) => organization,
      }),
      identifier: t.exposeString('identifier', {
        nullable: true,
        description:
          "The voter's identifier on the voter list (for medium-integrity elections the key), digit by digit where it is a number; null for an anonymous ballot.",
      }),
      statuses: t.exposeStringList('statuses', {
        description: "The ballot's states in ElectionBuddy's own words, such as `Voted`.",
      }),
      openedAt: instant('openedAt', 'When the ballot was opened.'),
      completedAt: instant('completedAt', 'When it was cast.'),
      addedAt: instant('addedAt', 'When the voter was added.'),
      voidedAt: instant('voidedAt', 'When it was voided.'),
      voidReason: t.exposeString('voidReason', { nullable: true, description: 'Why it was voided.' }),
      keySurfacedAt: instant('keySurfacedAt', "When the voter's key was shown."),
      ballotPrintedAt: instant('ballotPrintedAt', 'When the ballot was printed.'),
      unsubscribedAt: instant('unsubscribedAt', 'When the voter unsubscribed from notices.'),
      contact: t.field({
        type: VoterContactRef,
        nullable: true,
        description: 'How the voter can be reached. Needs scope `ballots:contact`.',
        authScopes: { scope: 'ballots:contact' },
        resolve: ({ contact }) => contact,
      }),
      voterData: t.field({
        type: 'JSON',
        nullable: true,
        description:
          "The voter's columns of an uploaded voter list, whatever they hold, even a password. Numbers that a double cannot hold (such as identifiers beyond 2^53) are strings of their digits. Null: none were told. Needs scope `ballots:contact`.",
        authScopes: { scope: 'ballots:contact' },
        resolve: ({ voterData }) => voterData,
      }),
      questions: t.field({
        type: [BallotQuestionRef],
        nullable: true,
        description:
          "The voter's choices, where the election lets administrators see them; else empty. Needs scope `ballots:choices`.",
        authScopes: { scope: 'ballots:choices' },
        extensions: costs({ each: 20 }),
        resolve: ({ questions }) => questions,
      }),
      payload: t.field({
        type: 'JSON',
        nullable: true,
        description:
          'Everything as it came, keys included that the documentation does not name. Numbers that a double cannot hold (such as identifiers beyond 2^53) are strings of their digits. Needs scopes `ballots:contact` and `ballots:choices`.',
        authScopes: (_activity, _args, { caller }) =>
          caller.scopes.has('ballots:contact') && caller.scopes.has('ballots:choices'),
        resolve: ({ payload }) => payload,
      }),
    };
  },
});

const dateOrNull = (at: number | null) => (at === null ? null : new Date(at));

const BallotActivityConnection = builder.connectionObject(
  { type: BallotActivityRef, name: 'BallotActivityConnection', description: 'A page of ballot activity.' },
  { name: 'BallotActivityEdge', description: 'One event, with its place in the list.' },
);

const POSITION = /^\d{1,16}(-\d{1,16})?$/;

function parseAfter(after: string | null | undefined): string | undefined {
  if (after == null) return undefined;
  const position = cursorKey(after);
  if (!POSITION.test(position)) throw notACursor();
  return position;
}

const electionCodeArg = builder.args((t) => ({
  electionCode: t.id({ description: "Only of this election: ElectionBuddy's id. Default: of all." }),
}));

const parseElectionCode = (code: string | null | undefined) =>
  code == null ? undefined : parseCode('electionCode', code);

builder.queryField('ballotActivity', (t) =>
  t.field({
    type: BallotActivityConnection,
    nullable: true,
    description: 'Ballot activity in the order of receipt, oldest first. Needs scope `ballots:read`.',
    args: { ...electionCodeArg, ...pageArgs },
    authScopes: { scope: 'ballots:read' },
    extensions: costs((args: PageArgs) => ({ work: 20, page: sizeOf(args) })),
    resolve: async (_root, args, { ballots }) => {
      const after = parseAfter(args.after);
      const { items, total, more } = await ballots.page({
        electionCode: parseElectionCode(args.electionCode),
        after,
        first: parseFirst(args.first),
      });
      const facts = { totalCount: total, hasNextPage: more, hasPreviousPage: after !== undefined };
      return pageOf(items, ({ position }) => position, facts);
    },
  }),
);

builder.subscriptionField('ballotActivityReceived', (t) =>
  t.field({
    type: BallotActivityRef,
    description:
      'Ballot activity as it comes in. With `after` (the `cursor` of the last event seen) nothing is missed and nothing comes twice; without it, from now on. Over SSE each event has its cursor as `id`, and `Last-Event-ID` goes before `after`. Needs scope `ballots:read`.',
    args: {
      ...electionCodeArg,
      after: t.arg.string({ description: 'Continue after this cursor.' }),
    },
    authScopes: { scope: 'ballots:read' },
    // A client that connects anew sends what it sent before: what it saw since is later.
    subscribe: (_root, args, { ballots, lastEventId }) => {
      const after = parseAfter(lastEventId ?? args.after);
      const activity = ballots.follow({ electionCode: parseElectionCode(args.electionCode), after });
      return named(activity, ({ position }: BallotActivity) => encodeCursor(position));
    },
    resolve: (activity: BallotActivity) => activity,
  }),
);
