import type { TypedDocumentString } from './generated/graphql.ts';

/** The path below which the gateway is reached. */
export const BASE = document.documentElement.dataset.base ?? '';

/** Whether the endpoint is a page for a browser, too. */
export const HAS_GRAPHIQL = document.documentElement.dataset.graphiql !== undefined;

const ENDPOINT = `${BASE}/graphql`;

type Problem = { message: string; extensions?: { code?: string } };
type Answered<T> = { data: T | null; errors: Problem[] };

/** By GET, so that an answer that still holds comes from the browser's cache. Throws when there is no answer at all. */
export async function ask<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  signal: AbortSignal,
): Promise<Answered<T>> {
  const response = await fetch(address(document, variables), {
    headers: { accept: 'application/graphql-response+json' },
    signal,
  });
  const body = (await response.json().catch(() => null)) as Partial<Answered<T>> | null;
  if (!body) throw new Error(`The gateway answered with status ${response.status}.`);
  return { data: body.data ?? null, errors: body.errors ?? [] };
}

/** What is heard of a stream, in this order. A stream that was lost is opened anew, and goes on after its last event. */
type Listener<T> = {
  opened(): void;
  event(data: T): void;
  lost(): void;
  /** There is nothing to follow here: it is not opened anew. */
  refused(message: string): void;
};

const SOONEST_MS = 1_000;
const LATEST_MS = 30_000;

/** `after` is the variable that takes the id of the last event. Gives back what ends it. */
export function follow<T, V extends { after?: string | null | undefined }>(
  document: TypedDocumentString<T, V>,
  variables: V,
  listener: Listener<T>,
): () => void {
  let after = variables.after;
  let wait = SOONEST_MS;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open() {
    // It connects anew by itself where a connection breaks off, and sends the last id; we do where the stream ended.
    source = new EventSource(address(document, { ...variables, after }));
    source.onopen = () => {
      wait = SOONEST_MS;
      listener.opened();
    };
    source.addEventListener('next', ({ data, lastEventId }) => {
      const answer = JSON.parse(data) as Partial<Answered<T>>;
      const [problem] = answer.errors ?? [];
      if (answer.data) {
        after = lastEventId || after;
        listener.event(answer.data);
      } else if (problem?.extensions?.code === 'BAD_USER_INPUT') {
        source?.close();
        listener.refused(problem.message);
      } else {
        again();
      }
    });
    source.addEventListener('complete', () => {
      if (source?.readyState !== EventSource.CLOSED) again();
    });
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) again();
      else listener.lost();
    };
  }

  function again() {
    source?.close();
    listener.lost();
    clearTimeout(timer);
    timer = setTimeout(open, wait);
    wait = Math.min(wait * 2, LATEST_MS);
  }

  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

function address<T, V>(document: TypedDocumentString<T, V>, variables: V): string {
  return `${ENDPOINT}?${new URLSearchParams({ query: String(document), variables: JSON.stringify(variables) })}`;
}
