import type { Context } from '../context.ts';
import { codeKey } from '../domain/codes.ts';
import { after, type Maybe } from '../domain/maybe.ts';
import type { ReportingUnit } from '../domain/places.ts';
import { isCountedAt, LEVELS, type Level, POSTS, type Post } from '../domain/posts.ts';
import type { ResultVersion } from '../domain/record.ts';
import type { ContestResult } from '../domain/results.ts';

/**
 * What a result's `id` is made of: election, level, place and post; then, for what is not the present count of all, which
 * version it is (`v12`), before which moment nothing was recorded (`at1362466800000`), or whose votes alone are in it (`p` and the party's
 * code). A client's cache so never takes one for another.
 */
export function resultKey(result: ContestResult): string {
  const { election, level, unitCode, post, moment, version, party } = result;
  const key = [election, level, codeKey(unitCode), post].join('/');
  const when = moment === undefined ? [] : [version === undefined ? `at${moment}` : `v${version}`];
  const whose = party === undefined ? [] : [`p${codeKey(party)}`];
  const more = [...when, ...whose].join('_');
  return more ? `${key}/${more}` : key;
}

type ResultPlace = { election: string; level: Level; code: string; post: Post };

/** Null for a key of no result there can be. */
function placeOfKey(key: string): (ResultPlace & { more: string | null }) | null {
  const [election = '', level, code = '', post, more = null] = key.split('/');
  if (!LEVELS.includes(level as Level) || !Object.hasOwn(POSTS, post ?? '')) return null;
  return { election, level: level as Level, code, post: post as Post, more };
}

/** The result that a key names; null where there is no such place, or no such version. */
export function resultOfKey(key: string, ctx: Context): Maybe<ContestResult | null> {
  const place = placeOfKey(key);
  if (!place) return null;
  const { election, level, code, post, more } = place;
  return after(ctx.finder.ofLevel(level, code), (unit) => {
    if (!unit) return null;
    if (more === null) return ctx.results.load(unit, post, election);
    // What has another id is another result.
    return variantOf(ctx, { unit, post, election, level, more }).then((result) =>
      result && codeKey(resultKey(result)) === codeKey(key) ? result : null,
    );
  });
}

type Variant = { unit: ReportingUnit; post: Post; election: string; level: Level; more: string };

async function variantOf(ctx: Context, { unit, post, election, level, more }: Variant): Promise<ContestResult | null> {
  const [, at, version, party] = /^(?:at(\d{1,15})|v(\d{1,15}))?_?(?:p([\w-]+))?$/.exec(more) ?? [];
  if (!isCountedAt(level, post)) return null;
  const contest = ctx.record.contestOf({ election, level, unitCode: unit.code, post });
  const recorded = version === undefined ? null : await ctx.record.version(contest, Number(version));
  const moment = recorded?.asOf ?? (at === undefined ? undefined : Number(at));
  if (version !== undefined && !recorded) return null;
  if (at !== undefined && Number(at) > ctx.clock.now()) return null;
  if (party === undefined) {
    if (moment === undefined) return null;
    return recorded ? resultOfVersion(recorded, unit, moment) : ctx.results.loadAt(unit, post, election, moment);
  }
  // The votes of a party alone are no question there.
  if (level === 'country' || level === 'pollingstation') return null;
  const found = await ctx.results.find({ election, unit, contest: undefined, party, post });
  const here = found.find(({ unitCode }) => codeKey(unitCode) === codeKey(unit.code));
  return (here && moment !== undefined ? ctx.results.knownAt(here, moment) : here) ?? null;
}

/** A version as a result; with a `moment` one of the past, without it the present count, which it is until the next. */
export function resultOfVersion(
  { contest, version, asOf, figures }: ResultVersion,
  unit: ReportingUnit | null,
  moment?: number,
): ContestResult {
  const { election, level, unitCode, post } = contest;
  return { election, level, unitCode, post, unit, figures, asOf, stale: false, version, moment };
}

export const versionKey = ({ contest, version }: ResultVersion): string =>
  [contest.election, contest.level, codeKey(contest.unitCode), contest.post, version].join('/');

export async function versionOfKey(key: string, ctx: Context): Promise<ResultVersion | null> {
  const place = placeOfKey(key);
  if (!place?.more || !/^[1-9]\d{0,14}$/.test(place.more)) return null;
  const { election, level, code, post } = place;
  return ctx.record.version(ctx.record.contestOf({ election, level, unitCode: code, post }), Number(place.more));
}
