import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { serve, serveByHand } from '../infra/server.ts';
import { bearer, buddyEnv, startBuddyGateway } from '../support/electionbuddy.ts';
import { type Answer, manualClock, startGateway } from '../support/gateway.ts';
import { startIssuer } from '../support/issuer.ts';

const SERVER = bearer('server');
const FIELDS = `memberId status { memberId electionCode hasVoted electionState }
  error { code message retryable retryAfter sourceStatus }`;
const ASK = `query ($ids: [ID!]!, $election: ID! = "9002") {
  voterStatuses(electionCode: $election, memberIds: $ids) { ${FIELDS} }
}`;
const JANE = 'jane@example.com';
const VOTED = 'smith&sons=1@example.org';
const members = (count: number) => Array.from({ length: count }, (_, index) => `HL-${5000 + index}`);
const known = (memberId: string, hasVoted: boolean) => ({
  memberId,
  status: { memberId, electionCode: '9002', hasVoted, electionState: 'RUNNING' },
  error: null,
});

it('tells of each member, in the order asked, with one request for each', async () => {
  const { query, asked } = await startBuddyGateway();
  const ids = [VOTED, 'nobody@example.org', JANE, 'josé é@example.org'];
  const { data, errors } = await query(ASK, { ids }, SERVER);
  expect(errors).toBeUndefined();
  expect(data.voterStatuses).toEqual([
    known(VOTED, true),
    { memberId: 'nobody@example.org', status: null, error: null },
    known(JANE, false),
    known('josé é@example.org', false),
  ]);
  expect(asked()).toEqual(Array(4).fill('GET /sso'));
});

it('says of an election without a key what voterStatus says, and asks nobody', async () => {
  const { query, asked } = await startBuddyGateway();
  const { data, errors } = await query(ASK, { ids: [JANE], election: '777' }, SERVER);
  expect({ data, errors }).toEqual({
    errors: undefined,
    data: { voterStatuses: [{ memberId: JANE, status: null, error: null }] },
  });
  expect(asked()).toEqual([]);
});

describe('one that fails', () => {
  it.each([
    [
      'refuses: the list is full',
      { kind: 'status', status: 422 },
      { code: 'SOURCE_REFUSED', retryable: false, sourceStatus: 'VOTER_LIMIT_REACHED' },
    ],
    ['refuses', { kind: 'status', status: 403 }, { code: 'SOURCE_REFUSED', retryable: false, sourceStatus: null }],
    ['cannot be read', { kind: 'wrong-type' }, { code: 'SOURCE_MALFORMED', retryable: true }],
    [
      'has too much to do',
      { kind: 'status', status: 503, retryAfter: 60 },
      { code: 'SOURCE_UNAVAILABLE', retryable: true, retryAfter: 60 },
    ],
    [
      'thinks that the link has expired',
      { kind: 'expired-signature' },
      { code: 'SOURCE_REFUSED', sourceStatus: 'EXPIRED' },
    ],
  ] as const)('leaves the others: the source %s', async (_name, fault, error) => {
    const { query, buddy, logs } = await startBuddyGateway({ env: { IEBC_CONCURRENCY: '1' } });
    buddy.faults.set({ ...fault, times: 1 });
    const { data, errors } = await query(ASK, { ids: [VOTED, JANE] }, SERVER);
    expect(errors).toBeUndefined();
    const [failed, answered] = data.voterStatuses;
    expect(failed).toMatchObject({ memberId: VOTED, status: null, error: { message: expect.any(String), ...error } });
    expect(answered).toEqual(known(JANE, false));
    for (const text of [logs(), JSON.stringify(failed.error)])
      for (const id of [VOTED, JANE]) expect(text).not.toContain(id);
  });

  it('is told of in a list also when all fail', async () => {
    const gateway = await startBuddyGateway();
    await gateway.buddy.close();
    const { data, errors } = await gateway.query(ASK, { ids: [JANE, VOTED] }, SERVER);
    expect(errors).toBeUndefined();
    expect(data.voterStatuses).toMatchObject(
      [JANE, VOTED].map((memberId) => ({
        memberId,
        status: null,
        error: { code: 'SOURCE_UNAVAILABLE', retryable: true },
      })),
    );
  });

  it('may be one for which there was no time', async () => {
    const { query, buddy } = await startBuddyGateway({ env: { REQUEST_TIMEOUT_MS: '1000' } });
    buddy.faults.set({ kind: 'hang', times: 1 });
    const { data } = await query(ASK, { ids: [JANE, VOTED] }, SERVER);
    const codes = data.voterStatuses.map(({ error }: { error: { code: string } | null }) => error?.code ?? null);
    expect(codes.toSorted()).toEqual(['DEADLINE_EXCEEDED', null]);
  });

  it('may be one for which the operation has no requests left', async () => {
    const { query, asked } = await startBuddyGateway({ env: { SOURCE_REQUESTS_PER_OPERATION: '10' } });
    const { data, errors } = await query(ASK, { ids: members(12), election: '12' }, SERVER);
    expect(errors).toBeUndefined();
    expect(data.voterStatuses.map(({ error }: { error: { code: string } | null }) => error?.code ?? null)).toEqual([
      ...Array(10).fill(null),
      ...Array(2).fill('QUERY_TOO_COMPLEX'),
    ]);
    expect(asked()).toHaveLength(10);
  });
});

it('hides no failure of ours: neither field of that member has an answer', async () => {
  let isBroken = false;
  const clock = manualClock(Date.parse('2026-03-05T06:00:30Z'));
  const broken = {
    ...clock,
    now: () => {
      if (isBroken) throw new TypeError('a fault of ours');
      return clock.now();
    },
  };
  const { query, asked } = await startBuddyGateway({ clock: broken });
  isBroken = true;
  const { data, errors } = await query(ASK, { ids: [JANE] }, SERVER);
  expect(data.voterStatuses).toEqual([{ memberId: JANE, status: null, error: null }]);
  expect(errors).toMatchObject(
    ['status', 'error'].map((field) => ({
      path: ['voterStatuses', 0, field],
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    })),
  );
  expect(asked()).toEqual([]);
});

describe('refuses, names the argument, and asks nobody:', () => {
  it.each<[string, { ids: string[]; election?: string }, string]>([
    ['nobody', { ids: [] }, 'memberIds'],
    ['501 members', { ids: members(501) }, 'memberIds'],
    ['a member twice', { ids: [JANE, VOTED, JANE] }, 'memberIds.2'],
    ['an empty id', { ids: [JANE, ''] }, 'memberIds.1'],
    ['a long id', { ids: ['x'.repeat(256)] }, 'memberIds.0'],
    ['an id of two lines', { ids: ['a\nb'] }, 'memberIds.0'],
    ['half a character', { ids: ['a\ud800'] }, 'memberIds.0'],
    ['no election', { ids: [JANE], election: '' }, 'electionCode'],
    ['an election that would change a signature', { ids: [JANE], election: '12&mid=x' }, 'electionCode'],
  ])('%s', async (_name, variables, field) => {
    const { query, asked, logs } = await startBuddyGateway();
    const { errors } = await query(ASK, variables, SERVER);
    expect(errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', field }, message: expect.stringContaining(field) },
    ]);
    expect(asked()).toEqual([]);
    for (const text of [logs(), JSON.stringify(errors)]) expect(text).not.toContain(JANE);
  });

  it('whoever may not', async () => {
    const issuer = await startIssuer();
    const { query, asked } = await startBuddyGateway({ env: issuer.env });
    const jane = { authorization: `Bearer ${await issuer.token({ sub: JANE })}` };
    for (const [ids, headers, code] of [
      [[JANE], {}, 'UNAUTHENTICATED'],
      [[JANE], bearer('reader'), 'FORBIDDEN'],
      [[JANE, VOTED], jane, 'FORBIDDEN'],
    ] as const) {
      expect((await query(ASK, { ids }, headers)).errors).toMatchObject([
        { extensions: { code, scope: 'organization:act' } },
      ]);
    }
    expect(asked()).toEqual([]);
    expect((await query(ASK, { ids: [JANE] }, jane)).data.voterStatuses).toEqual([known(JANE, false)]);
  });
});

it('asks about 500 side by side: the source sees its limit at work from the first to the last', async () => {
  const AT_ONCE = 15;
  const held: ServerResponse[] = [];
  let answered = 0;
  let most = 0;
  const source = await serve((_request, response) => {
    held.push(response);
    most = Math.max(most, held.length);
    // Nothing is answered before all the places are taken, or nobody is left: a place that stayed empty would end it.
    if (held.length < Math.min(AT_ONCE, 500 - answered)) return;
    const enough = 500 - answered > AT_ONCE ? held.splice(0, 1) : held.splice(0);
    for (const one of enough) {
      answered++;
      one.setHeader('content-type', 'application/json').end('{"voted":false}');
    }
  });
  const { query } = await startGateway({
    env: buddyEnv({ url: source.url, organizationId: '1', secretToken: 's', electionKeys: { '12': 'k' } }),
  });
  const ids = members(500);
  const { data, errors } = await query(ASK, { ids, election: '12' }, SERVER);
  expect(errors).toBeUndefined();
  expect(data.voterStatuses.map(({ memberId }: { memberId: string }) => memberId)).toEqual(ids);
  expect(data.voterStatuses.every(({ status }: { status: object | null }) => status !== null)).toBe(true);
  // Of 16: the last is kept for whoever else comes.
  expect({ most, answered }).toEqual({ most: AT_ONCE, answered: 500 });
});

it('signs each request when it is sent, however long it waited for its turn', async () => {
  const clock = manualClock(Date.parse('2026-03-05T06:00:30Z'));
  const source = await serveByHand();
  const { query } = await startGateway({
    clock,
    env: {
      ...buddyEnv({ url: source.url, organizationId: '1', secretToken: 's', electionKeys: { '12': 'k' } }),
      IEBC_CONCURRENCY: '1',
    },
  });
  const answer = query(ASK, { ids: [JANE, VOTED], election: '12' }, SERVER);
  const signed: number[] = [];
  for (let member = 0; member < 2; member++) {
    const { request, response } = await source.next();
    signed.push(Number(new URL(request.url!, source.url).searchParams.get('exp')));
    clock.advance(600_000);
    response.setHeader('content-type', 'application/json').end('{"voted":false}');
  }
  expect((await answer).errors).toBeUndefined();
  expect(signed[1]! - signed[0]!).toBe(600);
});

describe("a key's minute", () => {
  const list = async (
    { query }: Pick<Awaited<ReturnType<typeof startBuddyGateway>>, 'query'>,
    count: number,
  ): Promise<Answer> => query(ASK, { ids: members(count), election: '12' }, SERVER);

  it('counts ten members as one request, and has room for a reminder to 5,000', async () => {
    const gateway = await startBuddyGateway({ env: { REQUESTS_PER_MINUTE: '6' } });
    expect((await list(gateway, 30)).errors).toBeUndefined();
    const asked = gateway.asked().length;
    expect((await list(gateway, 50)).errors).toMatchObject([
      { path: ['voterStatuses'], extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } },
    ]);
    expect(gateway.asked()).toHaveLength(asked);
    // A list that was refused leaves the rest to smaller ones.
    expect((await list(gateway, 11)).errors).toBeUndefined();
    expect((await list(gateway, 1)).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);

    // With the limits as they are by default.
    const usual = await startBuddyGateway();
    for (let operation = 0; operation < 10; operation++) {
      const { data, errors } = await list(usual, 500);
      expect(errors).toBeUndefined();
      expect(data.voterStatuses.filter(({ status }: { status: object | null }) => status)).toHaveLength(500);
    }
    expect(usual.asked().length).toBe(5_000);
  });

  it('that is whole has room for any one list', async () => {
    const gateway = await startBuddyGateway({ env: { REQUESTS_PER_MINUTE: '2' } });
    expect((await list(gateway, 100)).errors).toBeUndefined();
    expect((await list(gateway, 1)).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  });
});
