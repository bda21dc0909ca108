/** One of a sequence: `id` says which it is, `leaf` is null where only the id is known. */
export type Item = { index: number; id: string; leaf: Uint8Array | null };

/** `was` is null for what was inserted, `is` for what was dropped; of what was moved both are the same at two places. */
export type Difference =
  | { kind: 'CHANGED' | 'MOVED'; was: Item; is: Item }
  | { kind: 'DROPPED'; was: Item; is: null }
  | { kind: 'INSERTED'; was: null; is: Item };

export type SequenceDiff = {
  /** The next of either, or of both. */
  push(expected: readonly Item[], found: readonly Item[]): void;
  /** After both have ended. `more`: so many were not kept. */
  end(): { differences: Difference[]; more: number };
};

/** So far is looked for where the sequences agree again. */
export const WINDOW = 1024;
const KEPT = 1000;

/**
 * How one sequence differs from another, told while they go by: what is remembered does not grow with them. Where nothing
 * agrees for a whole window, each that stands in another's place counts as a change of it. `goesOn`: what is found behind
 * the end of what is expected is no difference.
 */
export function createSequenceDiff({ goesOn = false } = {}): SequenceDiff {
  const differences: Difference[] = [];
  let more = 0;
  let expected: Item[] = [];
  let found: Item[] = [];

  function tell(difference: Difference): void {
    if (differences.length < KEPT) differences.push(difference);
    else more++;
  }

  function differ(was: readonly Item[], is: readonly Item[]): void {
    for (let at = 0; at < Math.max(was.length, is.length); at++) {
      const [one, other] = [was[at], is[at]];
      if (one && other) tell({ kind: 'CHANGED', was: one, is: other });
      else if (one) tell({ kind: 'DROPPED', was: one, is: null });
      else tell({ kind: 'INSERTED', was: null, is: other! });
    }
  }

  /** Goes on as long as enough is there to see where the two agree again. */
  function advance(ended: boolean): void {
    let [at, other] = [0, 0];
    for (;;) {
      while (at < expected.length && other < found.length && expected[at]!.id === found[other]!.id)
        [at, other] = [at + 1, other + 1];
      const [left, right] = [expected.length - at, found.length - other];
      if (left === 0 && right === 0) break;
      if (!ended && (left < WINDOW || right < WINDOW)) break;
      if (goesOn && left === 0) break;
      const was = expected.slice(at, at + WINDOW);
      const is = found.slice(other, other + WINDOW);
      const all = [was.length, goesOn ? Math.min(was.length, is.length) : is.length] as const;
      const [skipped, added] = whereTheyAgree(was, is) ?? all;
      differ(was.slice(0, skipped), is.slice(0, added));
      [at, other] = [at + skipped, other + added];
    }
    expected = expected.slice(at);
    found = found.slice(other);
  }

  return {
    push(expectedNext, foundNext) {
      expected.push(...expectedNext);
      found.push(...foundNext);
      advance(false);
    },
    end() {
      advance(true);
      return { differences: withMoves(differences), more };
    },
  };
}

/** The nearest place, as how much of each lies before it. */
function whereTheyAgree(was: readonly Item[], is: readonly Item[]): readonly [number, number] | null {
  const places = new Map<string, number>();
  for (const [at, { id }] of is.entries()) if (!places.has(id)) places.set(id, at);
  let nearest: readonly [number, number] | null = null;
  for (const [at, { id }] of was.entries()) {
    const other = places.get(id);
    if (other !== undefined && (!nearest || at + other < nearest[0] + nearest[1])) nearest = [at, other];
  }
  return nearest;
}

/** What was dropped at one place and inserted at another was moved. */
function withMoves(differences: readonly Difference[]): Difference[] {
  const dropped = new Map(differences.flatMap((one) => (one.kind === 'DROPPED' ? [[one.was.id, one]] : [])));
  const inserted = new Map(differences.flatMap((one) => (one.kind === 'INSERTED' ? [[one.is.id, one]] : [])));
  return differences.flatMap((one): Difference[] => {
    if (one.kind === 'DROPPED' && inserted.has(one.was.id)) return [];
    if (one.kind !== 'INSERTED') return [one];
    const from = dropped.get(one.is.id);
    return [from ? { kind: 'MOVED', was: from.was, is: one.is } : one];
  });
}
