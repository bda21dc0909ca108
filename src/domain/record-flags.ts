import { codeKey } from './codes.ts';
import { RECORD_FLAG_CODES, type RecordFlagCode } from './record.ts';
import type { ContestFigures } from './results.ts';

/** Whether two say the same count: in all their figures, or but for the votes, which a result may show in part. */
export function isSameCount(one: ContestFigures | null, other: ContestFigures | null, of: 'all' | 'papers'): boolean {
  const { stationsReported, valid, rejected, candidates } = changeBetween(one, other);
  const papers = !stationsReported && !valid && !rejected && !otherPapers(one, other);
  return papers && (one === null) === (other === null) && (of === 'papers' || candidates.length === 0);
}

/** What changed from one version to the next; counts are new minus old, and null where one of the two is not known. */
export type FiguresChange = {
  stationsReported: number | null;
  /** All candidates' votes together. */
  votes: number;
  valid: number | null;
  rejected: number | null;
  /** Of candidates whose votes are others now, in the newer version's order; those that are gone last. */
  candidates: { code: string; name: string; votes: number }[];
};

/** `null` figures have nothing: no votes and no stations. */
export function changeBetween(before: ContestFigures | null, after: ContestFigures | null): FiguresChange {
  const votesBefore = votesOf(before);
  const votesAfter = votesOf(after);
  const candidates: FiguresChange['candidates'] = [];
  for (const [key, { code, name, votes }] of votesAfter) {
    const difference = votes - (votesBefore.get(key)?.votes ?? 0);
    if (difference !== 0) candidates.push({ code, name, votes: difference });
  }
  for (const [key, { code, name, votes }] of votesBefore)
    if (!votesAfter.has(key) && votes !== 0) candidates.push({ code, name, votes: -votes });
  const known = (read: (figures: ContestFigures) => number | null | undefined) => {
    const [old, now] = [before, after].map((figures) => (figures ? (read(figures) ?? null) : 0));
    return old === null || now === null ? null : now! - old!;
  };
  return {
    stationsReported: known(({ stationsReported }) => stationsReported),
    votes: candidates.reduce((sum, { votes }) => sum + votes, 0),
    valid: known(({ counts }) => counts?.valid),
    rejected: known(({ counts }) => counts?.rejected),
    candidates,
  };
}

function votesOf(figures: ContestFigures | null): Map<string, { code: string; name: string; votes: number }> {
  return new Map(
    figures?.votes.map(({ candidate: { code, name }, votes }) => [codeKey(code), { code, name, votes }]) ?? [],
  );
}

/** How long a count had been seen not to move before this version, and which version that was. */
type Rest = { restedMs: number; stallMs: number; versionBefore: number };

/**
 * What only time can see: flags say what is so, never why. A count that grows, station by station, raises none.
 * The first version of all is compared with nothing.
 */
export function flagsBetween(
  before: ContestFigures | null,
  after: ContestFigures | null,
  rest: Rest,
): RecordFlagCode[] {
  const change = changeBetween(before, after);
  const { stationsReported, candidates } = change;
  const fewer = candidates.some(({ votes }) => votes < 0) || (change.valid ?? 0) < 0;
  const others =
    candidates.length > 0 || Boolean(change.valid) || Boolean(change.rejected) || otherPapers(before, after);
  return [
    ...(fewer ? ['VOTES_DECREASED' as const] : []),
    ...(stationsReported !== null && stationsReported < 0 ? ['STATIONS_DECREASED' as const] : []),
    // A polling station that reports again is one station as before: then only fewer votes are remarkable.
    ...(stationsReported === 0 && others && after?.level !== 'pollingstation'
      ? ['FIGURES_CHANGED_WITHOUT_STATIONS' as const]
      : []),
    ...(hasStalled(rest) && grew(before, stationsReported) ? ['FEED_STALLED' as const] : []),
  ];
}

/** A count that never moved before has not stalled: it may only not have begun. */
const hasStalled = ({ restedMs, stallMs, versionBefore }: Rest) => versionBefore >= 2 && restedMs >= stallMs;

/** Stations were still to come, so the count was partial; without more of them it may have been complete, and was corrected. */
const grew = (before: ContestFigures | null, more: number | null) =>
  (before?.stationsReported ?? 0) > 0 && (more ?? 0) > 0;

function otherPapers(before: ContestFigures | null, after: ContestFigures | null): boolean {
  const [old, now] = [before?.counts, after?.counts];
  return Boolean(old && now && (old.spoilt !== now.spoilt || old.disputed !== now.disputed));
}

/** One bit a code, as the log stores them. */
export const marksOf = (flags: readonly RecordFlagCode[]): number =>
  flags.reduce((marks, code) => marks | (1 << RECORD_FLAG_CODES.indexOf(code)), 0);

export const flagsOf = (marks: number): RecordFlagCode[] =>
  RECORD_FLAG_CODES.filter((_code, bit) => (marks & (1 << bit)) !== 0);
