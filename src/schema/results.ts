import { map } from 'graphql-yoga';
import type { Cached, Context } from '../context.ts';
import { after, type Maybe } from '../domain/maybe.ts';
import { levelOf } from '../domain/places.ts';
import { isCountedAt } from '../domain/posts.ts';
import { byName, FIGURES, inOrder, type ListedResult, type ResultTotals, totalsOf } from '../domain/result-lists.ts';
import type { ContestFigures, ContestResult } from '../domain/results.ts';
import { electionArg, parseElection, parseUnit, UNIT_LOOKUPS } from './arguments.ts';
import { builder } from './builder.ts';
import { CANDIDATES } from './contest-result.ts';
import { type Cost, costs, LOOK_COST } from './cost.ts';
import { connectionFrom, MAX_WIDE, type PageArgs, parsePage, sizeOf, widePageArgs } from './pagination.ts';
import { PostRef } from './post.ts';
import { ContestResultConnection, ContestResultRef } from './refs.ts';
import { findResults, ResultFilter, requireOnePost, sizeOfList } from './result-filter.ts';
import { ResultTotalsRef } from './result-totals.ts';

const OrderDirectionRef = builder.enumType('OrderDirection', {
  description: 'Which end of an order comes first.',
  values: {
    ASCENDING: { description: 'The least first, names from A.' },
    DESCENDING: { description: 'The most first, names from Z.' },
  },
});

const ResultOrderFieldRef = builder.enumType('ResultOrderField', {
  description: 'What results can be ordered by.',
  values: {
    NAME: { description: 'The name of the place, as English sorts names, numbers in it as numbers.' },
    VOTES: { description: "The sum of all candidates' votes; with `filter.party`, of that party's." },
    MARGIN: { description: '`margin`: votes between the leader and the next.' },
    TURNOUT: { description: '`turnout`: ballots cast of registered voters.' },
    STATIONS_REPORTED: { description: '`stationsReported`: polling stations whose counts are in the figures.' },
  },
});

const ResultOrder = builder.inputType('ResultOrder', {
  description:
    "How a list of results is ordered. Places without the figure come last in both directions; equal ones keep the source's order.",
  fields: (t) => ({
    field: t.field({ type: ResultOrderFieldRef, required: true, description: 'By what.' }),
    direction: t.field({
      type: OrderDirectionRef,
      defaultValue: 'ASCENDING',
      description: 'Which end comes first.',
    }),
  }),
});

type ResultsArgs = PageArgs & {
  filter: typeof ResultFilter.$inferInput;
  orderBy?: typeof ResultOrder.$inferInput | null | undefined;
};

/** The list in the order asked for. By figures, all of them are read first. */
function ordered(
  listed: ListedResult[],
  orderBy: ResultsArgs['orderBy'],
  { resultLists }: Context,
): Maybe<ListedResult[]> {
  if (!orderBy) return listed;
  const descending = orderBy.direction === 'DESCENDING';
  if (orderBy.field === 'NAME') return inOrder(listed, ({ name }) => name || null, byName, descending);
  const figure = FIGURES[orderBy.field];
  return after(resultLists.readEach(listed), (results) => {
    const read = listed.map((one, index) => ({ ...one, result: results[index]!, read: () => results[index]! }));
    return inOrder(
      read,
      ({ result }) => figure(result),
      (a, b) => a - b,
      descending,
    );
  });
}

/** What a page is made of, each read when it is asked for. */
type ResultPage = ReturnType<typeof resultPageOf>;

function resultPageOf(listed: ListedResult[], { filter, ...page }: ResultsArgs, { resultLists }: Context) {
  const { edges: places, ...found } = connectionFrom(listed, page, ({ key }) => key, MAX_WIDE);
  let edges: Maybe<{ node: ContestResult; cursor: string }[]> | undefined;
  return {
    ...found,
    size: places.length,
    get edges() {
      edges ??= after(resultLists.readEach(places.map(({ node }) => node)), (results) =>
        places.map(({ cursor }, index) => ({ cursor, node: results[index]! })),
      );
      return edges;
    },
    totals(): Maybe<ResultTotals> {
      requireOnePost(filter);
      return after(resultLists.readEach(listed), totalsOf);
    },
  };
}

builder.objectField(ContestResultConnection, 'totals', (t) =>
  t.field({
    type: ResultTotalsRef,
    nullable: true,
    description:
      'Sums over the whole list, not the page alone. With `filter.level` every place is asked for, which costs a request each; where the source gives none of them, its error is here. Needs a `post` or a `contest` in the filter.',
    // What it asks for depends on the list: `results` says so.
    resolve: (page) => (page as ResultPage).totals(),
  }),
);

/** By figures all of a list is read, and without them the page; `totals` reads what is left. */
function costOf({ filter = {}, orderBy, ...page }: Partial<ResultsArgs>): Cost {
  const { asked, listed, contests } = sizeOfList(filter);
  const size = sizeOf(page, MAX_WIDE);
  const read = orderBy && orderBy.field !== 'NAME' ? listed : Math.min(listed, size);
  // The record for what was known; the source for a place; and what the source lists is at hand.
  const reading = (results: number): Cost =>
    filter.at != null ? { work: results * LOOK_COST } : { requests: filter.level == null ? 0 : results };
  const { requests = 0, ...work } = reading(read);
  return {
    ...work,
    requests: asked + requests,
    page: filter.level == null ? size : Math.min(listed, size),
    below: { totals: { ...reading(listed - read), below: { byCandidate: { each: contests * CANDIDATES } } } },
  };
}

builder.queryField('results', (t) =>
  t.field({
    type: ContestResultConnection,
    nullable: true,
    description:
      "Results, in the source's order, or as `orderBy` says. With `post` and a `district` at whose level it is not counted, the one result says so. With `filter.level`, a place that the source does not give is `UNAVAILABLE` and the others are there; where it gives none that was asked for, or does not list the places, its error is here. A cursor names the item it follows: in an order by figures, which move between pages, a place can come twice or be missed, so take the whole list in one page where that matters.",
    args: {
      filter: t.arg({ type: ResultFilter, required: true, description: 'Which results.' }),
      orderBy: t.arg({
        type: ResultOrder,
        description:
          "In which order. Default: the source's own, with `filter.level` its order of places. With `filter.level` an order by figures (all but NAME) asks for every place of the list, a request each.",
      }),
      ...widePageArgs,
    },
    extensions: costs(costOf),
    resolve: (_root, args, ctx) => {
      parsePage(args, MAX_WIDE);
      const found = after(findResults(args.filter, ctx), (listed) => ordered(listed, args.orderBy, ctx));
      return after(found, (listed) => resultPageOf(listed, args, ctx));
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
    extensions: { ...costs({ requests: 1 + UNIT_LOOKUPS }), shared: 'latest' },
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
