import { BLOCKS, type Block, CITIES, type City } from './streets.ts';

/** What is '' could not be told from the text. */
export type Address = { unit: string; number: string; postalCode: string; block: Block | undefined; city: City };

/**
 * Toronto's shorthand, a unit before its number, becomes what a geocoder understands. As in the published source, only
 * at the very start and without spaces: `719-721 Bloor St W` therefore is unit 719, and `117 - 719` stays as it is.
 */
export function withoutShorthand(text: string): string {
  const [, unit, rest] = /^(\d+[A-Za-z]?)-(.+)$/.exec(text) ?? [];
  return unit === undefined ? text : `${rest} #${unit}`;
}

/**
 * A small geocoder. undefined: nothing found. Less forgiving than a real one: every word must be understood, and
 * nothing may contradict the rest.
 */
export function resolve(text: string): Address | undefined {
  let rest = folded(text);
  const take = (pattern: RegExp): string => {
    const [, found = ''] = pattern.exec(rest) ?? [];
    rest = rest.replace(pattern, ' ');
    return found.toUpperCase();
  };
  const code = take(/\b([a-z]\d[a-z][ -]?\d[a-z]\d)\b/).replace(/[ -]/, '');
  const unit = take(/(?:#|\b(?:apt|apartment|suite|unit)\b)[\s.#]*(\d+[a-z]?)\b/);
  const number = take(/(?:^|[\s,])(\d+)(?=$|[\s,])/);
  const { street, city, province } = understood(rest);

  const blocks = BLOCKS.filter(
    (block) =>
      (city === undefined || block.city === city) &&
      (province === undefined || block.city.province === province) &&
      (code === '' || block.postalCode.replace(' ', '') === code) &&
      (street === '' || streetWords(block.street) === street),
  );
  if (street === '' && code === '') {
    const agrees = province === undefined || city?.province === province;
    if (city === undefined || number !== '' || unit !== '' || !agrees) return undefined;
    return { unit, number, postalCode: '', block: undefined, city };
  }
  const exact = blocks.find(({ from, to }) => number !== '' && Number(number) >= from && Number(number) <= to);
  if (exact !== undefined) return { unit, number, postalCode: exact.postalCode, block: exact, city: exact.city };
  // Like a real geocoder, which shows the street when it does not know the house.
  const [near] = blocks;
  if (near === undefined) return undefined;
  return { unit: '', number: '', postalCode: code === '' ? '' : near.postalCode, block: near, city: near.city };
}

const ABBREVIATIONS: Record<string, string> = {
  st: 'street',
  str: 'street',
  ave: 'avenue',
  av: 'avenue',
  cres: 'crescent',
  cr: 'crescent',
  ln: 'lane',
  w: 'west',
};
const PROVINCES: Record<string, string> = { on: 'ON', ontario: 'ON', bc: 'BC', 'british-columbia': 'BC' };

/** Splits what names a street from what names a place around it. */
function understood(rest: string): { street: string; city: City | undefined; province: string | undefined } {
  const street: string[] = [];
  let city: City | undefined;
  let province: string | undefined;
  for (const word of rest.replace(/\bbritish\s+columbia\b/, 'british-columbia').split(/[^a-z0-9-]+/)) {
    const named = CITIES.find(({ name }) => name.toLowerCase() === word);
    if (named !== undefined) city = named;
    else if (Object.hasOwn(PROVINCES, word)) province = PROVINCES[word];
    else if (word !== '' && word !== 'canada') street.push(word);
  }
  return { street: streetWords(street.join(' ')), city, province };
}

function streetWords(text: string): string {
  const words = folded(text).split(/[^a-z0-9-]+/);
  return words.map((word) => (Object.hasOwn(ABBREVIATIONS, word) ? ABBREVIATIONS[word] : word)).join(' ');
}

/** Geocoders do not mind accents. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
