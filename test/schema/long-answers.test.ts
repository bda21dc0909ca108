import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const STATIONS =
  '{ counties { constituencies { wards { pollingStations(first: 100) { nodes { code name location { latitude } } } } } } }';

it('gives others a turn every few hundred objects of an answer of all stations', async () => {
  const { query } = await startGateway();
  await query(STATIONS);
  // All of it is cached now: no source is waited for.
  let turns = 0;
  let answering = true;
  const other = () => {
    turns++;
    if (answering) setImmediate(other);
  };
  setImmediate(other);
  const { data, errors } = await query(STATIONS);
  answering = false;
  expect(errors).toBeUndefined();
  expect(JSON.stringify(data).match(/"code"/g)!.length).toBeGreaterThan(30_000);
  expect(turns).toBeGreaterThan(60);
});
