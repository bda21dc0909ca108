import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/ereg/index.ts';
import { closedPort, serveByHand } from '../infra/server.ts';
import {
  checksEnv,
  inputOf,
  maple,
  personNamed,
  request,
  startChecksGateway,
  startEreg,
  watched,
} from '../support/checks.ts';
import { startGateway } from '../support/gateway.ts';

describe('a failure of the upstream', () => {
  const SOON = { CHECK_DEADLINE_SECONDS: '1' };
  type Case = {
    name: string;
    faults?: Fault[];
    env?: Record<string, string>;
    checkMs?: number;
    ends: string;
    started: number;
  };
  it.each<Case>([
    { name: 'still running at the deadline', env: SOON, checkMs: 600_000, ends: 'DEADLINE', started: 1 },
    { name: 'forgotten (422)', faults: [{ kind: 'forget' }], ends: 'UPSTREAM_FORGOT', started: 1 },
    { name: 'its task failed (500)', faults: [{ kind: 'task-failed' }], ends: 'UPSTREAM_TASK_FAILED', started: 1 },
    { name: 'another key (401)', env: { EREG_API_KEY: 'another' }, ends: 'UPSTREAM_REFUSED', started: 0 },
    {
      name: 'a page for a submission',
      faults: [{ kind: 'html', method: 'POST' }],
      ends: 'UPSTREAM_MALFORMED',
      started: 0,
    },
    { name: 'a page for a poll', faults: [{ kind: 'html', method: 'GET' }], ends: 'UPSTREAM_MALFORMED', started: 1 },
    {
      name: 'lies about types',
      faults: [{ kind: 'wrong-type', method: 'GET' }],
      ends: 'UPSTREAM_MALFORMED',
      started: 1,
    },
    {
      name: '503 to submissions',
      env: SOON,
      faults: [{ kind: 'status', status: 503, method: 'POST' }],
      ends: 'UPSTREAM_UNREACHABLE',
      started: 0,
    },
    {
      name: '503 to polls',
      env: SOON,
      faults: [{ kind: 'status', status: 503, method: 'GET' }],
      ends: 'UPSTREAM_UNREACHABLE',
      started: 1,
    },
    {
      name: 'polls that break',
      env: SOON,
      faults: [{ kind: 'reset', method: 'GET' }],
      ends: 'UPSTREAM_UNREACHABLE',
      started: 1,
    },
    // Nobody knows whether a submission whose answer was lost is queued: it is sent once more, and no oftener.
    {
      name: 'submissions that break',
      faults: [{ kind: 'reset', method: 'POST' }],
      ends: 'UPSTREAM_UNREACHABLE',
      started: 0,
    },
    {
      name: 'answers to submissions that are cut off',
      faults: [{ kind: 'half-body', method: 'POST' }],
      ends: 'UPSTREAM_UNREACHABLE',
      started: 2,
    },
    {
      name: '500 to each submission',
      faults: [{ kind: 'post-500-after-queue' }],
      ends: 'UPSTREAM_TASK_FAILED',
      started: 2,
    },
  ])('$name: ends as FAILED, $ends', async ({ faults = [], env = {}, checkMs = 0, ends, started }) => {
    const { ereg, run } = await startChecksGateway({ env, ereg: { checkMs } });
    for (const fault of faults) ereg.faults.set(fault);
    expect(await run(inputOf(maple(ereg)))).toMatchObject({
      state: 'FAILED',
      outcome: null,
      credential: null,
      progress: 1,
      finishedAt: expect.any(String),
      failure: { code: ends, message: expect.any(String) },
      addresses: [{ state: 'FAILED', outcome: null, message: expect.any(String) }],
    });
    expect(ereg.checksStarted()).toBe(started);
    expect(ereg.requests.filter(({ method }) => method === 'POST').length).toBeLessThan(started === 0 ? 6 : 3);
  });

  it('nobody listens there: ends as UPSTREAM_UNREACHABLE', async () => {
    const { run, ereg } = await startChecksGateway({ env: { EREG_URL: await closedPort(), ...SOON } });
    expect(await run(inputOf(maple(ereg)))).toMatchObject({ failure: { code: 'UPSTREAM_UNREACHABLE' } });
  });

  it('configured away: ends as UPSTREAM_UNREACHABLE', async () => {
    const { run, ereg } = await startChecksGateway({ env: { EREG_URL: 'off', EREG_API_KEY: '' } });
    expect(await run(inputOf(maple(ereg)))).toMatchObject({ failure: { code: 'UPSTREAM_UNREACHABLE' } });
  });

  it.each<[string, Fault, number]>([
    ['unreachable at submission', { kind: 'status', status: 503, method: 'POST', times: 2 }, 1],
    ['unreachable at polls', { kind: 'status', status: 503, method: 'GET', times: 2 }, 1],
    ['breaking at a poll', { kind: 'reset', method: 'GET', times: 1 }, 1],
    ['breaking at submission', { kind: 'reset', method: 'POST', times: 1 }, 1],
    ['failing after it has queued', { kind: 'post-500-after-queue', times: 1 }, 2],
  ])('%s, and back in time: the check completes', async (_name, fault, started) => {
    const { ereg, run } = await startChecksGateway();
    ereg.faults.set(fault);
    expect(await run(inputOf(maple(ereg)))).toMatchObject({ state: 'COMPLETED', outcome: 'REGISTERED', failure: null });
    expect(ereg.checksStarted()).toBe(started);
  });

  it('at one address of two leaves it open, unless the other confirms', async () => {
    const { ereg, run } = await startChecksGateway();
    const { address } = maple(ereg);
    // The sandbox, as the service, answers 500 to what its geocoder cannot find, and queues nothing.
    const nowhere = { text: 'Nowhere Road, Atlantis' };
    const robin = personNamed(ereg, 'Nobody');
    const [yes, open, none] = await Promise.all([
      run(inputOf(maple(ereg), [nowhere, { text: address }])),
      run(inputOf(robin, [{ text: robin.address }, nowhere])),
      run(inputOf(robin, [nowhere])),
    ]);
    expect(yes).toMatchObject({
      outcome: 'REGISTERED',
      addresses: [{ state: 'FAILED', resolvedAddress: null }, { outcome: 'REGISTERED' }],
    });
    expect(open).toMatchObject({ state: 'COMPLETED', outcome: 'INCONCLUSIVE', credential: null });
    expect(none).toMatchObject({ state: 'FAILED', outcome: null, failure: { code: 'UPSTREAM_TASK_FAILED' } });
  });

  it('does not keep the requester waiting', async () => {
    const upstream = await serveByHand();
    const gateway = await startGateway({ env: checksEnv({ url: upstream.url, apiKey: 'k' }) });
    const { people } = await startEreg();
    const check = await request(gateway, inputOf(maple({ people })));
    expect(check).toMatchObject({ state: 'QUEUED', version: 1, progress: 0, outcome: null, finishedAt: null });
    // Only now does anybody answer there.
    const { response } = await upstream.next();
    response.writeHead(401).end();
    expect((await watched(gateway.app, check.id)).at(-1)).toMatchObject({ failure: { code: 'UPSTREAM_REFUSED' } });
  });
});
