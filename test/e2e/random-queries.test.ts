import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { demoKey, startGateway } from '../support/gateway.ts';
import { random } from '../support/random.ts';
import { randomQuery } from '../support/random-query.ts';

const QUERIES = 60;
const BUDGET = 300;
/** Lookups of the query before that it did not wait for: where a code may be of any level, the first that finds it is enough. */
const LATE = 10;

it('random valid queries: data or typed errors, and no more requests to the source than the budget', async () => {
  const seed = Number(process.env.QUERY_SEED ?? Math.floor(Math.random() * 1e9));
  const chance = random(seed);
  // What an index asks for is nobody's budget.
  const indexes = { IEBC_PLACES_INDEX: 'background', IEBC_BOUNDARIES: 'background' };
  const gateway = await startGateway({ env: { SOURCE_REQUESTS_PER_OPERATION: String(BUDGET), ...indexes } });
  const INDEX = '{ sources { placesIndex { complete } boundariesIndex { complete } } }';
  await expect
    .poll(async () => (await gateway.query(INDEX)).data.sources[0], { timeout: 60_000 })
    .toEqual({ placesIndex: { complete: true }, boundariesIndex: { complete: true } });
  const { data } = await gateway.query(
    '{ counties { id code } parties { code } elections { code } searchPlaces(text: "nairobi", first: 3) { id code } }',
  );
  const texts = [
    ...data.counties.slice(0, 3).flatMap(({ id, code }: { id: string; code: string }) => [id, code]),
    ...data.searchPlaces.flatMap(({ id, code }: { id: string; code: string }) => [id, code]),
    ...data.elections.map(({ code }: { code: string }) => code),
    ...['nairobbi', 'KE', 'jane@example.com', '', '12', '\u0000', 'ñ'.repeat(300), '../../etc', "' OR 1=1"],
  ];
  const codes = new Set<unknown>();
  for (let index = 0; index < QUERIES; index++) {
    const query = randomQuery({ schema, chance, texts });
    expect(validate(schema, parse(query)), `seed ${seed}: ${query}`).toEqual([]);
    const before = gateway.upstream().length;
    const { status, data, errors } = await gateway.query(query, {}, demoKey(gateway.app));
    expect(status, `seed ${seed}: ${query}`).toBeLessThan(500);
    expect(data !== undefined || errors !== undefined).toBe(true);
    for (const { extensions, message } of errors ?? []) {
      expect(extensions?.code, `seed ${seed}: ${query}`).toMatch(/^[A-Z_]+$/);
      expect(extensions.code, `seed ${seed}: ${message} ${query}`).not.toBe('INTERNAL_SERVER_ERROR');
      codes.add(extensions.code);
    }
    expect(gateway.upstream().length - before, `seed ${seed}: ${query}`).toBeLessThanOrEqual(BUDGET + LATE);
  }
  expect(codes).toContain('BAD_USER_INPUT');
});
