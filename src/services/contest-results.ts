import { codeKey } from '../domain/codes.ts';
import { badInput, GatewayError } from '../domain/errors.ts';
import { levelOf, type ReportingUnit } from '../domain/places.ts';
import { isCountedAt, LEVEL_WORDS, type Post } from '../domain/posts.ts';
import { commonFactorFlag, ownFlags, type QualityFlag } from '../domain/quality.ts';
import { type ContestResult, type ResultStatus, reportingStatus } from '../domain/results.ts';
import type { Clock } from '../infra/clock.ts';
import type { IebcLoaders } from '../sources/iebc/loaders.ts';
import type { ResultsQuery } from '../sources/iebc/results.ts';
import type { FiguresLedger } from './figures-ledger.ts';
import type { PlaceFinder } from './places/finder.ts';
import type { PlacesIndex } from './places/index.ts';

/** Parts of the question which results, checked and found already. */
type ResultsWanted = {
  election: string;
  unit: ReportingUnit | undefined;
  contest: string | undefined;
  party: string | undefined;
  post: Post | undefined;
};

export type ContestResults = {
  /** The result of one post in one place. Asks nothing where the post is not counted at that level. */
  load(unit: ReportingUnit, post: Post, election: string): Promise<ContestResult>;
  find(wanted: ResultsWanted): Promise<ContestResult[]>;
  unitOf(result: ContestResult): Promise<ReportingUnit>;
  /** Waits for the index of places. */
  stationsTotal(result: ContestResult): Promise<number | null>;
  /** With the number of stations that is known now. */
  statusOf(result: ContestResult): ResultStatus;
  qualityOf(result: ContestResult): QualityFlag[];
};

type Means = {
  iebc: Pick<IebcLoaders, 'result' | 'results'>;
  places: PlacesIndex;
  finder: PlaceFinder;
  ledger: FiguresLedger;
  clock: Clock;
  signal: AbortSignal;
};

/** One request's results: where they come from, and what is said about them. */
export function createContestResults({ iebc, places, finder, ledger, clock, signal }: Means): ContestResults {
  async function load(unit: ReportingUnit, post: Post, election: string): Promise<ContestResult> {
    const level = levelOf(unit.kind);
    const known = { election, post, level, unitCode: unit.code, unit };
    if (!isCountedAt(level, post)) return { ...known, figures: null, asOf: clock.now(), stale: false };
    const { value: figures, asOf, stale } = await iebc.result.load({ election, level, code: unit.code, post });
    return { ...known, figures, asOf, stale };
  }

  async function find(wanted: ResultsWanted): Promise<ContestResult[]> {
    const { election, unit, party } = wanted;
    const single = unit ? singlePost(unit, wanted) : null;
    if (unit && single) return [await load(unit, single, election)];
    const { value, asOf, stale } = await iebc.results(election, resultsQuery(wanted));
    const narrowed = party !== undefined;
    return value.map((figures) => ({
      election: figures.election,
      post: figures.post,
      level: figures.level,
      unitCode: figures.unitCode,
      unit: unit && codeKey(unit.code) === codeKey(figures.unitCode) ? unit : null,
      figures,
      asOf,
      stale,
      narrowed,
    }));
  }

  async function unitOf({ unit, unitCode, level, figures }: ContestResult): Promise<ReportingUnit> {
    if (unit) return unit;
    const found =
      places.known.district(unitCode) ?? places.known.station(unitCode) ?? (await finder.ofLevel(level, unitCode));
    if (found) return found;
    throw new GatewayError(
      'INTERNAL_SERVER_ERROR',
      `The source reported on a ${LEVEL_WORDS[level]} that it does not list: ${figures?.unitName ?? unitCode}.`,
    );
  }

  const stationsTotalIfKnown = ({ level, unitCode }: ContestResult) =>
    level === 'pollingstation' ? 1 : places.known.stationsTotal(unitCode);

  return {
    load,
    find,
    unitOf,
    stationsTotal: async ({ level, unitCode }) =>
      level === 'pollingstation' ? 1 : places.stationsTotal(unitCode, signal),
    statusOf(result) {
      const { level, post, figures } = result;
      if (!isCountedAt(level, post)) return 'NOT_COUNTED_HERE';
      if (!figures) return 'NOT_REPORTED';
      return reportingStatus(figures.stationsReported, stationsTotalIfKnown(result));
    },
    qualityOf(result) {
      const { figures, level, unitCode, narrowed } = result;
      if (!figures) return [];
      const own = ownFlags(figures, stationsTotalIfKnown(result));
      const flags = narrowed ? own.filter(({ code }) => code !== 'VALID_NOT_SUM_OF_VOTES') : own;
      const { election, post, counts } = figures;
      const factor = commonFactorFlag(counts, ledger.commonFactor(election, level, post));
      const children = level === 'pollingstation' ? null : places.known.children(unitCode);
      const sums = children && ledger.childrenFlag(figures, children);
      return [...flags, ...(factor ? [factor] : []), ...(sums ? [sums] : [])];
    },
  };
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
