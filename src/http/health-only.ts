import type { Plugin } from 'graphql-yoga';

/** A worker has health and metrics, and nothing else to say over HTTP. */
export function healthOnly(): Plugin {
  return {
    onRequest({ url, fetchAPI, endResponse }) {
      if (url.pathname.startsWith('/health/') || url.pathname === '/metrics') return;
      endResponse(new fetchAPI.Response('This process runs workers only.\n', { status: 404 }));
    },
  };
}
