import { Text } from './text.ts';

type Write<Run> = (run: Run, text: Text, value: unknown) => void;

/** Of all texts together. What is over it takes all others with it: they are made again as they are wanted. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

let kept = 0;
let generation = 0;

/**
 * Writes an unchanging value once, and keeps its text for as long as there is the value: districts are decoded once a day
 * and written with every answer. For what depends on the value alone.
 */
export function keepingText<Run>(write: Write<Run>): Write<Run> {
  let texts = new WeakMap<object, string>();
  let of = generation;
  return (run, text, value) => {
    if (of !== generation) {
      texts = new WeakMap();
      of = generation;
    }
    const before = texts.get(value as object);
    if (before !== undefined) return text.add(before);
    const own = new Text();
    write(run, own, value);
    const made = own.flat();
    // What had to wait for a part of itself is no text yet.
    if (made === null) return text.append(own);
    kept += made.length;
    if (kept > MOST_CHARACTERS) {
      kept = 0;
      generation++;
    } else texts.set(value as object, made);
    text.add(made);
  };
}
