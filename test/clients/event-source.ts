import { print } from 'graphql';
import { CountyChangedDocument, type CountyChangedSubscription } from './generated/graphql.ts';

type Result = CountyChangedSubscription['contestResultUpdated'];
type Event = { data?: CountyChangedSubscription | null; errors?: { message: string }[] };

export function watchResult(
  endpoint: string,
  county: string,
  show: (result: Result) => void,
  fail: (error: unknown) => void,
): () => void {
  const query = print(CountyChangedDocument);
  const source = new EventSource(
    `${endpoint}?${new URLSearchParams({ query, variables: JSON.stringify({ county }) })}`,
  );
  source.addEventListener('next', (event) => {
    const { data, errors } = JSON.parse(event.data) as Event;
    if (errors) fail(new Error(errors.map(({ message }) => message).join('; ')));
    else if (data) show(data.contestResultUpdated);
  });
  source.addEventListener('complete', () => source.close());
  // It connects anew by itself, unless what it asked for was refused.
  source.addEventListener('error', (event) => source.readyState === source.CLOSED && fail(event));
  return () => source.close();
}
