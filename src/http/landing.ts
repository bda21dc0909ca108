import type { Plugin } from 'graphql-yoga';

/** `/` leads to GraphiQL. */
export function landing(basePath: string): Plugin {
  return {
    onRequest({ url, request, fetchAPI, endResponse }) {
      if (url.pathname === '/' && request.method === 'GET') {
        endResponse(new fetchAPI.Response(null, { status: 302, headers: { location: `${basePath}/graphql` } }));
      }
    },
  };
}
