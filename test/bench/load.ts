import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beside } from './cores.ts';

const run = promisify(execFile);

export type Load = {
  url: string;
  body: string;
  /** The code in the body whose letters' case counts up: no two requests have the same. */
  varied?: string | undefined;
  seconds: number;
  connections?: number;
  /** The server has a core of its own (cores.ts). */
  alone?: boolean;
};

export type Slice = { perSecond: number; requests: number; bytesEach: number };

const hasWrk = (() => {
  try {
    execFileSync('wrk', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    // It has no option that ends well.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
})();

export const LOADER = hasWrk ? 'wrk' : 'autocannon';
const directory = mkdtempSync(join(tmpdir(), 'bench-load-'));

/** Where the next slice's count begins, of each server: what it was asked once it is not asked again. */
const next = new Map<string, number>();

/** POSTs one body on 32 connections, each one after the other, for some seconds; any answer but 200 is an error. */
export async function load({ url, body, varied, seconds, connections = 32, alone = false }: Load): Promise<Slice> {
  const plan = {
    url: `${url}/graphql`,
    body,
    varied: varied ?? null,
    from: next.get(url) ?? 0,
    seconds,
    connections,
    alone,
  };
  const { requests, bytes, microseconds, errors } = hasWrk ? await wrk(plan) : await autocannon(plan);
  if (varied) next.set(url, plan.from + requests + connections);
  if (errors > 0) throw new Error(`${url}: ${errors} errors in ${requests} requests`);
  return { perSecond: (requests * 1e6) / microseconds, requests, bytesEach: bytes / requests };
}

type Plan = Required<Omit<Load, 'varied'>> & { varied: string | null; from: number };
type Summary = { requests: number; bytes: number; microseconds: number; errors: number };

async function wrk({ url, body, varied, from, seconds, connections, alone }: Plan): Promise<Summary> {
  const script = join(directory, 'load.lua');
  writeFileSync(
    script,
    `
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = ${JSON.stringify(body)}
${varied ? variedRequests(body, varied, from) : ''}
function done(summary)
  local e = summary.errors
  io.write(string.format('{"requests":%d,"bytes":%d,"microseconds":%d,"errors":%d}',
    summary.requests, summary.bytes, summary.duration, e.connect + e.read + e.write + e.status + e.timeout))
end`,
  );
  const [command = 'wrk', ...before] = [...(alone ? beside : []), 'wrk'];
  const { stdout } = await run(command, [
    ...before,
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    '30s',
    '-s',
    script,
    url,
  ]);
  return JSON.parse(stdout.slice(stdout.indexOf('{"requests"'))) as Summary;
}

/** The count's bits are the letters' cases. */
function variedRequests(body: string, code: string, from: number): string {
  const [before, after] = body.split(code) as [string, string];
  return `
local count, letters = ${from}, {}
for letter in string.gmatch("${code}", ".") do letters[#letters + 1] = letter end
function request()
  count = count + 1
  local rest, code = count, {}
  for i, letter in ipairs(letters) do
    local lower = string.lower(letter)
    if lower == string.upper(letter) then code[i] = letter
    else code[i] = rest % 2 == 0 and lower or string.upper(letter); rest = math.floor(rest / 2) end
  end
  return wrk.format(nil, nil, nil, ${JSON.stringify(before)} .. table.concat(code) .. ${JSON.stringify(after)})
end`;
}

async function autocannon(plan: Plan): Promise<Summary> {
  const script = new URL('./peers/autocannon.mjs', import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [script, JSON.stringify(plan)]);
  return JSON.parse(stdout) as Summary;
}
