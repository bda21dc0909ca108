import { GraphQLError } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';
import { GatewayError } from '../domain/errors.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** What may be sent to the endpoint at all: by which methods, and as JSON that can be read. */
export function requestForm(): Plugin {
  return {
    onRequest({ request, url, fetchAPI: { Response }, endResponse }) {
      if (url.pathname !== '/graphql') return;
      // Whether somebody is there: a query is not run for an answer without a body.
      if (request.method === 'HEAD') return endResponse(new Response(null, { status: 200 }));
      if (!METHODS.includes(request.method)) {
        const headers = { allow: METHODS.join(', '), 'content-type': 'text/plain' };
        return endResponse(new Response('GraphQL comes by GET or POST.\n', { status: 405, headers }));
      }
      // A compressed body is not limited by its length: some kilobytes of it are gigabytes of text.
      const encoding = request.headers.get('content-encoding') ?? 'identity';
      if (encoding.toLowerCase() === 'identity' || request.method === 'OPTIONS') return;
      const error = { message: 'Send the body as it is, not compressed.', extensions: { code: 'BAD_USER_INPUT' } };
      const headers = { 'accept-encoding': 'identity', 'content-type': 'application/json; charset=utf-8' };
      endResponse(new Response(JSON.stringify({ errors: [error] }), { status: 415, headers }));
    },
    onRequestParse({ requestParser, setRequestParser }) {
      if (!requestParser) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          // Yoga would answer 200 to a body that is no JSON: GraphQL's statuses begin where there is a GraphQL request.
          if (error instanceof GraphQLError) {
            const { http, ...extensions } = error.extensions;
            throw createGraphQLError(error.message, { extensions: { ...extensions, http: { ...http, spec: false } } });
          }
          // Of `variables` or `extensions` in a URL; Yoga has a word of its own for a body.
          if (!(error instanceof SyntaxError)) throw error;
          const http = { status: 400 };
          throw new GatewayError('BAD_USER_INPUT', '`variables` and `extensions` must be JSON.', { http });
        }
      });
    },
  };
}
