import { expect, it } from 'vitest';
import { systemClock } from '../../src/infra/clock.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

// Everything at a tenth of its default: staleness after 100 ms, attempts of 1 s. What is promised, at a tenth, too.
const SCALE = 10;
const ENV = {
  STALE_AFTER_MS: String(1_000 / SCALE),
  IEBC_HEADERS_TIMEOUT_MS: String(8_000 / SCALE),
  IEBC_TOTAL_TIMEOUT_MS: String(10_000 / SCALE),
};
const KNOWN = 40;

const breaker = async ({ query }: Gateway): Promise<string> =>
  (await query('{ sources { name breaker } }')).data.sources[0].breaker;

it('answers every known result, marked, while the source hangs; leaves it alone; and is fresh when it is back', async () => {
  let now = Date.parse('2013-03-04T18:00:00Z');
  let passed = 0;
  const clock = { now: () => now + performance.now(), monotonic: () => passed + performance.now() };
  const gateway = await startGateway({ sandbox: { now: () => now }, env: ENV, clock: { ...systemClock, ...clock } });
  const { data } = await gateway.query('{ counties { code constituencies { code } } }');
  const codes: string[] = data.counties.flatMap(({ constituencies }: { constituencies: { code: string }[] }) =>
    constituencies.map(({ code }) => code),
  );
  const known = codes.slice(0, KNOWN);
  const ask = async (code: string) => {
    const began = performance.now();
    const answer = await gateway.query(
      'query ($code: ID!) { constituency(code: $code) { result(post: GOVERNOR) { stale stationsReported } } }',
      { code },
    );
    expect(answer.errors).toBeUndefined();
    return { ...answer.data.constituency.result, ms: performance.now() - began };
  };
  const askAll = () => Promise.all(known.map(ask));
  const before = await askAll();
  expect(before.every(({ stale }) => stale === false)).toBe(true);

  gateway.sandbox.faults.set({ kind: 'hang' });
  const tired = () => {
    now += 60_000;
    passed += 60_000;
  };
  tired();
  const hung = performance.now();
  while ((await breaker(gateway)) === 'CLOSED') {
    const answers = await askAll();
    expect(answers.map(({ stale, stationsReported }) => ({ stale, stationsReported }))).toEqual(
      before.map(({ stationsReported }) => ({ stale: true, stationsReported })),
    );
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(1_500);
  }
  expect(performance.now() - hung).toBeLessThan(30_000);

  gateway.sandbox.faults.clear();
  tired();
  const back = performance.now();
  while ((await askAll()).some(({ stale }) => stale)) expect(performance.now() - back).toBeLessThan(10_000);
});
