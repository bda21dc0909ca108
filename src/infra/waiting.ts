/** Ends with the signal's reason when that comes first. The work itself goes on. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    // Whoever has left hears nothing of how it ended.
    work.catch(() => {});
    if (signal.aborted) return reject(signal.reason);
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

/** What `late` gives, or throws, when the work takes longer. The work itself goes on. */
export function within<T, L = T>(work: Promise<T>, ms: number, late: () => L): Promise<T | L> {
  const { promise, resolve, reject } = Promise.withResolvers<T | L>();
  const timer = setTimeout(() => {
    try {
      resolve(late());
    } catch (error) {
      reject(error);
    }
  }, ms);
  work.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}
