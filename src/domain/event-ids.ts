const namers = new WeakMap<object, (event: never) => string>();

/** The same stream, whose events have names: a client that says the last one it saw (`Last-Event-ID`) goes on after it. */
export function named<T, Stream extends AsyncIterable<T>>(stream: Stream, nameOf: (event: T) => string): Stream {
  namers.set(stream, nameOf);
  return stream;
}

/** How the events of this stream are named; null where one cannot go on after an event. */
export function namerOf(stream: object): ((event: unknown) => string) | null {
  return (namers.get(stream) as ((event: unknown) => string) | undefined) ?? null;
}
