import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway.ts';

// Attempts at a twentieth of their defaults: 500 ms, and 100 ms before one is slow while others wait.
const ENV = { IEBC_HEADERS_TIMEOUT_MS: '400', IEBC_TOTAL_TIMEOUT_MS: '500' };
const KEYS = Array.from({ length: 5 }, (_, index) => `key-${index}`);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

it('hanging places leave others alone: sixteen that hang, of four callers, again and again', async () => {
  const API_KEYS = JSON.stringify(KEYS.map((name) => ({ name, sha256: sha256(name), scopes: [] })));
  const gateway = await startGateway({ env: { ...ENV, API_KEYS } });
  const { data } = await gateway.query('{ counties { constituencies { code } } }');
  const codes: string[] = data.counties.flatMap(({ constituencies }: { constituencies: { code: string }[] }) =>
    constituencies.map(({ code }) => code),
  );
  const ask = async (code: string, key: number) => {
    const began = performance.now();
    const { errors } = await gateway.query(
      'query ($code: ID!) { constituency(code: $code) { result(post: GOVERNOR) { stationsReported } } }',
      { code },
      { authorization: `Bearer ${KEYS[key]}` },
    );
    return { code: errors?.[0]?.extensions.code, ms: performance.now() - began };
  };
  await gateway.query('{ counties { constituencies { name } } }');
  const hanging = codes.slice(0, 16);
  for (const code of hanging) gateway.sandbox.faults.set({ kind: 'hang', path: `/results/constituency/${code}/` });

  const waits: number[] = [];
  for (let round = 0; round < 2; round++) {
    const hung = hanging.map((code, index) => ask(code, index % 4));
    for (let index = 0; index < 5; index++) {
      const answers = await Promise.all([0, 1].map((nth) => ask(codes[20 + round * 10 + index * 2 + nth]!, 4)));
      for (const { code, ms } of answers) {
        expect(code).toBeUndefined();
        waits.push(ms);
      }
    }
    for (const { code } of await Promise.all(hung)) expect(code).toMatch(/^SOURCE_(TIMEOUT|UNAVAILABLE)$/);
  }
  const { sources } = (await gateway.query('{ sources { breaker openEndpoints } }')).data;
  expect(sources).toEqual([{ breaker: 'CLOSED', openEndpoints: [] }]);
  // The first ones wait until what hangs is known to be slow; later ones find it in a lane of its own.
  expect(Math.max(...waits)).toBeLessThan(700);
  expect(waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)]).toBeLessThan(150);
});
