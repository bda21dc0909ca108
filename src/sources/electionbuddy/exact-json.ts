/** A number of JSON as it is written: as a double, one identifier beyond 2^53 becomes another. */
export class ExactNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }

  /** As a text has it: 17.0 is 17, and no digit is ever lost. */
  get text(): string {
    return /[.e]/i.test(this.source) && isHeld(this.source) ? String(Number(this.source)) : this.source;
  }
}

/** Every number as an `ExactNumber`. */
export const parseExact = (json: string): unknown => parse(json, (source) => new ExactNumber(source));

/** Numbers that a double holds as such, the others as texts of what is written. */
export const parseShowable = (json: string): unknown =>
  parse(json, (source) => (isHeld(source) ? Number(source) : source));

function parse(json: string, number: (source: string) => unknown) {
  // `source` is the text that a primitive was read from (ECMAScript 2026); the compiler's library does not know it yet.
  return JSON.parse(json, (_key, value: unknown, context?: { source: string }) =>
    typeof value === 'number' ? number(context!.source) : value,
  ) as unknown;
}

/**
 * The canonical form of what `parseExact` read, which is the same for any order of keys: RFC 8785 but for numbers, which
 * stay as written, while the RFC (and so its libraries) rounds them to doubles. Throws for text that is not Unicode.
 */
export function canonicalForm(value: unknown): string {
  if (value instanceof ExactNumber) return value.source;
  if (typeof value === 'string' && !value.isWellFormed()) throw new TypeError('half of a surrogate pair');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalForm)}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, inner]) => `${canonicalForm(key)}:${canonicalForm(inner)}`)}}`;
}

/** Whether a double, written down again, is the same number. */
function isHeld(source: string): boolean {
  // A double keeps any 15 digits.
  if (source.length < 16 && !/e/i.test(source)) return true;
  const double = Number(source);
  return Number.isFinite(double) && decimal(source) === decimal(String(double));
}

/** One form for each number: `-1200.50` and `-1.2005E3` are both `-12005e-1`. */
function decimal(source: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e(.+))?$/i.exec(source)!;
  const digits = (whole! + fraction).replace(/^0+/, '');
  // The look-behind keeps this linear: only the first zero of a run is tried.
  const significant = digits.replace(/(?<!0)0+$/, '');
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return significant === '' ? '0' : `${sign}${significant}e${power}`;
}

/** Whether valid JSON, read as `value`, names a key of one object twice: reading keeps only the last of them. */
export function hasDuplicateKey(json: string, value: unknown): boolean {
  // Outside of texts, each member has a colon and nothing else has one.
  const colons = json.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '').split(':').length - 1;
  return colons !== countMembers(value);
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  return inner.reduce((sum: number, one) => sum + countMembers(one), Array.isArray(value) ? 0 : inner.length);
}
