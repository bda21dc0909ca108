import { expect, it } from 'vitest';
import { manualClock, startGateway } from '../support/gateway.ts';
import { next, serve, TRANSPORTS } from './serve.ts';

const HOUR = 60 * 60_000;
const RESULT = '{ country { result(post: PRESIDENT) { stationsReported stale asOf } } }';

it('a clock that is set back by an hour keeps no answer beyond its time', async () => {
  let night = Date.parse('2013-03-04T18:00:00Z');
  const clock = manualClock();
  // Nothing here is about slowness, and whoever has a copy would be answered with it on a busy machine.
  const env = { STALE_AFTER_MS: '30000' };
  const gateway = await startGateway({ clock, env, sandbox: { now: () => night } });
  const ask = async () => (await gateway.query(RESULT)).data.country.result;
  const first = await ask();
  night += 60_000;
  clock.set(clock.now() - HOUR);
  clock.advance(14_000);
  expect(await ask()).toEqual(first);
  clock.advance(6_000);
  const second = await ask();
  expect(second.stationsReported).toBeGreaterThan(first.stationsReported);
  expect(second).toMatchObject({ stale: false, asOf: new Date(clock.now()).toISOString() });
});

it('and watches go on', async () => {
  let night = Date.parse('2013-03-04T18:00:00Z');
  const clock = manualClock();
  const env = { IEBC_POLL_MS: '100' };
  const gateway = await serve({ clock, env, sandbox: { now: () => night } });
  const query =
    'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { stationsReported stale } }';
  const events = TRANSPORTS['SSE by graphql-sse']!(gateway, { query });
  const first = (await next(events)).data.contestResultUpdated;
  clock.set(clock.now() - HOUR);
  night += 60_000;
  expect((await next(events)).data.contestResultUpdated.stationsReported).toBeGreaterThan(first.stationsReported);
});
