import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanadianAddress } from '../../src/domain/registration-checks.ts';
import { matchOf } from '../../src/services/registers/address-match.ts';

const BLOOR = '719 Bloor St W #117, Toronto, ON M6G 0X1, Canada';
const HOUSE = '719 Bloor St W, Toronto, ON M6G 0X1, Canada';

describe('what was written in one line', () => {
  it.each<[string, string, string]>([
    ['117-719 Bloor St W, Toronto, ON M6G 0X1', BLOOR, 'EXACT'],
    ['117-719 Bloor St W, Toronto', BLOOR, 'EXACT'],
    ['117 - 719 BLOOR STREET WEST TORONTO', BLOOR, 'EXACT'],
    ['Unit 117, 719 Bloor Street West, Toronto, Ontario', BLOOR, 'EXACT'],
    ['719 Bloor St. W., Apt. 117, Toronto ON m6g0x1', BLOOR, 'EXACT'],
    ['#117-719 Bloor St W', BLOOR, 'EXACT'],
    ['117-719 Bloor St W Toronto ON M6G 0X1 Canada', BLOOR, 'EXACT'],
    ['117-719 Bloor St W Toronto Ontario', BLOOR, 'EXACT'],
    ['719 Bloor St W', HOUSE, 'EXACT'],
    ['719 Bloor St W, M6G', HOUSE, 'EXACT'],
    ['24, rue de l’Erable, Ottawa', "24 Rue de l'Érable, Ottawa, ON K1N 0Z6, Canada", 'EXACT'],
    ['1450 West 99th Avenue, Vancouver, British Columbia', '1450 W 99th Ave, Vancouver, BC V5X 0Z8, Canada', 'EXACT'],
    ['12 rue Ontario, Montréal', '12 Rue Ontario, Montréal, QC, Canada', 'EXACT'],
    ['845 Sherbrooke Ouest, Montreal', '845 Sherbrooke O, Montréal, QC H3A 0G4, Canada', 'EXACT'],
    ['M6G 0X1', HOUSE.replace('719 ', ''), 'EXACT'],
    ['Toronto', 'Toronto, ON, Canada', 'EXACT'],
    ['Québec', 'Québec, QC, Canada', 'EXACT'],
    ['PH2-719 Bloor St W, Toronto', '719 Bloor St W #PH2, Toronto, ON M6G 0X1, Canada', 'EXACT'],
    ['19½ Streetcar Lane, Toronto', '19 1/2 Streetcar Ln, Toronto, ON M5T 0Z4, Canada', 'EXACT'],

    ['719 Bloor St W, Toronto', BLOOR, 'SIMILAR'],
    ['117-719 Bloor St W, Toronto', HOUSE, 'SIMILAR'],
    ['118-719 Bloor St W, Toronto', BLOOR, 'SIMILAR'],
    ['719 Bloor, Toronto', HOUSE, 'SIMILAR'],
    ['719 Bloor St, Toronto', HOUSE, 'SIMILAR'],
    ['719 Blor St W, Toronto', HOUSE, 'SIMILAR'],
    ['719 Bloor St W, North York', HOUSE, 'SIMILAR'],
    ['719 Bloor St W, The Annex, Toronto', HOUSE, 'SIMILAR'],
    ['719 Bloor St W, Toronto', 'Bloor St W, Toronto, ON, Canada', 'SIMILAR'],
    ['Bloor St W, Toronto', HOUSE, 'SIMILAR'],
    ['24 rue Erable, Ottawa', "24 Rue de l'Érable, Ottawa, ON K1N 0Z6, Canada", 'SIMILAR'],
    ['719 Bloor St W, Toronto M6G 0X1', '719 Bloor St W, Toronto, ON M6G, Canada', 'SIMILAR'],

    ['721 Bloor St W, Toronto', HOUSE, 'DIFFERENT'],
    ['719A Bloor St W, Toronto', HOUSE, 'DIFFERENT'],
    ['719 Bloor St E, Toronto', HOUSE, 'DIFFERENT'],
    ['719 Bloor Ave W, Toronto', HOUSE, 'DIFFERENT'],
    ['719 College St, Toronto', HOUSE, 'DIFFERENT'],
    ['1450 W 98th Ave, Vancouver', '1450 W 99th Ave, Vancouver, BC V5X 0Z8, Canada', 'DIFFERENT'],
    ['719 Bloor St W, Toronto, ON M6G 0X2', HOUSE, 'DIFFERENT'],
    ['719 Bloor St W, Vancouver, BC', HOUSE, 'DIFFERENT'],
    ['719 Bloor St W, Toronto', 'Toronto, ON, Canada', 'DIFFERENT'],
    ['719 Bloor St W, Toronto', 'Canada', 'DIFFERENT'],
    ['Toronto', 'Ottawa, ON, Canada', 'DIFFERENT'],
    ['???', HOUSE, 'DIFFERENT'],
  ])('%s: %s is %s', (text, resolved, expected) => {
    expect(matchOf({ text }, resolved)).toBe(expected);
  });
});

describe('what was asked in parts', () => {
  const parts = { unitNumber: '117', streetNumber: '719', streetName: 'Bloor Street West', postalCode: 'm6g 0x1' };
  it.each<[Partial<typeof parts> & { unitSuffix?: string; city?: string; province?: string }, string, string]>([
    [{}, BLOOR, 'EXACT'],
    [{ city: 'TORONTO', province: 'Ontario' }, BLOOR, 'EXACT'],
    [{ city: 'Toronto', province: 'on' }, BLOOR, 'EXACT'],
    [{ unitSuffix: 'A' }, BLOOR.replace('117', '117A'), 'EXACT'],
    [{ unitSuffix: 'A' }, BLOOR, 'SIMILAR'],
    [{ unitNumber: '' }, BLOOR, 'SIMILAR'],
    [{ city: 'North York' }, BLOOR, 'SIMILAR'],
    [{ streetName: 'Bloor' }, BLOOR, 'SIMILAR'],
    [{ streetNumber: '7190' }, BLOOR, 'DIFFERENT'],
    [{ postalCode: 'M6G 0X2' }, BLOOR, 'DIFFERENT'],
    [{ province: 'BC' }, BLOOR, 'DIFFERENT'],
    [{ province: 'Atlantis' }, BLOOR, 'DIFFERENT'],
  ])('%j: %s is %s', (change, resolved, expected) => {
    expect(matchOf({ parts: { ...parts, ...change } }, resolved)).toBe(expected);
  });
});

describe('whatever the address', () => {
  const NAMES = [
    'Bloor',
    'Sugar Maple',
    'King Edward',
    'St. Clair',
    "L'Érable",
    'Saint-Denis',
    '99th',
    'Côte-des-Neiges',
  ];
  const TYPES = [
    ['St', 'Street', 'STREET', 'St.'],
    ['Ave', 'Avenue', 'av.'],
    ['Cres', 'Crescent'],
    ['Blvd', 'Boulevard', 'Boul.'],
  ];
  const DIRECTIONS = [
    ['', ''],
    ['W', 'West', 'w.', 'Ouest'],
    ['N', 'North', 'NORD'],
  ];
  const PLACES = [
    ['Toronto', 'ON', 'Ontario'],
    ['Montréal', 'QC', 'Québec'],
    ['St. John’s', 'NL', 'Newfoundland and Labrador'],
    ['Vancouver', 'BC', 'British Columbia'],
  ] as const;
  const LETTERS = 'ABCEGHJKLMNPRSTVXY';
  const place = fc.record({
    unit: fc.option(fc.integer({ min: 1, max: 4_000 })),
    number: fc.integer({ min: 1, max: 9_999 }),
    name: fc.constantFrom(...NAMES),
    type: fc.constantFrom(...TYPES),
    direction: fc.constantFrom(...DIRECTIONS),
    town: fc.constantFrom(...PLACES),
    code: fc
      .tuple(fc.nat(17), fc.nat(9), fc.nat(17), fc.nat(9), fc.nat(17), fc.nat(9))
      .map(([a, b, c, d, e, f]) => `${LETTERS[a]}${b}${LETTERS[c]} ${d}${LETTERS[e]}${f}`),
  });
  type Place = typeof place extends fc.Arbitrary<infer P> ? P : never;
  const street = ({ name, type, direction }: Place, nth = 0) =>
    [name, type[nth % type.length], direction[nth % direction.length]].filter(Boolean).join(' ');
  const resolvedOf = (at: Place) => {
    const unit = at.unit === null ? '' : ` #${at.unit}`;
    return `${at.number} ${street(at)}${unit}, ${at.town[0]}, ${at.town[1]} ${at.code}, Canada`;
  };

  it('is the same in every usual spelling', () => {
    fc.assert(
      fc.property(place, fc.nat(5), fc.nat(11), fc.boolean(), (at, spelling, nth, upper) => {
        const { unit, number, town, code } = at;
        const shorthand = `${unit === null ? '' : `${unit}-`}${number} ${street(at, nth)}`;
        const flat = unit === null ? '' : `, Apt ${unit}`;
        const texts = [
          shorthand,
          `${shorthand}, ${town[0]}`,
          `${shorthand}, ${town[0]}, ${town[2]} ${code}`,
          `${number} ${street(at, nth)}${flat}, ${town[0]}, ${town[1]}`,
          `${shorthand}, ${town[0]} ${town[1]} ${code.replace(' ', '')}, CANADA`,
          resolvedOf(at),
        ];
        const text = texts[spelling]!;
        expect(matchOf({ text: upper ? text.toUpperCase() : text }, resolvedOf(at))).toBe('EXACT');
        const parts = { streetNumber: `${number}`, streetName: street(at, nth), city: town[0], postalCode: code };
        expect(matchOf({ parts: { ...parts, ...(unit !== null && { unitNumber: `${unit}` }) } }, resolvedOf(at))).toBe(
          'EXACT',
        );
      }),
    );
  });

  it('is another with another number, another postal code or another street', () => {
    fc.assert(
      fc.property(place, place, (at, other) => {
        fc.pre(at.number !== other.number && at.code !== other.code && at.name !== other.name);
        for (const changed of [
          { ...at, number: other.number },
          { ...at, code: other.code },
          { ...at, name: other.name },
        ])
          expect(matchOf({ text: resolvedOf(at) }, resolvedOf(changed))).toBe('DIFFERENT');
        expect(matchOf({ text: resolvedOf(at) }, resolvedOf({ ...at, unit: (at.unit ?? 0) + 1 }))).toBe('SIMILAR');
      }),
    );
  });

  it('is compared to the end', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\d\w #,.'\n-]{0,60}$/));
    const part = fc.string({ maxLength: 30 });
    const addresses: fc.Arbitrary<CanadianAddress> = fc.oneof(
      texts.map((text) => ({ text })),
      fc
        .record({
          streetNumber: part,
          streetName: part,
          city: part,
          province: part,
          postalCode: part,
          unitNumber: part,
        })
        .map((parts) => ({ parts })),
    );
    fc.assert(
      fc.property(addresses, texts, (asked, resolved) => {
        expect(['EXACT', 'SIMILAR', 'DIFFERENT']).toContain(matchOf(asked, resolved));
      }),
    );
  });
});
