import { describe, expect, it } from 'vitest';
import { connectWs, type Events, gauge, next, type Served, serve, TRANSPORTS } from './serve.ts';

const WATCH = `subscription ($unit: ID!, $post: Post!, $election: ID) {
  contestResultUpdated(reportingUnit: $unit, post: $post, election: $election) {
    status statusMessage stationsReported stale asOf countedAt
    reportingUnit { code name }
    tallies { votes candidate { name } }
  }
}`;
const PRESIDENT = { unit: 'KE', post: 'PRESIDENT' };
const MINUTE = 60_000;

/** A served gateway over a source whose count moves when the test says so. */
async function serveNight(env: Record<string, string> = {}, fanOut = true) {
  let now = Date.parse('2013-03-04T18:00:00Z');
  const gateway = await serve({
    sandbox: { now: () => now },
    env: { IEBC_POLL_MS: '100', FAST_PATHS: fanOut ? 'on' : 'off', ...env },
  });
  const later = (ms: number) => {
    now += ms;
  };
  return { ...gateway, later };
}

const result = async (events: Events) => (await next(events)).data.contestResultUpdated;
const polls = (gateway: Served, path = '/results/country/KE/') =>
  gateway.upstream().filter((request) => request.startsWith(path)).length;

const WAYS = Object.entries(TRANSPORTS).flatMap(([name, subscribe]) => [
  { name, subscribe, fanOut: true },
  { name: `${name}, each answered alone`, subscribe, fanOut: false },
]);

describe.each(WAYS)('over $name', ({ subscribe, fanOut }) => {
  it('says the result now, then each change', async () => {
    const gateway = await serveNight({}, fanOut);
    const events = subscribe(gateway, { query: WATCH, variables: PRESIDENT });
    const first = await result(events);
    expect(first).toMatchObject({ stale: false, reportingUnit: { code: 'KE' } });
    expect(first.tallies).toHaveLength(8);
    gateway.later(MINUTE);
    const second = await result(events);
    expect(second.stationsReported).toBeGreaterThan(first.stationsReported);
    gateway.later(MINUTE);
    const third = await result(events);
    expect(third.stationsReported).toBeGreaterThan(second.stationsReported);
    expect(Date.parse(third.asOf)).toBeGreaterThan(Date.parse(first.asOf));
  });

  it('answers nested fields anew for each event, long after the deadline of the first', async () => {
    const deadline = 500;
    const gateway = await serveNight({ REQUEST_TIMEOUT_MS: String(deadline) }, fanOut);
    const query = `subscription {
      contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) {
        stationsReported
        reportingUnit { ... on Country { again: result(post: PRESIDENT) { stationsReported } } }
      }
    }`;
    const events = subscribe(gateway, { query });
    const seen: number[] = [];
    const start = performance.now();
    while (performance.now() - start < 3 * deadline) {
      const { data, errors } = await next(events);
      expect(errors).toBeUndefined();
      const { stationsReported, reportingUnit } = data.contestResultUpdated;
      expect(reportingUnit.again.stationsReported).toBe(stationsReported);
      seen.push(stationsReported);
      gateway.later(MINUTE);
    }
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
  });

  it('subscription cancellation: stops asking the source when the last reader leaves', async () => {
    const gateway = await serveNight({}, fanOut);
    const events = [1, 2].map(() => subscribe(gateway, { query: WATCH, variables: PRESIDENT }));
    await Promise.all(events.map(result));
    await events[0]!.return!();
    gateway.later(MINUTE);
    await result(events[1]!);
    await events[1]!.return!();
    await expect.poll(() => gauge(gateway, 'gateway_watched_results')).toBe(0);

    const before = polls(gateway);
    // Three changes of another result, at the same pace, are the time in which a forgotten poller would have asked.
    const { data } = await gateway.query('{ counties { code } }');
    const county = data.counties[0].code;
    const other = subscribe(gateway, { query: WATCH, variables: { unit: county, post: 'GOVERNOR' } });
    for (let change = 0; change < 3; change++) {
      await result(other);
      gateway.later(5 * MINUTE);
    }
    expect(polls(gateway)).toBe(before);
  });

  it('says once that a post is not counted here, asks nothing, and ends', async () => {
    const gateway = await serveNight({}, fanOut);
    const events = subscribe(gateway, { query: WATCH, variables: { unit: 'KE', post: 'SENATOR' } });
    expect(await result(events)).toMatchObject({
      status: 'NOT_COUNTED_HERE',
      statusMessage: expect.stringContaining('county'),
      countedAt: 'COUNTY',
      tallies: [],
    });
    expect(await events.next()).toMatchObject({ done: true });
    expect(gateway.upstream()).toEqual([]);
  });

  it('marks the result stale once while the source is down, and goes on when it is back', async () => {
    const gateway = await serveNight({}, fanOut);
    const events = subscribe(gateway, { query: WATCH, variables: PRESIDENT });
    const first = await result(events);
    gateway.sandbox.faults.set({ kind: 'status', status: 503 });
    const second = await result(events);
    expect(second).toMatchObject({ stale: true, tallies: first.tallies });
    // The source is asked again in vain; that is no news.
    const before = polls(gateway);
    await expect.poll(() => polls(gateway), { timeout: 10_000 }).toBeGreaterThanOrEqual(before + 6);
    gateway.sandbox.faults.clear();
    expect(await result(events)).toMatchObject({ stale: false, tallies: first.tallies });
    gateway.later(MINUTE);
    expect((await result(events)).stationsReported).toBeGreaterThan(first.stationsReported);
  });

  it.each([
    [{ unit: 'a/b', post: 'PRESIDENT' }, 'reportingUnit'],
    [{ ...PRESIDENT, election: '..' }, 'election'],
  ])('refuses %j', async (variables, field) => {
    const gateway = await serveNight({}, fanOut);
    const { errors } = await next(subscribe(gateway, { query: WATCH, variables }));
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field } }]);
    expect(gateway.upstream()).toEqual([]);
  });

  it('tells why when the source is down from the start', async () => {
    const gateway = await serveNight({}, fanOut);
    gateway.sandbox.faults.set({ kind: 'html' });
    const { errors } = await next(subscribe(gateway, { query: WATCH, variables: PRESIDENT }));
    expect(errors).toMatchObject([{ extensions: { code: 'SOURCE_MALFORMED', source: 'iebc' } }]);
    await expect.poll(() => gauge(gateway, 'gateway_watched_results')).toBe(0);
  });

  it('cuts the stream when the gateway is told to stop: a client that is told it is complete would not come back', async () => {
    const gateway = await serveNight({}, fanOut);
    const events = subscribe(gateway, { query: WATCH, variables: PRESIDENT });
    await result(events);
    const ended = events.next().then(
      ({ done }) => (done ? 'complete' : 'an event'),
      () => 'cut',
    );
    await gateway.server.close();
    expect(await ended).toBe('cut');
  });
});

it('asks the source once for twenty readers', async () => {
  const gateway = await serveNight({ IEBC_POLL_MS: '600000' });
  const subscribe = Object.values(TRANSPORTS);
  const readers = Array.from({ length: 20 }, (_, index) =>
    subscribe[index % subscribe.length]!(gateway, { query: WATCH, variables: PRESIDENT }),
  );
  const first = await Promise.all(readers.map(result));
  expect(new Set(first.map(({ stationsReported }) => stationsReported)).size).toBe(1);
  expect(await gauge(gateway, 'gateway_watched_results')).toBe(1);
  expect(polls(gateway)).toBe(1);
});

it('watches two results with two pollers, whatever the case of a code', async () => {
  const gateway = await serveNight({ IEBC_POLL_MS: '600000' });
  const { data } = await gateway.query('{ counties { code } }');
  const code = data.counties[0].code as string;
  const sse = TRANSPORTS['SSE by graphql-sse']!;
  for (const unit of [code.toUpperCase(), code.toLowerCase(), 'KE']) {
    await result(sse(gateway, { query: WATCH, variables: { unit, post: 'PRESIDENT' } }));
  }
  expect(await gauge(gateway, 'gateway_watched_results')).toBe(2);
});

describe('a WebSocket', () => {
  const errorOf = async (gateway: Served, query: string, params = {}): Promise<unknown> => {
    const client = connectWs(gateway, params);
    return client
      .iterate({ query })
      .next()
      .then(
        ({ value }) => value,
        (error: unknown) => error,
      );
  };

  it('answers queries too', async () => {
    const gateway = await serve();
    expect(await errorOf(gateway, '{ country { name } }')).toEqual({ data: { country: { name: 'KENYA' } } });
  });

  it('does mutations', async () => {
    const gateway = await serve();
    const mutation = `mutation { requestRegistrationCheck(input: { kenya: { voterId: "10000001" } }) { __typename } }`;
    const authorization = `Bearer ${gateway.app.demoKey}`;
    expect(await errorOf(gateway, mutation, { authorization })).toEqual({
      data: { requestRegistrationCheck: { __typename: 'RequestRegistrationCheckSuccess' } },
    });
  });

  it.each([
    ['a syntax error', '{ country {', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['too many tokens', `{ ${'__typename '.repeat(2_100)} }`, 'QUERY_TOO_COMPLEX'],
    [
      'too many aliases',
      `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: country { code }`).join(' ')} }`,
      'QUERY_TOO_COMPLEX',
    ],
  ])('survives %s', async (_name, query, code) => {
    const gateway = await serve();
    const client = connectWs(gateway);
    const watching = client.iterate({ query: WATCH, variables: PRESIDENT }) as unknown as Events;
    await result(watching);
    const failure = await client
      .iterate({ query })
      .next()
      .then(
        ({ value }) => value,
        (error: unknown) => error,
      );
    expect(failure).toMatchObject([{ extensions: { code } }]);
    // Other operations of the same socket go on.
    expect(await gauge(gateway, 'gateway_watched_results')).toBe(1);
  });

  it('takes the key from the connection parameters', async () => {
    const gateway = await serve();
    const voter = '{ voter(code: "10000001") { gender } }';
    expect(await errorOf(gateway, voter)).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const authorization = `Bearer ${gateway.app.demoKey}`;
    expect(await errorOf(gateway, voter, { authorization })).toEqual({ data: { voter: { gender: 'F' } } });
  });

  it('says that a key is not known', async () => {
    const gateway = await serve();
    expect(await errorOf(gateway, '{ country { name } }', { authorization: 'Bearer wrong' })).toMatchObject([
      { message: 'This API key is not known here.', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });
});
