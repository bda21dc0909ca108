import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import {
  CountiesChangedDocument,
  type CountiesChangedSubscription,
  CountyChangedDocument,
  type CountyChangedSubscription,
} from './generated/graphql.ts';

type Fail = (error: unknown) => void;

/** One county: after a cut, as it is then. */
export function watchResult(
  endpoint: string,
  county: string,
  show: (result: CountyChangedSubscription['contestResultUpdated']) => void,
  fail: Fail,
): () => void {
  return subscribe(endpoint, CountyChangedDocument, { county }, (data) => show(data.contestResultUpdated), fail);
}

/** All counties, and each change once: after a cut, all that came meanwhile. */
export function followCounties(
  endpoint: string,
  show: (update: CountiesChangedSubscription['resultsUpdated']) => void,
  fail: Fail,
): () => void {
  return subscribe(endpoint, CountiesChangedDocument, {}, (data) => show(data.resultsUpdated), fail);
}

function subscribe<Data, Variables>(
  endpoint: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  show: (data: Data) => void,
  fail: Fail,
): () => void {
  const asked = new URLSearchParams({ query: print(document), variables: JSON.stringify(variables) });
  const source = new EventSource(`${endpoint}?${asked}`);
  source.addEventListener('next', (event) => {
    const { data, errors } = JSON.parse(event.data) as { data?: Data | null; errors?: { message: string }[] };
    if (errors) fail(new Error(errors.map(({ message }) => message).join('; ')));
    else if (data) show(data);
  });
  source.addEventListener('complete', () => source.close());
  // Cut off, it connects anew by itself and sends the last event's `id` as `Last-Event-ID`; it is closed only if it was refused.
  source.addEventListener('error', (event) => source.readyState === source.CLOSED && fail(event));
  return () => source.close();
}
