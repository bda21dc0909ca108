import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/infra/clock.ts';
import { createHttp } from '../../../src/infra/http.ts';
import { createEregClient } from '../../../src/sources/ereg/client.ts';
import { closedPort, serve } from '../../infra/server.ts';

const VOTER = { givenName: 'Maple', middleName: null, familyName: 'Testwell', birthDate: '1980-01-04' };
const ADDRESS = { text: '117-719 Bloor St W, Toronto' };
const NEVER = new AbortController().signal;

function clientOf(url: string) {
  const http = createHttp({
    origin: new URL(url).origin,
    concurrency: 4,
    connectTimeoutMs: 1_000,
    headersTimeoutMs: 200,
    totalTimeoutMs: 400,
    maxBodyBytes: 10_000,
    isFailure: (status) => status === 429 || status > 500,
  });
  onTestFinished(() => http.close());
  const seen: { endpoint: string; outcome: string; ms: number }[] = [];
  const observe = (event: (typeof seen)[number]) => void seen.push(event);
  return { seen, ...createEregClient({ http, url, apiKey: 'the-key', clock: systemClock, observe }) };
}

/** A service that answers everything so. */
async function answering(answer: (response: ServerResponse) => void, path = '') {
  const requests: { line: string; headers: Record<string, unknown>; body: string }[] = [];
  const { url } = await serve(async (request, response) => {
    const body = await text(request);
    requests.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    answer(response);
  });
  return { ...clientOf(url + path), requests };
}
const json = (status: number, body: unknown) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};
const QUEUED = { check_id: 'abc-1', geocoded_data: { formatted_address: '719 Bloor' }, submitted_data: {} };

it.each(['', '/base/path'])('posts a form with the key and no scheme, below %j', async (path) => {
  const { submit, poll, requests, seen } = await answering(json(202, QUEUED), path);
  await submit(VOTER, ADDRESS, NEVER);
  await poll('abc-1', NEVER);
  expect(requests.map(({ line }) => line)).toEqual([`POST ${path}/v1/checks`, `GET ${path}/v1/checks/abc-1`]);
  for (const { headers } of requests) expect(headers.authorization).toBe('the-key');
  expect(requests[0]!.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(Object.fromEntries(new URLSearchParams(requests[0]!.body))).toEqual({
    first_name: 'Maple',
    last_name: 'Testwell',
    birth_date: '1980-1-4',
    full_address: ADDRESS.text,
  });
  expect(seen.map(({ endpoint }) => endpoint)).toEqual(['submit', 'poll']);
});

it.each<[string, unknown, string | null]>([
  ['the geocoder’s line', { formatted_address: '719 Bloor St W' }, '719 Bloor St W'],
  ['a full address', { full_address: ' 719 Bloor St W ' }, '719 Bloor St W'],
  ['plain text', '719 Bloor St W', '719 Bloor St W'],
  ['nothing', undefined, null],
  ['null', null, null],
  ['an empty line', { formatted_address: ' ' }, null],
  ['something else', { lat: 1 }, null],
  ['a line that is no text', { formatted_address: 7 }, null],
])('finds what an address was taken for in %s', async (_name, geocoded_data, resolvedAddress) => {
  const { submit } = await answering(json(202, { ...QUEUED, geocoded_data }));
  expect(await submit(VOTER, ADDRESS, NEVER)).toEqual({ kind: 'queued', upstreamId: 'abc-1', resolvedAddress });
});

const CUT_OFF = (response: ServerResponse) => {
  response.writeHead(202, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"check', () => response.destroy());
};
const RESET = ({ req }: ServerResponse) => void req.socket.resetAndDestroy();
const HANG = () => {};
const LARGE = json(200, `{"x":"${'x'.repeat(20_000)}"}`);

it.each<[string, (response: ServerResponse) => void, string, string]>([
  ['202 with an id', json(202, QUEUED), 'queued', 'ok'],
  ['an id that is a number', json(202, { ...QUEUED, check_id: 7 }), 'queued', 'ok'],
  // It may have been queued all the same (wire.md).
  ['500', json(500, ''), 'unclear', 'SOURCE_UNAVAILABLE'],
  ['an answer that is cut off', CUT_OFF, 'unclear', 'SOURCE_UNAVAILABLE'],
  ['a connection that breaks', RESET, 'unclear', 'SOURCE_UNAVAILABLE'],
  ['no answer', HANG, 'unclear', 'SOURCE_UNAVAILABLE'],
  ['429', json(429, ''), 'unreachable', 'SOURCE_UNAVAILABLE'],
  ['503', json(503, ''), 'unreachable', 'SOURCE_UNAVAILABLE'],
  ['401', json(401, 'You must authenticate'), 'refused', 'SOURCE_REFUSED'],
  ['400', json(400, {}), 'refused', 'SOURCE_REFUSED'],
  ['202 without an id', json(202, {}), 'malformed', 'SOURCE_MALFORMED'],
  ['an id that would lead elsewhere', json(202, { ...QUEUED, check_id: '../admin' }), 'malformed', 'SOURCE_MALFORMED'],
  ['202 with a page', json(202, '<html>'), 'malformed', 'SOURCE_MALFORMED'],
  ['202 with nothing', json(202, ''), 'malformed', 'SOURCE_MALFORMED'],
  ['200', json(200, QUEUED), 'malformed', 'SOURCE_MALFORMED'],
  ['a redirect', json(302, QUEUED), 'malformed', 'SOURCE_MALFORMED'],
])('takes %s to a submission for what it is', async (_name, answer, kind, outcome) => {
  const { submit, seen, requests } = await answering(answer);
  expect(await submit(VOTER, ADDRESS, NEVER)).toMatchObject({ kind });
  expect(seen).toMatchObject([{ endpoint: 'submit', outcome }]);
  // Once: a second POST is a second check there.
  expect(requests).toHaveLength(1);
});

const RUNNING = { status: 'IN-PROGRESS', registered: null, raw_message: null };
const done = (registered: unknown) => json(200, { status: 'SUCCESS', registered, raw_message: 'Whatever.' });

it.each<[string, (response: ServerResponse) => void, object, string]>([
  ['running', json(200, RUNNING), { kind: 'running' }, 'ok'],
  ['registered', done(true), { kind: 'answered', outcome: 'REGISTERED' }, 'ok'],
  // "Cannot confirm" is not a no.
  ['not registered', done(false), { kind: 'answered', outcome: 'NOT_CONFIRMED' }, 'ok'],
  ['neither', done(null), { kind: 'answered', outcome: 'INCONCLUSIVE' }, 'ok'],
  ['a verdict that is absent', json(200, { status: 'SUCCESS' }), { kind: 'answered', outcome: 'INCONCLUSIVE' }, 'ok'],
  ['422', json(422, ''), { kind: 'forgotten' }, 'ok'],
  ['404', json(404, ''), { kind: 'forgotten' }, 'ok'],
  ['500', json(500, ''), { kind: 'task-failed' }, 'ok'],
  ['401', json(401, ''), { kind: 'refused' }, 'SOURCE_REFUSED'],
  ['503', json(503, ''), { kind: 'unreachable' }, 'SOURCE_UNAVAILABLE'],
  ['an answer that is cut off', CUT_OFF, { kind: 'unreachable' }, 'SOURCE_UNAVAILABLE'],
  ['a connection that breaks', RESET, { kind: 'unreachable' }, 'SOURCE_UNAVAILABLE'],
  ['no answer', HANG, { kind: 'unreachable' }, 'SOURCE_UNAVAILABLE'],
  ['a verdict that is text', done('yes'), { kind: 'malformed' }, 'SOURCE_MALFORMED'],
  ['a verdict that is 0', done(0), { kind: 'malformed' }, 'SOURCE_MALFORMED'],
  ['another status', json(200, { status: 'FAILURE' }), { kind: 'malformed' }, 'SOURCE_MALFORMED'],
  ['a page', json(200, '<html>'), { kind: 'malformed' }, 'SOURCE_MALFORMED'],
  ['nothing', json(200, ''), { kind: 'malformed' }, 'SOURCE_MALFORMED'],
  ['201', json(201, RUNNING), { kind: 'malformed' }, 'SOURCE_MALFORMED'],
  ['more than it can be', LARGE, { kind: 'malformed' }, 'SOURCE_MALFORMED'],
])('takes %s to a poll for what it is', async (_name, answer, expected, outcome) => {
  const { poll, seen } = await answering(answer);
  expect(await poll('abc-1', NEVER)).toEqual(expected);
  expect(seen).toMatchObject([{ endpoint: 'poll', outcome }]);
});

it('knows that nothing was sent where nobody listens', async () => {
  const { submit, poll } = clientOf(await closedPort());
  expect(await submit(VOTER, ADDRESS, NEVER)).toEqual({ kind: 'unreachable' });
  expect(await poll('abc-1', NEVER)).toEqual({ kind: 'unreachable' });
});

it('stops waiting when it is told to, and says so as an error', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  const { poll } = await answering((response) => asked.resolve(response));
  const controller = new AbortController();
  const answer = poll('abc-1', controller.signal);
  const response = await asked.promise;
  controller.abort(new Error('enough'));
  await expect(answer).rejects.toThrow('enough');
  await once(response, 'close');
});
