import type { Context } from '../context.ts';
import { codeKey } from '../domain/codes.ts';
import { badInput } from '../domain/errors.ts';
import { after, type Maybe } from '../domain/maybe.ts';
import { KENYA, levelOf, type ReportingUnit } from '../domain/places.ts';
import { contestLevel, LEVELS, type Level } from '../domain/posts.ts';
import type { ListedResult } from '../domain/result-lists.ts';
import { parseElection, parseMoment, parseUnit, parseWithin, UNIT_LOOKUPS } from './arguments.ts';
import { builder } from './builder.ts';
import { parseReference, typenameOf } from './ids.ts';
import { PostRef, ReportingLevelRef } from './post.ts';

export const ResultFilter = builder.inputType('ResultFilter', {
  description:
    'Which results. Either what the source lists: at least one of `district`, `contest`, `party` and `post` is needed, more narrow further. Or one post in all places of a level: `post` and `level`, with `within` or without.',
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
    level: t.field({
      type: ReportingLevelRef,
      description:
        'Of `post` in each place of this level, whether anything is reported there or not. The source has no such list: each place is a request, in the default order without `totals` only those of the page. Not together with `district`, `contest` or `party`. POLLING_STATION needs `within`.',
    }),
    within: t.id({
      description:
        'With `level`: only places in this one (or this one itself): its global id or its code. Default: the whole country.',
    }),
    at: t.field({
      type: 'DateTime',
      description:
        'As they were known at this moment: of each the last version that had been recorded by then. Which results there are is asked of the source now. Default: now.',
    }),
  }),
});
type Filter = typeof ResultFilter.$inferInput;

/** What `results` and the export of results show. Throws BAD_USER_INPUT that names the member of `filter`. */
export function findResults(filter: Filter, ctx: Context): Maybe<ListedResult[]> {
  const election = parseElection(filter.election, ctx, 'filter.election');
  if (filter.level != null) return ofLevel({ ...filter, level: filter.level }, election, ctx);
  if (filter.within != null) throw badInput('filter.within', 'goes with `level`; one place alone is `district`.');
  const contest =
    filter.contest == null ? undefined : parseReference('filter.contest', filter.contest, ['Contest']).code;
  const party = filter.party == null ? undefined : parseReference('filter.party', filter.party, ['Party']).code;
  const post = filter.post ?? undefined;
  if (contest && post) throw badInput('filter.post', 'a contest has one post already: leave out `post` or `contest`.');

  const moment = parseMoment('filter.at', filter.at, ctx);
  const named = filter.district == null ? undefined : parseUnit('filter.district', filter.district, ctx);
  return after(named, (unit) => ctx.resultLists.find({ election, unit, contest, party, post, moment }));
}

function ofLevel(filter: Filter & { level: Level }, election: string, ctx: Context): Maybe<ListedResult[]> {
  const { level } = filter;
  for (const name of ['district', 'contest', 'party'] as const) {
    if (filter[name] != null)
      throw badInput(`filter.${name}`, 'does not go with `level`; `within` narrows to a place.');
  }
  const { post } = filter;
  if (!post) throw badInput('filter.post', 'is needed with `level`.');
  if (level === 'pollingstation' && placeKind(filter.within) === 'country') {
    throw badInput(
      'filter.within',
      'name a county, a constituency or a ward: all polling stations are too many at once.',
    );
  }
  const moment = parseMoment('filter.at', filter.at, ctx);
  const within = parseWithin({ post, level, within: filter.within }, ctx);
  return after(within, (place) => ctx.resultLists.ofLevel({ election, post, level, within: place, moment }));
}

// For a query's cost: how many places of a level there are at the most in one place of another. Districts as in district.ts;
// of stations there were 31,958 in 2013 and 46,229 in 2022.
const STATIONS = { county: 4_000, constituency: 600, ward: 150, pollingstation: 1 };
const PLACES: Record<Level, Partial<Record<Level, number>>> = {
  country: { country: 1, county: 48, constituency: 291, ward: 1_454 },
  county: { county: 1, constituency: 17, ward: 86, pollingstation: STATIONS.county },
  constituency: { constituency: 1, ward: 12, pollingstation: STATIONS.constituency },
  ward: { ward: 1, pollingstation: STATIONS.ward },
  pollingstation: { pollingstation: 1 },
};
const COUNTIES = 48;

/** All contests there are, of all posts: 1 + 3 × 48 + 291 + 1,454. */
const CONTESTS = 1_890;

/** Requests that finding a list takes; then how many results it may have, and of how many contests. */
type ListSize = { asked: number; listed: number; contests: number };

export function sizeOfList({ level, within, post, contest }: Filter): ListSize {
  const contests = contest != null ? 1 : post ? PLACES.country[contestLevel(post)]! : CONTESTS;
  if (level == null) return { asked: 1 + UNIT_LOOKUPS, listed: contests, contests };
  const from = placeKind(within);
  // Of a bare code it is not known what it names: the most that it can be.
  const places = Math.max(...(from === null ? LEVELS.slice(1) : [from]).map((kind) => PLACES[kind][level] ?? 0));
  const lists = from === 'country' ? 1 + (level === 'county' || level === 'country' ? 0 : COUNTIES) : 1 + UNIT_LOOKUPS;
  return { asked: lists, listed: places, contests: Math.min(contests, places) };
}

/** Null where its code alone does not say. */
function placeKind(within: string | null | undefined): Level | null {
  if (within == null || codeKey(within) === KENYA.code) return 'country';
  const typename = typenameOf(within);
  return typename === null ? null : (levelOf(typename as ReportingUnit['kind']) ?? null);
}

/** Sums over several posts would say nothing. */
export function requireOnePost({ post, contest }: Filter): void {
  if (post == null && contest == null)
    throw badInput('filter.post', '`totals` are of one post: name it, or a `contest`.');
}
