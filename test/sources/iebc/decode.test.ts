import { describe, expect, it } from 'vitest';
import * as decode from '../../../src/sources/iebc/decode.ts';
import { demoKey, startGateway } from '../../support/gateway.ts';

const E = 'GEK2013';
const results = (contests: unknown) => decode.decodeResults(E, 'results', { contests });
const LOCATION = {
  location: 'ONE ',
  location_id: 'c1',
  location_type: 'county',
  registered: '1000',
  valid: 10,
  rejected: 1,
  spoilt: 2,
  disputed: 3,
  reported: 4,
  turnout: 50.5,
  reporting_ps: { ps_reporting: [], ps_location_total: [] },
  results: [{ code: 'A', name: 'Ann  A ', votes: 7, party: {}, picture: null }],
};
const CONTEST = { contest: 'KENYA', contest_id: 'X', contest_type: '1', locations: [LOCATION] };

describe('"no data"', () => {
  it.each([
    ['a contest {}', [{}]],
    ['locations missing', [{ contest: 'A', contest_id: 'X', contest_type: '1' }]],
    ['locations null', [{ contest: 'A', contest_id: 'X', contest_type: '1', locations: null }]],
    ['locations []', [{ contest: 'A', contest_id: 'X', contest_type: '1', locations: [] }]],
    ['a location {}', [{ contest: 'A', contest_id: 'X', contest_type: '1', locations: [{}] }]],
    ['no contests', []],
    ['contests null', null],
  ])('of a result: %s', (_name, contests) => {
    expect(results(contests)).toEqual([]);
  });

  it.each<[string, unknown, unknown]>([
    ['districts, region null', decode.decodeDistricts('County', 'county', { region: null }), []],
    ['districts, region {}', decode.decodeDistricts('County', 'county', { region: {} }), []],
    ['districts, locations null', decode.decodeDistricts('County', 'county', { region: { locations: null } }), []],
    ['stations null', decode.decodeStations('s', { polling_stations: null }), []],
    ['a station null', decode.decodeStation('s', 's', { info: null }), null],
    ['a station {}', decode.decodeStation('s', 's', { info: {} }), null],
    [
      'a station without results',
      decode.decodeStationResults(E, 'S', 'PRESIDENT', 's', { name: 'S', results: [] }),
      [],
    ],
    ['a station with empty results', decode.decodeStationResults(E, 'S', 'PRESIDENT', 's', { results: [{}] }), []],
    ['parties null', decode.decodeParties(E, 'party', { parties: null }), []],
    ['a party {}', decode.decodeParties(E, 'party', { party: {} }), []],
    ['a contest {}', decode.decodeContests(E, 'contest', { contests: [{}] }), []],
    ['a candidate null', decode.decodeCandidates(E, 'candidate', { candidate: null }), []],
    [
      'a race without candidates',
      decode.decodeCandidates(E, 'candidate', { candidates: [{ race: 'A', candidates: null }] }),
      [],
    ],
    ['elections null', decode.decodeElections('election', { elections: null }), []],
    ['reporting null', decode.decodeReporting('reporting', { reporting: null }), []],
    ['guides null', decode.decodeGuides('info', { list: null }), []],
    ['a voter without a name', decode.decodeVoter('voter', { voter_info: { name: ' ' } }), null],
  ])('of %s', (_name, decoded, nothing) => {
    expect(decoded).toEqual(nothing);
  });
});

describe('what the source does in its own way', () => {
  it('a result: every figure as it is, names untouched', () => {
    expect(results([CONTEST])).toEqual([
      {
        election: E,
        level: 'county',
        unitCode: 'c1',
        unitName: 'ONE ',
        post: 'PRESIDENT',
        contestCode: 'X',
        contestName: 'KENYA',
        registeredVoters: 1000,
        counts: { valid: 10, rejected: 1, spoilt: 2, disputed: 3 },
        stationsReported: 4,
        stationsAsReported: null,
        turnoutPercent: 50.5,
        votes: [
          {
            votes: 7,
            candidate: {
              kind: 'Candidate',
              election: E,
              code: 'A',
              name: 'Ann  A ',
              party: null,
              pictureUrl: null,
              post: 'PRESIDENT',
              contestCode: 'X',
            },
          },
        ],
      },
    ]);
  });

  it.each([
    ['{}', {}, null],
    ['null', null, null],
    ['missing', undefined, null],
  ])("an independent's party: %s", (_name, party, expected) => {
    const [found] = results([
      { ...CONTEST, locations: [{ ...LOCATION, results: [{ code: 'A', name: 'A', votes: 1, party }] }] },
    ]);
    expect(found!.votes[0]!.candidate.party).toBe(expected);
  });

  it.each([
    ['a padded abbreviation', { abr: 'TNA       ' }, { abbreviation: 'TNA' }],
    ['a blank abbreviation', { abr: '   ' }, { abbreviation: null }],
    ['a symbol', { symbol: 'http://h/a.jpg' }, { symbolUrl: 'http://h/a.jpg' }],
    ['a picture', { picture: 'http://h/a.jpg' }, { symbolUrl: 'http://h/a.jpg' }],
    ['a script for a link', { picture: 'javascript:alert(1)' }, { symbolUrl: null }],
    ['a path for a link', { picture: '/images/a.jpg' }, { symbolUrl: null }],
  ])('a party with %s', (_name, given, expected) => {
    expect(decode.decodeParties(E, 'party', { parties: [{ code: 'P', name: 'P ', ...given }] })).toMatchObject([
      { kind: 'Party', code: 'P', name: 'P ', ...expected },
    ]);
  });

  it.each([
    ['0,0: the diaspora has no centre', { lat: 0, lon: 0 }, null],
    ['0 on one side: on the equator', { lat: 0, lon: 37.5 }, { latitude: 0, longitude: 37.5 }],
    ['null', null, null],
    ['missing', undefined, null],
    ['a point', { lat: -1.5, lon: 36 }, { latitude: -1.5, longitude: 36 }],
  ])('a centre %s', (_name, center, expected) => {
    const [found] = decode.decodeDistricts('Ward', 'ward', { region: { code: 'W', name: 'W', center } });
    expect(found!.center).toEqual(expected);
  });

  it.each([
    ['"174708"', '174708', 174_708],
    ['174708', 174_708, 174_708],
    ['an empty string', '', null],
    ['null', null, null],
  ])('registered voters as %s', (_name, registered, expected) => {
    const [found] = decode.decodeDistricts('Ward', 'ward', { region: { code: 'W', name: 'W', registered } });
    expect(found!.registeredVoters).toBe(expected);
  });

  it.each([
    ['http://api.iebc.or.ke/geojson/county_30.geojson', 30],
    ['http://evil.example/geojson/ward_1450.geojson', 1450],
    ['http://api.iebc.or.ke/geojson/', null],
    ['', null],
    [null, null],
  ])('the number of the boundary %j is %s', (polygon, number) => {
    const [found] = decode.decodeDistricts('County', 'county', { region: { code: 'C', name: 'C', polygon } });
    expect(found!.number).toBe(number);
  });

  it.each([
    ['in a list', { region: { location_type: 'county', locations: [{ code: 'C', name: 'C' }] } }],
    ['alone', { region: { code: 'C', name: 'C' } }],
  ])('a district %s', (_name, body) => {
    expect(decode.decodeDistricts('County', 'county', body).map(({ code }) => code)).toEqual(['C']);
  });

  it.each([
    ['polling_stations', { polling_stations: [{ code: 's', name: 'S', location: null }] }],
    ['region.locations, as one client read it', { region: { locations: [{ code: 's', name: 'S' }] } }],
  ])('stations in %s', (_name, body) => {
    expect(decode.decodeStations('pollingstation', body)).toEqual([
      { kind: 'PollingStation', code: 's', name: 'S', location: null },
    ]);
  });

  it.each([
    ['accessibilty', 'accessibility'],
    ['accessibility', 'accessibility'],
  ])('a station that spells %s', (spelling, name) => {
    const found = decode.decodeStation('s', 's', {
      info: { code: 's', name: 'S', [spelling]: ' ramp ', streams: '2', electricity: true },
    });
    expect(found!.facility).toMatchObject({ [name]: 'ramp', streams: 2, electricity: 'true', networks: null });
  });

  it.each([
    [
      'grouped by race',
      { candidates: [{ race: 'KENYA', candidates: [{ code: 'K', surname: 'ODE', other_name: 'Ann ' }] }] },
    ],
    ['in a plain list', { candidates: [{ code: 'K', surname: 'ODE', other_name: 'Ann ' }] }],
    ['alone', { candidate: { code: 'K', surname: 'ODE', other_name: 'Ann ' } }],
  ])('candidates %s', (_name, body) => {
    expect(decode.decodeCandidates(E, 'candidate', body)).toMatchObject([
      { code: 'K', name: 'Ann ODE', surname: 'ODE' },
    ]);
  });

  it.each([
    ['contestType', { contestType: '4' }],
    ['contest_type', { contest_type: 4 }],
  ])('a contest with %s', (_name, type) => {
    expect(decode.decodeContests(E, 'contest', { contests: [{ code: 'X', contest: 'A', ...type }] })).toMatchObject([
      { code: 'X', name: 'A', post: 'MEMBER_OF_NATIONAL_ASSEMBLY' },
    ]);
  });

  it.each([
    ['two empty lists, as in 2013', { ps_reporting: [], ps_location_total: [] }, null],
    ['two numbers', { ps_reporting: 3, ps_location_total: 9 }, { reporting: 3, total: 9 }],
    ['none of how many', { ps_reporting: 0, ps_location_total: 9 }, { reporting: 0, total: 9 }],
    ['as text', { ps_reporting: '3', ps_location_total: ' 9' }, { reporting: 3, total: 9 }],
    ['one number', { ps_reporting: 3, ps_location_total: [] }, { reporting: 3, total: null }],
    ['lists of codes', { ps_reporting: ['s1'], ps_location_total: ['s1', 's2'] }, null],
    ['what no count can be', { ps_reporting: -1, ps_location_total: 1e12 }, null],
    ['half a station', { ps_reporting: 0.5, ps_location_total: 9 }, { reporting: null, total: 9 }],
    ['a list', [3, 9], null],
    ['a text', '3/9', null],
    ['{}', {}, null],
    ['null', null, null],
    ['missing', undefined, null],
  ])('the stations as reported: %s', (_name, reporting_ps, expected) => {
    const [found] = results([{ ...CONTEST, locations: [{ ...LOCATION, reporting_ps }] }]);
    expect(found).toMatchObject({ stationsAsReported: expected, stationsReported: 4, turnoutPercent: 50.5 });
  });

  it("a station's results: codes come from the pictures, and there are no counts", () => {
    const code = '694F1CE1-7BA6-49E9-B40C-9AFEF518A09E';
    const picture = `http://h/images/candidate/${code}.jpg`;
    const body = { name: 'S/01', results: [{ results: [{ votes: '12', name: 'A', picture, party: null }] }] };
    expect(decode.decodeStationResults(E, 'S', 'GOVERNOR', 'results', body)).toMatchObject([
      {
        level: 'pollingstation',
        unitCode: 'S',
        post: 'GOVERNOR',
        counts: null,
        stationsReported: 1,
        votes: [{ votes: 12, candidate: { code } }],
      },
    ]);
  });

  it('reporting stations: once each, whatever the case', () => {
    expect(decode.decodeReporting('reporting', { reporting: ['aB', 'AB', 'c'] })).toEqual(['AB', 'C']);
  });
});

describe('an answer that cannot be read names the place in it, never what stands there', () => {
  const malformed = (read: () => unknown) => {
    try {
      return expect.fail(`read as ${JSON.stringify(read())}`);
    } catch (error) {
      expect(error).toMatchObject({ name: 'SourceError', code: 'SOURCE_MALFORMED', retryable: true });
      return error as Error & { extensions: { endpoint: string; path: string } };
    }
  };
  const vote = (changes: object) => [
    { ...CONTEST, locations: [{ ...LOCATION, results: [{ code: 'A', name: 'A', votes: 1, ...changes }] }] },
  ];
  const place = (changes: object) => [{ ...CONTEST, locations: [{ ...LOCATION, ...changes }] }];

  it.each<[string, unknown, string]>([
    ['votes that are text', vote({ votes: 'many' }), '$.contests[0].locations[0].results[0].votes'],
    ['half a vote', vote({ votes: 1.5 }), '$.contests[0].locations[0].results[0].votes'],
    ['votes below none', vote({ votes: -1 }), '$.contests[0].locations[0].results[0].votes'],
    ['a vote for nobody', vote({ code: null }), '$.results[].code'],
    ['no valid votes', place({ valid: undefined }), '$.contests[0].locations[0].valid'],
    ['rejected null', place({ rejected: null }), '$.contests[0].locations[0].rejected'],
    ['an unknown level', place({ location_type: 'galaxy' }), '$.contests[0].locations[].location_type'],
    ['an unknown post', [{ ...CONTEST, contest_type: '7' }], '$.contests[0].contest_type'],
    ['contests that are no list', {}, '$.contests'],
    ['no contests', undefined, '$.contests'],
  ])('%s', (_name, contests, path) => {
    const { extensions, message } = malformed(() => results(contests));
    expect(extensions).toMatchObject({ source: 'iebc', endpoint: 'results', path });
    expect(message).toContain(`(results, at ${path}: `);
    expect(message).not.toMatch(/many|galaxy/);
  });

  it.each<[string, () => unknown]>([
    ['SUCCESS without parties', () => decode.decodeParties(E, 'party', { status: 'SUCCESS' })],
    [
      'a race whose candidates are missing a code',
      () => decode.decodeCandidates(E, 'c', { candidates: [{ race: 'A', candidates: [{}] }] }),
    ],
    [
      'an entry that is neither a race nor a candidate',
      () => decode.decodeCandidates(E, 'c', { candidates: [{ surname: 'ODE' }] }),
    ],
    ['a contest without a post', () => decode.decodeContests(E, 'c', { contests: [{ code: 'X', contest: 'A' }] })],
    [
      'a district of an impossible place',
      () => decode.decodeDistricts('Ward', 'w', { region: { code: 'W', name: 'W', center: { lat: 91, lon: 0 } } }),
    ],
    ['a boundary that is no collection', () => decode.decodeBoundary('geojson', { type: 'Feature' })],
  ])('%s', (_name, read) => {
    malformed(read);
  });
});

describe('through the whole gateway', () => {
  const sent = (content: object) => JSON.stringify({ status: 'SUCCESS', ...content });

  it('"no data" is NOT_REPORTED with a sentence, not an error and not zeros', async () => {
    const gateway = await startGateway();
    for (const contests of [[{}], null]) {
      gateway.sandbox.faults.set({ kind: 'json-text', body: sent({ contests }), times: 1 });
      const { data, errors } = await gateway.query(
        `{ country { result(post: PRESIDENT${contests ? '' : ', election: "20131017-TEST"'}) { status statusMessage ballots { valid } tallies { votes } leader { votes } } } }`,
      );
      expect(errors).toBeUndefined();
      expect(data.country.result).toEqual({
        status: 'NOT_REPORTED',
        statusMessage: expect.stringMatching(/./),
        ballots: null,
        tallies: [],
        leader: null,
      });
    }
  });

  it('an answer about another place than was asked for is no answer', async () => {
    const gateway = await startGateway();
    gateway.sandbox.faults.set({ kind: 'json-text', body: sent({ contests: [CONTEST] }), path: '/results/' });
    const { errors } = await gateway.query('{ country { result(post: PRESIDENT) { ballots { valid } } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'SOURCE_MALFORMED', endpoint: 'results' } }]);
  });

  it('a plain list of candidates, an independent and a padded abbreviation', async () => {
    const gateway = await startGateway();
    const party = { code: 'P', name: 'Party', abr: 'PP   ' };
    const candidates = [
      { code: 'K', surname: 'ODE', party: {} },
      { race: 'A', candidates: [{ code: 'L', surname: 'ABE', party }] },
    ];
    gateway.sandbox.faults.set({ kind: 'json-text', body: sent({ candidates }), path: '/candidate/' });
    const { data, errors } = await gateway.query(
      '{ candidates(filter: { post: PRESIDENT }) { nodes { name isIndependent party { abbreviation } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.candidates.nodes).toEqual([
      { name: 'ODE', isIndependent: true, party: null },
      { name: 'ABE', isIndependent: false, party: { abbreviation: 'PP' } },
    ]);
  });

  it('a voter whose every text is empty is nobody', async () => {
    const gateway = await startGateway();
    const body = sent({ voter_info: { name: '', gender: '', contests: [], pollingStation: { streams: '' } } });
    gateway.sandbox.faults.set({ kind: 'json-text', body, path: '/voter/' });
    expect(await gateway.query('{ voter(code: "1") { name } }', {}, demoKey(gateway.app))).toMatchObject({
      data: { voter: null },
    });
  });
});
