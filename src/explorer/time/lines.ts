import type { Contender } from '../contenders.ts';
import { properName } from '../words.ts';
import type { Version } from './timeline.ts';

/** What is drawn over time, and how it is told apart: by colour, by dashes, and by its name beside. */
export type Line = {
  key: string;
  name: string;
  color: string | null;
  dash: number[];
  values: (number | null)[];
};

/** More lines than these are not told apart. */
const LEADING = 4;
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
export const STATIONS_DASH = [1, 4];

/** Of those who have most votes now. A version that says nothing of somebody leaves a gap. */
export function linesOf(versions: Version[], contenders: Map<string, Contender>): Line[] {
  const last = versions.findLast(({ isReported }) => isReported);
  return (last?.tallies ?? []).slice(0, LEADING).map(({ candidate: { code, name, party } }, at) => ({
    key: code,
    name: properName(name),
    color: contenders.get(party?.code ?? 'independent')?.color ?? null,
    dash: DASHES[at]!,
    values: versions.map(({ tallies }) => tallies.find(({ candidate }) => candidate.code === code)?.votes ?? null),
  }));
}

export const stationsOf = (versions: Version[]) => versions.map(({ stationsReported }) => stationsReported);
