import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CommonFault } from './faults.ts';

export type Answer = { status: number; type: string; body: string | Buffer };

/** The page that a web server in trouble puts where an answer should be. */
export const TROUBLE =
  '<!DOCTYPE html>\n<html><head><title>Service</title></head><body><h1>Please try later</h1></body></html>\n';

export function json(body: string | Buffer, status = 200): Answer {
  return { status, type: 'application/json', body };
}

export function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

/** `wrongTypes` makes of a proper JSON body one that lies about its types. */
export function misbehave(
  fault: CommonFault,
  request: IncomingMessage,
  response: ServerResponse,
  proper: () => Answer,
  wrongTypes: (body: string) => string,
): void {
  switch (fault.kind) {
    case 'slow': {
      const timer = setTimeout(() => send(response, proper()), fault.ms);
      response.once('close', () => clearTimeout(timer));
      return;
    }
    case 'status':
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', String(fault.retryAfter));
      send(response, { status: fault.status, type: 'text/html', body: TROUBLE });
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'half-body': {
      const { status, type, body } = proper();
      const bytes = Buffer.from(body as string);
      response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
      return;
    }
    case 'html':
      send(response, { status: 200, type: 'text/html', body: TROUBLE });
      return;
    case 'empty':
      send(response, json(''));
      return;
    case 'wrong-type': {
      const right = proper();
      send(response, right.type === 'application/json' ? json(wrongTypes(String(right.body))) : right);
      return;
    }
    case 'hang':
      return;
    case 'json-text':
      send(response, json(fault.body));
  }
}
