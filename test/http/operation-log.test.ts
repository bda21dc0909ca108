import { expect, it } from 'vitest';
import { next, serve, TRANSPORTS } from '../e2e/serve.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

type Line = Record<string, unknown>;
const linesOf = ({ logs }: Pick<Gateway, 'logs'>): Line[] =>
  logs()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'operation');

const NAMED = 'query Counties($secret: String) { counties { name } search: __typename @include(if: true) }';

it('one line an operation: what, by whom, how it ended, and what it took; no variables', async () => {
  const gateway = await startGateway();
  await gateway.query(NAMED.replace('($secret: String)', ''));
  await gateway.query('{ counties { name constituencies { name } } }');
  const [first, second] = linesOf(gateway);
  expect(first).toEqual({
    ...{ level: 30, time: expect.any(Number), msg: 'operation' },
    ...{ requestId: expect.any(String), kind: 'query', name: 'Counties', document: expect.stringMatching(/^\w{16}$/) },
    ...{ caller: 'stranger', outcome: 'ok', ms: expect.any(Number), cost: expect.any(Number) },
    ...{ sourceRequests: 1, cacheHits: 0 },
  });
  expect(second).toMatchObject({ name: null, sourceRequests: 47, cacheHits: 1 });
  expect(second!.document).not.toBe(first!.document);
});

it.each([
  ['does not parse', '{ counties', 'refused', ['GRAPHQL_PARSE_FAILED']],
  ['does not validate', '{ countries }', 'refused', ['GRAPHQL_VALIDATION_FAILED']],
  [
    'needs a scope',
    'query Who { voter(id: "1") { name } }',
    expect.stringMatching(/partial|failed|refused/),
    expect.anything(),
  ],
  ['has a bad argument', '{ county(code: "?") { name } country { name } }', 'partial', ['BAD_USER_INPUT']],
])('an operation that %s has its line and its codes', async (_what, document, outcome, codes) => {
  const gateway = await startGateway();
  await gateway.query(document);
  expect(linesOf(gateway)).toEqual([expect.objectContaining({ outcome, codes })]);
});

it('the request id is taken or made, answered, and in the log', async () => {
  const { app, logs } = await startGateway();
  const ask = (headers: Record<string, string>) =>
    app.fetch(
      new Request('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"query":"{ country { name } }"}',
      }),
    );
  const given = await ask({ 'x-request-id': 'abc-123' });
  const made = await ask({});
  const refused = await ask({ 'x-request-id': 'a b\tc {"msg":"operation"}' });
  const ids = [given, made, refused].map(({ headers }) => headers.get('x-request-id'));
  expect(ids[0]).toBe('abc-123');
  expect(ids[1]).toMatch(/^[\w-]{36}$/);
  expect(ids[2]).toMatch(/^[\w-]{36}$/);
  expect(linesOf({ logs }).map(({ requestId }) => requestId)).toEqual(ids);
});

it('subscriptions and a WebSocket’s operations have their line, and are counted while they are open', async () => {
  const gateway = await serve();
  const metric = async (name: string) => {
    const text = await (await gateway.app.fetch(new Request('http://gateway/metrics'))).text();
    return text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1);
  };
  const events = TRANSPORTS['WebSocket by graphql-ws']!(gateway, {
    query: 'subscription Watch { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { stationsReported } }',
  });
  await next(events);
  expect(await metric('gateway_subscribers{transport="websocket"}')).toBe('1');
  await events.return!();
  await expect.poll(() => metric('gateway_subscribers{transport="websocket"}')).toBe('0');
  await expect.poll(() => linesOf(gateway)).toHaveLength(1);
  expect(linesOf(gateway)).toEqual([
    expect.objectContaining({ kind: 'subscription', name: 'Watch', events: 1, outcome: 'ok' }),
  ]);
  expect(await metric('gateway_operation_seconds_count{kind="subscription",outcome="ok"}')).toBe('1');
});

it('metrics tell of attempts, queue and breaker of each source', async () => {
  const { app, query, sandbox } = await startGateway();
  sandbox.faults.set({ kind: 'status', status: 503, path: '/county/', times: 1 });
  await query('{ counties { name } }');
  const text = await (await app.fetch(new Request('http://gateway/metrics'))).text();
  for (const line of [
    'gateway_source_attempts_total{source="iebc",endpoint="county",outcome="status",retry="false"} 1',
    'gateway_source_attempts_total{source="iebc",endpoint="county",outcome="ok",retry="true"} 1',
    'gateway_source_queue_waiting{source="iebc"} 0',
    'gateway_source_breaker_state{source="iebc"} 0',
    'gateway_source_open_endpoints{source="iebc"} 0',
    'gateway_operation_seconds_count{kind="query",outcome="ok"} 1',
    'gateway_jobs 0',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
});
