import { createClient, fetchExchange } from '@urql/core';
import { EventSource } from 'undici';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { gauge, serve } from '../e2e/serve.ts';
import { cuttable } from '../support/cuttable.ts';
import { manualClock } from '../support/gateway.ts';
import * as apollo from './apollo.ts';
import * as apolloInParts from './apollo-in-parts.ts';
import * as eventSource from './event-source.ts';
import { CountyInPartsDocument } from './generated/graphql.ts';
import * as graphqlRequest from './graphql-request.ts';
import * as plainFetch from './plain-fetch.ts';
import * as relay from './relay.ts';
import * as urql from './urql.ts';

const MINUTE = 60_000;

type Figures = { stationsReported: number | null; tallies: { votes: number }[] };
type Recorded = { latestVersion: { logIndex: number } };
type Figure = { reported: number; votes: number[] };

const figure = (result: Figures | null | undefined): Figure => ({
  reported: result!.stationsReported!,
  votes: result!.tallies.map(({ votes }) => votes),
});

// Node has it behind a flag, browsers have it; it waits for seconds before it connects anew.
class Impatient extends EventSource {
  constructor(url: string) {
    super(url, { node: { reconnectionTime: 10 } });
  }
}
beforeAll(() => void vi.stubGlobal('EventSource', Impatient));
afterAll(() => void vi.unstubAllGlobals());

it('all show the count, and its changes by themselves', async () => {
  let now = Date.parse('2013-03-04T18:00:00Z');
  const { query, url } = await serve({ sandbox: { now: () => now }, env: { IEBC_POLL_MS: '100' } });
  const { data } = await query('{ counties { code } }');
  const county: string = data.counties[0].code;

  const shown: Record<string, Figure[]> = { apollo: [], urql: [], relay: [], eventSource: [] };
  const failures: unknown[] = [];
  const fail = (error: unknown) => failures.push(error);
  for (const [name, { watchCounty }] of Object.entries({ apollo, urql, relay })) {
    onTestFinished(watchCounty(url, county, (seen) => void shown[name]!.push(figure(seen?.result)), fail));
  }
  onTestFinished(eventSource.watchResult(url, county, (seen) => void shown.eventSource!.push(figure(seen)), fail));

  const readers = [graphqlRequest.readCounty, plainFetch.readCounty];
  const behind = (reported: number) =>
    Object.keys(shown).filter((name) => !((shown[name]!.at(-1)?.reported ?? -1) > reported));
  const latest = () => Object.values(shown).map((seen) => seen.at(-1));
  const read = async () =>
    (await Promise.all(readers.map((readCounty) => readCounty(url, county)))).map((c) => figure(c?.result));
  await expect.poll(() => behind(0)).toEqual([]);
  const [first] = await read();
  expect([...latest(), ...(await read())]).toEqual(Array(6).fill(first));

  for (let before = first!, change = 0; change < 2; change++) {
    now += 5 * MINUTE;
    await expect.poll(() => behind(before.reported)).toEqual([]);
    const [after] = latest();
    expect(latest()).toEqual(Array(4).fill(after));
    expect(after!.votes).not.toEqual(before.votes);
    before = after!;
  }
  expect(failures).toEqual([]);
});

it('an EventSource that is cut off has by itself every version once', async () => {
  const clock = manualClock();
  const env = { RECORD: 'PRESIDENT@county', RECORD_REQUESTS_PER_MINUTE: '1', STALE_AFTER_MS: '30000' };
  const gateway = await serve({ clock, sandbox: { now: clock.now }, env });
  /** The count moves on, and is read; gives back how many versions are recorded. */
  async function change(): Promise<number> {
    clock.advance(MINUTE);
    const text = '{ counties { result(post: PRESIDENT) { latestVersion { logIndex } } } }';
    const { data, errors } = await gateway.query(text);
    expect(errors).toBeUndefined();
    const indexes = data.counties.map(({ result }: { result: Recorded }) => result.latestVersion.logIndex);
    return 1 + Math.max(...indexes);
  }
  const first = await change();
  const network = await cuttable(gateway.server.port);
  const seen: number[] = [];
  const failures: unknown[] = [];
  const show: Parameters<typeof eventSource.followCounties>[1] = ({ version }) => seen.push(version.logIndex);
  const url = `http://127.0.0.1:${network.port}/graphql`;
  onTestFinished(eventSource.followCounties(url, show, (error) => void failures.push(error)));
  await expect.poll(() => seen.length).toBe(first);

  let size = await change();
  await expect.poll(() => seen.length).toBe(size);
  for (let cuts = 0; cuts < 3; cuts++) {
    network.cut();
    await expect.poll(() => gauge(gateway, 'gateway_record_followers')).toBe(0);
    const before = size;
    await change();
    size = await change();
    expect(seen.length).toBe(before);
    network.mend();
    await expect.poll(() => seen.length).toBe(size);
  }
  expect(size).toBeGreaterThan(first + 47);
  expect(seen).toEqual(Array.from({ length: size }, (_, index) => index));
  expect(failures).toEqual([]);
});

it('say what is refused', async () => {
  const { url } = await serve();
  for (const { readCounty } of [graphqlRequest, plainFetch]) {
    await expect(readCounty(url, 'KE/not a county')).rejects.toThrow('a code is');
  }
  const watchers = [apollo.watchCounty, urql.watchCounty, relay.watchCounty, eventSource.watchResult];
  for (const watch of watchers) {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    onTestFinished(watch(url, 'KE/not a county', () => {}, resolve));
    expect(String(await promise)).toContain('a code is');
  }
  const { promise, resolve } = Promise.withResolvers<unknown>();
  onTestFinished(eventSource.followCounties(url, () => {}, resolve));
  expect(String(await promise)).toContain('this gateway follows no level');
});

it('show a county while its result is waited for', async () => {
  const { query, url, sandbox } = await serve({ env: { IEBC_HEADERS_TIMEOUT_MS: '500' } });
  const { data } = await query('{ counties { code name } }');
  const urqlInParts: typeof apolloInParts.showCounty = (endpoint, county, show, fail) => {
    const client = createClient({ url: endpoint, preferGetMethod: false, exchanges: [fetchExchange] });
    const { unsubscribe } = client.query(CountyInPartsDocument, { county }).subscribe(({ data, error }) => {
      if (error) fail(error);
      else if (data) show(data.county);
    });
    return unsubscribe;
  };
  for (const [index, showCounty] of [apolloInParts.showCounty, urqlInParts].entries()) {
    const { code, name } = data.counties[index];
    const shown: unknown[] = [];
    const failures: unknown[] = [];
    // Not answered at first, and so not before the county is shown.
    sandbox.faults.set({ kind: 'hang', path: '/results/', times: 1 });
    onTestFinished(
      showCounty(
        url,
        code,
        (county) => void shown.push(county),
        (error) => void failures.push(error),
      ),
    );
    await expect.poll(() => shown.length, { timeout: 10_000 }).toBe(2);
    expect(shown[0]).toMatchObject({ name });
    expect(shown[0]).not.toHaveProperty('result');
    expect(shown[1]).toMatchObject({ name, result: { stationsReported: expect.any(Number) } });
    expect(failures).toEqual([]);
  }
});
