import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { createClient } from '@keyv/redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCache } from '../../src/infra/cache.ts';
import { redisStore } from '../../src/infra/cache-redis.ts';
import { systemClock } from '../../src/infra/clock.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { cacheContract } from './cache.contract.ts';
import { REDIS_URL, redisIsThere } from './redis.ts';
import { closedPort } from './server.ts';

const SPANS = { freshMs: 60_000, renewMs: 0, keepMs: 0 };

/** A cache over a Redis at `url`, and what it says of its troubles. */
function open(url: string) {
  const errors: Error[] = [];
  const store = redisStore(url, (error) => errors.push(error));
  const cache = createCache({ store, clock: systemClock, standsIn: () => false, staleAfterMs: 1_000 });
  onTestFinished(async () => {
    await cache.close();
    await store.disconnect();
  });
  const prefix = `test:${systemClock.uuid()}`;
  let loads = 0;
  const read = async (name: string) => {
    const before = performance.now();
    const { value } = await cache.read({
      key: `${prefix}:${name}`,
      freshness: SPANS,
      load: async () => `${name} ${++loads}`,
    });
    return { value, ms: performance.now() - before };
  };
  return { cache, errors, read, prefix, store };
}

/** Whether the second of two reads is served from Redis: its connection comes up some time after the start. */
async function keeps(read: (name: string) => Promise<{ value: string }>): Promise<boolean> {
  const { value } = await read('a');
  return (await read('a')).value === value;
}

/** A connection of the test's own, past the cache. */
async function redis() {
  const client = createClient({ url: REDIS_URL });
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
}

const keysOf = ({ sandbox }: Gateway) => `gateway::iebc:*${new URL(sandbox.url).host}*`;

/** A way to a Redis (or to nothing) that a test can cut or block. */
async function gate(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let mute = false;
  const server = createServer((near) => {
    const far = connect(Number(port || 6379), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket.on('error', () => {}).once('close', () => sockets.delete(socket)));
    }
    near.on('data', (bytes) => !mute && far.write(bytes));
    far.on('data', (bytes) => !mute && near.write(bytes));
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(cut);
  return {
    url: `redis://127.0.0.1:${own}`,
    cut,
    mute: () => {
      mute = true;
    },
    mend: async () => {
      server.listen(own, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

/** Well below the seconds of a connection's or a command's own timeout. */
const QUICK_MS = 900;

describe('a Redis that is not there', () => {
  it('costs a read next to nothing, from the first on', async () => {
    const { read, errors } = open((await closedPort()).replace('http', 'redis'));
    const before = performance.now();
    for (let count = 1; count <= 30; count++) expect((await read(`a${count}`)).value).toBe(`a${count} ${count}`);
    // Waiting for a connection or an answer each time would take ten times as long.
    expect(performance.now() - before).toBeLessThan(1_500);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
  });

  it('lets the gateway answer, with one line in the log that says what is wrong', async () => {
    const url = (await closedPort()).replace('http', 'redis').replace('//', '//user:hunter2@');
    const { query, logs } = await startGateway({ env: { REDIS_URL: url } });
    expect((await query('{ counties { name } }')).data.counties).toHaveLength(47);
    await expect.poll(logs).toContain('Redis cannot be reached');
    expect(logs()).not.toContain('hunter2');
  });
});

if (await redisIsThere()) {
  cacheContract('Redis', async () => {
    const store = redisStore(REDIS_URL, () => {});
    // The first reads would miss while it connects.
    await expect
      .poll(async () => {
        const key = `test:${systemClock.uuid()}`;
        await store.set(key, { value: 1, asOf: 0, at: 0, by: 'test' }, 1_000);
        return store.get(key);
      })
      .toEqual({ value: 1, asOf: 0, at: 0, by: 'test' });
    return store;
  });

  describe('a Redis', () => {
    it('is shared by gateways', async () => {
      const env = { REDIS_URL };
      const first = await startGateway({ env });
      const client = await redis();
      // The next sandbox on this port shall not find them.
      onTestFinished(async () => void (await client.del(await client.keys(keysOf(first)))));
      const parties = async (gateway: typeof first) => (await gateway.query('{ parties { code } }')).data.parties;
      // Until the connection stands, every read goes to the source.
      await expect
        .poll(async () => {
          const before = first.upstream().length;
          await parties(first);
          return first.upstream().length - before;
        })
        .toBe(0);
      const second = await startGateway({ env: { ...env, IEBC_URL: first.sandbox.url } });
      await expect
        .poll(async () => {
          const before = first.upstream().length;
          expect(await parties(second)).toEqual(await parties(first));
          return first.upstream().length - before;
        })
        .toBe(0);
    });

    it('holds no token, key, secret or person in its keys, and forgets them in time', async () => {
      const gateway = await startGateway({ env: { REDIS_URL } });
      const headers = { authorization: `Bearer ${gateway.app.demoKey}` };
      const client = await redis();
      const keys = () => client.keys(keysOf(gateway));
      await expect
        .poll(async () => {
          await gateway.query(
            '{ parties { code } country { result(post: PRESIDENT) { asOf } } voter(code: "10000001") { name } }',
            {},
            headers,
          );
          return (await keys()).length;
        })
        .toBe(2);
      for (const key of await keys()) {
        expect(key).not.toMatch(/token|key=|appid|10000001|[0-9a-f]{24,}/i);
        expect(await client.pTTL(key)).toBeGreaterThan(0);
        await client.del(key);
      }
    });

    it('that goes away in mid-run is done without, quickly, and taken up again', async () => {
      const way = await gate(REDIS_URL);
      const { read, errors } = open(way.url);
      const kept = () => keeps(read);
      await expect.poll(kept).toBe(true);
      way.cut();
      for (const name of ['a', 'b', 'a', 'b']) {
        const { value, ms } = await read(name);
        expect(value).toContain(name);
        expect(ms).toBeLessThan(QUICK_MS);
      }
      expect(errors).not.toHaveLength(0);
      await way.mend();
      await expect.poll(kept, { timeout: 10_000 }).toBe(true);
    });

    it('that answers nothing any more is not waited for', async () => {
      const way = await gate(REDIS_URL);
      const { read, cache } = open(way.url);
      await expect.poll(() => keeps(read)).toBe(true);
      way.mute();
      for (const name of ['a', 'b']) {
        const { value, ms } = await read(name);
        expect(value).toContain(name);
        expect(ms).toBeLessThan(QUICK_MS);
      }
      const before = performance.now();
      await cache.close();
      expect(performance.now() - before).toBeLessThan(QUICK_MS);
    });

    it('whose content is no JSON is read as empty', async () => {
      const { read, prefix } = open(REDIS_URL);
      const client = await redis();
      await expect.poll(() => keeps(read)).toBe(true);
      await client.set(`gateway::${prefix}:a`, '{"value"');
      expect((await read('a')).value).toMatch(/^a \d+$/);
      await client.del(`gateway::${prefix}:a`);
    });
  });
}
