import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

const LISTED = {
  elections: [
    { code: 'GEK2013', name: 'General Election', type: 'General Election' },
    { code: '20131017', name: null, type: 'By-Election' },
    { code: 'X1', name: 'Other', type: null },
  ],
};

it('lists the elections of the source', async () => {
  const { query } = await startGateway();
  const { data } = await query('{ elections { code name kind isTest testElection { code } } }');
  expect(data.elections).toEqual([
    { code: 'GEK2013-TEST', name: 'Invented General Election', kind: 'GENERAL', isTest: true, testElection: null },
    { code: '20131017-TEST', name: 'Invented By Elections', kind: 'BY_ELECTION', isTest: true, testElection: null },
  ]);
});

it("lists a by-election's seats with their places, and a candidate's race", async () => {
  const { query } = await startGateway();
  const { data, errors } =
    await query(`{ election(code: "20131017-TEST") { location seats { name post district { __typename code name } } } 
    candidates(filter: { election: "20131017-TEST" }, first: 1) { nodes { race contest { name } } } }`);
  expect(errors).toBeUndefined();
  const { location, seats } = data.election;
  expect([location, seats.length]).toEqual(['KENYA', 8]);
  expect(seats.map(({ post, district }: Shape) => [post, district.__typename])).toEqual([
    ['SENATOR', 'County'],
    ...Array(2).fill(['MEMBER_OF_NATIONAL_ASSEMBLY', 'Constituency']),
    ...Array(5).fill(['MEMBER_OF_COUNTY_ASSEMBLY', 'Ward']),
  ]);
  for (const { name, district } of seats) expect(name).toContain(district.name.trim());
  const [{ race, contest }] = data.candidates.nodes;
  expect(race).toEqual(expect.stringMatching(/\S/));
  expect(contest.name).toContain(race);
});

it('shows what can be read of a seat, and never hides one', async () => {
  const { query, sandbox } = await startGateway();
  const places = [
    {},
    { name: 'A', post: 'x', locationID: ' ' },
    { post: 9, location: 'ward' },
    { post: 4, locationID: 'NOSUCH' },
    null,
    'somewhere',
    { name: {}, post: [4], locationID: { code: 'X' } },
  ];
  const elections = [
    { code: 'X1', type: 'By-Election', locations: places },
    { code: 'X2', location: null, locations: null },
    { code: 'X3', location: { name: 'A' }, locations: { name: 'A' } },
  ];
  sandbox.faults.set({ kind: 'json-text', path: '/election/', body: JSON.stringify({ status: 'SUCCESS', elections }) });
  const { data, errors } = await query('{ elections { location seats { name post district { code } } } }');
  expect(errors).toBeUndefined();
  expect(data.elections).toEqual([
    {
      location: null,
      seats: [
        { name: null, post: null, district: null },
        { name: 'A', post: null, district: null },
        { name: null, post: null, district: null },
        { name: null, post: 'MEMBER_OF_NATIONAL_ASSEMBLY', district: null },
        { name: null, post: null, district: null },
        { name: null, post: null, district: null },
        { name: null, post: null, district: null },
      ],
    },
    { location: null, seats: [] },
    { location: null, seats: null },
  ]);
});

it('gives each real election its twin, which the list need not name', async () => {
  const { query, sandbox } = await startGateway();
  sandbox.faults.set({ kind: 'json-text', path: '/election/', body: JSON.stringify({ status: 'SUCCESS', ...LISTED }) });
  const { data } = await query(`{
    elections { code name kind isTest testElection { code name kind isTest testElection { code } } }
    twin: election(code: "GEK2013-TEST") { code isTest }
    none: election(code: "NOSUCH") { code }
  }`);
  expect(data.elections.map(({ kind, isTest }: Shape) => [kind, isTest])).toEqual([
    ['GENERAL', false],
    ['BY_ELECTION', false],
    ['UNKNOWN', false],
  ]);
  expect(data.elections[0].testElection).toEqual({
    code: 'GEK2013-TEST',
    name: 'The General Election 2013 (test data)',
    kind: 'GENERAL',
    isTest: true,
    testElection: null,
  });
  expect(data.elections[1].name).toBe('The October 17th By Elections');
  expect(data).toMatchObject({ twin: { code: 'GEK2013-TEST', isTest: true }, none: null });
});

it('finds an election by its code in any case, and shows it in the one of the source', async () => {
  const { query, sandbox } = await startGateway();
  sandbox.faults.set({ kind: 'json-text', path: '/election/', body: JSON.stringify({ status: 'SUCCESS', ...LISTED }) });
  const { data } = await query(`{
    real: election(code: "gek2013") { code name }
    twin: election(code: "GeK2013-test") { code isTest }
  }`);
  expect(data).toMatchObject({
    real: { code: 'GEK2013', name: 'General Election' },
    twin: { code: 'GEK2013-TEST', isTest: true },
  });
});

it('lists parties and finds one by its code', async () => {
  const { query } = await startGateway();
  const { data } = await query('{ parties { id code name abbreviation color symbolUrl } }');
  expect(data.parties.length).toBeGreaterThan(30);
  const [party] = data.parties;
  expect(party.abbreviation).toBe(party.abbreviation.trim());
  expect(new URL(party.symbolUrl).protocol).toBe('http:');
  const one = await query(
    `{ party(code: "${party.code.toLowerCase()}") { id name } none: party(code: "NOSUCH") { id } }`,
  );
  expect(one.data).toEqual({ party: { id: party.id, name: party.name }, none: null });
});

it("lists a party's candidates, in its own election or another", async () => {
  const { query } = await startGateway();
  const { data } = await query('{ parties { code } other: parties(election: "20131017-TEST") { code } }');
  const code = data.other[0].code;
  const answer = await query(`{ party(code: "${code}") {
    candidates(first: 5) { totalCount nodes { party { code } isIndependent post contest { code } } }
    other: candidates(election: "20131017-TEST") { totalCount nodes { party { code } } } } }`);
  const { candidates, other } = answer.data.party;
  expect(answer.errors).toBeUndefined();
  expect(candidates.totalCount).toBeGreaterThan(other.totalCount);
  for (const node of [...candidates.nodes, ...other.nodes]) expect(node.party.code).toBe(code);
  expect(candidates.nodes[0]).toMatchObject({ isIndependent: false, post: expect.any(String) });
});

it.each([
  ['PRESIDENT', 'Country', 1],
  ['GOVERNOR', 'County', 47],
  ['SENATOR', 'County', 47],
  ['MEMBER_OF_NATIONAL_ASSEMBLY', 'Constituency', 290],
  ['WOMAN_REPRESENTATIVE', 'County', 47],
  ['MEMBER_OF_COUNTY_ASSEMBLY', 'Ward', 1_451],
])('lists the contests for %s, each with its %s', async (post, typename, count) => {
  const { query } = await startGateway();
  const { data, errors } = await query(
    `query ($post: Post!) { contests(filter: { post: $post }, first: 100) { totalCount
      nodes { name post district { __typename name ... on ElectoralDistrict { number } } candidates(first: 1) { totalCount } } } }`,
    { post },
  );
  expect(errors).toBeUndefined();
  expect(data.contests.totalCount).toBe(count);
  for (const { name, post: ofContest, district, candidates } of data.contests.nodes) {
    expect([ofContest, district.__typename]).toEqual([post, typename]);
    expect(candidates.totalCount).toBeGreaterThan(1);
    if (typename !== 'Country')
      expect(name).toContain(`(${String(district.number).padStart(typename === 'Ward' ? 4 : 3, '0')})`);
  }
});

it("lists a district's contests and candidates", async () => {
  const { query } = await startGateway();
  const { data } = await query('{ counties { id code } }');
  const [{ id, code }] = data.counties;
  const answer = await query(
    `query ($id: ID!, $code: ID!) {
      county(code: $code) { contests { post district { code } } candidates(post: GOVERNOR) { totalCount nodes { post } } }
      byId: contests(filter: { district: $id }) { totalCount nodes { district { code } } }
      byCode: contests(filter: { district: $code, post: SENATOR }) { totalCount nodes { post } }
      candidates(filter: { district: $id, post: GOVERNOR }) { totalCount }
    }`,
    { id, code },
  );
  expect(answer.errors).toBeUndefined();
  const { county, byId, byCode, candidates } = answer.data;
  expect(county.contests.map(({ post }: Shape) => post).sort()).toEqual([
    'GOVERNOR',
    'SENATOR',
    'WOMAN_REPRESENTATIVE',
  ]);
  for (const contest of [...county.contests, ...byId.nodes]) expect(contest.district.code).toBe(code);
  expect(byId.totalCount).toBe(3);
  expect(byCode).toEqual({ totalCount: 1, nodes: [{ post: 'SENATOR' }] });
  expect(county.candidates.totalCount).toBe(candidates.totalCount);
  expect(new Set(county.candidates.nodes.map(({ post }: Shape) => post))).toEqual(new Set(['GOVERNOR']));
});

it('filters candidates by contest and party together, by id or code', async () => {
  const { query } = await startGateway();
  const { data } = await query(
    '{ contests(filter: { post: GOVERNOR }, first: 1) { nodes { id code candidates { nodes { code name party { id code } } } } } }',
  );
  const [contest] = data.contests.nodes;
  const wanted = contest.candidates.nodes.find(({ party }: Shape) => party !== null);
  const text =
    'query ($contest: ID!, $party: ID!) { candidates(filter: { contest: $contest, party: $party }) { nodes { code name } } }';
  for (const variables of [
    { contest: contest.id, party: wanted.party.id },
    { contest: contest.code, party: wanted.party.code },
  ]) {
    expect((await query(text, variables)).data.candidates.nodes).toEqual([{ code: wanted.code, name: wanted.name }]);
  }
});

it('completes a candidate beside a result from its own lookup', async () => {
  const { query } = await startGateway();
  const FACTS =
    'code name surname otherNames runningMate pictureUrl isIndependent post contest { code name } party { code color symbolUrl }';
  const { data, errors } = await query(
    `{ country { result(post: PRESIDENT) { contest { code } tallies { candidate { ${FACTS} } } } } }`,
  );
  expect(errors).toBeUndefined();
  const { contest, tallies } = data.country.result;
  const beside = tallies[0].candidate;
  const { data: alone } = await query(
    `{ candidate(code: "${beside.code}") { ${FACTS} } none: candidate(code: "NOSUCH") { name } }`,
  );
  const {
    party: { color: _color, ...party },
    ...facts
  } = beside;
  expect(alone).toMatchObject({ candidate: { ...facts, party, name: expect.any(String) }, none: null });
  expect(beside).toMatchObject({
    post: 'PRESIDENT',
    contest: { code: contest.code, name: 'Presidential - KENYA (000)' },
  });
  expect(beside.runningMate).toMatch(/^\S+ /);
  expect(`${beside.otherNames} ${beside.surname}`.replace(/\s+/g, ' ')).toBe(beside.name.trim().replace(/\s+/g, ' '));
});

it('reads voter guides, their bodies only when asked for', async () => {
  const { query, upstream } = await startGateway();
  const { data } = await query(
    '{ voterGuides { code title } one: voterGuide(code: "vi002") { title } none: voterGuide(code: "VI999") { title } }',
  );
  expect(data.voterGuides.map(({ code }: Shape) => code)).toEqual(['VI001', 'VI002', 'VI003', 'VI004']);
  expect(data).toMatchObject({ one: { title: 'How a polling day goes' }, none: null });
  expect(upstream()).toEqual(['/info/']);
  const { data: body } = await query('{ voterGuide(code: "VI001") { body } }');
  expect(body.voterGuide.body).toMatchObject({ info: { code: 'VI001' } });
});
