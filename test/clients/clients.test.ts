import { EventSource } from 'undici';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { serve } from '../e2e/serve.ts';
import * as apollo from './apollo.ts';
import * as eventSource from './event-source.ts';
import * as graphqlRequest from './graphql-request.ts';
import * as plainFetch from './plain-fetch.ts';
import * as relay from './relay.ts';
import * as urql from './urql.ts';

const MINUTE = 60_000;

type Figures = { stationsReported: number | null; tallies: { votes: number }[] };
type Figure = { reported: number; votes: number[] };

const figure = (result: Figures | null | undefined): Figure => ({
  reported: result!.stationsReported!,
  votes: result!.tallies.map(({ votes }) => votes),
});

// Node has it behind a flag, browsers have it.
beforeAll(() => void vi.stubGlobal('EventSource', EventSource));
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
});
