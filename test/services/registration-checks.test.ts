import { describe, expect, it } from 'vitest';
import { SourceError } from '../../src/domain/errors.ts';
import { serveByHand } from '../infra/server.ts';
import {
  bearer,
  CANCEL,
  type Check,
  type ChecksGateway,
  checksEnv,
  directory,
  ERASE,
  inputOf,
  kenyan,
  maple,
  personNamed,
  request,
  startChecksGateway,
  startEreg,
  watched,
  watching,
} from '../support/checks.ts';
import { CLINIC, CONFIRMED, canadian, checksByHand, queued } from '../support/checks-by-hand.ts';
import { type Gateway, manualClock, startGateway } from '../support/gateway.ts';

const OUTCOME = new Map([
  [true, 'REGISTERED'],
  [false, 'NOT_CONFIRMED'],
  [null, 'INCONCLUSIVE'],
]);

describe('Canada', () => {
  it('says of everybody in the register what the register says, and where', async () => {
    const { ereg, run } = await startChecksGateway();
    const ended = await Promise.all(ereg.people.map((person) => run(inputOf(person))));
    for (const [index, person] of ereg.people.entries()) {
      const outcome = OUTCOME.get(person.registered);
      expect(ended[index], person.lastName).toMatchObject({
        state: 'COMPLETED',
        jurisdiction: 'CANADA',
        outcome,
        progress: 1,
        failure: null,
        credential: outcome === 'INCONCLUSIVE' ? null : expect.stringMatching(/~$/),
        finishedAt: expect.any(String),
        addresses: [{ position: 0, state: 'COMPLETED', outcome, resolvedAddress: expect.stringContaining('Canada') }],
      });
      // A postal code is in both, whatever else the geocoder spells in its own way.
      const { resolvedAddress } = ended[index].addresses[0];
      expect(resolvedAddress).toContain(person.address.slice(-7));
    }
    expect(ereg.checksStarted()).toBe(ereg.people.length);
  });

  it('finds in an address history where somebody who moved is registered', async () => {
    const { ereg, run } = await startChecksGateway();
    const moved = ereg.people.filter(({ movedTo }) => movedTo);
    expect(moved.length).toBeGreaterThan(1);
    const histories = moved.map((person) =>
      run(inputOf(person, [{ text: person.movedTo! }, { text: person.address }])),
    );
    for (const check of await Promise.all(histories)) {
      expect(check).toMatchObject({
        outcome: 'REGISTERED',
        credential: expect.any(String),
        addresses: [
          { position: 0, outcome: 'NOT_CONFIRMED', message: expect.stringContaining('not a no') },
          { position: 1, outcome: 'REGISTERED', message: 'Registered at this address.' },
        ],
      });
    }
    expect(ereg.checksStarted()).toBe(2 * moved.length);
  });

  it('takes ten addresses, side by side', async () => {
    const { ereg, run } = await startChecksGateway();
    const person = maple(ereg);
    const others = ereg.people.filter((other) => other !== person).slice(0, 9);
    const addresses = [...others, person].map(({ address }) => ({ text: address }));
    const check = await run(inputOf(person, addresses));
    expect(check.outcome).toBe('REGISTERED');
    expect(check.addresses.map(({ outcome }: Check) => outcome)).toEqual([
      ...Array(9).fill('NOT_CONFIRMED'),
      'REGISTERED',
    ]);
    // All were submitted before the first was asked for.
    expect(ereg.requests.slice(0, 10).map(({ method }) => method)).toEqual(Array(10).fill('POST'));
  });

  it.each<[string, (ereg: ChecksGateway['ereg']) => [string, Record<string, unknown>], string]>([
    [
      'a unit',
      () => ['Testwell', { unitNumber: '117', streetNumber: '719', streetName: 'Bloor St W', postalCode: 'M6G 0X1' }],
      'REGISTERED',
    ],
    [
      'a unit with a letter',
      () => [
        'Placeholder',
        { unitNumber: '3', unitSuffix: 'B', streetNumber: '19', streetName: 'Streetcar Lane', postalCode: 'M5T 0Z4' },
      ],
      'REGISTERED',
    ],
    [
      'a unit with its letter in one',
      () => [
        'Placeholder',
        {
          unitNumber: '3B',
          streetNumber: '19',
          streetName: 'Streetcar Lane',
          city: 'Toronto',
          province: 'ON',
          postalCode: 'M5T 0Z4',
        },
      ],
      'REGISTERED',
    ],
    [
      'empty texts for what there is not',
      () => [
        'Modèle',
        {
          unitNumber: '',
          unitSuffix: ' ',
          streetNumber: '431',
          streetName: 'Beavertail Ave',
          city: '',
          postalCode: 'K1N 0Z5',
        },
      ],
      'REGISTERED',
    ],
    [
      'another house',
      () => ['Modèle', { streetNumber: '433', streetName: 'Beavertail Ave', postalCode: 'K1N 0Z5' }],
      'NOT_CONFIRMED',
    ],
  ])('takes an address in parts with %s', async (_name, given, outcome) => {
    const { ereg, run } = await startChecksGateway();
    const [lastName, parts] = given(ereg);
    expect(await run(inputOf(personNamed(ereg, lastName), [{ parts }]))).toMatchObject({ state: 'COMPLETED', outcome });
  });

  it('takes a partial address, and shows what it was taken for', async () => {
    const { ereg, run } = await startChecksGateway();
    const check = await run(inputOf(maple(ereg), [{ text: '117-719 Bloor St W' }]));
    expect(check).toMatchObject({
      outcome: 'REGISTERED',
      addresses: [{ resolvedAddress: '719 Bloor St W #117, Toronto, ON M6G 0X1, Canada' }],
    });
  });

  it('shows what an address was taken for while the check still runs', async () => {
    const { ereg, app, ...gateway } = await startChecksGateway({ ereg: { checkMs: 600_000 } });
    const { id } = await request(gateway, inputOf(maple(ereg)));
    for await (const check of watching(app, id)) {
      if (!check.addresses[0].resolvedAddress) continue;
      expect(check).toMatchObject({
        state: 'RUNNING',
        outcome: null,
        credential: null,
        progress: 0.5,
        finishedAt: null,
      });
      expect(check.addresses[0]).toMatchObject({ state: 'RUNNING', outcome: null, message: null });
      break;
    }
  });

  it('sends a date without padding and a full address beside the parts', async () => {
    const upstream = await serveByHand();
    const gateway = await startGateway({ env: checksEnv({ url: upstream.url, apiKey: 'k' }) });
    const parts = {
      unitNumber: '117',
      streetNumber: '719',
      streetName: 'Bloor St W',
      city: 'Toronto',
      province: 'ON',
      postalCode: 'M6G 0X1',
    };
    const canada = { givenName: ' Maple ', familyName: 'Testwell', birthDate: '1980-01-04', addresses: [{ parts }] };
    await request(gateway, { canada });
    const { request: received, response } = await upstream.next();
    let body = '';
    for await (const chunk of received) body += chunk;
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      first_name: 'Maple',
      last_name: 'Testwell',
      birth_date: '1980-1-4',
      full_address: '117-719 Bloor St W, Toronto, ON M6G 0X1',
      unit_number: '117',
      street_number: '719',
      street_name: 'Bloor St W',
      postal_code: 'M6G 0X1',
    });
    expect(received.headers.authorization).toBe('k');
    response.writeHead(401).end();
  });
});

describe('Kenya', () => {
  it.each([
    ['somebody in the register', '10000001', 'REGISTERED'],
    ['a passport', 'A1000008', 'REGISTERED'],
    ['an unknown id (ID_ERROR)', '99999999', 'NOT_CONFIRMED'],
    ['a SUCCESS without a name', '10000009', 'NOT_CONFIRMED'],
  ])('answers for %s', async (_name, voterId, outcome) => {
    const { run, upstream, ereg } = await startChecksGateway();
    expect(await run(kenyan(voterId))).toMatchObject({
      state: 'COMPLETED',
      jurisdiction: 'KENYA',
      outcome,
      addresses: [],
      credential: expect.stringMatching(/~$/),
    });
    expect(upstream()).toEqual([`/voter/${voterId}/?type=info`]);
    expect(ereg.requests).toEqual([]);
  });

  it.each<[string, Parameters<Gateway['sandbox']['faults']['set']>[0], string]>([
    ['refused', { kind: 'not-success', status: 'ERROR', message: 'no' }, 'UPSTREAM_REFUSED'],
    ['malformed', { kind: 'wrong-type' }, 'UPSTREAM_MALFORMED'],
    ['unreachable till the deadline', { kind: 'reset' }, 'UPSTREAM_UNREACHABLE'],
  ])('ends as FAILED when %s', async (_name, fault, code) => {
    const { run, sandbox } = await startChecksGateway({ env: { CHECK_DEADLINE_SECONDS: '1' } });
    sandbox.faults.set({ ...fault, path: '/voter/' });
    expect(await run(kenyan('10000001'))).toMatchObject({
      state: 'FAILED',
      outcome: null,
      credential: null,
      failure: { code, message: expect.any(String) },
    });
  });

  it('answers when the register is back in time', async () => {
    const { run, sandbox } = await startChecksGateway();
    sandbox.faults.set({ kind: 'status', status: 503, path: '/voter/', times: 4 });
    expect(await run(kenyan('10000001'))).toMatchObject({ outcome: 'REGISTERED' });
  });
});

describe('an idempotency key', () => {
  it('used fifty times at once makes one check', async () => {
    const { ereg, app, ...gateway } = await startChecksGateway();
    const input = inputOf(maple(ereg));
    const checks = await Promise.all(Array.from({ length: 50 }, () => request(gateway, input, { key: 'once' })));
    expect(new Set(checks.map(({ id }) => id)).size).toBe(1);
    const ended = (await watched(app, checks[0].id)).at(-1);
    expect(ended.outcome).toBe('REGISTERED');
    // And after it has ended: the check as it is.
    expect(await request(gateway, input, { key: 'once' })).toEqual(ended);
    expect(ereg.checksStarted()).toBe(1);
  });

  it.each<[string, (ereg: ChecksGateway['ereg']) => Record<string, unknown>]>([
    ['another person', (ereg) => inputOf(personNamed(ereg, 'Nobody'))],
    ['another address', (ereg) => inputOf(maple(ereg), [{ text: 'Toronto' }])],
    ['the addresses twice', (ereg) => inputOf(maple(ereg), Array(2).fill({ text: maple(ereg).address }))],
    ['another register', () => kenyan('10000001')],
  ])('conflicts with %s', async (_name, other) => {
    const { ereg, app, query, ...gateway } = await startChecksGateway();
    const { id } = await request({ query }, inputOf(maple(ereg)), { key: 'once' });
    const { data } = await query(
      'mutation ($input: RequestRegistrationCheckInput!) { requestRegistrationCheck(input: $input, idempotencyKey: "once") { __typename ... on Error { message } } }',
      { input: other(ereg) },
      bearer(),
    );
    expect(data.requestRegistrationCheck).toEqual({
      __typename: 'IdempotencyConflict',
      message: expect.stringContaining('another input'),
    });
    await watched(app, id);
    expect(ereg.checksStarted()).toBe(1);
    expect(gateway.upstream()).toEqual([]);
  });

  it('does not mind what means the same', async () => {
    const { ereg, query } = await startChecksGateway();
    const { canada } = inputOf(maple(ereg)) as { canada: Record<string, unknown> };
    const written = { ...canada, givenName: ` ${canada.givenName} `, middleName: '' };
    const first = await request({ query }, { canada }, { key: 'once' });
    expect((await request({ query }, { canada: written }, { key: ' once ' })).id).toBe(first.id);
  });

  it('of another requester is another key, and so is one that was erased', async () => {
    const { ereg, app, query } = await startChecksGateway();
    const input = inputOf(maple(ereg));
    const first = await request({ query }, input, { key: 'once' });
    const other = await request({ query }, input, { key: 'once', as: bearer('library') });
    expect(other.id).not.toBe(first.id);
    await query(ERASE, { id: first.id }, bearer());
    const again = await request({ query }, kenyan('10000001'), { key: 'once' });
    expect(again.id).not.toBe(first.id);
    expect((await watched(app, again.id)).at(-1)).toMatchObject({ outcome: 'REGISTERED', jurisdiction: 'KENYA' });
    await watched(app, other.id, bearer('library'));
  });

  it('is a new one when the check has expired', async () => {
    const clock = manualClock(Date.now());
    const { query } = await startChecksGateway({ clock, env: { CHECK_LIFETIME_DAYS: '1' } });
    const first = await request({ query }, kenyan('10000001'), { key: 'once' });
    clock.advance(25 * 60 * 60 * 1000);
    expect((await request({ query }, kenyan('10000002'), { key: 'once' })).id).not.toBe(first.id);
  });
});

describe('a check that is not wanted any more', () => {
  it.each<[string, string, string]>([
    ['canceled', CANCEL, 'cancelRegistrationCheck'],
    ['erased', ERASE, 'eraseRegistrationCheck'],
  ])('is not asked about once it is %s', async (_name, mutation, field) => {
    const { ereg, app, query, get } = await startChecksGateway({ ereg: { checkMs: 600_000 } });
    const { id } = await request({ query }, inputOf(maple(ereg)));
    const versions = watching(app, id);
    for (;;) if ((await versions.next()).value.progress === 0.5) break;
    const { data } = await query(mutation, { id }, bearer());
    expect(data[field].__typename).toMatch(/Success$/);
    const polls = () => ereg.requests.filter(({ path }) => path !== '/v1/checks').length;
    const before = polls();
    // As long as another check takes, with polls of its own: this one is not polled meanwhile.
    ereg.faults.set({ kind: 'forget' });
    const other = await request({ query }, inputOf(personNamed(ereg, 'Nobody')));
    expect((await watched(app, other.id)).at(-1).failure.code).toBe('UPSTREAM_FORGOT');
    expect(polls()).toBe(before + 1);
    if (field === 'eraseRegistrationCheck') return expect(await get(id)).toBeNull();
    expect(await get(id)).toMatchObject({
      state: 'CANCELED',
      outcome: null,
      failure: null,
      credential: null,
      finishedAt: expect.any(String),
      addresses: [{ state: 'CANCELED', resolvedAddress: null }],
    });
  });

  it('keeps what it was when it has ended before', async () => {
    const { ereg, run, query, get } = await startChecksGateway();
    const ended = await run(inputOf(maple(ereg)));
    const { data } = await query(CANCEL, { id: ended.id }, bearer());
    expect(data.cancelRegistrationCheck).toMatchObject({ __typename: 'AlreadyFinished' });
    expect(await get(ended.id)).toEqual(ended);
  });

  it('says that it is canceled when it is canceled again', async () => {
    const { ereg, query } = await startChecksGateway({ ereg: { checkMs: 600_000 } });
    const { id } = await request({ query }, inputOf(maple(ereg)));
    const first = await query(CANCEL, { id }, bearer());
    expect(first.data.cancelRegistrationCheck.__typename).toBe('CancelRegistrationCheckSuccess');
    expect(await query(CANCEL, { id }, bearer())).toEqual(first);
  });
});

describe('expiry', () => {
  const DAY = 24 * 60 * 60 * 1000;

  it('takes everything personal away, then the check itself', async () => {
    const clock = manualClock(Date.now());
    const { ereg, run, get, query } = await startChecksGateway({
      clock,
      env: { CHECK_LIFETIME_DAYS: '2', CHECK_DEADLINE_SECONDS: '60' },
    });
    const ticking = setInterval(() => clock.advance(20), 5);
    const ended = await run(inputOf(maple(ereg))).finally(() => clearInterval(ticking));
    expect(ended).toMatchObject({ outcome: 'REGISTERED', credential: expect.any(String) });
    expect(Date.parse(ended.expiresAt) - Date.parse(ended.requestedAt)).toBe(2 * DAY);

    clock.advance(Date.parse(ended.expiresAt) - clock.now() - 1);
    expect(await get(ended.id)).toEqual(ended);
    clock.advance(1);
    const { requestedAt, expiresAt, finishedAt, id, version } = ended;
    const expired = {
      ...{ id, version, requestedAt, expiresAt, finishedAt, jurisdiction: 'CANADA', progress: 1 },
      ...{ state: 'EXPIRED', outcome: null, failure: null, credential: null, addresses: [] },
    };
    expect(await get(id)).toEqual(expired);
    const { data } = await query(CANCEL, { id }, bearer());
    expect(data.cancelRegistrationCheck.__typename).toBe('AlreadyFinished');
    clock.advance(2 * DAY);
    expect(await get(id)).toBeNull();
  });

  it('is seven days when nothing else is said', async () => {
    const { query } = await startChecksGateway();
    const { requestedAt, expiresAt } = await request({ query }, kenyan('10000001'));
    expect(Date.parse(expiresAt) - Date.parse(requestedAt)).toBe(7 * DAY);
  });
});

describe('a gateway that stops and starts again', () => {
  it('goes on where it was', async () => {
    const ereg = await startEreg({ checkMs: 600_000 });
    const DATA_DIR = directory();
    const first = await startGateway({ env: { ...checksEnv(ereg), DATA_DIR } });
    const { id } = await request(first, inputOf(maple(ereg)));
    const versions = watching(first.app, id);
    for (;;) if ((await versions.next()).value.progress === 0.5) break;
    await first.app.close();
    // In its place, one to whom the register answers at once.
    ereg.faults.set({ kind: 'json-text', method: 'GET', body: '{"status":"SUCCESS","registered":true}' });
    const second = await startGateway({ env: { ...checksEnv(ereg), DATA_DIR } });
    expect((await watched(second.app, id)).at(-1)).toMatchObject({ outcome: 'REGISTERED' });
    expect(ereg.checksStarted()).toBe(1);
  });

  it('lets a submission that is under way be answered, so that there is no second', async () => {
    const upstream = await serveByHand();
    const DATA_DIR = directory();
    const env = { ...checksEnv({ url: upstream.url, apiKey: 'k' }), DATA_DIR };
    const first = await startGateway({ env });
    const { id } = await request(first, inputOf(maple(await startEreg())));
    const submission = await upstream.next();
    const closed = first.app.close();
    submission.response.writeHead(202, { 'content-type': 'application/json' }).end('{"check_id":"the-first"}');
    await closed;
    const second = await startGateway({ env });
    const ended = watched(second.app, id);
    const next = await upstream.next();
    expect([next.request.method, next.request.url]).toEqual(['GET', '/v1/checks/the-first']);
    next.response.end('{"status":"SUCCESS","registered":true}');
    expect((await ended).at(-1)).toMatchObject({ outcome: 'REGISTERED' });
    expect(upstream.waiting).toEqual([]);
  });

  it('ends what it cannot open any more, as its encryption key is gone', async () => {
    const ereg = await startEreg({ checkMs: 600_000 });
    const DATA_DIR = directory();
    const first = await startGateway({ env: { ...checksEnv(ereg), DATA_DIR } });
    const running = await request(first, inputOf(maple(ereg)));
    await first.app.close();
    const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64url');
    const second = await startGateway({ env: { ...checksEnv(ereg), DATA_DIR, ENCRYPTION_KEY } });
    expect((await watched(second.app, running.id)).at(-1)).toMatchObject({
      state: 'FAILED',
      failure: { code: 'INTERNAL' },
    });
  });
});

it('stores a portal’s member by nothing that names the person', async () => {
  const { checks, request: ask, bodies } = await checksByHand();
  const owner = { kind: 'member', identifier: 'maple@example.org' } as const;
  const { id } = await ask({ jurisdiction: 'KENYA', voterId: '10000001' }, { owner, key: 'once' });
  expect(bodies.join('\n')).toContain(id);
  expect(bodies.join('\n')).not.toMatch(/maple|10000001/);
  expect(await checks.get(owner, id)).toMatchObject({ id });
  expect(await checks.get({ kind: 'member', identifier: 'other@example.org' }, id)).toBeNull();
});

describe('two workers that were given the same job', () => {
  const refusal = new SourceError('SOURCE_REFUSED', 'no', { source: 'ereg', endpoint: 'submit', retryable: false });

  it('submit once, when both begin at once', async () => {
    const { request: ask, take, next, waiting, checks } = await checksByHand();
    const { id } = await ask(canadian());
    const steps = [take(id), take(id)];
    (await next('submit')).answer(queued('first'));
    await Promise.all(steps);
    expect(waiting).toEqual([]);
    expect((await checks.get(CLINIC, id))?.lookups).toMatchObject([{ submissions: 1, upstreamId: 'first' }]);
  });

  it('believe the answer to the submission that counts, and do not reopen what has ended', async () => {
    const { request: ask, take, next, checks } = await checksByHand();
    const { id } = await ask(canadian());
    const check = () => checks.get(CLINIC, id);
    const slow = take(id);
    const first = await next('submit');
    // The first is believed dead; the second submits once more, and learns the outcome.
    const second = take(id);
    (await next('submit')).answer(queued('second'));
    await second;
    first.fail(refusal);
    await slow;
    expect((await check())?.lookups).toMatchObject([{ state: 'RUNNING', submissions: 2, upstreamId: 'second' }]);
    const polls = [take(id), take(id)];
    const [one, other] = [await next('poll'), await next('poll')];
    one.answer(CONFIRMED);
    await polls[0];
    const ended = await check();
    expect(ended).toMatchObject({ state: 'COMPLETED', outcome: 'REGISTERED' });
    other.answer({ kind: 'forgotten' });
    await polls[1];
    expect(await check()).toEqual(ended);
  });
});
