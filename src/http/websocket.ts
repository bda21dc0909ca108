import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionArgs } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import type { GraphQLParams } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { GatewayError } from '../domain/errors.ts';
import { COST_HEADER } from './admission.ts';
import type { Edge } from './edge.ts';
import { withoutStatus } from './error-masking.ts';
import { subscriberIn } from './fast/fan-out-subscriber.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { connect, type Extra, OPERATIONS_PER_SOCKET } from './websocket-flow.ts';

/** What comes by the thousand costs as much to refuse as to answer, unless it comes more slowly. */
const REFUSED_AFTER_MS = 250;

type Root = Record<'execute' | 'subscribe', (args: ExecutionArgs) => unknown> & { signal: AbortSignal };

/**
 * graphql-ws at `/graphql`, through the same plugins, context and masks as HTTP. A browser cannot set a WebSocket's
 * headers: the key may come as `{"authorization": "Bearer …"}` in the connection's parameters.
 */
export function serveWebSockets(
  { yoga, admit, maskError, admitConnection }: Edge,
  server: HttpServer,
): { dispose: () => Promise<void> } {
  const sockets = new WebSocketServer({
    server,
    path: yoga.graphqlEndpoint,
    maxPayload: MAX_BODY_BYTES,
    handleProtocols,
    // Refused before it is a socket at all: that is what costs memory.
    verifyClient: ({ req }, done) => {
      admitConnection(req).then(
        (ok) => (ok ? done(true) : done(false, 429, 'Too many connections', { 'Retry-After': '60' })),
        () => done(false, 503, 'Try again'),
      );
    },
  });
  const graphqlWs = makeServer<Record<string, unknown>, Extra>({
    execute: (args) => answer(args, 'execute') as never,
    subscribe: (args) => answer(args, 'subscribe') as never,
    async onSubscribe({ connectionParams, extra }, id, params) {
      const signal = extra.signalOf(id);
      try {
        if (!signal) throw tooManyOperations();
        const request = requestOf(yoga.graphqlEndpoint, connectionParams, extra.request, signal);
        const req = extra.request;
        const { caller, params: asked } = await admit({ request, params: params as GraphQLParams, req });
        const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
          request,
          params: asked,
          req,
          caller,
          connects: true,
        });
        const document = parse(asked.query ?? '');
        const errors = validate(schema, document);
        if (errors.length > 0) return errors;
        const contextValue = await contextFactory();
        return {
          schema,
          document,
          contextValue,
          operationName: asked.operationName,
          variableValues: asked.variables,
          rootValue: { execute, subscribe, signal },
        };
      } catch (error) {
        // Also when the client does not wait for it: it is unfinished work, and so no more is read meanwhile.
        if (error instanceof GatewayError && error.code === 'RATE_LIMITED') await wait(REFUSED_AFTER_MS);
        // Thrown on, it would close the socket, end all its other operations, and be printed with what it quotes.
        return [withoutStatus(maskError(error))];
      }
    },
    onOperation({ extra, subscriptions }, id, _payload, _args, result) {
      const subscriber = subscriberIn(result);
      if (!subscriber) return;
      // For graphql-ws it is over, without a word: its events are written past it, and its end is seen to by the flow.
      delete subscriptions[id];
      extra.keep(id, subscriber);
    },
  });
  sockets.on('connection', (socket, request) => connect(graphqlWs, socket, request));

  return {
    dispose: () => {
      for (const socket of sockets.clients) socket.close(1001, 'Going away');
      return new Promise((resolve) => sockets.close(() => resolve()));
    },
  };

  /** What is thrown on, graphql-ws prints in the words of the error. */
  async function answer(args: ExecutionArgs, how: 'execute' | 'subscribe'): Promise<unknown> {
    const root = args.rootValue as Root;
    try {
      return await root[how](args);
    } catch (error) {
      // Whoever has left is told nothing.
      return root.signal.aborted ? { data: null } : { errors: [withoutStatus(maskError(error))] };
    }
  }
}

const tooManyOperations = () =>
  new GatewayError(
    'TOO_MANY_OPERATIONS',
    `At most ${OPERATIONS_PER_SOCKET} operations run at once on one socket. Complete one first.`,
    { limit: OPERATIONS_PER_SOCKET },
  );

const IN_A_HEADER = /^[\x20-\x7e]*$/;

function requestOf(
  path: string,
  params: Record<string, unknown> | undefined,
  { headers: sent }: IncomingMessage,
  signal: AbortSignal,
): Request {
  const headers = new Headers();
  const authorization = params?.authorization ?? params?.Authorization ?? sent.authorization;
  // Connection parameters are any text; `Headers` would quote what no header can hold.
  if (typeof authorization === 'string')
    headers.set('authorization', IN_A_HEADER.test(authorization) ? authorization : '');
  if (typeof sent.origin === 'string') headers.set('origin', sent.origin);
  if (typeof sent.traceparent === 'string') headers.set('traceparent', sent.traceparent);
  if (params?.[COST_HEADER] === 'include' || sent[COST_HEADER] === 'include') headers.set(COST_HEADER, 'include');
  // A socket is no GET, by which a link could bring a mutation.
  return new Request(`http://websocket${path}`, { method: 'POST', headers, signal });
}
