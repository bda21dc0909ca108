import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Access, tokenRefused } from './access.ts';
import { type Body, Refusal, type Source, success } from './contract.ts';
import { control } from './control.ts';
import { type createFaults, type Fault, wrongTypes } from './faults.ts';
import { dataRequest, parseQuery, route } from './request.ts';

export type RecordedRequest = {
  method: string;
  path: string;
  /** As received, without `token` and `key`. */
  query: string;
  at: number;
};

export type Parts = {
  source: Source;
  access: Access;
  faults: ReturnType<typeof createFaults>;
  requests: RecordedRequest[];
  now: () => number;
};

type Answer = { status: number; type: string; body: Body };

const REQUESTS_KEPT = 100_000;
const HTML =
  '<!DOCTYPE html>\n<html><head><title>Service</title></head><body><h1>Please try later</h1></body></html>\n';

export function createHandler(parts: Parts): RequestListener {
  return (request, response) => {
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    const query = mark < 0 ? '' : target.slice(mark + 1);
    if (path.startsWith('/_sandbox/')) {
      void control(request, response, path, parts);
      return;
    }
    record(parts, request, path, query);
    const fault = parts.faults.take(path);
    if (fault === undefined) send(response, answer(parts, request, path, query));
    else misbehave(fault, request, response, () => answer(parts, request, path, query));
  };
}

function answer({ source, access }: Parts, request: IncomingMessage, path: string, query: string): Answer {
  if (request.method !== 'GET') return { ...refused(new Refusal('METHOD_ERROR', 'only GET is answered')), status: 405 };
  if (path.startsWith('/geojson/')) return boundary(source, path);
  try {
    if (path === '/token/') return json(success({ token: access.issue(parseQuery(query)) }));
    const found = route(path);
    const parameters = parseQuery(query);
    access.check(parameters);
    return json(source.answer(dataRequest(found, parameters)));
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    console.error('iebc sandbox:', error);
    return { status: 500, type: 'text/html', body: HTML };
  }
}

/** Boundaries are files of a web server: open, unsigned, and a query is ignored (wire.md). */
function boundary(source: Source, path: string): Answer {
  const [, level, number] = /^\/geojson\/(county|constituency|ward)_(\d{1,4})\.geojson$/.exec(path) ?? [];
  const body = level === undefined ? undefined : source.boundary(level, Number(number));
  return body === undefined ? { status: 404, type: 'text/html', body: HTML } : json(body);
}

function misbehave(fault: Fault, request: IncomingMessage, response: ServerResponse, proper: () => Answer): void {
  switch (fault.kind) {
    case 'slow': {
      const timer = setTimeout(() => send(response, proper()), fault.ms);
      response.once('close', () => clearTimeout(timer));
      return;
    }
    case 'status':
      if (fault.retryAfter !== undefined) response.setHeader('retry-after', String(fault.retryAfter));
      send(response, { status: fault.status, type: 'text/html', body: HTML });
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
      send(response, { status: 200, type: 'text/html', body: HTML });
      return;
    case 'empty':
      send(response, json(''));
      return;
    case 'revoked-token':
      send(response, refused(tokenRefused()));
      return;
    case 'wrong-type': {
      const right = proper();
      send(response, right.type === 'application/json' ? json(wrongTypes(String(right.body))) : right);
      return;
    }
    case 'not-success':
      send(response, refused(new Refusal(fault.status, fault.message)));
      return;
    case 'hang':
      return;
    case 'json-text':
      send(response, json(fault.body));
  }
}

function json(body: Body): Answer {
  return { status: 200, type: 'application/json', body };
}

function refused(refusal: Refusal): Answer {
  return json(JSON.stringify({ status: refusal.status, message: refusal.message }));
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function record({ requests, now }: Parts, request: IncomingMessage, path: string, query: string): void {
  // Dropped in batches: shifting one by one moves the whole list each time.
  if (requests.length >= REQUESTS_KEPT) requests.splice(0, REQUESTS_KEPT / 100);
  const kept = query.split('&').filter((part) => !/^(token|key)(=|$)/.test(part));
  requests.push({ method: request.method ?? '', path, query: kept.join('&'), at: now() });
}
