/**
 * Objects whose members are made when they are first looked at: `own` comes with each object, the rest is made of it. To
 * make a loader that nobody asks is cheap, and to make forty for each request is not.
 */
export function lazily<Own extends object, Made extends object>(
  makers: {
    [Name in keyof Made]: (self: Own & Made) => Made[Name];
  },
): (own: Own) => Own & Made {
  const prototype = {};
  for (const name of Object.keys(makers) as (keyof Made & string)[]) {
    const place = Symbol(name);
    Object.defineProperty(prototype, name, {
      enumerable: true,
      get(this: Own & Made & Record<symbol, Made[typeof name] | undefined>) {
        const before = this[place];
        if (before !== undefined) return before;
        const made = makers[name](this);
        (this as Record<symbol, unknown>)[place] = made;
        return made;
      },
    });
  }
  return (own) => Object.assign(Object.create(prototype), own);
}
