import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Answer, json, misbehave, send, TROUBLE } from '../shared/answer.ts';
import { control } from '../shared/control.ts';
import type { createFaults } from '../shared/faults.ts';
import { readBody } from '../shared/read-body.ts';
import { remember } from '../shared/request-log.ts';
import { type Fault, NEEDS, wrongTypes } from './faults.ts';
import { electionList } from './list.ts';
import { ballotPage, expiredPage, html, noticePage } from './pages.ts';
import { Expired, Refusal } from './refusal.ts';
import { signOn } from './sign-on.ts';
import { BALLOT_PATH, type World } from './world.ts';

/** No query: it holds identifiers and signatures. */
export type RecordedRequest = { method: string; path: string; at: number };

export type Parts = {
  world: World;
  faults: ReturnType<typeof createFaults<Fault>>;
  requests: RecordedRequest[];
};

type Endpoint = (world: World, query: string, asJson: boolean) => Answer;

/** V1's status is documented at the last, its link at the one before; each answers both (sources/electionbuddy/WIRE.md). */
const ENDPOINTS = new Map<string, Endpoint>([
  ['/integrations/v2/elections', electionList],
  ['/integrations/v1/sso', signOn],
  ['/sso', signOn],
]);

export function createHandler(parts: Parts): RequestListener {
  return (request, response) => {
    // What fails in here is a client that went away in the middle of its request.
    handle(parts, request, response).catch(() => response.destroy());
  };
}

async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  if (path.startsWith('/_sandbox/')) return control(request, response, path, { ...parts, needs: NEEDS });

  remember(parts.requests, { method: request.method ?? '', path, at: parts.world.now() });
  const body = await readBody(request);
  const proper = (): Answer => answer(parts.world, request, path, query, body);
  const fault = parts.faults.take(path);
  if (fault === undefined) send(response, proper());
  else if (fault.kind === 'expired-signature') send(response, html(expiredPage()));
  else misbehave(fault, request, response, proper, wrongTypes);
}

function answer(world: World, request: IncomingMessage, path: string, query: string, body: Buffer): Answer {
  const asJson = wantsJson(request);
  try {
    if (path.startsWith(BALLOT_PATH)) return ballot(world, path.slice(BALLOT_PATH.length));
    const endpoint = ENDPOINTS.get(path);
    if (endpoint === undefined) throw new Refusal(404, 'no such path');
    return endpoint(world, parameters(request, query, body), asJson);
  } catch (error) {
    if (error instanceof Expired) return html(expiredPage());
    if (error instanceof Refusal) return refused(error, asJson);
    console.error('electionbuddy sandbox:', error);
    return { status: 500, type: 'text/html', body: TROUBLE };
  }
}

/** The signed string, one character a byte: the text says a GET's query, some of the samples post it as a form. */
function parameters(request: IncomingMessage, query: string, body: Buffer): string {
  if (request.method === 'GET' || request.method === 'HEAD') {
    if (body.length > 0) throw new Refusal(404, 'a GET has no body');
    return query;
  }
  if (request.method !== 'POST') throw new Refusal(404, 'only GET and POST are answered');
  if (query !== '') throw new Refusal(404, 'a POST has its parameters in the body alone');
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw new Refusal(404, 'a POST is a form');
  return body.toString('latin1');
}

/**
 * Exactly the documented header. What a list of types with a wildcard gets is unknown; servers of the kind that
 * `aasm_state` points to (Ruby on Rails) take it for a browser's, so here too it gets HTML.
 */
function wantsJson(request: IncomingMessage): boolean {
  return request.headers.accept?.split(';')[0]?.trim().toLowerCase() === 'application/json';
}

function ballot({ linked, rolls }: World, token: string): Answer {
  const found = linked.get(token);
  if (found === undefined) throw new Refusal(404, 'no such ballot');
  if (rolls.hasVoted(found.election, found.identifier)) {
    return html(noticePage('Already voted', 'Your vote in this election has been recorded.'));
  }
  return html(ballotPage(found.election));
}

function refused({ status, message }: Refusal, asJson: boolean): Answer {
  if (asJson) return json(JSON.stringify({ status, error: message }), status);
  return html(noticePage(status === 404 ? 'Not Found' : 'Unprocessable Entity', message), status);
}
