import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { constants } from 'node:zlib';
import compression from 'compression';

const MIN_BYTES = 1024;

/**
 * Compresses answers for whoever accepts it. A proxy that would rather do it itself asks for `identity`. Streams stay as they
 * are: an event must not wait in a compressor until there is more to compress. Speed before size: a request waits for this.
 */
export function compressed(listener: RequestListener): RequestListener {
  const middleware = compression({
    threshold: MIN_BYTES,
    level: 4,
    brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    filter: (request, response) => !isStream(response) && compression.filter(request, response),
  }) as unknown as (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  return (request, response) => middleware(request, response, () => listener(request, response));
}

function isStream(response: ServerResponse): boolean {
  return /^(text\/event-stream|multipart\/)/.test(String(response.getHeader('content-type')));
}
