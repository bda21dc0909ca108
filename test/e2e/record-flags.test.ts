import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { manualClock, post, startGateway } from '../support/gateway.ts';
import { type RecordedNight, type Said, startRecordedNight } from '../support/recorded-night.ts';
import { ARCHIVE, describeRecordings } from '../support/recordings.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const MINUTE = 60_000;
const FLAGS = 'recordFlags(first: 100) { code message before { version asOf } after { version asOf flags } }';

/** As `code before→after`, newest first. */
async function flags(night: RecordedNight, county?: string, args = ''): Promise<string[]> {
  const { recordFlags } = await night.result(FLAGS, county, args);
  return recordFlags.map(({ code, before, after }: Shape) => `${code} ${before.version}→${after.version}`);
}

/** Waits for the index of places, without which nobody knows that a count is partial. */
const PLACES = '{ country { result(post: PRESIDENT) { stationsTotal } } }';

const said = (stations: number, votes: number): Said => ({ stations, votes: { A: 2 * votes, B: votes } });

/** Asked for again each ten minutes; the last reading is so many minutes after the first that counts. */
async function rest({ clock, read }: RecordedNight, minutes: number, county?: string): Promise<void> {
  for (let left = minutes; left > 0; left -= 10) {
    clock.advance((Math.min(left, 10) - 1) * MINUTE);
    await read(county);
  }
}

describe('a feed that contradicts itself', () => {
  it('is flagged while it rests, and once it moved again; not before it ever moved, when it was not asked, or when complete', async () => {
    const night = await startRecordedNight();
    await night.query(PLACES);
    await night.see(said(1, 10));
    await night.see(said(2, 20));
    await rest(night, 29);
    expect(await flags(night)).toEqual([]);
    await rest(night, 1);
    expect(await flags(night)).toEqual(['FEED_STALLED 1→2']);
    await rest(night, 20);
    const { recordFlags } = await night.result(FLAGS);
    expect(recordFlags).toMatchObject([
      {
        message: 'This partial count did not move for 50 minutes, though the source went on answering.',
        // The version itself said nothing wrong.
        after: { version: 2, flags: [] },
      },
    ]);
    await night.see(said(3, 30));
    expect((await night.result(FLAGS)).recordFlags).toMatchObject([
      {
        code: 'FEED_STALLED',
        message:
          'This partial count did not move for 51 minutes, though the source went on answering. Then it moved again.',
        ...{ before: { version: 2 }, after: { version: 3, flags: ['FEED_STALLED'] } },
      },
    ]);
    await night.see(said(4, 40));
    await rest(night, 20);
    expect(await flags(night)).toEqual(['FEED_STALLED 2→3']);
    // A second time is another one.
    await rest(night, 20);
    expect(await flags(night)).toEqual(['FEED_STALLED 3→4', 'FEED_STALLED 2→3']);
    await night.see(said(5, 50));
    expect(await flags(night)).toEqual(['FEED_STALLED 4→5', 'FEED_STALLED 2→3']);

    // Elsewhere it had not moved before.
    const other = night.counties[1]!;
    await night.see(said(1, 10), other);
    await rest(night, 60, other);
    expect(await flags(night, other)).toEqual([]);
    await night.see(said(2, 20), other);
    // Nobody asked meanwhile: nobody knows whether it rested.
    night.clock.advance(60 * MINUTE);
    await night.see(said(3, 30), other);
    expect(await flags(night, other)).toEqual([]);
    // The source was asked, and said nothing.
    night.sandbox.faults.clear();
    night.sandbox.faults.set({ kind: 'status', status: 500 });
    night.clock.advance(60 * MINUTE);
    expect(await night.result('stale recordFlags { code }', other)).toEqual({ stale: true, recordFlags: [] });
    const { stationsTotal } = await night.result('stationsTotal', other);
    await night.see(said(stationsTotal, 40), other);
    await rest(night, 60, other);
    expect(await night.result('status stale', other)).toEqual({ status: 'COMPLETE', stale: false });
    expect(await flags(night, other)).toEqual([]);
    // A complete count that is corrected did not stall.
    await night.see(said(stationsTotal, 41), other);
    expect(await flags(night, other)).toEqual(['FIGURES_CHANGED_WITHOUT_STATIONS 4→5']);
  });

  it('that falls back, loses stations or changes without them is flagged, each once', async () => {
    const night = await startRecordedNight();
    const times: number[] = [];
    for (const one of [
      said(10, 100),
      said(11, 110),
      // One candidate has fewer votes, from more stations.
      { stations: 12, votes: { A: 260, B: 90 } },
      { stations: 9, votes: { A: 300, B: 95 } },
      { stations: 9, votes: { A: 300, B: 95 }, rejected: 8 },
      { stations: 10, votes: { A: 310, B: 99 }, rejected: 8 },
      // Everything at once.
      { stations: 8, votes: { A: 1, B: 2, C: 500 }, rejected: 8 },
      { stations: 8, votes: { A: 0, B: 2, C: 500 }, rejected: 8 },
    ]) {
      times.push(await night.see(one));
      // Read again and again, it is said once.
      await night.read();
    }
    const expected = [
      'VOTES_DECREASED 7→8',
      'FIGURES_CHANGED_WITHOUT_STATIONS 7→8',
      'VOTES_DECREASED 6→7',
      'STATIONS_DECREASED 6→7',
      'FIGURES_CHANGED_WITHOUT_STATIONS 4→5',
      'STATIONS_DECREASED 3→4',
      'VOTES_DECREASED 2→3',
    ];
    expect(await flags(night)).toEqual(expected);
    const { recordFlags } = await night.result(FLAGS);
    expect(recordFlags.map(({ message }: Shape) => message)).toEqual([
      'CANDIDATE A has 1 fewer votes in version 8 than in version 7.',
      'Figures are others in version 8 than in version 7, from as many polling stations.',
      'CANDIDATE A has 309 fewer votes in version 7 than in version 6. So has one other.',
      '2 fewer polling stations are said to have reported in version 7 than in version 6.',
      'Figures are others in version 5 than in version 4, from as many polling stations.',
      '3 fewer polling stations are said to have reported in version 4 than in version 3.',
      'CANDIDATE B has 20 fewer votes in version 3 than in version 2.',
    ]);
    for (const { before, after } of recordFlags) {
      const [from, to] = [before, after].map(({ version }) => new Date(times[version - 1]!).toISOString());
      expect([before.asOf, after.asOf]).toEqual([from, to]);
    }
    // What was known then: no flag of what came later. Versions are counted by `first`, not their flags.
    const at = new Date(times[4]!).toISOString();
    expect(await flags(night, undefined, `at: "${at}"`)).toEqual(expected.slice(4));
    const few = await night.result('recordFlags(first: 2) { code }');
    expect(few.recordFlags).toHaveLength(4);
  });
});

/** Whatever was recorded, line by line. */
async function recorded(app: App): Promise<Shape[]> {
  const response = await app.fetch(new Request('http://gateway/export/history.ndjson'));
  return (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

it("the sandbox's count raises none, from its first minute until long after its last", async () => {
  const clock = manualClock();
  const env = { STALE_AFTER_MS: '30000', STRANGER_COST_PER_MINUTE: '1000000000' };
  const { query, app } = await startGateway({ clock, sandbox: { now: clock.now }, env });
  const of = (post: string, fields: string) => `results(filter: { post: ${post} }, first: 100) { ${fields} }`;
  const text = `{ country { result(post: PRESIDENT) { ...F } }
    counties: ${of('GOVERNOR', 'nodes { ...F }')} constituencies: ${of('MEMBER_OF_NATIONAL_ASSEMBLY', 'totalCount')} }
    fragment F on ContestResult { status recordFlags { code } history(first: 1) { totalCount } }`;
  const look = async () => {
    const { data, errors } = await query(text);
    expect(errors).toBeUndefined();
    return [data.country.result, ...data.counties.nodes];
  };
  await query(PLACES);
  for (let minute = 0; minute <= 30; minute += 3) {
    const all = await look();
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([minute < 30 ? 'PARTIAL' : 'COMPLETE']));
    expect(all.flatMap(({ recordFlags }) => recordFlags)).toEqual([]);
    clock.advance(3 * MINUTE);
  }
  for (const minutes of [31, 600]) {
    clock.advance(minutes * MINUTE);
    for (const one of await look()) {
      expect(one).toMatchObject({ status: 'COMPLETE', recordFlags: [], history: { totalCount: 11 } });
    }
  }
  const lines = await recorded(app);
  expect(lines.length).toBeGreaterThan(10 * (1 + 47 + 290));
  expect(lines.filter(({ flags: raised }) => raised.length > 0)).toEqual([]);
});

describeRecordings('what was recorded in 2013', () => {
  it('raises none, however often and long it is read', async () => {
    const clock = manualClock();
    const env = { IEBC_ARCHIVE: ARCHIVE, IEBC_ELECTION: 'GEK2013', STRANGER_COST_PER_MINUTE: '1000000000' };
    const dataDir = mkdtempSync(join(tmpdir(), 'gateway-'));
    const config = readConfig({ ...env, IEBC_PLACES_INDEX: 'on-demand', STALE_AFTER_MS: '30000', DATA_DIR: dataDir });
    const app = await createApp(config, { clock, log: createLog('silent') });
    try {
      const text = `{ counties { result(post: PRESIDENT) { ...F } constituencies { result(post: PRESIDENT) { ...F } } } }
        fragment F on ContestResult { recordFlags { code } history(first: 1) { totalCount } }`;
      for (const minutes of [0, 40, 600]) {
        clock.advance(minutes * MINUTE);
        const { data, errors } = await post(app, text);
        // Not everything was recorded then; what was is answered.
        expect(new Set(errors?.map(({ extensions }) => extensions.sourceStatus))).toEqual(new Set(['NOT_IN_ARCHIVE']));
        const places = data.counties.flatMap((county: Shape) => [county, ...county.constituencies]);
        const results = places.map(({ result }: Shape) => result).filter((one: Shape) => one !== null);
        expect(results.length).toBeGreaterThan(200);
        expect(results.flatMap(({ recordFlags }: Shape) => recordFlags)).toEqual([]);
        expect(Math.max(...results.map(({ history }: Shape) => history.totalCount))).toBe(1);
      }
      expect((await recorded(app)).filter(({ flags: raised }) => raised.length > 0)).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
