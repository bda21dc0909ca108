import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CanadianAddress } from '../../../src/domain/registration-checks.ts';
import { checkForm } from '../../../src/sources/ereg/form.ts';

const VOTER = { givenName: 'Maple', middleName: null, familyName: 'Testwell', birthDate: '1980-01-04' };
const PARTS = { streetNumber: '719', streetName: 'Bloor St W', postalCode: 'M6G 0X1' };
const form = (voter: Partial<typeof VOTER> | { middleName: string }, address: CanadianAddress) =>
  Object.fromEntries(new URLSearchParams(checkForm({ ...VOTER, ...voter }, address)));
const NAME = { first_name: 'Maple', last_name: 'Testwell', birth_date: '1980-1-4' };

it.each<[string, Parameters<typeof form>[0], CanadianAddress, Record<string, string>]>([
  ['text as it was written', {}, { text: '117-719 Bloor St W' }, { ...NAME, full_address: '117-719 Bloor St W' }],
  [
    'a middle name',
    { middleName: 'Of The' },
    { text: 'Toronto' },
    { ...NAME, middle_name: 'Of The', full_address: 'Toronto' },
  ],
  [
    'parts, and all of them in one line too',
    {},
    { parts: { ...PARTS, unitNumber: '117', unitSuffix: 'A', city: 'Toronto', province: 'ON' } },
    {
      ...NAME,
      full_address: '117A-719 Bloor St W, Toronto, ON M6G 0X1',
      postal_code: 'M6G 0X1',
      street_number: '719',
      street_name: 'Bloor St W',
      unit_number: '117',
      unit_suffix: 'A',
    },
  ],
  [
    'the fewest parts',
    {},
    { parts: PARTS },
    {
      ...NAME,
      full_address: '719 Bloor St W, M6G 0X1',
      postal_code: 'M6G 0X1',
      street_number: '719',
      street_name: 'Bloor St W',
    },
  ],
  [
    'numbers that are not whole numbers in the full address alone',
    {},
    { parts: { ...PARTS, unitNumber: 'PH2', streetNumber: '719 1/2' } },
    {
      ...NAME,
      full_address: 'PH2-719 1/2 Bloor St W, M6G 0X1',
      postal_code: 'M6G 0X1',
      street_name: 'Bloor St W',
    },
  ],
])('sends %s', (_name, voter, address, expected) => {
  expect(form(voter, address)).toEqual(expected);
});

it('sends any date in the form that the service accepts, and the same date', () => {
  const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(day, (date) => {
      const birthDate = date.toISOString().slice(0, 10);
      const sent = form({ birthDate }, { text: 'Toronto' }).birth_date!;
      // The service's own pattern (sources/ereg/WIRE.md).
      expect(sent).toMatch(/^[0-9]{4}-1?[0-9]-[1-3]?[0-9]$/);
      expect(sent.split('-').map(Number)).toEqual(birthDate.split('-').map(Number));
    }),
  );
});

it('escapes what people are called, so that it arrives as it was', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
      fc.pre(text.isWellFormed());
      expect(form({ givenName: text }, { text })).toMatchObject({ first_name: text, full_address: text });
    }),
  );
});
