import { createClient, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { CountyChangedDocument, CountyDocument, type CountyQuery } from './generated/graphql.ts';

type Show = (county: CountyQuery['county']) => void;

export function watchCounty(endpoint: string, county: string, show: Show, fail: (error: unknown) => void): () => void {
  const client = createClient({
    url: endpoint,
    preferGetMethod: false,
    fetchSubscriptions: true, // over SSE
    exchanges: [cacheExchange(), fetchExchange],
  });
  const query = client.query(CountyDocument, { county }).subscribe(({ data, error }) => {
    if (error) fail(error);
    else if (data) show(data.county);
  });
  const changes = client.subscription(CountyChangedDocument, { county }).subscribe(({ error }) => {
    if (error) fail(error);
  });
  return () => {
    query.unsubscribe();
    changes.unsubscribe();
  };
}
