import type { IncomingMessage, ServerResponse } from 'node:http';
import Negotiator from 'negotiator';
import QuickLRU from 'quick-lru';
import type { RateState } from '../../services/rate-limits.ts';
import { limitHeaders } from '../admission.ts';
import { VARIES_BY } from '../cache-control.ts';
import { corsHeaders } from '../cors.ts';
import { matches } from '../etag.ts';
import { REQUEST_ID } from '../operation-log.ts';
import { safetyHeaders, type Trust } from '../security-headers.ts';
import type { Body, Encoding } from './body.ts';

/** To copy that much is less work than to write twice. */
const SHORT = 16 * 1024;
/** Smaller ones gain nothing. */
const COMPRESSED_ABOVE = 1_024;
/** Ways to say it, as clients have them; a caller chooses them. */
const WAYS_TO_ACCEPT = 100;

export type Arrival = {
  request: IncomingMessage;
  response: ServerResponse;
  contentType: string;
  requestId: string;
  began: number;
};

type Options = { corsOrigins: readonly string[] | '*'; trustProxy: Trust | null };

/** Sends an answer with the headers that Yoga's plugins give to theirs. */
export function createSend({ corsOrigins, trustProxy }: Options) {
  return async function send(
    { request, response, contentType, requestId }: Arrival,
    body: Body,
    control: string,
    state: RateState | null,
  ) {
    const headers: Record<string, string | number> = {
      'content-type': contentType,
      ...corsHeaders(request.headers.origin, corsOrigins),
      [REQUEST_ID]: requestId,
      ...safetyHeaders(request, trustProxy),
      ...limitHeaders(state),
      'cache-control': control,
      vary: VARIES_BY,
    };
    if (body.etag) headers.etag = body.etag;
    if (body.etag && matches(request.headers['if-none-match'] ?? null, body.etag)) {
      delete headers['content-type'];
      response.writeHead(304, headers).end();
      return;
    }
    const encoding = body.bytes.length > COMPRESSED_ABOVE ? encodingFor(request) : null;
    const bytes = encoding ? await body.compressed(encoding) : body.bytes;
    if (encoding) headers['content-encoding'] = encoding;
    headers['content-length'] = bytes.length;
    response.writeHead(200, headers);
    // Head and body leave in one piece.
    if (bytes.length < SHORT) response.end(bytes.toString('latin1'), 'latin1');
    else response.end(bytes);
  };
}

/** Its types are of the version before. */
type Preferring = { encoding(available: string[], options?: { preferred: string[] }): string | undefined };

const encodings = new QuickLRU<string, Encoding | null>({ maxSize: WAYS_TO_ACCEPT });

function encodingFor(request: IncomingMessage): Encoding | null {
  const accepted = request.headers['accept-encoding'];
  if (!accepted) return null;
  let encoding = encodings.get(accepted);
  if (encoding === undefined) {
    const negotiator: Preferring = new Negotiator(request);
    const best = negotiator.encoding(['br', 'gzip', 'identity'], { preferred: ['br', 'gzip'] });
    encoding = best === 'br' || best === 'gzip' ? best : null;
    encodings.set(accepted, encoding);
  }
  return encoding;
}
