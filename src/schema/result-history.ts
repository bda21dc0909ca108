import type { Context } from '../context.ts';
import { badInput } from '../domain/errors.ts';
import type { RecordFlagCode, ResultVersion, VersionPair } from '../domain/record.ts';
import { changeBetween, isSameCount } from '../domain/record-flags.ts';
import type { ContestResult } from '../domain/results.ts';
import { builder } from './builder.ts';
import { costs, LOOK_COST } from './cost.ts';
import { cursorKey, notACursor, type PageArgs, pageArgs, pageOf, parseFirst, sizeOf } from './pagination.ts';
import { ContestResultRef } from './refs.ts';
import {
  ContestResultVersionConnection,
  ContestResultVersionRef,
  type RecordFlag,
  RecordFlagRef,
  type ShownVersion,
} from './result-version.ts';

const BUCKETS = 60;
const MAX_BUCKETS = 500;
const FLAGS = 20;

/** Up to which version a result knows: all that there are now, or those that there were at its moment. */
async function knownOf(result: ContestResult, { record }: Context): Promise<number> {
  if (result.moment !== undefined || result.version !== undefined) return result.version ?? 0;
  return record.count(record.contestOf(result));
}

/**
 * Which version a result is. One that others have seen since is newer than what is shown here; and figures that could not be
 * recorded are none.
 */
async function versionOf(result: ContestResult, _args: object, { record }: Context): Promise<ResultVersion | null> {
  // What is not known now is not what was said last, not even that nothing was reported.
  if (result.unavailable !== undefined) return null;
  const contest = record.contestOf(result);
  if (result.version !== undefined) return record.version(contest, result.version);
  const last = await record.at(contest, result.asOf);
  const of = result.party === undefined ? 'all' : 'papers';
  return last && isSameCount(last.figures, result.figures, of) ? last : null;
}

const shown = ({ version, before }: VersionPair): ShownVersion => ({ ...version, before });

builder.objectFields(ContestResultRef, (t) => ({
  latestVersion: t.field({
    type: ContestResultVersionRef,
    nullable: true,
    description:
      'The recorded version that these figures are. Null until something is reported, of an UNAVAILABLE result, and where these figures could not be recorded (`/health/ready` says so).',
    extensions: costs({ work: LOOK_COST }),
    resolve: versionOf,
  }),
  history: t.field({
    type: ContestResultVersionConnection,
    nullable: true,
    description:
      'Every change of these figures that this gateway has seen, newest first. It begins when the gateway first saw them. Of a past moment: what was known then. Null with STORAGE_UNAVAILABLE when the record cannot be read.',
    args: pageArgs,
    extensions: costs((args: PageArgs) => ({ work: LOOK_COST, page: sizeOf(args) })),
    resolve: async (result, { first, after }, ctx) => {
      const size = parseFirst(first);
      const key = after == null ? undefined : cursorKey(after);
      if (key !== undefined && !/^[1-9]\d{0,14}$/.test(key)) throw notACursor();
      const before = key === undefined ? undefined : Number(key);
      const upTo = await knownOf(result, ctx);
      const found = await ctx.record.page(ctx.record.contestOf(result), { before, upTo, first: size });
      const page = found.map(shown);
      return pageOf(page, ({ version }) => `${version}`, {
        totalCount: upTo,
        hasNextPage: (page.at(-1)?.version ?? 1) > 1,
        hasPreviousPage: before !== undefined && before <= upTo,
      });
    },
  }),
  timeline: t.field({
    type: [ContestResultVersionRef],
    nullable: true,
    description:
      'For charts: the time from the first to the last version in so many equal spans, and the last version of each. Oldest first; spans in which nothing changed have no point of their own. Null with STORAGE_UNAVAILABLE when the record cannot be read.',
    args: {
      buckets: t.arg.int({
        defaultValue: BUCKETS,
        description: `How many points at most, 1 to ${MAX_BUCKETS}.`,
      }),
    },
    extensions: costs(({ buckets }: { buckets?: number | null }) => ({
      work: LOOK_COST,
      each: Math.max(0, Math.min(buckets ?? BUCKETS, MAX_BUCKETS)),
    })),
    resolve: async (result, args, ctx) => {
      const buckets = args.buckets ?? BUCKETS;
      if (buckets < 1 || buckets > MAX_BUCKETS) throw badInput('buckets', `must be from 1 to ${MAX_BUCKETS}.`);
      const upTo = await knownOf(result, ctx);
      return upTo === 0 ? [] : ctx.record.timeline(ctx.record.contestOf(result), { upTo, buckets });
    },
  }),
  recordFlags: t.field({
    type: [RecordFlagRef],
    nullable: true,
    description:
      'What versions of this result contradict in the ones before them, newest first; empty when nothing does. Null with STORAGE_UNAVAILABLE when the record cannot be read.',
    args: { first: t.arg.int({ defaultValue: FLAGS, description: `How many versions at most, 1 to 100.` }) },
    extensions: costs((args: PageArgs) => ({ work: LOOK_COST, each: sizeOf(args) })),
    resolve: async (result, { first }, ctx) => {
      const size = parseFirst(first);
      const upTo = await knownOf(result, ctx);
      const [found, resting] = await Promise.all([
        ctx.record.flagged(ctx.record.contestOf(result), { upTo, first: size }),
        restingFlag(result, upTo, ctx),
      ]);
      return [...(resting ? [resting] : []), ...found.flatMap(flagsOf)];
    },
  }),
  statement: t.string({
    nullable: true,
    description: 'The statement of `latestVersion`; null where there is none.',
    extensions: costs({ work: LOOK_COST * 2 }),
    resolve: async (result, args, ctx) => {
      const found = await versionOf(result, args, ctx);
      return found && ctx.record.state(found);
    },
  }),
}));

/** A count that rests now, as long as the source goes on answering. When it moves again, that version carries the flag. */
async function restingFlag(result: ContestResult, upTo: number, ctx: Context): Promise<RecordFlag | null> {
  const { record, results } = ctx;
  if (result.stale || result.moment !== undefined || upTo < 2 || results.statusOf(result) !== 'PARTIAL') return null;
  const [pair] = await record.page(record.contestOf(result), { upTo, first: 1 });
  if (!pair?.before || result.asOf - pair.version.asOf < record.stallMs) return null;
  return { code: 'FEED_STALLED', message: rested(pair.version.asOf, result.asOf), ...ends(pair) };
}

const ends = ({ version, before }: VersionPair) => ({ before: { ...before! }, after: { ...version, before } });

function flagsOf(pair: VersionPair): RecordFlag[] {
  const { version, before } = pair;
  if (!before) return [];
  return version.flags.map((code) => ({ code, message: sentence(code, pair), ...ends(pair) }));
}

const minutes = (ms: number) => Math.floor(ms / 60_000);
const rested = (from: number, to: number) =>
  `This partial count did not move for ${minutes(to - from)} minutes, though the source went on answering.`;

function sentence(code: RecordFlagCode, { version, before }: VersionPair): string {
  const { candidates, stationsReported, valid } = changeBetween(before!.figures, version.figures);
  const versions = `version ${version.version} than in version ${before!.version}`;
  switch (code) {
    case 'VOTES_DECREASED': {
      const fewer = candidates.filter(({ votes }) => votes < 0);
      const [first] = fewer;
      if (!first) return `There are ${-(valid ?? 0)} fewer valid votes in ${versions}.`;
      const others = fewer.length - 1;
      const more = others === 0 ? '' : others === 1 ? ' So has one other.' : ` So have ${others} others.`;
      return `${first.name} has ${-first.votes} fewer votes in ${versions}.${more}`;
    }
    case 'STATIONS_DECREASED':
      return `${-(stationsReported ?? 0)} fewer polling stations are said to have reported in ${versions}.`;
    case 'FIGURES_CHANGED_WITHOUT_STATIONS':
      return `Figures are others in ${versions}, from as many polling stations.`;
    case 'FEED_STALLED':
      return `${rested(before!.asOf, version.asOf)} Then it moved again.`;
  }
}
