import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EregSandbox, startEregSandbox } from '../../../src/sandbox/ereg/index.ts';
import { type Form, handClock, poll, post, queue, STRANGER, statusAndBody } from './client.ts';

const clock = handClock();
let sandbox: EregSandbox;
beforeAll(async () => {
  sandbox = await startEregSandbox({ now: clock.now });
});
afterAll(() => sandbox.close());

const PROBLEM = 'application/problem+json';

describe('a check', () => {
  it('is queued: 202, Location, and an echo of personal data', async () => {
    const before = sandbox.checksStarted();
    const response = await post(sandbox, { ...STRANGER, middle_name: 'Q', unit_suffix: 'B' });
    expect([response.status, response.headers.get('content-type')]).toEqual([202, 'application/json']);
    const body = (await response.json()) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['check_id', 'geocoded_data', 'submitted_data']);
    expect(body.check_id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(response.headers.get('location')).toBe(`${sandbox.url}/v1/checks/${body.check_id}`);
    expect(body.submitted_data).toMatchObject({ ...STRANGER, middle_name: 'Q', unit_suffix: 'B' });
    expect(sandbox.checksStarted()).toBe(before + 1);
  });

  it('has its parts replaced by what the text was resolved to', async () => {
    const { submitted_data } = await queue(sandbox, {
      ...STRANGER,
      postal_code: 'K1N0Z6',
      street_number: '24',
      street_name: 'Rue',
      unit_number: '9',
    });
    expect(submitted_data).toEqual({
      ...STRANGER,
      postal_code: 'M6G 0X1',
      street_number: '719',
      street_name: 'Bloor Street West',
      unit_number: '117',
    });
  });

  it('gets an id of its own each time', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => queue(sandbox, STRANGER)));
    expect(new Set(ids.map(({ check_id }) => check_id)).size).toBe(20);
  });

  it.each(['1985-3-7', '1985-10-17', '1985-3-30', '1985-1-1'])('born %s: accepted', async (birth_date) => {
    expect((await post(sandbox, { ...STRANGER, birth_date })).status).toBe(202);
  });
});

describe('the key', () => {
  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['another one', 'ereg-sandbox-0'],
    ['one with a scheme', 'Bearer KEY'],
    ['one with the scheme that WWW-Authenticate names', 'Token KEY'],
    ['two', 'KEY, KEY'],
  ])('%s: 401', async (_, value) => {
    const before = sandbox.checksStarted();
    const headers = new Headers();
    if (value !== undefined) headers.set('authorization', value.replaceAll('KEY', sandbox.apiKey));
    const body = new URLSearchParams(STRANGER);
    const answers = [
      await fetch(`${sandbox.url}/v1/checks`, { method: 'POST', headers, body }),
      await fetch(`${sandbox.url}/v1/checks/unknown`, { headers }),
    ];
    for (const response of answers) {
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Token realm="Application"');
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      expect(await response.text()).toBe('You must authenticate with a proper API key');
    }
    expect(sandbox.checksStarted()).toBe(before);
  });

  it('is looked at after the form', async () => {
    expect((await post(sandbox, {}, { authorization: '' })).status).toBe(400);
    expect((await poll(sandbox, 'UNKNOWN', 'wrong')).status).toBe(400);
  });
});

describe('refused with 400', () => {
  const without = (name: string): Form => Object.fromEntries(Object.entries(STRANGER).filter(([key]) => key !== name));
  const CASES: [what: string, form: Form | string, detail: RegExp][] = [
    ['nothing', '', /^Missing formdata parameter 'first_name'$/],
    ['no first name', without('first_name'), /^Missing formdata parameter 'first_name'$/],
    ['no last name', without('last_name'), /^Missing formdata parameter 'last_name'$/],
    ['no birth date', without('birth_date'), /^Missing formdata parameter 'birth_date'$/],
    ...[
      '1985-03-17',
      '1985-3-07',
      '1985-12-01',
      '85-3-17',
      '1985-3-47',
      '1985-20-1',
      '1985/3/17',
      '',
      ' 1985-3-17',
    ].map((birth_date): [string, Form, RegExp] => [
      `born '${birth_date}'`,
      { ...STRANGER, birth_date },
      // The value comes back in the error: personal data.
      new RegExp(`^'${birth_date}' does not match '\\^`),
    ]),
    [
      'a number with a letter',
      { ...STRANGER, street_number: '719B' },
      /^Wrong type, expected 'integer'.*street_number/,
    ],
    ['a unit with a letter', { ...STRANGER, unit_number: '12B' }, /^Wrong type, expected 'integer'.*unit_number/],
    ['an empty unit', { ...STRANGER, unit_number: '' }, /^Wrong type, expected 'integer'.*unit_number/],
    ['a field of another name', { ...STRANGER, birthdate: '1985-3-17' }, /birthdate not in spec/],
    ['one given twice', `${new URLSearchParams(STRANGER)}&first_name=Other`, /'first_name' is given twice/],
    ['Latin-1', `${new URLSearchParams(STRANGER)}&middle_name=Ren%E9e`, /'middle_name' is not UTF-8/],
  ];

  it.each(CASES)('%s', async (_, form, detail) => {
    const before = sandbox.checksStarted();
    const response = await post(sandbox, form);
    expect([response.status, response.headers.get('content-type')]).toEqual([400, PROBLEM]);
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      detail: expect.stringMatching(detail),
      status: 400,
    });
    expect(sandbox.checksStarted()).toBe(before);
  });

  it('JSON, and fields in the query', async () => {
    expect((await post(sandbox, JSON.stringify(STRANGER), { 'content-type': 'application/json' })).status).toBe(400);
    const init = { method: 'POST', headers: { authorization: sandbox.apiKey } };
    expect((await fetch(`${sandbox.url}/v1/checks?${new URLSearchParams(STRANGER)}`, init)).status).toBe(400);
  });
});

describe('answered 500', () => {
  const PARTS = { postal_code: 'M6G 0X1', street_number: '719', street_name: 'Bloor St W', unit_number: '117' };
  const { full_address: _, ...nameless } = STRANGER;

  it.each([
    ['parts alone', { ...nameless, ...PARTS }],
    ['an empty full_address', { ...nameless, ...PARTS, full_address: '' }],
    ['no address at all', nameless],
  ])('%s: though it has queued the task', async (_, form) => {
    const before = sandbox.checksStarted();
    const response = await post(sandbox, form);
    expect([response.status, response.headers.get('content-type')]).toEqual([500, PROBLEM]);
    expect(response.headers.get('location')).toBeNull();
    expect(await response.json()).toMatchObject({ title: 'Internal Server Error', status: 500 });
    expect(sandbox.checksStarted()).toBe(before + 1);
  });

  it('an address that is not found: and this time nothing is queued', async () => {
    const before = sandbox.checksStarted();
    expect((await post(sandbox, { ...STRANGER, full_address: '1 Nowhere Road, Toronto' })).status).toBe(500);
    expect(sandbox.checksStarted()).toBe(before);
  });
});

it.each([['GET'], ['PUT'], ['DELETE'], ['PATCH'], ['OPTIONS']])('%s /v1/checks: 405', async (method) => {
  const response = await fetch(`${sandbox.url}/v1/checks`, { method, headers: { authorization: sandbox.apiKey } });
  expect([response.status, response.headers.get('content-type')]).toEqual([405, PROBLEM]);
});

it.each([['POST'], ['PUT'], ['DELETE'], ['HEAD']])('%s /v1/checks/{id}: 405', async (method) => {
  const { check_id } = await queue(sandbox, STRANGER);
  const init = { method, headers: { authorization: sandbox.apiKey } };
  expect((await fetch(`${sandbox.url}/v1/checks/${check_id}`, init)).status).toBe(405);
});

it.each([
  '/',
  '/v1',
  '/v1/',
  '/v1/checks/',
  '/v1/check',
  '/checks',
  '/v2/checks',
  '/v1/checks/a/b',
  '/v1/ui',
  '//v1/checks',
])('%s: 404', async (path) => {
  const response = await fetch(`${sandbox.url}${path}`, { headers: { authorization: sandbox.apiKey } });
  expect([response.status, response.headers.get('content-type')]).toEqual([404, PROBLEM]);
  expect(await response.json()).toMatchObject({ title: 'Not Found', status: 404 });
});

it('an id outside the published pattern: 400', async () => {
  for (const id of ['UNKNOWN', 'a_b', '%20', '%ZZ', 'a.b']) {
    expect(await statusAndBody(await poll(sandbox, id))).toEqual([400, expect.stringContaining('does not match')]);
  }
});

it('keeps what came in, without the form', async () => {
  const own = await startEregSandbox({ now: () => 42 });
  const { check_id } = await queue(own, STRANGER);
  await poll(own, check_id);
  expect(own.requests).toEqual([
    { method: 'POST', path: '/v1/checks', at: 42 },
    { method: 'GET', path: `/v1/checks/${check_id}`, at: 42 },
  ]);
  const overHttp = await (await fetch(`${own.url}/_sandbox/requests`)).text();
  expect(JSON.parse(overHttp)).toEqual(own.requests);
  await own.close();
});
