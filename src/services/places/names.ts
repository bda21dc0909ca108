import SearchableMap from 'minisearch/SearchableMap';
import { nextTurn } from '../../infra/waiting.ts';

export type Named<T> = { name: string; item: T; boost: number };

/** What is looked for: of all names of one group the best alone is found. */
export type Choice<T> = { admits(item: T): boolean; groupOf(item: T): unknown };

/**
 * The best first, at most `first`, of all choices together; of equal ones those of an earlier choice. Its work is bounded by
 * the length of the words and the number of names, and done in pieces, a turn of the event loop each.
 */
export type NameSearch<T> = (
  words: readonly string[],
  first: number,
  choices: readonly Choice<T>[],
) => Promise<{ item: T; choice: number }[]>;

/** A word of names and, side by side, which of the names have it and how much it counts in each. */
type Postings = { names: number[]; times: number[]; scores: number[] };

/** What somebody may have meant, and how much it counts. */
type Spelling = [Postings, number];
type Wanted = { times: number; spellings: Spelling[] };

// BM25+ and its usual constants, and the weights of what is not the very word: as in MiniSearch, whose ranking this is.
// Its own search makes objects and maps of every name that a word is in, a hundred milliseconds of them for "primary
// school"; here a name is a place in an array.
const K = 1.2;
const B = 0.7;
const D = 0.5;
const PREFIX_WEIGHT = 0.375;
const FUZZY_WEIGHT = 0.45;
// The time that it takes to look for misspelt words more than doubles with each.
const MOST_ERRORS = 3;

const SEPARATORS = /[\n\r\p{Z}\p{P}]+/u;
const NAMES_A_TURN = 500;
const SCORES_A_TURN = 5_000;

/** The words of a name or of what somebody types, as names are searched for. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(SEPARATORS)
    .filter((word) => word !== '');
}

/** Builds the index in pieces, each in a turn of the event loop of its own. */
export async function indexNames<T>(entries: readonly Named<T>[]): Promise<NameSearch<T>> {
  const dictionary = new SearchableMap<Postings>();
  const lengths: number[] = [];
  let longest = 0;
  for (const [position, { name }] of entries.entries()) {
    if (position % NAMES_A_TURN === 0) await nextTurn();
    const words = wordsOf(name);
    lengths.push(new Set(words).size);
    for (const word of words) {
      longest = Math.max(longest, word.length);
      const { names, times } = dictionary.fetch(word, () => ({ names: [], times: [], scores: [] }));
      if (names.at(-1) === position) times[times.length - 1]!++;
      else {
        names.push(position);
        times.push(1);
      }
    }
  }
  const averageLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(lengths.length, 1);
  let sinceTurn = 0;
  for (const { names, times, scores } of dictionary.values()) {
    sinceTurn += names.length;
    if (sinceTurn > SCORES_A_TURN) {
      sinceTurn = 0;
      await nextTurn();
    }
    const rarity = Math.log(1 + (entries.length - names.length + 0.5) / (names.length + 0.5));
    for (const [i, name] of names.entries()) {
      const share = times[i]! / (times[i]! + K * (1 - B + (B * lengths[name]!) / averageLength));
      scores.push(entries[name]!.boost * rarity * (D + (K + 1) * share));
    }
  }
  return searchIn(entries, dictionary, longest);
}

function searchIn<T>(
  entries: readonly Named<T>[],
  dictionary: SearchableMap<Postings>,
  longest: number,
): NameSearch<T> {
  // Of every name, in the search that counts just now: counting waits for nothing.
  const score = new Float64Array(entries.length);
  const matched = new Uint8Array(entries.length);
  const lastWord = new Uint8Array(entries.length);

  function count(wanted: readonly Wanted[]): void {
    for (const array of [score, matched, lastWord]) array.fill(0);
    for (const [index, { times, spellings }] of wanted.entries()) {
      const ordinal = index + 1;
      for (const [{ names, scores }, weight] of spellings) {
        for (let i = 0; i < names.length; i++) {
          const name = names[i]!;
          score[name]! += times * weight * scores[i]!;
          if (lastWord[name] === ordinal) continue;
          lastWord[name] = ordinal;
          matched[name]!++;
        }
      }
    }
    // Names that have all the words; only where there are none, names that have some.
    const enough = matched.includes(wanted.length) ? wanted.length : 1;
    for (let name = 0; name < entries.length; name++)
      score[name] = matched[name]! >= enough ? score[name]! * matched[name]! : 0;
  }

  return async (words, first, choices) => {
    const times = new Map<string, number>();
    for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
    const wanted: Wanted[] = [];
    for (const [word, often] of times) {
      await nextTurn();
      wanted.push({ times: often, spellings: [...spellingsOf(dictionary, longest, word)] });
    }
    await nextTurn();
    count(wanted);
    return choices
      .flatMap((choice, number) =>
        best(entries, score, first, choice).map((name) => ({ name, item: entries[name]!.item, choice: number })),
      )
      .sort((a, b) => score[b.name]! - score[a.name]!)
      .slice(0, first)
      .map(({ item, choice }) => ({ item, choice }));
  };
}

/** Words of names that somebody who typed this may have meant, and how much each counts. */
function* spellingsOf(dictionary: SearchableMap<Postings>, longest: number, word: string): Generator<Spelling> {
  const exact = dictionary.get(word);
  if (exact) yield [exact, 1];
  const begun = new Set<string>();
  if (word.length > 2) {
    for (const [whole, postings] of dictionary.atPrefix(word)) {
      const more = whole.length - word.length;
      begun.add(whole);
      if (more > 0) yield [postings, (PREFIX_WEIGHT * whole.length) / (whole.length + 0.3 * more)];
    }
  }
  // Two letters out of seven, such as two swapped ones, may be wrong; short words must be right.
  const errors = word.length > 3 ? Math.min(MOST_ERRORS, Math.round(word.length * 0.3)) : 0;
  if (errors === 0 || word.length > longest + errors) return;
  for (const [other, [postings, distance]] of dictionary.fuzzyGet(word, errors)) {
    if (distance > 0 && !begun.has(other)) yield [postings, (FUZZY_WEIGHT * other.length) / (other.length + distance)];
  }
}

/** Positions of the highest scores above 0, one a group, highest first; of equal ones the first first. */
function best<T>(
  entries: readonly Named<T>[],
  score: Float64Array,
  first: number,
  { admits, groupOf }: Choice<T>,
): number[] {
  const top: number[] = [];
  for (let position = 0; position < score.length; position++) {
    const value = score[position]!;
    if (value === 0 || (top.length === first && value <= score[top.at(-1)!]!)) continue;
    const { item } = entries[position]!;
    if (!admits(item)) continue;
    const group = groupOf(item);
    const rival = top.findIndex((other) => groupOf(entries[other]!.item) === group);
    if (rival >= 0) {
      if (score[top[rival]!]! >= value) continue;
      top.splice(rival, 1);
    }
    let at = top.length;
    while (at > 0 && score[top[at - 1]!]! < value) at--;
    top.splice(at, 0, position);
    if (top.length > first) top.pop();
  }
  return top;
}
