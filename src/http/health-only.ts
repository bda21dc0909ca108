import type { Plugin } from 'graphql-yoga';
import { GatewayError } from '../domain/errors.ts';

const MESSAGE = 'This process runs workers only.';

/** A worker has health and metrics, and nothing else to say, over HTTP or a WebSocket. */
export function healthOnly(): Plugin {
  return {
    onRequest({ url, fetchAPI, endResponse }) {
      if (url.pathname.startsWith('/health/') || url.pathname === '/metrics') return;
      endResponse(new fetchAPI.Response(`${MESSAGE}\n`, { status: 404 }));
    },
    // An operation of a WebSocket is no request of its own.
    onContextBuilding() {
      throw new GatewayError('FORBIDDEN', MESSAGE);
    },
  };
}
