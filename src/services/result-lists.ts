import { SourceError } from '../domain/errors.ts';
import { after, all, isPromise, type Maybe } from '../domain/maybe.ts';
import type { Operation } from '../domain/operation.ts';
import { levelOf, type ReportingUnit } from '../domain/places.ts';
import type { Level, Post } from '../domain/posts.ts';
import type { ListedResult, Which } from '../domain/result-lists.ts';
import type { ContestResult } from '../domain/results.ts';
import type { Clock } from '../infra/clock.ts';
import type { ContestResults, ResultsWanted } from './contest-results.ts';
import type { PlaceFinder } from './places/finder.ts';

export type ResultLists = {
  /** What the source lists; `moment`: each as it was known then. */
  find(wanted: ResultsWanted): Maybe<ListedResult[]>;
  /** All places of a level in a place. */
  ofLevel(wanted: LevelWanted): Maybe<ListedResult[]>;
  /**
   * All of them. One that its source does not give is `unavailable`, and the answer is then kept by nobody; where it gives
   * none of them, its failure is thrown.
   */
  readEach(listed: readonly ListedResult[]): Maybe<ContestResult[]>;
};

type LevelWanted = {
  election: string;
  post: Post;
  level: Level;
  within: ReportingUnit;
  moment: number | undefined;
};

type Means = {
  results: ContestResults;
  finder: Pick<PlaceFinder, 'placesIn'>;
  clock: Pick<Clock, 'now'>;
  operation: Pick<Operation, 'holds'>;
};

export function createResultLists({ results, finder, clock, operation }: Means): ResultLists {
  return {
    find(wanted) {
      const { moment } = wanted;
      const listed = (result: ContestResult): ListedResult => ({
        key: keyOf(result, result.figures?.contestCode),
        which: result,
        name: result.unit?.name ?? result.figures?.unitName ?? '',
        read: () => (moment === undefined ? result : results.knownAt(result, moment)),
      });
      return after(results.find(wanted), (found) => found.map(listed));
    },
    ofLevel({ election, post, level, within, moment }) {
      const listed = (unit: ReportingUnit): ListedResult => {
        const which = { election, post, level: levelOf(unit.kind), unitCode: unit.code, unit };
        return {
          key: keyOf(which, null),
          which,
          name: unit.name,
          read: () =>
            moment === undefined ? results.load(unit, post, election) : results.loadAt(unit, post, election, moment),
        };
      };
      return after(finder.placesIn(within, level), (units) => units.map(listed));
    },
    readEach(listed) {
      const failures: SourceError[] = [];
      const unavailable = (which: Which, error: unknown): ContestResult => {
        // What else may end here, such as the limit of requests or the deadline, is no place's fault.
        if (!(error instanceof SourceError)) throw error;
        failures.push(error);
        return { ...which, figures: null, asOf: clock.now(), stale: false, unavailable: error.message };
      };
      const read = listed.map((one) => {
        const result = one.read();
        return isPromise(result) ? result.catch((error: unknown) => unavailable(one.which, error)) : result;
      });
      return after(all(read), (found) => {
        const [failure] = failures;
        if (failure && failures.length === found.length) throw failure;
        if (failure) operation.holds(0, 0);
        return found;
      });
    },
  };
}

const keyOf = ({ level, unitCode, post }: Which, contest: string | null | undefined) =>
  [level, unitCode, post, contest].join('/');
