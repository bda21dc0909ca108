import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** An archive that cannot be read: one line, which names the file and what is wrong with it. */
export class ArchiveError extends Error {}

export type Recording = {
  path: string;
  query: Readonly<Record<string, string>>;
  /** The answer as it was recorded, byte for byte. */
  body: Buffer;
  /** When it was given, in ms since the epoch; undefined where the line does not say. */
  at: number | undefined;
};

/** Recordings by what was asked. */
export type Recordings = {
  has(asked: string): boolean;
  /** What is answered now; undefined for what was never recorded. */
  answer(asked: string): Buffer | undefined;
  /** All that can ever be answered, whatever the hour. */
  values(): Iterable<Pick<Recording, 'path' | 'query' | 'body'>>;
};

const LINE_FEED = 10;
const CLOSING_BRACE = 125;
const SPACES = new Set([9, 13, 32]);
const BODY = Buffer.from(',"body":');
const LEFT_OUT = new Set(['token', 'key', 'election']);

/** Without case, because codes compare without case; tokens, keys and the election are no part of the question. */
export function question(path: string, query: Readonly<Record<string, string>>): string {
  const names = Object.keys(query)
    .filter((name) => !LEFT_OUT.has(name))
    .sort();
  return `${path}?${names.map((name) => `${name}=${query[name]}`).join('&')}`.toLowerCase();
}

/** A later recording of the same question wins. */
export function lastRecordings(file: string): Recordings {
  const last = new Map<string, Recording>();
  for (const recording of readLines(file)) last.set(question(recording.path, recording.query), recording);
  return {
    has: (asked) => last.has(asked),
    answer: (asked) => last.get(asked)?.body,
    values: () => last.values(),
  };
}

/** Line by line. At least one, or an ArchiveError. */
export function* readLines(file: string): Generator<Recording> {
  const text = unpacked(file);
  let line = 0;
  let found = false;
  for (let from = 0; from < text.length; ) {
    let to = text.indexOf(LINE_FEED, from);
    if (to < 0) to = text.length;
    line += 1;
    let end = to;
    while (end > from && SPACES.has(text[end - 1]!)) end -= 1;
    if (end > from) {
      yield parseLine(text.subarray(from, end), file, line);
      found = true;
    }
    from = to + 1;
  }
  if (!found) throw new ArchiveError(`${file}: holds no recordings`);
}

/** `geojson.ndjson.gz` or `geojson.ndjson` beside the archive, if there is one. */
export function readBoundaries(archive: string): Recordings {
  for (const name of ['geojson.ndjson.gz', 'geojson.ndjson']) {
    const file = join(dirname(archive), name);
    if (name !== basename(archive) && existsSync(file)) return lastRecordings(file);
  }
  return { has: () => false, answer: () => undefined, values: () => [] };
}

function unpacked(file: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new ArchiveError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`);
  }
  if (!file.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes);
  } catch {
    throw new ArchiveError(`${file}: is not gzip, or is cut short`);
  }
}

function parseLine(bytes: Buffer, file: string, line: number): Recording {
  const problem = (what: string): ArchiveError => new ArchiveError(`${file}: line ${line} ${what}`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    throw problem('is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw problem('is not an object');
  const { at, path, query = {}, body } = value as Partial<Record<'at' | 'path' | 'query' | 'body', unknown>>;
  if (typeof path !== 'string') throw problem("has no 'path'");
  if (body === undefined) throw problem("has no 'body'");
  if (!isQuery(query)) throw problem("has a 'query' that is not an object of strings");
  const instant = at === undefined ? undefined : instantOf(at);
  if (instant === null) throw problem("has an 'at' that is not an instant such as 2013-03-04T17:30:00.000Z");
  const own = ownBytes(bytes, Object.keys(value)) ?? Buffer.from(JSON.stringify(body));
  return { path, query, body: own, at: instant };
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** In ms since the epoch; null for what is no instant. */
function instantOf(at: unknown): number | null {
  const [, date] = (typeof at === 'string' && INSTANT.exec(at)) || [];
  // Of a day that there is not, such as 30 February, Date makes another one.
  const day = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date!)) return null;
  const instant = Date.parse(at as string);
  return Number.isNaN(instant) ? null : instant;
}

/** The body's bytes, where the line is written as recorders write it: compactly, and with the body last. */
function ownBytes(line: Buffer, names: string[]): Buffer | undefined {
  if (!/^(at,)?path,query,body$/.test(names.join())) return undefined;
  const at = line.indexOf(BODY);
  // A query may have a parameter of that name; the real start comes after the query's closing brace.
  if (at < 0 || line[at - 1] !== CLOSING_BRACE) return undefined;
  return line.subarray(at + BODY.length, -1);
}

function isQuery(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
}
