import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ElectionBuddySandbox, startElectionBuddySandbox } from '../../../src/sandbox/electionbuddy/index.ts';
import type { ListEntry } from './client.ts';

const SCRIPT = fileURLToPath(new URL('document_clients.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn("skipped: the document's Python clients, for there is no python3");

let sandbox: ElectionBuddySandbox;
beforeAll(async () => {
  // The clients take the time from their machine's clock, so the sandbox does too.
  sandbox = await startElectionBuddySandbox();
});
afterAll(() => sandbox.close());

function python(name: string, ...args: string[]): Promise<string> {
  return new Promise((done, fail) => {
    execFile(
      'python3',
      [SCRIPT, sandbox.url, name, ...args],
      { env: { ...process.env, PYTHONUTF8: '1' } },
      (error, out) => (error === null ? done(out) : fail(error)),
    );
  });
}

describe.skipIf(!hasPython).each([
  ['jane@example.com', 4],
  ["o'neill+vote@example.org", 2],
  ['josé é@example.org', 2],
  ['star*tilde~(p)/100%@example.org', 1],
  ['ballot🗳️box@example.org', 2],
  ['smith&sons=1@example.org', 1],
])("the document's Python clients, for %s", (identifier, elections) => {
  it('get_election_list', async () => {
    const list = await python('get_election_list', sandbox.organizationId, identifier, sandbox.secretToken);
    expect(list).toMatch(/^<ul .*<\/ul>\n$/s);
    expect(list.match(/<a href=/g)).toHaveLength(elections);
  });

  it('get_voter_status of V2', async () => {
    const list = await python('get_voter_status_v2', sandbox.organizationId, identifier, sandbox.secretToken);
    expect(JSON.parse(list) as ListEntry[]).toHaveLength(elections);
  });

  it('get_voter_status of V1', async () => {
    const status = await python('get_voter_status_v1', sandbox.electionKeys['12']!, '12', identifier);
    expect(JSON.parse(status)).toEqual({ voted: identifier.startsWith('josé'), election_state: 'running' });
  });

  it('generate_vote_anchor', async () => {
    const anchor = await python('generate_vote_anchor', sandbox.electionKeys['12']!, '12', identifier);
    const url = /^<a href='([^']+)'/.exec(anchor)?.[1];
    const page = await (await fetch(url!)).text();
    expect(page).toContain(identifier.startsWith('josé') ? 'Already voted' : 'Your ballot');
  });
});
