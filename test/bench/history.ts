import { fork } from 'node:child_process';
import { once } from 'node:events';
import { canStartRedis } from '../infra/own-redis.ts';
import type { Verdict } from './verdicts.ts';

/** Of the record: what a million versions cost who asks for some of them, beside a thousand. */
export async function history({ quick }: { quick: boolean }): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const place of canStartRedis() ? ['sqlite', 'redis'] : ['sqlite'])
    verdicts.push(...(await measureIn(place, quick ? 100_000 : 1_000_000)));
  return verdicts;
}

/** In a process of its own, whose space for what is young is as small as the gateway's. */
async function measureIn(place: string, many: number): Promise<Verdict[]> {
  const file = new URL('./history-process.ts', import.meta.url);
  const child = fork(file, [place, String(many)], { execArgv: ['--max-semi-space-size=16', '--expose-gc'] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The measurement of ${place} ended with ${code}`);
  });
  // After its message it may end as it likes.
  failed.catch(() => {});
  const [verdicts] = await Promise.race([once(child, 'message'), failed]);
  return verdicts as Verdict[];
}
