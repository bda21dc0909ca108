/** The same thing, and each look at it is told before. */
export function noticed<T extends object>(thing: T, tell: () => void): T {
  return new Proxy(thing, {
    get(target, name) {
      tell();
      return Reflect.get(target, name);
    },
  });
}
