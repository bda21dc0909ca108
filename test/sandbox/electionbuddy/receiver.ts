import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = { method: string; type: string; text: string };

/** A webhook's receiver. It answers with the statuses it is given, the last one for good; 0 breaks the connection. */
export async function startReceiver(statuses: number[] = [200]): Promise<{
  url: string;
  received: Received[];
  /** Resolves when that many have come, counted from the start. */
  count(wanted: number): Promise<void>;
  close(): Promise<void>;
}> {
  const received: Received[] = [];
  const events = new EventEmitter();
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const status = statuses.length > 1 ? statuses.shift()! : statuses[0]!;
    received.push({ method: request.method ?? '', type: request.headers['content-type'] ?? '', text });
    if (status === 0) request.socket.destroy();
    else response.writeHead(status).end();
    events.emit('received');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    async count(wanted) {
      while (received.length < wanted) await once(events, 'received');
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
