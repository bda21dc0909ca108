/**
 * A value that is at hand, or a promise of one. What is at hand is used in the same turn: of an answer out of memory, a
 * promise for each of its values would be most of the work.
 */
export type Maybe<T> = T | Promise<T>;

export const isPromise = <T>(value: Maybe<T>): value is Promise<T> => value instanceof Promise;

/** All of them, at once when all are at hand. */
export function all<T>(values: Maybe<T>[]): Maybe<T[]> {
  return values.some(isPromise) ? Promise.all(values) : (values as T[]);
}

/** `next` of the value, at once when it is at hand. */
export function after<T, R>(value: Maybe<T>, next: (value: T) => Maybe<R>): Maybe<R> {
  return isPromise(value) ? value.then(next) : next(value);
}
