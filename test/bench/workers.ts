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
  const measured = { on: { 1: [] as number[], 2: [] as number[] }, off: { 1: [] as number[], 2: [] as number[] } };
  const plans = (['on', 'off'] as const).flatMap((fast) => ([1, 2] as const).map((count) => ({ fast, count })));
  for (let round = 1; round <= (quick ? 1 : 2); round++) {
    for (const { fast, count } of plans) {
      progress(`workers: round ${round}, WORKERS=${count}, FAST_PATHS=${fast}`);
      const env = { ...UNLIMITED, WORKERS: String(count), FAST_PATHS: fast, REDIS_URL: redis.url };
      const gateway = await startGatewayProcess(source, env);
      await placesIndexed(gateway);
      const county = chooseCounty((await post(gateway.url, JSON.stringify({ query: COUNTIES }))).data);
      const plan = { url: gateway.url, body: bodyOf(queriesFor(county).dynamicQ3, county), varied: county };
      // The second one comes up behind the first, and has its index of places to read.
      await load({ ...plan, seconds: 6 });
      measured[fast][count].push((await load({ ...plan, seconds: 3 })).perSecond);
      await gateway.stop();
    }
  }
  await source.stop();
  await redis[Symbol.asyncDispose]();
  progress('');
  const of = (fast: 'on' | 'off', count: 1 | 2) => median(measured[fast][count]);
  for (const fast of ['on', 'off'] as const)
    console.log(
      `\nDynamic Q3, FAST_PATHS=${fast}: ${of(fast, 1).toFixed(0)} a second with one worker, ${of(fast, 2).toFixed(0)} with two`,
    );
  // Who asks needs a core, too: with the fast paths about a third of what is asked, without them next to nothing.
  return (['on', 'off'] as const).map((fast) => ({
    what: `\`WORKERS=2\` to one, dynamic Q3${fast === 'off' ? ' without fast paths' : ''}`,
    value: of(fast, 2) / of(fast, 1),
    must: 1.6,
    aim: 1.9,
  }));
}
