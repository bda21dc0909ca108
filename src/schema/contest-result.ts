import { codeKey } from '../domain/codes.ts';
import type { Contest } from '../domain/elections.ts';
import { contestLevel, isCountedAt, LEVEL_WORDS } from '../domain/posts.ts';
import type { QualityFlag, QualityFlagCode } from '../domain/quality.ts';
import {
  aheadIn,
  type BallotFigures,
  ballotsCast,
  type ContestResult,
  type ResultStatus,
  rankTallies,
  type StationsAsReported,
  type Tally,
  turnout,
} from '../domain/results.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { electionOf } from './election.ts';
import { PostRef, ReportingLevelRef } from './post.ts';
import { CandidateRef, ContestRef, ContestResultRef, ElectionRef, ReportingUnitRef } from './refs.ts';
import { resultKey, resultOfKey } from './result-keys.ts';

/** In 2013 a ward had up to 18 candidates. */
export const CANDIDATES = 20;
const KINDS_OF_FLAGS = 5;

const ResultStatusRef = builder.enumType('ResultStatus', {
  description: 'How far the count of one contest in one place is.',
  values: {
    NOT_COUNTED_HERE: {
      description: 'This post is not counted at this level; `countedAt` says where to ask. The source was not asked.',
    },
    NOT_REPORTED: { description: 'The source has nothing here (yet).' },
    PARTIAL: { description: 'Some stations have reported, not all.' },
    COMPLETE: { description: 'All stations have reported.' },
    UNKNOWN: { description: 'There are figures, but nobody knows (yet) how many stations there are or have reported.' },
    UNAVAILABLE: {
      description:
        'In a list: the source did not give this one, so nothing is known of it at the moment; `statusMessage` says why. It is not "nothing reported".',
    },
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

export const BallotCountsRef = builder.objectRef<BallotFigures>('BallotCounts').implement({
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

const StationsAsReportedRef = builder.objectRef<StationsAsReported>('StationsAsReported').implement({
  description:
    'How many polling stations report, as the source says it (`reporting_ps`). In stations, and not checked.',
  fields: (t) => ({
    reporting: t.exposeInt('reporting', {
      nullable: true,
      description: 'Stations that the source says are reporting; null where it says nothing that is a number.',
    }),
    total: t.exposeInt('total', {
      nullable: true,
      description: 'Stations that the source says there are here; null where it says nothing that is a number.',
    }),
  }),
});

export const TallyRef = builder.objectRef<ShownTally>('Tally');
builder.node(TallyRef, {
  description: "One candidate's votes in one reporting unit.",
  id: { resolve: ({ of, candidate }) => `${resultKey(of)}/${codeKey(candidate.code)}` },
  isTypeOf: (value) => 'votes' in (value as object) && 'of' in (value as object),
  async loadOne(key, ctx) {
    const slash = key.lastIndexOf('/');
    const result = await resultOfKey(key.slice(0, slash), ctx);
    const code = codeKey(key.slice(slash + 1));
    return (result && tallies(result).find(({ candidate }) => codeKey(candidate.code) === code)) ?? null;
  },
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

/** `of`: the result that it is part of. */
type ShownTally = Omit<Tally, 'rank'> & { rank: number | null; of: ContestResult };

export function tallies(of: ContestResult): ShownTally[] {
  const ranked = of.figures ? rankTallies(of.figures.votes) : [];
  const known = of.party === undefined ? {} : { share: null, rank: null };
  return ranked.map((tally) => ({ ...tally, ...known, of }));
}

builder.node(ContestResultRef, {
  description:
    'What is reported of one contest in one reporting unit. It is a count in progress: nobody is ever called elected. Its `id` stays the same while the count moves; of a past moment, and of one party alone, it is another.',
  id: { resolve: resultKey },
  isTypeOf: (value) => 'figures' in (value as object) && 'unitCode' in (value as object),
  loadOne: resultOfKey,
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
      extensions: costs({ requests: 1 }),
      resolve: (result, _args, { results }) => results.unitOf(result),
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
        'How far the count is. Never waits: UNKNOWN also while the index of places does not know yet how many stations there are, so ask again later or ask for `stationsTotal`, which waits.',
      resolve: (result, _args, { results }) => results.statusOf(result),
    }),
    statusMessage: t.string({
      nullable: true,
      description: 'A sentence for people when there is nothing to show; null when there are figures.',
      resolve: ({ level, post, figures, moment, version, unavailable }) => {
        if (!isCountedAt(level, post)) {
          return `This post is not counted for a ${LEVEL_WORDS[level]} as a whole: ask for a ${LEVEL_WORDS[contestLevel(post)]} or something smaller.`;
        }
        if (unavailable !== undefined) return unavailable;
        if (figures) return null;
        const unknown = moment !== undefined && version === undefined;
        return unknown ? 'Nothing had been recorded here by that moment.' : 'Nothing has been reported here yet.';
      },
    }),
    countedAt: t.field({
      type: ReportingLevelRef,
      description: 'The widest level at which this post is counted: the level of its contests.',
      resolve: ({ post }) => contestLevel(post),
    }),
  }),
});

builder.objectFields(ContestResultRef, (t) => ({
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
  stationsAsReported: t.field({
    type: StationsAsReportedRef,
    nullable: true,
    description:
      "The source's own pair of figures about its stations, passed through beside `stationsReported` and `stationsTotal`, with which it need not agree. Null where it leaves them empty, as in all of March 2013, and for a polling station. The record does not hold it: null too of a past moment and in `resultsUpdated`.",
    resolve: ({ figures }) => figures?.stationsAsReported ?? null,
  }),
  stationsTotal: t.int({
    nullable: true,
    description:
      'Polling stations that exist here. Waits for the index of places; null where a ward has not told its stations, or the source does not list this place.',
    resolve: (result, _args, { results }) => results.stationsTotal(result),
  }),
  tallies: t.field({
    type: [TallyRef],
    description: "Most votes first; equal votes keep the source's order. Empty until something is reported.",
    extensions: costs({ each: CANDIDATES }),
    resolve: tallies,
  }),
  leader: t.field({
    type: TallyRef,
    nullable: true,
    description:
      "Who is ahead; null on a tie for the first place, without votes, or when only one party's were asked for. Ahead is not elected.",
    resolve: (result) => {
      const first = aheadIn(result)?.leader;
      return first ? { ...first, of: result } : null;
    },
  }),
  margin: t.int({
    nullable: true,
    description: 'Votes between the leader and the next; null where there is no leader.',
    resolve: (result) => aheadIn(result)?.margin ?? null,
  }),
  quality: t.field({
    type: [QualityFlagRef],
    description:
      'What does not add up; empty when nothing is known to be wrong. Never waits: the checks against the number of stations and the places below are left out while the index of places is not there.',
    extensions: costs({ each: KINDS_OF_FLAGS }),
    resolve: (result, _args, { results }) => results.qualityOf(result),
  }),
  asOf: t.field({
    type: 'DateTime',
    description: 'When the source said so; of an UNAVAILABLE one, when it was asked.',
    resolve: ({ asOf }) => new Date(asOf),
  }),
  stale: t.exposeBoolean('stale', {
    description: 'True when these figures are older than they should be, because the source is down.',
  }),
}));
