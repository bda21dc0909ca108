import { distance } from 'fastest-levenshtein';
import type { AddressMatch, CanadianAddress } from '../../domain/registration-checks.ts';
import { PROVINCES } from './provinces.ts';

/**
 * A small rule of our own. Of the libraries parse-address reads US addresses, geo-streetaddress-canada calls Perl, and
 * libpostal brings gigabytes of model; none of them compares.
 */

type Words = readonly string[];

/** What an address says, folded: lower case, no accents, the short form of each word that has one. Null: nothing. */
type Address = {
  unit: string | null;
  number: string | null;
  /** The street and what follows it, as commas part them. */
  sections: Words[];
  province: string | null;
  /** Six characters, or the first three. */
  postalCode: string | null;
};

/** Of one part: as asked; near enough to be meant; not there; something else; or nobody asked. */
type Agreement = 'equal' | 'close' | 'missing' | 'differs' | 'unasked';

/** How far what the register's service took an address for is from what was asked. */
export function matchOf(asked: CanadianAddress, resolved: string): AddressMatch {
  const found = placed(readLine(resolved));
  const given = 'parts' in asked ? readParts(asked.parts) : readLine(asked.text);
  const { street, city, province } = askedWhere(given, found);
  const one = {
    number: agreementOf(given.number, found.number),
    street: street.length === 0 ? ('unasked' as const) : streetAgreement(street, found.street),
    postalCode: postalAgreement(given.postalCode, found.postalCode),
    province: agreementOf(province, found.province),
  };
  if (Object.values(one).includes('differs')) return 'DIFFERENT';
  const where = {
    ...one,
    unit: agreementOf(given.unit, found.unit),
    city: agreementOf(city.join(' ') || null, found.city.join(' ') || null),
  };
  const parts = Object.values(where).filter((part) => part !== 'unasked');
  // A house or a flat that nobody named is more than what follows from an address.
  const added = (found.unit !== null && given.unit === null) || (found.number !== null && given.number === null);
  if (parts.length > 0 && parts.every((part) => part === 'equal') && !added) return 'EXACT';
  const agrees = one.street === 'equal' || one.street === 'close' || one.postalCode === 'equal';
  return agrees ? 'SIMILAR' : 'DIFFERENT';
}

const agreementOf = (asked: string | null, found: string | null): Agreement =>
  asked === null ? 'unasked' : found === null ? 'missing' : asked === found ? 'equal' : 'differs';

function postalAgreement(asked: string | null, found: string | null): Agreement {
  if (asked === null || found === null || asked === found) return agreementOf(asked, found);
  if (found.startsWith(asked)) return 'equal';
  return asked.startsWith(found) ? 'missing' : 'differs';
}

/** A line that a geocoder wrote: what comes last is the town. */
function placed(address: Address) {
  const { sections, number, province, postalCode } = address;
  const isTown = sections.length === 1 && number === null && (province !== null || postalCode !== null);
  const street = isTown ? [] : (sections.length > 1 ? sections.slice(0, -1) : sections).flat();
  return { ...address, street, city: (isTown || sections.length > 1 ? sections.at(-1) : undefined) ?? [] };
}

/** What people wrote, who do without commas: then the answer tells where the street ends and the town begins. */
function askedWhere({ sections, province }: Address, found: ReturnType<typeof placed>) {
  const [first = [], ...rest] = sections;
  if (rest.length > 0) return { street: first, city: rest.flat(), province };
  const cut = startsWith(first, found.street)
    ? found.street.length
    : endsWith(first, found.city)
      ? first.length - found.city.length
      : first.length;
  const town = first.slice(cut);
  const named = PROVINCE_WORDS.find(({ words }) => endsWith(town, words));
  // Its capital may be called as the province is.
  if (!named || town.join() === found.city.join()) return { street: first.slice(0, cut), city: town, province };
  return {
    street: first.slice(0, cut),
    city: town.slice(0, town.length - named.words.length),
    province: province ?? named.code,
  };
}

const startsWith = (words: Words, start: Words) => start.length > 0 && start.every((word, at) => words[at] === word);
const endsWith = (words: Words, end: Words) =>
  end.length > 0 && end.every((word, at) => words.at(at - end.length) === word);

const DIRECTIONS = new Set(['n', 's', 'e', 'w', 'ne', 'nw', 'se', 'sw']);
const ARTICLES = new Set(['de', 'du', 'des', 'la', 'le', 'les', 'l', 'd']);

function streetAgreement(asked: Words, found: Words): Agreement {
  if (found.length === 0) return 'missing';
  const parts = [
    kindAgreement(asked, found, (word) => DIRECTIONS.has(word)),
    kindAgreement(asked, found, (word) => TYPES.has(word)),
    nameAgreement(nameOf(asked), nameOf(found)),
  ];
  if (parts.includes('differs')) return 'differs';
  return parts.includes('close') ? 'close' : 'equal';
}

const nameOf = (street: Words) => street.filter((word) => !DIRECTIONS.has(word) && !TYPES.has(word));

/** East is not west, an avenue no street; but people leave out what kind of street it is. */
function kindAgreement(asked: Words, found: Words, isKind: (word: string) => boolean): Agreement {
  const [one, other] = [asked.filter(isKind), found.filter(isKind)];
  if (one.toSorted().join() === other.toSorted().join()) return 'equal';
  const [few, many] = one.length < other.length ? [one, other] : [other, one];
  return few.every((word) => many.includes(word)) ? 'close' : 'differs';
}

function nameAgreement(asked: Words, found: Words): Agreement {
  const [one, other] = [asked.join(''), found.join('')];
  if (one === other) return 'equal';
  const bare = (name: Words) => name.filter((word) => !ARTICLES.has(word)).join('');
  if (bare(asked) !== '' && bare(asked) === bare(found)) return 'close';
  // The next number is another street, not a typing error.
  if (one.replace(/\D+/g, ' ') !== other.replace(/\D+/g, ' ')) return 'differs';
  const length = Math.max(one.length, other.length);
  return distance(one, other) <= (length >= 9 ? 2 : length >= 5 ? 1 : 0) ? 'close' : 'differs';
}

type Parts = Extract<CanadianAddress, { parts: unknown }>['parts'];

function readParts({ unitNumber, unitSuffix, streetNumber, streetName, city, province, postalCode }: Parts): Address {
  const code = postalCode.toUpperCase().replace(/[^A-Z\d]/g, '');
  return {
    unit: unitNumber ? compact(`${unitNumber}${unitSuffix ?? ''}`) : null,
    number: compact(streetNumber) || null,
    sections: [wordsOf(streetName), ...(city ? [wordsOf(city)] : [])],
    province: province ? provinceOf(province) : null,
    postalCode: code || null,
  };
}

/** Words as they are compared, in one. */
export const plainText = (text: string): string => wordsOf(text).join(' ');
const compact = (text: string) => folded(text).replace(/[^a-z\d/]/g, '');
/** By its letters or its name; what is none, as it is. */
export function provinceOf(text: string): string | null {
  const asked = plainText(text);
  const known = PROVINCE_WORDS.find(({ code, words }) => code.toLowerCase() === asked || words.join(' ') === asked);
  return known?.code ?? (asked || null);
}

const POSTAL_CODE = /\b([a-z]\d[a-z])[ -]?(\d[a-z]\d)\b/g;
const AREA = /\b([a-z]\d[a-z])$/;
/** A unit by its word or sign. A letter alone needs the word. */
const UNIT =
  /(?:(?:^|\s)(?:apt|apartment|app|appt|appartement|suite|unit|unite|bureau)\b[\s.#]*([a-z]{0,2}\d+[a-z]?|[a-z])|#\s*([a-z]{0,2}\d+[a-z]?))(?=\s|$|-)/;
/** Toronto's shorthand: the unit, a hyphen, the house. */
const SHORTHAND = /^([a-z]{0,2}\d+[a-z]?)\s*-\s*(?=\d)/;
const NUMBER = /^(\d+[a-z]?(?:\s\d\/\d)?)(?=\s|$)/;

function readLine(line: string): Address {
  let text = folded(line).trim();
  let postalCode: string | null = null;
  const code = [...text.matchAll(POSTAL_CODE)].at(-1);
  if (code) {
    postalCode = `${code[1]}${code[2]}`.toUpperCase();
    text = `${text.slice(0, code.index)} ${text.slice(code.index + code[0].length)}`;
  }
  let sections = text.split(/[,;\n]+/).map((section) => section.trim());
  sections = withoutEnd(sections, (end) => end.replace(/(^|\s)(canada|ca)$/, ''));
  if (!code) {
    const area = AREA.exec(sections.at(-1) ?? '');
    if (area) {
      postalCode = area[1]!.toUpperCase();
      sections = withoutEnd(sections, (end) => end.slice(0, area.index));
    }
  }
  const ending = provinceAtEnd(sections);
  return { ...streetOf(ending.sections), province: ending.province, postalCode };
}

/** The last section that says something, changed; without it, if nothing is left of it. */
function withoutEnd(sections: string[], change: (end: string) => string): string[] {
  const said = sections.filter((section) => section !== '');
  const end = said.pop();
  if (end === undefined) return [];
  const left = change(end).trim();
  return left === '' ? said : [...said, left];
}

/** Its letters at the very end; its name only where a comma parts it from a street, which may be called so too. */
function provinceAtEnd(given: string[]): { sections: string[]; province: string | null } {
  const sections = given.filter((section) => section !== '');
  for (const { code, atEnd, nameAtEnd } of ENDINGS) {
    const end = sections.at(-1) ?? '';
    const found = atEnd.exec(end) ?? (sections.length > 1 ? nameAtEnd.exec(end) : null);
    if (found) return { sections: withoutEnd(sections, () => end.slice(0, found.index)), province: code };
  }
  return { sections, province: null };
}

const ENDINGS = PROVINCES.map(({ code, names }) => ({
  code,
  atEnd: new RegExp(`(?:^|\\s)${code.toLowerCase()}$`),
  nameAtEnd: new RegExp(`(?:^|\\s)(?:${names.map((name) => name.replaceAll(' ', '[\\s-]')).join('|')})$`),
}));

/** Before the street there may be a unit, a house's name, or its number and a comma. */
function streetOf(given: string[]): Pick<Address, 'unit' | 'number' | 'sections'> {
  let unit: string | null = null;
  const sections = given
    .map((section) => {
      const found = UNIT.exec(section);
      if (!found || unit !== null) return section;
      unit = found[1] ?? found[2]!;
      return `${section.slice(0, found.index)} ${section.slice(found.index + found[0].length)}`
        .replace(/^[\s-]+/, '')
        .trim();
    })
    .filter((section) => section !== '');
  const from = Math.max(
    0,
    sections.findIndex((section) => NUMBER.test(section.replace(SHORTHAND, ''))),
  );
  const [street = '', ...rest] = sections.slice(from);
  const short = SHORTHAND.exec(street);
  if (short && unit === null) unit = short[1]!;
  const house = short ? street.slice(short[0].length) : street;
  const number = NUMBER.exec(house)?.[1] ?? null;
  const name = wordsOf(number === null ? house : house.slice(number.length));
  const kept = [name, ...rest.map(wordsOf)].filter((words) => words.length > 0);
  return { unit, number: number && compact(number), sections: kept };
}

const folded = (text: string) =>
  text
    // NFKD would write `19½` as 191⁄2.
    .replace(/[¼½¾]/g, ' $&')
    .normalize('NFKD')
    .replaceAll('⁄', '/')
    .replace(/\p{M}/gu, '')
    .toLowerCase();

function wordsOf(text: string): string[] {
  const words = folded(text)
    .split(/[^a-z\d/]+/)
    .filter((word) => word !== '');
  return words.map((word, at) => {
    const [, ordinal] = /^(\d+)(?:st|nd|rd|th|e|er|re|eme|ieme)$/.exec(word) ?? [];
    if (ordinal) return ordinal;
    // `O` for Ouest stands last; elsewhere it begins a name.
    if (word === 'o' && at > 0 && at === words.length - 1) return 'w';
    return SHORT.get(word) ?? word;
  });
}

/** Canada Post's short form first, then what else is written. `st` stands for Street and for Saint alike. */
const TYPE_WORDS: readonly Words[] = [
  ['st', 'street', 'str', 'saint'],
  ['ste', 'sainte'],
  ['ave', 'avenue', 'av'],
  ['rd', 'road'],
  ['blvd', 'boulevard', 'boul', 'bd'],
  ['cres', 'crescent', 'cr', 'croissant'],
  ['dr', 'drive'],
  ['lane', 'ln'],
  ['crt', 'court', 'ct'],
  ['pl', 'place'],
  ['terr', 'terrace', 'ter', 'terrasse'],
  ['sq', 'square'],
  ['cir', 'circle', 'circ'],
  ['hwy', 'highway'],
  ['pky', 'parkway', 'pkwy'],
  ['trail', 'trl', 'tr'],
  ['gdns', 'gardens', 'garden'],
  ['hts', 'heights'],
  ['way'],
  ['rue', 'r'],
  ['ch', 'chemin'],
  ['rte', 'route'],
  ['allee'],
  ['cote'],
  ['close'],
  ['gate'],
  ['grove', 'grv'],
  ['line'],
  ['mews'],
  ['quay', 'quai'],
  ['row'],
  ['walk'],
];
const DIRECTION_WORDS: readonly Words[] = [
  ['n', 'north', 'nord'],
  ['s', 'south', 'sud'],
  ['e', 'east', 'est'],
  ['w', 'west', 'ouest'],
  ['ne', 'northeast'],
  ['nw', 'northwest', 'no'],
  ['se', 'southeast'],
  ['sw', 'southwest', 'so'],
];
const TYPES: ReadonlySet<string> = new Set(TYPE_WORDS.map(([short]) => short!));
const SHORT: ReadonlyMap<string, string> = new Map(
  [...TYPE_WORDS, ...DIRECTION_WORDS].flatMap(([short, ...others]) => others.map((word) => [word, short!] as const)),
);
const PROVINCE_WORDS = PROVINCES.flatMap(({ code, names }) => names.map((name) => ({ code, words: wordsOf(name) })));
