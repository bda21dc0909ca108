import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { problemOf } from './infra/command-line.ts';
import { LogReadError, readFromFolder, readFromUrl } from './infra/log-readers.ts';
import { type Differences, type LogVerdict, type OlderCopy, type ReadFile, verifyLog } from './infra/log-verifier.ts';
import type { Difference } from './infra/sequence-diff.ts';
import { base64, NoteError } from './infra/signed-note.ts';

/** `npm run verify-log`: checks a log of what was reported, from outside, with nothing of the gateway but what it publishes. */

const USAGE = `npm run verify-log -- <URL or folder> [old checkpoint] [--key KEY] [--save FOLDER]
    checks every version of a log against what was signed
    <URL or folder>   of the gateway or its log; or a folder that --save made
    [old checkpoint]  a file with a checkpoint that was kept earlier, or a folder that --save made: is it still the same log?
    --key KEY         the log's public key, or a file with it; without it the key is trusted that the log itself shows
    --save FOLDER     keeps a copy; what it has from an earlier run is compared first, and never lost`;
const SHOWN = 20;

/** What is wrong with how this was called or with what it was to read: one line. */
class Refusal extends Error {}

async function main(): Promise<boolean> {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(USAGE);
    return true;
  }
  const [where, old, stray] = positionals;
  if (where === undefined) throw new Refusal(`Which log is to be checked?\n${USAGE}`);
  if (stray !== undefined) throw new Refusal('There is one log to check, and one old checkpoint.');
  const { save } = values;
  const saved = save !== undefined && existsSync(join(save, 'checkpoint'));
  if (saved && old !== undefined) throw new Refusal(`${save} has an old checkpoint already: leave the other one away.`);

  const read = await readerOf(where);
  const older = saved ? olderCopy(save) : old === undefined ? null : olderCopy(old);
  const vkey = await keyOf(values.key, older, read);
  const staging = save === undefined ? null : stagingFor(save);
  const keep = async (path: string, content: Uint8Array) => {
    if (staging !== null) write(join(staging, path), content);
  };
  let verdict: LogVerdict;
  try {
    verdict = await verifyLog({ read, vkey, older, keep });
  } catch (error) {
    if (staging !== null) rmSync(staging, { recursive: true, force: true });
    throw error;
  }
  const good = verdict.problems.length === 0;
  for (const line of report(verdict)) console.log(seen(line));
  if (staging !== null && good) settle(staging, save!);
  else if (staging !== null) console.log(`What was served now is in ${staging}; ${save} is as it was.`);
  return good;
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, key: { type: 'string' }, save: { type: 'string' } },
    });
  } catch (error) {
    throw new Refusal(`${problemOf(error)}\n${USAGE}`);
  }
}

async function readerOf(where: string): Promise<ReadFile> {
  if (!/^https?:/i.test(where)) {
    if (!isFolder(where)) throw new Refusal(`${where} is neither a URL nor a folder.`);
    return readFromFolder(where);
  }
  if (!URL.canParse(where)) throw new Refusal(`${where} is no URL.`);
  const url = where.replace(/\/+$/, '');
  const [own, below] = [readFromUrl(url), readFromUrl(`${url}/log`)];
  // A gateway's log is below it; another's may be anywhere.
  return (await own('checkpoint')) ? own : below;
}

type Copy = OlderCopy & { vkey: string | null };

function olderCopy(path: string): Copy {
  if (!isFolder(path)) return { checkpoint: text(path), read: null, vkey: null };
  const key = join(path, 'key');
  const vkey = existsSync(key) ? text(key) : null;
  return { checkpoint: text(join(path, 'checkpoint')), read: readFromFolder(path), vkey };
}

async function keyOf(given: string | undefined, older: Copy | null, read: ReadFile): Promise<string> {
  if (given !== undefined) return existsSync(given) ? text(given) : given;
  if (older?.vkey) return older.vkey;
  const shown = await read('key');
  if (!shown) throw new Refusal('The log shows no key: give it with --key.');
  const vkey = Buffer.from(shown).toString().trim();
  console.log(
    seen(
      `NOBODY VOUCHES FOR THE KEY: the one that the log itself shows is trusted. Keep it, and next time: --key '${vkey}'`,
    ),
  );
  return vkey;
}

function report(verdict: LogVerdict): string[] {
  const { checkpoint, older, problems } = verdict;
  if (problems.length === 0 && checkpoint) {
    const { origin, size, root } = checkpoint;
    const continued = older ? `, and it continues the ${older.size} of the older checkpoint` : '';
    return [`OK: ${size} versions of ${origin} are what was signed (root ${base64(root)})${continued}.`];
  }
  return [
    ...listed('Against what was signed', verdict.fromSigned),
    ...listed('Against the older copy', verdict.fromOlder),
    ...problems,
    `NOT OK: ${problems.length === 1 ? 'one problem' : `${problems.length} problems`}.`,
  ];
}

function listed(title: string, { differences, more }: Differences): string[] {
  const left = differences.length - SHOWN + more;
  const lines = differences.slice(0, SHOWN).map((one) => `  ${told(one)}`);
  if (left > 0) lines.push(`  and ${left} more`);
  return lines.length > 0 ? [`${title}:`, ...lines] : [];
}

function told({ kind, was, is }: Difference): string {
  switch (kind) {
    case 'DROPPED':
      return `index ${was.index} was dropped: ${described(was.leaf)}`;
    case 'INSERTED':
      return `index ${is.index} was inserted: ${described(is.leaf)}`;
    case 'MOVED':
      return `index ${was.index} was moved to ${is.index}: ${described(is.leaf)}`;
    default: {
      const parts = was.leaf && is.leaf ? changes(parsed(was.leaf), parsed(is.leaf)).slice(0, 5) : [];
      const what = parts.length > 0 ? ` (${parts.join(', ')})` : '';
      return `index ${was.index} was changed: ${described(was.leaf ?? is.leaf)}${what}`;
    }
  }
}

/** What a leaf is of (services/record/leaf.ts), in the order in which it is said. */
const NAMING = ['source', 'election', 'level', 'place', 'post', 'instant'];

function described(leaf: Uint8Array | null): string {
  if (!leaf) return 'its content is not there any more';
  const facts = parsed(leaf);
  if (typeof facts !== 'object' || facts === null) return 'it is no version';
  const parts = NAMING.map((name) => Reflect.get(facts, name)).filter((part) => typeof part === 'string');
  return parts.join(' ') || 'it does not say of what';
}

/** Where two versions differ, such as `figures.votes.0.votes: 120 is now 720`. */
function changes(was: unknown, is: unknown, path = ''): string[] {
  if (Object.is(was, is)) return [];
  if (typeof was !== 'object' || typeof is !== 'object' || was === null || is === null) {
    return [`${path || 'all'}: ${JSON.stringify(was)} is now ${JSON.stringify(is)}`];
  }
  const names = new Set([...Object.keys(was), ...Object.keys(is)]);
  return [...names].flatMap((name) =>
    changes(Reflect.get(was, name), Reflect.get(is, name), path === '' ? name : `${path}.${name}`),
  );
}

function parsed(leaf: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(leaf).toString());
  } catch {
    return null;
  }
}

/** What a terminal shows and does not obey. */
function seen(line: string): string {
  return line.replace(/[^\P{C}\n]/gu, '?');
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Refusal(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

function stagingFor(save: string): string {
  const staging = `${save.replace(/[/\\]+$/, '')}.new`;
  if (existsSync(staging)) {
    throw new Refusal(`${staging} is what an earlier run found to differ: move it away first.`);
  }
  return staging;
}

function write(path: string, content: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** The checkpoint last: what it is of is there then. */
function settle(staging: string, save: string): void {
  for (const part of ['tile', 'key', 'checkpoint']) {
    if (existsSync(join(staging, part))) cpSync(join(staging, part), join(save, part), { recursive: true });
  }
  rmSync(staging, { recursive: true });
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  const known = error instanceof Refusal || error instanceof LogReadError || error instanceof NoteError;
  if (!known) throw error;
  console.error(seen(error.message));
  process.exitCode = 1;
}
