import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from './app.ts';
import { serveWebSockets } from './http/websocket.ts';

export type Listening = { url: string; port: number; close(): Promise<void> };

const GRACE_MS = 10_000;

/** Serves an app over HTTP and WebSocket. `close` lets running requests finish, ends streams, and frees the port. */
export async function listen(app: App, { port, host }: { port: number; host: string }): Promise<Listening> {
  const server = createServer((request, response) => {
    // Once we are closing, a connection that would be kept alive after its answer would keep us alive too.
    response.once('close', () => setImmediate(() => closing && server.closeIdleConnections()));
    app.handler(request, response);
  });
  let closing: Promise<void> | undefined;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  // Only now: it would report a port in use in its own words, beside ours.
  const sockets = serveWebSockets(app.yoga, server, app.maskError);
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;

  const url = `http://${name}:${address.port}`;
  app.listening(url);

  return {
    url,
    port: address.port,
    close: () => {
      closing ??= close();
      return closing;
    },
  };

  async function close(): Promise<void> {
    app.drain();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    await sockets.dispose();
    await closed;
    clearTimeout(impatience);
    await app.close();
  }
}
