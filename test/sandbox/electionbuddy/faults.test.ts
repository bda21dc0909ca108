import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  type ElectionBuddySandbox,
  type Fault,
  startElectionBuddySandbox,
} from '../../../src/sandbox/electionbuddy/index.ts';
import { AS_JSON, handClock, SSO, V2, v1, v2 } from './client.ts';

let sandbox: ElectionBuddySandbox;
beforeAll(async () => {
  sandbox = await startElectionBuddySandbox({ now: handClock().now });
});
afterEach(() => sandbox.faults.clear());
afterAll(() => sandbox.close());

const list = (signal: AbortSignal | null = null): Promise<Response> =>
  fetch(`${sandbox.url}${V2}?${v2(sandbox, 'jane@example.com')}`, { headers: AS_JSON, signal });
const status = (): Promise<Response> =>
  fetch(`${sandbox.url}${SSO}?${v1(sandbox, '12', 'jane@example.com')}`, { headers: AS_JSON });

it('slow: comes late and whole', async () => {
  sandbox.faults.set({ kind: 'slow', ms: 40 });
  const before = performance.now();
  expect(await (await list()).json()).toHaveLength(4);
  expect(performance.now() - before).toBeGreaterThanOrEqual(35);
});

it('status: with Retry-After if wanted, as often as told, where told', async () => {
  sandbox.faults.set({ kind: 'status', status: 503, retryAfter: 7, times: 1, path: SSO });
  expect((await list()).status).toBe(200);
  const response = await status();
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
  expect((await status()).status).toBe(200);
});

it('reset and half-body: the connection breaks', async () => {
  sandbox.faults.set({ kind: 'reset', times: 1 });
  await expect(list()).rejects.toThrow();
  sandbox.faults.set({ kind: 'half-body' });
  await expect((await list()).text()).rejects.toThrow();
});

it('html, empty, json-text: 200 with something else', async () => {
  sandbox.faults.set({ kind: 'html', times: 1 });
  sandbox.faults.set({ kind: 'empty', times: 1 });
  sandbox.faults.set({ kind: 'json-text', body: '{"voted":' });
  expect(await (await list()).text()).toMatch(/^<!DOCTYPE html>/);
  expect(await (await list()).text()).toBe('');
  expect(await (await list()).text()).toBe('{"voted":');
});

it('wrong-type: the right shape', async () => {
  sandbox.faults.set({ kind: 'wrong-type' });
  const [first] = (await (await list()).json()) as unknown[];
  expect(first).toEqual({ id: true, name: [], start_date: [], end_date: [], aasm_state: [] });
  expect(await (await status()).json()).toEqual({ voted: false, election_state: [] });
});

it('expired-signature: the very page of an old link', async () => {
  const old = await fetch(`${sandbox.url}${V2}?${v2(sandbox, 'jane@example.com', 1)}`);
  sandbox.faults.set({ kind: 'expired-signature' });
  const response = await list();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(await response.text()).toBe(await old.text());
});

it('hang: no answer until the caller gives up', async () => {
  sandbox.faults.set({ kind: 'hang' });
  await expect(list(AbortSignal.timeout(30))).rejects.toThrow(/aborted due to timeout/);
});

it('works over HTTP', async () => {
  const url = `${sandbox.url}/_sandbox/faults`;
  const post = (body: unknown): Promise<Response> => fetch(url, { method: 'POST', body: JSON.stringify(body) });
  expect((await post([{ kind: 'expired-signature' }] satisfies Fault[])).status).toBe(200);
  expect((await list()).headers.get('content-type')).toMatch(/^text\/html/);
  expect((await post([{ kind: 'revoked-token' }])).status).toBe(400);
  await fetch(url, { method: 'DELETE' });
  expect((await list()).headers.get('content-type')).toBe('application/json');
  const log = await (await fetch(`${sandbox.url}/_sandbox/requests`)).text();
  expect(log).toContain('"path":"/integrations/v2/elections"');
  expect(log).not.toMatch(/jane|signature/);
});
