import type { Jurisdiction, RequestRegistrationCheckInput } from '../generated/graphql.ts';

/** An address and a name of the asker's own for it, which comes back with the answer. */
export type FilledAddress = { text: string; label: string };

/** What stands in the form. It is kept nowhere else. */
export type Filled = {
  jurisdiction: Jurisdiction;
  givenName: string;
  middleName: string;
  familyName: string;
  birthDate: string;
  addresses: FilledAddress[];
  voterId: string;
};

export const MAX_ADDRESSES = 10;

export const EMPTY: Filled = {
  jurisdiction: 'CANADA',
  ...{ givenName: '', middleName: '', familyName: '', birthDate: '' },
  addresses: [{ text: '', label: '' }],
  voterId: '',
};

export function inputOf(filled: Filled): RequestRegistrationCheckInput {
  if (filled.jurisdiction === 'KENYA') return { kenya: { voterId: filled.voterId.trim() } };
  const { givenName, middleName, familyName, birthDate } = filled;
  const addresses = filled.addresses.map(({ text, label }) =>
    label.trim() === '' ? { text } : { labeled: { text, label } },
  );
  return { canada: { givenName, middleName: middleName.trim() || null, familyName, birthDate, addresses } };
}

/** The first thing that is not there, so that it need not be sent to be told. */
export function missing(filled: Filled): Refusal | null {
  const given: [field: string, value: string, message: string][] =
    filled.jurisdiction === 'KENYA'
      ? [['input.kenya.voterId', filled.voterId, 'Give an id.']]
      : [
          ['input.canada.givenName', filled.givenName, 'Give a name.'],
          ['input.canada.familyName', filled.familyName, 'Give a name.'],
          ['input.canada.birthDate', filled.birthDate, 'Give the day, the month and the year.'],
          ...filled.addresses.map(({ text }, at): [string, string, string] => [
            `input.canada.addresses.${at}.text`,
            text,
            'Give an address, or remove this one.',
          ]),
        ];
  const [field, , message] = given.find(([, value]) => value.trim() === '') ?? [];
  return field === undefined || message === undefined ? null : { field, message };
}

/** Why it was refused; `field` is the id of the input at fault, null where none is. */
export type Refusal = { field: string | null; message: string };

/** The gateway names a field as `input.canada.addresses.0.labeled.text`: here a label is no level of its own. */
export function refusalAt(field: string | null, message: string): Refusal {
  if (field === null) return { field, message };
  const said = message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
  return { field: field.replace('.labeled', ''), message: sentence(said) };
}

/** Of a value that has not even the form of its type: `Variable "$input" at "canada.birthDate" must be …` */
export function refusalIn(message: string): Refusal {
  const [, path, said] = /^Variable "\$input" at "([^"]+)" (.+)$/s.exec(message) ?? [];
  if (path === undefined || said === undefined) return { field: null, message };
  return refusalAt(`input.${path.replace(/\[(\d+)\]/g, '.$1')}`, said);
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
