import { once } from 'node:events';
import { createConnection } from 'node:net';

export type Connection = { post(body: string): Promise<string>; close(): void };

/**
 * One connection to a gateway that asks one thing after the other, with as little work as can be: whoever measures is
 * not to be what is measured. An answer is told in its bytes, one a character.
 */
export async function connect(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url);
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
  socket.setEncoding('latin1');
  await once(socket, 'connect');
  let received = '';
  let waiting: PromiseWithResolvers<string> | undefined;
  socket.on('data', (text: string) => {
    received += text;
    const answer = bodyOf(received);
    if (answer === null) return;
    received = '';
    waiting?.resolve(answer);
  });
  const failed = (error: Error) => waiting?.reject(error);
  socket.on('error', failed);
  socket.on('close', () => failed(new Error('the connection was closed')));
  return {
    post(body) {
      waiting = Promise.withResolvers();
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
}

/** Of an answer with a length or in chunks; null until it is whole. */
function bodyOf(received: string): string | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const start = end + 4;
  const head = received.slice(0, end);
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(received.slice(0, 1_000));
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
  if (length !== undefined) return received.length >= start + Number(length) ? received.slice(start) : null;
  if (!received.endsWith('\r\n0\r\n\r\n')) return null;
  let body = '';
  for (let at = start; ; ) {
    const line = received.indexOf('\r\n', at);
    const size = Number.parseInt(received.slice(at, line), 16);
    if (size === 0) return body;
    body += received.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
