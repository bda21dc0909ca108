import { compactVerify, createLocalJWKSet, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { canStartRedis, ownRedis, until } from '../infra/own-redis.ts';
import { manualClock, startGateway } from '../support/gateway.ts';
import { type RecordedNight, startRecordedNight } from '../support/recorded-night.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const VERSION = `version asOf isReported registeredVoters stationsReported flags logIndex bodyHash
  ballots { cast valid rejected spoilt } tallies { votes share rank candidate { code name party { code } } }
  changes { stationsReported votes rejected candidates { candidateCode name votes } }`;
const PAGE = `totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { version } }`;
const LATEST = 'tallies { candidate { party { code } } votes } latestVersion { version }';
const instant = (ms: number) => new Date(ms).toISOString();
const numbers = ({ edges }: Shape) => edges.map(({ node }: Shape) => node.version);
const refusal = (field: string) => [
  { message: expect.stringContaining(`${field}: `), extensions: { code: 'BAD_USER_INPUT', field } },
];
const asked = ({ counties, query }: RecordedNight, fields: string, args = '') =>
  query(`{ county(code: "${counties[0]}") { result(post: PRESIDENT${args}) { ${fields} } } }`);

/** Five versions, a minute apart; gives back when each came. */
async function fiveVersions({ see }: RecordedNight): Promise<number[]> {
  const came: number[] = [];
  for (const stations of [1, 2, 3, 4, 5]) came.push(await see({ stations, votes: { A: 10 * stations, B: stations } }));
  return came;
}

describe('the history of a result', () => {
  it('has each change, newest first, and what changed', async () => {
    const { see, read, result } = await startRecordedNight();
    const came = [
      await see({ stations: 1, votes: { A: 10, B: 20 }, rejected: 3 }),
      await see({ stations: 2, votes: { A: 15, B: 20, C: 0 }, rejected: 4, spoilt: 1 }),
      await see({ stations: null, votes: { A: 15, C: 7 }, rejected: 4 }),
    ];
    await read();
    const { history } = await result(`history { totalCount nodes: edges { node { ${VERSION} } } }`);
    expect(history.totalCount).toBe(3);
    const [third, second, first] = history.nodes.map(({ node }: Shape) => node);
    expect(first).toEqual({
      version: 1,
      asOf: instant(came[0]!),
      isReported: true,
      registeredVoters: 100_000,
      stationsReported: 1,
      flags: [],
      logIndex: 0,
      bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      ballots: { cast: 33, valid: 30, rejected: 3, spoilt: 0 },
      tallies: [
        { votes: 20, share: 2 / 3, rank: 1, candidate: { code: 'B', name: 'CANDIDATE B', party: { code: 'PB' } } },
        { votes: 10, share: 1 / 3, rank: 2, candidate: { code: 'A', name: 'CANDIDATE A', party: { code: 'PA' } } },
      ],
      changes: {
        ...{ stationsReported: 1, votes: 30, rejected: 3 },
        candidates: [
          { candidateCode: 'A', name: 'CANDIDATE A', votes: 10 },
          { candidateCode: 'B', name: 'CANDIDATE B', votes: 20 },
        ],
      },
    });
    // A candidate who appears without votes changes nothing; one who vanishes takes the votes along.
    expect(second).toMatchObject({
      ...{ version: 2, asOf: instant(came[1]!), logIndex: 1, flags: [], stationsReported: 2 },
      ballots: { cast: 39, valid: 35, rejected: 4, spoilt: 1 },
      changes: {
        ...{ stationsReported: 1, votes: 5, rejected: 1 },
        candidates: [{ candidateCode: 'A', name: 'CANDIDATE A', votes: 5 }],
      },
    });
    expect(second.tallies.map(({ candidate }: Shape) => candidate.code)).toEqual(['B', 'A', 'C']);
    expect(third).toMatchObject({
      ...{ version: 3, asOf: instant(came[2]!), logIndex: 2, flags: ['VOTES_DECREASED'], stationsReported: null },
      changes: {
        ...{ stationsReported: null, votes: -13, rejected: 0 },
        candidates: [
          { candidateCode: 'C', name: 'CANDIDATE C', votes: 7 },
          { candidateCode: 'B', name: 'CANDIDATE B', votes: -20 },
        ],
      },
    });
    expect(new Set([first, second, third].map(({ bodyHash }) => bodyHash)).size).toBe(3);
  });

  it('does not begin before something is reported, and says when that is taken back', async () => {
    const { see, read, result } = await startRecordedNight();
    const fields = `status statusMessage latestVersion { ${VERSION} } history { totalCount edges { cursor } } timeline { version } statement recordFlags { code }`;
    await see(null);
    const nothing = { history: { totalCount: 0, edges: [] }, timeline: [], recordFlags: [] };
    expect(await result(fields)).toMatchObject({
      ...{ status: 'NOT_REPORTED', latestVersion: null, statement: null, ...nothing },
    });
    await see({ stations: 1, votes: { A: 10 } });
    const gone = await see(null);
    // Said again, it is no other version.
    await read();
    const withdrawn = await result(fields);
    expect(withdrawn).toMatchObject({
      ...{ status: 'NOT_REPORTED', history: { totalCount: 2 } },
      latestVersion: {
        ...{ version: 2, asOf: instant(gone), isReported: false, ballots: null, tallies: [], stationsReported: null },
        flags: ['VOTES_DECREASED', 'STATIONS_DECREASED'],
        changes: { stationsReported: -1, votes: -10, candidates: [{ candidateCode: 'A', votes: -10 }] },
      },
    });
    expect(withdrawn.statusMessage).toBe('Nothing has been reported here yet.');
    await see({ stations: 1, votes: { A: 10 } });
    expect((await result(fields)).latestVersion).toMatchObject({ version: 3, isReported: true, flags: [] });
  });

  it('comes in pages, whose cursors hold while it grows', async () => {
    const night = await startRecordedNight();
    const { see, result } = night;
    await fiveVersions(night);
    const page = async (args: string, at = '') => (await result(`history(${args}) { ${PAGE} }`, undefined, at)).history;
    const first = await page('first: 2');
    const info = (hasNextPage: boolean, hasPreviousPage: boolean) => ({ hasNextPage, hasPreviousPage });
    expect(first).toMatchObject({ totalCount: 5, pageInfo: info(true, false) });
    expect(numbers(first)).toEqual([5, 4]);
    expect([first.pageInfo.startCursor, first.pageInfo.endCursor]).toEqual(
      first.edges.map(({ cursor }: Shape) => cursor),
    );
    await see({ stations: 6, votes: { A: 60, B: 6 } });
    const second = await page(`first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(second).toMatchObject({ totalCount: 6, pageInfo: info(true, true) });
    expect(numbers(second)).toEqual([3, 2]);
    const last = await page(`first: 2, after: "${second.pageInfo.endCursor}"`);
    expect(last.pageInfo).toMatchObject(info(false, true));
    expect(numbers(last)).toEqual([1]);
    const behind = await page(`first: 2, after: "${last.pageInfo.endCursor}"`);
    expect(behind).toMatchObject({ totalCount: 6, pageInfo: { ...info(false, true), startCursor: null }, edges: [] });
    expect(numbers(await page('first: 100'))).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('refuses what is no page of it', async () => {
    const night = await startRecordedNight();
    await fiveVersions(night);
    const cursor = (text: string) => Buffer.from(`after:${text}`).toString('base64url');
    const cursors = [
      'x',
      '',
      cursor('0'),
      cursor('1.5'),
      cursor('-1'),
      cursor('GEK'),
      cursor('1e1'),
      cursor(`${2 ** 60}`),
    ];
    for (const after of cursors) {
      expect((await asked(night, `history(after: "${after}") { totalCount }`)).errors, after).toMatchObject(
        refusal('after'),
      );
    }
    for (const first of [0, -1, 101]) {
      expect((await asked(night, `history(first: ${first}) { totalCount }`)).errors).toMatchObject(refusal('first'));
      expect((await asked(night, `recordFlags(first: ${first}) { code }`)).errors).toMatchObject(refusal('first'));
    }
    for (const buckets of [0, -1, 501]) {
      const { errors } = await asked(night, `timeline(buckets: ${buckets}) { version }`);
      expect(errors).toMatchObject(refusal('buckets'));
    }
    // What stands beside it is answered.
    const { data } = await asked(night, 'stationsReported history(after: "x") { totalCount }');
    expect(data.county.result).toEqual({ stationsReported: 5, history: null });
  });
});

describe('a result as it was known at a moment', () => {
  it('is the last version that had been recorded by then', async () => {
    const night = await startRecordedNight();
    const [one, two, three] = (await fiveVersions(night)) as [number, number, number];
    const fields = `asOf stale stationsReported statusMessage leader { votes } latestVersion { version }
      history { totalCount edges { node { version } } } timeline { version } recordFlags { code }`;
    const at = (ms: number) => night.result(fields, undefined, `at: "${instant(ms)}"`);
    const version = (number: number, came: number) => ({
      ...{ asOf: instant(came), stale: false, stationsReported: number, statusMessage: null },
      leader: { votes: 10 * number },
      latestVersion: { version: number },
      history: {
        totalCount: number,
        edges: Array.from({ length: number }, (_, back) => ({ node: { version: number - back } })),
      },
      timeline: Array.from({ length: number }, (_, before) => ({ version: before + 1 })),
      recordFlags: [],
    });
    const requests = night.upstream().length;
    expect(await at(two)).toEqual(version(2, two));
    expect(await at(two + 1)).toEqual(version(2, two));
    expect(await at(three - 1)).toEqual(version(2, two));
    expect(await at(three)).toEqual(version(3, three));
    expect(await at(two - 1)).toEqual(version(1, one));
    // Instants of another zone are the same instants.
    expect(
      await night.result(fields, undefined, `at: "${instant(two).replace('T06:02', 'T09:02').replace('Z', '+03:00')}"`),
    ).toEqual(version(2, two));
    // The source knows nothing of the past, and is not asked.
    expect(night.upstream()).toHaveLength(requests);
  });

  it('has no stations as reported: they are passed on, and neither recorded nor a reason for a version', async () => {
    const { see, read, result } = await startRecordedNight();
    const fields =
      'stationsReported stationsAsReported { reporting total } latestVersion { version bodyHash proof { leaf } }';
    const figures = { stations: 1, votes: { A: 10 } };
    const came = await see(figures);
    const bare = await result(fields);
    expect(bare).toMatchObject({ stationsAsReported: null, latestVersion: { version: 1 } });
    await see({ ...figures, reportingPs: { ps_reporting: 3, ps_location_total: 9 } });
    await read();
    const { stationsAsReported, ...rest } = await result(fields);
    expect(stationsAsReported).toEqual({ reporting: 3, total: 9 });
    expect({ ...rest, stationsAsReported: null }).toEqual(bare);
    // In a version that came with them, too.
    const later = await see({ stations: 2, votes: { A: 10 }, reportingPs: { ps_reporting: 4, ps_location_total: 9 } });
    const { latestVersion } = await result(fields);
    const recorded = (leaf: string) => Object.keys(JSON.parse(leaf).figures);
    expect(recorded(latestVersion.proof.leaf)).toEqual(recorded(bare.latestVersion.proof.leaf));
    for (const at of [came, later]) {
      expect(await result(fields, undefined, `at: "${instant(at)}"`)).toMatchObject({ stationsAsReported: null });
    }
  });

  it('is unknown before the first, and says so', async () => {
    const night = await startRecordedNight();
    const [one] = (await fiveVersions(night)) as [number];
    const fields = `status statusMessage asOf stationsReported ballots { cast } tallies { votes } leader { votes } turnout
      latestVersion { version } history { totalCount edges { cursor } } timeline { version } statement quality { code }`;
    for (const ms of [one - 1, 0]) {
      expect(await night.result(fields, undefined, `at: "${instant(ms)}"`)).toEqual({
        ...{ status: 'UNKNOWN', statusMessage: 'Nothing had been recorded here by that moment.', asOf: instant(ms) },
        ...{ stationsReported: null, ballots: null, tallies: [], leader: null, turnout: null, quality: [] },
        ...{ latestVersion: null, history: { totalCount: 0, edges: [] }, timeline: [], statement: null },
      });
    }
    // Where nothing was ever read, too; and what is not counted there never was.
    expect(await night.result('status', night.counties[5], `at: "${instant(one)}"`)).toEqual({ status: 'UNKNOWN' });
    const text = `{ country { result(post: GOVERNOR, at: "${instant(one)}") { status } } }`;
    expect((await night.query(text)).data.country.result).toEqual({ status: 'NOT_COUNTED_HERE' });
  });

  it('cannot be of a moment that is yet to come', async () => {
    const night = await startRecordedNight();
    await fiveVersions(night);
    const now = night.clock.now();
    expect((await night.result('stationsReported', undefined, `at: "${instant(now)}"`)).stationsReported).toBe(5);
    const { errors, data } = await asked(night, 'asOf', `, at: "${instant(now + 1)}"`);
    expect(errors).toMatchObject(refusal('at'));
    expect(data.county).toEqual({ result: null });
    expect((await asked(night, 'asOf', ', at: "1969-12-31T23:59:59.999Z"')).errors).toMatchObject(refusal('at'));
    const filter = `post: PRESIDENT, district: "${night.counties[0]}", at: "${instant(now + 1)}"`;
    const found = await night.query(`{ results(filter: { ${filter} }) { totalCount } }`);
    expect([found.errors, found.data.results]).toMatchObject([refusal('filter.at'), null]);
    for (const text of ['yesterday', '2013-02-30T00:00:00Z', '']) {
      const { errors: wrong } = await asked(night, 'asOf', `, at: "${text}"`);
      expect(wrong, text).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    }
  });

  it('keeps what is said of a past moment, whatever comes later', async () => {
    const night = await startRecordedNight();
    const [, two] = (await fiveVersions(night)) as [number, number];
    const text = `at: "${instant(two)}"`;
    const before = await night.result(`id tallies { id votes } latestVersion { ${VERSION} }`, undefined, text);
    await night.see(null);
    await night.see({ stations: 9, votes: { C: 1 } });
    expect(await night.result(`id tallies { id votes } latestVersion { ${VERSION} }`, undefined, text)).toEqual(before);
  });
});

describe('results as they were known at a moment', () => {
  const NODES = `totalCount nodes { id status stationsReported ballots { cast }
    reportingUnit { code } tallies { id votes share rank candidate { code party { code } } } }`;

  it('are a whole list then, and none that had not been seen', async () => {
    const night = await startRecordedNight();
    const { query, clock } = night;
    const list = async (filter: string) => {
      const { data, errors } = await query(`{ results(filter: { ${filter} }, first: 100) { ${NODES} } }`);
      expect(errors).toBeUndefined();
      return data.results;
    };
    const began = clock.now();
    const then = await list('post: GOVERNOR');
    expect(then.totalCount).toBe(47);
    clock.advance(10 * 60_000);
    const now = await list('post: GOVERNOR');
    expect(now.nodes[0].stationsReported).toBeGreaterThan(then.nodes[0].stationsReported);
    // Figures are the same; ids are another moment's.
    const figures = ({ nodes }: Shape) =>
      nodes.map(({ id: _id, tallies, ...rest }: Shape) => ({
        ...rest,
        tallies: tallies.map(({ id: _of, ...tally }: Shape) => tally),
      }));
    expect(figures(await list(`post: GOVERNOR, at: "${instant(clock.now() - 1)}"`))).toEqual(figures(then));
    expect(figures(await list(`post: GOVERNOR, at: "${instant(clock.now())}"`))).toEqual(figures(now));
    const unseen = await list(`post: GOVERNOR, at: "${instant(began - 1)}"`);
    expect(unseen.totalCount).toBe(47);
    expect(new Set(unseen.nodes.map(({ status }: Shape) => status))).toEqual(new Set(['UNKNOWN']));
    expect(unseen.nodes.flatMap(({ tallies }: Shape) => tallies)).toEqual([]);
  });

  it("are one party's votes then, beside everybody's papers", async () => {
    const { query, clock, counties } = await startRecordedNight();
    const where = `district: "${counties[2]}", post: SENATOR`;
    const list = async (filter: string) =>
      (await query(`{ results(filter: { ${filter} }) { ${NODES} } }`)).data.results;
    const [all] = (await list(where)).nodes;
    const own = all.tallies.find(({ candidate }: Shape) => candidate.party);
    const party = own.candidate.party.code;
    const came = clock.now();
    clock.advance(10 * 60_000);
    const [now] = (await list(`${where}, party: "${party}"`)).nodes;
    // One party's answer is no version: without everybody's nothing is recorded.
    const [then] = (await list(`${where}, party: "${party}", at: "${instant(clock.now())}"`)).nodes;
    expect(then).toMatchObject({ stationsReported: all.stationsReported, ballots: all.ballots });
    expect(now.stationsReported).toBeGreaterThan(then.stationsReported);
    const { votes, candidate } = own;
    expect(then.tallies).toMatchObject([{ votes, share: null, rank: null, candidate }]);
    expect(new Set([all.id, now.id, then.id, all.tallies[0].id, now.tallies[0].id, then.tallies[0].id]).size).toBe(6);
    const lower = await list(`${where}, party: "${party.toLowerCase()}", at: "${instant(came)}"`);
    expect(lower.nodes).toEqual([then]);
  });

  it("name the version that one party's votes are a part of, and none that has other papers", async () => {
    const { query, clock, counties } = await startRecordedNight();
    const where = `district: "${counties[2]}", post: SENATOR`;
    const list = async (filter: string) =>
      (await query(`{ results(filter: { ${filter} }) { nodes { ${LATEST} } } }`)).data.results.nodes;
    const [all] = await list(where);
    const { code } = all.tallies.find(({ candidate }: Shape) => candidate.party).candidate.party;
    expect([all, ...(await list(`${where}, party: "${code}"`))]).toMatchObject([
      { latestVersion: { version: 1 } },
      { latestVersion: { version: 1 }, tallies: [{ candidate: { party: { code } } }] },
    ]);
    clock.advance(10 * 60_000);
    // The party's answer alone was read anew: what it says of the papers stands in no version.
    expect(await list(`${where}, party: "${code}"`)).toMatchObject([{ latestVersion: null }]);
  });

  it('answer beside the same count asked for alone, in either order', async () => {
    const { query, counties } = await startRecordedNight();
    for (const [index, first] of ['one', 'list'].entries()) {
      const code = counties[index];
      const one = () => query(`{ county(code: "${code}") { result(post: GOVERNOR) { id stationsReported } } }`);
      const list = () =>
        query(`{ results(filter: { district: "${code}", post: GOVERNOR }) { nodes { id stationsReported } } }`);
      const before = first === 'one' ? await one() : await list();
      const after = first === 'one' ? await list() : await one();
      expect([before.errors, after.errors]).toEqual([undefined, undefined]);
      const [alone, listed] = first === 'one' ? [before, after] : [after, before];
      expect(listed.data.results.nodes).toEqual([alone.data.county.result]);
    }
  });
});

describe('the timeline of a result', () => {
  it('has the last version of each span, the first and the last among them', async () => {
    const night = await startRecordedNight();
    await fiveVersions(night);
    night.clock.advance(15 * 60_000);
    await night.see({ stations: 6, votes: { A: 61 } });
    const timeline = async (args: string, at = '') =>
      (await night.result(`timeline${args} { version asOf }`, undefined, at)).timeline.map(
        ({ version }: Shape) => version,
      );
    expect(await timeline('(buckets: 1)')).toEqual([6]);
    // Five versions are in the first four of twenty minutes.
    expect(await timeline('(buckets: 2)')).toEqual([5, 6]);
    expect(await timeline('(buckets: 7)')).toEqual([3, 5, 6]);
    expect(await timeline('')).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await timeline('(buckets: 500)')).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await timeline('(buckets: null)')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is one point of one version', async () => {
    const night = await startRecordedNight();
    await night.see({ stations: 1, votes: { A: 1 } });
    expect((await night.result('timeline(buckets: 3) { version }')).timeline).toEqual([{ version: 1 }]);
  });
});

describe("a version's statement", () => {
  it('is checked with the published keys alone, and with no others', async () => {
    const night = await startRecordedNight();
    const [, , three] = (await fiveVersions(night)) as [number, number, number];
    const fields = 'statement latestVersion { statement bodyHash logIndex proof { leaf } }';
    const past = await night.result(fields, undefined, `at: "${instant(three)}"`);
    const response = await night.app.fetch(new Request('http://gateway/.well-known/jwks.json'));
    const published = (await response.json()) as { keys: Record<string, unknown>[] };
    const keys = createLocalJWKSet(published as Parameters<typeof createLocalJWKSet>[0]);
    const { payload, protectedHeader } = await compactVerify(past.statement, keys);
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: published.keys[0]!.kid, typ: 'election-result+jwt' });
    const claims = JSON.parse(new TextDecoder().decode(payload));
    const { bodyHash, logIndex, proof, statement } = past.latestVersion;
    // The same leaf that the log has.
    expect(claims).toEqual({
      iss: expect.stringMatching(/^http/),
      iat: Math.floor(night.clock.now() / 1000),
      result: JSON.parse(proof.leaf),
      version: 3,
      log_index: logIndex,
    });
    expect(claims.result).toMatchObject({
      ...{ election: 'GEK2013-TEST', level: 'county', post: 'PRESIDENT', place: night.counties[0]!.toUpperCase() },
      ...{ instant: instant(three), body: bodyHash, figures: { stations: 3, ballots: { valid: 33 } } },
    });
    expect(JSON.parse(Buffer.from(statement.split('.')[1], 'base64url').toString())).toEqual(claims);

    const [header, , signature] = past.statement.split('.');
    claims.result.figures.votes[0].votes += 1;
    const changed = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
    await expect(compactVerify(changed, keys)).rejects.toThrow('signature verification failed');
    const { publicKey } = await generateKeyPair('ES256');
    await expect(compactVerify(past.statement, publicKey)).rejects.toThrow('signature verification failed');
  });
});

describe.skipIf(!canStartRedis())('a record that cannot be written', () => {
  it('leaves the figures as they are, and says so', async () => {
    await using redis = await ownRedis();
    const night = await startRecordedNight({ REDIS_URL: redis.url });
    const { say, see, read, result, clock } = night;
    await see({ stations: 1, votes: { A: 10 } });
    const ready = async () => {
      const report = await (await night.app.fetch(new Request('http://gateway/health/ready'))).json();
      return report as { degraded: string[]; record: { recording: boolean } };
    };
    expect(await ready()).toMatchObject({ degraded: [], record: { recording: true } });

    await redis.stop();
    say({ stations: 2, votes: { A: 20 } });
    await read();
    // Null and an error is what the record would have said; what the source says is there.
    const parts = ['history { totalCount }', 'timeline { version }', 'recordFlags { code }'];
    for (const field of [...parts, 'latestVersion { version }', 'statement']) {
      const { data, errors } = await asked(night, `stationsReported ${field}`);
      const [name] = field.split(' ') as [string];
      const path = ['county', 'result', name];
      expect(errors, field).toMatchObject([
        { path, extensions: { code: 'STORAGE_UNAVAILABLE', retryAfter: expect.any(Number) } },
      ]);
      expect(data.county.result).toEqual({ stationsReported: 2, [name]: null });
    }
    expect(await result('stationsReported tallies { votes }')).toEqual({
      stationsReported: 2,
      tallies: [{ votes: 20 }],
    });
    const then = await asked(night, 'stationsReported', `, at: "${instant(clock.now())}"`);
    expect([then.data.county, then.errors]).toMatchObject([
      { result: null },
      [{ path: ['county', 'result'], extensions: { code: 'STORAGE_UNAVAILABLE' } }],
    ]);
    expect(await ready()).toMatchObject({ degraded: expect.arrayContaining(['record']), record: { recording: false } });

    await redis.start();
    await until(async () => {
      await read();
      return (await ready()).record.recording;
    });
    const { history } = await result('history { edges { node { version stationsReported } } }');
    expect(history.edges.map(({ node }: Shape) => node)).toEqual([
      { version: 2, stationsReported: 2 },
      { version: 1, stationsReported: 1 },
    ]);
    await night.app.close();
  });
});

it('names the version of the figures that are shown, though a newer one is recorded by now', async () => {
  const clock = manualClock();
  const { query } = await startGateway({ clock, sandbox: { now: clock.now } });
  const shown = `result(post: PRESIDENT) { asOf stationsReported
    latestVersion { version asOf stationsReported } history { totalCount } }`;
  const { data } = await query('{ counties { code } }');
  const results = async () =>
    (await query(`{ counties { ${shown} } }`)).data.counties.map(({ result }: Shape) => result);
  await results();
  // Within the life of what was read one by one, lists are read anew.
  clock.advance(10_000);
  for (const { code } of data.counties)
    await query(`{ results(filter: { post: PRESIDENT, district: "${code}" }) { totalCount } }`);
  const now = await results();
  expect(now.filter(({ history }: Shape) => history.totalCount > 1).length).toBeGreaterThan(5);
  for (const { latestVersion, asOf, stationsReported } of now)
    expect(latestVersion).toEqual({ version: 1, asOf, stationsReported });
});

describe('the version that a result is', () => {
  const recording = async ({ app }: RecordedNight) => {
    const { record } = (await (await app.fetch(new Request('http://gateway/health/ready'))).json()) as Shape;
    return record.recording;
  };

  it('is none of what no leaf of the log can hold, until it fits again', async () => {
    const night = await startRecordedNight();
    const { see, result } = night;
    await see({ stations: 1, votes: { A: 1 } });
    expect(await result(LATEST)).toMatchObject({ latestVersion: { version: 1 } });
    const many = Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`CANDIDATE-${at}`, at]));
    await see({ stations: 2, votes: many });
    const shown = await result(LATEST);
    expect([shown.tallies.length, shown.latestVersion]).toEqual([600, null]);
    expect(await recording(night)).toBe(false);
    await see({ stations: 3, votes: { A: 3 } });
    expect(await result(LATEST)).toMatchObject({ latestVersion: { version: 2 } });
    expect(await recording(night)).toBe(true);
  });
});
