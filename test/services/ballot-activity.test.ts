import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BallotActivity } from '../../src/domain/ballots.ts';
import { InvalidPayload } from '../../src/domain/ballots.ts';
import { type EventLog, sqliteEventLog } from '../../src/infra/event-log.ts';
import { hmacSha256Hex } from '../../src/infra/hmac.ts';
import { createLog } from '../../src/infra/log.ts';
import { createSealer } from '../../src/infra/sealed.ts';
import { createBallotActivity } from '../../src/services/ballot-activity.ts';
import { canStartRedis, ownRedis, until } from '../infra/own-redis.ts';
import { bearer, deliver, startReceivingGateway, stored } from '../support/electionbuddy.ts';
import { manualClock } from '../support/gateway.ts';

const DAY = 24 * 3_600_000;

/** A service over a log in memory, one day of retention. */
function start(wrap: (events: EventLog) => EventLog = (events) => events) {
  const clock = manualClock();
  const events = wrap(sqliteEventLog(null, 'ballots'));
  const sealer = createSealer(new Uint8Array(32));
  const fingerprint = (text: string) => hmacSha256Hex('a key', text);
  const log = createLog('silent');
  const service = createBallotActivity({ events, clock, retentionMs: DAY, log, sealer, fingerprint });
  onTestFinished(() => service.close());
  const accept = (election: number | string, n: number) => service.accept(JSON.stringify({ election_id: election, n }));
  return { service, clock, events, accept };
}

const numbers = (items: BallotActivity[]) => items.map(({ payload }) => payload.n);

/** The next so many of a stream. */
async function take(stream: AsyncIterator<BallotActivity>, count: number): Promise<unknown[]> {
  const taken: BallotActivity[] = [];
  while (taken.length < count) {
    const { value, done } = await stream.next();
    if (done) throw new Error(`the stream ended after ${taken.length}`);
    taken.push(value);
  }
  return numbers(taken);
}

const follow = (service: ReturnType<typeof start>['service'], options: Parameters<typeof service.follow>[0] = {}) =>
  service.follow(options)[Symbol.asyncIterator]();

describe('following', () => {
  it('tells what is after a position, then what comes, of one election or of all', async () => {
    const { service, accept } = start();
    for (let n = 0; n < 250; n++) await accept(n % 2 ? 'odd' : 'even', n);
    const { items } = await service.page({ first: 10 });
    const after = items[9]!.position;
    const all = follow(service, { after });
    const odd = follow(service, { after, electionCode: 'odd' });
    expect(await take(all, 240)).toEqual(Array.from({ length: 240 }, (_, i) => i + 10));
    expect(await take(odd, 120)).toEqual(Array.from({ length: 120 }, (_, i) => 2 * i + 11));
    const next = [all.next(), odd.next()];
    for (const n of [250, 251]) await accept(n % 2 ? 'odd' : 'even', n);
    expect((await Promise.all(next)).map(({ value }) => value.payload.n)).toEqual([250, 251]);
    expect(await take(all, 1)).toEqual([251]);
  });

  it('begins with the next event when no position is given, also after a purge', async () => {
    const { service, accept, clock, events } = start();
    const first = follow(service);
    const beginning = first.next();
    await accept(1, 1);
    expect((await beginning).value.payload.n).toBe(1);
    clock.advance(2 * DAY);
    await events.purge(clock.now());
    const again = follow(service).next();
    await accept(1, 2);
    expect((await again).value.payload.n).toBe(2);
  });

  it('misses nothing that is added while it reads', async () => {
    // Each time that the end has been read, an event comes before the reader goes to sleep.
    let added = 0;
    const { service, accept } = start((events) => ({
      ...events,
      async read(options) {
        const batch = await events.read(options);
        if (batch.length === 0 && added < 20) await accept(1, added++);
        return batch;
      },
    }));
    expect(await take(follow(service), 20)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('lets a reader leave, and watches for it no longer', async () => {
    let watching = 0;
    const { service, accept } = start((events) => ({
      ...events,
      watch(wake) {
        watching++;
        const stop = events.watch(wake);
        return () => {
          watching--;
          stop();
        };
      },
    }));
    const [waiting, reading, unread] = [follow(service), follow(service), follow(service)];
    const nexts = [waiting.next(), reading.next(), unread.next()];
    await accept(1, 1);
    await Promise.all(nexts);
    expect(watching).toBe(3);
    const sleeping = waiting.next();
    await accept(1, 2);
    await sleeping;
    for (const stream of [waiting, reading, unread]) await stream.return!();
    await until(() => watching === 0);
  });

  it('ends all streams when told to', async () => {
    const { service, accept } = start();
    const streams = [follow(service), follow(service)];
    const nexts = streams.map((stream) => stream.next());
    await accept(1, 1);
    await Promise.all(nexts);
    const ends = streams.map((stream) => stream.next());
    service.endStreams();
    expect(await Promise.all(ends)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  it('tells a reader when the log fails', async () => {
    const { service } = start((events) => ({ ...events, read: () => Promise.reject(new Error('gone')) }));
    await expect(follow(service).next()).rejects.toThrow('gone');
  });
});

describe('an event', () => {
  it('is not accepted when the log fails', async () => {
    const { accept } = start((events) => ({ ...events, append: () => Promise.reject(new Error('full')) }));
    await expect(accept(1, 1)).rejects.toThrow('full');
  });

  it.each(['', '{}', '{"election_id":""}'])('is not %j', async (body) => {
    const { service } = start();
    await expect(service.accept(body)).rejects.toThrow(InvalidPayload);
  });

  it('is new once', async () => {
    const { accept } = start();
    expect([await accept(1, 1), await accept(1, 1), await accept('1', 1), await accept(' 1', 1)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('of an election is found whatever the type of its id', async () => {
    const { service, accept } = start();
    for (const [n, id] of [12, '12', ' 12 ', 13].entries()) await accept(id, n);
    expect(numbers((await service.page({ electionCode: '12', first: 9 })).items)).toEqual([0, 1, 2]);
  });
});

describe('what is stored', () => {
  it('says nothing of a voter or a choice, and another ENCRYPTION_KEY reads none of it, without trouble', async () => {
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'ballots-sealed-'));
    const event = {
      election_id: 1,
      identifier: 'canary-voter',
      email: 'canary@example.org',
      voter_data: { x: 'canary' },
    };
    const open = (byte: number) =>
      startReceivingGateway({ env: { DATA_DIR, ENCRYPTION_KEY: Buffer.alloc(32, byte).toString('base64url') } });
    const first = await open(1);
    for (let times = 0; times < 2; times++) expect(await deliver(first, event)).toBe(204);
    expect(await stored(first)).toEqual([event]);
    await first.app.close();
    const files = readdirSync(DATA_DIR).map((name) => readFileSync(join(DATA_DIR, name), 'latin1'));
    expect(files.join('')).not.toContain('canary');
    expect(statSync(join(DATA_DIR, 'ballots.sqlite')).mode & 0o777).toBe(0o600);

    const other = await open(2);
    expect(await stored(other)).toEqual([]);
    expect(other.logs()).toContain('another ENCRYPTION_KEY');
    const later = { election_id: 1, identifier: 'later' };
    expect(await deliver(other, later)).toBe(204);
    expect(await stored(other)).toEqual([later]);
  });
});

describe('the retention time', () => {
  it('ends what is older, at the next start; positions go on', async () => {
    const clock = manualClock();
    const env = { DATA_DIR: `${process.env.TMPDIR ?? '/tmp'}/retention-${clock.uuid()}`, BALLOT_RETENTION_DAYS: '2' };
    const cursors = '{ ballotActivity { totalCount nodes { id cursor } } }';
    const open = async () => {
      const gateway = await startReceivingGateway({ env, clock });
      return {
        ...gateway,
        page: async () => (await gateway.query(cursors, {}, bearer('auditor'))).data.ballotActivity,
      };
    };
    const first = await open();
    await deliver(first, { election_id: 1, n: 1 });
    clock.advance(DAY);
    await deliver(first, { election_id: 1, n: 2 });
    const before = await first.page();
    await first.app.close();

    clock.advance(DAY);
    const second = await open();
    expect(await second.page()).toEqual(before);
    await second.app.close();
    clock.advance(1);
    const third = await open();
    expect(await stored(third)).toEqual([{ election_id: 1, n: 2 }]);
    const [gone, left] = before.nodes;
    const node = 'query ($id: ID!) { node(id: $id) { id } }';
    expect((await third.query(node, { id: gone.id }, bearer('auditor'))).data.node).toBeNull();
    expect((await third.query(node, { id: left.id }, bearer('auditor'))).data.node).toEqual({ id: left.id });
    await third.app.close();

    clock.advance(DAY);
    const fourth = await open();
    expect(await stored(fourth)).toEqual([]);
    // The same event can come again; its place is a new one, and a reader's old cursor is before it.
    await deliver(fourth, { election_id: 1, n: 1 });
    const after = await fourth.page();
    expect(after.nodes[0].id).toBe(gone.id);
    expect([gone.cursor, left.cursor]).not.toContain(after.nodes[0].cursor);
    const { data } = await fourth.query(
      'query ($after: String) { ballotActivity(after: $after) { nodes { id } } }',
      { after: left.cursor },
      bearer('auditor'),
    );
    expect(data.ballotActivity.nodes).toEqual([{ id: gone.id }]);
  });

  it.skipIf(!canStartRedis())('is looked after quietly over Redis too', async () => {
    await using redis = await ownRedis();
    const gateway = await startReceivingGateway({ env: { REDIS_URL: redis.url } });
    const event = { election_id: 1, n: 1 };
    await until(async () => (await deliver(gateway, event)) === 204);
    expect(await stored(gateway)).toEqual([event]);
    expect(gateway.logs()).not.toContain('could not be deleted');
    await gateway.app.close();
  });
});
