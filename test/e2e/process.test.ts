import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { ARCHIVE, describeRecordings } from '../support/recordings.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const MAIN = join(ROOT, 'src/main.js');
const directory = () => mkdtempSync(join(tmpdir(), 'gateway-process-'));

type Process = { child: ChildProcess; out: () => string; err: () => string; exit: Promise<number | null> };

/** The real entry, with nothing in its environment but what is given. */
function start(env: Record<string, string>, [command, ...args]: string[] = [process.execPath, MAIN]): Process {
  const child = spawn(command!, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: directory(), LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that a test's end also ends what npm started and left.
    detached: true,
  });
  const text = { out: '', err: '' };
  child.stdout!.on('data', (chunk) => {
    text.out += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    text.err += chunk;
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // Nothing of it is left.
    }
    await exit;
  });
  return { child, out: () => text.out, err: () => text.err, exit };
}

const npm = (...args: string[]) => ['npm', '--no-update-notifier', ...args];

/** What its output says at this place, once it does. */
async function printed({ child, out, err, exit }: Process, pattern: RegExp): Promise<string> {
  const ended = exit.then((code) => {
    throw new Error(`ended with ${code}: ${err()}`);
  });
  for (;;) {
    const [, found] = pattern.exec(out()) ?? [];
    if (found) return found;
    await Promise.race([once(child.stdout!, 'data'), ended]);
  }
}

const urlOf = (gateway: Process) => printed(gateway, /(http:\/\/\S+\/graphql)/);

async function ask(url: string, query: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
  return (await response.json()) as any;
}

/** A file with this content, for IEBC_ARCHIVE. */
function file(name: string, content: string | Buffer): string {
  const path = join(directory(), name);
  writeFileSync(path, content);
  return path;
}

async function takenPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return String((server.address() as { port: number }).port);
}

const SECRET = 'a-secret-of-the-operator';

/** A data directory that a gateway wrote, changed by `spoil`. */
async function spoilt(spoil: (dir: string) => void): Promise<Record<string, string>> {
  const DATA_DIR = directory();
  const gateway = start({ DATA_DIR });
  await urlOf(gateway);
  gateway.child.kill('SIGTERM');
  await gateway.exit;
  spoil(DATA_DIR);
  return { DATA_DIR };
}

/** Another's database, or one of a later version, at the place of ours. */
function withSql(dir: string, name: string, sql: string): void {
  const database = new DatabaseSync(join(dir, name));
  database.exec(sql);
  database.close();
}

/** A queue whose table fills many pages, all but the first overwritten. */
function damage(dir: string): void {
  const path = join(dir, 'queue.sqlite');
  const rows =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT 'job ' || i, 0, 0 FROM n";
  withSql(dir, 'queue.sqlite', `PRAGMA journal_mode = DELETE; INSERT INTO jobs ${rows}`);
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096);
  writeFileSync(path, bytes);
}

it.each<[string, () => Promise<Record<string, string>> | Record<string, string>, string]>([
  ['a port in use', async () => ({ PORT: await takenPort() }), 'PORT'],
  ['a port that is no number', () => ({ PORT: 'http' }), 'PORT'],
  ['an address of another machine', () => ({ HOST: '192.0.2.1' }), 'HOST'],
  ['an archive that is not there', () => ({ IEBC_ARCHIVE: '/nowhere/responses.ndjson.gz' }), 'IEBC_ARCHIVE'],
  ['an archive that is a directory', () => ({ IEBC_ARCHIVE: directory() }), 'IEBC_ARCHIVE'],
  ['an archive of something else', () => ({ IEBC_ARCHIVE: file('a.ndjson', 'hello\n') }), 'IEBC_ARCHIVE'],
  ['an archive that is not compressed', () => ({ IEBC_ARCHIVE: file('a.ndjson.gz', 'hello\n') }), 'IEBC_ARCHIVE'],
  [
    'an archive that is cut off',
    () => ({ IEBC_ARCHIVE: file('a.ndjson.gz', gzipSync('{}\n'.repeat(999)).subarray(0, 20)) }),
    'IEBC_ARCHIVE',
  ],
  ['an empty archive', () => ({ IEBC_ARCHIVE: file('a.ndjson', '') }), 'IEBC_ARCHIVE'],
  ['a bad URL', () => ({ IEBC_URL: 'ftp://x', IEBC_APP_SECRET: SECRET }), 'IEBC_URL'],
  ['half of the credentials', () => ({ IEBC_URL: 'http://127.0.0.1:9', IEBC_APP_SECRET: SECRET }), 'IEBC_APP_ID'],
  ['production without a source', () => ({ NODE_ENV: 'production' }), 'IEBC_URL'],
  ['a file for a data directory', () => ({ DATA_DIR: file('data', '') }), 'DATA_DIR: .*data'],
  ['a data directory below a file', () => ({ DATA_DIR: join(file('data', ''), 'x') }), 'DATA_DIR: .*data'],
  [
    'a truncated SQLite file',
    () => spoilt((dir) => truncateSync(join(dir, 'checks.sqlite'), 5_000)),
    'DATA_DIR: .*checks\\.sqlite',
  ],
  [
    'a SQLite file of a few bytes',
    () => spoilt((dir) => truncateSync(join(dir, 'ballots.sqlite'), 50)),
    'DATA_DIR: .*ballots\\.sqlite',
  ],
  ['a queue that is damaged past its first page', () => spoilt(damage), 'DATA_DIR: .*queue\\.sqlite is damaged'],
  [
    'the files of a later version',
    () => spoilt((dir) => withSql(dir, 'checks.sqlite', 'PRAGMA user_version = 99')),
    'DATA_DIR: .*checks\\.sqlite has schema version 99',
  ],
  [
    "another program's SQLite file",
    () =>
      spoilt((dir) => withSql(dir, 'queue.sqlite', 'DROP TABLE jobs; CREATE TABLE jobs (x); PRAGMA user_version = 0')),
    'DATA_DIR: .*queue\\.sqlite has a schema',
  ],
  [
    'a trusted document of another schema',
    () => ({ TRUSTED_DOCUMENTS: file('persisted-documents.json', '{"abc":"{ nope }"}') }),
    'TRUSTED_DOCUMENTS: document "abc" in .*persisted-documents.json: Cannot query field "nope"',
  ],
  ['bad keys', () => ({ API_KEYS: `[{"name":"x","sha256":"${SECRET}","scopes":[]}]` }), 'API_KEYS'],
])('does not start with %s, and says so in one line', async (_name, env, variable) => {
  const { exit, out, err } = start(await env());
  expect(await exit).toBe(1);
  expect(err()).toMatch(/^Cannot start: [^\n]+\n$/);
  expect(err()).toMatch(new RegExp(`^Cannot start: ${variable}`));
  expect(err()).not.toContain(SECRET);
  expect(out()).toBe('');
});

it('prints where it is, and answers there with nested data', async () => {
  const gateway = start({});
  const url = await urlOf(gateway);
  expect(gateway.out()).toContain('serving GEK2013-TEST from invented test data');
  await expect.poll(gateway.out).toMatch(/Demo API key .*: demo-\S+/);
  const { data } = await ask(url, '{ counties { name constituencies { name wards { name } } } }');
  expect(data.counties[0].constituencies[0].wards[0].name).toEqual(expect.any(String));
  gateway.child.kill('SIGINT');
  expect(await gateway.exit).toBe(0);
  expect(gateway.err()).toBe('');
});

it('boot with all sources down: starts, answers what needs none, and says so', async () => {
  const gateway = start({
    ...{ IEBC_URL: 'http://127.0.0.1:9', IEBC_TOKEN: SECRET, IEBC_PLACES_INDEX: 'background' },
    ...{ EREG_URL: 'http://127.0.0.1:9', EREG_API_KEY: SECRET },
    ...{
      ELECTIONBUDDY_URL: 'http://127.0.0.1:9',
      ELECTIONBUDDY_ORGANIZATION_ID: '1',
      ELECTIONBUDDY_SECRET_TOKEN: SECRET,
    },
  });
  const url = await urlOf(gateway);
  const answer = await ask(url, '{ counties { name } country { name } sources { name mode } }');
  expect(answer.errors).toMatchObject([{ extensions: { code: 'SOURCE_UNAVAILABLE' } }]);
  expect(answer.data).toMatchObject({
    country: { name: 'KENYA' },
    sources: expect.arrayContaining([{ name: 'iebc', mode: 'LIVE' }]),
  });
  expect(gateway.out() + gateway.err()).not.toContain(SECRET);
});

it.each([
  ['it', [process.execPath, MAIN]],
  ['npm start', npm('start')],
  ['npm run dev', npm('run', 'dev')],
])('graceful shutdown: lets a running request finish when %s is told to stop', async (_name, command) => {
  const sandbox = await startIebcSandbox();
  onTestFinished(() => sandbox.close());
  sandbox.faults.set({ kind: 'slow', ms: 500, path: '/county/' });
  const env = {
    IEBC_URL: sandbox.url,
    IEBC_APP_ID: sandbox.appId,
    IEBC_APP_SECRET: sandbox.appSecret,
    IEBC_ELECTION: 'GEK2013-TEST',
    IEBC_PLACES_INDEX: 'on-demand',
  };
  const gateway = start(env, command);
  const url = await urlOf(gateway);
  const answer = ask(url, '{ counties { name } }');
  await expect.poll(() => sandbox.requests.some(({ path }) => path === '/county/')).toBe(true);
  gateway.child.kill('SIGTERM');
  expect((await answer).data.counties).toHaveLength(47);
  expect(await gateway.exit).toBe(0);
  await expect(ask(url, '{ country { name } }')).rejects.toThrow();
});

it('survives being told to stop twice', async () => {
  const gateway = start({});
  await urlOf(gateway);
  gateway.child.kill('SIGTERM');
  gateway.child.kill('SIGINT');
  expect(await gateway.exit).toBe(0);
  expect(gateway.err()).toBe('');
});

describe('npm that is told to stop', () => {
  // The process that a supervisor knows is npm, which tells only the shell that it started.
  async function stopped(it: Process, url: string): Promise<void> {
    it.child.kill('SIGTERM');
    const [code] = await once(it.child, 'exit');
    expect(code).toBe(0);
    const again = createServer().listen(Number(new URL(url).port), '127.0.0.1');
    await once(again, 'listening');
    again.close();
    await it.exit;
  }

  it('stops the gateway, whose port is free at once', async () => {
    const gateway = start({}, npm('start'));
    await stopped(gateway, await urlOf(gateway));
  });

  it('stops the sandboxes', async ({ skip }) => {
    const sandboxes = start({}, npm('run', 'sandbox'));
    const ready = printed(sandboxes, /^Registration checks +(http:\S+)/m);
    await stopped(sandboxes, await ready.catch(() => skip(/port \d+ is in use/.exec(sandboxes.err())?.[0])));
  });
});

describeRecordings('with the recordings of 2013', () => {
  it('serves them under the real code', async () => {
    const gateway = start({ IEBC_ARCHIVE: ARCHIVE, IEBC_ELECTION: 'GEK2013' });
    const { data } = await ask(await urlOf(gateway), '{ counties { name } sources { name mode } }');
    expect(gateway.out()).toContain('serving GEK2013 from recorded answers');
    expect(data.counties).toHaveLength(48);
    expect(data.sources).toContainEqual({ name: 'iebc', mode: 'ARCHIVE' });
  });
});
