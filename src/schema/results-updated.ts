import type { Context } from '../context.ts';
import { codeKey } from '../domain/codes.ts';
import { badInput } from '../domain/errors.ts';
import { named } from '../domain/event-ids.ts';
import { followedText } from '../domain/followed.ts';
import type { ReportingUnit } from '../domain/places.ts';
import type { Level } from '../domain/posts.ts';
import type { ResultVersion } from '../domain/record.ts';
import { parseElection, parseWithin, UNIT_LOOKUPS } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { cursorKey, encodeCursor, notACursor } from './pagination.ts';
import { PostRef, ReportingLevelRef } from './post.ts';
import { ContestResultRef } from './refs.ts';
import { resultOfVersion } from './result-keys.ts';
import { ContestResultVersionRef } from './result-version.ts';

const ResultUpdateRef = builder.objectRef<ResultVersion>('ResultUpdate').implement({
  description: 'One version of one result, in the order in which they were recorded.',
  fields: (t) => ({
    cursor: t.string({
      description: 'Continue after it with `after`: nothing is missed, and nothing comes twice.',
      resolve: ({ index }) => encodeCursor(`${index}`),
    }),
    result: t.field({
      type: ContestResultRef,
      description:
        'The result as of this version. It has the `id` of the present count, so that caches of clients take it over.',
      resolve: (version) => resultOfVersion(version, null),
    }),
    version: t.field({
      type: ContestResultVersionRef,
      description: 'The version itself, with what changed.',
      resolve: (version) => version,
    }),
  }),
});

const ResultsUpdatedFilter = builder.inputType('ResultsUpdatedFilter', {
  description: 'Which results. All places of the level, or those in one place.',
  fields: (t) => ({
    election: t.id({ description: "An election's code. Default: the gateway's configured election." }),
    post: t.field({ type: PostRef, required: true, description: 'Of this post.' }),
    level: t.field({ type: ReportingLevelRef, required: true, description: 'Of all places of this level.' }),
    within: t.id({
      description:
        'Only of places in this one (or this one itself): its global id or its code. Default: the whole country.',
    }),
  }),
});

builder.subscriptionField('resultsUpdated', (t) =>
  t.field({
    type: ResultUpdateRef,
    description:
      'Every change in all places of a level, for a map: first the present state, a result an event, then each change. With `after` (the `cursor` of the last event seen) only what came since: nothing is missed and nothing comes twice, also from another instance of the gateway or after a restart. Over SSE each event has its cursor as `id`, and `Last-Event-ID` goes before `after`. A source that is down brings no events: `sources` tells how it is, and `asOf` how old each count is. Only levels that this gateway follows (`RECORD`): BAD_USER_INPUT names them. Ends with STORAGE_UNAVAILABLE when the record cannot be read: come back with the last cursor.',
    args: {
      filter: t.arg({ type: ResultsUpdatedFilter, required: true, description: 'Which results.' }),
      after: t.arg.string({ description: 'Continue after this cursor.' }),
    },
    extensions: { ...costs({ requests: UNIT_LOOKUPS }), shared: 'each' },
    subscribe: async (_root, { filter, after }, ctx) => {
      const election = parseElection(filter.election, ctx, 'filter.election');
      const { post, level } = filter;
      const within = await parseWithin(filter, ctx);
      // A client that connects anew sends what it sent before: what it saw since is later.
      const position = ctx.fromNow ? (await ctx.record.size()) - 1 : await parseAfter(ctx.lastEventId ?? after, ctx);
      if (!ctx.record.follows(election, { post, level })) throw notFollowed(ctx);
      const units = within.kind === 'Country' ? null : await unitsIn(within, level, ctx);
      const updates = ctx.record.follow({ election, post, level, units, after: position });
      return named(updates, ({ index }: ResultVersion) => encodeCursor(`${index}`));
    },
    resolve: (version: ResultVersion) => version,
  }),
);

const notFollowed = ({ record, defaultElection }: Context) =>
  badInput(
    'filter',
    record.followed.length === 0
      ? 'this gateway follows no level; its operator can set RECORD, such as PRESIDENT@county. `contestResultUpdated` streams a single result.'
      : `this gateway follows ${record.followed.map(followedText).join(', ')} of ${defaultElection} only. \`contestResultUpdated\` streams a single result.`,
  );

/** The index that a cursor names. One that the record has not come to yet is none of its own. */
async function parseAfter(cursor: string | null | undefined, { record }: Context): Promise<number | undefined> {
  if (cursor == null) return undefined;
  const key = cursorKey(cursor);
  const index = /^\d{1,15}$/.test(key) ? Number(key) : Number.NaN;
  if (!(index < (await record.size()))) throw notACursor();
  return index;
}

/** Codes of the places of a level that lie in a place, in upper case. */
async function unitsIn(within: ReportingUnit, level: Level, { finder }: Context): Promise<Set<string>> {
  const places = await finder.placesIn(within, level);
  return new Set(places.map(({ code }) => codeKey(code)));
}
