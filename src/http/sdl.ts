import type { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { printedSchema } from '../schema/print.ts';
import { hashOf, matches } from './etag.ts';
import type { Admit } from './persisted-documents.ts';

const PATH = '/schema.graphql';

type Options = {
  /** Whether only an operator may read it, who is then counted like anybody who asks. */
  secret: boolean;
  admit: Admit;
  maskError: (error: unknown) => Error;
};

/** The schema as a file, with its descriptions: for code generators and editors. As private as introspection is. */
export function sdl({ secret, admit, maskError }: Options): Plugin {
  let made: { text: string; etag: string } | undefined;
  const file = () => {
    if (!made) {
      const text = printedSchema();
      made = { text, etag: `"${hashOf(text)}"` };
    }
    return made;
  };
  return {
    async onRequest({ url, request, serverContext, fetchAPI: { Response }, endResponse }) {
      // A preflight gets past: Yoga answers it.
      if (url.pathname !== PATH || request.method === 'OPTIONS') return;
      const say = (text: string | null, status: number, headers: Record<string, string> = {}) =>
        endResponse(
          new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } }),
        );
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return say('GET the schema here.\n', 405, { allow: 'GET, HEAD' });
      }
      try {
        const { req } = serverContext as { req?: IncomingMessage };
        if (secret && !(await admit({ request, params: {}, ...(req && { req }) })).caller.scopes.has('operator')) {
          return say('The schema can be read with an operator’s key only.\n', 403);
        }
      } catch (error) {
        const { message, extensions } = maskError(error) as Error & { extensions?: { http?: { status?: number } } };
        return say(`${message}\n`, extensions?.http?.status ?? 500);
      }
      const { text, etag } = file();
      const headers = { etag, 'cache-control': secret ? 'private, no-cache' : 'public, no-cache' };
      if (matches(request.headers.get('if-none-match'), etag)) return say(null, 304, headers);
      say(request.method === 'HEAD' ? null : text, 200, { ...headers, 'content-length': `${Buffer.byteLength(text)}` });
    },
  };
}
