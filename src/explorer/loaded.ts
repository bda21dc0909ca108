import { useEffect, useState } from 'preact/hooks';

/** A part of the program that is a file of its own: null while it is on its way, `failed` when it did not come. */
export function useLoaded<T>(load: () => Promise<T>): T | 'failed' | null {
  const [part, setPart] = useState<{ here: T | 'failed' } | null>(null);
  useEffect(() => {
    load().then(
      (here) => setPart({ here }),
      () => setPart({ here: 'failed' }),
    );
  }, []);
  return part?.here ?? null;
}
