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
};

/** Recordings by what was asked; a later one of the same question wins. */
export type Recordings = ReadonlyMap<string, Recording>;

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

export function readRecordings(file: string): Recordings {
  const text = unpacked(file);
  const recordings = new Map<string, Recording>();
  let line = 0;
  for (let from = 0; from < text.length; ) {
    let to = text.indexOf(LINE_FEED, from);
    if (to < 0) to = text.length;
    line += 1;
    let end = to;
    while (end > from && SPACES.has(text[end - 1]!)) end -= 1;
    if (end > from) {
      const recording = parseLine(text.subarray(from, end), file, line);
      recordings.set(question(recording.path, recording.query), recording);
    }
    from = to + 1;
  }
  if (recordings.size === 0) throw new ArchiveError(`${file}: holds no recordings`);
  return recordings;
}

/** `geojson.ndjson.gz` or `geojson.ndjson` beside the archive, if there is one. */
export function readBoundaries(archive: string): Recordings {
  for (const name of ['geojson.ndjson.gz', 'geojson.ndjson']) {
    const file = join(dirname(archive), name);
    if (name !== basename(archive) && existsSync(file)) return readRecordings(file);
  }
  return new Map();
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
  const { path, query = {}, body } = value as { path?: unknown; query?: unknown; body?: unknown };
  if (typeof path !== 'string') throw problem("has no 'path'");
  if (body === undefined) throw problem("has no 'body'");
  if (!isQuery(query)) throw problem("has a 'query' that is not an object of strings");
  return { path, query, body: ownBytes(bytes, Object.keys(value)) ?? Buffer.from(JSON.stringify(body)) };
}

/** The body's bytes, where the line is written as recorders write it: compactly, and with the body last. */
function ownBytes(line: Buffer, names: string[]): Buffer | undefined {
  if (names.join() !== 'path,query,body') return undefined;
  const at = line.indexOf(BODY);
  // A query may have a parameter of that name; the real start comes after the query's closing brace.
  if (at < 0 || line[at - 1] !== CLOSING_BRACE) return undefined;
  return line.subarray(at + BODY.length, -1);
}

function isQuery(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
}
