import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { constants } from 'node:zlib';
import compression from 'compression';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/**
 * Compresses answers for whoever accepts it. A proxy that would rather do it itself asks for `identity`. Speed before size: a
 * request waits for this. Streams say `no-transform`: an event must not wait in a compressor until there is more of them.
 */
export function compressed(listener: RequestListener): RequestListener {
  const middleware = compression({
    threshold: 1024,
    level: 4,
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  }) as unknown as Middleware;
  return (request, response) => middleware(request, response, () => listener(request, response));
}
