import type { IncomingMessage } from 'node:http';

/** How many times the permitted length is read and thrown away before the connection is cut. */
const PATIENCE = 64;

/**
 * Reads a body before anything else sees the request, at most `bytes` of it. Of a longer one nothing is kept: the length in
 * the headers says so to the routes, each of which refuses it in its own words, while the rest is read and thrown away. To
 * stop reading would close the connection before the answer is out, and the sender would take that for a reason to try
 * again. False: the sender has gone, nobody waits for an answer.
 */
export async function readBody(request: IncomingMessage, bytes: number): Promise<boolean> {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  const chunks: Buffer[] = [];
  let size = 0;
  const read = Promise.withResolvers<boolean>();
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= bytes) chunks.push(chunk);
    else tooLong(size);
    if (size > PATIENCE * bytes) request.destroy();
  });
  request.once('end', () => read.resolve(true));
  request.once('close', () => read.resolve(false));
  request.once('error', () => read.resolve(false));
  const promised = Number(request.headers['content-length'] ?? 0);
  if (promised > bytes) tooLong(promised);
  if (!(await read.promise)) return false;
  // Where Yoga looks for a body that has been read already.
  const body = {
    chunks,
    async *[Symbol.asyncIterator]() {
      yield* chunks;
    },
  };
  Object.assign(request, { body });
  return true;

  function tooLong(length: number): void {
    chunks.length = 0;
    request.headers['content-length'] = String(Math.max(length, promised));
    read.resolve(true);
  }
}
