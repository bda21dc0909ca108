import type { IncomingMessage, RequestListener } from 'node:http';
import { type Answer, json, misbehave, send, TROUBLE } from '../shared/answer.ts';
import { control } from '../shared/control.ts';
import type { createFaults } from '../shared/faults.ts';
import { remember } from '../shared/request-log.ts';
import { type Access, tokenRefused } from './access.ts';
import { Refusal, type Source, success } from './contract.ts';
import { type Fault, NEEDS, wrongTypes } from './faults.ts';
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
  faults: ReturnType<typeof createFaults<Fault>>;
  requests: RecordedRequest[];
  now: () => number;
};

export function createHandler(parts: Parts): RequestListener {
  return (request, response) => {
    const target = request.url ?? '/';
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    const query = mark < 0 ? '' : target.slice(mark + 1);
    if (path.startsWith('/_sandbox/')) {
      void control(request, response, path, { ...parts, needs: NEEDS });
      return;
    }
    record(parts, request, path, query);
    const fault = parts.faults.take(path);
    const proper = (): Answer => answer(parts, request, path, query);
    if (fault === undefined) send(response, proper());
    else if (fault.kind === 'revoked-token') send(response, refused(tokenRefused()));
    else if (fault.kind === 'not-success') send(response, refused(new Refusal(fault.status, fault.message)));
    else misbehave(fault, request, response, proper, wrongTypes);
  };
}

function answer({ source, access }: Parts, request: IncomingMessage, path: string, query: string): Answer {
  if (request.method !== 'GET') return { ...refused(new Refusal('METHOD_ERROR', 'only GET is answered')), status: 405 };
  if (path.startsWith('/geojson/')) return boundary(source, path);
  try {
    if (path === '/token/') return json(success({ token: access.issue(parseQuery(query)) }));
    const found = route(path);
    const parameters = parseQuery(query);
    access.check(parameters, request.headers);
    return json(source.answer(dataRequest(found, parameters)));
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    console.error('iebc sandbox:', error);
    return { status: 500, type: 'text/html', body: TROUBLE };
  }
}

/** Boundaries are files of a web server: open, unsigned, and a query is ignored (sources/iebc/WIRE.md). */
function boundary(source: Source, path: string): Answer {
  const [, level, number] = /^\/geojson\/(county|constituency|ward)_(\d{1,4})\.geojson$/.exec(path) ?? [];
  const body = level === undefined ? undefined : source.boundary(level, Number(number));
  return body === undefined ? { status: 404, type: 'text/html', body: TROUBLE } : json(body);
}

function refused(refusal: Refusal): Answer {
  return json(JSON.stringify({ status: refusal.status, message: refusal.message }));
}

function record({ requests, now }: Parts, request: IncomingMessage, path: string, query: string): void {
  const kept = query.split('&').filter((part) => !/^(token|key)(=|$)/.test(part));
  remember(requests, { method: request.method ?? '', path, query: kept.join('&'), at: now() });
}
