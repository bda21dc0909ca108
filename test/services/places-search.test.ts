import { expect, it } from 'vitest';
import type { District, PollingStation } from '../../src/domain/places.ts';
import { indexStations } from '../../src/services/places/stations.ts';

const district = (kind: District['kind'], code: string, name: string) => ({ kind, code, name }) as District;
const station = (code: string, name: string) =>
  ({ kind: 'PollingStation', code, name, location: null }) as PollingStation;

function index() {
  const county = district('County', 'c', 'NYERI');
  const ward = district('Ward', 'w', 'RUGURU');
  const list = [
    station('s1', 'RUGURU PRIMARY SCHOOL/01'),
    station('s2', 'NYERI  PRIMARY SCHOOL/01'),
    station('s3', 'GATURAKWA CATTLE DIP'),
  ];
  const places = new Map([county, ward].map((place) => [place.code, place]));
  return indexStations({ places, parents: new Map([['w', 'c']]), childrenOf: new Map() }, [{ ward, list }]);
}

it('finds names that have all the words before names that have some, and knows misspelt words and beginnings', async () => {
  const { search } = await index();
  const codes = async (text: string, first = 5) => (await search(text, first))!.map(({ place }) => place.code);
  expect(await codes('primary school')).toEqual(['s1', 's2']);
  expect(await codes('School, PRIMARY nyeri')).toEqual(['s2']);
  expect(await codes('ruguru')).toEqual(['w', 's1']);
  expect(await codes('ruguru', 1)).toEqual(['w']);
  expect(await codes('rugrru')).toEqual(['w', 's1']);
  expect(await codes('gatur')).toEqual(['s3']);
  expect(await codes('cattle school')).toEqual(['s3', 's1', 's2']);
  expect(await codes('- . /')).toEqual([]);
});

it('does the same search once, however often it is asked for and whatever the order of its words', async () => {
  const { search } = await index();
  const asked = search('primary school', 5);
  expect(search('School  primary', 5)).toBe(asked);
  await asked;
  expect(search('primary school', 5)).toBe(asked);
  expect(search('primary school', 6)).not.toBe(asked);
  // Another index answers for itself.
  expect((await index()).search('primary school', 5)).not.toBe(asked);
});

it('gives others a turn between any two of ninety-nine searches asked for at once', async () => {
  const { search } = await index();
  let turns = 0;
  let searching = true;
  const other = () => {
    turns++;
    if (searching) setImmediate(other);
  };
  setImmediate(other);
  await Promise.all(Array.from({ length: 99 }, (_, number) => search(`primry schol ${number}`, 5)));
  searching = false;
  expect(turns).toBeGreaterThan(99);
});
