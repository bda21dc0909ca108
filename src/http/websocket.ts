import type { Server } from 'node:http';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import type { YogaServerInstance } from 'graphql-yoga';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_BODY_BYTES } from './limits.ts';

// biome-ignore lint/suspicious/noExplicitAny: Yoga types its envelope so
type Yoga = YogaServerInstance<any, any>;
type Extra = { request: { headers: Record<string, string | string[] | undefined> }; socket: WebSocket };
type Root = Record<'execute' | 'subscribe', (args: ExecutionArgs) => unknown> & { signal: AbortSignal };

/**
 * graphql-ws at `/graphql`, through the same plugins, context and masks as HTTP. A browser cannot set a WebSocket's
 * headers: the key may come as `{"authorization": "Bearer …"}` in the connection's parameters.
 */
export function serveWebSockets(
  yoga: Yoga,
  server: Server,
  maskError: (error: unknown) => Error,
): { dispose: () => Promise<void> } {
  const sockets = new WebSocketServer({ server, path: yoga.graphqlEndpoint, maxPayload: MAX_BODY_BYTES });
  const disposable = useServer<Record<string, unknown>, Extra>(
    {
      execute: (args) => answer(args, 'execute') as never,
      subscribe: (args) => answer(args, 'subscribe') as never,
      async onSubscribe({ connectionParams, extra }, _id, params) {
        try {
          const request = requestOf(yoga.graphqlEndpoint, connectionParams, extra);
          const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
            request,
            params,
          });
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
            rootValue: { execute, subscribe, signal: request.signal },
          };
        } catch (error) {
          // Thrown on, it would close the socket, end all its other operations, and be printed with what it quotes.
          return [overWebSocket(maskError(error))];
        }
      },
    },
    sockets,
  );
  return { dispose: async () => void (await disposable.dispose()) };

  /** What is thrown on, graphql-ws prints in the words of the error. */
  async function answer(args: ExecutionArgs, how: 'execute' | 'subscribe'): Promise<unknown> {
    const root = args.rootValue as Root;
    try {
      return await root[how](args);
    } catch (error) {
      // Whoever has left is told nothing.
      return root.signal.aborted ? { data: null } : { errors: [overWebSocket(maskError(error))] };
    }
  }
}

/** Without the HTTP status that an error of a whole request carries: there is none here. */
function overWebSocket(error: Error): GraphQLError {
  const { http: _status, ...extensions } = error instanceof GraphQLError ? error.extensions : {};
  return new GraphQLError(error.message, { extensions });
}

const IN_A_HEADER = /^[\x20-\x7e]*$/;

function requestOf(path: string, params: Record<string, unknown> | undefined, { request, socket }: Extra): Request {
  const headers = new Headers();
  const authorization = params?.authorization ?? params?.Authorization ?? request.headers.authorization;
  // Connection parameters are any text; `Headers` would quote what no header can hold.
  if (typeof authorization === 'string')
    headers.set('authorization', IN_A_HEADER.test(authorization) ? authorization : '');
  const { origin } = request.headers;
  if (typeof origin === 'string') headers.set('origin', origin);
  // A socket is no GET, by which a link could bring a mutation.
  return new Request(`http://websocket${path}`, { method: 'POST', headers, signal: goneSignal(socket) });
}

const gone = new WeakMap<WebSocket, AbortController>();

/** Ends with the socket: what its client asked for is then cancelled, as with HTTP. */
function goneSignal(socket: WebSocket): AbortSignal {
  let controller = gone.get(socket);
  if (!controller) {
    controller = new AbortController();
    gone.set(socket, controller);
    socket.once('close', () => controller?.abort());
  }
  return controller.signal;
}
