import { execFileSync, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { until } from '../infra/own-redis.ts';
import { CHECK_KEYS, checksEnv, inputOf, queryAt, REQUEST, startEreg, startProcess } from '../support/checks.ts';
import { API_KEYS, WEBHOOK_SECRET } from '../support/electionbuddy.ts';

/** Of the machine, not of a package. */
const LIMIT = 'prlimit';
const canLimit = spawnSync(LIMIT, ['--version']).status === 0;

/** The system then refuses writes past this length, as it does on a full disk. */
const limit = (pid: number, bytes: number | 'unlimited') =>
  execFileSync(LIMIT, ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);

it.skipIf(!canLimit)('a disk that takes no more is said so, and used again when it does', async () => {
  const ereg = await startEreg();
  const gateway = startProcess({
    ...checksEnv(ereg),
    API_KEYS: JSON.stringify([...JSON.parse(API_KEYS), ...JSON.parse(CHECK_KEYS).slice(0, 1)]),
    ELECTIONBUDDY_WEBHOOK_SECRET: WEBHOOK_SECRET,
    LOG_LEVEL: 'warn',
  });
  const url = await gateway.url;
  const hook = url.replace('/graphql', `/webhooks/electionbuddy/${WEBHOOK_SECRET}`);
  const deliver = async (identifier: string) =>
    (await fetch(hook, { method: 'POST', body: JSON.stringify({ election_id: 1, identifier }) })).status;
  const check = (key: string) => queryAt(url, REQUEST, { input: inputOf(ereg.people[0]!), key });

  const ready = async () => (await fetch(url.replace('/graphql', '/health/ready'))).status;

  expect(await deliver('before')).toBe(204);
  expect(await ready()).toBe(200);
  limit(gateway.pid, 1);
  expect(await deliver('refused')).toBe(503);
  const { data, errors } = await check('refused');
  expect(data?.requestRegistrationCheck ?? null).toBeNull();
  expect(errors).toMatchObject([{ extensions: { code: 'STORAGE_UNAVAILABLE', retryAfter: expect.any(Number) } }]);
  await until(async () => gateway.output().includes('storage failed'));

  await until(async () => (await ready()) === 503);

  limit(gateway.pid, 'unlimited');
  await until(async () => (await ready()) === 200);
  expect(await deliver('after')).toBe(204);
  await until(async () => (await check('refused')).data?.requestRegistrationCheck?.check != null);
});
