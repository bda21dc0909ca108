import type { Plugin } from 'graphql-yoga';
import type { Credentials } from '../services/credentials.ts';
import { hashOf, matches } from './etag.ts';

const PATH = '/.well-known/jwks.json';

/** `/.well-known/jwks.json`: what a third party needs to check a credential by itself. Keys change only with a restart. */
export function jwks(credentials: Pick<Credentials, 'jwks'>): Plugin {
  const body = JSON.stringify(credentials.jwks());
  const etag = `"${hashOf(body)}"`;
  // Five minutes is how long a new key must stand behind the current one before it signs.
  const fresh = { 'cache-control': 'public, max-age=300', etag };

  return {
    onRequest({ url, request, fetchAPI: { Response }, endResponse }) {
      if (url.pathname !== PATH) return;
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        // A preflight gets past: Yoga answers it.
        if (request.method === 'OPTIONS') return;
        const headers = { allow: 'GET, HEAD', 'content-type': 'text/plain' };
        endResponse(new Response('GET the keys here\n', { status: 405, headers }));
        return;
      }
      if (matches(request.headers.get('if-none-match'), etag)) {
        endResponse(new Response(null, { status: 304, headers: fresh }));
        return;
      }
      const headers = {
        ...fresh,
        'content-type': 'application/jwk-set+json',
        'content-length': `${Buffer.byteLength(body)}`,
      };
      endResponse(new Response(request.method === 'HEAD' ? null : body, { status: 200, headers }));
    },
  };
}
