import { createClient } from 'graphql-sse';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { BASE } from '../graphql.ts';

const ENDPOINT = `${BASE}/graphql`;
const SOONEST_MS = 1_000;
const LATEST_MS = 30_000;

/** The gateway gave no data, and said why; `code` is empty where it said nothing that can be read. */
export class Refused extends Error {
  readonly code: string;

  constructor(message: string, code = '') {
    super(message.replace(/([^.!?])$/, '$1.'));
    this.code = code;
  }
}

type Told<T> = { data?: T | null; errors?: readonly { message: string; extensions?: { code?: string } }[] };

const authorization = (key: string | null) => (key === null ? {} : { authorization: `Bearer ${key}` });

/** By POST: an address is kept and logged in many places, and what is sent here is about a person. Throws Refused. */
export async function send<T, V>(document: TypedDocumentString<T, V>, variables: V, key: string | null): Promise<T> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...authorization(key),
    },
    body: JSON.stringify({ query: String(document), variables }),
    cache: 'no-store',
  }).catch((error: Error) => {
    throw new Refused(`The gateway cannot be reached (${error.message})`);
  });
  const answer = (await response.json().catch(() => null)) as Told<T> | null;
  return dataOf(answer, `The gateway answered with status ${response.status}`);
}

function dataOf<T>(answer: Told<T> | null, otherwise: string): T {
  if (answer?.data) return answer.data;
  const [first] = answer?.errors ?? [];
  throw new Refused(first?.message ?? otherwise, first?.extensions?.code);
}

type Listener<T> = {
  event(data: T): void;
  lost(): void;
  /** There is nothing to follow: it is not opened anew. */
  refused(error: Refused): void;
  /** The stream is over, as the gateway says. */
  ended(): void;
};

/**
 * A stream that needs a key, which an EventSource cannot send. One that breaks off is opened anew, which is right for
 * streams that begin with how it is now. Gives back what ends it.
 */
export function followWithKey<T, V extends Record<string, unknown>>(
  document: TypedDocumentString<T, V>,
  variables: V,
  key: string,
  listener: Listener<T>,
): () => void {
  const client = createClient({
    url: ENDPOINT,
    headers: authorization(key),
    retryAttempts: Number.POSITIVE_INFINITY,
    retry: (tries) => {
      listener.lost();
      return new Promise((again) => setTimeout(again, Math.min(SOONEST_MS * 2 ** tries, LATEST_MS)));
    },
  });
  const sink = {
    next(answer: Told<T>) {
      try {
        listener.event(dataOf(answer, 'The gateway gave no answer'));
      } catch (error) {
        client.dispose();
        listener.refused(error as Refused);
      }
    },
    error: (error: unknown) => listener.refused(new Refused((error as Error).message)),
    complete: listener.ended,
  };
  client.subscribe<T>({ query: String(document), variables }, sink as never);
  return client.dispose;
}
