import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, type IebcSandbox, startIebcSandbox } from '../../../src/sandbox/iebc/index.ts';
import { type Client, connect } from './client.ts';

let sandbox: IebcSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startIebcSandbox();
  client = await connect(sandbox);
});
afterEach(() => sandbox.faults.clear());
afterAll(() => sandbox.close());

const county = (): Promise<Response> => fetch(client.url('/county/'));

describe('a fault', () => {
  it('slow: comes late and whole', async () => {
    sandbox.faults.set({ kind: 'slow', ms: 60 });
    const before = performance.now();
    expect((await client.get('/county/')).region.locations).toHaveLength(47);
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });

  it('status: with Retry-After if wanted', async () => {
    sandbox.faults.set({ kind: 'status', status: 503, retryAfter: 7 });
    const response = await county();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
  });

  it('reset: the connection breaks before an answer', async () => {
    sandbox.faults.set({ kind: 'reset' });
    await expect(county()).rejects.toThrow();
  });

  it('half-body: the connection breaks within an answer', async () => {
    sandbox.faults.set({ kind: 'half-body' });
    const response = await county();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('html: a page with status 200', async () => {
    sandbox.faults.set({ kind: 'html' });
    const response = await county();
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(await response.text()).toMatch(/^<!DOCTYPE html>/);
  });

  it('empty: nothing with status 200', async () => {
    sandbox.faults.set({ kind: 'empty' });
    const response = await county();
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('revoked-token: the very refusal of a token that was revoked', async () => {
    sandbox.faults.set({ kind: 'revoked-token' });
    const faulty = await client.get('/county/');
    sandbox.faults.clear();
    sandbox.revokeTokens();
    expect(await client.get('/county/')).toEqual(faulty);
    client = await connect(sandbox);
  });

  it('wrong-type: SUCCESS in the right shape, with wrong types', async () => {
    const right = await client.get('/county/');
    sandbox.faults.set({ kind: 'wrong-type' });
    const wrong = await client.get('/county/');
    expect(wrong.status).toBe('SUCCESS');
    expect(wrong.region.locations).toHaveLength(right.region.locations.length);
    expect(wrong.region.locations[0]).toEqual({
      polygon: [],
      registered: [],
      code: [],
      name: [],
      center: { lat: true, lon: true },
    });
  });

  it('not-success and json-text: what one likes', async () => {
    sandbox.faults.set({ kind: 'not-success', status: 'CLOSED', message: 'gone home', times: 1 });
    sandbox.faults.set({ kind: 'json-text', body: '{"status":' });
    expect(await client.get('/county/')).toEqual({ status: 'CLOSED', message: 'gone home' });
    const response = await county();
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe('{"status":');
  });

  it('hang: no answer until the caller or the sandbox gives up', async () => {
    const own = await startIebcSandbox();
    own.faults.set({ kind: 'hang' });
    const answer = fetch(`${own.url}/county/?token=${own.domainToken}`).catch(() => 'broken');
    const abandoned = fetch(`${own.url}/county/`, { signal: AbortSignal.timeout(30) }).catch(() => 'given up');
    expect(await abandoned).toBe('given up');
    await own.close();
    expect(await answer).toBe('broken');
  });
});

describe('the switch', () => {
  it('spares tokens unless a path says otherwise', async () => {
    sandbox.faults.set({ kind: 'status', status: 500 });
    expect((await connect(sandbox)).token).toMatch(/^[0-9a-f]{64}$/);
    sandbox.faults.clear();
    sandbox.faults.set({ kind: 'status', status: 500, path: '/token/' });
    expect((await fetch(`${sandbox.url}/token/`)).status).toBe(500);
    expect((await county()).status).toBe(200);
  });

  it('takes the first that fits, as often as told', async () => {
    sandbox.faults.set({ kind: 'status', status: 501, path: '/results/' });
    sandbox.faults.set({ kind: 'status', status: 502, path: '/county/', times: 2 });
    sandbox.faults.set({ kind: 'status', status: 503 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await county()).status);
    expect(statuses).toEqual([502, 502, 503, 503]);
    expect((await fetch(client.url('/results/country/KE/', { post: 1 }))).status).toBe(501);
    sandbox.faults.clear();
    expect((await county()).status).toBe(200);
  });

  it('works over HTTP', async () => {
    const url = `${sandbox.url}/_sandbox/faults`;
    const post = (body: unknown): Promise<Response> =>
      fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
    const set: Fault[] = [
      { kind: 'status', status: 429, times: 1 },
      { kind: 'html', path: '/county/' },
    ];
    expect((await post(set)).status).toBe(200);
    const own = await county();
    expect(own.status).toBe(429);
    expect((await county()).headers.get('content-type')).toBe('text/html');
    for (const wrong of [
      '[',
      '{}',
      [{}],
      [{ kind: 'fire' }],
      [{ kind: 'slow' }],
      [{ kind: 'html', times: 'x' }],
      [null],
    ]) {
      const response = await post(wrong);
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({ error: expect.any(String) });
    }
    // What was refused changes nothing.
    expect((await county()).headers.get('content-type')).toBe('text/html');
    await fetch(url, { method: 'DELETE' });
    expect((await county()).status).toBe(200);
    expect((await fetch(`${sandbox.url}/_sandbox/other`)).status).toBe(404);
  });
});
