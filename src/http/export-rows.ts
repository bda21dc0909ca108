import type { Context } from '../context.ts';
import { levelOf, type ReportingUnit } from '../domain/places.ts';
import type { Level } from '../domain/posts.ts';
import type { ContestResult } from '../domain/results.ts';

/** The columns of an export of results, in their order. Column names are API: add at the end, never rename. */
export const COLUMNS = [
  'election',
  'post',
  'level',
  'county',
  'constituency',
  'ward',
  'station',
  'candidate',
  'party',
  'votes',
] as const;
export type Row = Record<(typeof COLUMNS)[number], string | number | null>;

/** The names of a place and of what it lies in; none for the country. */
type Names = Partial<Record<Level, string>>;
export type NamedResult = { result: ContestResult; names: Names };

/** So many places are looked up at once while the index of places is not there. */
const AT_ONCE = 100;

/**
 * Everything that rows need, before the first is written: what fails is then an error, and no file that breaks off. A name
 * is waited for where the index of places does not know it yet.
 */
export async function named(results: readonly ContestResult[], ctx: Context): Promise<NamedResult[]> {
  const found: NamedResult[] = [];
  for (let from = 0; from < results.length; from += AT_ONCE) {
    const some = results.slice(from, from + AT_ONCE);
    found.push(...(await Promise.all(some.map(async (result) => ({ result, names: await namesOf(result, ctx) })))));
  }
  return found;
}

async function namesOf(result: ContestResult, { results, places, signal }: Context): Promise<Names> {
  const names: Names = {};
  let place: ReportingUnit | null = await results.unitOf(result);
  while (place && place.kind !== 'Country') {
    names[levelOf(place.kind)] = place.name;
    place = await places.parent(place, signal);
  }
  return names;
}

/** One for each candidate's votes. A result without figures has none. */
export function* rowsOf(results: readonly NamedResult[]): Generator<Row> {
  for (const { result, names } of results) {
    const { election, post, level, figures } = result;
    const { county = null, constituency = null, ward = null, pollingstation: station = null } = names;
    for (const { candidate, votes } of figures?.votes ?? []) {
      const party = candidate.party?.name ?? null;
      yield { election, post, level, county, constituency, ward, station, candidate: candidate.name, party, votes };
    }
  }
}

/** RFC 4180. */
export function* csv(rows: Iterable<Row>): Generator<string> {
  yield csvLine(COLUMNS);
  for (const row of rows) yield csvLine(COLUMNS.map((column) => row[column]));
}

export function* ndjson(rows: Iterable<Row>): Generator<string> {
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

/** A spreadsheet would take these for a formula, and run it. */
const FORMULA = /^[=+\-@\t\r]/;

function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Text that looks like a formula gets an apostrophe in front, which spreadsheets take for "this is text"; NDJSON has it as it is. */
export function csvCell(value: string | number | null): string {
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
