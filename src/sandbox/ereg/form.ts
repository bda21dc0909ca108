import { Problem } from './problem.ts';

/** `integer`: that kind in the published specification. A unit's letter therefore has a field of its own. */
const FIELDS = {
  first_name: 'required',
  middle_name: 'optional',
  last_name: 'required',
  birth_date: 'required',
  full_address: 'optional',
  postal_code: 'optional',
  street_number: 'integer',
  street_name: 'optional',
  unit_number: 'integer',
  unit_suffix: 'optional',
} as const;

type Field = keyof typeof FIELDS;
type Required = 'first_name' | 'last_name' | 'birth_date';
export type CheckForm = Record<Required, string> & Partial<Record<Exclude<Field, Required>, string>>;

/** As published (sources/ereg/WIRE.md). A padded month or day does not match; month 19 and day 39 do. */
const BIRTH_DATE = /^[0-9]{4}-1?[0-9]-[1-3]?[0-9]$/;

/**
 * Stricter than the service where it would carry on with less than was meant: it ignores a field it does not know,
 * takes the first of two, and puts U+FFFD where the bytes are not UTF-8.
 */
export function readForm(contentType: string | undefined, body: Buffer): CheckForm {
  // What is no form has none of the fields: the framework does not look at the type itself.
  const isForm = contentType?.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(isForm ? body.toString() : '')) {
    if (!Object.hasOwn(FIELDS, name)) throw new Problem(400, `Extra formData parameter(s) ${name} not in spec`);
    if (fields.has(name)) throw new Problem(400, `formdata parameter '${name}' is given twice`);
    if (value.includes('\uFFFD')) throw new Problem(400, `formdata parameter '${name}' is not UTF-8`);
    fields.set(name, value);
  }
  for (const [name, kind] of Object.entries(FIELDS)) {
    const value = fields.get(name);
    if (value === undefined) {
      if (kind === 'required') throw new Problem(400, `Missing formdata parameter '${name}'`);
    } else if (kind === 'integer' && !/^[0-9]+$/.test(value)) {
      // An empty one too: who has no unit leaves the field out.
      throw new Problem(400, `Wrong type, expected 'integer' for formdata parameter '${name}'`);
    }
  }
  const birthDate = fields.get('birth_date')!;
  // Personal data in an error's text: the validator that the framework uses does that.
  if (!BIRTH_DATE.test(birthDate)) throw new Problem(400, `'${birthDate}' does not match '${BIRTH_DATE.source}'`);
  return Object.fromEntries(fields) as CheckForm;
}
