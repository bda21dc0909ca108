import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';

/** What every answer carries; a page brings a Content-Security-Policy of its own. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cross-origin-opener-policy': 'same-origin',
};
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

/** Two years: what the browsers' preload lists ask for, at least. */
const HSTS = 'max-age=63072000; includeSubDomains';

/** Whether an address is a proxy of ours; `hop` 0 is the one that the socket comes from. */
export type Trust = (address: string, hop: number) => boolean;

/** Of an answer that is no page. `trustProxy` null: no proxy is in front, so that nobody's word about https is taken. */
export function safetyHeaders(request: IncomingMessage | undefined, trustProxy: Trust | null): Record<string, string> {
  return cameOverTls(request, trustProxy) ? OVER_TLS : OVER_HTTP;
}

/** Over plain HTTP the last header means nothing, and would be a lie where there is no TLS. */
const OVER_HTTP = { ...HEADERS, 'content-security-policy': NO_PAGE };
const OVER_TLS = { ...OVER_HTTP, 'strict-transport-security': HSTS };

export function securityHeaders(trustProxy: Trust | null): Plugin {
  return {
    onResponse({ response: { headers }, serverContext }) {
      const { req } = serverContext as { req?: IncomingMessage };
      const policy = headers.get('content-security-policy');
      for (const [name, value] of Object.entries(safetyHeaders(req, trustProxy))) headers.set(name, value);
      if (policy !== null) headers.set('content-security-policy', policy);
      const type = headers.get('content-type') ?? '';
      const isEvents = type.startsWith('text/event-stream');
      // nginx and others would keep events, and parts of an answer, back until they have some kilobytes.
      if (isEvents || type.startsWith('multipart/mixed')) headers.set('x-accel-buffering', 'no');
      if (isEvents) headers.set('cache-control', 'no-cache, no-transform');
    },
  };
}

function cameOverTls(request: IncomingMessage | undefined, trustProxy: Trust | null): boolean {
  const address = request?.socket?.remoteAddress;
  if (!request || !address || !trustProxy?.(address, 0)) return false;
  const [first] = String(request.headers['x-forwarded-proto'] ?? '').split(',');
  return first!.trim().toLowerCase() === 'https';
}
