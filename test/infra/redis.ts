import { connect } from 'node:net';

/** Where the tests look for a Redis. */
export const REDIS_URL = process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379';

/** Whether there is one; without it, tests are skipped and say so, or fail where it is required. */
export async function redisIsThere(): Promise<boolean> {
  const { hostname, port } = new URL(REDIS_URL);
  const there = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 1_000 });
    const answer = (found: boolean) => {
      socket.destroy();
      resolve(found);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
  if (!there && process.env.REQUIRE_REDIS === '1')
    throw new Error(`REQUIRE_REDIS=1, but nothing answers at ${REDIS_URL}`);
  if (!there) console.warn(`skipped: the cache over Redis (nothing answers at ${REDIS_URL})`);
  return there;
}
