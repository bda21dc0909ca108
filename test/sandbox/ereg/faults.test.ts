import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EregSandbox, type Fault, startEregSandbox } from '../../../src/sandbox/ereg/index.ts';
import { handClock, poll, post, queue, STRANGER, statusAndBody } from './client.ts';

const clock = handClock();
let sandbox: EregSandbox;
beforeAll(async () => {
  sandbox = await startEregSandbox({ now: clock.now });
});
afterEach(() => sandbox.faults.clear());
afterAll(() => sandbox.close());

const statusOf = async (id: string): Promise<number> => (await poll(sandbox, id)).status;

describe('common', () => {
  it('slow: comes late and whole, headers included', async () => {
    sandbox.faults.set({ kind: 'slow', ms: 40 });
    const before = performance.now();
    const response = await post(sandbox, STRANGER);
    expect(performance.now() - before).toBeGreaterThanOrEqual(35);
    const { check_id } = (await response.json()) as { check_id: string };
    expect(response.headers.get('location')).toBe(`${sandbox.url}/v1/checks/${check_id}`);
  });

  it('status: queues nothing', async () => {
    const before = sandbox.checksStarted();
    sandbox.faults.set({ kind: 'status', status: 503, retryAfter: 7, times: 1 });
    const response = await post(sandbox, STRANGER);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    expect(sandbox.checksStarted()).toBe(before);
    expect((await post(sandbox, STRANGER)).status).toBe(202);
  });

  it('reset: the connection breaks, nothing is queued', async () => {
    const before = sandbox.checksStarted();
    sandbox.faults.set({ kind: 'reset' });
    await expect(post(sandbox, STRANGER)).rejects.toThrow();
    expect(sandbox.checksStarted()).toBe(before);
  });

  it('half-body: queued, and the answer is lost', async () => {
    const before = sandbox.checksStarted();
    sandbox.faults.set({ kind: 'half-body' });
    const response = await post(sandbox, STRANGER);
    expect(response.status).toBe(202);
    await expect(response.text()).rejects.toThrow();
    expect(sandbox.checksStarted()).toBe(before + 1);
  });

  it('html, empty, json-text: 200 with something else', async () => {
    const { check_id } = await queue(sandbox, STRANGER);
    sandbox.faults.set({ kind: 'html', times: 1 });
    sandbox.faults.set({ kind: 'empty', times: 1 });
    sandbox.faults.set({ kind: 'json-text', body: '{"status":' });
    expect(await statusAndBody(await poll(sandbox, check_id))).toEqual([
      200,
      expect.stringMatching(/^<!DOCTYPE html>/),
    ]);
    expect(await statusAndBody(await poll(sandbox, check_id))).toEqual([200, '']);
    expect(await statusAndBody(await poll(sandbox, check_id))).toEqual([200, '{"status":']);
  });

  it('wrong-type: the right shape, and errors as they are', async () => {
    const { check_id } = await queue(sandbox, STRANGER);
    sandbox.faults.set({ kind: 'wrong-type' });
    expect(await (await poll(sandbox, check_id)).json()).toEqual({ status: [], registered: null, raw_message: null });
    const queued = await post(sandbox, STRANGER);
    expect(queued.status).toBe(202);
    expect(await queued.json()).toMatchObject({ check_id: [], geocoded_data: { types: [[]] } });
    expect(await statusAndBody(await poll(sandbox, 'unknown'))).toEqual([422, '']);
    expect(await (await post(sandbox, {})).json()).toMatchObject({ status: 400 });
    expect((await poll(sandbox, check_id, 'wrong')).status).toBe(401);
  });

  it('hang: no answer until the caller gives up', async () => {
    sandbox.faults.set({ kind: 'hang' });
    const signal = AbortSignal.timeout(30);
    await expect(fetch(`${sandbox.url}/v1/checks/unknown`, { signal })).rejects.toThrow(/aborted due to timeout/);
  });

  it('by method: POSTs alone, polls alone', async () => {
    const { check_id } = await queue(sandbox, STRANGER);
    sandbox.faults.set({ kind: 'status', status: 502, method: 'POST', times: 1 });
    expect(await statusOf(check_id)).toBe(200);
    expect((await post(sandbox, STRANGER)).status).toBe(502);
    sandbox.faults.set({ kind: 'status', status: 502, method: 'GET', times: 1 });
    expect((await post(sandbox, STRANGER)).status).toBe(202);
    expect(await statusOf(check_id)).toBe(502);
    expect(await statusOf(check_id)).toBe(200);
  });
});

it('task-failed: 500 without a body, for good, while others go on', async () => {
  sandbox.faults.set({ kind: 'task-failed', times: 1 });
  const [one, other] = [await queue(sandbox, STRANGER), await queue(sandbox, STRANGER)];
  expect(await statusAndBody(await poll(sandbox, one.check_id))).toEqual([500, '']);
  expect(await statusOf(other.check_id)).toBe(200);
  sandbox.faults.clear();
  expect(await statusOf(one.check_id)).toBe(500);
});

it('task-failed by path: that check alone', async () => {
  const [one, other] = [await queue(sandbox, STRANGER), await queue(sandbox, STRANGER)];
  sandbox.faults.set({ kind: 'task-failed', path: `/v1/checks/${one.check_id}` });
  expect([await statusOf(other.check_id), await statusOf(one.check_id)]).toEqual([200, 500]);
  expect(await statusOf('unknown')).toBe(422);
});

it('forget: 422 without a body, for good', async () => {
  const { check_id } = await queue(sandbox, STRANGER);
  sandbox.faults.set({ kind: 'forget' });
  expect(await statusAndBody(await poll(sandbox, check_id))).toEqual([422, '']);
  sandbox.faults.clear();
  expect(await statusOf(check_id)).toBe(422);
});

it('post-500-after-queue: the very answer that a form without full_address gets', async () => {
  const { full_address: _, ...nameless } = STRANGER;
  const usual = await statusAndBody(await post(sandbox, nameless));
  const before = sandbox.checksStarted();
  sandbox.faults.set({ kind: 'post-500-after-queue', times: 1 });
  expect(await statusOf('unknown')).toBe(422);
  const response = await post(sandbox, STRANGER);
  expect(response.headers.get('location')).toBeNull();
  expect(await statusAndBody(response)).toEqual(usual);
  expect(sandbox.checksStarted()).toBe(before + 1);
  expect((await post(sandbox, STRANGER)).status).toBe(202);
});

it('post-500-after-queue: what is refused stays refused', async () => {
  const before = sandbox.checksStarted();
  sandbox.faults.set({ kind: 'post-500-after-queue' });
  expect((await post(sandbox, {})).status).toBe(400);
  const unauthorized = await post(sandbox, STRANGER, { authorization: 'wrong' });
  expect([unauthorized.status, unauthorized.headers.has('www-authenticate')]).toEqual([401, true]);
  expect(sandbox.checksStarted()).toBe(before);
});

it('works over HTTP', async () => {
  const url = `${sandbox.url}/_sandbox/faults`;
  const set = (body: unknown): Promise<Response> => fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const { check_id } = await queue(sandbox, STRANGER);
  expect((await set([{ kind: 'task-failed' }, { kind: 'post-500-after-queue' }] satisfies Fault[])).status).toBe(200);
  expect([(await post(sandbox, STRANGER)).status, await statusOf(check_id)]).toEqual([500, 500]);
  expect((await set([{ kind: 'revoked-token' }])).status).toBe(400);
  await fetch(url, { method: 'DELETE' });
  expect((await post(sandbox, STRANGER)).status).toBe(202);
  const log = await (await fetch(`${sandbox.url}/_sandbox/requests`)).text();
  expect(log).toContain('"path":"/v1/checks"');
  expect(log).not.toMatch(/Someone|Unheard|1985|Bloor/);
});
