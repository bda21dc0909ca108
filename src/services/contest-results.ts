import { codeKey } from '../domain/codes.ts';
import { badInput, GatewayError } from '../domain/errors.ts';
import { after, type Maybe } from '../domain/maybe.ts';
import type { Operation } from '../domain/operation.ts';
import { levelOf, type ReportingUnit } from '../domain/places.ts';
import { isCountedAt, LEVEL_WORDS, type Post } from '../domain/posts.ts';
import { commonFactorFlag, ownFlags, type QualityFlag } from '../domain/quality.ts';
import type { ResultVersion } from '../domain/record.ts';
import { type ContestFigures, type ContestResult, type ResultStatus, reportingStatus } from '../domain/results.ts';
import type { Cached } from '../infra/cache.ts';
import type { Clock } from '../infra/clock.ts';
import type { IebcLoaders } from '../sources/iebc/loaders.ts';
import { FRESHNESS } from '../sources/iebc/reader.ts';
import type { ResultsQuery } from '../sources/iebc/results.ts';
import type { FiguresLedger } from './figures-ledger.ts';
import type { PlaceFinder } from './places/finder.ts';
import type { PlacesIndex } from './places/index.ts';

/** Parts of the question which results, checked and found already. */
export type ResultsWanted = {
  election: string;
  unit: ReportingUnit | undefined;
  contest: string | undefined;
  party: string | undefined;
  post: Post | undefined;
  /** Where there is one result, as it was known at this moment; undefined: now. */
  moment?: number | undefined;
};

export type ContestResults = {
  /** The result of one post in one place. Asks nothing where the post is not counted at that level. */
  load(unit: ReportingUnit, post: Post, election: string): Maybe<ContestResult>;
  /** The same as it was known at this moment: asks the record, and never the source. */
  loadAt(unit: ReportingUnit, post: Post, election: string, moment: number): Maybe<ContestResult>;
  /** Of a list, as they are now: which of it is wanted `knownAt` its moment is the caller's to say. */
  find(wanted: ResultsWanted): Maybe<ContestResult[]>;
  /** The same result as it was known at this moment. */
  knownAt(result: ContestResult, moment: number): Promise<ContestResult>;
  unitOf(result: ContestResult): Maybe<ReportingUnit>;
  /** Waits for the index of places. */
  stationsTotal(result: ContestResult): Maybe<number | null>;
  /** With the number of stations that is known now. */
  statusOf(result: ContestResult): ResultStatus;
  qualityOf(result: ContestResult): QualityFlag[];
};

type Recorded = Pick<ContestResult, 'election' | 'level' | 'unitCode' | 'post'>;

type Means = {
  iebc: Pick<IebcLoaders, 'result' | 'results'>;
  places: PlacesIndex;
  finder: PlaceFinder;
  /** The version in force at a moment. */
  recordedAt: (result: Recorded, moment: number) => Promise<Pick<ResultVersion, 'version' | 'asOf' | 'figures'> | null>;
  ledger: FiguresLedger;
  clock: Clock;
  operation: Pick<Operation, 'signal' | 'holds'>;
};

/** One request's results: where they come from, and what is said about them. */
export function createContestResults({
  iebc,
  places,
  finder,
  recordedAt,
  ledger,
  clock,
  operation,
}: Means): ContestResults {
  function load(unit: ReportingUnit, post: Post, election: string): Maybe<ContestResult> {
    const level = levelOf(unit.kind);
    const known = { election, post, level, unitCode: unit.code, unit };
    if (!isCountedAt(level, post)) {
      const until = clock.monotonic() + FRESHNESS.results.freshMs;
      operation.holds(until, until);
      return { ...known, figures: null, asOf: clock.now(), stale: false };
    }
    return after(iebc.result.load({ election, level, code: unit.code, post }), ({ value: figures, asOf, stale }) => ({
      ...known,
      figures,
      asOf,
      stale,
    }));
  }

  async function knownAt(now: ContestResult, moment: number): Promise<ContestResult> {
    if (now.moment === moment) return now;
    const { party } = now;
    const recorded = await recordedAt(now, moment);
    if (!recorded) return { ...now, figures: null, asOf: moment, stale: false, moment };
    const { version, asOf, figures } = recorded;
    return {
      ...now,
      figures: party && figures ? ofParty(figures, party) : figures,
      asOf,
      stale: false,
      version,
      moment,
    };
  }

  function loadAt(unit: ReportingUnit, post: Post, election: string, moment: number): Maybe<ContestResult> {
    const level = levelOf(unit.kind);
    if (!isCountedAt(level, post)) return load(unit, post, election);
    const place = { election, post, level, unitCode: unit.code, unit };
    return knownAt({ ...place, figures: null, asOf: moment, stale: false }, moment);
  }

  function find(wanted: ResultsWanted): Maybe<ContestResult[]> {
    const { election, unit, party, moment } = wanted;
    const single = unit ? singlePost(unit, wanted) : null;
    if (unit && single) {
      const one = moment === undefined ? load(unit, single, election) : loadAt(unit, single, election, moment);
      return after(one, (result) => [result]);
    }
    const shown = ({ value, asOf, stale }: Cached<ContestFigures[]>) =>
      value.map((figures) => ({
        election: figures.election,
        post: figures.post,
        level: figures.level,
        unitCode: figures.unitCode,
        unit: unit && codeKey(unit.code) === codeKey(figures.unitCode) ? unit : null,
        figures,
        asOf,
        stale,
        party,
      }));
    return after(iebc.results(election, resultsQuery(wanted)), shown);
  }

  function unitOf({ unit, unitCode, level, figures }: ContestResult): Maybe<ReportingUnit> {
    if (unit) return unit;
    const known = places.known.district(unitCode) ?? places.known.station(unitCode);
    return after(known ?? finder.ofLevel(level, unitCode), (found) => {
      if (found) return found;
      throw new GatewayError(
        'INTERNAL_SERVER_ERROR',
        `The source reported on a ${LEVEL_WORDS[level]} that it does not list: ${figures?.unitName ?? unitCode}.`,
      );
    });
  }

  const stationsTotalIfKnown = ({ level, unitCode }: ContestResult) =>
    level === 'pollingstation' ? 1 : places.known.stationsTotal(unitCode);

  return {
    load,
    loadAt,
    find,
    knownAt,
    unitOf,
    stationsTotal: (result) => stationsTotalIfKnown(result) ?? places.stationsTotal(result.unitCode, operation.signal),
    statusOf(result) {
      const { level, post, figures } = result;
      if (!isCountedAt(level, post)) return 'NOT_COUNTED_HERE';
      if (result.unavailable !== undefined) return 'UNAVAILABLE';
      // That nothing was recorded by then does not say that nothing had been reported.
      if (result.moment !== undefined && result.version === undefined) return 'UNKNOWN';
      if (!figures) return 'NOT_REPORTED';
      return reportingStatus(figures.stationsReported, stationsTotalIfKnown(result));
    },
    qualityOf(result) {
      const { figures, level, unitCode, party, moment } = result;
      if (!figures) return [];
      const own = ownFlags(figures, stationsTotalIfKnown(result));
      const flags = party !== undefined ? own.filter(({ code }) => code !== 'VALID_NOT_SUM_OF_VOTES') : own;
      // The other results that are known are those of now.
      if (moment !== undefined) return flags;
      const { election, post, counts } = figures;
      const factor = commonFactorFlag(counts, ledger.commonFactor(election, level, post));
      const children = level === 'pollingstation' ? null : places.known.children(unitCode);
      const sums = children && ledger.childrenFlag(figures, children);
      return [...flags, ...(factor ? [factor] : []), ...(sums ? [sums] : [])];
    },
  };
}

function ofParty(figures: ContestFigures, party: string): ContestFigures {
  const votes = figures.votes.filter(({ candidate }) => codeKey(candidate.party?.code ?? '') === codeKey(party));
  return { ...figures, votes };
}

/** Of one result instead of a list: the country and stations have no list, and where a post is not counted nothing is asked. */
function singlePost({ kind }: ReportingUnit, { contest, party, post }: ResultsWanted): Post | null {
  const level = levelOf(kind);
  const listed = level !== 'country' && level !== 'pollingstation';
  if (listed && (!post || isCountedAt(level, post))) return null;
  if (!post) throw badInput('filter.post', `is needed to ask for the results of a ${LEVEL_WORDS[level]}.`);
  if (contest || party)
    throw badInput('filter', `the results of a ${LEVEL_WORDS[level]} cannot be narrowed to a contest or a party.`);
  return post;
}

function resultsQuery({ unit, contest, party, post }: ResultsWanted): ResultsQuery {
  if (unit && unit.kind !== 'Country' && unit.kind !== 'PollingStation')
    return { category: levelOf(unit.kind), code: unit.code, contest, party, post };
  if (contest) return { category: 'contest', code: contest, party };
  if (party) return { category: 'party', code: party, post };
  if (post) return { category: 'post', post };
  throw badInput('filter', 'name at least one of `district`, `contest`, `party` and `post`.');
}
