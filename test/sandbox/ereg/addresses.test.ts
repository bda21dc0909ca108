import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EregSandbox, startEregSandbox } from '../../../src/sandbox/ereg/index.ts';
import { post, type Queued, queue, STRANGER } from './client.ts';

let sandbox: EregSandbox;
beforeAll(async () => {
  sandbox = await startEregSandbox({ now: () => 0, checkMs: 0 });
});
afterAll(() => sandbox.close());

const ask = (full_address: string): Promise<Queued> => queue(sandbox, { ...STRANGER, full_address });

const BLOOR = '719 Bloor St W #117, Toronto, ON M6G 0X1, Canada';
const MAPLE = '77 Sugar Maple Cres, Toronto, ON M4X 0Z3, Canada';
const ERABLE = "24 Rue de l'Érable, Ottawa, ON K1N 0Z6, Canada";
const NINETY_NINTH = '1450 W 99th Ave, Vancouver, BC V5X 0Z8, Canada';

it.each([
  ['117-719 Bloor St W, Toronto, ON M6G 0X1, Canada', BLOOR],
  ['117-719 Bloor St W, Toronto', BLOOR],
  ['117-719 Bloor St W', BLOOR],
  ['719 Bloor St W #117, Toronto, ON', BLOOR],
  ['719 Bloor St W, Toronto, ON #117', BLOOR],
  ['719 BLOOR STREET WEST, UNIT 117, TORONTO, ONTARIO', BLOOR],
  ['Apt. 117, 719 Bloor St. W., Toronto', BLOOR],
  ['117-719, M6G0X1', BLOOR],
  ['719 #117 M6G 0X1', BLOOR],
  ['77 Sugar Maple Crescent, Toronto', MAPLE],
  ['M4X 0Z3 77', MAPLE],
  ['77, m4x-0z3, CANADA', MAPLE],
  ["24 Rue de l'Érable, Ottawa", ERABLE],
  ['24 rue de l’erable', ERABLE],
  ['1450 West 99th Avenue, Vancouver, British Columbia', NINETY_NINTH],
  ['1450 W 99th Ave, Vancouver, BC', NINETY_NINTH],
  ['3b-19 Streetcar Ln, Toronto', '19 Streetcar Ln #3B, Toronto, ON M5T 0Z4, Canada'],
  // A range is taken for the shorthand.
  ['719-721 Bloor St W, Toronto', '721 Bloor St W #719, Toronto, ON M6G 0X1, Canada'],
  ['780 Bloor St W, Toronto', '780 Bloor St W, Toronto, ON M6G 0X2, Canada'],
  // Less than an address.
  ['Bloor St W, Toronto', 'Bloor St W, Toronto, ON, Canada'],
  ['99999 Bloor St W, Toronto', 'Bloor St W, Toronto, ON, Canada'],
  ['K1N 0Z5', 'Beavertail Ave, Ottawa, ON K1N 0Z5, Canada'],
  ['Vancouver, BC', 'Vancouver, BC, Canada'],
])('%s → %s', async (text, formatted) => {
  expect((await ask(text)).geocoded_data.formatted_address).toBe(formatted);
});

it.each([
  '1 Nowhere Road, Toronto',
  '719 Bloor St W, Ottawa',
  '719 Bloor St W, Toronto, BC',
  '719 Bloor St W, K1N 0Z6',
  '117 - 719 Bloor St W, Toronto',
  ' 117-719 Bloor St W, Toronto',
  'Bloor',
  '719',
  'Ottawa, BC',
  '719 Toronto',
  'M9Z 9Z9 719',
  '???',
  ' ',
])('%s is not found: 500, nothing queued', async (text) => {
  const before = sandbox.checksStarted();
  expect((await post(sandbox, { ...STRANGER, full_address: text })).status).toBe(500);
  expect(sandbox.checksStarted()).toBe(before);
});

describe('geocoded_data', () => {
  it('is a geocoder’s result', async () => {
    const { geocoded_data } = await ask('117-719 Bloor St W, Toronto');
    expect(geocoded_data).toEqual({
      address_components: [
        { long_name: '117', short_name: '117', types: ['subpremise'] },
        { long_name: '719', short_name: '719', types: ['street_number'] },
        { long_name: 'Bloor Street West', short_name: 'Bloor St W', types: ['route'] },
        { long_name: 'Toronto', short_name: 'Toronto', types: ['locality', 'political'] },
        { long_name: 'Ontario', short_name: 'ON', types: ['administrative_area_level_1', 'political'] },
        { long_name: 'Canada', short_name: 'CA', types: ['country', 'political'] },
        { long_name: 'M6G 0X1', short_name: 'M6G 0X1', types: ['postal_code'] },
      ],
      formatted_address: BLOOR,
      geometry: { location: { lat: 43.6636, lng: -79.4177 }, location_type: 'ROOFTOP' },
      place_id: 'sandbox-M6G0X1-719-117',
      types: ['subpremise'],
    });
  });

  it('says how precise it is', async () => {
    const precision = async (text: string): Promise<string[]> => {
      const { geometry, types } = (await ask(text)).geocoded_data;
      return [...types, geometry.location_type];
    };
    expect(await precision('719 Bloor St W, Toronto')).toEqual(['street_address', 'ROOFTOP']);
    expect(await precision('Bloor St W, Toronto')).toEqual(['route', 'GEOMETRIC_CENTER']);
    expect(await precision('K1N 0Z5')).toEqual(['postal_code', 'GEOMETRIC_CENTER']);
    expect(await precision('Toronto')).toEqual(['locality', 'APPROXIMATE']);
  });

  it('empties the parts that it cannot tell', async () => {
    const { submitted_data } = await ask('Toronto');
    expect(submitted_data).toEqual({
      ...STRANGER,
      full_address: 'Toronto',
      postal_code: '',
      street_name: '',
      street_number: '',
      unit_number: '',
    });
  });
});
