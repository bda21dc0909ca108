import type { IncomingMessage } from 'node:http';

/** How many times the permitted length is read and thrown away before the connection is cut. */
const PATIENCE = 64;

type WithBody = { body?: { chunks: Buffer[] } };

/**
 * Reads a body before anything else sees the request, at most `bytes` of it. Of a longer one nothing is kept: the length in
 * the headers says so to the routes, each of which refuses it in its own words, while the rest is read and thrown away. To
 * stop reading would close the connection before the answer is out, and the sender would take that for a reason to try
 * again. `read` is not called when the sender has gone: nobody waits for an answer.
 */
export function readBody(request: IncomingMessage, bytes: number, read: () => void): void {
  if (request.method === 'GET' || request.method === 'HEAD') {
    read();
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  let done = false;
  const finish = () => {
    if (done) return;
    done = true;
    // Where Yoga looks for a body that has been read already.
    const body = {
      chunks,
      async *[Symbol.asyncIterator]() {
        yield* chunks;
      },
    };
    Object.assign(request, { body });
    read();
  };
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= bytes) chunks.push(chunk);
    else tooLong(size);
    if (size > PATIENCE * bytes) request.destroy();
  });
  request.once('end', finish);
  // A stream's error that nobody hears ends the process.
  request.once('error', () => {});
  const promised = Number(request.headers['content-length'] ?? 0);
  if (promised > bytes) tooLong(promised);

  function tooLong(length: number): void {
    chunks.length = 0;
    request.headers['content-length'] = String(Math.max(length, promised));
    finish();
  }
}

/** What was read; null where there is none, or was too much. */
export function bodyOf(request: IncomingMessage): Buffer | null {
  const chunks = (request as IncomingMessage & WithBody).body?.chunks;
  if (!chunks?.length) return null;
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
