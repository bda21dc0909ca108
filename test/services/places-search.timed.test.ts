import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const MISSPELT = (number: number) =>
  `kindergaart${number}n nurserieschools secondaryschol marketcentres communityhalls churchofgod`;

it('takes less than 20 ms of the event loop for the dearest search in the whole country, and never all at once', async () => {
  const { query } = await startGateway();
  await query('{ searchPlaces(text: "nairobi") { name } }');
  const fields = Array.from(
    { length: 99 },
    (_, number) => `a${number}: searchPlaces(text: "${MISSPELT(number)}") { code }`,
  );
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = performance.eventLoopUtilization();
  delay.enable();
  const { errors } = await query(`{ ${fields.join(' ')} }`);
  delay.disable();
  const { active } = performance.eventLoopUtilization(before);
  expect(errors).toBeUndefined();
  expect(active / fields.length).toBeLessThan(20);
  // A searched word is a turn; the rest is room for a busy machine.
  expect(delay.max / 1e6).toBeLessThan(100);
});
