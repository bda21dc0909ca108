import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/sandbox/iebc/index.ts';
import { closedPort } from '../../infra/server.ts';
import { manualClock, startGateway } from '../../support/gateway.ts';
import { expectNoSecrets } from './secrets.ts';

/** One field of four fails; the places beside it come from other paths. */
const QUERY = '{ counties { name } parties { name } country { code } elections { code } }';
// Attempts are three, each this long.
const SHORT = { IEBC_TOTAL_TIMEOUT_MS: '120' };
const UNAVAILABLE = { code: 'SOURCE_UNAVAILABLE', retryable: true };
const MALFORMED = { code: 'SOURCE_MALFORMED', retryable: true };
const TIMEOUT = { code: 'SOURCE_TIMEOUT', retryable: true };

type Row = [name: string, fault: Fault, extensions: object, attempts: number, env?: Record<string, string>];

const FAILURES: Row[] = [
  ['HTML', { kind: 'html' }, { ...MALFORMED, path: '$' }, 1],
  ['half a body', { kind: 'half-body' }, UNAVAILABLE, 3],
  [
    'half a JSON text',
    { kind: 'json-text', body: '{"status":"SUCCESS","parties":[{"co' },
    { ...MALFORMED, path: '$' },
    1,
  ],
  ['a reset connection', { kind: 'reset' }, UNAVAILABLE, 3],
  ['wrong types', { kind: 'wrong-type' }, { ...MALFORMED, path: '$.parties[0].code' }, 1],
  ['an empty body', { kind: 'empty' }, { ...MALFORMED, path: '$' }, 1],
  ['JSON that is no object', { kind: 'json-text', body: '[1]' }, { ...MALFORMED, path: '$.status' }, 1],
  ['SUCCESS and nothing else', { kind: 'json-text', body: '{"status":"SUCCESS"}' }, MALFORMED, 1],
  ['HTTP 500', { kind: 'status', status: 500 }, { ...UNAVAILABLE, httpStatus: 500 }, 3],
  ['HTTP 503', { kind: 'status', status: 503, retryAfter: 0 }, { ...UNAVAILABLE, httpStatus: 503, retryAfter: 0 }, 3],
  ['HTTP 302', { kind: 'status', status: 302 }, MALFORMED, 1],
  ['HTTP 404', { kind: 'status', status: 404 }, { ...UNAVAILABLE, httpStatus: 404 }, 1],
  ['429 without a time', { kind: 'status', status: 429 }, { ...UNAVAILABLE, httpStatus: 429 }, 3],
  [
    '429 for a minute',
    { kind: 'status', status: 429, retryAfter: 60 },
    { ...UNAVAILABLE, httpStatus: 429, retryAfter: 60 },
    1,
  ],
  ['429 until a date', { kind: 'status', status: 429, retryAfter: 'Wed, 21 Oct 2099 07:28:00 GMT' }, UNAVAILABLE, 3],
  ['a hanging source', { kind: 'hang' }, TIMEOUT, 3, SHORT],
  ['no headers in time', { kind: 'hang' }, TIMEOUT, 3, { IEBC_HEADERS_TIMEOUT_MS: '100' }],
  ['a slow source', { kind: 'slow', ms: 60_000 }, TIMEOUT, 3, SHORT],
  [
    'a status other than SUCCESS',
    { kind: 'not-success', status: 'CLOSED', message: 'until Monday' },
    { code: 'SOURCE_REFUSED', retryable: false, sourceStatus: 'CLOSED' },
    1,
  ],
];

describe('a field whose source answers badly', () => {
  it.each(FAILURES)(
    '%s: fails with its own error; its siblings keep their data',
    async (_name, fault, extensions, attempts, env = {}) => {
      const gateway = await startGateway({ env });
      gateway.sandbox.faults.set({ path: '/party/', ...fault });

      const answer = await gateway.query(QUERY);
      expect(answer.status).toBe(200);
      expect(answer.data).toMatchObject({ parties: null, country: { code: 'KE' } });
      expect(answer.data.counties).toHaveLength(47);
      expect(answer.data.elections).not.toHaveLength(0);
      expect(answer.errors).toHaveLength(1);
      expect(answer.errors![0]).toMatchObject({ path: ['parties'], message: expect.stringMatching(/^The IEBC API /) });
      expect(answer.errors![0]!.extensions).toMatchObject({ source: 'iebc', endpoint: 'party', ...extensions });
      expect(gateway.upstream().filter((path) => path.startsWith('/party/'))).toHaveLength(attempts);

      gateway.sandbox.faults.clear();
      const next = await gateway.query(QUERY);
      expect(next.errors).toBeUndefined();
      expect(next.data.parties).not.toHaveLength(0);
      expectNoSecrets(gateway, answer, next);
      expect(gateway.logs()).toContain('source request failed');
    },
  );

  it('429 for a second: is waited for, and asked again', async () => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set({ kind: 'status', status: 429, retryAfter: 1, path: '/party/', times: 1 });
    expect((await gateway.query(QUERY)).errors).toBeUndefined();
    const [first, second, ...more] = gateway.sandbox.requests.filter(({ path }) => path === '/party/');
    expect(more).toEqual([]);
    // A timer may fire a millisecond early by another clock's measure.
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(995);
  });

  it('retry: one bad answer of an idempotent request is asked again, and nobody notices', async () => {
    const gateway = await startGateway();
    for (const kind of ['reset', 'half-body'] as const) {
      gateway.sandbox.faults.set({ kind, path: '/party/', times: 1 });
    }
    expect((await gateway.query(QUERY)).errors).toBeUndefined();
  });

  it('one child of many fails alone', async () => {
    const gateway = await startGateway();
    await gateway.query('{ counties { code } }');
    gateway.sandbox.faults.set({ kind: 'html', path: '/constituency/', times: 1 });
    const { data, errors } = await gateway.query('{ counties { constituencies { code } } }');
    expect(errors).toHaveLength(1);
    expect(
      data.counties.filter(({ constituencies }: { constituencies: unknown }) => constituencies === null),
    ).toHaveLength(1);
  });

  it('stale if error: figures from before are served, and marked stale, while the source is down', async () => {
    const clock = manualClock();
    const gateway = await startGateway({ clock, sandbox: { now: clock.now } });
    const query = '{ country { result(post: PRESIDENT) { asOf stale tallies { votes } } } }';
    const { result } = (await gateway.query(query)).data.country;
    expect(result.stale).toBe(false);
    clock.advance(60_000);
    gateway.sandbox.faults.set({ kind: 'status', status: 500 });
    const later = await gateway.query(query);
    expect(later.errors).toBeUndefined();
    expect(later.data.country.result).toEqual({ ...result, stale: true });
    // A refusal is an answer: nothing old stands in for it.
    gateway.sandbox.faults.clear();
    gateway.sandbox.faults.set({ kind: 'not-success', status: 'CLOSED', message: 'gone home' });
    expect((await gateway.query(query)).errors![0]!.extensions).toMatchObject({ code: 'SOURCE_REFUSED' });
  });
});

describe('a source that is down from the start', () => {
  const HEALTH = '{ sources { name mode breaker lastSuccessAt lastFailureAt } }';

  it('lets the gateway start, answer, and say so', async () => {
    const clock = manualClock();
    const gateway = await startGateway({ env: { IEBC_URL: await closedPort() }, clock });
    const before = { name: 'iebc', mode: 'LIVE', breaker: 'CLOSED', lastSuccessAt: null, lastFailureAt: null };
    expect((await gateway.query(HEALTH)).data.sources).toEqual([before]);
    const answer = await gateway.query('{ counties { name } country { name } }');
    expect(answer.data).toEqual({ counties: null, country: { name: 'KENYA' } });
    expect(answer.errors![0]!.extensions).toMatchObject({ ...UNAVAILABLE, source: 'iebc', endpoint: 'token' });
    const after = { ...before, lastFailureAt: new Date(clock.now()).toISOString() };
    expect((await gateway.query(HEALTH)).data.sources).toEqual([after]);
    expectNoSecrets(gateway, answer);
  });

  it('is left alone once the breaker is open, and says so', async () => {
    const gateway = await startGateway({ env: { IEBC_CONCURRENCY: '64' } });
    await gateway.query('{ counties { code } }');
    gateway.sandbox.faults.set({ kind: 'reset' });
    const parties = Array.from({ length: 30 }, (_, index) => `p${index}: party(code: "P${index}") { name }`);
    const { errors } = await gateway.query(`{ ${parties.slice(0, 15).join(' ')} }`);
    const { errors: others } = await gateway.query(`{ ${parties.slice(15).join(' ')} }`);
    expect([...errors!, ...others!].map(({ extensions }) => extensions.code)).toEqual(
      Array(30).fill('SOURCE_UNAVAILABLE'),
    );
    const [health] = (await gateway.query('{ sources { breaker openEndpoints } }')).data.sources;
    expect(health).toEqual({ breaker: 'HALF_OPEN', openEndpoints: ['party'] });
    const asked = gateway.upstream().length;
    const left = await gateway.query('{ party(code: "LATER") { name } }');
    expect(left.errors![0]!.extensions).toMatchObject(UNAVAILABLE);
    expect(gateway.upstream()).toHaveLength(asked);
    // What is in the cache still answers, and so do the endpoints that work.
    expect((await gateway.query('{ counties { name } }')).errors).toBeUndefined();
    gateway.sandbox.faults.clear();
    expect((await gateway.query('{ parties { name } }')).errors![0]!.extensions).toMatchObject(UNAVAILABLE);
    expect((await gateway.query('{ counties { constituencies { name } } }')).errors).toBeUndefined();
  });
});

describe('an answer that would break something further on', () => {
  it.each([
    ['/county/', '{ counties { constituencies { name } } }', region({ code: 'A=B' }), '$.region.locations[0].code'],
    ['/county/', '{ counties { constituencies { name } } }', region({ code: '../ward' }), '$.region.locations[0].code'],
    [
      '/county/',
      '{ counties { registeredVoters } }',
      region({ code: 'C1', registered: '99999999999' }),
      '$.region.locations[0].registered',
    ],
    [
      '/county/',
      '{ counties { registeredVoters } }',
      region({ code: 'C1', registered: 1e300 }),
      '$.region.locations[0].registered',
    ],
    [
      '/county/',
      '{ counties { registeredVoters } }',
      region({ code: 'C1', registered: -1 }),
      '$.region.locations[0].registered',
    ],
  ])('%s %s: is SOURCE_MALFORMED', async (path, query, body, at) => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set({ kind: 'json-text', body, path });
    const { errors } = await gateway.query(query);
    expect(errors).toMatchObject([{ extensions: { ...MALFORMED, path: at } }]);
  });

  function region(location: object): string {
    return JSON.stringify({ status: 'SUCCESS', region: { locations: [{ name: 'A', ...location }] } });
  }
});
