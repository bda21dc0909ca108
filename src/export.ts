import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { archiveLines, type Found } from './export-archive.ts';
import { ExportError } from './export-reader.ts';
import { problemOf } from './infra/command-line.ts';

/** `npm run export -- archive`: what a running gateway has recorded, as a file that IEBC_ARCHIVE plays back. */

const USAGE = `npm run export -- archive [--from URL] [--out FILE] [--election CODE] [--source NAME]
    writes the record of a running gateway (--from, default http://127.0.0.1:4000) as an archive (--out, default
    archive.ndjson.gz), which IEBC_ARCHIVE replays and IEBC_ARCHIVE_SPEED plays back; of several elections or sources in
    the record, the one that is named`;

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}

const { values, positionals } = readArguments();
const leave = new AbortController();
// What is half written goes before we do.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => leave.abort());
if (values.help) console.log(USAGE);
else if (positionals.join(' ') !== 'archive') fail(`Say what to export.\n${USAGE}`);
else if (!/^https?:$/.test(URL.parse(values.from)?.protocol ?? '')) fail('--from must be an http:// or https:// URL.');
else await archive(values.out);

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        from: { type: 'string', default: 'http://127.0.0.1:4000' },
        out: { type: 'string', default: 'archive.ndjson.gz' },
        election: { type: 'string' },
        source: { type: 'string' },
      },
    });
  } catch (error) {
    return fail(`${problemOf(error)}\n${USAGE}`);
  }
}

async function archive(out: string): Promise<void> {
  const { election, source } = values;
  let found: Found | undefined;
  // Beside the file, so that it takes its place at once and whole, or not at all.
  const unfinished = join(dirname(out), `.${basename(out)}.${process.pid}`);
  try {
    const gateway = { url: values.from.replace(/\/+$/, ''), signal: leave.signal };
    const lines = async function* () {
      found = yield* archiveLines(gateway, { election, source }, (progress) => console.error(progress));
    };
    const packed = out.endsWith('.gz') ? createGzip() : new PassThrough();
    const file = createWriteStream(unfinished, { flags: 'wx', flush: true });
    await pipeline(Readable.from(lines()), packed, file, { signal: leave.signal });
    await rename(unfinished, out);
  } catch (error) {
    await rm(unfinished, { force: true });
    if (leave.signal.aborted) fail('Stopped; nothing was written.');
    if (error instanceof ExportError) fail(error.message);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    fail(`${out}: cannot be written (${code}).`);
  }
  console.error(`${found?.versions} versions of ${found?.election} are in ${out}. To play them back:`);
  console.error(`  IEBC_ARCHIVE=${out} IEBC_ELECTION=${found?.election} IEBC_ARCHIVE_SPEED=60 npm start`);
}
