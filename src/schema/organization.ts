import type { Context } from '../context.ts';
import { mayActFor } from '../domain/caller.ts';
import { parseCode } from '../domain/codes.ts';
import { badInput, GatewayError, SourceError } from '../domain/errors.ts';
import {
  electionState,
  type OrganizationElection,
  type OrganizationElectionState,
  type VotingLink,
} from '../domain/organization.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { InvalidInputRef, inputError, type Problem, problem, problemRef } from './mutation-error.ts';

export const OrganizationElectionStateRef = builder.enumType('OrganizationElectionState', {
  description: 'Whether an election can be voted in.',
  values: {
    RUNNING: { description: 'It can.' },
    NOT_RUNNING: { description: 'It has not begun, or has ended: `stateAsReported` has the word.' },
  } satisfies Record<OrganizationElectionState, { description: string }>,
});

export const dateOrNull = (at: number | string | null) => (at === null ? null : new Date(at));

/** An election and who was asked about: the person is not part of the answer, but needed for what is personal in it. */
export type PersonalElection = OrganizationElection & { identifier: string };

/** The running elections of one person; null for whom ElectionBuddy does not know. */
async function electionsOf(identifier: string, { electionbuddy }: Context): Promise<PersonalElection[] | null> {
  const elections = await electionbuddy.elections(identifier);
  return elections?.map((election) => ({ ...election, identifier })) ?? null;
}

export const OrganizationElectionRef = builder.objectRef<PersonalElection>('OrganizationElection');
builder.node(OrganizationElectionRef, {
  id: { resolve: ({ code }) => code },
  description:
    "An election of an organisation that uses ElectionBuddy. By `node(id:)` only a member finds it, among the member's own.",
  isTypeOf: (value) => (value as OrganizationElection).kind === 'OrganizationElection',
  loadOne: async (code, ctx) => {
    const { caller } = ctx;
    if (caller.kind !== 'member' || caller.identifier === null) return null;
    return (await electionsOf(caller.identifier, ctx))?.find((election) => election.code === code) ?? null;
  },
  fields: (t) => ({
    code: t.exposeID('code', { description: "ElectionBuddy's own id." }),
    name: t.exposeString('name', { description: 'The name.' }),
    startsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When voting begins; null where it is not set.',
      resolve: ({ startsAt }) => dateOrNull(startsAt),
    }),
    endsAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When voting ends; null where no end is set.',
      resolve: ({ endsAt }) => dateOrNull(endsAt),
    }),
    state: t.field({
      type: OrganizationElectionStateRef,
      description: 'Whether it can be voted in.',
      resolve: ({ stateAsReported }) => electionState(stateAsReported),
    }),
    stateAsReported: t.exposeString('stateAsReported', {
      description: "ElectionBuddy's own word; only `running` can be voted in.",
    }),
  }),
});

/** A link and whose it is: the person is not part of the answer, but needed to find the election. */
type PersonalLink = VotingLink & { identifier: string };

const VotingLinkRef = builder.objectRef<PersonalLink>('VotingLink').implement({
  description: 'An address that signs its holder on to vote: show it to that person only, and keep it out of logs.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What to show, as ElectionBuddy words it.' }),
    url: t.expose('url', { type: 'URL', description: 'The address. It works for a few minutes.' }),
    expiresAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Until when it works; null where the address does not tell.',
      resolve: ({ expiresAt }) => dateOrNull(expiresAt),
    }),
    election: t.field({
      type: OrganizationElectionRef,
      nullable: true,
      description:
        "The election, found among the voter's running ones by its id or, where the address has none, by its name: a request of its own. Null where that is not just one.",
      extensions: costs({ requests: 1 }),
      resolve: async ({ electionCode, title, identifier }, _args, ctx) => {
        const elections = (await electionsOf(identifier, ctx)) ?? [];
        const found = elections.filter(({ code, name }) =>
          electionCode === null ? name.replace(/\s+/g, ' ').trim() === title : code === electionCode,
        );
        return found.length === 1 ? found[0]! : null;
      },
    }),
  }),
});

/** That run at the same time. */
const ELECTIONS = 50;

const OrganizationVoterRef = builder.objectRef<{ identifier: string }>('OrganizationVoter').implement({
  description:
    'A member of the organisation, by the identifier on its voter lists. Asked of ElectionBuddy each time: never cached, never logged.',
  fields: (t) => ({
    identifier: t.exposeID('identifier', { description: 'As it was asked for.' }),
    elections: t.field({
      type: [OrganizationElectionRef],
      nullable: true,
      description:
        'The running elections in which the member can vote; null for an identifier that ElectionBuddy does not know.',
      extensions: costs({ requests: 1, each: ELECTIONS }),
      resolve: ({ identifier }, _args, ctx) => electionsOf(identifier, ctx),
    }),
    votingLinks: t.field({
      type: [VotingLinkRef],
      nullable: true,
      description: 'Links to vote in them; null for an identifier that ElectionBuddy does not know.',
      extensions: costs({ requests: 1, each: ELECTIONS }),
      resolve: async ({ identifier }, _args, { electionbuddy }) =>
        (await electionbuddy.votingLinks(identifier))?.map((link) => ({ ...link, identifier })) ?? null,
    }),
  }),
});

const MAX_IDENTIFIER = 255;

/**
 * A member's identifier that this caller may name: any with scope `organization:act`, else only the one in the caller's
 * own token, because with somebody else's identifier one could vote in that person's place (sources/electionbuddy/WIRE.md).
 */
export function parseIdentifier(field: string, value: string, { caller }: Context): string {
  if (value.length < 1 || value.length > MAX_IDENTIFIER || !value.isWellFormed() || /\p{Cc}/u.test(value)) {
    throw badInput(field, `an identifier has 1 to ${MAX_IDENTIFIER} characters, none of them a control character.`);
  }
  if (mayActFor(caller, value)) return value;
  if (caller.kind === 'stranger') {
    throw new GatewayError(
      'UNAUTHENTICATED',
      'This needs an API key, or your member portal\'s token, as "Authorization: Bearer …".',
      {
        scope: 'organization:act',
      },
    );
  }
  throw new GatewayError(
    'FORBIDDEN',
    'You may ask for your own identifier only; others need the scope organization:act.',
    {
      scope: 'organization:act',
    },
  );
}

builder.queryField('organizationVoter', (t) =>
  t.field({
    type: OrganizationVoterRef,
    nullable: true,
    description:
      "A member of the organisation and what the member can vote in. Needs scope `organization:act`, or a portal's token whose identifier this is.",
    args: {
      identifier: t.arg.id({
        required: true,
        description: 'The identifier on the voter lists, such as an e-mail address or a membership number.',
      }),
    },
    resolve: (_root, { identifier }, ctx) => ({ identifier: parseIdentifier('identifier', identifier, ctx) }),
  }),
);

const CreateVotingLinkResultRef = builder.unionType('CreateVotingLinkResult', {
  description: 'The link, or why there is none.',
  types: [
    builder.objectRef<{ kind: 'CreateVotingLinkSuccess'; link: PersonalLink }>('CreateVotingLinkSuccess').implement({
      description: 'There is a link.',
      isTypeOf: (value) => (value as { kind: string }).kind === 'CreateVotingLinkSuccess',
      fields: (t) => ({ link: t.expose('link', { type: VotingLinkRef, description: 'The link.' }) }),
    }),
    problemRef('VoterNotFound', 'The gateway has no key for such an election, so nobody can be found in it.'),
    problemRef('VoterLimitReached', 'The election has reached its maximum number of voters.'),
    problemRef('AlreadyVoted', 'The member has voted: there is no second ballot.'),
    problemRef('ElectionNotRunning', 'Voting has not begun, or has ended.'),
    InvalidInputRef,
  ],
});

const CreateVotingLinkInput = builder.inputType('CreateVotingLinkInput', {
  description: 'Who wants to vote, and where.',
  fields: (t) => ({
    electionCode: t.id({ required: true, description: "ElectionBuddy's id of the election." }),
    memberId: t.id({
      required: true,
      description:
        'The member id, as on the voter list of that election or, for a member who is not on it yet, as it shall be there.',
    }),
  }),
});

builder.mutationField('createVotingLink', (t) =>
  t.field({
    type: CreateVotingLinkResultRef,
    description:
      "A signed link to vote in one election (version 1 of ElectionBuddy's integrations), made after asking ElectionBuddy whether the member can still vote. A member who is not on the election's list is added with a fresh ballot when the link is opened. ElectionBuddy answers alike for such a member, for one who may not vote and for an election that does not exist: there is a link then too, and it shows which it was. Needs scope `organization:act`, or a portal's token whose identifier this is.",
    args: { input: t.arg({ type: CreateVotingLinkInput, required: true, description: 'Who, and where.' }) },
    extensions: costs({ requests: 1 }),
    resolve: (_root, { input }, ctx) =>
      inputError(async () => {
        const code = parseCode('input.electionCode', input.electionCode);
        const identifier = parseIdentifier('input.memberId', input.memberId, ctx);
        const status = await ctx.electionbuddy.voterStatusNow(code, identifier).catch(limitReached);
        if (status && 'kind' in status) return status;
        const link = ctx.electionbuddy.createVotingLink(code, identifier);
        if (!link) return problem('VoterNotFound', 'This gateway has no key for such an election.');
        // Without a status (404) the member may still get a ballot where the link leads (sources/electionbuddy/WIRE.md).
        if (status?.hasVoted) return problem('AlreadyVoted', 'This member has voted already.');
        if (status?.stateAsReported != null && electionState(status.stateAsReported) !== 'RUNNING') {
          return problem('ElectionNotRunning', 'Voting in this election has not begun, or has ended.');
        }
        return { kind: 'CreateVotingLinkSuccess' as const, link: { ...link, identifier } };
      }),
  }),
);

function limitReached(error: unknown): Problem<'VoterLimitReached'> {
  if (error instanceof SourceError && error.extensions.sourceStatus === 'VOTER_LIMIT_REACHED')
    return problem('VoterLimitReached', error.message);
  throw error;
}
