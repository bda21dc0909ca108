import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import LocalForageCache from '@graphql-mesh/cache-localforage';

// In front of a subgraph, which is a stock Yoga in a process of its own.
const gateway = createGatewayRuntime({
  proxy: { endpoint: `${process.env.SUBGRAPH}/graphql` },
  graphiql: false,
  landingPage: false,
  logging: 'error',
  // In memory, outside of a browser.
  cache: new LocalForageCache(),
  // As long as a result of the gateway's is fresh.
  responseCaching: { session: () => null, ttl: 15_000 },
});
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port} is Hive Gateway`));
