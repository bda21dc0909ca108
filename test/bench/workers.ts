import { canStartRedis, ownRedis } from '../infra/own-redis.ts';
import { post, UNLIMITED } from './contenders.ts';
import { placesIndexed, startGatewayProcess } from './gateway-process.ts';
import { load } from './load.ts';
import { bodyOf, COUNTIES, chooseCounty, queriesFor } from './queries.ts';
import { startSource } from './source.ts';
import { median, progress, type Verdict } from './verdicts.ts';

/** Two processes on one port, beside one: what a second core is worth for answers that no cache can hold. */
export async function workers({ quick }: { quick: boolean }): Promise<Verdict[]> {
  if (!canStartRedis()) {
    console.log('\nWorkers: not measured, for there is no redis-server here.');
    return [];
  }
  const redis = await ownRedis();
  const source = await startSource();
  const perSecond: Record<'1' | '2', number[]> = { 1: [], 2: [] };
  for (let round = 1; round <= (quick ? 1 : 2); round++) {
    for (const count of ['1', '2'] as const) {
      progress(`workers: round ${round}, WORKERS=${count}`);
      const gateway = await startGatewayProcess(source, { ...UNLIMITED, WORKERS: count, REDIS_URL: redis.url });
      await placesIndexed(gateway);
      const county = chooseCounty((await post(gateway.url, JSON.stringify({ query: COUNTIES }))).data);
      const plan = { url: gateway.url, body: bodyOf(queriesFor(county).dynamicQ3, county), varied: county };
      // The second one comes up behind the first, and has its index of places to read.
      await load({ ...plan, seconds: 6 });
      perSecond[count].push((await load({ ...plan, seconds: 3 })).perSecond);
      await gateway.stop();
    }
  }
  await source.stop();
  await redis[Symbol.asyncDispose]();
  progress('');
  const [one, two] = [median(perSecond[1]), median(perSecond[2])];
  console.log(`\nDynamic Q3: ${one.toFixed(0)} a second with one worker, ${two.toFixed(0)} with two`);
  return [{ what: '`WORKERS=2` to one, dynamic Q3', value: two / one, must: 1.6, aim: 1.9 }];
}
