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
    breaker: { failures: 3 },
  });
  onTestFinished(() => http.close());
  const seen: { endpoint: string; outcome: string; ms: number }[] = [];
  const observe = (event: (typeof seen)[number]) => void seen.push(event);
  return {
    seen,
    breakerState: http.breakerState,
    ...createEregClient({ http, url, apiKey: 'the-key', clock: systemClock, observe }),
  };
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
  const answer = { ...QUEUED, status: 'IN-PROGRESS' };
  const { submit, poll, requests, seen } = await answering(
    (response) => json(response.req.method === 'POST' ? 202 : 200, answer)(response),
    path,
  );
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
  expect(await submit(VOTER, ADDRESS, NEVER)).toEqual({ upstreamId: 'abc-1', resolvedAddress });
});

const CUT_OFF = (response: ServerResponse) => {
  response.writeHead(202, { 'content-type': 'application/json', 'content-length': '100' });
  response.write('{"check', () => response.destroy());
};
const RESET = ({ req }: ServerResponse) => void req.socket.resetAndDestroy();
const HANG = () => {};
const LARGE = json(200, `{"x":"${'x'.repeat(20_000)}"}`);

it.each<[string, unknown, string]>([
  ['an id', QUEUED, 'abc-1'],
  ['an id that is a number', { ...QUEUED, check_id: 7 }, '7'],
])('takes 202 with %s for a submission that is queued', async (_name, body, upstreamId) => {
  const { submit, seen } = await answering(json(202, body));
  expect(await submit(VOTER, ADDRESS, NEVER)).toMatchObject({ upstreamId });
  expect(seen).toMatchObject([{ endpoint: 'submit', outcome: 'ok' }]);
});

// `mayHaveActed`: it may have been queued all the same (sources/ereg/WIRE.md).
const AWAY = { code: 'SOURCE_UNAVAILABLE', mayHaveActed: false };
const UNCLEAR = { code: 'SOURCE_UNAVAILABLE', mayHaveActed: true };
const SLOW = { code: 'SOURCE_TIMEOUT', mayHaveActed: true };
const REFUSED = { code: 'SOURCE_REFUSED', retryable: false };
const MALFORMED = { code: 'SOURCE_MALFORMED' };

it.each<[string, (response: ServerResponse) => void, { code: string; [fact: string]: unknown }]>([
  ['500', json(500, ''), { ...UNCLEAR, extensions: { httpStatus: 500 } }],
  ['an answer that is cut off', CUT_OFF, UNCLEAR],
  ['a connection that breaks', RESET, UNCLEAR],
  ['no answer', HANG, SLOW],
  ['502', json(502, ''), UNCLEAR],
  ['429', json(429, ''), AWAY],
  ['503', json(503, ''), AWAY],
  ['401', json(401, 'You must authenticate'), REFUSED],
  ['400', json(400, {}), REFUSED],
  ['202 without an id', json(202, {}), MALFORMED],
  ['an id that would lead elsewhere', json(202, { ...QUEUED, check_id: '../admin' }), MALFORMED],
  ['202 with a page', json(202, '<html>'), MALFORMED],
  ['202 with nothing', json(202, ''), MALFORMED],
  ['200', json(200, QUEUED), MALFORMED],
  ['a redirect', json(302, QUEUED), MALFORMED],
  ['more than it can be', LARGE, MALFORMED],
])('takes %s to a submission for what it is', async (_name, answer, failure) => {
  const { submit, seen, requests } = await answering(answer);
  await expect(submit(VOTER, ADDRESS, NEVER)).rejects.toMatchObject({ source: 'ereg', ...failure });
  expect(seen).toMatchObject([{ endpoint: 'submit', outcome: failure.code }]);
  // Once: a second POST is a second check there.
  expect(requests).toHaveLength(1);
});

it.each<[string, (response: ServerResponse) => void, string]>([
  // To an address that its geocoder cannot find, whoever sends it.
  ['500', json(500, ''), 'CLOSED'],
  ['401', json(401, ''), 'CLOSED'],
  ['a page', json(202, '<html>'), 'OPEN'],
  ['503', json(503, ''), 'OPEN'],
])('that answers %s three times leaves the breaker as it should be', async (_name, answer, state) => {
  const { submit, breakerState } = await answering(answer);
  for (let time = 0; time < 3; time++) await submit(VOTER, ADDRESS, NEVER).catch(() => {});
  expect(breakerState()).toBe(state);
});

it('tells nobody but the worker whether a check may be queued', async () => {
  const { submit } = await answering(json(503, ''));
  const error = await submit(VOTER, ADDRESS, NEVER).catch((failure) => failure);
  expect(error.extensions).toEqual({ source: 'ereg', endpoint: 'submit', retryable: true, httpStatus: 503 });
});

const RUNNING = { status: 'IN-PROGRESS', registered: null, raw_message: null };
const done = (registered: unknown) => json(200, { status: 'SUCCESS', registered, raw_message: 'Whatever.' });

it.each<[string, (response: ServerResponse) => void, object]>([
  ['running', json(200, RUNNING), { kind: 'running' }],
  ['registered', done(true), { kind: 'answered', outcome: 'REGISTERED' }],
  // "Cannot confirm" is not a no.
  ['not registered', done(false), { kind: 'answered', outcome: 'NOT_CONFIRMED' }],
  ['neither', done(null), { kind: 'answered', outcome: 'INCONCLUSIVE' }],
  ['a verdict that is absent', json(200, { status: 'SUCCESS' }), { kind: 'answered', outcome: 'INCONCLUSIVE' }],
  ['422', json(422, ''), { kind: 'forgotten' }],
  ['404', json(404, ''), { kind: 'forgotten' }],
  ['500', json(500, ''), { kind: 'task-failed' }],
])('takes %s to a poll for an answer', async (_name, answer, expected) => {
  const { poll, seen } = await answering(answer);
  expect(await poll('abc-1', NEVER)).toEqual(expected);
  expect(seen).toMatchObject([{ endpoint: 'poll', outcome: 'ok' }]);
});

it.each<[string, (response: ServerResponse) => void, { code: string; [fact: string]: unknown }]>([
  ['401', json(401, ''), REFUSED],
  ['503', json(503, ''), AWAY],
  ['an answer that is cut off', CUT_OFF, UNCLEAR],
  ['a connection that breaks', RESET, UNCLEAR],
  ['no answer', HANG, SLOW],
  ['a verdict that is text', done('yes'), MALFORMED],
  ['a verdict that is 0', done(0), MALFORMED],
  ['another status', json(200, { status: 'FAILURE' }), MALFORMED],
  ['a page', json(200, '<html>'), MALFORMED],
  ['nothing', json(200, ''), MALFORMED],
  ['201', json(201, RUNNING), MALFORMED],
  ['more than it can be', LARGE, MALFORMED],
])('takes %s to a poll for a failure', async (_name, answer, failure) => {
  const { poll, seen } = await answering(answer);
  await expect(poll('abc-1', NEVER)).rejects.toMatchObject({ source: 'ereg', ...failure });
  expect(seen).toMatchObject([{ endpoint: 'poll', outcome: failure.code }]);
});

it('knows that nothing was sent where nobody listens', async () => {
  const { submit, poll } = clientOf(await closedPort());
  await expect(submit(VOTER, ADDRESS, NEVER)).rejects.toMatchObject(AWAY);
  await expect(poll('abc-1', NEVER)).rejects.toMatchObject(AWAY);
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
