import { beforeAll, expect, it } from 'vitest';
import type { Level } from '../../../src/domain/posts.ts';
import type { ContestFigures } from '../../../src/domain/results.ts';
import * as decode from '../../../src/sources/iebc/decode.ts';
import { describeRecordings, type Recording, readRecordings } from '../../support/recordings.ts';

describeRecordings('every recorded body of 2013, decoded', () => {
  let recordings: Recording[];
  beforeAll(() => {
    recordings = readRecordings();
  });
  const at = (prefix: string) => recordings.filter(({ path }) => path.startsWith(prefix));

  it('is 6,058 answers of these kinds, and no other', () => {
    const kinds = Object.groupBy(recordings, ({ path }) => path.split('/')[1]!);
    const sizes = Object.fromEntries(Object.entries(kinds).map(([kind, list]) => [kind, list!.length]));
    expect(recordings).toHaveLength(6_058);
    expect(sizes).toEqual({ county: 1, constituency: 48, ward: 291, pollingstation: 1_454, results: 4_264 });
  });

  it.each([
    ['county', 'County', 48, 1],
    ['constituency', 'Constituency', 291, 1],
    ['ward', 'Ward', 1_454, 12],
  ] as const)('districts: %s', (level, kind, count, withoutCentre) => {
    const found = at(`/${level}/`).flatMap(({ body }) => decode.decodeDistricts(kind, level, body));
    expect(new Set(found.map(({ code }) => code.toUpperCase()))).toHaveProperty('size', count);
    expect(found.filter(({ registeredVoters }) => registeredVoters === null)).toEqual([]);
    // The diaspora and, among the wards, eight more that the source puts at 0,0.
    expect(found.filter(({ center }) => !center)).toHaveLength(withoutCentre);
  });

  it('polling stations', () => {
    const found = at('/pollingstation/').flatMap(({ body }) => decode.decodeStations('pollingstation', body));
    expect(new Set(found.map(({ code }) => code.toUpperCase()))).toHaveProperty('size', 31_958);
  });

  it('results: as many with figures and without, and each about the place and post that was asked for', () => {
    const figures: ContestFigures[] = [];
    let silent = 0;
    for (const { path, query, body } of at('/results/')) {
      const [, , level, code] = path.split('/') as ['', 'results', Level, string];
      const [found, ...more] = decode.decodeResults('GEK2013', 'results', body);
      expect(more).toEqual([]);
      if (!found) {
        silent++;
        continue;
      }
      figures.push(found);
      const { locations, contest_type } = body.contests[0];
      expect([found.level, found.unitCode.toUpperCase(), String(contest_type)]).toEqual([
        level,
        code.toUpperCase(),
        query.post,
      ]);
      expect(found.counts!.valid).toBe(locations[0].valid);
      expect(found.votes.map(({ votes }) => votes)).toEqual(
        locations[0].results.map(({ votes }: { votes: number }) => votes),
      );
    }
    expect([figures.length, silent]).toEqual([3_932, 332]);
    expect(figures.filter(({ stationsAsReported }) => stationsAsReported !== null)).toEqual([]);
  });
});
