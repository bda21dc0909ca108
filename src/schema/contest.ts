import type { Context } from '../context.ts';
import type { Contest } from '../domain/elections.ts';
import { after } from '../domain/maybe.ts';
import { KENYA, type ReportingUnit } from '../domain/places.ts';
import { contestLevel } from '../domain/posts.ts';
import { codeArg, DISTRICT_LOOKUPS, electionArg, parseCodeArg, parseDistrict, parseElection } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { scopedKey, splitScopedKey } from './ids.ts';
import { connectionFrom, PAGE_COST, type PageArgs, pageArgs, parsePage, sizeOf } from './pagination.ts';
import { PostRef } from './post.ts';
import { CandidateConnection, ContestConnection, ContestRef, ReportingUnitRef } from './refs.ts';

builder.node(ContestRef, {
  id: { resolve: scopedKey },
  description: 'One post to be filled in one place.',
  isTypeOf: (value) => (value as Contest).kind === 'Contest',
  loadOne: (key, { iebc }) => iebc.contest.load(splitScopedKey(key)),
  fields: (t) => ({
    code: t.exposeID('code', { description: "The source's own code." }),
    name: t.exposeString('name', {
      description:
        'The name as this answer of the source spells it: `Governor - BARINGO (030)` in lists of contests, `BARINGO` beside results.',
    }),
    post: t.expose('post', { type: PostRef, description: 'The post to be filled.' }),
    district: t.field({
      type: ReportingUnitRef,
      nullable: true,
      description:
        'The place that votes in it: the country, a county, a constituency or a ward. The source does not say; null where it cannot be told from number and name. Waits for the index of places.',
      resolve: districtOf,
    }),
    candidates: t.field({
      type: CandidateConnection,
      nullable: true,
      description: "Who stands in it, in the source's order.",
      args: pageArgs,
      extensions: PAGE_COST,
      resolve: ({ election, code: contest }, page, { iebc }) => {
        parsePage(page);
        const found = iebc.candidates(election, { contest });
        return after(found, (candidates) => connectionFrom(candidates, page, ({ code }) => code));
      },
    }),
  }),
});

async function districtOf(
  contest: Contest,
  _args: unknown,
  { places, signal }: Context,
): Promise<ReportingUnit | null> {
  const level = contestLevel(contest.post);
  if (level === 'country') return KENYA;
  if (contest.foundIn) {
    const around = await places.ancestor(contest.foundIn, level, signal);
    if (around) return around;
  }
  // "Governor - BARINGO (030)": post, place, the IEBC's number of the place (document, "Contest Request").
  const [, , name, number] = /^(.* - )?(.*?)(?:\s*\((\d+)\))?\s*$/.exec(contest.name) ?? [];
  return places.districtNamed(level, name ?? contest.name, number === undefined ? null : Number(number), signal);
}

const ContestFilter = builder.inputType('ContestFilter', {
  description: 'Which contests. What is left out does not narrow.',
  fields: (t) => ({
    election: t.id({ description: "An election's code. Default: the gateway's configured election." }),
    district: t.id({ description: 'In this county, constituency or ward: its global id or its code.' }),
    post: t.field({ type: PostRef, description: 'For this post.' }),
  }),
});

builder.queryFields((t) => ({
  contests: t.field({
    type: ContestConnection,
    nullable: true,
    description: "Contests, in the source's order.",
    args: { filter: t.arg({ type: ContestFilter, required: true, description: 'Which contests.' }), ...pageArgs },
    extensions: costs((args: PageArgs) => ({ requests: 1 + DISTRICT_LOOKUPS, page: sizeOf(args) })),
    resolve: async (_root, { filter, ...page }, ctx) => {
      parsePage(page);
      const election = parseElection(filter.election, ctx, 'filter.election');
      const district = await parseDistrict('filter.district', filter.district, ctx);
      const contests = await ctx.iebc.contests(election, {
        ...(district && { district }),
        ...(filter.post && { post: filter.post }),
      });
      const foundIn = district?.district;
      return connectionFrom(
        foundIn ? contests.map((contest) => ({ ...contest, foundIn })) : contests,
        page,
        ({ code }) => code,
      );
    },
  }),
  contest: t.field({
    type: ContestRef,
    nullable: true,
    description: 'One contest; null when there is none of this code.',
    args: { ...codeArg, ...electionArg },
    extensions: costs({ requests: 2 }),
    resolve: (_root, { election, ...args }, ctx) =>
      ctx.iebc.contest.load({ election: parseElection(election, ctx), code: parseCodeArg(args) }),
  }),
}));
