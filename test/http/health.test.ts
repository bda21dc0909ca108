import { expect, it } from 'vitest';
import type { Documents } from '../../src/infra/documents.ts';
import { StorageUnavailable } from '../../src/infra/storage-error.ts';
import { createReadiness } from '../../src/services/readiness.ts';
import { canStartRedis, ownRedis, until } from '../infra/own-redis.ts';
import { type Gateway, manualClock, startGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
async function ready({ app }: Gateway): Promise<{ status: number; report: any }> {
  const response = await app.fetch(new Request('http://gateway/health/ready'));
  return { status: response.status, report: await response.json() };
}

const NOTHING = { complete: false, stale: false, districts: 0, stations: 0, wardsWithoutStations: 0 };
const NO_BOUNDARIES = { complete: false, stale: false, wards: 0, wardsWithoutBoundary: 0, wardsUntold: 0 };

it('a dead source is named, without what an attacker could use, and traffic still comes; not while it drains', async () => {
  const gateway = await startGateway();
  const source = { name: 'iebc', mode: 'LIVE', breaker: 'CLOSED', openEndpoints: [], lastSuccessAt: null };
  const record = { recording: true, levels: [], leading: false, contests: 0 };
  const ok = { placesIndex: NOTHING, boundariesIndex: NO_BOUNDARIES, record, redis: null, storage: 'ok' };
  const report = { ready: true, status: 'ready', degraded: [], sources: [source], ...ok };
  expect(await ready(gateway)).toEqual({ status: 200, report });

  gateway.sandbox.faults.set({ kind: 'reset' });
  await Promise.all(Array.from({ length: 8 }, (_, index) => gateway.query(`{ party(code: "P${index}") { name } }`)));
  const dead = { ...source, breaker: 'HALF_OPEN', openEndpoints: ['party'], lastSuccessAt: null };
  const degraded = { ...report, status: 'degraded', degraded: ['iebc'], sources: [dead] };
  expect(await ready(gateway)).toEqual({ status: 200, report: degraded });

  gateway.app.drain();
  expect(await ready(gateway)).toEqual({ status: 503, report: { ...degraded, ready: false, status: 'draining' } });
});

it.skipIf(!canStartRedis())('no traffic comes while Redis is away, and it comes again when that is back', async () => {
  await using redis = await ownRedis();
  const gateway = await startGateway({ env: { REDIS_URL: redis.url } });
  expect(await ready(gateway)).toMatchObject({ status: 200, report: { status: 'ready', redis: 'ok', storage: 'ok' } });
  await redis.stop();
  await until(async () => (await ready(gateway)).status === 503);
  expect((await ready(gateway)).report).toMatchObject({ status: 'unavailable', storage: 'away' });
  await redis.start();
  await until(async () => (await ready(gateway)).status === 200);
  await gateway.app.close();
});

it('however many ask, storage is tried once a second, and only the operator reads why it failed', async () => {
  const clock = manualClock();
  const tries: ReturnType<typeof Promise.withResolvers<null>>[] = [];
  const create: Documents['create'] = () => {
    tries.push(Promise.withResolvers<null>());
    return tries.at(-1)!.promise;
  };
  const common = { clock, parts: () => [], redis: null, draining: () => false };
  const { look, details } = createReadiness({ ...common, sources: { list: () => [] }, documents: { create } });
  const answers = Promise.all(Array.from({ length: 100 }, look));
  // As slow as it likes.
  clock.advance(5_000);
  const late = look();
  tries[0]!.reject(new StorageUnavailable('SQLite: database or disk is full'));
  expect(new Set((await answers).map(({ ready }) => ready))).toEqual(new Set([false]));
  expect(JSON.stringify(await late)).not.toContain('disk');
  expect(await details()).toMatchObject({
    storage: { state: 'away', reason: expect.stringContaining('disk') },
  });
  expect(tries).toHaveLength(1);
  clock.advance(1_000);
  const again = look();
  tries[1]!.resolve(null);
  expect(await again).toMatchObject({ ready: true, status: 'ready' });
});
