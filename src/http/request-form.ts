import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../domain/errors.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** What may be sent to the endpoint at all: by which methods, and as JSON that can be read. */
export function requestForm(): Plugin {
  return {
    onRequest({ request, url, fetchAPI: { Response }, endResponse }) {
      if (url.pathname !== '/graphql') return;
      // Whether somebody is there: a query is not run for an answer without a body.
      if (request.method === 'HEAD') return endResponse(new Response(null, { status: 200 }));
      if (METHODS.includes(request.method)) return;
      const headers = { allow: METHODS.join(', '), 'content-type': 'text/plain' };
      endResponse(new Response('GraphQL comes by GET or POST.\n', { status: 405, headers }));
    },
    onRequestParse({ requestParser, setRequestParser }) {
      if (!requestParser) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          // Of `variables` or `extensions` in a URL; Yoga has a word of its own for a body.
          if (!(error instanceof SyntaxError)) throw error;
          const http = { status: 400 };
          throw new GatewayError('BAD_USER_INPUT', '`variables` and `extensions` must be JSON.', { http });
        }
      });
    },
  };
}
