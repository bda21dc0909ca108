import { expect, it } from 'vitest';
import type { Voter } from '../../src/domain/elections.ts';
import { kenyanRegister } from '../../src/services/registers/kenya.ts';
import type { InputOf, LookupStep } from '../../src/services/registers/register.ts';

const FOUND = {
  ...{
    name: 'ANN',
    gender: 'F',
    county: 'NAIROBI',
    constituency: 'WESTLANDS',
    ward: null,
    contests: [],
    contestant: null,
  },
  date: '2012-12-01',
  pollingStation: { name: 'A SCHOOL', point: { latitude: -1, longitude: 36 }, pointAsReported: '-1,36' },
} as unknown as Voter;

it.each([
  ['who is registered', FOUND, { county: 'NAIROBI', constituency: 'WESTLANDS' }],
  ['who is not', null, null],
])('keeps no more of a voter than the proof says, of one %s', async (_name, found, said) => {
  const register = kenyanRegister({ lookUpVoter: async () => found });
  const kept: unknown[] = [];
  const input = { jurisdiction: 'KENYA', voterId: '1' } as InputOf<'KENYA'>;
  await register.advance({
    ...{ input, lookup: { state: 'RUNNING' }, set: async () => true },
    keep: async (it: unknown) => void kept.push(it),
  } as unknown as LookupStep<InputOf<'KENYA'>>);
  expect(kept).toEqual([said]);
  expect(register.subject(input, [], kept)).toEqual({ jurisdiction: 'KENYA', voter_id: '1', ...said });
  // What was kept before had all that the lookup says.
  expect(register.subject(input, [], [found])).toEqual({ jurisdiction: 'KENYA', voter_id: '1', ...said });
});
