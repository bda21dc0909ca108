import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { compressed } from './compression.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { readBody } from './request-body.ts';

type Exchange = Parameters<RequestListener>;

/** What a request meets on a socket before Yoga, and its answer behind it. `handledBefore` may take it upon itself. */
export function overSockets(
  listener: RequestListener,
  handledBefore: (...given: Exchange) => boolean,
): RequestListener {
  const answer = compressed(listener);
  return (request, response) => {
    if (!hasAddress(request)) return refuse(response);
    readBody(request, MAX_BODY_BYTES, () => {
      if (!handledBefore(request, response)) answer(request, response);
    });
  };
}

/** Yoga makes a URL of the two, and takes it for a fault of ours when that cannot be done. */
function hasAddress({ headers: { host = 'localhost' }, url = '/' }: IncomingMessage): boolean {
  return URL.canParse(`http://${host}${url}`);
}

function refuse(response: ServerResponse): void {
  const message = 'The Host header or the path of this request is no address.';
  response
    .writeHead(400, { 'content-type': 'application/json; charset=utf-8', connection: 'close' })
    .end(JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] }));
}
