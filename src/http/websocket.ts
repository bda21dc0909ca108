import type { Server } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { YogaServerInstance } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { MAX_BODY_BYTES } from './limits.ts';

// biome-ignore lint/suspicious/noExplicitAny: Yoga types its envelope so
type Yoga = YogaServerInstance<any, any>;
type Extra = { request: { headers: Record<string, string | string[] | undefined> } };
type Root = Record<'execute' | 'subscribe', (args: ExecutionArgs) => unknown>;

/**
 * graphql-ws at `/graphql`, through the same plugins, context and masks as HTTP. A browser cannot set a WebSocket's
 * headers: the key may come as `{"authorization": "Bearer …"}` in the connection's parameters.
 */
export function serveWebSockets(yoga: Yoga, server: Server): { dispose: () => Promise<void> } {
  const sockets = new WebSocketServer({ server, path: yoga.graphqlEndpoint, maxPayload: MAX_BODY_BYTES });
  const disposable = useServer<Record<string, unknown>, Extra>(
    {
      execute: (args) => (args.rootValue as Root).execute(args) as never,
      subscribe: (args) => (args.rootValue as Root).subscribe(args) as never,
      async onSubscribe({ connectionParams, extra }, _id, params) {
        const request = requestOf(yoga.graphqlEndpoint, connectionParams, extra);
        const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({ request, params });
        const contextValue = await contextFactory();
        const document = parse(params.query);
        const errors = validate(schema, document);
        if (errors.length > 0) return errors;
        return {
          schema,
          document,
          contextValue,
          operationName: params.operationName,
          variableValues: params.variables,
          rootValue: { execute, subscribe },
        };
      },
    },
    sockets,
  );
  return { dispose: async () => void (await disposable.dispose()) };
}

function requestOf(path: string, params: Record<string, unknown> | undefined, { request }: Extra): Request {
  const headers = new Headers();
  const authorization = params?.authorization ?? params?.Authorization ?? request.headers.authorization;
  if (typeof authorization === 'string') headers.set('authorization', authorization);
  const { origin } = request.headers;
  if (typeof origin === 'string') headers.set('origin', origin);
  return new Request(`http://websocket${path}`, { headers });
}
