import { createHash, timingSafeEqual } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import { InvalidPayload } from '../domain/ballots.ts';
import type { Log } from '../infra/log.ts';
import type { BallotActivityService } from '../services/ballot-activity.ts';

const PATH = '/webhooks/electionbuddy/';
const MAX_BYTES = 256 * 1024;

const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();

/**
 * `POST /webhooks/electionbuddy/<secret>`: ElectionBuddy signs nothing, so the address is the secret (sources/electionbuddy/WIRE.md). 204 once
 * the event is stored; 4xx for what will never be an event; 503 when it should be sent again.
 */
export function webhooks({
  secret,
  ballots,
  log,
}: {
  secret: string;
  ballots: BallotActivityService;
  log: Log;
}): Plugin {
  const expected = digest(secret);

  async function receive(request: Request): Promise<[status: number, text?: string]> {
    if (request.method !== 'POST') return [405, 'POST an event here'];
    const bytes = await readAtMost(request, MAX_BYTES);
    if (bytes === null) return [413, `an event has at most ${MAX_BYTES} bytes`];
    const body = textOf(bytes);
    if (body === null) return [400, 'the body is not UTF-8'];
    try {
      await ballots.accept(body);
      return [204];
    } catch (error) {
      if (error instanceof InvalidPayload) return [400, error.message];
      const { name, reason } = error as Error & { reason?: string };
      log.error({ error: name, reason }, 'ballot activity could not be stored');
      return [503, 'not stored: send it again'];
    }
  }

  return {
    async onRequest({ url, request, fetchAPI, endResponse }) {
      if (!url.pathname.startsWith(PATH)) return;
      const right = timingSafeEqual(digest(url.pathname.slice(PATH.length)), expected);
      const [status, text] = right ? await receive(request) : [404, 'not found'];
      const headers = { 'content-type': 'text/plain', ...(status === 405 && { allow: 'POST' }) };
      endResponse(new fetchAPI.Response(text === undefined ? null : `${text}\n`, { status, headers }));
    },
  };
}

/**
 * Null: longer than that. To stop reading in the middle would close the connection before the answer is out, and the
 * sender would take it for a reason to try again: so what is too long is not read at all, or read and thrown away.
 */
async function readAtMost(request: Request, bytes: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length')) > bytes) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size <= bytes) chunks.push(chunk);
    else if (size > PATIENCE * bytes) break;
  }
  return size > bytes ? null : Buffer.concat(chunks);
}

/** How many times the permitted length is read before the connection is closed. */
const PATIENCE = 16;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Null: not UTF-8. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
