import { createClient } from '@redis/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectWs, type Event, type Events, gauge, type Served, TRANSPORTS } from '../e2e/serve.ts';
import { canStartRedis, ownRedis } from '../infra/own-redis.ts';
import { demoKey } from '../support/gateway.ts';
import { ALL, serveRecord, take } from '../support/record-gateway.ts';
import { type StreamEvent, streamAt, UPDATES } from '../support/results-stream.ts';

const COUNTIES = { post: 'PRESIDENT', level: 'COUNTY' };

const follow = ({ url }: Pick<Served, 'url'>, variables: Record<string, unknown> = {}, lastEventId?: string) => {
  const left = new AbortController();
  onTestFinished(() => left.abort());
  return streamAt(url, {
    variables: { filter: COUNTIES, ...variables },
    lastEventId: lastEventId ?? null,
    signal: left.signal,
  });
};

const updates = (events: Event[]) => events.map(({ data }) => data.resultsUpdated);
const indexes = (events: Event[]): number[] => updates(events).map(({ version }) => version.logIndex);
const cursor = (event: Event): string => event.data.resultsUpdated.cursor;
const followers = (gateway: Served) => gauge(gateway, 'gateway_record_followers');
const refusal = async (gateway: Served, variables: Record<string, unknown>, lastEventId?: string) => {
  const { value } = await follow(gateway, variables, lastEventId).next();
  return (value as StreamEvent).errors?.[0];
};

describe.each(Object.entries(TRANSPORTS))('over %s', (_name, subscribe) => {
  it('shows every county as it is, then each change, in the order of the record', async () => {
    const gateway = await serveRecord();
    await gateway.change();
    await gateway.change();
    const events = subscribe(gateway, { query: UPDATES, variables: { filter: COUNTIES } });
    const present = await take(events, ALL);
    expect(new Set(updates(present).map(({ result }) => result.id)).size).toBe(ALL);
    expect(indexes(present)).toEqual(indexes(present).toSorted((a, b) => a - b));

    const size = (await gateway.recorded()).length;
    await gateway.change();
    await gateway.change();
    const added = (await gateway.recorded()).length - size;
    expect(added).toBeGreaterThan(ALL);
    const changes = await take(events, added);
    expect(indexes(changes)).toEqual(Array.from({ length: added }, (_, n) => size + n));
    await events.return!();
  });
});

it('each event has the id of the present result, and its version as the latest', async () => {
  const gateway = await serveRecord();
  await gateway.change();
  const events = follow(gateway);
  await gateway.change();
  const { data } = await gateway.query('{ counties { result(post: PRESIDENT) { id } } }');
  const ids = new Set(data.counties.map(({ result }: { result: { id: string } }) => result.id));
  const all = updates(await take(events, ALL));
  for (const { result, version } of all) {
    expect(ids.has(result.id)).toBe(true);
    expect(result.latestVersion.version).toBe(version.version);
    expect(result.stationsReported).toBe(version.stationsReported);
  }
});

describe('resuming', () => {
  it('an event that was not answered is given to who comes back: it has no id', async () => {
    // Of a stream that is answered alone, each event counts.
    const gateway = await serveRecord({ FAST_PATHS: 'off', STRANGER_COST_PER_MINUTE: '1000' });
    const counted = '{ counties { result(post: PRESIDENT) { stationsReported } } }';
    await gateway.query(counted, {}, demoKey(gateway.app));
    const seen: (string | null)[] = [];
    for await (const { id, errors } of follow(gateway)) {
      if (errors) {
        expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
        expect(id).toBeNull();
        break;
      }
      seen.push(id);
    }
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).not.toContain(null);
  });

  it('goes on after any cursor, as `after`, as Last-Event-ID, which is later, and over a WebSocket', async () => {
    const gateway = await serveRecord();
    await gateway.change();
    const events = follow(gateway);
    const seen = await take(events, ALL);
    await gateway.change();
    seen.push(...(await take(events, 10)));
    await events.return();
    await gateway.change();
    const end = (await gateway.recorded()).length;
    for (const { id, data } of seen) expect(id).toBe(data.resultsUpdated.cursor);
    for (const at of [20, ALL - 1, ALL + 9]) {
      const last = seen[at]!;
      const position = indexes([last])[0]!;
      const rest = Array.from({ length: end - position - 1 }, (_, n) => position + 1 + n);
      const ws = connectWs(gateway).iterate({
        query: UPDATES,
        variables: { filter: COUNTIES, after: cursor(last) },
      }) as unknown as Events;
      for (const again of [
        follow(gateway, { after: cursor(last) }),
        follow(gateway, {}, last.id!),
        follow(gateway, { after: cursor(seen[0]!) }, last.id!),
        ws,
      ]) {
        expect(indexes(await take(again, rest.length))).toEqual(rest);
        await again.return!();
      }
    }
  });

  it('refuses a cursor that it never gave: of another list, of what is not recorded yet, of nothing', async () => {
    const gateway = await serveRecord();
    await gateway.change();
    const size = (await gateway.recorded()).length;
    const made = (key: string | number) => Buffer.from(`after:${key}`).toString('base64url');
    for (const bad of [
      made(size),
      made('9'.repeat(15)),
      made('047/PRESIDENT'),
      made(-1),
      made('1e3'),
      'after:1',
      '',
      'é',
    ]) {
      expect(await refusal(gateway, { after: bad }), bad).toMatchObject({
        extensions: { code: 'BAD_USER_INPUT', field: 'after' },
      });
    }
    expect(await refusal(gateway, {}, made(size))).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    const last = follow(gateway, { after: made(size - 1) });
    const waiting = last.next();
    await gateway.change();
    expect(((await waiting).value as StreamEvent).data.resultsUpdated.version.logIndex).toBe(size);
  });
});

describe('within', () => {
  const filterOf = (level: string, within: string) => ({ filter: { post: 'PRESIDENT', level, within } });

  it('a place: only of its own places, of itself, of all', async () => {
    const gateway = await serveRecord();
    const { data } = await gateway.query('{ counties { id code constituencies { code } } }');
    const [first, second] = data.counties;
    await gateway.query(
      '{ counties { result(post: PRESIDENT) { id } constituencies { result(post: PRESIDENT) { id } } } }',
    );
    const placesOf = async (variables: Record<string, unknown>, count: number) => {
      const query = `subscription ($filter: ResultsUpdatedFilter!) {
        resultsUpdated(filter: $filter) { cursor result { reportingUnit { ... on County { code } ... on Constituency { code } } } }
      }`;
      const events = streamAt(gateway.url, { query, variables });
      const shown = updates(await take(events, count)).map(({ result }) => result.reportingUnit.code);
      await events.return();
      return new Set(shown);
    };
    const codes = new Set(first.constituencies.map(({ code }: { code: string }) => code));
    expect(await placesOf(filterOf('CONSTITUENCY', first.code), codes.size)).toEqual(codes);
    expect(await placesOf(filterOf('CONSTITUENCY', first.id), codes.size)).toEqual(codes);
    expect(await placesOf(filterOf('COUNTY', second.code), 1)).toEqual(new Set([second.code]));
    expect((await placesOf(filterOf('COUNTY', 'KE'), ALL)).size).toBe(ALL);
    // What is outside is not told: of a change everywhere each hears its own.
    const events = follow(gateway, filterOf('COUNTY', second.code));
    const [{ data: before }] = (await take(events, 1)) as [StreamEvent];
    await gateway.change();
    const [{ data: after }] = (await take(events, 1)) as [StreamEvent];
    expect(after.resultsUpdated.result.id).toBe(before.resultsUpdated.result.id);
    expect(after.resultsUpdated.version.version).toBe(before.resultsUpdated.version.version + 1);
  });

  it('refuses a place that is below the level, or none', async () => {
    const gateway = await serveRecord();
    const { data } = await gateway.query('{ counties { constituencies { code } } }');
    const [{ code }] = data.counties[0].constituencies;
    for (const within of [code, 'a/b', '']) {
      expect(await refusal(gateway, filterOf('COUNTY', within)), within).toMatchObject({
        extensions: { code: 'BAD_USER_INPUT', field: 'filter.within' },
      });
    }
  });
});

it('refuses what is not followed, and names what is', async () => {
  const gateway = await serveRecord();
  const asked = (filter: Record<string, unknown>) => refusal(gateway, { filter });
  for (const filter of [
    { post: 'GOVERNOR', level: 'COUNTY' },
    { post: 'PRESIDENT', level: 'WARD' },
    { ...COUNTIES, election: 'OTHER' },
  ]) {
    expect(await asked(filter)).toMatchObject({
      message: expect.stringContaining('PRESIDENT@county, PRESIDENT@constituency'),
      extensions: { code: 'BAD_USER_INPUT', field: 'filter' },
    });
  }
  expect(await asked({ post: 'SENATOR', level: 'COUNTRY' })).toMatchObject({
    message: expect.stringContaining('not counted'),
    extensions: { code: 'BAD_USER_INPUT', field: 'filter.level' },
  });
  expect(await asked({ ...COUNTIES, election: '..' })).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  expect(await followers(gateway)).toBe(0);
});

it('says that nothing is followed where nothing is', async () => {
  const gateway = await serveRecord({ RECORD: 'none' });
  expect(await refusal(gateway, {})).toMatchObject({
    message: expect.stringContaining('RECORD'),
    extensions: { code: 'BAD_USER_INPUT', field: 'filter' },
  });
});

describe('the end', () => {
  it('of whoever leaves is at once: nothing stays open', async () => {
    const gateway = await serveRecord();
    await gateway.change();
    const open = Object.values(TRANSPORTS).map((subscribe) =>
      subscribe(gateway, { query: UPDATES, variables: { filter: COUNTIES } }),
    );
    // One that waits for a change, one in the middle of the present, one that has read nothing but its first.
    await Promise.all(open.map((events, n) => take(events, [ALL, 20, 1][n]!)));
    // Each by a stream of its own so far, and one for all who will have caught up.
    expect(await followers(gateway)).toBeGreaterThanOrEqual(3);
    await Promise.all(open.map((events) => events.return!()));
    await expect.poll(() => followers(gateway)).toBe(0);
    await gateway.change();
    expect(gateway.logs()).not.toMatch(/"level":(50|60)/);
  });

  it.each(Object.entries(TRANSPORTS))(
    'of the gateway cuts the stream over %s: a client that is told it is complete would not come back',
    async (_name, subscribe) => {
      const gateway = await serveRecord();
      await gateway.change();
      const events = subscribe(gateway, { query: UPDATES, variables: { filter: COUNTIES } });
      await take(events, ALL);
      const ended = events.next().then(
        ({ done }) => (done ? 'complete' : 'an event'),
        () => 'cut',
      );
      await gateway.server.close();
      expect(await ended).toBe('cut');
    },
  );
});

it('a reader who reads nothing for long gets all of it afterwards', async () => {
  const gateway = await serveRecord();
  await gateway.change();
  // Much more than any buffer on the way takes.
  const tallies = Array.from({ length: 20 }, (_, n) => `t${n}: tallies { votes candidate { code name } }`).join(' ');
  const query = `subscription ($filter: ResultsUpdatedFilter!) {
    resultsUpdated(filter: $filter) { cursor version { logIndex version ${tallies} } }
  }`;
  const events = streamAt(gateway.url, { query, variables: { filter: COUNTIES } });
  const seen = indexes(await take(events, 1));
  for (let n = 0; n < 5; n++) await gateway.change();
  const all = (await gateway.recorded()).map(({ index }) => index);
  // Others are not held up by it.
  const other = follow(gateway);
  await take(other, ALL);
  const count = all.length;
  expect(count).toBeGreaterThan(4 * ALL);
  while (seen.at(-1) !== all.at(-1)) seen.push(...indexes(await take(events, 1)));
  expect(seen).toEqual(all);
});

it('however many watch, the source is asked no more', async () => {
  const gateway = await serveRecord({ RECORD: 'PRESIDENT@county' });
  const asked = () => gateway.upstream().filter((path) => path.startsWith('/results/')).length;
  // The follower's one request of this minute.
  await expect.poll(asked).toBe(1);
  await gateway.change();
  const open = Array.from({ length: 25 }, () => follow(gateway));
  const before = asked();
  await Promise.all(open.map((events) => take(events, ALL)));
  expect(asked()).toBe(before);
  const size = (await gateway.recorded()).length;
  await gateway.change();
  const added = (await gateway.recorded()).length - size;
  await Promise.all(open.map((events) => take(events, added)));
  // What the test itself has asked for.
  expect(asked()).toBe(before + ALL);
});

describe.skipIf(!canStartRedis())('a store that fails', () => {
  const CHUNK = 'gateway:record:leaves:0';

  async function serveOverRedis() {
    const redis = await ownRedis();
    onTestFinished(() => redis[Symbol.asyncDispose]());
    const gateway = await serveRecord({
      REDIS_URL: redis.url,
      ENCRYPTION_KEY: Buffer.alloc(32, 5).toString('base64url'),
    });
    return { redis, ...gateway };
  }
  const failure = { extensions: { code: 'STORAGE_UNAVAILABLE' } };

  it('ends the stream, and says so; whoever comes back with its cursor misses nothing', async () => {
    const gateway = await serveOverRedis();
    await gateway.change();
    await gateway.change();
    const first = follow(gateway);
    const seen = await take(first, 5);
    await first.return();
    const client = createClient({ url: gateway.redis.url });
    await client.connect();
    onTestFinished(() => client.destroy());
    await client.rename(CHUNK, 'away');
    const events = follow(gateway, { after: cursor(seen.at(-1)!) });
    expect(((await events.next()).value as StreamEvent).errors).toMatchObject([failure]);
    expect(await events.next()).toMatchObject({ done: true });
    await expect.poll(() => followers(gateway)).toBe(0);
    await client.rename('away', CHUNK);
    const all = (await gateway.recorded()).map(({ index }) => index);
    const rest = all.filter((index) => index > indexes(seen).at(-1)!);
    expect(indexes(await take(follow(gateway, { after: cursor(seen.at(-1)!) }), rest.length))).toEqual(rest);
  });

  it('nobody is shown an empty record while it is away; who followed goes on when it is back, or is told and comes back', async () => {
    const gateway = await serveOverRedis();
    await gateway.change();
    const events = follow(gateway);
    const shown = await take(events, ALL);
    const seen = indexes(shown);
    await gateway.redis.stop();
    expect(await refusal(gateway, {})).toMatchObject(failure);
    expect(await refusal(gateway, { after: Buffer.from('after:1').toString('base64url') })).toMatchObject(failure);
    await gateway.redis.start();
    await expect.poll(async () => refusal(gateway, {}).catch(() => 'none'), { timeout: 20_000 }).toBeUndefined();
    await gateway.change();
    const all = (await gateway.recorded()).map(({ index }) => index);
    const rest = all.filter((index) => !seen.includes(index));
    expect(rest.length).toBeGreaterThan(0);
    const { value } = await events.next();
    const { errors } = value as StreamEvent;
    if (errors) expect(errors).toMatchObject([failure]);
    const [first, going] = errors
      ? [[], follow(gateway, { after: cursor(shown.at(-1)!) })]
      : [[value as StreamEvent], events];
    expect(indexes([...first, ...(await take(going, rest.length - first.length))])).toEqual(rest);
  });
});
