import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const nested = (levels: number) =>
  `${'counties { constituencies { county { '.repeat(levels / 3)}name${' } } }'.repeat(levels / 3)}`;
const aliases = (count: number) => Array.from({ length: count }, (_, index) => `a${index}: country { name }`).join(' ');
const PAGES =
  'candidates(first: 100) { nodes { contest { candidates(first: 100) { nodes { party { candidates(first: 100) { totalCount } } } } } } }';

it.each([
  ['levels', `{ ${nested(21)} }`],
  ['aliases', `{ ${aliases(101)} }`],
  ['tokens', `{ ${'__typename '.repeat(2_001)} }`],
  ['directives', `{ country { name ${'@include(if: true) '.repeat(51)} } }`],
  ['cost', `{ counties { ${PAGES} } }`],
  ['cost behind fragments', `{ counties { ...A } } fragment A on County { ...B } fragment B on County { ${PAGES} }`],
  ['ids at a cost', `{ nodes(ids: [${'"Q291bnR5OkE" '.repeat(100)}]) { ... on County { ${PAGES} } } }`],
])('refuses too many %s before anything runs', async (_name, text) => {
  const { query, upstream } = await startGateway();
  const { data, errors } = await query(text);
  expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
  expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  expect(upstream()).toEqual([]);
});

it.each([
  [
    'the whole country down to every station',
    '{ counties { name constituencies { name wards { name pollingStations(first: 100) { nodes { name } } } } } }',
  ],
  [
    'a result for every ward',
    '{ counties { constituencies { wards { result(post: PRESIDENT) { stationsReported tallies { votes candidate { name } } } } } } }',
  ],
  ['a hundred aliases', `{ ${aliases(100)} }`],
])('allows %s', async (_name, text) => {
  const { query } = await startGateway();
  expect((await query(text)).errors).toBeUndefined();
});
