import { print } from 'graphql';
import { expect, it } from 'vitest';
import {
  MemberHomeDocument,
  type MemberHomeQuery,
  WhoHasVotedDocument,
  type WhoHasVotedQuery,
} from '../generated/graphql.ts';
import { bearer, startBuddyGateway } from '../support/electionbuddy.ts';
import { startIssuer } from '../support/issuer.ts';

const JANE = 'jane@example.com';
const LIST = 'GET /integrations/v2/elections';
const STATUS = 'GET /sso';

it("shows a member's page in one round trip: elections, whether she has voted, and her links", async () => {
  const issuer = await startIssuer();
  const { query, asked, buddy } = await startBuddyGateway({ env: issuer.env });
  const headers = { authorization: `Bearer ${await issuer.token({ sub: JANE })}` };
  const { data, errors } = await query(print(MemberHomeDocument), { identifier: JANE }, headers);
  expect(errors).toBeUndefined();
  const { elections, votingLinks } = (data as MemberHomeQuery).organizationVoter!;
  expect(elections!.map(({ code, voterStatus }) => [code, voterStatus?.hasVoted])).toEqual(
    ['12', '9002', '9003', '9006'].map((code) => [code, false]),
  );
  expect(votingLinks!.map(({ election }) => election)).toEqual(elections!.map(({ id, code }) => ({ id, code })));
  // The list as JSON and as links, and a status for each of its four elections.
  expect(asked().toSorted()).toEqual([LIST, LIST, STATUS, STATUS, STATUS, STATUS]);

  // One status that fails leaves the page.
  buddy.faults.set({ kind: 'status', status: 403, path: '/sso', times: 1 });
  const again = await query(print(MemberHomeDocument), { identifier: JANE }, headers);
  expect(again.errors).toMatchObject([
    {
      path: ['organizationVoter', 'elections', expect.any(Number), 'voterStatus'],
      extensions: { code: 'SOURCE_REFUSED' },
    },
  ]);
  const shown = (again.data as MemberHomeQuery).organizationVoter!;
  expect(shown.elections!.filter(({ voterStatus }) => voterStatus === null)).toHaveLength(1);
  expect(shown.elections).toHaveLength(4);
});

it('finds out whom to remind in one round trip, and asks about each member once', async () => {
  const { query, asked } = await startBuddyGateway();
  const memberIds = [JANE, 'smith&sons=1@example.org', 'nobody@example.org'];
  const { data, errors } = await query(
    print(WhoHasVotedDocument),
    { electionCode: '9002', memberIds },
    bearer('server'),
  );
  expect(errors).toBeUndefined();
  const { voterStatuses } = data as WhoHasVotedQuery;
  expect(voterStatuses.filter(({ status }) => status && !status.hasVoted).map(({ memberId }) => memberId)).toEqual([
    JANE,
  ]);
  expect(asked()).toEqual([STATUS, STATUS, STATUS]);
});

it('knows the member also of an election that is found by its id', async () => {
  const issuer = await startIssuer();
  const { query } = await startBuddyGateway({ env: issuer.env });
  const headers = { authorization: `Bearer ${await issuer.token({ sub: JANE })}` };
  const { data } = await query(print(MemberHomeDocument), { identifier: JANE }, headers);
  const { id } = (data as MemberHomeQuery).organizationVoter!.elections![0]!;
  const node = `query ($id: ID!) { node(id: $id) { ... on OrganizationElection { voterStatus { memberId hasVoted } } } }`;
  expect((await query(node, { id }, headers)).data.node).toEqual({ voterStatus: { memberId: JANE, hasVoted: false } });
});
