import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVELS, POSTS, type Post } from '../../src/domain/posts.ts';
import type { ContestResult } from '../../src/domain/results.ts';
import { decodeGlobalId, encodeGlobalId } from '../../src/schema/ids.ts';
import { resultKey } from '../../src/schema/result-keys.ts';
import { type RecordedNight, startRecordedNight } from '../support/recorded-night.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const TALLY = '__typename id votes share rank candidate { code }';
const VERSION = `__typename id version asOf stationsReported logIndex bodyHash tallies { ${TALLY} }`;
const RESULT = `__typename id post status statusMessage stationsReported ballots { cast } reportingUnit { id name }
  tallies { ${TALLY} } latestVersion { ${VERSION} }`;
const NODE = `query ($id: ID!) { node(id: $id) {
  ... on ContestResult { ${RESULT} } ... on ContestResultVersion { ${VERSION} } ... on Tally { ${TALLY} } } }`;
const instant = (ms: number) => new Date(ms).toISOString();
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64url');
const key = (id: string) => Buffer.from(id, 'base64url').toString();

type Found = { id: string; __typename: string };

/** All that has an id of its own in an answer; places have theirs elsewhere. */
function objects(value: unknown): Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '__typename' in value ? [value as Found] : [];
  return [...own, ...Object.values(value).flatMap(objects)];
}

/** A moving count that was read twice, ten minutes apart; gives back when. */
async function readTwice({ clock, result, query, counties }: RecordedNight): Promise<[number, number]> {
  const read = async () => {
    await result('asOf', counties[3]);
    await query('{ country { result(post: PRESIDENT) { asOf } } }');
    return clock.now();
  };
  const first = await read();
  clock.advance(10 * 60_000);
  return [first, await read()];
}

describe('ids of results', () => {
  it('find the same again, whatever they are of, and are never the same for two', async () => {
    const night = await startRecordedNight();
    const { query, counties } = night;
    const [first] = await readTwice(night);
    const stations = `{ county(code: "${counties[3]}") { pollingStations(first: 1) { nodes { code } } } }`;
    const station = (await query(stations)).data.county.pollingStations.nodes[0].code;
    const governors = `{ county(code: "${counties[3]}") { result(post: GOVERNOR) {
      tallies { candidate { party { code } } } } } }`;
    const { tallies } = (await query(governors)).data.county.result;
    const party = tallies.find(({ candidate }: Shape) => candidate.party).candidate.party.code;
    const past = `at: "${instant(first)}"`;
    const before = `at: "${instant(first - 1)}"`;
    const of = `district: "${counties[3]}", post: GOVERNOR`;
    const { data, errors } = await query(`{
      county(code: "${counties[3]}") {
        now: result(post: PRESIDENT) { ${RESULT} history { edges { node { ${VERSION} } } } }
        past: result(post: PRESIDENT, ${past}) { ${RESULT} }
        before: result(post: PRESIDENT, ${before}) { ${RESULT} }
        longBefore: result(post: PRESIDENT, at: "1970-01-01T00:00:00Z") { ${RESULT} }
        notHere: result(post: MEMBER_OF_COUNTY_ASSEMBLY) { ${RESULT} } }
      country { now: result(post: PRESIDENT) { ${RESULT} } past: result(post: PRESIDENT, ${past}) { ${RESULT} } }
      station: pollingStation(code: "${station}") { result(post: PRESIDENT) { ${RESULT} } }
      party: results(filter: { ${of}, party: "${party}" }) { nodes { ${RESULT} } }
      partyBefore: results(filter: { ${of}, party: "${party}", ${before} }) { nodes { ${RESULT} } }
      partyNow: results(filter: { ${of}, party: "${party}", at: "${instant(night.clock.now())}" }) { nodes { ${RESULT} } }
    }`);
    expect(errors).toBeUndefined();
    const found = objects(data);
    expect(new Set(found.map(({ __typename }) => __typename))).toEqual(
      new Set(['ContestResult', 'ContestResultVersion', 'Tally']),
    );
    const byId = Map.groupBy(found, ({ id }) => id);
    for (const [id, same] of byId) {
      const again = await query(NODE, { id });
      expect(again.errors, key(id)).toBeUndefined();
      // A version stands in several places of the answer, and is the same in each.
      for (const one of same) {
        const { history: _history, ...asAsked } = one as Shape;
        expect(again.data.node, key(id)).toEqual(asAsked);
      }
    }
    const results = found.filter(({ __typename }) => __typename === 'ContestResult');
    expect(results).toHaveLength(11);
    expect(new Set(results.map(({ id }) => id)).size).toBe(11);
    const types = new Map<string, string>();
    for (const { id, __typename } of found) expect(types.set(id, __typename).get(id)).toBe(__typename);
    expect(data.county.now.id).not.toBe(data.county.past.id);
    expect(data.county.now.tallies[0].id).not.toBe(data.county.past.tallies[0].id);
  });

  it('stay the same while the count moves, and a version keeps its own', async () => {
    const night = await startRecordedNight();
    const { see, result } = night;
    const fields = 'id tallies { id candidate { code } } latestVersion { id }';
    await see({ stations: 1, votes: { A: 1, B: 2 } });
    const before = await result(fields);
    await see({ stations: 2, votes: { A: 5, B: 2 } });
    const after = await result(fields);
    const byCode = (one: Shape) =>
      Object.fromEntries(one.tallies.map(({ id, candidate }: Shape) => [candidate.code, id]));
    expect([after.id, byCode(after)]).toEqual([before.id, byCode(before)]);
    expect(after.latestVersion.id).not.toBe(before.latestVersion.id);
    // Two moments with the same version in force are one thing.
    const at = async (ms: number) => (await result('id', undefined, `at: "${instant(ms)}"`)).id;
    const now = night.clock.now();
    expect(await at(now - 1)).toBe(await at(now - 30_000));
    expect(await at(now)).not.toBe(await at(now - 1));
  });

  it('are one id in either case of a code', async () => {
    const night = await startRecordedNight();
    const [first] = await readTwice(night);
    const code = night.counties[3]!;
    const fields = `id tallies { id } latestVersion { id }`;
    const past = `at: "${instant(first)}"`;
    for (const args of ['', past]) {
      expect(await night.result(fields, code.toLowerCase(), args)).toEqual(
        await night.result(fields, code.toUpperCase(), args),
      );
    }
    for (const rest of ['', '/v1', `/at${first - 1}`]) {
      const both = [code.toLowerCase(), code.toUpperCase()].map(async (one) => {
        const id = base64(`ContestResult:GEK2013-TEST/county/${one}/PRESIDENT${rest}`);
        return (await night.query(NODE, { id })).data.node;
      });
      const [lower, upper] = await Promise.all(both);
      expect(lower.id).toBe(base64(`ContestResult:GEK2013-TEST/county/${code.toUpperCase()}/PRESIDENT${rest}`));
      expect(lower).toEqual(upper);
    }
    const version = base64(`ContestResultVersion:GEK2013-TEST/county/${code.toLowerCase()}/PRESIDENT/2`);
    expect((await night.query(NODE, { id: version })).data.node).toMatchObject({
      id: base64(`ContestResultVersion:GEK2013-TEST/county/${code.toUpperCase()}/PRESIDENT/2`),
      version: 2,
    });
    const tally = (await night.result('tallies { id candidate { code } }', code)).tallies[0];
    const id = base64(
      `Tally:GEK2013-TEST/county/${code.toLowerCase()}/PRESIDENT/${tally.candidate.code.toLowerCase()}`,
    );
    expect((await night.query(NODE, { id })).data.node.id).toBe(tally.id);
  });

  it('name nothing that is not there', async () => {
    const night = await startRecordedNight();
    const [first] = await readTwice(night);
    const here = `GEK2013-TEST/county/${night.counties[3]}`;
    for (const text of [
      `ContestResult:${here}/NOSUCH`,
      `ContestResult:${here}/toString`,
      `ContestResult:${here}/PRESIDENT/v3`,
      `ContestResult:${here}/PRESIDENT/v0`,
      `ContestResult:${here}/PRESIDENT/v01`,
      `ContestResult:${here}/PRESIDENT/w1`,
      `ContestResult:${here}/PRESIDENT/v1_`,
      `ContestResult:${here}/PRESIDENT/v1pX`,
      `ContestResult:${here}/PRESIDENT/p`,
      `ContestResult:${here}/PRESIDENT/at`,
      `ContestResult:${here}/PRESIDENT/at${first}`,
      `ContestResult:${here}/PRESIDENT/pNOSUCH`,
      `ContestResult:GEK2013-TEST/county/${night.counties[7]}/PRESIDENT/at${night.clock.now() + 1}`,
      `ContestResult:${here}/PRESIDENT/at${night.clock.now() + 1}`,
      `ContestResult:${here}/MEMBER_OF_COUNTY_ASSEMBLY/v1`,
      `ContestResult:GEK2013-TEST/county/NOSUCH/PRESIDENT`,
      `ContestResult:GEK2013-TEST/county/NOSUCH/PRESIDENT/v1`,
      `ContestResult:GEK2013-TEST/ward/${night.counties[3]}/PRESIDENT`,
      `ContestResult:GEK2013-TEST/COUNTY/${night.counties[3]}/PRESIDENT`,
      `ContestResult:GEK2013-TEST/country/KE/PRESIDENT/pP`,
      `ContestResult:GEK2013-TEST/country/KE/PRESIDENT/v1_pP`,
      `ContestResultVersion:${here}/PRESIDENT/3`,
      `ContestResultVersion:${here}/PRESIDENT/0`,
      `ContestResultVersion:${here}/PRESIDENT/01`,
      `ContestResultVersion:${here}/PRESIDENT/v1`,
      `ContestResultVersion:${here}/SENATOR/1`,
      `ContestResultVersion:GEK2013/county/${night.counties[3]}/PRESIDENT/1`,
      `Tally:${here}/PRESIDENT/NOSUCH`,
      `Tally:${here}/PRESIDENT/v1/NOSUCH`,
      `Tally:${here}/PRESIDENT/at${first - 1}/NOSUCH`,
      `Tally:${here}/NOSUCH/NOSUCH`,
    ]) {
      const { data, errors } = await night.query(NODE, { id: base64(text) });
      expect({ data, errors }, text).toEqual({ data: { node: null }, errors: undefined });
    }
  });

  it('are refused where they are none', async () => {
    const { query, counties } = await startRecordedNight();
    const here = `GEK2013-TEST/county/${counties[3]}`;
    for (const text of [
      `ContestResult:${here}`,
      `ContestResult:${here}/PRESIDENT/v1/v2`,
      `ContestResult:${here}//v1`,
      `ContestResult:${here}/PRESIDENT/`,
      `ContestResult:GEK2013-TEST/county/../PRESIDENT`,
      `ContestResult:GEK2013-TEST/county/a=b/PRESIDENT`,
      'ContestResult:',
      `ContestResultVersion:${here}/PRESIDENT`,
      `ContestResultVersion:${here}/PRESIDENT/1/2`,
      `ContestResultVersion:${here}/PRESIDENT/-1`,
      `Tally:${here}/PRESIDENT`,
      `Tally:${here}/PRESIDENT/v1/A/B`,
      `Tally:${here}/PRESIDENT/A B`,
      `Tallies:${here}/PRESIDENT/A`,
    ]) {
      const { data, errors } = await query(NODE, { id: base64(text) });
      expect([data, errors], text).toMatchObject([
        { node: null },
        [{ path: ['node'], extensions: { code: 'BAD_USER_INPUT', field: 'id' } }],
      ]);
    }
  });
});

describe('keys of results', () => {
  // Few of each, so that many pairs differ in one thing alone; `P1` and `v1` are codes as well.
  const code = fc.constantFrom('A', 'a', 'B', 'P1', 'v1', 'at1', 'p-_', 'V1_pA', 'x'.repeat(36));
  const result: fc.Arbitrary<ContestResult> = fc
    .record({
      election: fc.constantFrom('E', 'F-TEST', '20131017'),
      level: fc.constantFrom(...LEVELS),
      unitCode: code,
      post: fc.constantFrom(...(Object.keys(POSTS) as Post[])),
      when: fc.constantFrom<Pick<ContestResult, 'moment' | 'version'>>(
        {},
        { moment: 1 },
        { moment: 11 },
        { moment: 1, version: 1 },
        { moment: 1, version: 11 },
        { moment: 11, version: 1 },
        { moment: 1_362_466_800_000 },
      ),
      party: fc.option(code, { nil: undefined }),
    })
    .map(({ when, ...rest }) => ({ ...rest, ...when, unit: null, figures: null, asOf: 0, stale: false }));

  /** What makes it another result than others: of a version it does not matter at which moment one asked. */
  const identity = ({ election, level, unitCode, post, moment, version, party }: ContestResult) =>
    JSON.stringify([
      ...[election, level, unitCode.toUpperCase(), post, party?.toUpperCase() ?? null],
      moment === undefined ? 'now' : (version ?? [moment]),
    ]);

  it('are the same for the same result, and for no other', () => {
    fc.assert(
      fc.property(result, result, (one, other) => {
        expect(resultKey(one) === resultKey(other)).toBe(identity(one) === identity(other));
      }),
      { numRuns: 5_000 },
    );
  });

  it('pass through an id', () => {
    fc.assert(
      fc.property(result, (one) => {
        const text = resultKey(one);
        const { typename, key: read } = decodeGlobalId('id', encodeGlobalId('ContestResult', text));
        expect([typename, read]).toEqual(['ContestResult', text]);
      }),
    );
  });
});
