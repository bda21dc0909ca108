import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { parse } from 'graphql';
import {
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLResponse,
  type GraphQLSingularResponse,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
} from 'relay-runtime';
import { onTestFinished } from 'vitest';
import { artifact } from '../clients/relay-artifact.ts';
import { connectWs, type Served } from './serve.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
type Data = any;

/** A client with a cache of its own, as its documentation sets it up: nothing here says how the cache is updated. */
export type CachingClient = {
  /** Asks, and tells what the cache holds of it, then and whenever that changes. */
  watch(query: string, show: (data: Data) => void): void;
  /** What the cache holds; the gateway is asked if that is not all. */
  read(query: string): Promise<Data>;
  subscribe(subscription: string, saw: (data: Data) => void): void;
};

/** The test's end closes what they leave open. */
export const CACHING_CLIENTS: Record<string, (gateway: Served) => CachingClient> = {
  'Apollo Client': apollo,
  'urql with graphcache': urql,
  Relay: relay,
};

const fail = (error: unknown) => {
  throw error;
};

function apollo(gateway: Served): CachingClient {
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === 'subscription',
      new GraphQLWsLink(connectWs(gateway)),
      new HttpLink({ uri: gateway.url }),
    ),
  });
  onTestFinished(() => client.stop());
  return {
    watch(query, show) {
      const watched = client.watchQuery({ query: parse(query) });
      const watching = watched.subscribe(({ data, dataState }) => {
        if (dataState === 'complete') show(data);
      });
      onTestFinished(() => watching.unsubscribe());
    },
    read: async (query) => (await client.query({ query: parse(query) })).data,
    subscribe(query, saw) {
      const subscribed = client.subscribe({ query: parse(query) }).subscribe(({ data, error }) => {
        if (error) fail(error);
        saw(data);
      });
      onTestFinished(() => subscribed.unsubscribe());
    },
  };
}

function urql(gateway: Served): CachingClient {
  const sockets = connectWs(gateway);
  const client = createClient({
    url: gateway.url,
    preferGetMethod: false,
    exchanges: [
      cacheExchange(),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: sockets.subscribe(
              { query, variables: variables as Record<string, unknown> },
              {
                ...sink,
                next: ({ data = null, errors = [] }) => sink.next({ data, ...(errors.length > 0 && { errors }) }),
              },
            ),
          }),
        }),
      }),
    ],
  });
  return {
    watch(query, show) {
      const { unsubscribe } = client.query(query, {}).subscribe(({ data, error }) => {
        if (error) fail(error);
        show(data);
      });
      onTestFinished(unsubscribe);
    },
    read: async (query) => (await client.query(query, {}).toPromise()).data,
    subscribe(query, saw) {
      const { unsubscribe } = client.subscription(query, {}).subscribe(({ data, error }) => {
        if (error) fail(error);
        saw(data);
      });
      onTestFinished(unsubscribe);
    },
  };
}

function relay(gateway: Served): CachingClient {
  const sockets = connectWs(gateway);
  const environment = new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(
      async ({ text: query }) => {
        const response = await fetch(gateway.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
        return (await response.json()) as GraphQLSingularResponse;
      },
      ({ text }) =>
        Observable.create<GraphQLResponse>(({ next, error, complete }) =>
          sockets.subscribe({ query: text! }, { next: (value) => next(value as GraphQLResponse), error, complete }),
        ),
    ),
  });
  const ask = (query: string) =>
    fetchQuery(environment, artifact(query), {}, { fetchPolicy: 'store-or-network' }).toPromise();
  return {
    watch(query, show) {
      const operation = createOperationDescriptor(artifact(query), {});
      const { dispose } = environment.retain(operation);
      onTestFinished(dispose);
      void ask(query).then(() => {
        const snapshot = environment.lookup(operation.fragment);
        show(snapshot.data);
        onTestFinished(environment.subscribe(snapshot, ({ data }) => show(data)).dispose);
      });
    },
    read: ask,
    subscribe(query, saw) {
      const { dispose } = requestSubscription(environment, {
        subscription: artifact(query),
        variables: {},
        onNext: saw,
        onError: fail,
      });
      onTestFinished(dispose);
    },
  };
}
