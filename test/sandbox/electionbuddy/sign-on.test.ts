import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ElectionBuddySandbox, startElectionBuddySandbox } from '../../../src/sandbox/electionbuddy/index.ts';
import { AS_JSON, EXP, handClock, postForm, SSO, V1_SSO, v1 } from './client.ts';

let sandbox: ElectionBuddySandbox;
beforeAll(async () => {
  sandbox = await startElectionBuddySandbox({ now: handClock().now });
});
afterAll(() => sandbox.close());

const get = (path: string, eid: string, mid: string, headers = {}): Promise<Response> =>
  fetch(`${sandbox.url}${path}?${v1(sandbox, eid, mid)}`, { headers });

describe.each([[SSO], [V1_SSO]])('at %s', (path) => {
  it.each([
    ['running, not voted', '12', 'jane@example.com', { voted: false, election_state: 'running' }],
    ['running, voted', '12', 'HL-0007', { voted: true, election_state: 'running' }],
    [
      'an end, in a string',
      '9002',
      'HL-0007',
      { voted: true, election_state: 'running', end_date: `${EXP - 20 + 6 * 86_400}` },
    ],
    ['no end', '9003', 'jane@example.com', { voted: false, election_state: 'running', end_date: null }],
    ['not begun', '9004', 'lee@example.net', { voted: false, election_state: 'scheduled' }],
    ['the oldest form, which knows no state', '9005', 'jane@example.com', { voted: true }],
    ['a list that is full, of one who is on it', '9007', 'founder@example.org', { voted: false }],
    ['not on an open list', '12', 'somebody@example.org', { voted: false, election_state: 'running' }],
  ])('a status, by GET and by POST: %s', async (_, eid, mid, status) => {
    const answers = [
      await get(path, eid, mid, AS_JSON),
      await postForm(`${sandbox.url}${path}`, v1(sandbox, eid, mid), AS_JSON),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
      expect(await answer.json()).toEqual(status);
    }
  });

  it.each([
    ['a ballot', '12', 'jane@example.com', 200, 'Your ballot'],
    ['a fresh ballot for one who is not on an open list', '12', 'new-here@example.org', 200, 'Your ballot'],
    ['no second ballot', '12', 'HL-0007', 200, 'Already voted'],
    ['no ballot before the vote', '9004', 'lee@example.net', 200, 'Not yet open'],
    ['no ballot after the vote', '9005', 'jane@example.com', 200, 'Closed'],
    ['a fresh ballot for one whose status is 404', '9008', 'new-here@example.org', 200, 'Your ballot'],
    ['404 for one who is not on a closed list', '9002', 'somebody@example.org', 404, 'Not Found'],
    ['404 where there is no election', '13', 'jane@example.com', 404, 'Not Found'],
    ['422 when the list is full', '9007', 'somebody@example.org', 422, 'Unprocessable Entity'],
  ])('a link leads to %s', async (_, eid, mid, status, heading) => {
    const answers = [await get(path, eid, mid), await postForm(`${sandbox.url}${path}`, v1(sandbox, eid, mid))];
    for (const answer of answers) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
      expect(await answer.text()).toContain(`<h1>${heading}</h1>`);
    }
  });

  it.each([
    ['9002', 'somebody@example.org', 404],
    ['13', 'jane@example.com', 404],
    ['9008', 'somebody@example.org', 404],
    ['9007', 'somebody@example.org', 422],
  ])('refuses a status in JSON: election %s, %s → %i', async (eid, mid, status) => {
    const answer = await get(path, eid, mid, AS_JSON);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/json']);
    expect(await answer.json()).toEqual({ status, error: expect.any(String) });
  });
});

it('whoever comes by a link is on the list from then on, until it is full', async () => {
  await using fresh = await startElectionBuddySandbox({ now: handClock().now }).then((it) => ({
    ...it,
    [Symbol.asyncDispose]: it.close,
  }));
  const open = async (mid: string, headers = {}) =>
    fetch(`${fresh.url}${V1_SSO}?${v1(fresh, '9008', mid)}`, { headers });
  const statuses = async (mid: string) => [
    (await open(mid, AS_JSON)).status,
    (await open(mid)).status,
    (await open(mid, AS_JSON)).status,
  ];
  expect(await statuses('first@example.org')).toEqual([404, 200, 200]);
  expect(await statuses('second@example.org')).toEqual([404, 200, 200]);
  expect(await statuses('third@example.org')).toEqual([422, 422, 422]);
  expect(await statuses('first@example.org')).toEqual([200, 200, 200]);
  expect(await (await open('first@example.org', AS_JSON)).json()).toEqual({ voted: false, election_state: 'running' });
});
