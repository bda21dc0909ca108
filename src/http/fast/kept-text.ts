import type { Life } from '../../domain/freshness.ts';
import type { Operation } from '../../domain/operation.ts';
import { Text } from './text.ts';

type Run = { operation: Operation; now: number; keeps: boolean };
type Write<R extends Run> = (run: R, text: Text, value: unknown) => void;
/** `hits`: reads of the cache that making it took. */
type Kept = Life & { text: string; hits: number };

/** Of all texts together. What is over it takes all others with it: they are made again as they are wanted. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

let kept = 0;
let generation = 0;

/**
 * Writes what follows from an unchanging value once, and keeps its text with the value: districts are decoded once a day and
 * written with every answer. What is read on the way, such as a district's result, is kept for as long as it is fresh, and
 * is as old in the text as it is in a whole answer that is kept. For what nothing else goes into: no variable, and nothing
 * private, which the context refuses.
 */
export function keepingText<R extends Run>(write: Write<R>): Write<R> {
  let texts = new WeakMap<object, Kept>();
  let of = generation;
  return (run, text, value) => {
    const { operation, now, keeps } = run;
    if (!keeps) return write(run, text, value);
    if (of !== generation) {
      texts = new WeakMap();
      of = generation;
    }
    const before = texts.get(value as object);
    if (before && now < before.freshUntil) {
      operation.holds(before.freshUntil, before.renewUntil);
      operation.hit(before.hits);
      return text.add(before.text);
    }
    const own = new Text();
    const hitsBefore = operation.cacheHits;
    const life = operation.life.ofPart(() => write(run, own, value));
    const made = own.flat();
    // What had to wait for a part of itself is no text yet.
    if (made === null) return text.append(own);
    text.add(made);
    if (now >= life.freshUntil) return;
    kept += made.length;
    if (kept > MOST_CHARACTERS) {
      kept = 0;
      generation++;
    } else texts.set(value as object, { ...life, text: made, hits: operation.cacheHits - hitsBefore });
  };
}
