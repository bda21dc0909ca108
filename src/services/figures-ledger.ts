import { codeKey } from '../domain/codes.ts';
import { levelOf, type ReportingUnit } from '../domain/places.ts';
import type { Level, Post } from '../domain/posts.ts';
import { childrenFlag, factorFigures, greatestCommonDivisor, type QualityFlag } from '../domain/quality.ts';
import type { ContestFigures } from '../domain/results.ts';

/**
 * The latest figures that this process has read of every reporting unit: what checks across results need, without a
 * request of their own.
 */
export type FiguresLedger = {
  record(figures: ContestFigures): void;
  /** The common factor of a post's figures at a level; 1 where there is none or too little is known. */
  commonFactor(election: string, level: Level, post: Post): number;
  childrenFlag(parent: ContestFigures, children: readonly ReportingUnit[]): QualityFlag | null;
};

// With 30 non-zero figures, an even number of each by chance is one in a thousand million.
const ENOUGH_FIGURES = 30;

export function createFiguresLedger(): FiguresLedger {
  const groups = new Map<string, { units: Map<string, ContestFigures>; factor: number | null }>();
  const groupKey = (election: string, level: Level, post: Post) => `${election}/${level}/${post}`;

  return {
    record(figures) {
      const key = groupKey(figures.election, figures.level, figures.post);
      const group = groups.get(key) ?? { units: new Map<string, ContestFigures>(), factor: null };
      groups.set(key, group);
      const unit = codeKey(figures.unitCode);
      if (group.units.get(unit) === figures) return;
      group.units.set(unit, figures);
      group.factor = null;
    },
    commonFactor(election, level, post) {
      const group = groups.get(groupKey(election, level, post));
      if (!group) return 1;
      group.factor ??= factorOf(group.units.values());
      return group.factor;
    },
    childrenFlag(parent, children) {
      const [first] = children;
      const known = first && groups.get(groupKey(parent.election, levelOf(first.kind), parent.post))?.units;
      if (!known) return null;
      const figures = children.map(({ code }) => known.get(codeKey(code)));
      return figures.every((entry) => entry !== undefined) ? childrenFlag(parent, figures) : null;
    },
  };
}

function factorOf(units: Iterable<ContestFigures>): number {
  let factor = 0;
  let known = 0;
  for (const { counts } of units) {
    if (!counts) continue;
    for (const figure of factorFigures(counts)) {
      known++;
      factor = greatestCommonDivisor(factor, figure);
    }
  }
  return known >= ENOUGH_FIGURES ? factor : 1;
}
