import { map } from 'graphql-yoga';
import type { Cached, Context } from '../context.ts';
import { badInput } from '../domain/errors.ts';
import { after, type Maybe } from '../domain/maybe.ts';
import { levelOf } from '../domain/places.ts';
import { isCountedAt } from '../domain/posts.ts';
import type { ContestFigures, ContestResult } from '../domain/results.ts';
import { electionArg, parseElection, parseMoment, parseUnit, UNIT_LOOKUPS } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { parseReference } from './ids.ts';
import { connectionFrom, type PageArgs, pageArgs, parsePage, sizeOf } from './pagination.ts';
import { PostRef } from './post.ts';
import { ContestResultConnection, ContestResultRef } from './refs.ts';

const ResultFilter = builder.inputType('ResultFilter', {
  description:
    'Which results. At least one of `district`, `contest`, `party` and `post` is needed; more narrow further.',
  fields: (t) => ({
    election: t.id({ description: "An election's code. Default: the gateway's configured election." }),
    district: t.id({
      description:
        'In this place, by its global id or its code; the whole country (`KE`) and a single station need a `post` beside it.',
    }),
    contest: t.id({
      description: 'Of this contest: its global id or its code. Not together with `post`: a contest has one.',
    }),
    party: t.id({ description: "With this party's votes: its global id or its code." }),
    post: t.field({ type: PostRef, description: 'Of this post.' }),
    at: t.field({
      type: 'DateTime',
      description:
        'As they were known at this moment: of each the last version that had been recorded by then. Which results there are is asked of the source now. Default: now.',
    }),
  }),
});

/** What `results` and the export of results show. Throws BAD_USER_INPUT that names the member of `filter`. */
export function findResults(filter: typeof ResultFilter.$inferInput, ctx: Context): Maybe<ContestResult[]> {
  const election = parseElection(filter.election, ctx, 'filter.election');
  const contest =
    filter.contest == null ? undefined : parseReference('filter.contest', filter.contest, ['Contest']).code;
  const party = filter.party == null ? undefined : parseReference('filter.party', filter.party, ['Party']).code;
  const post = filter.post ?? undefined;
  if (contest && post) throw badInput('filter.post', 'a contest has one post already: leave out `post` or `contest`.');

  const moment = parseMoment('filter.at', filter.at, ctx);
  const named = filter.district == null ? undefined : parseUnit('filter.district', filter.district, ctx);
  return after(named, (unit) => ctx.results.find({ election, unit, contest, party, post, moment }));
}

/** What each of a page was at a moment. */
const knownAt = (edges: { node: ContestResult; cursor: string }[], moment: number, { results }: Context) =>
  Promise.all(edges.map(async ({ node, cursor }) => ({ cursor, node: await results.knownAt(node, moment) })));

builder.queryField('results', (t) =>
  t.field({
    type: ContestResultConnection,
    nullable: true,
    description:
      "Results, in the source's order. With `post` and a `district` at whose level it is not counted, the one result says so.",
    args: { filter: t.arg({ type: ResultFilter, required: true, description: 'Which results.' }), ...pageArgs },
    extensions: costs((args: PageArgs) => ({ requests: 1 + UNIT_LOOKUPS, page: sizeOf(args) })),
    resolve: (_root, { filter, ...page }, ctx) => {
      parsePage(page);
      const keyOf = ({ unitCode, level, post, figures }: ContestResult) =>
        [level, unitCode, post, figures?.contestCode].join('/');
      return after(findResults(filter, ctx), (results) => {
        const found = connectionFrom(results, page, keyOf);
        return filter.at == null ? found : { ...found, edges: knownAt(found.edges, filter.at.getTime(), ctx) };
      });
    },
  }),
);

builder.subscriptionField('contestResultUpdated', (t) =>
  t.field({
    type: ContestResultRef,
    description:
      'One result: as it is now, then each time it changes. A post that is not counted at this level is said once, and the stream ends.',
    args: {
      reportingUnit: t.arg.id({
        required: true,
        description: 'Where: the global id or the code of the country, a district or a polling station.',
      }),
      post: t.arg({ type: PostRef, required: true, description: 'Whose contest.' }),
      ...electionArg,
    },
    // The same for everybody, and the present first: its events are executed once for all who ask alike.
    extensions: { ...costs({ requests: 1 + UNIT_LOOKUPS }), shared: true },
    subscribe: async (_root, args, ctx): Promise<AsyncIterable<ContestResult>> => {
      const election = parseElection(args.election, ctx);
      const unit = await parseUnit('reportingUnit', args.reportingUnit, ctx);
      const { post } = args;
      const level = levelOf(unit.kind);
      if (!isCountedAt(level, post)) return once(await ctx.results.load(unit, post, election));
      const key = { election, level, code: unit.code, post };
      const name = Object.values(key).join('/');
      const updates = ctx.atOnce.watched(ctx.caller, name, () => ctx.resultWatch.watch(key));
      return map(({ value: figures, asOf, stale }: Cached<ContestFigures | null>) => {
        return { election, post, level, unitCode: unit.code, unit, figures, asOf, stale };
      })(updates);
    },
    resolve: (result: ContestResult) => result,
  }),
);

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
