import { expect, it } from 'vitest';
import { OPERATIONS_PER_BATCH } from '../../src/http/batch.ts';
import { API_KEYS, bearer } from '../support/electionbuddy.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

async function send({ app }: Gateway, operations: unknown, headers: Record<string, string> = {}) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
  const response = await app.fetch(
    new Request('http://gateway/graphql', { ...init, body: JSON.stringify(operations) }),
  );
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

const KENYA = { query: '{ country { name } }' };

it('answers up to ten operations of a request, each by itself', async () => {
  const gateway = await startGateway();
  const operations = Array.from({ length: OPERATIONS_PER_BATCH }, () => KENYA);
  const { status, body } = await send(gateway, operations);
  expect(status).toBe(200);
  expect(body).toEqual(operations.map(() => ({ data: { country: { name: 'KENYA' } } })));

  const mixed = await send(gateway, [
    KENYA,
    { query: '{ nope }' },
    { query: 'query ($n: Int!) { counties { name } }' },
  ]);
  expect(mixed.body[0]).toEqual({ data: { country: { name: 'KENYA' } } });
  expect(mixed.body.slice(1)).toMatchObject([{ errors: [{}] }, { errors: [{}] }]);
});

it('refuses more than ten, none, and what is no operation, in coded errors', async () => {
  const gateway = await startGateway();
  const many = await send(
    gateway,
    Array.from({ length: OPERATIONS_PER_BATCH + 1 }, () => KENYA),
  );
  expect(many).toMatchObject({
    status: 413,
    body: { errors: [{ extensions: { code: 'BAD_USER_INPUT', limit: OPERATIONS_PER_BATCH } }] },
  });
  for (const operations of [[], [null], [KENYA, 1], [[KENYA]], ['{ country { name } }']]) {
    const { status, body } = await send(gateway, operations);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    });
  }
  expect(gateway.upstream()).toEqual([]);
});

it('refuses a subscription in a batch, whose answer would have no end', async () => {
  const gateway = await startGateway();
  const subscription = {
    query: 'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { asOf } }',
  };
  const { body } = await send(gateway, [subscription, KENYA]);
  expect(body).toMatchObject([{ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] }, { data: {} }]);
});

it('counts each operation of a batch', async () => {
  const gateway = await startGateway({ env: { API_KEYS, REQUESTS_PER_MINUTE: '12' } });
  const operations = Array.from({ length: OPERATIONS_PER_BATCH }, () => KENYA);
  expect((await send(gateway, operations, bearer('reader'))).headers.get('ratelimit-remaining')).toBe('2');
  const { body } = await send(gateway, operations, bearer('reader'));
  const codes = body.map(({ errors }: { errors?: { extensions: { code: string } }[] }) => errors?.[0]?.extensions.code);
  expect(codes.filter((code: string | undefined) => code === 'RATE_LIMITED')).toHaveLength(8);
});
