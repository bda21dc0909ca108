import type { Context } from '../context.ts';
import type { Candidate } from '../domain/elections.ts';
import { after, type Maybe } from '../domain/maybe.ts';
import { codeArg, DISTRICT_LOOKUPS, electionArg, parseCodeArg, parseDistrict, parseElection } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { parseReference, scopedKey, splitScopedKey } from './ids.ts';
import { connectionFrom, type PageArgs, pageArgs, parsePage, sizeOf } from './pagination.ts';
import { PostRef } from './post.ts';
import { CandidateConnection, CandidateRef, ContestRef, PartyRef } from './refs.ts';
import { UNCHANGING } from './unchanging.ts';

type Detail = 'surname' | 'otherNames' | 'runningMate' | 'post' | 'contestCode' | 'race';

/** A candidate beside a result lacks some facts; the candidate's own lookup has them. */
function detail<K extends Detail>(
  candidate: Candidate,
  key: K,
  { iebc }: Context,
): Maybe<NonNullable<Candidate[K]> | null> {
  const known = candidate[key];
  if (known !== undefined) return known as NonNullable<Candidate[K]> | null;
  const load = iebc.candidate.load({ election: candidate.election, code: candidate.code });
  return after(load, (found) => (found?.[key] ?? null) as NonNullable<Candidate[K]> | null);
}

const DETAIL = costs({ requests: 1 });

builder.node(CandidateRef, {
  id: { resolve: scopedKey },
  description: 'A person who stands in a contest.',
  isTypeOf: (value) => (value as Candidate).kind === 'Candidate',
  extensions: UNCHANGING,
  loadOne: (key, { iebc }) => iebc.candidate.load(splitScopedKey(key)),
  fields: (t) => ({
    code: t.exposeID('code', { description: "The source's own code." }),
    name: t.exposeString('name', {
      description: 'The full name exactly as the source spells it, double or trailing spaces included.',
    }),
    surname: t.string({
      nullable: true,
      description: 'The surname. Beside a result, a request of its own; null where the source does not say.',
      extensions: DETAIL,
      resolve: (candidate, _args, ctx) => detail(candidate, 'surname', ctx),
    }),
    otherNames: t.string({
      nullable: true,
      description:
        'All names but the surname. Beside a result, a request of its own; null where the source does not say.',
      extensions: DETAIL,
      resolve: (candidate, _args, ctx) => detail(candidate, 'otherNames', ctx),
    }),
    party: t.expose('party', { type: PartyRef, nullable: true, description: 'The party; null for an independent.' }),
    isIndependent: t.boolean({
      description: 'Whether the candidate stands without a party.',
      resolve: ({ party }) => party === null,
    }),
    post: t.field({
      type: PostRef,
      nullable: true,
      description: 'The post the candidate stands for.',
      extensions: DETAIL,
      resolve: (candidate, _args, ctx) => detail(candidate, 'post', ctx),
    }),
    contest: t.field({
      type: ContestRef,
      nullable: true,
      description: 'The contest the candidate stands in.',
      extensions: costs({ requests: 3 }),
      resolve: (candidate, _args, ctx) =>
        after(detail(candidate, 'contestCode', ctx), (code) =>
          code === null ? null : ctx.iebc.contest.load({ election: candidate.election, code }),
        ),
    }),
    race: t.string({
      nullable: true,
      description:
        'What the source calls the race that the candidate is in, such as `MAKADARA`: a name and no code. Beside a result, a request of its own; null where the source does not say.',
      extensions: DETAIL,
      resolve: (candidate, _args, ctx) => detail(candidate, 'race', ctx),
    }),
    runningMate: t.string({
      nullable: true,
      description: 'The name of the running mate, for posts that have one; null otherwise.',
      extensions: DETAIL,
      resolve: (candidate, _args, ctx) => detail(candidate, 'runningMate', ctx),
    }),
    pictureUrl: t.expose('pictureUrl', { type: 'URL', nullable: true, description: 'A picture of the candidate.' }),
  }),
});

const CandidateFilter = builder.inputType('CandidateFilter', {
  description: 'Which candidates. What is left out does not narrow.',
  fields: (t) => ({
    election: t.id({ description: "An election's code. Default: the gateway's configured election." }),
    contest: t.id({ description: 'In this contest: its global id or its code.' }),
    district: t.id({ description: 'In this county, constituency or ward: its global id or its code.' }),
    post: t.field({ type: PostRef, description: 'For this post.' }),
    party: t.id({ description: 'Of this party: its global id or its code.' }),
  }),
});

builder.queryFields((t) => ({
  candidates: t.field({
    type: CandidateConnection,
    nullable: true,
    description: "Candidates, in the source's order.",
    args: { filter: t.arg({ type: CandidateFilter, required: true, description: 'Which candidates.' }), ...pageArgs },
    extensions: costs((args: PageArgs) => ({ requests: 1 + DISTRICT_LOOKUPS, page: sizeOf(args) })),
    resolve: (_root, { filter, ...page }, ctx) => {
      parsePage(page);
      const election = parseElection(filter.election, ctx, 'filter.election');
      const contest =
        filter.contest == null ? undefined : parseReference('filter.contest', filter.contest, ['Contest']).code;
      const party = filter.party == null ? undefined : parseReference('filter.party', filter.party, ['Party']).code;
      const post = filter.post ?? undefined;
      const found = after(parseDistrict('filter.district', filter.district, ctx), (district) =>
        ctx.iebc.candidates(election, { contest, party, district, post }),
      );
      return after(found, (candidates) => connectionFrom(candidates, page, ({ code }) => code));
    },
  }),
  candidate: t.field({
    type: CandidateRef,
    nullable: true,
    description: 'One candidate; null when there is none of this code.',
    args: { ...codeArg, ...electionArg },
    extensions: costs({ requests: 1 }),
    resolve: (_root, { election, ...args }, ctx) =>
      ctx.iebc.candidate.load({ election: parseElection(election, ctx), code: parseCodeArg(args) }),
  }),
}));
