/** Ends with the signal's reason when that comes first. The work itself goes on. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    const stayed = () => signal.removeEventListener('abort', leave);
    // Whoever has left hears nothing of how it ended.
    work.then(
      (value) => {
        stayed();
        resolve(value);
      },
      (error) => {
        stayed();
        reject(error);
      },
    );
  });
}

/** Ends with the client, or after so long; who has left before is forgotten at once, and no timer remembers them. */
export function withDeadline(client: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    client.removeEventListener('abort', leave);
    controller.abort(new DOMException('The deadline has passed', 'TimeoutError'));
  }, ms);
  timer.unref();
  const leave = () => {
    clearTimeout(timer);
    controller.abort(client.reason);
  };
  if (client.aborted) leave();
  else client.addEventListener('abort', leave, { once: true });
  return controller.signal;
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

/** Lets whatever else the event loop has to do go first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Does pieces of work one after another, in the order asked, each in a turn of the event loop of its own. */
export function oneAtATime(): <T>(work: () => T | Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(nextTurn).then(work);
    last = mine.catch(() => {});
    return mine;
  };
}
