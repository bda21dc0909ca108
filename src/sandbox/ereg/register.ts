import { type Address, resolve, withoutShorthand } from './address.ts';

export type Person = {
  firstName: string;
  middleName?: string;
  lastName: string;
  /** As the wire wants it: no padding. */
  birthDate: string;
  /** Where they are registered or, who is not, where they live. */
  address: string;
  /** null: asked at this address, the page says something else than yes or "cannot confirm". */
  registered: boolean | null;
  /** Where they live now, without having told the register. */
  movedTo?: string;
};

/** Nobody: surnames are words for "example", "sample" and the like. Accents, apostrophes and two-word names are meant. */
export const PEOPLE: readonly Person[] = [
  {
    firstName: 'Maple',
    lastName: 'Testwell',
    birthDate: '1980-1-4',
    address: '117-719 Bloor St W, Toronto, ON M6G 0X1',
    registered: true,
  },
  {
    firstName: 'Zoé',
    middleName: 'Anaïs',
    lastName: "L'Exemple",
    birthDate: '1992-11-30',
    address: "24 Rue de l'Érable, Ottawa, ON K1N 0Z6",
    registered: true,
  },
  {
    firstName: 'Siobhán',
    lastName: "O'Sample",
    birthDate: '1975-3-7',
    address: '301-88 Salmonberry St, Vancouver, BC V6B 0Z7',
    registered: true,
    movedTo: '12 Streetcar Lane, Toronto, ON M5T 0Z4',
  },
  {
    firstName: 'Jean-Luc',
    lastName: 'Modèle',
    birthDate: '1968-12-25',
    address: '431 Beavertail Ave, Ottawa, ON K1N 0Z5',
    registered: true,
    movedTo: '5-760 Bloor St W, Toronto, ON M6G 0X2',
  },
  {
    firstName: 'Łukasz',
    lastName: 'Przykładowy',
    birthDate: '2001-2-28',
    address: '1450 W 99th Ave, Vancouver, BC V5X 0Z8',
    registered: true,
  },
  {
    firstName: 'Mary Ann',
    middleName: 'Of The',
    lastName: 'Placeholder',
    birthDate: '1959-10-10',
    address: '3B-19 Streetcar Lane, Toronto, ON M5T 0Z4',
    registered: true,
  },
  {
    firstName: 'Thị',
    lastName: 'Ví Dụ',
    birthDate: '1988-6-1',
    address: '77 Sugar Maple Cres, Toronto, ON M4X 0Z3',
    registered: true,
    movedTo: "8 Rue de l'Érable, Ottawa, ON K1N 0Z6",
  },
  {
    firstName: 'Ava',
    lastName: 'Fictional-Jones',
    birthDate: '2004-8-19',
    address: '2-410 Beavertail Ave, Ottawa, ON K1N 0Z5',
    registered: true,
  },
  {
    firstName: 'Robin',
    lastName: 'Nobody',
    birthDate: '1999-9-9',
    address: '41 Streetcar Lane, Toronto, ON M5T 0Z4',
    registered: false,
  },
  {
    firstName: 'Renée',
    lastName: "D'Échantillon",
    birthDate: '1983-4-15',
    address: '1204-450 Beavertail Ave, Ottawa, ON K1N 0Z5',
    registered: false,
  },
  {
    firstName: 'Max',
    lastName: 'Musterperson',
    birthDate: '1990-7-20',
    address: '9 Salmonberry St, Vancouver, BC V6B 0Z7',
    registered: false,
  },
  {
    firstName: 'Pat',
    lastName: 'Unclear',
    birthDate: '1970-5-5',
    address: '15 Sugar Maple Cres, Toronto, ON M4X 0Z3',
    registered: null,
  },
];

export type Finding = { registered: boolean | null; raw_message: string };

// Both sentences are the published source's.
const YES: Finding = { registered: true, raw_message: 'You are registered to vote, at the address you provided.' };
const CANNOT_CONFIRM: Finding = {
  registered: false,
  raw_message: 'Based on the information provided, we cannot confirm that you are registered to vote.',
};
/** What else the page can say is not recorded: this is invented. */
const SOMETHING_ELSE: Finding = {
  registered: null,
  raw_message: 'We need more information before we can answer. Please contact your returning office.',
};

export type Asked = { firstName: string; middleName: string; lastName: string; birthDate: string; address: Address };

/**
 * A middle name may be left out, since the form asks for it so; one that is given must be right. `unit_suffix` is not
 * compared: how the service uses it is not known, and a geocoded unit has its letter.
 */
export function lookUp(asked: Asked): Finding {
  const found = INDEX.find(
    ({ person, where }) =>
      same(person.firstName, asked.firstName) &&
      same(person.lastName, asked.lastName) &&
      (asked.middleName.trim() === '' || same(person.middleName ?? '', asked.middleName)) &&
      person.birthDate === asked.birthDate &&
      where === key(asked.address),
  );
  if (found === undefined || found.person.registered === false) return CANNOT_CONFIRM;
  return found.person.registered === null ? SOMETHING_ELSE : YES;
}

const INDEX = PEOPLE.map((person) => ({ person, where: key(resolve(withoutShorthand(person.address))!) }));

/** A postal code is one block, so the street follows from it. */
function key({ postalCode, number, unit }: Address): string {
  return [postalCode, Number(number), unit].join('|');
}

/** Case and spaces do not matter; accents and punctuation do. */
function same(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}
