import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IebcSandbox, startIebcSandbox } from '../../../src/sandbox/iebc/index.ts';
import {
  type Client,
  connect,
  type Filters,
  handClock,
  type LocationEntry,
  MINUTE,
  type PlaceEntry,
} from './client.ts';

const clock = handClock();
let sandbox: IebcSandbox;
let client: Client;
let counties: PlaceEntry[];

const places = async (path: string, filters: Filters = {}): Promise<PlaceEntry[]> =>
  (await client.get(path, filters)).region.locations;

async function figures(level: string, code: string, filters: Filters): Promise<LocationEntry | undefined> {
  const { contests } = await client.get(`/results/${level}/${code}/`, filters);
  expect(contests).toHaveLength(1);
  const { locations } = contests[0]!;
  return locations?.[0];
}

const FIGURES = ['valid', 'rejected', 'spoilt', 'disputed', 'reported'] as const;

/** The figures of several places as if they were one. */
function added(locations: (LocationEntry | undefined)[]): Record<string, number> {
  const sum: Record<string, number> = Object.fromEntries(FIGURES.map((name) => [name, 0]));
  for (const location of locations) {
    if (location === undefined) continue;
    for (const name of FIGURES) sum[name]! += location[name];
    for (const { code, votes } of location.results) sum[code] = (sum[code] ?? 0) + votes;
  }
  return sum;
}

beforeAll(async () => {
  sandbox = await startIebcSandbox({ now: clock.now });
  client = await connect(sandbox);
  counties = await places('/county/');
  // Somewhere in the middle of the night, when nothing is complete.
  clock.advance(9 * MINUTE);
});
afterAll(() => sandbox.close());

describe('figures', () => {
  it('of the country are the sum of its counties', async () => {
    const parts = await Promise.all(counties.map(({ code }) => figures('county', code, { post: 1 })));
    expect(added(parts)).toEqual(added([await figures('country', 'KE', { post: 1 })]));
  });

  it.each([1, 2, 3, 5])('of a county are the sum of its constituencies, post %i', async (post) => {
    for (const county of counties.slice(0, 6)) {
      const inside = await places('/constituency/', { county: county.code });
      const parts = await Promise.all(inside.map(({ code }) => figures('constituency', code, { post })));
      expect(added(parts)).toEqual(added([await figures('county', county.code, { post })]));
    }
  });

  it.each([1, 2, 3, 4, 5])('of a constituency are the sum of its wards, post %i', async (post) => {
    for (const constituency of (await places('/constituency/')).slice(0, 20)) {
      const inside = await places('/ward/', { constituency: constituency.code });
      const parts = await Promise.all(inside.map(({ code }) => figures('ward', code, { post })));
      expect(added(parts)).toEqual(added([await figures('constituency', constituency.code, { post })]));
    }
  });

  it.each([1, 4, 6])('of a ward are the sum of its stations that have reported, post %i', async (post) => {
    for (const ward of (await places('/ward/')).slice(0, 6)) {
      const whole = await figures('ward', ward.code, { post });
      const { reporting } = await client.get(`/reporting/${ward.code}/`, { post });
      expect(reporting).toHaveLength(whole?.reported ?? 0);
      const votes: Record<string, number> = {};
      for (const { code } of (await client.get('/pollingstation/', { ward: ward.code })).polling_stations) {
        const { results } = await client.get(`/results/pollingstation/${code}/`, { post });
        expect(results.length).toBe(reporting.includes(code) ? 1 : 0);
        for (const { name, votes: own } of results[0]?.results ?? []) votes[name] = (votes[name] ?? 0) + own;
      }
      const expected: Record<string, number> = {};
      for (const { name, votes: all } of whole?.results ?? []) expected[name] = (expected[name] ?? 0) + all;
      expect(votes).toEqual(expected);
    }
  });

  it('stay below the register, and `valid` is the sum of votes but for three wards', async () => {
    const wards = await places('/ward/');
    const odd = new Set<string>();
    for (const { code } of wards) {
      for (const { locations } of (await client.get(`/results/ward/${code}/`, { election: 'GEK2013-TEST' })).contests) {
        for (const { registered, valid, rejected, disputed, reported, turnout, results } of locations ?? []) {
          const votes = results.reduce((sum, result) => sum + result.votes, 0);
          expect(votes + rejected + disputed).toBeLessThanOrEqual(Number(registered));
          expect(Math.min(...results.map((result) => result.votes), reported - 1)).toBeGreaterThanOrEqual(0);
          expect(turnout % 1).not.toBe(0);
          if (valid !== votes) {
            expect(valid).toBe(votes + disputed);
            odd.add(code);
          }
        }
      }
    }
    expect(odd.size).toBeGreaterThan(0);
    expect(odd.size).toBeLessThanOrEqual(3);
  });
});

describe('the form', () => {
  it('is that of the recordings', async () => {
    const county = counties[0]!;
    const { contests } = await client.get(`/results/county/${county.code}/`, { post: 3 });
    const [contest] = contests;
    expect(Object.keys(contest!)).toEqual(['contest_id', 'contest_type', 'locations', 'contest']);
    expect(contest).toMatchObject({ contest: county.name, contest_type: '3' });
    const [location] = contest!.locations!;
    expect(location).toMatchObject({
      location: county.name,
      location_id: county.code,
      location_type: 'county',
      registered: county.registered,
      reporting_ps: { ps_reporting: [], ps_location_total: [] },
    });
    const codes = location!.results.map(({ code }) => code);
    expect(codes).toEqual([...codes].sort());
  });

  it('says how many stations report, of how many, for counties’ governors, as later clients read it', async () => {
    const county = counties[0]!;
    const { contests } = await client.get(`/results/county/${county.code}/`, { post: 2 });
    const { reported, reporting_ps } = contests[0]!.locations![0]!;
    const [constituency] = await places('/constituency/', { county: county.code });
    expect(reporting_ps).toEqual({ ps_reporting: reported, ps_location_total: expect.any(Number) });
    expect(reporting_ps.ps_location_total).toBeGreaterThanOrEqual(reported);
    const below = await client.get(`/results/constituency/${constituency!.code}/`, { post: 2 });
    expect(below.contests[0]!.locations![0]!.reporting_ps).toEqual({ ps_reporting: [], ps_location_total: [] });
  });

  it('pads a party’s abbreviation, calls its picture `symbol`, and leaves an independent an empty party', async () => {
    const { contests } = await client.get('/results/post/6/');
    const parties = contests.flatMap(({ locations }) =>
      (locations ?? []).flatMap(({ results }) => results.map(({ party }) => party)),
    );
    expect(contests).toHaveLength(1451);
    const independents = parties.filter(({ code }) => code === undefined);
    expect(independents.length).toBeGreaterThan(100);
    for (const party of independents) expect(party).toEqual({});
    for (const party of parties) {
      if (party.code === undefined) continue;
      expect(Object.keys(party)).toEqual(['color', 'symbol', 'code', 'name', 'abr']);
      expect(party.abr).toHaveLength(10);
    }
  });

  it('has nothing for posts that a level does not count', async () => {
    const [constituency] = await places('/constituency/');
    for (const [level, code, post] of [
      ['county', counties[0]!.code, 4],
      ['county', counties[0]!.code, 6],
      ['constituency', constituency!.code, 6],
      ['country', 'KE', 2],
    ] as const) {
      expect((await client.get(`/results/${level}/${code}/`, { post })).contests).toEqual([{}]);
    }
  });

  it('of what has not reported comes empty, without locations or with null', async () => {
    const early = await startIebcSandbox({ now: () => 0 });
    const { get } = await connect(early);
    const { contests } = await get('/results/post/6/');
    const empty = contests.filter(({ locations }) => !locations);
    const forms = new Set(empty.map((contest) => `${Object.keys(contest).length} ${contest.locations}`));
    expect([...forms].sort()).toEqual(['0 undefined', '3 undefined', '4 null']);
    await early.close();
  });
});

describe('other ways to ask', () => {
  it('lead to the same figures', async () => {
    const [ward] = await places('/ward/', { county: counties[3]!.code });
    const straight = await client.get(`/results/ward/${ward!.code}/`, { post: 1 });
    const contest = straight.contests[0]!.contest_id;
    expect(await client.get('/results/post/1/', { ward: ward!.code })).toEqual(straight);
    expect(await client.get(`/results/contest/${contest}/`, { ward: ward!.code })).toEqual(straight);
    expect(await client.get(`/results/ward/${ward!.code}/`, { contest })).toEqual(straight);
    const other = { ward: ward!.code, county: counties[4]!.code };
    expect((await client.get('/results/post/1/', other)).contests).toEqual([{}]);
  });

  it('by party show that party only', async () => {
    const { parties } = await client.get('/party/');
    const county = counties[2]!.code;
    let found = 0;
    for (const { code } of parties) {
      const { contests } = await client.get(`/results/party/${code}/`, { county });
      expect(await client.get(`/results/county/${county}/`, { party: code })).toMatchObject({ contests });
      for (const { locations } of contests) {
        for (const result of locations?.[0]?.results ?? []) {
          expect(result.party.code).toBe(code);
          found += 1;
        }
      }
    }
    expect(found).toBeGreaterThan(8);
  });
});

describe('contests and candidates', () => {
  it('are those of a general election', async () => {
    const { contests } = await client.get('/contest/');
    const byPost = [1, 2, 3, 4, 5, 6].map(
      (post) => contests.filter(({ contestType }) => contestType === `${post}`).length,
    );
    expect(byPost).toEqual([1, 47, 47, 290, 47, 1451]);
    const baringo = counties.find(({ name }) => name === 'BARINGO')!;
    const { contests: own } = await client.get('/contest/', { county: baringo.code });
    expect(own.map(({ contest }) => contest)).toEqual([
      'Governor - BARINGO (030)',
      'Senator - BARINGO (030)',
      'Women Representative - BARINGO (030)',
    ]);
    expect((await client.get(`/contest/${own[0]!.code}/`)).contest).toEqual(own[0]);
  });

  it('name the same people as results do', async () => {
    const { candidates } = await client.get('/candidate/', { post: 1 });
    expect(candidates).toHaveLength(1);
    expect(candidates[0]!.race).toBe('KENYA');
    const results = (await figures('country', 'KE', { post: 1 }))!.results;
    expect(candidates[0]!.candidates.map(({ code }) => code)).toEqual(results.map(({ code }) => code));
    expect(candidates[0]!.candidates.map((one) => `${one.other_name} ${one.surname}`)).toEqual(
      results.map(({ name }) => name),
    );
    const [first] = candidates[0]!.candidates;
    expect(first!.running_mate).toMatch(/\S/);
    expect(first!.party.picture).toBe(results[0]!.party.symbol);
    expect((await client.get(`/candidate/${first!.code}/`)).candidate).toEqual(first);
    const { candidates: ofParty } = await client.get('/candidate/', { party: first!.party.code!, post: 1 });
    expect(ofParty).toEqual([{ race: 'KENYA', candidates: [first] }]);
  });

  it('never have one code or one party twice in a contest', async () => {
    const { candidates: races } = await client.get('/candidate/');
    const codes = races.flatMap(({ candidates }) => candidates.map(({ code }) => code));
    expect(new Set(codes).size).toBe(codes.length);
    for (const { candidates } of races) {
      const parties = candidates.flatMap(({ party }) => party.code ?? []);
      expect(new Set(parties).size).toBe(parties.length);
    }
  });
});

describe('the by-election', () => {
  const election = '20131017-TEST';

  it('is listed with its places beside the general one', async () => {
    const { elections } = await client.get('/election/');
    expect(elections.map(({ code }) => code)).toEqual(sandbox.elections);
    expect(elections[1]).toMatchObject({ code: election, type: 'By-Election' });
    expect(elections[1]!.locations.map(({ post }) => post)).toEqual(['3', '4', '4', '6', '6', '6', '6', '6']);
  });

  it('is complete, adds up, and is silent everywhere else', async () => {
    const { elections } = await client.get('/election/');
    const code = elections[1]!.locations[0]!.locationID!;
    const whole = await figures('county', code, { post: 3, election });
    const stations = (await client.get('/pollingstation/', { county: code })).polling_stations;
    expect(whole!.reported).toBe(stations.length);
    const inside = await places('/ward/', { county: code });
    const parts = await Promise.all(inside.map((ward) => figures('ward', ward.code, { post: 3, election })));
    expect(added(parts)).toEqual(added([whole]));
    expect((await client.get(`/results/county/${code}/`, { post: 2, election })).contests).toEqual([{}]);
    expect((await client.get('/results/country/KE/', { post: 1, election })).contests).toEqual([{}]);
    expect((await client.get('/reporting/', { post: 3, election })).reporting).toHaveLength(stations.length);
    expect((await client.get('/reporting/', { post: 1, election })).reporting).toEqual([]);
    expect((await client.get('/contest/', { election })).contests).toHaveLength(8);
    expect((await client.get('/party/', { election })).parties.length).toBeLessThan(40);
  });
});
