import type { Level, Post } from './posts.ts';
import type { ContestFigures } from './results.ts';

/** One contest in one place, as one source counts it. Sources are told apart: an invented count is not the real one's past. */
export type RecordedContest = {
  source: string;
  election: string;
  level: Level;
  unitCode: string;
  post: Post;
};

/** The figures of one contest in one place, from when they were first seen until the next version. */
export type ResultVersion = {
  contest: RecordedContest;
  /** 1 for the first that was recorded. */
  version: number;
  /** Its leaf in the log of all versions, from 0. */
  index: number;
  /** When the source said so, in ms since the epoch. Never before the version before it. */
  asOf: number;
  /** Null: the source said that nothing is reported, after it had reported something. */
  figures: ContestFigures | null;
  /** SHA-256 of the answer that they were read from, in hex. */
  bodyHash: string;
  /** What this version contradicts in the one before it (domain/record-flags.ts). */
  flags: readonly RecordFlagCode[];
};

/** A version, and the one before it; null for the first. */
export type VersionPair = { version: ResultVersion; before: ResultVersion | null };

export const RECORD_FLAG_CODES = [
  'VOTES_DECREASED',
  'STATIONS_DECREASED',
  'FIGURES_CHANGED_WITHOUT_STATIONS',
  'FEED_STALLED',
] as const;
export type RecordFlagCode = (typeof RECORD_FLAG_CODES)[number];
