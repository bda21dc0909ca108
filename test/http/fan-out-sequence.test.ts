import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { type Event, gauge, type Served } from '../e2e/serve.ts';
import { serve as serveHttp } from '../infra/server.ts';
import { memoryInUse } from '../support/memory.ts';
import { ALL, serveRecord, take } from '../support/record-gateway.ts';
import { streamAt, UPDATES } from '../support/results-stream.ts';

const COUNTIES = { post: 'PRESIDENT', level: 'COUNTY' };
const MANY = 40;
/** With events so long that they are much more than any buffer on the way takes. */
const LONG = `subscription ($filter: ResultsUpdatedFilter!) {
  resultsUpdated(filter: $filter) {
    cursor version { logIndex tallies { ${Array.from({ length: 80 }, (_, n) => `${'v'.repeat(60)}${n}: votes`).join(' ')} } }
  }
}`;

const follow = ({ url }: Served, query = UPDATES, lastEventId: string | null = null) => {
  const left = new AbortController();
  onTestFinished(() => left.abort());
  return streamAt(url, { query, variables: { filter: COUNTIES }, lastEventId, signal: left.signal });
};
const indexes = (events: Event[]): number[] => events.map(({ data }) => data.resultsUpdated.version.logIndex);
const streams = (gateway: Served) => gauge(gateway, 'gateway_record_followers');

it('many who watch alike are sent each version once, in order, and each is answered once for all', async () => {
  const told: string[] = [];
  const collector = await serveHttp(async (asked, response) => {
    told.push(await text(asked));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const gateway = await serveRecord({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await gateway.change();
  const open = Array.from({ length: MANY }, () => follow(gateway));
  const seen = await Promise.all(open.map((events) => take(events, ALL)));
  const size = (await gateway.recorded()).length;
  const rounds = 3;
  for (let round = 0; round < rounds; round++) {
    await gateway.change();
    const added = (await gateway.recorded()).length - Math.max(...indexes(seen[0]!)) - 1;
    await Promise.all(open.map(async (events, n) => seen[n]!.push(...(await take(events, added)))));
    // All have caught up with the one stream.
    await expect.poll(() => streams(gateway)).toBe(1);
  }
  const all = await gateway.recorded();
  for (const events of seen) {
    expect(indexes(events).slice(ALL)).toEqual(Array.from({ length: all.length - size }, (_, n) => size + n));
    expect(events.map(({ id }) => id)).toEqual(seen[0]!.map(({ id }) => id));
  }
  await gateway.server.close();
  const executions = told.join().split('{"key":"gateway.phase","value":{"stringValue":"event"}}').length - 1;
  // Each for all who come to it within a second: the present may have been read in two of them.
  expect(executions).toBeGreaterThanOrEqual(seen[0]!.length);
  expect(executions).toBeLessThanOrEqual(seen[0]!.length + 2 * ALL);
});

it('who reads nothing while much is said goes on where it was, without being waited for', async () => {
  const gateway = await serveRecord();
  await gateway.change();
  const [slow, other] = [follow(gateway, LONG), follow(gateway, LONG)];
  const seen = indexes(await take(slow, ALL));
  await take(other, ALL);
  await gateway.change();
  const first = (await gateway.recorded()).length - seen.at(-1)! - 1;
  seen.push(...indexes(await take(slow, first)));
  await take(other, first);
  await expect.poll(() => streams(gateway)).toBe(1);
  for (let round = 0; round < 8; round++) {
    const before = (await gateway.recorded()).length;
    await gateway.change();
    await take(other, (await gateway.recorded()).length - before);
  }
  const all = (await gateway.recorded()).map(({ index }: { index: number }) => index);
  // What its socket did not take is read anew, by a stream of its own.
  await expect
    .poll(async () => {
      seen.push(...indexes(await take(slow, 1)));
      return streams(gateway);
    })
    .toBe(2);
  while (seen.at(-1) !== all.at(-1)) seen.push(...indexes(await take(slow, 1)));
  expect(seen).toEqual(all.slice(all.indexOf(seen[0]!)));
  await gateway.change();
  await take(slow, 1);
  await expect.poll(() => streams(gateway)).toBe(1);
});

it('keeps no answer for longer than others may ask for it', async () => {
  const gateway = await serveRecord();
  await gateway.change();
  const events = follow(gateway, LONG);
  await take(events, ALL);
  const before = memoryInUse().arrayBuffers;
  for (let round = 0; round < 8; round++) {
    const recorded = (await gateway.recorded()).length;
    await gateway.change();
    await take(events, (await gateway.recorded()).length - recorded);
  }
  // Some 300 answers of 10 KB, each written for both ways.
  await expect.poll(() => memoryInUse().arrayBuffers - before).toBeLessThan(2 * 1024 * 1024);
});

it('who comes back goes on with the others, also where its last event is long past', async () => {
  const gateway = await serveRecord();
  await gateway.change();
  const stays = follow(gateway);
  const [early] = await take(stays, ALL);
  await gateway.change();
  await take(stays, (await gateway.recorded()).length - indexes([early!])[0]! - ALL);
  const back = follow(gateway, UPDATES, early!.id);
  const missed = (await gateway.recorded()).length - indexes([early!])[0]! - 1;
  expect(indexes(await take(back, missed))).toEqual(
    Array.from({ length: missed }, (_, n) => indexes([early!])[0]! + 1 + n),
  );
  await expect.poll(() => streams(gateway)).toBe(1);
});
