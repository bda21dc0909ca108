import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { canStartRedis, ownRedis } from '../infra/own-redis.ts';
import {
  appAt,
  type Check,
  checksEnv,
  directory,
  GET,
  inputOf,
  type Process,
  queryAt,
  REQUEST,
  startEreg,
  startProcess,
  watching,
} from '../support/checks.ts';
import { random } from '../support/random.ts';

const KILLS = 20;
const CHECKS = 200;
/** Submissions under way at once: those that a kill can hide from who comes after. */
const AT_ONCE = 8;

type Options = {
  env: Record<string, string>;
  /** Processes that share the work: one is killed, the others go on. */
  processes: number;
  /** Called after each kill. */
  killed?: (kill: number) => Promise<void>;
};

async function survive({ env, processes, killed = async () => {} }: Options) {
  const seed = Number(process.env.KILL_SEED ?? Math.floor(Math.random() * 1e9));
  const chance = random(seed);
  const ereg = await startEreg({ checkMs: 300 });
  const everywhere = {
    ...checksEnv(ereg),
    ...{ CHECKS_PER_MINUTE: '1000000', REQUESTS_PER_MINUTE: '1000000', EREG_CONCURRENCY: String(AT_ONCE) },
    ...{ DATA_DIR: directory(), LOG_LEVEL: 'error', ...env },
  };
  const running: Process[] = [];
  for (let n = 0; n < processes; n++) {
    running.push(startProcess(everywhere));
    // One after the other: the first makes the keys that all share.
    await running[n]!.url;
  }
  const said = new Map<string, Map<number, string>>();
  const people = ereg.people;

  /** Whatever anybody is ever told of a check: a version that was told is what it was. */
  function hear({ id, version, state, outcome, failure }: Check) {
    const versions = said.get(id) ?? new Map();
    said.set(id, versions);
    const told = JSON.stringify({ state, outcome, failure: failure?.code });
    expect(versions.get(version) ?? told, `${id} version ${version}, seed ${seed}`).toBe(told);
    versions.set(version, told);
  }

  /** As a client does: again with the same idempotency key, until somebody answers. */
  async function insist<T>(index: number, attempt: (url: string) => Promise<T | undefined>): Promise<T> {
    for (let tries = index; ; tries++) {
      const url = await running[tries % processes]!.url.catch(() => null);
      const result = url && (await attempt(url).catch(() => undefined));
      if (result) return result;
      await wait(20);
    }
  }

  async function ask(index: number): Promise<{ index: number; id: string; last: Check }> {
    const input = inputOf(people[index % people.length]!);
    const id = await insist(index, async (url) => {
      const { data } = await queryAt(url, REQUEST, { input, key: `check ${index}` });
      const check = data?.requestRegistrationCheck?.check;
      if (check) hear(check);
      return check?.id as string | undefined;
    });
    const last = await insist(index, async (url) => {
      let seen: Check;
      for await (const check of watching(appAt(url), id)) {
        hear(check);
        seen = check;
      }
      return seen?.finishedAt ? seen : undefined;
    });
    return { index, id, last };
  }

  const asked: ReturnType<typeof ask>[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = kill % processes;
    await running[victim]!.url;
    for (let n = 0; n < CHECKS / KILLS; n++) asked.push(ask(asked.length));
    // A moment, not an event: that is the point.
    await wait(chance() * 600);
    await running[victim]!.kill();
    running[victim] = startProcess(everywhere);
    await killed(kill);
  }
  const ended = await Promise.all(asked);

  expect(new Set(ended.map(({ id }) => id)).size).toBe(CHECKS);
  const outcomes = new Map([
    [true, 'REGISTERED'],
    [false, 'NOT_CONFIRMED'],
    [null, 'INCONCLUSIVE'],
  ]);
  const failed: string[] = [];
  for (const { index, id, last } of ended) {
    // Read once more, from whoever answers: what was told is what is kept.
    const kept = await insist(index, async (url) => (await queryAt(url, GET, { id })).data?.registrationCheck);
    expect(kept, `seed ${seed}`).toEqual(last);
    if (last.state === 'COMPLETED') {
      expect(last.outcome, `seed ${seed}`).toBe(outcomes.get(people[index % people.length]!.registered));
      expect(last.credential === null).toBe(last.outcome === 'INCONCLUSIVE');
    } else failed.push(`${last.state} ${last.failure?.code}`);
    const finals = [...said.get(id)!.values()].filter((told) => !/QUEUED|RUNNING/.test(told));
    expect(finals, `seed ${seed}`).toHaveLength(1);
  }
  // Killed twice between its submission and the answer, in lives of half a second: it is not sent a third time.
  expect(new Set(failed)).toEqual(new Set(failed.length > 0 ? ['FAILED UPSTREAM_UNREACHABLE'] : []));
  expect(failed.length).toBeLessThan(CHECKS / 4);
  return { extra: ereg.checksStarted() - CHECKS, ended };
}

it('worker killed mid-job: survives twenty kills with two hundred checks under way, embedded', {
  timeout: 300_000,
}, async () => {
  const { extra } = await survive({ env: {}, processes: 1 });
  expect(extra).toBeLessThanOrEqual(KILLS * AT_ONCE);
});

it.skipIf(!canStartRedis())(
  'worker killed mid-job: survives twenty kills with two hundred checks under way, and two of Redis itself',
  { timeout: 300_000 },
  async () => {
    const redis = await ownRedis();
    onTestFinished(() => redis[Symbol.asyncDispose]());
    const { extra } = await survive({
      env: { REDIS_URL: redis.url, ENCRYPTION_KEY: Buffer.alloc(32, 2).toString('base64url') },
      processes: 2,
      async killed(kill) {
        if (kill % 8 !== 7) return;
        await redis.stop();
        await redis.start();
      },
    });
    expect(extra).toBeLessThanOrEqual(KILLS * AT_ONCE);
  },
);
