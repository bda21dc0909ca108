import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe } from 'vitest';

/** Answers of the real API, kept beside the project, never in it. */
export const ARCHIVE = new URL('../../../shared/iebc-2013/responses.ndjson.gz', import.meta.url).pathname;

// biome-ignore lint/suspicious/noExplicitAny: bodies as recorded
export type Recording = { path: string; query: Record<string, string>; body: any };

export function readRecordings(): Recording[] {
  const lines = gunzipSync(readFileSync(ARCHIVE)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Recording);
}

/** A suite over the recordings; where they are absent it is skipped and says so. */
export function describeRecordings(name: string, suite: () => void): void {
  const present = existsSync(ARCHIVE);
  if (!present) console.warn(`skipped: ${name} (needs the recordings of 2013 in ../shared/iebc-2013/)`);
  describe.skipIf(!present)(name, suite);
}
