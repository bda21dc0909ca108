import type { Context } from '../context.ts';
import { parseCode } from '../domain/codes.ts';
import { badInput, type ErrorCode, GatewayError } from '../domain/errors.ts';
import { electionState, MEMBERS_A_REQUEST, type VoterStatus } from '../domain/organization.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { dateOrNull, OrganizationElectionRef, OrganizationElectionStateRef, parseIdentifier } from './organization.ts';

const VoterStatusRef = builder.objectRef<VoterStatus>('VoterStatus').implement({
  description:
    'Whether one member has voted in one election. Asked of ElectionBuddy each time: never cached, never logged.',
  fields: (t) => ({
    electionCode: t.exposeID('electionCode', { description: "ElectionBuddy's id of the election." }),
    memberId: t.exposeID('memberId', { description: 'As it was asked for.' }),
    hasVoted: t.exposeBoolean('hasVoted', { description: 'Whether the member has voted.' }),
    electionState: t.field({
      type: OrganizationElectionStateRef,
      nullable: true,
      description: 'Whether the election can be voted in; null where ElectionBuddy does not say.',
      resolve: ({ stateAsReported }) => (stateAsReported === null ? null : electionState(stateAsReported)),
    }),
    endsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When voting ends; null where ElectionBuddy does not say.',
      resolve: ({ endsAt }) => dateOrNull(endsAt),
    }),
  }),
});

builder.queryFields((t) => ({
  voterStatus: t.field({
    type: VoterStatusRef,
    nullable: true,
    description:
      "Whether a member has voted. Needs scope `organization:act`, or a portal's token whose identifier this is. Null: no such election or voter (a member who is not on its list yet may still get a link), or an election for which this gateway has no key.",
    args: {
      electionCode: t.arg.id({ required: true, description: "ElectionBuddy's id of the election." }),
      memberId: t.arg.id({ required: true, description: 'The member id, as on the voter list of that election.' }),
    },
    extensions: costs({ requests: 1 }),
    resolve: (_root, { electionCode, memberId }, ctx) => {
      const code = parseCode('electionCode', electionCode);
      return ctx.electionbuddy.voterStatus(code, parseIdentifier('memberId', memberId, ctx));
    },
  }),
}));

builder.objectField(OrganizationElectionRef, 'voterStatus', (t) =>
  t.field({
    type: VoterStatusRef,
    nullable: true,
    description:
      "Whether the member in whose list this election is has voted: a request of its own, with the member's identifier as member id. Null as in `Query.voterStatus`.",
    extensions: costs({ requests: 1 }),
    resolve: ({ code, identifier }, _args, { electionbuddy }) => electionbuddy.voterStatus(code, identifier),
  }),
);

/** Why one member's status is not known; whatever else goes wrong is an error of the answer, as everywhere. */
const CODES = {
  SOURCE_UNAVAILABLE: 'ElectionBuddy cannot be reached, or refuses everybody for a while.',
  SOURCE_TIMEOUT: 'ElectionBuddy did not answer in time.',
  SOURCE_REFUSED: 'ElectionBuddy said no: `sourceStatus` has its reason where it gave one.',
  SOURCE_MALFORMED: 'ElectionBuddy answered something that cannot be read.',
  DEADLINE_EXCEEDED: "The request's time was over before it was this member's turn.",
  QUERY_TOO_COMPLEX: 'The operation had caused as many requests to sources as it may: ask for this one in another.',
} satisfies Partial<Record<ErrorCode, string>>;
type Code = keyof typeof CODES;

/** Of a GatewayError; itself it would be taken for the failure of whoever returns it. */
type StatusError = { code: Code; message: string; extensions: GatewayError['extensions'] };
type KnownError = GatewayError & StatusError;
const isKnown = (error: unknown): error is KnownError =>
  error instanceof GatewayError && Object.hasOwn(CODES, error.code);

const CodeRef = builder.enumType('VoterStatusErrorCode', {
  description: 'Why a status is not known: the same codes as in `extensions.code` of errors.',
  values: Object.fromEntries(Object.entries(CODES).map(([code, description]) => [code, { description }])) as Record<
    Code,
    { description: string }
  >,
});

const VoterStatusErrorRef = builder.objectRef<StatusError>('VoterStatusError').implement({
  description: "Why one member's status is not known. It says nothing about whether the member has voted.",
  fields: (t) => ({
    code: t.field({ type: CodeRef, description: 'For programs.', resolve: ({ code }) => code }),
    message: t.exposeString('message', { description: 'An English sentence for people. It names no member.' }),
    retryable: t.boolean({
      description: 'Whether asking again for this member, in a while, may do.',
      // Where it is our limit that was reached, another operation has its own.
      resolve: ({ code, extensions }) => code === 'QUERY_TOO_COMPLEX' || extensions.retryable === true,
    }),
    retryAfter: t.int({
      nullable: true,
      description: 'In how many seconds to ask again; null where the source did not say.',
      resolve: ({ extensions: { retryAfter } }) => (typeof retryAfter === 'number' ? retryAfter : null),
    }),
    sourceStatus: t.string({
      nullable: true,
      description:
        'Why ElectionBuddy said no: `VOTER_LIMIT_REACHED`, or `EXPIRED` when the clocks differ. Null for all else.',
      resolve: ({ extensions: { sourceStatus } }) => (typeof sourceStatus === 'string' ? sourceStatus : null),
    }),
  }),
});

/** Null: nothing failed. What failed in a way that has no code here is thrown: of neither field it may look like an answer. */
function knownError(error: unknown): StatusError | null {
  if (error === null) return null;
  if (!isKnown(error)) throw error;
  const { code, message, extensions } = error;
  return { code, message, extensions };
}

/** `error`: whatever was thrown. */
type MemberVoterStatus = { memberId: string; status: VoterStatus | null; error: unknown };

const MemberVoterStatusRef = builder.objectRef<MemberVoterStatus>('MemberVoterStatus').implement({
  description: 'One member of a list, and what ElectionBuddy says of that member, or why that is not known.',
  fields: (t) => ({
    memberId: t.exposeID('memberId', { description: 'As it was asked for.' }),
    status: t.field({
      type: VoterStatusRef,
      nullable: true,
      description:
        'Whether the member has voted. Null with an `error`: not known. Null without one: as a null of `voterStatus`, no such election or voter, or an election for which this gateway has no key.',
      resolve: ({ status, error }) => {
        knownError(error);
        return status;
      },
    }),
    error: t.field({
      type: VoterStatusErrorRef,
      nullable: true,
      description: 'Why the status is not known. Null where ElectionBuddy has answered.',
      resolve: ({ error }) => knownError(error),
    }),
  }),
});

/** Beyond it a reminder is several operations: an answer waits for its slowest member, and has a deadline. */
const MAX_MEMBERS = 500;

function parseMemberIds(memberIds: readonly string[], ctx: Context): string[] {
  if (memberIds.length < 1 || memberIds.length > MAX_MEMBERS) {
    throw badInput('memberIds', `1 to ${MAX_MEMBERS} member ids, not ${memberIds.length}.`);
  }
  const seen = new Set<string>();
  return memberIds.map((memberId, index) => {
    const field = `memberIds.${index}`;
    if (seen.has(memberId)) throw badInput(field, 'this member id is in the list before.');
    seen.add(memberId);
    return parseIdentifier(field, memberId, ctx);
  });
}

builder.queryField('voterStatuses', (t) =>
  t.field({
    type: [MemberVoterStatusRef],
    description: `Whether each of many members has voted, in the order asked: side by side, as many at once as the source's limit allows, and each is a request to ElectionBuddy. One that fails has an \`error\` of its own and leaves the others. A key's minute (\`REQUESTS_PER_MINUTE\`) counts one request for each ${MEMBERS_A_REQUEST} members. What is asked badly (BAD_USER_INPUT), too often (RATE_LIMITED) or by somebody who may not is an error of the answer. Needs scope \`organization:act\`, or a portal's token whose identifier this is.`,
    args: {
      electionCode: t.arg.id({ required: true, description: "ElectionBuddy's id of the election." }),
      memberIds: t.arg.idList({
        required: true,
        description: `1 to ${MAX_MEMBERS} member ids, as on the voter list of that election, none of them twice.`,
      }),
    },
    extensions: costs(({ memberIds }: { memberIds: readonly string[] }) => {
      // A longer list is refused before anything is asked.
      const members = memberIds.length > MAX_MEMBERS ? 0 : memberIds.length;
      return { requests: members, each: members };
    }),
    resolve: async (_root, args, ctx) => {
      const code = parseCode('electionCode', args.electionCode);
      const memberIds = parseMemberIds(args.memberIds.map(String), ctx);
      await ctx.memberLimits.consumeMembers(ctx.caller, memberIds.length);
      return Promise.all(
        memberIds.map(
          (memberId): Promise<MemberVoterStatus> =>
            ctx.electionbuddy.voterStatus(code, memberId).then(
              (status) => ({ memberId, status, error: null }),
              (error: unknown) => ({ memberId, status: null, error }),
            ),
        ),
      );
    },
  }),
);
