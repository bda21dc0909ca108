import { createServer, type RequestListener, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from './app.ts';
import { isEventStream } from './http/fast/fan-out.ts';
import { serveWebSockets } from './http/websocket.ts';

export type Listening = {
  url: string;
  port: number;
  /** Where the operator's own port is; null without one. */
  adminUrl: string | null;
  close(): Promise<void>;
};

type Place = { port: number; host: string };
type Options = Place & {
  admin?: Place | null;
  /** Until when a request must have arrived, headers and body. */
  arrivalMs?: number;
};

const GRACE_MS = 10_000;
const ARRIVAL_MS = 15_000;
const RECONNECT_MS = 1_000;

/** Serves an app over HTTP and WebSocket. `close` lets running requests finish, ends streams, and frees the port. */
export async function listen(
  app: App,
  { port, host, admin = null, arrivalMs = ARRIVAL_MS }: Options,
): Promise<Listening> {
  const timeouts = slowSenders(arrivalMs);
  const responses = new Set<ServerResponse>();
  const server = createServer(timeouts, (request, response) => {
    // Once we are closing, a connection that would be kept alive after its answer would keep us alive too.
    responses.add(response);
    response.once('close', () => {
      responses.delete(response);
      if (closing) setImmediate(() => server.closeIdleConnections());
    });
    app.entrance.enter(request);
    app.handler(request, response);
  });
  let closing: Promise<void> | undefined;
  const adminServer = admin && (await serveAdmin(app.admin, admin, timeouts));
  try {
    await open(server, { port, host });
  } catch (error) {
    adminServer?.close();
    throw error;
  }
  server.on('upgrade', app.entrance.enter);
  // Only now: it would report a port in use in its own words, beside ours.
  const sockets = serveWebSockets(app, server);
  const url = addressOf(server) + app.basePath;
  app.listening(url);

  return {
    url,
    port: (server.address() as AddressInfo).port,
    adminUrl: adminServer && addressOf(adminServer),
    close: () => {
      closing ??= close();
      return closing;
    },
  };

  async function close(): Promise<void> {
    // Before the subscriptions end: a client that is told "complete" does not come back.
    const socketsClosed = sockets.dispose();
    for (const response of responses) sendElsewhere(response);
    app.drain();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    await socketsClosed;
    await closed;
    clearTimeout(impatience);
    // Last: until then it says how the end goes.
    adminServer?.close();
    adminServer?.closeAllConnections();
    await app.close();
  }
}

/** Ends a stream of events in the middle, as a network would: an EventSource then comes back, to whoever is there. */
function sendElsewhere(response: ServerResponse): void {
  const type = String(response.getHeader('content-type'));
  if (!type.startsWith('text/event-stream') && !isEventStream(response)) return;
  response.write(`retry: ${RECONNECT_MS}\n\n`);
  response.socket?.end();
}

/** Whoever sends too slowly is answered 408 and cut off, at most a tenth of the time late. */
function slowSenders(arrivalMs: number): ServerOptions {
  return { headersTimeout: arrivalMs, requestTimeout: arrivalMs, connectionsCheckingInterval: arrivalMs / 10 };
}

async function serveAdmin(listener: RequestListener, place: Place, timeouts: ServerOptions): Promise<Server> {
  const server = createServer(timeouts, listener);
  // So that the line about it names the right variable.
  await open(server, place).catch((error: unknown) =>
    Promise.reject(Object.assign(error as Error, { prefix: 'ADMIN_' })),
  );
  return server;
}

function open(server: Server, { port, host }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
}

function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
