import { badInput } from './errors.ts';

// Upstream codes are GUIDs, short ids or election codes. ASCII letters, digits, `-` and `_` cover all that were ever
// seen, and nothing else may reach a signed URL: the IEBC key's message has no separators, so a `=` or `&` in a value
// would change what the signature covers (sources/iebc/WIRE.md, "Requests").
const CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export function isCode(value: string): boolean {
  return CODE.test(value);
}

/** Gives `value` back if it is a well-formed upstream code; otherwise BAD_USER_INPUT that names `field`. */
export function parseCode(field: string, value: string): string {
  if (!isCode(value)) {
    throw badInput(
      field,
      'a code is 1 to 64 ASCII letters, digits, "-" or "_", such as "694F1CE1-7BA6-49E9-B40C-9AFEF518A09E".',
    );
  }
  return value;
}

/** Codes come in upper case in some answers and in lower case in others (sources/iebc/WIRE.md): they are equal without case. */
export function codeKey(code: string): string {
  return code.toUpperCase();
}
