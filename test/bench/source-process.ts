import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { APP_ID, APP_SECRET, createAccess } from '../../src/sandbox/iebc/access.ts';
import { openArchive } from '../../src/sandbox/iebc/archive/index.ts';
import { type DataRequest, Refusal, success } from '../../src/sandbox/iebc/contract.ts';
import type { Fault } from '../../src/sandbox/iebc/faults.ts';
import { createHandler, type RecordedRequest } from '../../src/sandbox/iebc/server.ts';
import { createSynthetic } from '../../src/sandbox/iebc/synthetic/index.ts';
import { createFaults } from '../../src/sandbox/shared/faults.ts';
import { ARCHIVE } from '../support/recordings.ts';

// The IEBC as a process of its own: the recordings of 2013 if they are there, else the sandbox's invented country. A
// result that was not recorded is not reported. DELAY_MS: how long each answer takes. STEP_MS: how often every result
// changes, by one vote for the first candidate; `step`, as a message, changes them at once.

const { DELAY_MS = '0', STEP_MS = '0' } = process.env;
const delay = Number(DELAY_MS);
const stepMs = Number(STEP_MS);
const startedAt = Date.now();
let steps = 0;
process.on('message', (message) => {
  if (message === 'step') steps++;
});

const server = createServer({ keepAliveTimeout: 30_000 });
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const source = existsSync(ARCHIVE)
  ? openArchive({ file: ARCHIVE, election: 'GEK2013', wrapping: 'singular', speed: undefined, now: () => 0 })
  : createSynthetic({ seed: 'iebc-sandbox', now: () => 0, url, wrapping: 'singular' });

function answer(request: DataRequest): string | Buffer {
  try {
    const body = source.answer(request);
    return request.endpoint === 'results' && request.category !== undefined ? moved(String(body)) : body;
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 'NOT_IN_ARCHIVE' && request.endpoint === 'results')) throw error;
    return success({ contests: [{}] });
  }
}

type Location = { spoilt: number; results: { votes: number }[] };

/** The votes say in which step a body was read; of results that change by themselves, the spoilt ballots say at which millisecond since the start. */
function moved(body: string): string {
  const at = Date.now() - startedAt;
  const step = steps + (stepMs > 0 ? Math.floor(at / stepMs) : 0);
  if (stepMs === 0 && step === 0) return body;
  const { contests, ...rest } = JSON.parse(body) as { contests: { locations?: Location[] }[] };
  for (const location of contests.flatMap(({ locations = [] }) => locations)) {
    if (location.results[0]) location.results[0].votes += step;
    if (stepMs > 0) location.spoilt = at;
  }
  return JSON.stringify({ ...rest, contests });
}

const access = createAccess({ seed: 'bench', now: Date.now, lifetimeMs: 3_600_000, requireOrigin: undefined });
const requests: RecordedRequest[] = [];
const handle = createHandler({
  source: { ...source, answer },
  access,
  faults: createFaults<Fault>(),
  requests,
  now: Date.now,
});
server.on('request', (request, response) => {
  if (delay > 0 && !request.url!.startsWith('/_sandbox/')) setTimeout(() => handle(request, response), delay);
  else handle(request, response);
});
console.log(
  JSON.stringify({
    url,
    appId: APP_ID,
    appSecret: APP_SECRET,
    elections: source.elections,
    domainToken: access.domainToken,
    startedAt,
  }),
);
