import type { Level, Post } from '../domain/posts.ts';
import type { ResultVersion } from '../domain/record.ts';

/** Each narrows. `district`: the code of the very place, in any case, not of what lies in it. */
export type HistoryFilter = {
  election: string | undefined;
  level: Level | undefined;
  post: Post | undefined;
  district: string | undefined;
};

/** The record, as an export reads it. */
export type HistoryExport = {
  /**
   * In the log's order, from this index on, up to what the log holds now. `leaf` is the canonical JSON text whose hash is
   * the log's leaf.
   */
  versions(filter: HistoryFilter, from: number): AsyncIterable<{ version: ResultVersion; leaf: string }>;
};

/** One line a version. The leaf stands in it as it is: its text, hashed, is the log's leaf. */
export async function* historyLines(versions: ReturnType<HistoryExport['versions']>): AsyncGenerator<string> {
  for await (const { version, leaf } of versions) {
    const { index, version: number, flags } = version;
    yield `{"index":${index},"version":${number},"flags":${JSON.stringify(flags)},"leaf":${leaf}}\n`;
  }
}
