import { expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;
type Figures = Partial<Record<'valid' | 'rejected' | 'spoilt' | 'disputed' | 'reported', number>> & {
  registered?: string;
  votes?: number[];
};

const NUMBERS: Record<string, string> = { PRESIDENT: '1', GOVERNOR: '2', SENATOR: '3' };

/** Makes the source say these figures of a place: sound ones, but for what is given. */
function report({ sandbox }: Gateway, level: string, code: string, figures: Figures, post = 'GOVERNOR'): void {
  const { votes = [60, 40], registered = '200', valid = 100, ...rest } = figures;
  const results = votes.map((each, index) => ({
    code: `CANDIDATE-${index}`,
    name: `C${index}`,
    votes: each,
    party: {},
  }));
  const counts = { valid, rejected: 1, spoilt: 0, disputed: 0, reported: 1, ...rest };
  const location = {
    location: 'PLACE',
    location_id: code,
    location_type: level,
    registered,
    turnout: 50,
    ...counts,
    results,
  };
  const contests = [{ contest: 'PLACE', contest_id: 'CONTEST', contest_type: NUMBERS[post], locations: [location] }];
  const body = JSON.stringify({ status: 'SUCCESS', contests });
  sandbox.faults.set({ kind: 'json-text', path: `/results/${level}/${code}/`, body });
}

async function flagsOf({ query }: Gateway, code: string, post = 'GOVERNOR'): Promise<Shape[]> {
  const text = `query ($code: ID!, $post: Post!) { county(code: $code) { result(post: $post) { quality { code message observed expected } } } }`;
  const { data, errors } = await query(text, { code, post });
  expect(errors).toBeUndefined();
  return data.county.result.quality;
}

const counties = async ({ query }: Gateway): Promise<Shape[]> =>
  (await query('{ counties { code constituencies { code } } }')).data.counties;

it('has nothing to say of figures that add up', async () => {
  const gateway = await startGateway();
  const [county] = await counties(gateway);
  report(gateway, 'county', county.code, {});
  expect(await flagsOf(gateway, county.code)).toEqual([]);
});

it.each([
  ['VALID_NOT_SUM_OF_VOTES', { valid: 101 }, { observed: 101, expected: 100 }],
  ['VALID_NOT_SUM_OF_VOTES', { valid: 103, disputed: 3 }, { message: expect.stringContaining('exactly the disputed') }],
  ['MORE_BALLOTS_THAN_VOTERS', { registered: '100' }, { observed: 101, expected: 100 }],
  ['MORE_STATIONS_THAN_EXIST', { reported: 99_999 }, { observed: 99_999, expected: expect.any(Number) }],
] as const)('flags %s for %j', async (code, figures, facts) => {
  const gateway = await startGateway();
  const [county] = await counties(gateway);
  // The number of stations is not waited for.
  await gateway.query('{ country { result(post: PRESIDENT) { stationsTotal } } }');
  report(gateway, 'county', county.code, figures as Figures);
  expect(await flagsOf(gateway, county.code)).toMatchObject([{ code, ...facts }]);
});

it('does not count spoilt papers as ballots, and compares with no register that is not there', async () => {
  const gateway = await startGateway();
  const [one, two] = await counties(gateway);
  report(gateway, 'county', one.code, { registered: '101', spoilt: 50 });
  report(gateway, 'county', two.code, { registered: '' });
  expect(await flagsOf(gateway, one.code)).toEqual([]);
  expect(await flagsOf(gateway, two.code)).toEqual([]);
});

/** A county and its constituencies, each constituency with the sound figures of one station. */
async function reportTree(gateway: Gateway, county: Shape, figures: Figures): Promise<void> {
  const parts = county.constituencies.length;
  for (const { code } of county.constituencies) report(gateway, 'constituency', code, {});
  const whole = { valid: 100 * parts, rejected: parts, reported: parts, votes: [60 * parts, 40 * parts] };
  report(gateway, 'county', county.code, { registered: '1000000', ...whole, ...figures });
  // Children are known to the index from here on, and their figures to nobody yet.
  await gateway.query(`{ county(code: "${county.code}") { result(post: GOVERNOR) { stationsTotal } } }`);
}

async function readChildren({ query }: Gateway, codes: string[]): Promise<void> {
  for (const code of codes) await query(`{ constituency(code: "${code}") { result(post: GOVERNOR) { asOf } } }`);
}

it.each([
  ['adds up', {}, null],
  [
    'has other votes',
    { votes: [61 * 6, 39 * 6] },
    { code: 'CHILDREN_DO_NOT_ADD_UP', observed: 61 * 6, expected: 60 * 6 },
  ],
  ['has other rejected papers', { rejected: 7 }, { code: 'CHILDREN_DO_NOT_ADD_UP', observed: 7, expected: 6 }],
  ['covers more stations', { rejected: 7, reported: 7 }, null],
] as const)('compares a place that %s with its parts, once all are known', async (_name, figures, flag) => {
  const gateway = await startGateway();
  const county = (await counties(gateway)).find(({ constituencies }) => constituencies.length === 6);
  await reportTree(gateway, county, figures as unknown as Figures);
  const codes = county.constituencies.map(({ code }: Shape) => code);
  await readChildren(gateway, codes.slice(1));
  expect(await flagsOf(gateway, county.code)).toEqual([]);
  await readChildren(gateway, codes.slice(0, 1));
  expect(await flagsOf(gateway, county.code)).toMatchObject(flag ? [flag] : []);
});

// `it.fails`: src/sources/iebc/client.ts gives the ledger what `results(filter: { party })` read, whose votes are one
// party's only; they then seem to be all of a place's votes. The test turns red once that is mended: drop `.fails` then.
it("does not take one party's votes for all of a place's", async () => {
  const gateway = await startGateway();
  const county = (await counties(gateway)).find(({ constituencies }) => constituencies.length === 6);
  await reportTree(gateway, county, {});
  const codes = county.constituencies.map(({ code }: Shape) => code);
  await readChildren(gateway, codes);
  expect(await flagsOf(gateway, county.code)).toEqual([]);
  gateway.sandbox.faults.clear();
  report(gateway, 'constituency', codes[0], { votes: [60] });
  await gateway.query(`{ results(filter: { district: "${codes[0]}", party: "P1" }) { totalCount } }`);
  expect(await flagsOf(gateway, county.code)).toEqual([]);
});

it('flags a common factor of all clerks’ figures at one level, once thirty are known', async () => {
  const gateway = await startGateway();
  const all = await counties(gateway);
  const multiplied = (factor: number) => ({ rejected: factor, spoilt: 2 * factor, disputed: 3 * factor });
  for (const [index, { code }] of all.slice(0, 20).entries()) {
    // The source's fault was of one post; the other's figures here have no factor.
    if (index < 10) report(gateway, 'county', code, multiplied(8 * (index + 1)), 'PRESIDENT');
    else report(gateway, 'county', code, multiplied(index), 'SENATOR');
  }
  const presidential = (code: string) => flagsOf(gateway, code, 'PRESIDENT');
  for (const { code } of all.slice(0, 9)) expect(await presidential(code)).toEqual([]);
  expect(await presidential(all[9].code)).toMatchObject([{ code: 'COMMON_FACTOR', observed: 8, expected: 1 }]);
  // What was read before is flagged as well now.
  expect(await presidential(all[0].code)).toMatchObject([{ code: 'COMMON_FACTOR', observed: 8 }]);
  for (const { code } of all.slice(10, 20)) expect(await flagsOf(gateway, code, 'SENATOR')).toEqual([]);
});

it('flags no factor where one figure has none, nor a result without such figures', async () => {
  const gateway = await startGateway();
  const all = await counties(gateway);
  for (const { code } of all.slice(0, 10))
    report(gateway, 'county', code, { rejected: 8, spoilt: 8, disputed: 8 }, 'SENATOR');
  report(gateway, 'county', all[10].code, { rejected: 0 }, 'SENATOR');
  report(gateway, 'county', all[11].code, { rejected: 9 }, 'SENATOR');
  for (const { code } of all.slice(0, 10)) await flagsOf(gateway, code, 'SENATOR');
  expect(await flagsOf(gateway, all[9].code, 'SENATOR')).toMatchObject([{ code: 'COMMON_FACTOR' }]);
  expect(await flagsOf(gateway, all[10].code, 'SENATOR')).toEqual([]);
  expect(await flagsOf(gateway, all[11].code, 'SENATOR')).toEqual([]);
  expect(await flagsOf(gateway, all[9].code, 'SENATOR')).toEqual([]);
});

it('shares ranks, and names no leader of a tie or of nothing', async () => {
  const gateway = await startGateway();
  const [tie, none, second] = await counties(gateway);
  report(gateway, 'county', tie.code, { votes: [40, 20, 40], valid: 100 });
  report(gateway, 'county', none.code, { votes: [0, 0], valid: 0, rejected: 0 });
  report(gateway, 'county', second.code, { votes: [10, 20, 10, 5], valid: 45 });
  const asked = async (code: string) =>
    (
      await gateway.query(`{ county(code: "${code}") { result(post: GOVERNOR) {
      leader { votes candidate { name } } margin turnout tallies { rank votes share candidate { name } } } } }`)
    ).data.county.result;
  const ranks = ({ tallies }: Shape) => tallies.map(({ rank, candidate }: Shape) => `${rank} ${candidate.name}`);
  const tied = await asked(tie.code);
  expect(tied).toMatchObject({ leader: null, margin: null });
  expect(ranks(tied)).toEqual(['1 C0', '1 C2', '3 C1']);
  const nothing = await asked(none.code);
  expect(nothing).toMatchObject({
    leader: null,
    margin: null,
    turnout: 0,
    tallies: [{ share: null }, { share: null }],
  });
  const clear = await asked(second.code);
  expect(clear).toMatchObject({ leader: { votes: 20, candidate: { name: 'C1' } }, margin: 10 });
  expect(ranks(clear)).toEqual(['1 C1', '2 C0', '2 C2', '4 C3']);
});
