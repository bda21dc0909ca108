import type { RequestListener } from 'node:http';
import { compressed } from './compression.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { readBody } from './request-body.ts';

/** What a request meets on a socket before Yoga, and its answer behind it. */
export function overSockets(listener: RequestListener): RequestListener {
  return compressed((request, response) => {
    void readBody(request, MAX_BODY_BYTES).then((whole) => whole && listener(request, response));
  });
}
