import type { Filled } from './filled.ts';

/** People of the sandboxes, who do not exist, and what their registers say of them. A test asks after each. */
export const PEOPLE: { title: string; about: string; filled: Partial<Filled> }[] = [
  {
    title: 'Maple Testwell',
    about: 'confirmed',
    filled: {
      jurisdiction: 'CANADA',
      givenName: 'Maple',
      familyName: 'Testwell',
      birthDate: '1980-01-04',
      addresses: [{ text: '117-719 Bloor St W, Toronto', label: '' }],
    },
  },
  {
    title: 'Siobhán O’Sample',
    about: 'has moved: confirmed at one address of two',
    filled: {
      jurisdiction: 'CANADA',
      givenName: 'Siobhán',
      familyName: "O'Sample",
      birthDate: '1975-03-07',
      addresses: [
        { text: '12 Streetcar Lane, Toronto, ON M5T 0Z4', label: 'now' },
        { text: '301-88 Salmonberry St, Vancouver, BC V6B 0Z7', label: 'before' },
      ],
    },
  },
  {
    title: 'Robin Nobody',
    about: 'cannot be confirmed',
    filled: {
      jurisdiction: 'CANADA',
      givenName: 'Robin',
      familyName: 'Nobody',
      birthDate: '1999-09-09',
      addresses: [{ text: '41 Streetcar Lane, Toronto, ON M5T 0Z4', label: '' }],
    },
  },
  {
    title: 'Pat Unclear',
    about: 'no answer either way',
    filled: {
      jurisdiction: 'CANADA',
      givenName: 'Pat',
      familyName: 'Unclear',
      birthDate: '1970-05-05',
      addresses: [{ text: '15 Sugar Maple Cres, Toronto, ON M4X 0Z3', label: '' }],
    },
  },
  { title: 'Voter 10000001', about: 'confirmed', filled: { jurisdiction: 'KENYA', voterId: '10000001' } },
  { title: 'Voter 99999999', about: 'cannot be confirmed', filled: { jurisdiction: 'KENYA', voterId: '99999999' } },
];
