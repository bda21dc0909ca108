import { expect, it } from 'vitest';
import {
  bearer,
  CANCEL,
  type ChecksGateway,
  ERASE,
  inputOf,
  kenyan,
  maple,
  request,
  startChecksGateway,
  watched,
} from '../support/checks.ts';
import { CLINIC, canadian, checksByHand } from '../support/checks-by-hand.ts';
import { type Answer, manualClock } from '../support/gateway.ts';
import { startIssuer } from '../support/issuer.ts';

const LIST = `query ($first: Int, $after: String, $states: [RegistrationCheckState!]) {
  registrationChecks(first: $first, after: $after, states: $states) {
    totalCount
    nodes { id state jurisdiction credential }
    edges { cursor node { id } }
    pageInfo { startCursor endCursor hasNextPage hasPreviousPage }
  }
}`;
type Page = { totalCount: number; nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
const asked = (
  { query }: Pick<ChecksGateway, 'query'>,
  variables: object = {},
  as: Record<string, string> = bearer(),
) => query(LIST, variables as Record<string, unknown>, as);
const list = async (...given: Parameters<typeof asked>): Promise<Page> => {
  const { data, errors }: Answer = await asked(...given);
  expect(errors).toBeUndefined();
  return data.registrationChecks;
};
const idsOf = ({ nodes }: Page) => nodes.map(({ id }) => id);

it('lists one’s own checks, those requested last first, page by page', async () => {
  const clock = manualClock(Date.now());
  const gateway = await startChecksGateway({ clock });
  const made: string[] = [];
  for (let index = 0; index < 7; index++) {
    made.unshift((await request(gateway, kenyan(`1000000${index}`))).id);
    clock.advance(1_000);
  }
  await Promise.all(made.map((id) => watched(gateway.app, id)));
  const first = await list(gateway, { first: 3 });
  expect(first).toMatchObject({
    totalCount: 7,
    nodes: made.slice(0, 3).map((id) => ({ id, state: 'COMPLETED', jurisdiction: 'KENYA' })),
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
  });
  // A new one, and one that is gone, move nothing.
  await request(gateway, kenyan('10000009'));
  await gateway.query(ERASE, { id: made[2] }, bearer());
  const second = await list(gateway, { first: 3, after: first.pageInfo.endCursor });
  expect(idsOf(second)).toEqual(made.slice(3, 6));
  const third = await list(gateway, { first: 3, after: second.pageInfo.endCursor });
  expect(third).toMatchObject({ totalCount: 7, pageInfo: { hasNextPage: false, hasPreviousPage: true } });
  expect(idsOf(third)).toEqual(made.slice(6));
});

it('lists those in some states, each in the one it is in now', async () => {
  const gateway = await startChecksGateway({ ereg: { checkMs: 600_000 } });
  const running = await request(gateway, inputOf(maple(gateway.ereg)));
  const canceled = await request(gateway, inputOf(maple(gateway.ereg)));
  const { id: done } = await gateway.run(kenyan('10000001'));
  await gateway.query(CANCEL, { id: canceled.id }, bearer());
  expect(idsOf(await list(gateway, { states: ['COMPLETED'] }))).toEqual([done]);
  expect(idsOf(await list(gateway, { states: ['CANCELED', 'CANCELED'] }))).toEqual([canceled.id]);
  expect(idsOf(await list(gateway, { states: ['QUEUED', 'RUNNING'] }))).toEqual([running.id]);
  expect(await list(gateway, { states: ['FAILED'] })).toMatchObject({ totalCount: 0, nodes: [] });
  await gateway.query(CANCEL, { id: running.id }, bearer());
  expect((await list(gateway, { states: ['CANCELED'] })).totalCount).toBe(2);
  expect((await list(gateway)).totalCount).toBe(3);
});

it('shows nobody the checks of another', async () => {
  const issuer = await startIssuer();
  const gateway = await startChecksGateway({ env: issuer.env });
  const member = async (claims: Record<string, unknown>) => ({
    authorization: `Bearer ${await issuer.token({ scope: 'checks:write', ...claims })}`,
  });
  const [jane, lee] = [await member({ sub: 'jane@example.com' }), await member({ sub: 'lee@example.net' })];
  const ofClinic = (await request(gateway, kenyan('10000001'))).id;
  const ofJane = (await request(gateway, kenyan('10000002'), { as: jane })).id;
  expect(idsOf(await list(gateway))).toEqual([ofClinic]);
  expect(idsOf(await list(gateway, {}, jane))).toEqual([ofJane]);
  for (const other of [lee, bearer('library')])
    expect(await list(gateway, {}, other)).toMatchObject({ totalCount: 0, nodes: [] });
  // Nor by the cursor of another's list, which only says where to go on.
  const { edges } = (await asked(gateway)).data.registrationChecks;
  expect(idsOf(await list(gateway, { after: edges[0].cursor }, jane)).includes(ofClinic)).toBe(false);

  for (const [as, code] of [
    [{}, 'UNAUTHENTICATED'],
    [bearer('reader'), 'FORBIDDEN'],
    [{ authorization: `Bearer ${await issuer.token({ sub: 'jane@example.com', scope: '' })}` }, 'FORBIDDEN'],
    [await member({ sub: undefined }), 'FORBIDDEN'],
  ] as const)
    expect((await asked(gateway, {}, as)).errors).toMatchObject([{ extensions: { code } }]);
});

it('has no check that has expired', async () => {
  const clock = manualClock(Date.now());
  const gateway = await startChecksGateway({ clock, env: { CHECK_LIFETIME_DAYS: '1' } });
  const { id: old } = await gateway.run(kenyan('10000001'));
  clock.advance(12 * 60 * 60 * 1_000);
  const { id } = await gateway.run(kenyan('10000002'));
  expect(idsOf(await list(gateway))).toEqual([id, old]);
  clock.advance(12 * 60 * 60 * 1_000);
  expect(await list(gateway)).toMatchObject({ totalCount: 1, nodes: [{ id }] });
  expect((await gateway.get(old)).state).toBe('EXPIRED');
});

it.each<[string, object, string]>([
  ['no state', { states: [] }, 'states'],
  ['a state that no list has', { states: ['RUNNING', 'EXPIRED'] }, 'states'],
  ['no check on a page', { first: 0 }, 'first'],
  ['too many on a page', { first: 101 }, 'first'],
  ['the cursor of another list', { after: Buffer.from('after:12').toString('base64url') }, 'after'],
])('refuses %s', async (_name, variables, field) => {
  const { errors } = await asked(await startChecksGateway(), variables);
  expect(errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', field }, message: expect.stringContaining(field) },
  ]);
});

it('reads the checks of the page, and no others; and keeps no name of a member', async () => {
  let reads = 0;
  let read = 0;
  const {
    checks,
    request: requested,
    bodies,
  } = await checksByHand({
    over: (documents) => ({
      ...documents,
      get: (key) => {
        reads++;
        return documents.get(key);
      },
      list: async (...given) => {
        const page = await documents.list(...given);
        read += page.documents.length;
        return page;
      },
    }),
  });
  const member = { kind: 'member', identifier: 'jane@example.com' } as const;
  for (let index = 0; index < 200; index++) await requested(canadian(), { owner: index % 2 ? CLINIC : member });
  reads = 0;
  const page = await checks.list(member, { states: ['QUEUED'], first: 20 });
  expect({ shown: page.checks.length, total: page.total, more: page.more, reads, read }).toEqual({
    shown: 20,
    total: 100,
    more: true,
    reads: 0,
    read: 20,
  });
  expect(bodies.join()).not.toContain('jane@example.com');
});
