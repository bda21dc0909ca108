import type { Context } from '../context.ts';
import { codeKey, parseCode } from '../domain/codes.ts';
import { badInput } from '../domain/errors.ts';
import { after, type Maybe } from '../domain/maybe.ts';
import { type District, type DistrictLevel, KENYA, levelOf, type ReportingUnit } from '../domain/places.ts';
import { isCountedAt, LEVEL_WORDS, LEVELS, type Level, type Post } from '../domain/posts.ts';
import { builder } from './builder.ts';
import { parseReference } from './ids.ts';

/** `election` of every field that takes one. */
export const electionArg = builder.args((t) => ({
  election: t.id({
    description:
      "An election's code, such as `GEK2013` or its test twin `GEK2013-TEST`. Default: the gateway's configured election.",
  }),
}));

export function parseElection(
  election: string | null | undefined,
  { defaultElection }: Context,
  field = 'election',
): string {
  return election == null ? defaultElection : parseReference(field, election, ['Election']).code;
}

/** `at` of every field that can answer about the past. */
export const momentArg = builder.args((t) => ({
  at: t.field({
    type: 'DateTime',
    description: 'As it was known at this moment: the last version that had been recorded by then. Default: now.',
  }),
}));

/** Milliseconds since the epoch; undefined for now. What is yet to come is refused. */
export function parseMoment(field: string, at: Date | null | undefined, ctx: Context): number | undefined {
  if (at == null) return undefined;
  const moment = at.getTime();
  // Not before: whoever touches the clock keeps the answer from being shared.
  if (moment > ctx.clock.now()) throw badInput(field, 'this moment is yet to come.');
  if (moment < 0) throw badInput(field, 'must not be before 1970.');
  return moment;
}

/** `code` of every field that finds one thing by its upstream code. */
export const codeArg = builder.args((t) => ({
  code: t.id({ required: true, description: "The upstream's own code, in any case; not the global id." }),
}));

export function parseCodeArg({ code }: { code: string }): string {
  return parseCode('code', code);
}

const UNITS = ['Country', 'County', 'Constituency', 'Ward', 'PollingStation'] as const;
const DISTRICTS = ['County', 'Constituency', 'Ward'] as const;

/** Requests that the next two may cause while the index of places is not there: a lookup of each level. */
export const UNIT_LOOKUPS = 4;
export const DISTRICT_LOOKUPS = 3;

/** The place that an argument names, by its global id or its code. Throws BAD_USER_INPUT when there is no such place. */
export function parseUnit(field: string, value: string, { finder }: Context): Maybe<ReportingUnit> {
  const { typename, code } = parseReference(field, value, UNITS);
  if (!typename && codeKey(code) === KENYA.code) return KENYA;
  const found = typename
    ? finder.ofLevel(levelOf(typename as ReportingUnit['kind']), code)
    : finder.districtOrStation(code);
  return after(found, (place) => {
    if (!place) throw badInput(field, 'there is no such place.');
    return place;
  });
}

type OfLevel = { post: Post; level: Level; within?: string | null | undefined };

/** The place whose places of a level `filter` asks for: the country where it names none. Throws BAD_USER_INPUT. */
export function parseWithin({ post, level, within }: OfLevel, ctx: Context): Maybe<ReportingUnit> {
  if (!isCountedAt(level, post)) {
    throw badInput('filter.level', `this post is not counted for a ${LEVEL_WORDS[level]} as a whole.`);
  }
  const named = within == null ? KENYA : parseUnit('filter.within', within, ctx);
  return after(named, (unit) => {
    if (LEVELS.indexOf(levelOf(unit.kind)) <= LEVELS.indexOf(level)) return unit;
    throw badInput('filter.within', `a ${LEVEL_WORDS[levelOf(unit.kind)]} has no place of this level in it.`);
  });
}

/** A county, constituency or ward as `parseUnit` finds it, in the form that the source's filters want. */
export function parseDistrict(
  field: string,
  value: string | null | undefined,
  { finder }: Context,
): Maybe<{ level: DistrictLevel; code: string; district: District | null } | undefined> {
  if (value == null) return undefined;
  const { typename, code } = parseReference(field, value, DISTRICTS);
  if (typename) return { level: levelOf(typename as District['kind']), code, district: null };
  return after(finder.district(code), (district) => {
    if (!district) throw badInput(field, 'there is no county, constituency or ward of this code.');
    return { level: levelOf(district.kind), code, district };
  });
}
