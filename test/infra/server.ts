import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Exchange = { request: IncomingMessage; response: ServerResponse };

/** A server on a free port that ends with the test. */
export async function serve(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** A URL on which nobody listens: the port was free a moment ago. */
export async function closedPort(): Promise<string> {
  const { url, close } = await serve(() => {});
  await close();
  return url;
}

/** A server whose answers the test gives by hand: `next()` waits for a request. */
export async function serveByHand() {
  const waiting: Exchange[] = [];
  const askers: Array<(exchange: Exchange) => void> = [];
  const { url, close } = await serve((request, response) => {
    const asker = askers.shift();
    if (asker) asker({ request, response });
    else waiting.push({ request, response });
  });
  const next = (): Promise<Exchange> => {
    const ready = waiting.shift();
    return ready ? Promise.resolve(ready) : new Promise((resolve) => askers.push(resolve));
  };
  return { url, close, next, waiting };
}
