import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Answer, json, misbehave, send } from '../shared/answer.ts';
import { control } from '../shared/control.ts';
import { mistyped } from '../shared/faults.ts';
import { readBody } from '../shared/read-body.ts';
import { remember } from '../shared/request-log.ts';
import type { Checks } from './checks.ts';
import { type EregFaults, NEEDS } from './faults.ts';
import { readForm } from './form.ts';
import { geocoded } from './geocoded.ts';
import { crashed, Problem } from './problem.ts';

/** No body: it is personal data. */
export type RecordedRequest = { method: string; path: string; at: number };

export type Parts = {
  url: string;
  apiKey: string;
  checks: Checks;
  faults: EregFaults;
  requests: RecordedRequest[];
  now: () => number;
};

type Reply = Answer & { headers?: Record<string, string> };

export function createHandler(parts: Parts): RequestListener {
  return (request, response) => {
    // What fails in here is a client that went away in the middle of its request.
    handle(parts, request, response).catch(() => response.destroy());
  };
}

async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0]!;
  const method = request.method ?? '';
  if (path.startsWith('/_sandbox/')) return control(request, response, path, { ...parts, needs: NEEDS });

  remember(parts.requests, { method, path, at: parts.now() });
  const body = await readBody(request);
  const proper = (): Answer => withHeaders(response, answer(parts, request, path, body));
  const fault = parts.faults.take(method, path);
  if (fault === undefined) return send(response, proper());
  switch (fault.kind) {
    case 'post-500-after-queue': {
      const reply = answer(parts, request, path, body);
      return send(response, reply.status === 202 ? crashed().answer() : withHeaders(response, reply));
    }
    case 'task-failed':
      parts.checks.fail(checkId(path) ?? '');
      return send(response, proper());
    case 'forget':
      parts.checks.forget(checkId(path) ?? '');
      return send(response, proper());
    case 'wrong-type':
      // Not the shared one, whose answers are all 200: a client that wants 202 would never look at the types.
      return send(response, mistypedAnswer(proper()));
    default:
      return misbehave(fault, request, response, proper, (text) => text);
  }
}

function mistypedAnswer(right: Answer): Answer {
  if (right.type !== 'application/json' || right.body === '') return right;
  return { ...right, body: JSON.stringify(mistyped(JSON.parse(String(right.body)))) };
}

function withHeaders(response: ServerResponse, { headers = {}, ...rest }: Reply): Answer {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return rest;
}

function answer(parts: Parts, request: IncomingMessage, path: string, body: Buffer): Reply {
  try {
    if (path === '/v1/checks') return queue(parts, request, body);
    const id = checkId(path);
    if (id !== undefined) return poll(parts, request, id);
    throw new Problem(404, 'The requested URL was not found on the server.');
  } catch (error) {
    if (error instanceof Problem) return error.answer();
    throw error;
  }
}

function checkId(path: string): string | undefined {
  return /^\/v1\/checks\/([^/]+)$/.exec(path)?.[1];
}

/**
 * In both endpoints what is wrong with the request is told before who may ask at all: in the published source the key
 * is looked at in the function that the framework calls once it is content with the parameters.
 */
function queue(parts: Parts, request: IncomingMessage, body: Buffer): Reply {
  allow(request, 'POST');
  const form = readForm(request.headers['content-type'], body);
  if (!isAuthorized(parts, request)) return unauthorized();
  const queued = parts.checks.queue(form);
  // Without a full_address the task is queued, and the service dies of having nothing geocoded to show (sources/ereg/WIRE.md).
  if (queued?.address === undefined) throw crashed();

  const { id, address } = queued;
  const reply = {
    check_id: id,
    geocoded_data: geocoded(address),
    // The text stays as it was sent; the parts are the geocoder's, whatever was sent (published source).
    submitted_data: {
      ...form,
      postal_code: address.postalCode,
      street_name: address.block?.street ?? '',
      street_number: address.number,
      unit_number: address.unit,
    },
  };
  return { ...json(JSON.stringify(reply), 202), headers: { location: `${parts.url}/v1/checks/${id}` } };
}

function poll(parts: Parts, request: IncomingMessage, id: string): Reply {
  allow(request, 'GET');
  // The published specification's pattern. An id that it lets through and that was never given out is a 422.
  if (!/^[a-z0-9-]+$/.test(id)) throw new Problem(400, `'${id}' does not match '^[a-z0-9-]+$'`);
  if (!isAuthorized(parts, request)) return unauthorized();
  const found = parts.checks.read(id);
  if (found === undefined) return json('', 422);
  if (found === 'failed') return json('', 500);
  if (found === 'running') {
    return json(JSON.stringify({ status: 'IN-PROGRESS', registered: null, raw_message: null }));
  }
  return json(JSON.stringify({ status: 'SUCCESS', ...found }));
}

function allow(request: IncomingMessage, method: string): void {
  if (request.method !== method) throw new Problem(405, 'The method is not allowed for the requested URL.');
}

/** The key alone: with a scheme before it, it is another key. */
function isAuthorized({ apiKey }: Parts, request: IncomingMessage): boolean {
  return request.headers.authorization === apiKey;
}

function unauthorized(): Reply {
  return {
    status: 401,
    type: 'text/html; charset=utf-8',
    body: 'You must authenticate with a proper API key',
    headers: { 'www-authenticate': 'Token realm="Application"' },
  };
}
