import { systemClock } from './clock.ts';
import { type Fleet, type Hearer, type Lease, UNSHARED } from './fleet.ts';
import { type Ask, bounded, COUNTED_WITHIN_MS, FIRST_CONNECTION_MS, type RedisOptions, redisClient } from './redis.ts';
import { within } from './waiting.ts';

/** What an instance holds is free again so long after it last said that it lives. */
const LEASE_MS = 2_500;
const BEAT_MS = 800;
/** Names that one script looks after: Redis does nothing else meanwhile. */
const NAMES_A_SCRIPT = 500;

const MEMBERS = 'gateway:fleet:members';
const CHANNEL = 'gateway:fleet:said';
const leaseKey = (name: string) => `gateway:fleet:lease:${name}`;
const valueKey = (name: string) => `gateway:fleet:value:${name}`;

// One sign of life for all: keeps this instance a member and its leases alive, and takes what is free of the rest.
// Time is Redis's own. Gives the number of members, then 1 for each name that is held.
const BEAT = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZADD', KEYS[1], now, ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  local answer = { redis.call('ZCARD', KEYS[1]) }
  for i = 2, #KEYS do
    local holder = redis.call('GET', KEYS[i])
    local ours = not holder or holder == ARGV[i + 1]
    if ours then redis.call('SET', KEYS[i], ARGV[i + 1], 'PX', ARGV[2]) end
    answer[i] = ours and 1 or 0
  end
  return answer
`;
const RELEASE = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  redis.call('DEL', KEYS[1])
  redis.call('PUBLISH', KEYS[2], ARGV[2])
  return 1
`;

/** Through Redis, with whoever uses the same one. */
export async function redisFleet(options: RedisOptions): Promise<Fleet> {
  const { onError } = options;
  const client = redisClient(options);
  const listener = redisClient(options, { listening: true });
  const ask = bounded(client, COUNTED_WITHIN_MS, onError);
  const me = systemClock.uuid();

  const hearers = new Map<string, Set<Hearer>>();
  const publish = (text: string) => ask(() => client.publish(CHANNEL, text));
  const members = createMembers();
  const leases = createLeases({
    me,
    beat: async (names, tokens) => {
      const keys = [MEMBERS, ...names.map(leaseKey)];
      const values = [me, String(LEASE_MS), ...tokens];
      const [size, ...held] = (await ask(() => client.eval(BEAT, { keys, arguments: values }))) as number[];
      members.are(size!);
      return held.map(Boolean);
    },
    claim: (name, token) =>
      ask(() => client.set(leaseKey(name), token, { condition: 'NX', expiration: { type: 'PX', value: LEASE_MS } })),
    release: (name, token, failed) => {
      const message = said(me, failed ? 'failed' : 'ended', name);
      return ask(() => client.eval(RELEASE, { keys: [leaseKey(name), CHANNEL], arguments: [token, message] }));
    },
  });

  function heard(message: string) {
    const [, by, kind, topic, text] = /^(\S+) (\S+) ([^\n]*)\n?(.*)$/s.exec(message) ?? [];
    if (kind === 'failed' || kind === 'ended') leases.ended(topic!, kind === 'failed');
    else if (by !== me) for (const { said } of hearers.get(topic!) ?? []) said(text!);
  }

  const connected = Promise.all([client.connect(), listener.connect().then(() => listener.subscribe(CHANNEL, heard))]);
  connected.catch(onError);
  await within(connected, FIRST_CONNECTION_MS, () => undefined).catch(() => {});
  // Both connections, whichever comes back last: until then something may have been said that was not heard.
  let missing = false;
  listener.on('reconnecting', () => {
    missing = true;
  });
  async function beat() {
    // First who leads, then what was missed: two that led meanwhile do not both ask again.
    const together = await leases.beat();
    missing ||= !together;
    if (!missing || !together || !listener.isReady) return;
    missing = false;
    for (const all of hearers.values()) for (const { missed } of all) missed();
  }
  for (const connection of [client, listener]) connection.on('ready', beat);
  await beat();
  const beating = setInterval(beat, BEAT_MS).unref();

  return {
    take: leases.take,
    ended: leases.next,
    lead: leases.lead,
    say: (topic, text) => void publish(said(me, 'said', topic, text)).catch(() => {}),
    hear(topic, hearer) {
      const all = hearers.get(topic) ?? new Set();
      hearers.set(topic, all.add(hearer));
      return () => {
        all.delete(hearer);
        if (all.size === 0 && hearers.get(topic) === all) hearers.delete(topic);
      };
    },
    read: (name) =>
      ask(() => client.get(valueKey(name))).then(
        (text) => text ?? undefined,
        () => undefined,
      ),
    write: (name, text, keepMs) =>
      ask(() => client.set(valueKey(name), text, { expiration: { type: 'PX', value: keepMs } })).then(
        () => true,
        () => false,
      ),
    size: members.size,
    onSize: members.onSize,
    async [Symbol.asyncDispose]() {
      clearInterval(beating);
      await leases.close();
      await ask(() => client.zRem(MEMBERS, me)).catch(() => {});
      for (const connection of [client, listener]) if (connection.isOpen) connection.destroy();
    },
  };
}

const said = (by: string, kind: 'said' | 'ended' | 'failed', topic: string, text = '') =>
  `${by} ${kind} ${topic}\n${text}`;

function createMembers() {
  const watchers: ((size: number) => void)[] = [];
  let size = 1;
  let fewerSince: number | null = null;
  return {
    size: () => size,
    /** Fewer are believed after a while only: when Redis returns, one comes back before the other. */
    are(now: number) {
      if (now < size) {
        fewerSince ??= systemClock.monotonic();
        if (systemClock.monotonic() - fewerSince < LEASE_MS) return;
      }
      fewerSince = null;
      if (now === size) return;
      size = now;
      for (const changed of watchers) changed(size);
    },
    onSize(changed: (size: number) => void) {
      watchers.push(changed);
      changed(size);
    },
  };
}

type Standing = { name: string; token: string; leading: boolean | undefined; heard: (leading: boolean) => void };
type Commands = {
  me: string;
  /** Whether each is held now. */
  beat: (names: string[], tokens: string[]) => Promise<boolean[]>;
  claim: (name: string, token: string) => ReturnType<Ask>;
  release: (name: string, token: string, failed: boolean) => Promise<unknown>;
};

/** What this instance holds or stands for, and who here waits for the end of what others hold. */
function createLeases({ me, ...redis }: Commands) {
  const standings = new Set<Standing>();
  const waiting = new Map<string, Set<(failed: boolean) => void>>();
  let count = 0;
  let heardOfRedis = Number.NEGATIVE_INFINITY;
  const newToken = () => `${me}:${count++}`;

  function decide(standing: Standing, leading: boolean) {
    // It may have stepped down while it was asked for.
    if (!standings.has(standing) || standing.leading === leading) return;
    standing.leading = leading;
    standing.heard(leading);
  }

  // One answer that is late makes nobody leave the fleet.
  const isAlone = () => systemClock.monotonic() - heardOfRedis > LEASE_MS;

  async function attempt(some: Standing[]): Promise<void> {
    try {
      const held = await redis.beat(
        some.map(({ name }) => name),
        some.map(({ token }) => token),
      );
      heardOfRedis = systemClock.monotonic();
      some.forEach((standing, index) => {
        decide(standing, held[index]!);
      });
    } catch {
      if (isAlone()) for (const standing of some) decide(standing, true);
    }
  }

  /** False while this instance is on its own. */
  async function beat(): Promise<boolean> {
    const all = [...standings];
    await attempt(all.slice(0, NAMES_A_SCRIPT));
    for (let from = NAMES_A_SCRIPT; from < all.length; from += NAMES_A_SCRIPT)
      await attempt(all.slice(from, from + NAMES_A_SCRIPT));
    return !isAlone();
  }

  async function leave(standing: Standing, failed: boolean): Promise<void> {
    if (!standings.delete(standing)) return;
    // Whatever is known here: a beat that is on its way may have taken it.
    await redis.release(standing.name, standing.token, failed).catch(() => {});
  }

  return {
    beat,
    async take(name: string): Promise<Lease | null> {
      const standing: Standing = { name, token: newToken(), leading: true, heard: () => {} };
      try {
        if ((await redis.claim(name, standing.token)) === null) return null;
      } catch {
        return UNSHARED;
      }
      standings.add(standing);
      // What another has taken meanwhile is not ours to renew.
      standing.heard = () => void standings.delete(standing);
      return { release: (failed) => void leave(standing, failed) };
    },
    lead(name: string, heard: (leading: boolean) => void) {
      const standing: Standing = { name, token: newToken(), leading: undefined, heard };
      standings.add(standing);
      void attempt([standing]);
      return () => void leave(standing, false);
    },
    next(name: string): Promise<boolean> {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const all = waiting.get(name) ?? new Set();
      waiting.set(name, all.add(resolve));
      const timer = setTimeout(resolve, BEAT_MS, false).unref();
      return promise.finally(() => {
        clearTimeout(timer);
        all.delete(resolve);
        if (all.size === 0 && waiting.get(name) === all) waiting.delete(name);
      });
    },
    ended(name: string, failed: boolean) {
      for (const resolve of waiting.get(name) ?? []) resolve(failed);
      const next = [...standings].filter((standing) => standing.name === name && !standing.leading);
      if (next.length > 0) void attempt(next);
    },
    close: async () => void (await Promise.all([...standings].map((standing) => leave(standing, false)))),
  };
}
