import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { quiet } from './child.ts';
import { post, UNLIMITED } from './contenders.ts';
import { startGatewayProcess } from './gateway-process.ts';
import { bodyOf, queriesFor } from './queries.ts';
import { requestsOf, type Source, startSource } from './source.ts';
import { median, progress, type Verdict } from './verdicts.ts';

// The tree of districts asked of a gateway that has just started, before a source that takes 20 ms for each answer,
// beside plain fetches of the same tree: what the gateway adds to the waiting.

type Fetched = { requests: number; ms: number };

export async function cold({ quick }: { quick: boolean }): Promise<Verdict[]> {
  const source = await startSource({ DELAY_MS: '20' });
  const gateways: Fetched[] = [];
  const plain: Fetched[] = [];
  for (let round = 1; round <= (quick ? 1 : 5); round++) {
    progress(`cold Q3: round ${round}`);
    plain.push(await fetchPlainly(source));
    gateways.push(await askCold(source));
  }
  await source.stop();
  progress('');
  const [times, plainTimes] = [gateways, plain].map((list) => median(list.map(({ ms }) => ms))) as [number, number];
  const counts = [...new Set(gateways.map(({ requests }) => requests))];
  const expected = plain[0]!.requests;
  console.log(
    `\nCold Q3, 20 ms source: ${counts.join(' or ')} requests in ${times.toFixed(0)} ms; ${expected} plain fetches in ${plainTimes.toFixed(0)} ms`,
  );
  if (counts.some((count) => count !== expected))
    throw new Error(`cold Q3 is to ask the source exactly ${expected} times`);
  return [{ what: 'cold Q3 to plain fetches', value: times / plainTimes, must: 1.6, aim: 1.1, less: true }];
}

async function askCold(source: Source): Promise<Fetched> {
  const env = { ...UNLIMITED, IEBC_CONCURRENCY: '64', IEBC_PLACES_INDEX: 'on-demand' };
  const gateway = await startGatewayProcess(source, env);
  await quiet(gateway);
  const before = (await requestsOf(source)).length;
  const { q3 } = queriesFor('');
  const began = performance.now();
  await post(gateway.url, bodyOf(q3, ''));
  const ms = performance.now() - began;
  const asked = (await requestsOf(source)).slice(before).filter(({ path }) => path !== '/token/');
  await gateway.stop();
  return { requests: asked.length, ms };
}

async function fetchPlainly({ url, appSecret, domainToken }: Source): Promise<Fetched> {
  const file = new URL('./plain-fetches.ts', import.meta.url).pathname;
  const env = { PATH: process.env.PATH, SOURCE: url, APP_SECRET: appSecret, TOKEN: domainToken };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env });
  return JSON.parse(stdout) as Fetched;
}
