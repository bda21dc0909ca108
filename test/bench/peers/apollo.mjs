import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControl } from '@apollo/server/plugin/cacheControl';
import responseCache from '@apollo/server-plugin-response-cache';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { resolvers, typeDefs } from './schema.mjs';

const { default: responseCachePlugin = responseCache } = responseCache;
const server = new ApolloServer({
  typeDefs,
  resolvers,
  // As long as a result of the gateway's is fresh.
  plugins: [ApolloServerPluginCacheControl({ defaultMaxAge: 15 }), responseCachePlugin()],
});
await server.start();
const app = express();
app.use('/graphql', express.json(), expressMiddleware(server));
const http = createServer(app);
http.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${http.address().port} is Apollo Server`));
