import type { CORSOptions, Plugin } from 'graphql-yoga';
import { LIMIT_HEADERS } from './admission.ts';
import { REQUEST_ID } from './operation-log.ts';

/** A browser asks again after a day; some sooner by themselves. */
const PREFLIGHT_SECONDS = 24 * 60 * 60;

/** PUT and DELETE: of an event stream. */
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'];
const EXPOSED = [...LIMIT_HEADERS, REQUEST_ID];

/**
 * Keys travel in a header that a page must set itself: any site may ask unless CORS_ORIGINS names some, and no browser adds
 * credentials by itself. A site that is not named is told nothing, not even `null`, which is the origin of every sandboxed
 * frame.
 */
export function cors(origins: readonly string[] | '*'): (request: Request) => CORSOptions {
  return (request) => {
    const origin = request.headers.get('origin');
    if (origins !== '*' && (origin === null || !origins.includes(origin))) return false;
    return {
      // Yoga answers it with the origin that asked.
      origin: '*',
      credentials: false,
      methods: METHODS,
      exposedHeaders: EXPOSED,
      maxAge: PREFLIGHT_SECONDS,
    };
  };
}

/** The headers of an answer to a request of this origin: what Yoga makes of the above. */
export function corsHeaders(origin: string | undefined, origins: readonly string[] | '*'): Record<string, string> {
  if (origin === undefined || (origins !== '*' && !origins.includes(origin))) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': METHODS.join(', '),
    'access-control-expose-headers': EXPOSED.join(', '),
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  };
}

/** With a list, what a shared cache keeps for one site is not to be given to another. */
export function varyByOrigin(origins: readonly string[] | '*'): Plugin {
  return {
    onResponse({ response: { headers } }) {
      if (origins === '*' || /\borigin\b/i.test(headers.get('vary') ?? '')) return;
      headers.append('vary', 'Origin');
    },
  };
}
