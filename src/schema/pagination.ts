import { badInput } from '../domain/errors.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';

const DEFAULT_FIRST = 20;
export const MAX_FIRST = 100;
/** Of lists that are shown whole, such as a map of all 291 constituencies. */
export const MAX_WIDE = 300;

export type PageArgs = { first?: number | null | undefined; after?: string | null | undefined };

builder.globalConnectionFields((t) => ({
  totalCount: t.exposeInt('totalCount', { description: 'How many there are in all, on every page.' }),
}));

/** `first` and `after`, for every connection alike. */
export const pageArgs = builder.args((t) => ({
  first: t.int({ defaultValue: DEFAULT_FIRST, description: `How many at most, 1 to ${MAX_FIRST}.` }),
  after: t.string({ description: 'Continue after this cursor: the `endCursor` of the page before.' }),
}));

/** The same where a page may be wider. */
export const widePageArgs = builder.args((t) => ({
  first: t.int({ defaultValue: DEFAULT_FIRST, description: `How many at most, 1 to ${MAX_WIDE}.` }),
  after: t.string({ description: 'Continue after this cursor: the `endCursor` of the page before.' }),
}));

/** What a page may hold, for its cost: a `first` out of range is refused before anything is asked. */
export function sizeOf({ first }: PageArgs, max = MAX_FIRST): number {
  return Math.max(0, Math.min(first ?? DEFAULT_FIRST, max));
}

/** Of a connection that asks its source once, for `extensions`. */
export const PAGE_COST = costs((args: PageArgs) => ({ requests: 1, page: sizeOf(args) }));

/** Gives `first` back if it is in range. */
export function parseFirst(first: number | null | undefined, max = MAX_FIRST, fallback = DEFAULT_FIRST): number {
  const value = first ?? fallback;
  if (value < 1 || value > max) throw badInput('first', `must be from 1 to ${max}.`);
  return value;
}

/** Refuses a bad `first`, or an `after` that no list of ours gave out, before anything is asked of the source. */
export function parsePage({ first, after }: PageArgs, max = MAX_FIRST): void {
  parseFirst(first, max);
  if (after != null) cursorKey(after);
}

/**
 * A page of a list that is at hand. A cursor names the item it follows, not a position: a list that grew meanwhile, such
 * as the stations that have reported, is continued where the reader was.
 */
export function connectionFrom<T>(
  list: readonly T[],
  { first, after }: PageArgs,
  keyOf: (item: T) => string,
  max = MAX_FIRST,
) {
  const size = parseFirst(first, max);
  const start = after == null ? 0 : positionAfter(list, after, keyOf);
  const page = list.slice(start, start + size);
  return pageOf(page, keyOf, {
    totalCount: list.length,
    hasNextPage: start + page.length < list.length,
    hasPreviousPage: start > 0,
  });
}

type PageFacts = { totalCount: number; hasNextPage: boolean; hasPreviousPage: boolean };

/** The form that every page has, whatever its list is kept in. */
export function pageOf<T>(page: readonly T[], keyOf: (item: T) => string, { totalCount, ...more }: PageFacts) {
  const edges = page.map((node) => ({ node, cursor: encodeCursor(keyOf(node)) }));
  const pageInfo = { startCursor: edges.at(0)?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null, ...more };
  return { edges, totalCount, pageInfo };
}

const CURSOR = 'after:';
// Codes, joined by slashes, and positions: nothing else was ever given out.
const CURSOR_TEXT = /^after:([\w/-]{1,300})$/;

export function encodeCursor(key: string): string {
  return Buffer.from(CURSOR + key, 'utf8').toString('base64url');
}

/** The key that a cursor was made of. Throws BAD_USER_INPUT for what is none of ours. */
export function cursorKey(cursor: string): string {
  const text = /^[\w-]+$/.test(cursor) ? Buffer.from(cursor, 'base64url').toString('utf8') : '';
  const key = CURSOR_TEXT.exec(text)?.[1];
  if (key === undefined) throw notACursor();
  return key;
}

function positionAfter<T>(list: readonly T[], cursor: string, keyOf: (item: T) => string): number {
  const key = cursorKey(cursor);
  const position = list.findIndex((item) => keyOf(item) === key);
  if (position < 0) throw notACursor();
  return position + 1;
}

export const notACursor = () =>
  badInput(
    'after',
    'this is not a cursor of this list. Take it from `pageInfo.endCursor`, or leave it out to start over.',
  );
