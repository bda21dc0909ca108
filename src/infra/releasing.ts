/**
 * The same stream; `release` is called once, when it ends, fails or is left. No generator: one that waits for the next
 * value hears of its reader's leaving only after that value, which may never come. `seen` gets each value as it passes.
 */
export function releasing<T>(
  stream: AsyncIterable<T>,
  release: () => void,
  seen?: (value: T) => void,
): AsyncIterableIterator<T> {
  const iterator = stream[Symbol.asyncIterator]();
  let released = false;
  const once = () => {
    if (!released) release();
    released = true;
  };
  const watched = async (step: Promise<IteratorResult<T>>) => {
    try {
      const result = await step;
      if (result.done) once();
      else seen?.(result.value);
      return result;
    } catch (error) {
      once();
      throw error;
    }
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => watched(iterator.next()),
    async return(value) {
      once();
      return (await iterator.return?.(value)) ?? { done: true, value };
    },
    async throw(error) {
      once();
      if (iterator.throw) return iterator.throw(error);
      throw error;
    },
  };
}
