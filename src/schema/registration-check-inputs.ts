import { LocalDateResolver } from 'graphql-scalars';
import { parseCode } from '../domain/codes.ts';
import { badInput } from '../domain/errors.ts';
import { type CanadianAddress, type CheckInput, MAX_ADDRESSES } from '../domain/registration-checks.ts';
import { builder } from './builder.ts';

builder.addScalarType('Date', LocalDateResolver, { description: 'A calendar date, `YYYY-MM-DD`.' });

const AddressPartsInput = builder.inputType('AddressPartsInput', {
  description: 'A Canadian address in parts.',
  fields: (t) => ({
    unitNumber: t.string({ description: 'Number of the unit, such as `117`.' }),
    unitSuffix: t.string({ description: "What follows the unit's number, such as `A`." }),
    streetNumber: t.string({ required: true, description: 'Such as `719`.' }),
    streetName: t.string({ required: true, description: 'Such as `Bloor St W`.' }),
    city: t.string({ description: 'Such as `Toronto`.' }),
    province: t.string({ description: 'Two letters, such as `ON`.' }),
    postalCode: t.string({ required: true, description: 'Such as `M6G 1L5`.' }),
  }),
});

const MAX_LABEL = 100;

const LabeledAddressInput = builder.inputType('LabeledAddressInput', {
  description: 'An address with a name of your own, either as text or in parts.',
  fields: (t) => ({
    label: t.string({
      required: true,
      description: `Comes back as the \`label\` of its AddressCheck: 1 to ${MAX_LABEL} characters, each label once in a check. Kept encrypted until the check expires or is erased, longer than the address itself: a number of yours will do, an address or a name should not be in it.`,
    }),
    text: t.string({ description: 'As in AddressInput; this or `parts`.' }),
    parts: t.field({ type: AddressPartsInput, description: 'In parts; this or `text`.' }),
  }),
});

const AddressInput = builder.inputType('AddressInput', {
  description: 'An address, either as text or in parts; with a label of your own, if you like.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: 'As one would write it; it may be partial: `117-719 Bloor St W, Toronto`.' }),
    parts: t.field({ type: AddressPartsInput, description: 'In parts.' }),
    labeled: t.field({ type: LabeledAddressInput, description: 'Either, with a label that comes back.' }),
  }),
});

const CanadianVoterInput = builder.inputType('CanadianVoterInput', {
  description: 'A person as the Canadian register knows them.',
  fields: (t) => ({
    givenName: t.string({ required: true, description: 'Given name.' }),
    middleName: t.string({ description: 'Middle name, if the register has one.' }),
    familyName: t.string({ required: true, description: 'Family name.' }),
    birthDate: t.field({ type: 'Date', required: true, description: 'Date of birth.' }),
    addresses: t.field({
      type: [AddressInput],
      required: true,
      description: `1 to ${MAX_ADDRESSES} addresses where the person may be registered, such as an address history. Each is a check upstream.`,
    }),
  }),
});

const KenyanVoterInput = builder.inputType('KenyanVoterInput', {
  description: 'A person as the Kenyan register knows them.',
  fields: (t) => ({ voterId: t.id({ required: true, description: 'Voter id or passport number.' }) }),
});

export const RequestInput = builder.inputType('RequestRegistrationCheckInput', {
  description: 'Whom to check, and where.',
  isOneOf: true,
  fields: (t) => ({
    canada: t.field({ type: CanadianVoterInput, description: 'In Canada.' }),
    kenya: t.field({ type: KenyanVoterInput, description: 'In Kenya.' }),
  }),
});

const MAX_NAME = 100;
const MAX_ADDRESS = 200;

function parseText(field: string, value: string, max: number): string {
  const text = value.trim();
  if (text.length < 1 || text.length > max || !text.isWellFormed() || /\p{Cc}/u.test(text)) {
    throw badInput(field, `must have 1 to ${max} characters, none of them a control character.`);
  }
  return text;
}

const optionalText = (field: string, value: string | null | undefined, max: number) =>
  value == null || value.trim() === '' ? undefined : parseText(field, value, max);

function parseBirthDate(field: string, date: string, now: number): string {
  const today = new Date(now).toISOString().slice(0, 10);
  if (date < '1900-01-01' || date > today) throw badInput(field, 'must be from 1900-01-01 to today.');
  return date;
}

type Unlabeled = Omit<typeof LabeledAddressInput.$inferInput, 'label'>;

function parseAddress(field: string, { text, parts }: Unlabeled): CanadianAddress {
  if (text != null) return { text: parseText(`${field}.text`, text, MAX_ADDRESS) };
  const part = (name: keyof NonNullable<typeof parts>) =>
    parseText(`${field}.parts.${name}`, parts![name] ?? '', MAX_NAME);
  const optional = (name: keyof NonNullable<typeof parts>) =>
    optionalText(`${field}.parts.${name}`, parts![name], MAX_NAME);
  return {
    parts: {
      unitNumber: optional('unitNumber'),
      unitSuffix: optional('unitSuffix'),
      streetNumber: part('streetNumber'),
      streetName: part('streetName'),
      city: optional('city'),
      province: optional('province'),
      postalCode: part('postalCode'),
    },
  };
}

/** Addresses with labels beside them; without `labels` where none has one. */
function parseAddresses(field: string, given: readonly (typeof AddressInput.$inferInput)[]) {
  const seen = new Set<string>();
  const read = given.map(({ labeled, ...plain }, index) => {
    const at = `${field}.${index}`;
    if (!labeled) return { label: null, address: parseAddress(at, plain) };
    if ((labeled.text == null) === (labeled.parts == null)) {
      throw badInput(`${at}.labeled`, 'must have either `text` or `parts`.');
    }
    const label = parseText(`${at}.labeled.label`, labeled.label, MAX_LABEL);
    if (seen.has(label)) throw badInput(`${at}.labeled.label`, 'another address of this check has the same label.');
    seen.add(label);
    return { label, address: parseAddress(`${at}.labeled`, labeled) };
  });
  const addresses = read.map(({ address }) => address);
  return seen.size === 0 ? { addresses } : { addresses, labels: read.map(({ label }) => label) };
}

export function parseInput({ canada, kenya }: typeof RequestInput.$inferInput, now: number): CheckInput {
  if (kenya) return { jurisdiction: 'KENYA', voterId: parseCode('input.kenya.voterId', kenya.voterId) };
  const { givenName, middleName, familyName, birthDate, addresses } = canada!;
  if (addresses.length < 1 || addresses.length > MAX_ADDRESSES) {
    throw badInput('input.canada.addresses', `1 to ${MAX_ADDRESSES} addresses, not ${addresses.length}.`);
  }
  return {
    jurisdiction: 'CANADA',
    givenName: parseText('input.canada.givenName', givenName, MAX_NAME),
    middleName: optionalText('input.canada.middleName', middleName, MAX_NAME) ?? null,
    familyName: parseText('input.canada.familyName', familyName, MAX_NAME),
    birthDate: parseBirthDate('input.canada.birthDate', birthDate, now),
    ...parseAddresses('input.canada.addresses', addresses),
  };
}

const MAX_IDEMPOTENCY_KEY = 200;

export const parseIdempotencyKey = (key: string | null | undefined): string | null =>
  key == null ? null : parseText('idempotencyKey', key, MAX_IDEMPOTENCY_KEY);
