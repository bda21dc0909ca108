type Errors = { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];

/** As `deferSpec=20220824` has them. */
export type Part = {
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
  data?: any;
  errors?: Errors;
  // biome-ignore lint/suspicious/noExplicitAny: the same
  incremental?: { data: any; path: (string | number)[]; label?: string; errors?: Errors }[];
  hasNext?: boolean;
  extensions?: Record<string, unknown>;
};

/** The parts of a `multipart/mixed` answer as they come, taken apart without a client's help. */
export async function* partsOf(response: Response): AsyncGenerator<Part, void, undefined> {
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split('\r\n---');
    text = parts.pop()!;
    for (const part of parts) {
      const [, body] = /\r\n\r\n([\s\S]+)$/.exec(part) ?? [];
      if (body) yield JSON.parse(body) as Part;
    }
  }
}

/** What a client has when it has put all parts together. */
export async function wholeOf(parts: AsyncIterable<Part>) {
  let data: unknown;
  const errors: Errors = [];
  for await (const part of parts) {
    if ('data' in part) data = part.data;
    errors.push(...(part.errors ?? []));
    for (const { data: more, path, errors: own = [] } of part.incremental ?? []) {
      errors.push(...own);
      // biome-ignore lint/suspicious/noExplicitAny: any place in an answer
      const place = path.reduce((at: any, key) => at[key], data);
      if (more !== null) merge(place, more);
    }
  }
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
  return { data: data as any, errors };
}

function merge(into: Record<string, unknown>, more: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(more)) {
    const there = into[key];
    if (typeof there === 'object' && there !== null && typeof value === 'object' && value !== null) {
      merge(there as Record<string, unknown>, value as Record<string, unknown>);
    } else into[key] = value;
  }
}
