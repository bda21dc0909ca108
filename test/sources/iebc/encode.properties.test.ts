import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Party } from '../../../src/domain/elections.ts';
import type { District, PollingStation } from '../../../src/domain/places.ts';
import { isCountedAt, LEVELS, POSTS, type Post } from '../../../src/domain/posts.ts';
import type { CandidateVotes, ContestFigures } from '../../../src/domain/results.ts';
import {
  decodeDistricts,
  decodeResults,
  decodeStationResults,
  decodeStations,
} from '../../../src/sources/iebc/decode.ts';
import { encodeDistricts, encodeResult, encodeStations } from '../../../src/sources/iebc/encode.ts';

const ELECTION = 'GEK2013';
/** As it comes over the wire. */
const sent = (body: object): unknown => JSON.parse(JSON.stringify(body));

const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const code = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const trimmed = text.map((one) => one.trim()).filter((one) => one !== '');
const url = fc.webUrl().map((one) => new URL(one).href);
const count = fc.nat(1_000_000_000);

const party: fc.Arbitrary<Party> = fc.record({
  kind: fc.constant('Party' as const),
  election: fc.constant(ELECTION),
  code,
  name: text,
  abbreviation: orNull(trimmed),
  color: orNull(trimmed),
  symbolUrl: orNull(url),
});

const votes = (post: Post, contestCode: string | null): fc.Arbitrary<CandidateVotes> =>
  fc.record({
    votes: count,
    candidate: fc.record({
      kind: fc.constant('Candidate' as const),
      election: fc.constant(ELECTION),
      code,
      name: text,
      party: orNull(party),
      pictureUrl: orNull(url),
      post: fc.constant(post),
      contestCode: fc.constant(contestCode),
    }),
  });

const posts = fc.constantFrom(...(Object.keys(POSTS) as Post[]));

const figures: fc.Arbitrary<ContestFigures> = fc
  .record({ post: posts, level: fc.constantFrom(...LEVELS.slice(0, 4)), contestCode: code })
  .filter(({ level, post }) => isCountedAt(level, post))
  .chain(({ post, level, contestCode }) =>
    fc.record({
      election: fc.constant(ELECTION),
      level: fc.constant(level),
      unitCode: code,
      unitName: text,
      post: fc.constant(post),
      contestCode: fc.constant(contestCode),
      contestName: text,
      registeredVoters: orNull(count),
      counts: fc.record({ valid: count, rejected: count, spoilt: count, disputed: count }),
      stationsReported: orNull(count),
      stationsAsReported: orNull(
        fc
          .record({ reporting: orNull(count), total: orNull(count) })
          .filter(({ reporting, total }) => reporting !== null || total !== null),
      ),
      // JSON knows no -0.
      turnoutPercent: orNull(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
      votes: fc.array(votes(post, contestCode), { maxLength: 5 }),
    }),
  );

const stationFigures: fc.Arbitrary<ContestFigures> = posts.chain((post) =>
  fc.record({
    election: fc.constant(ELECTION),
    level: fc.constant('pollingstation' as const),
    unitCode: code,
    unitName: text,
    post: fc.constant(post),
    contestCode: fc.constant(null),
    contestName: fc.constant(null),
    registeredVoters: fc.constant(null),
    counts: fc.constant(null),
    stationsReported: fc.constant(1),
    stationsAsReported: fc.constant(null),
    turnoutPercent: fc.constant(null),
    votes: fc.array(votes(post, null), { minLength: 1, maxLength: 5 }),
  }),
);

const coordinates = fc
  .record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }).map((value) => value + 0),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }).map((value) => value + 0),
  })
  .filter(({ latitude, longitude }) => latitude !== 0 || longitude !== 0);

const kinds = fc.constantFrom('County' as const, 'Constituency' as const, 'Ward' as const);
const districts = kinds.chain((kind) =>
  fc.array(
    fc.record({
      kind: fc.constant(kind),
      code,
      name: text,
      number: orNull(fc.nat(99_999)),
      registeredVoters: orNull(count),
      center: orNull(coordinates),
    }),
    { minLength: 1, maxLength: 5 },
  ),
) as fc.Arbitrary<[District, ...District[]]>;

const stations: fc.Arbitrary<PollingStation[]> = fc.array(
  fc.record({ kind: fc.constant('PollingStation' as const), code, name: text, location: orNull(coordinates) }),
  { maxLength: 5 },
);

it('writes results that read as they were', () => {
  fc.assert(
    fc.property(figures, (one) => {
      expect(decodeResults(ELECTION, 'e', sent(encodeResult(one)))).toEqual([one]);
    }),
  );
});

it('writes the results of a station that read as they were', () => {
  fc.assert(
    fc.property(stationFigures, (one) => {
      const body = sent(encodeResult(one));
      expect(decodeStationResults(ELECTION, one.unitCode, one.post, 'e', body)).toEqual([one]);
    }),
  );
});

it('writes "nothing reported" so that every level reads it so', () => {
  expect(decodeResults(ELECTION, 'e', sent(encodeResult(null)))).toEqual([]);
  expect(decodeStationResults(ELECTION, 'S', 'PRESIDENT', 'e', sent(encodeResult(null)))).toEqual([]);
});

it('writes districts and stations that read as they were', () => {
  fc.assert(
    fc.property(districts, (some) => {
      expect(decodeDistricts(some[0].kind, 'e', sent(encodeDistricts(some)))).toEqual(some);
    }),
  );
  fc.assert(
    fc.property(stations, (some) => {
      expect(decodeStations('e', sent(encodeStations(some)))).toEqual(some);
    }),
  );
});
