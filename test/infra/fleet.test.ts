import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/infra/clock.ts';
import { alone, type Fleet, once, shareOf } from '../../src/infra/fleet.ts';
import { redisFleet } from '../../src/infra/fleet-redis.ts';
import { canStartRedis, ownRedis, until } from './own-redis.ts';

const forEver = new AbortController().signal;
const never = async () => undefined;

it('of one instance leads, holds what it takes, and shares nothing', async () => {
  const fleet = alone();
  const heard: boolean[] = [];
  fleet.lead('poller', (leading) => heard.push(leading));
  expect(heard).toEqual([true]);
  expect(await fleet.take('walk')).not.toBeNull();
  expect(await once(fleet, 'thing', { look: never, make: async () => 'made', signal: forEver })).toBe('made');
  expect([fleet.size(), await fleet.write('name', 'text', 1_000), await fleet.read('name')]).toEqual([
    1,
    false,
    undefined,
  ]);
});

it('has a share of what all may do at once, and never none', () => {
  expect([shareOf(16, 1), shareOf(16, 3), shareOf(2, 3)]).toEqual([16, 5, 1]);
});

describe.skipIf(!canStartRedis())('a fleet on one Redis', () => {
  let redis: Awaited<ReturnType<typeof ownRedis>>;
  beforeAll(async () => {
    redis = await ownRedis();
  });
  afterAll(() => redis[Symbol.asyncDispose]());

  async function instances(count: number): Promise<Fleet[]> {
    const fleets = await Promise.all(
      Array.from({ length: count }, () => redisFleet({ url: redis.url, onError: () => {} })),
    );
    onTestFinished(async () => {
      await Promise.all(fleets.map((fleet) => fleet[Symbol.asyncDispose]()));
    });
    return fleets;
  }
  const fresh = (what: string) => `${what} ${systemClock.uuid()}`;
  /** Who leads, by their places in the list. */
  function leaders(fleets: Fleet[], name: string) {
    const leading = fleets.map(() => undefined as boolean | undefined);
    const leave = fleets.map((fleet, index) =>
      fleet.lead(name, (leads) => {
        leading[index] = leads;
      }),
    );
    const list = () => leading.flatMap((leads, index) => (leads ? [index] : []));
    return { list, leave, decided: () => until(() => leading.every((leads) => leads !== undefined)) };
  }
  /** What one instance makes is there for all. */
  function makers(fleets: Fleet[], name: string, make: () => Promise<string>) {
    let store: string | undefined;
    let made = 0;
    const all = fleets.map((fleet) =>
      once(fleet, name, {
        signal: forEver,
        look: async () => store,
        make: async () => {
          made++;
          store = await make();
          return store;
        },
      }),
    );
    return { all, made: () => made };
  }

  it('makes a thing once, and who waits has it as soon as it is made', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const { all, made } = makers(await instances(3), fresh('thing'), () => promise);
    await until(() => made() === 1);
    resolve('made');
    expect(await Promise.all(all)).toEqual(['made', 'made', 'made']);
    expect(made()).toBe(1);
  });

  it('lets nobody wait for a thing that fails', async () => {
    const fleets = await instances(3);
    const failures: ((error: Error) => void)[] = [];
    const { all, made } = makers(
      fleets,
      fresh('thing'),
      () => new Promise((_resolve, reject) => failures.push(reject)),
    );
    const settled = Promise.allSettled(all);
    await until(() => made() === 1);
    failures[0]!(new Error('no'));
    // They have waited enough: not one after the other.
    await until(() => made() === 3);
    for (const fail of failures) fail(new Error('no'));
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('takes over what one had begun that was killed, and what it stood for', async () => {
    const [fleet] = await instances(1);
    const name = fresh('thing');
    const dead = createClient({ url: redis.url });
    await dead.connect();
    await dead.set(`gateway:fleet:lease:${name}`, 'of the dead', { expiration: { type: 'PX', value: 300 } });
    dead.destroy();
    expect(await fleet!.take(name)).toBeNull();
    const { all, made } = makers([fleet!], name, async () => 'made');
    expect([await all[0], made()]).toEqual(['made', 1]);
  });

  it('has one leader, whose part another takes at once when it steps down or stops', async () => {
    const fleets = await instances(3);
    const { list, leave, decided } = leaders(fleets, fresh('poller'));
    await decided();
    const [first] = list();
    expect(list()).toEqual([first]);
    leave[first!]!();
    await until(() => list().some((index) => index !== first));
    const second = list().find((index) => index !== first)!;
    await fleets[second]![Symbol.asyncDispose]();
    const third = [0, 1, 2].find((index) => index !== first && index !== second)!;
    await until(() => list().includes(third));
  });

  it('knows how many it is', async () => {
    const [one, two, three] = await instances(3);
    const sizes: number[] = [];
    one!.onSize((size) => sizes.push(size));
    await until(() => one!.size() === 3 && two!.size() === 3);
    await three![Symbol.asyncDispose]();
    await until(() => one!.size() === 2);
    expect(sizes.at(-1)).toBe(2);
  });

  it('says to all others what one says, and keeps for all what one writes', async () => {
    const [one, two, three] = await instances(3);
    const heard: string[] = [];
    const stops = [one, two, three].map((fleet, index) =>
      fleet!.hear('topic', { said: (text) => heard.push(`${index} ${text}`), missed: () => {} }),
    );
    one!.say('topic', 'first\nline');
    one!.say('other', 'nothing');
    await until(() => heard.length === 2);
    stops[1]!();
    one!.say('topic', 'second');
    await until(() => heard.length === 3);
    expect(heard.toSorted()).toEqual(['1 first\nline', '2 first\nline', '2 second']);
    const name = fresh('snapshot');
    expect(await two!.write(name, 'text', 10_000)).toBe(true);
    expect(await three!.read(name)).toBe('text');
  });

  it('without its Redis goes on one by one, and comes together by itself', async () => {
    const fleets = await instances(2);
    const { list, decided } = leaders(fleets, fresh('poller'));
    await decided();
    const missed = [0, 0];
    fleets.forEach((fleet, index) => {
      fleet.hear('topic', { said: () => {}, missed: () => missed[index]!++ });
    });
    await redis.stop();
    // At once: whoever has a thing to make does not wait.
    const apart = fleets.map((fleet) => makers([fleet], 'thing', async () => 'made'));
    expect(await Promise.all(apart.map(({ all }) => all[0]))).toEqual(['made', 'made']);
    await until(() => list().length === 2);
    await redis.start();
    await until(() => list().length === 1 && missed.every((count) => count > 0));
    expect(missed).toEqual([1, 1]);
    expect(fleets.map(({ size }) => size())).toEqual([2, 2]);
  });
});
