import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../../../src/domain/errors.ts';
import * as decode from '../../../src/sources/iebc/decode.ts';

const PARTY = { code: 'P1', name: 'Party', abr: 'PP  ', symbol: 'http://h/p.jpg', color: '#aabbcc' };
const PICTURE = 'http://h/candidate/694F1CE1-7BA6-49E9-B40C-9AFEF518A09E.jpg';
const VOTE = { code: 'K1', name: 'Ann', votes: 7, picture: PICTURE, party: PARTY };
const PLACE = {
  code: 'C1',
  name: 'One',
  polygon: 'http://h/geojson/county_1.geojson',
  registered: '10',
  center: { lat: 1, lon: 37 },
};
const CANDIDATE = {
  code: 'K1',
  surname: 'ODE',
  other_name: 'Ann',
  party: PARTY,
  running_mate: ' ',
  contest_id: 'X1',
  contest_type: '1',
};
const STATION = { code: 's1', name: 'S/01', location: { lat: 1, lon: 37 } };
const FACILITY = { streams: '2', voters: 100, electricity: 'yes', accessibilty: null };
const LOCATION = {
  location: 'One',
  location_id: 'C1',
  location_type: 'county',
  registered: '10',
  valid: 7,
  rejected: 0,
  spoilt: 0,
  disputed: 0,
  reported: 1,
  reporting_ps: { ps_reporting: 1, ps_location_total: 2 },
  turnout: 70.1,
  results: [VOTE],
};
const GEOMETRY = {
  type: 'Polygon',
  coordinates: [
    [
      [37, 1],
      [38, 1],
      [38, 2],
      [37, 1],
    ],
  ],
};

type Decoder = (body: unknown) => unknown;

/** Each decoder with a body that it takes. */
const DECODERS: Array<[name: string, decoder: Decoder, valid: fc.JsonValue]> = [
  [
    'districts',
    (body) => decode.decodeDistricts('County', 'e', body),
    { region: { location_type: 'county', locations: [PLACE] } },
  ],
  ['a district', (body) => decode.decodeDistricts('County', 'e', body), { region: PLACE }],
  ['stations', (body) => decode.decodeStations('e', body), { polling_stations: [STATION] }],
  ['stations of old', (body) => decode.decodeStations('e', body), { region: { locations: [STATION] } }],
  ['a station', (body) => decode.decodeStation('e', 's1', body), { info: { ...STATION, ...FACILITY } }],
  ['parties', (body) => decode.decodeParties('E', 'e', body), { parties: [PARTY] }],
  ['a party', (body) => decode.decodeParties('E', 'e', body), { party: PARTY }],
  [
    'contests',
    (body) => decode.decodeContests('E', 'e', body),
    { contests: [{ code: 'X', contest: 'A', contestType: '2' }] },
  ],
  [
    'candidates',
    (body) => decode.decodeCandidates('E', 'e', body),
    { candidates: [{ race: 'A', candidates: [CANDIDATE] }] },
  ],
  ['a candidate', (body) => decode.decodeCandidates('E', 'e', body), { candidate: CANDIDATE }],
  [
    'results',
    (body) => decode.decodeResults('E', 'e', body),
    { contests: [{ contest: 'A', contest_id: 'X', contest_type: '1', locations: [LOCATION] }] },
  ],
  [
    "a station's results",
    (body) => decode.decodeStationResults('E', 'S', 'PRESIDENT', 'e', body),
    { name: 'S', results: [{ results: [VOTE] }] },
  ],
  [
    'elections',
    (body) => decode.decodeElections('e', body),
    {
      elections: [
        {
          code: 'E',
          name: 'An election',
          type: 'By-Election',
          location: 'KENYA',
          locations: [{ name: 'S', post: '3', location: 'county', locationID: 'C' }],
        },
      ],
    },
  ],
  ['reporting', (body) => decode.decodeReporting('e', body), { reporting: ['s1', 'S2'] }],
  ['guides', (body) => decode.decodeGuides('e', body), { list: [{ code: 'VI001', title: 'Mandate' }] }],
  ['anything', (body) => decode.decodeOpaque('e', body), { status: 'SUCCESS', x: 1 }],
  [
    'a voter',
    (body) => decode.decodeVoter('e', body),
    {
      voter_info: {
        name: 'Ann',
        contests: ['A', { contest: 'B' }],
        pollingStation: { ...FACILITY, point: '-1.28,36.82' },
      },
    },
  ],
  [
    'a boundary',
    (body) => decode.decodeBoundary('e', body),
    { type: 'FeatureCollection', features: [{ type: 'Feature', properties: {}, geometry: GEOMETRY }] },
  ],
];

/** A body's own values in wrong places, and what other bodies have there. */
const odd: fc.Arbitrary<fc.JsonValue> = fc.oneof(
  fc.constantFrom<fc.JsonValue>(
    null,
    true,
    '',
    ' ',
    '0',
    '-1',
    '1e9',
    '١',
    0,
    -1,
    1.5,
    1e21,
    2 ** 53,
    [],
    {},
    [[]],
    [null],
    [{}],
  ),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.jsonValue({ maxDepth: 2 }),
);

const steps = fc.array(fc.nat(1_000), { maxLength: 8 });
const deeds = fc.constantFrom<'replace' | 'remove' | 'duplicate'>('replace', 'remove', 'duplicate');

/** Walks down by `path` and does something to the value it finds there. */
function mutate(value: fc.JsonValue, path: number[], deed: string, other: fc.JsonValue): fc.JsonValue {
  const [step, ...rest] = path;
  if (typeof value !== 'object' || value === null || step === undefined) return other;
  const copy = structuredClone(value) as Record<string, fc.JsonValue>;
  const keys = Object.keys(copy);
  const key = keys[step % Math.max(keys.length, 1)];
  if (key === undefined) return other;
  const inner = copy[key]!;
  if (rest.length > 0 && typeof inner === 'object' && inner !== null) copy[key] = mutate(inner, rest, deed, other);
  else if (deed === 'replace') copy[key] = other;
  else if (deed === 'remove') delete copy[key];
  else copy[`${key}2`] = inner;
  return copy as fc.JsonValue;
}

/** A value without NaN and infinities, or the one error, with endpoint and JSON path. */
function expectTotal(decoder: Decoder, body: unknown): void {
  let value: unknown;
  try {
    value = decoder(body);
  } catch (error) {
    expect(error).toBeInstanceOf(SourceError);
    const { code, extensions, message } = error as SourceError;
    expect([code, extensions.source, extensions.endpoint]).toEqual(['SOURCE_MALFORMED', 'iebc', 'e']);
    expect(extensions.path).toMatch(/^\$/);
    expect(message).toContain(String(extensions.path));
    return;
  }
  expect(value).not.toBeUndefined();
  everyNumber(value, (number) => expect(Number.isFinite(number)).toBe(true));
}

function everyNumber(value: unknown, check: (number: number) => void): void {
  if (typeof value === 'number') check(value);
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) everyNumber(inner, check);
}

describe.each(DECODERS)('the decoder of %s', (_name, decoder, valid) => {
  it('takes a valid body, and finds something in it', () => {
    const value = decoder(valid);
    expect(Array.isArray(value) ? value : [value]).not.toEqual([]);
    expect(value).not.toBeNull();
  });

  it('gives a value or SOURCE_MALFORMED for any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), (body) => expectTotal(decoder, body)));
  });

  it('gives a value or SOURCE_MALFORMED for a valid body with anything changed', () => {
    const body = fc.tuple(steps, deeds, odd).map(([path, deed, other]) => mutate(valid, path, deed, other));
    fc.assert(
      fc.property(body, (mutated) => expectTotal(decoder, mutated)),
      { numRuns: 400 },
    );
  });
});
