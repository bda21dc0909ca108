import { createClient } from 'graphql-ws';
import {
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLResponse,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
} from 'relay-runtime';
import type { CountyQuery } from './generated/graphql.ts';
import { County, CountyChanged } from './relay-operations.ts'; // what relay-compiler makes of the two documents

type Show = (county: CountyQuery['county']) => void;

export function watchCounty(endpoint: string, county: string, show: Show, fail: (error: Error) => void): () => void {
  const sockets = createClient({ url: endpoint.replace('http', 'ws') });
  const environment = new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(
      async ({ text: query }, variables) => {
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ query, variables });
        const response = await fetch(endpoint, { method: 'POST', headers, body });
        return (await response.json()) as GraphQLResponse;
      },
      ({ text }, variables) =>
        Observable.create<GraphQLResponse>(({ next, error, complete }) =>
          sockets.subscribe(
            { query: text!, variables },
            { next: (value) => next(value as GraphQLResponse), error, complete },
          ),
        ),
    ),
  });
  const operation = createOperationDescriptor(County, { county });
  const kept = environment.retain(operation);
  const look = ({ data }: { data: unknown }) => show((data as CountyQuery).county);
  fetchQuery(environment, County, { county }).subscribe({
    error: fail,
    complete: () => {
      const snapshot = environment.lookup(operation.fragment);
      look(snapshot);
      environment.subscribe(snapshot, look);
    },
  });
  const changes = requestSubscription(environment, {
    subscription: CountyChanged,
    variables: { county },
    onError: fail,
  });
  return () => {
    changes.dispose();
    kept.dispose();
    void sockets.dispose();
  };
}
