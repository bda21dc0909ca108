import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GraphQLField, type GraphQLObjectType, getNamedType, isLeafType, isObjectType, parse } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { type ElectionBuddySandbox, startElectionBuddySandbox } from '../../src/sandbox/electionbuddy/index.ts';
import { type IebcSandbox, startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { costOfField, operationCost, REQUEST_COST } from '../../src/schema/cost.ts';
import { schema } from '../../src/schema/index.ts';
import { buddyEnv } from '../support/electionbuddy.ts';
import { demoKey, post } from '../support/gateway.ts';
import { iebcEnv } from '../support/iebc.ts';

// biome-ignore lint/suspicious/noExplicitAny: shape as queried
type Shape = any;

let iebc: IebcSandbox;
let buddy: ElectionBuddySandbox;
const known: Record<string, string> = {};
const directory = mkdtempSync(join(tmpdir(), 'gateway-'));

/** What an operation of a gateway that has just started asks its sources for, and its answer. */
async function asked(query: string): Promise<{ requests: number; data: Shape }> {
  let requests = 0;
  const { API_KEYS: _, ...organization } = buddyEnv(buddy);
  const config = readConfig({
    ...iebcEnv(iebc),
    IEBC_PLACES_INDEX: 'on-demand',
    EREG_URL: 'off',
    DATA_DIR: directory,
    ...organization,
  });
  // The operation compares with it before each request of its own: the index's are not among them.
  const count = () => {
    requests++;
    return Number.POSITIVE_INFINITY;
  };
  const counting = { valueOf: count } as unknown as number;
  // Nobody waits for the index, which is what its absence costs.
  const settings = { ...config, maxSourceRequests: counting, iebc: { ...config.iebc, indexWaitMs: 1 } };
  const app = await createApp(settings, { log: createLog('silent') });
  const { data, errors } = await post(app, query, {}, demoKey(app));
  await app.close();
  const refusal = errors?.find(({ extensions }) => !/^(DEADLINE|SOURCE)/.test(`${extensions.code}`));
  if (refusal) throw new Error(`${query}: ${refusal.message}`);
  return { requests, data };
}
const costOf = (text: string) => operationCost({ schema, document: parse(text) });

beforeAll(async () => {
  iebc = await startIebcSandbox();
  buddy = await startElectionBuddySandbox({ ballotEveryMs: 0 });
  const { data } = await asked(`{ counties { code constituencies { id code wards { id code } } }
    parties { code } voterGuides { code } contests(filter: { post: GOVERNOR }) { nodes { id code } }
    candidates(filter: { post: GOVERNOR }) { nodes { code } } }`);
  const [county] = data.counties.toSorted((a: Shape, b: Shape) => b.constituencies.length - a.constituencies.length);
  const [constituency] = county.constituencies.toSorted((a: Shape, b: Shape) => b.wards.length - a.wards.length);
  const [contest] = data.contests.nodes;
  Object.assign(known, {
    county: county.code,
    constituency: constituency.code,
    ward: constituency.wards[0].code,
    constituencyId: constituency.id,
    wardId: constituency.wards[0].id,
    party: data.parties[0].code,
    guide: data.voterGuides[0].code,
    contest: contest.code,
    node: contest.id,
    candidate: data.candidates.nodes[0].code,
  });
  const { data: below } = await asked(`{ ward(code: "${known.ward}") { pollingStations { nodes { code } } } }`);
  known.station = below.ward.pollingStations.nodes[0].code;
});
afterAll(async () => {
  await iebc.close();
  await buddy.close();
});

/** A way to objects of every type: a new type without one fails. `…` stands for what is selected there. */
const STATIONS = 'ward(code: "$ward") { pollingStations(first: 100)';
const CENTRES = 'ward(code: "$ward") { pollingCentres(first: 100)';
const RESULTS = 'results(filter: { post: GOVERNOR }, first: 100)';
const LEVEL = 'results(filter: { post: GOVERNOR, level: CONSTITUENCY, within: "$county" }, first: 1)';
const RESULT = 'county(code: "$county") { result(post: GOVERNOR)';
const MEMBER = 'organizationVoter(identifier: "jane@example.com")';
const STATUSES = 'electionCode: "12", memberIds: ["jane@example.com", "HL-0007", "nobody"]';
const WAYS: Record<string, string> = {
  Query: '…',
  Country: 'country …',
  County: 'county(code: "$county") …',
  Constituency: 'constituency(code: "$constituency") …',
  Ward: 'ward(code: "$ward") …',
  PollingStation: `${STATIONS} { nodes … } }`,
  PollingCentre: `${CENTRES} { nodes … } }`,
  PollingCentreConnection: `${CENTRES} … }`,
  PollingCentreEdge: `${CENTRES} { edges … } }`,
  NearbyPollingCentre: 'nearbyPollingCentres(near: { latitude: -4, longitude: 39.66 }) …',
  ConstituencyConnection: 'country { constituencies(first: 300) … }',
  ConstituencyEdge: 'country { constituencies(first: 300) { edges … } }',
  WardConnection: 'country { wards(first: 300) … }',
  WardEdge: 'country { wards(first: 300) { edges … } }',
  PollingStationFacility: 'pollingStation(code: "$station") { facility … }',
  Coordinates: 'county(code: "$county") { center … }',
  NearbyPollingStation: 'nearbyPollingStations(near: { latitude: -4, longitude: 39.66 }) …',
  Election: 'elections …',
  ElectionSeat: 'elections { seats … }',
  Party: 'parties …',
  Contest: 'contests(filter: { post: GOVERNOR }, first: 100) { nodes … }',
  Candidate: `${RESULT} { tallies { candidate … } } }`,
  ContestResult: `${RESULTS} { nodes … }`,
  BallotCounts: `${RESULT} { ballots … } }`,
  StationsAsReported: `${RESULT} { stationsAsReported … } }`,
  Tally: `${RESULT} { tallies … } }`,
  QualityFlag: `${RESULT} { quality … } }`,
  Voter: 'voter(code: "10000001") …',
  VoterGuide: 'voterGuides …',
  SourceHealth: 'sources …',
  PlacesIndexProgress: 'sources { placesIndex … }',
  BoundariesIndexProgress: 'sources { boundariesIndex … }',
  WardAt: 'wardAt(latitude: -4.05, longitude: 39.7158) …',
  PollingStationConnection: `${STATIONS} … }`,
  PollingStationEdge: `${STATIONS} { edges … } }`,
  ContestConnection: 'contests(filter: {}, first: 1) …',
  ContestEdge: 'contests(filter: {}, first: 1) { edges … }',
  CandidateConnection: 'candidates(filter: {}, first: 1) …',
  CandidateEdge: 'candidates(filter: {}, first: 1) { edges … }',
  ContestResultConnection: `${RESULTS} …`,
  ContestResultEdge: `${RESULTS} { edges … }`,
  ResultTotals: `${LEVEL} { totals … }`,
  TotalOfCandidate: `${LEVEL} { totals { byCandidate … } }`,
  TotalOfParty: `${LEVEL} { totals { byParty … } }`,
  PageInfo: `${RESULTS} { pageInfo … }`,
  OrganizationVoter: `${MEMBER} …`,
  OrganizationElection: `${MEMBER} { elections … }`,
  VotingLink: `${MEMBER} { votingLinks … }`,
  VoterStatus: 'voterStatus(electionCode: "12", memberId: "jane@example.com") …',
  MemberVoterStatus: `voterStatuses(${STATUSES}) …`,
  VoterStatusError: `voterStatuses(${STATUSES}) { error … }`,
};

/** Arguments that cost the most. */
const ARGUMENTS: Record<string, string> = {
  'Query.node': 'id: "$node"',
  'Query.nodes': 'ids: ["$node", "$node"]',
  'Query.county': 'code: "$county"',
  'Query.constituency': 'code: "$constituency"',
  'Query.ward': 'code: "$ward"',
  'Query.pollingStation': 'code: "$station"',
  'Query.nearbyPollingStations': 'near: { latitude: -4, longitude: 39.66 }',
  'Query.wardAt': 'latitude: -4.05, longitude: 39.66',
  'Query.nearbyPollingCentres': 'near: { latitude: -4, longitude: 39.66 }',
  'Query.reportingStations': 'district: "$ward", first: 100',
  'Query.searchPlaces': 'text: "nairobi", within: "$ward"',
  'Query.findPlaces': 'text: "nairobi", within: "$ward"',
  'Query.election': 'code: "GEK2013-TEST"',
  'Query.party': 'code: "$party"',
  'Query.contests': 'filter: { district: "$ward" }, first: 100',
  'Query.contest': 'code: "$contest"',
  'Query.candidates': 'filter: { district: "$ward" }, first: 100',
  'Query.candidate': 'code: "$candidate"',
  'Query.results': 'filter: { district: "$ward" }, first: 100',
  'Query.voter': 'code: "10000001"',
  'Query.voterGuide': 'code: "$guide"',
  'Query.organizationVoter': 'identifier: "jane@example.com"',
  'Query.voterStatus': 'electionCode: "12", memberId: "jane@example.com"',
  'Query.voterStatuses': STATUSES,
  'Query.registrationCheck': 'id: "UmVnaXN0cmF0aW9uQ2hlY2s6eA"',
  'Query.verifyRegistrationCredential': 'credential: "none"',
  'Query.verifyResultProof': 'proof: "none"',
};

/** What is kept here, of which no source is asked. */
const OURS =
  /^(AddressCheck|AlreadyFinished|AlreadyVoted|Ballot(Activity.*|Organization|Question)|CancelRegistration.*|CandidateChange|Check(Failure|NotFound)|ContestResultVersion.*|CreateVotingLink.*|CredentialVerification|ElectionNotRunning|EraseRegistration.*|IdempotencyConflict|InvalidInput|Mutation|OtherAnswer|Preference|RecordFlag|RegistrationCheck(Connection|Edge)?|RequestRegistration.*|Result(Change|Proof|ProofVerification|Update)|Score|Selection|Subscription|VoteAllocation|Voter(Contact|LimitReached|NotFound))$/;

const types = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__') && !OURS.test(name));

function call(type: GraphQLObjectType, { name, type: result, args }: GraphQLField<unknown, unknown>): string {
  const usual = args
    .flatMap((arg) => ({ post: ['post: PRESIDENT'], first: ['first: 100'] })[arg.name] ?? [])
    .join(', ');
  const given = ARGUMENTS[`${type.name}.${name}`] ?? usual;
  return `${name}${given && `(${given})`} ${isLeafType(getNamedType(result)) ? '' : '{ __typename }'}`;
}

it.each(types.map((type) => [type.name, type] as const))('%s', async (name, type) => {
  const way = WAYS[name];
  if (!way) throw new Error(`say here how to get at ${name}`);
  const text = (selected: string) =>
    `{ ${way.replace('…', `{ __typename ${selected} }`).replace(/^\{(.*)\}$/, '$1')} }`.replace(
      /\$(\w+)/g,
      (_all, key: string) => known[key]!,
    );
  const bare = text('');
  const before = await asked(bare);
  expect(before.requests * REQUEST_COST).toBeLessThanOrEqual(costOf(bare));

  const fields = Object.values(type.getFields());
  const free = fields.filter((field) =>
    Object.keys(costOfField(field, { first: 1, ids: [], memberIds: [] }, name)).every(
      (key) => !/requests|shared/.test(key),
    ),
  );
  const selections = [...fields.filter((field) => !free.includes(field)).map((field) => call(type, field))];
  if (free.length > 0) selections.push(free.map((field) => call(type, field)).join(' '));
  for (const selected of selections) {
    const query = text(selected);
    const { requests } = await asked(query);
    const stated = (costOf(query) - costOf(bare)) / REQUEST_COST;
    expect({
      selected,
      lie: requests - before.requests > stated && { requests: requests - before.requests, stated },
    }).toEqual({ selected, lie: false });
  }
});

it.each([
  ['level: COUNTRY', 1],
  ['level: COUNTY', 48],
  ['level: COUNTY, within: "KE"', 48],
  ['level: COUNTY, within: "$county"', 1],
  ['level: CONSTITUENCY', 291],
  ['level: CONSTITUENCY, within: "$county"', 17],
  ['level: WARD', 1_454],
  ['level: WARD, within: "$county"', 86],
  ['level: WARD, within: "$constituency"', 86],
  ['level: WARD, within: "$constituencyId"', 12],
  ['level: WARD, within: "$wardId"', 1],
  ['level: POLLING_STATION, within: "$wardId"', 150],
])(
  'no list of results by { %s } causes more requests than it says',
  async (level, places) => {
    const given = level.replace(/\$(\w+)/g, (_all, key: string) => known[key]!);
    const filter = `filter: { post: PRESIDENT, ${given} }`;
    const forms = {
      page: `first: 5) { nodes { __typename } }`,
      ordered: `first: 5, orderBy: { field: VOTES }) { nodes { __typename } }`,
      totals: `first: 5) { nodes { __typename } totals { places } }`,
      both: `first: 5, orderBy: { field: VOTES }) { nodes { __typename } ... on ContestResultConnection { totals { places } } }`,
    };
    for (const [form, rest] of Object.entries(forms)) {
      const query = `{ results(${filter}, ${rest} }`;
      const stated = Math.floor(costOf(query) / REQUEST_COST);
      const { requests } = await asked(query);
      expect({ form, lie: requests > stated && { requests, stated } }).toEqual({ form, lie: false });
      // Nor is it dearer than the most that there can be, and once.
      expect(stated).toBeLessThanOrEqual((form === 'page' ? Math.min(5, places) : places) + 49 + 1);
    }
  },
  120_000,
);

it('states how long every list of objects may be', () => {
  const silent = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .filter(({ field }) => `${field.type}`.includes('[') && !isLeafType(getNamedType(field.type)))
    .filter(
      ({ type, field }) => costOfField(field, { first: 1, ids: [], memberIds: [] }, type.name).each === undefined,
    );
  expect(silent.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
});
