import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { CountyChangedDocument, CountyDocument, type CountyQuery } from './generated/graphql.ts';

type Show = (county: CountyQuery['county']) => void;

export function watchCounty(endpoint: string, county: string, show: Show, fail: (error: unknown) => void): () => void {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === 'subscription',
      new GraphQLWsLink(createClient({ url: endpoint.replace('http', 'ws') })),
      new HttpLink({ uri: endpoint }),
    ),
  });
  client.watchQuery({ query: CountyDocument, variables: { county } }).subscribe(({ data, dataState, error }) => {
    if (error) fail(error);
    if (dataState === 'complete') show(data.county);
  });
  const changes = client.subscribe({ query: CountyChangedDocument, variables: { county } });
  const subscription = changes.subscribe(({ error }) => error && fail(error));
  return () => {
    subscription.unsubscribe();
    client.stop();
  };
}
