import { map } from 'graphql-yoga';
import type { Cached, Context } from '../context.ts';
import type { Contest } from '../domain/elections.ts';
import { badInput, GatewayError } from '../domain/errors.ts';
import { levelOf, type ReportingUnit } from '../domain/places.ts';
import { contestLevel, isCountedAt, type Level, type Post } from '../domain/posts.ts';
import { commonFactorFlag, ownFlags, type QualityFlag, type QualityFlagCode } from '../domain/quality.ts';
import {
  type BallotFigures,
  ballotsCast,
  type ContestFigures,
  leaderOf,
  type ResultStatus,
  rankTallies,
  reportingStatus,
  type Tally,
  turnout,
} from '../domain/results.ts';
import { electionArg, parseDistrict, parseElection, parseUnit } from './arguments.ts';
import { builder } from './builder.ts';
import { electionOf } from './election.ts';
import { parseReference } from './ids.ts';
import { connectionFrom, pageArgs, pageCost, parsePage } from './pagination.ts';
import { PostRef, ReportingLevelRef } from './post.ts';
import {
  CandidateRef,
  ContestRef,
  ContestResultConnection,
  ContestResultRef,
  ElectionRef,
  ReportingUnitRef,
} from './refs.ts';

/** One contest in one reporting unit, whether anything is reported or not. Instants in ms since the epoch. */
export type ContestResult = {
  election: string;
  post: Post;
  level: Level;
  unitCode: string;
  /** Null where only its code is known yet. */
  unit: ReportingUnit | null;
  figures: ContestFigures | null;
  asOf: number;
  stale: boolean;
  /** Only one party's votes are in it, beside everybody's ballots: what compares candidates is unknown then. */
  narrowed?: boolean;
};

function notCountedHere(unit: ReportingUnit, post: Post, election: string, asOf: number): ContestResult {
  return { election, post, level: levelOf(unit.kind), unitCode: unit.code, unit, figures: null, asOf, stale: false };
}

export async function loadResult(
  { iebc, clock }: Context,
  unit: ReportingUnit,
  post: Post,
  election: string,
): Promise<ContestResult> {
  const level = levelOf(unit.kind);
  if (!isCountedAt(level, post)) return notCountedHere(unit, post, election, clock.now());
  const { value: figures, asOf, stale } = await iebc.result.load({ election, level, code: unit.code, post });
  return { election, post, level, unitCode: unit.code, unit, figures, asOf, stale };
}

const LEVEL_WORDS: Record<Level, string> = {
  country: 'country',
  county: 'county',
  constituency: 'constituency',
  ward: 'ward',
  pollingstation: 'polling station',
};

async function unitOf({ unit, unitCode, level, figures }: ContestResult, ctx: Context): Promise<ReportingUnit> {
  const found = unit ?? (await parseUnit('reportingUnit', unitCode, ctx).catch(notListed));
  if (found) return found;
  throw new GatewayError(
    'INTERNAL_SERVER_ERROR',
    `The source reported on a ${LEVEL_WORDS[level]} that it does not list: ${figures?.unitName ?? unitCode}.`,
  );
}

/** Only that: when the index of places is late, that is what is said, not that the source contradicts itself. */
function notListed(error: unknown): null {
  if (error instanceof GatewayError && error.code === 'BAD_USER_INPUT') return null;
  throw error;
}

async function stationsTotal(result: ContestResult, ctx: Context): Promise<number | null> {
  if (result.level === 'pollingstation') return 1;
  return ctx.places.stationsTotal(await unitOf(result, ctx), ctx.signal);
}

/** For what can do without the index of places: null when it is not there in time. */
async function stationsTotalIfKnown(result: ContestResult, ctx: Context): Promise<number | null> {
  try {
    return await stationsTotal(result, ctx);
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (error instanceof GatewayError && error.code === 'DEADLINE_EXCEEDED') return null;
    throw error;
  }
}

async function statusOf(result: ContestResult, ctx: Context): Promise<ResultStatus> {
  const { level, post, figures } = result;
  if (!isCountedAt(level, post)) return 'NOT_COUNTED_HERE';
  if (!figures) return 'NOT_REPORTED';
  return reportingStatus(figures.stationsReported, await stationsTotalIfKnown(result, ctx));
}

async function qualityOf(result: ContestResult, ctx: Context): Promise<QualityFlag[]> {
  const { figures } = result;
  if (!figures) return [];
  const known = ownFlags(figures, figures.stationsReported === null ? null : await stationsTotalIfKnown(result, ctx));
  const flags = result.narrowed ? known.filter(({ code }) => code !== 'VALID_NOT_SUM_OF_VOTES') : known;
  const factor = commonFactorFlag(
    figures.counts,
    ctx.ledger.commonFactor(figures.election, figures.level, figures.post),
  );
  const unit = result.level === 'pollingstation' ? null : await unitOf(result, ctx);
  const children = unit && ctx.places.children(unit);
  const sums = children && ctx.ledger.childrenFlag(figures, children);
  return [...flags, ...(factor ? [factor] : []), ...(sums ? [sums] : [])];
}

const ResultStatusRef = builder.enumType('ResultStatus', {
  description: 'How far the count of one contest in one place is.',
  values: {
    NOT_COUNTED_HERE: {
      description: 'This post is not counted at this level; `countedAt` says where to ask. The source was not asked.',
    },
    NOT_REPORTED: { description: 'The source has nothing here (yet).' },
    PARTIAL: { description: 'Some stations have reported, not all.' },
    COMPLETE: { description: 'All stations have reported.' },
    UNKNOWN: { description: 'There are figures, but nobody knows how many stations there are or have reported.' },
  } satisfies Record<ResultStatus, { description: string }>,
});

const QualityFlagCodeRef = builder.enumType('QualityFlagCode', {
  description: 'What does not add up.',
  values: {
    VALID_NOT_SUM_OF_VOTES: { description: "Valid votes are not the sum of the candidates' votes." },
    MORE_BALLOTS_THAN_VOTERS: { description: 'More ballots were cast than voters are registered.' },
    COMMON_FACTOR: {
      description:
        'All non-zero rejected, spoilt and disputed figures of this post at this level share a factor above 1, as in March 2013, when a fault multiplied them by 8. Found once 30 such figures are known to the gateway.',
    },
    CHILDREN_DO_NOT_ADD_UP: {
      description:
        'The results of the places just below, from as many stations, add up to something else. Checked without further requests, once all of them are known to the gateway.',
    },
    MORE_STATIONS_THAN_EXIST: { description: 'More stations are said to have reported than exist.' },
  } satisfies Record<QualityFlagCode, { description: string }>,
});

const QualityFlagRef = builder.objectRef<QualityFlag>('QualityFlag').implement({
  description:
    'Something in a result that does not add up. The figures themselves are shown as reported, never repaired.',
  fields: (t) => ({
    code: t.expose('code', { type: QualityFlagCodeRef, description: 'What kind of contradiction it is.' }),
    message: t.exposeString('message', { description: 'The same in an English sentence, with the figures.' }),
    observed: t.exposeFloat('observed', {
      nullable: true,
      description: 'The figure as reported; for COMMON_FACTOR the factor.',
    }),
    expected: t.exposeFloat('expected', {
      nullable: true,
      description: 'What the other figures lead to; null where nothing can be said.',
    }),
  }),
});

const BallotCountsRef = builder.objectRef<BallotFigures>('BallotCounts').implement({
  description: 'Papers, as the source reports them.',
  fields: (t) => ({
    cast: t.int({ description: 'Papers found in the box: valid + rejected.', resolve: ballotsCast }),
    valid: t.exposeInt('valid', { description: 'Votes that count.' }),
    rejected: t.exposeInt('rejected', { description: 'Void papers found in the box.' }),
    spoilt: t.exposeInt('spoilt', {
      description: 'Papers replaced before they reached the box: no votes, and not part of `cast`.',
    }),
    disputed: t.exposeInt('disputed', { description: 'Votes that were questioned but counted as valid.' }),
  }),
});

const TallyRef = builder.objectRef<ShownTally>('Tally').implement({
  description: "One candidate's votes in one reporting unit.",
  fields: (t) => ({
    candidate: t.field({ type: CandidateRef, description: 'Who got them.', resolve: ({ candidate }) => candidate }),
    votes: t.exposeInt('votes', { description: 'Votes.' }),
    share: t.exposeFloat('share', {
      nullable: true,
      description:
        "Of all candidates' votes here, 0 to 1; null when there are none, or when only one party's were asked for.",
    }),
    rank: t.exposeInt('rank', {
      nullable: true,
      description:
        "1 for most votes; equal votes share a rank (1, 2, 2, 4). Null when only one party's votes were asked for.",
    }),
  }),
});

type ShownTally = Omit<Tally, 'rank'> & { rank: number | null };

function tallies({ figures, narrowed }: ContestResult): ShownTally[] {
  const ranked = figures ? rankTallies(figures.votes) : [];
  return narrowed ? ranked.map((tally) => ({ ...tally, share: null, rank: null })) : ranked;
}

const leader = ({ figures, narrowed }: ContestResult) =>
  figures && !narrowed ? leaderOf(rankTallies(figures.votes)) : null;

ContestResultRef.implement({
  description:
    'What is reported of one contest in one reporting unit. It is a count in progress: nobody is ever called elected.',
  fields: (t) => ({
    post: t.expose('post', { type: PostRef, description: 'The post.' }),
    election: t.field({
      type: ElectionRef,
      description: 'The election.',
      resolve: ({ election }) => electionOf(election),
    }),
    reportingUnit: t.field({
      type: ReportingUnitRef,
      description: 'Where these ballots were counted.',
      resolve: (result, _args, ctx) => unitOf(result, ctx),
    }),
    contest: t.field({
      type: ContestRef,
      nullable: true,
      description: 'The contest; null where nothing is reported, and for a polling station, whose results name none.',
      resolve: ({ figures, election, post, unit }): Contest | null =>
        figures?.contestCode
          ? {
              kind: 'Contest',
              election,
              code: figures.contestCode,
              name: figures.contestName ?? '',
              post,
              ...(unit && { foundIn: unit }),
            }
          : null,
    }),
    status: t.field({
      type: ResultStatusRef,
      description:
        'How far the count is. Telling PARTIAL from COMPLETE waits for the index of places; UNKNOWN when that takes too long.',
      resolve: (result, _args, ctx) => statusOf(result, ctx),
    }),
    statusMessage: t.string({
      nullable: true,
      description: 'A sentence for people when there is nothing to show; null when there are figures.',
      resolve: ({ level, post, figures }) => {
        if (!isCountedAt(level, post)) {
          return `This post is not counted for a ${LEVEL_WORDS[level]} as a whole: ask for a ${LEVEL_WORDS[contestLevel(post)]} or something smaller.`;
        }
        return figures ? null : 'Nothing has been reported here yet.';
      },
    }),
    countedAt: t.field({
      type: ReportingLevelRef,
      description: 'The widest level at which this post is counted: the level of its contests.',
      resolve: ({ post }) => contestLevel(post),
    }),
    registeredVoters: t.int({
      nullable: true,
      description: 'Registered voters, as this result gives them.',
      resolve: ({ figures }) => figures?.registeredVoters ?? null,
    }),
    ballots: t.field({
      type: BallotCountsRef,
      nullable: true,
      description:
        'The papers; null until something is reported, and for a polling station, whose results hold votes only.',
      resolve: ({ figures }) => figures?.counts ?? null,
    }),
    turnout: t.float({
      nullable: true,
      description:
        'Ours: ballots cast of registered voters, 0 to 1. While the count is PARTIAL it is too low, because voters of all stations are in it. Null where either is unknown.',
      resolve: ({ figures }) => (figures ? turnout(figures.counts, figures.registeredVoters) : null),
    }),
    turnoutAsReported: t.float({
      nullable: true,
      description:
        "The source's own figure, in percent (0 to 100), passed through: it does not follow from its other figures.",
      resolve: ({ figures }) => figures?.turnoutPercent ?? null,
    }),
    stationsReported: t.int({
      nullable: true,
      description: 'Polling stations whose counts are in these figures; null until something is reported.',
      resolve: ({ figures }) => figures?.stationsReported ?? null,
    }),
    stationsTotal: t.int({
      nullable: true,
      description:
        'Polling stations that exist here. Waits for the index of places; null where a ward has not told its stations.',
      resolve: (result, _args, ctx) => stationsTotal(result, ctx),
    }),
    tallies: t.field({
      type: [TallyRef],
      description: "Most votes first; equal votes keep the source's order. Empty until something is reported.",
      complexity: { multiplier: 8 },
      resolve: tallies,
    }),
    leader: t.field({
      type: TallyRef,
      nullable: true,
      description:
        "Who is ahead; null on a tie for the first place, without votes, or when only one party's were asked for. Ahead is not elected.",
      resolve: (result) => leader(result)?.leader ?? null,
    }),
    margin: t.int({
      nullable: true,
      description: 'Votes between the leader and the next; null where there is no leader.',
      resolve: (result) => leader(result)?.margin ?? null,
    }),
    quality: t.field({
      type: [QualityFlagRef],
      description:
        'What does not add up; empty when nothing is known to be wrong. The check against the number of stations waits for the index of places, and is left out when that takes too long.',
      complexity: { multiplier: 2 },
      resolve: (result, _args, ctx) => qualityOf(result, ctx),
    }),
    asOf: t.field({ type: 'DateTime', description: 'When the source said so.', resolve: ({ asOf }) => new Date(asOf) }),
    stale: t.exposeBoolean('stale', {
      description: 'True when these figures are older than they should be, because the source is down.',
    }),
  }),
});

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
  }),
});

async function findResults(filter: typeof ResultFilter.$inferInput, ctx: Context): Promise<ContestResult[]> {
  const election = parseElection(filter.election, ctx, 'filter.election');
  const contest =
    filter.contest == null ? undefined : parseReference('filter.contest', filter.contest, ['Contest']).code;
  const party = filter.party == null ? undefined : parseReference('filter.party', filter.party, ['Party']).code;
  const post = filter.post ?? undefined;
  if (contest && post) throw badInput('filter.post', 'a contest has one post already: leave out `post` or `contest`.');

  const unit = filter.district == null ? undefined : await parseUnit('filter.district', filter.district, ctx);
  if (
    unit &&
    (unit.kind === 'Country' || unit.kind === 'PollingStation' || (post && !isCountedAt(levelOf(unit.kind), post)))
  ) {
    if (!post)
      throw badInput('filter.post', `is needed to ask for the results of a ${LEVEL_WORDS[levelOf(unit.kind)]}.`);
    if (contest || party)
      throw badInput(
        'filter',
        `the results of a ${LEVEL_WORDS[levelOf(unit.kind)]} cannot be narrowed to a contest or a party.`,
      );
    return [await loadResult(ctx, unit, post, election)];
  }
  const district = unit && (await parseDistrict('filter.district', unit.code, ctx));
  const query = district
    ? { category: district.level, code: district.code, contest, party, post }
    : contest
      ? { category: 'contest' as const, code: contest, party }
      : party
        ? { category: 'party' as const, code: party, post }
        : post && { category: 'post' as const, post };
  if (!query) throw badInput('filter', 'name at least one of `district`, `contest`, `party` and `post`.');
  const { value, asOf, stale } = await ctx.iebc.results(election, query);
  const narrowed = party !== undefined;
  return value.map((figures) => ({ ...figures, unit: null, figures, asOf, stale, narrowed }));
}

builder.queryField('results', (t) =>
  t.field({
    type: ContestResultConnection,
    nullable: true,
    description:
      "Results, in the source's order. With `post` and a `district` at whose level it is not counted, the one result says so.",
    args: { filter: t.arg({ type: ResultFilter, required: true, description: 'Which results.' }), ...pageArgs },
    complexity: pageCost(),
    resolve: async (_root, { filter, ...page }, ctx) => {
      parsePage(page);
      return connectionFrom(await findResults(filter, ctx), page, ({ unitCode, level, post, figures }) =>
        [level, unitCode, post, figures?.contestCode].join('/'),
      );
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
    subscribe: async (_root, args, ctx): Promise<AsyncIterable<ContestResult>> => {
      const election = parseElection(args.election, ctx);
      const unit = await parseUnit('reportingUnit', args.reportingUnit, ctx);
      const { post } = args;
      const level = levelOf(unit.kind);
      if (!isCountedAt(level, post)) return once(notCountedHere(unit, post, election, ctx.clock.now()));
      const updates = ctx.resultWatch.watch({ election, level, code: unit.code, post });
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
