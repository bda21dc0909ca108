import { expect, it } from 'vitest';
import type { CanadianAddress } from '../../src/domain/registration-checks.ts';
import { canadianRegister } from '../../src/services/registers/canada.ts';

const nobody = () => Promise.reject(new Error('nobody is asked'));
const register = canadianRegister({ ereg: { submit: nobody, poll: nobody }, submissionsAtOnce: 1 });

/** The claims about the place, from what was asked and what the service took it for. */
function claimsOf(address: CanadianAddress, resolved: string | null) {
  const input = {
    jurisdiction: 'CANADA' as const,
    givenName: 'Maple',
    middleName: null,
    familyName: 'Testwell',
    birthDate: '1980-01-04',
    addresses: [address],
  };
  const { city, province, postal_code } = register.subject(input, [], [resolved]) as Record<string, string | undefined>;
  return [city, province, postal_code];
}

it.each<[string, string | null, (string | undefined)[]]>([
  ['x', '719 Bloor St W #117, Toronto, ON M6G 0X1, Canada', ['Toronto', 'ON', 'M6G 0X1']],
  ['x', "24 Rue de l'Érable, St. John’s, NL A1B 0Z6, Canada", ['St. John’s', 'NL', 'A1B 0Z6']],
  ['117-719 Bloor St W, Toronto ON m6g0x1', null, ['Toronto', 'ON', 'M6G 0X1']],
  // What is before the province is not surely a town.
  ['719 Bloor St W, Apt B, ON', null, [undefined, 'ON', undefined]],
  ['719 Bloor St W, 2nd floor, ON M6G 0X1', null, [undefined, 'ON', 'M6G 0X1']],
  ['719 Bloor St W, ON M6G 0X1', null, [undefined, 'ON', 'M6G 0X1']],
  ['719 Bloor St W Toronto ON', null, [undefined, undefined, undefined]],
  ['719 Bloor St W, M6G 0X1 or M6G 0X2', null, [undefined, undefined, undefined]],
  ['Toronto', 'Toronto, ON, Canada', [undefined, 'ON', undefined]],
])('%s, resolved as %s: %j', (text, resolved, expected) => {
  expect(claimsOf({ text }, resolved)).toEqual(expected);
});

it.each<[string, Record<string, string>, string | null, (string | undefined)[]]>([
  ['as asked where nobody says more', { city: 'Toronto', province: 'ON' }, null, ['Toronto', 'ON', 'm6g0x1']],
  [
    'in the spelling of the answer',
    { city: 'TORONTO', province: 'Ontario' },
    '719 Bloor St W, Toronto, ON M6G 0X1, Canada',
    ['Toronto', 'ON', 'M6G 0X1'],
  ],
  [
    'not where the two contradict each other',
    { city: 'North York', province: 'QC' },
    '719 Bloor St W, Toronto, ON M6G 0X2, Canada',
    [undefined, undefined, undefined],
  ],
])('in parts: %s', (_name, change, resolved, expected) => {
  const parts = { streetNumber: '719', streetName: 'Bloor St W', postalCode: 'm6g0x1', ...change };
  expect(claimsOf({ parts }, resolved)).toEqual(expected);
});
