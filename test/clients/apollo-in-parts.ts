import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { Defer20220824Handler } from '@apollo/client/incremental';
import { CountyInPartsDocument, type CountyInPartsQuery } from './generated/graphql.ts';

type Show = (county: CountyInPartsQuery['county']) => void;

export function showCounty(endpoint: string, county: string, show: Show, fail: (error: unknown) => void): () => void {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({ uri: endpoint }),
    incrementalHandler: new Defer20220824Handler(),
  });
  const query = client.watchQuery({ query: CountyInPartsDocument, variables: { county } });
  query.subscribe(({ data, dataState, error }) => {
    if (error) fail(error);
    if (dataState === 'streaming' || dataState === 'complete') show(data.county);
  });
  return () => client.stop();
}
