import { NOTHING_YET } from '../contract.ts';
import { ArchiveError, question, type Recording, type Recordings, readLines } from './recordings.ts';

type Question = {
  path: string;
  query: Recording['query'];
  /** By instant, which stands at the same position in `instants`. */
  bodies: Buffer[];
  instants: number[];
};

const ALWAYS = Number.NEGATIVE_INFINITY;

/**
 * Plays recordings from the first instant of any, at `speed` times their pace, from now on: a question is answered with the
 * last line whose instant has come. Lines without an instant are there from the start. Throws an ArchiveError.
 */
export function playedRecordings(file: string, speed: number, now: () => number): Recordings {
  const questions = readQuestions(file);
  const first = firstInstant(questions.values());
  if (first === undefined) throw new ArchiveError(`${file}: no line has an 'at', so there is no pace to play it at`);
  const start = now();
  return {
    has: (asked) => questions.has(asked),
    answer(asked) {
      const found = questions.get(asked);
      if (found === undefined) return undefined;
      const come = countUpTo(found.instants, first + (now() - start) * speed);
      if (come > 0) return found.bodies[come - 1];
      // Only a result comes with time: what else was recorded late was there before.
      return found.path.startsWith('/results/') ? NOTHING_YET : found.bodies[0];
    },
    *values() {
      for (const { path, query, bodies } of questions.values()) for (const body of bodies) yield { path, query, body };
    },
  };
}

function readQuestions(file: string): Map<string, Question> {
  const questions = new Map<string, Question>();
  for (const { path, query, body, at = ALWAYS } of readLines(file)) {
    const asked = question(path, query);
    const found = questions.get(asked) ?? { path, query, bodies: [], instants: [] };
    questions.set(asked, found);
    // Of two lines of one instant the later wins, as without a speed.
    const position = countUpTo(found.instants, at);
    found.instants.splice(position, 0, at);
    found.bodies.splice(position, 0, body);
  }
  return questions;
}

function firstInstant(questions: Iterable<Question>): number | undefined {
  let first: number | undefined;
  for (const { instants } of questions) {
    const own = instants.find((at) => at !== ALWAYS);
    if (own !== undefined && (first === undefined || own < first)) first = own;
  }
  return first;
}

/** How many of these, which are in order, are not later than `instant`. */
function countUpTo(instants: readonly number[], instant: number): number {
  let [low, high] = [0, instants.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (instants[middle]! <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
