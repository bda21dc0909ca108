import { describe, expect, it } from 'vitest';
import { SAMPLES } from '../sources/electionbuddy/samples.ts';
import { bearer, deliver, startReceivingGateway } from '../support/electionbuddy.ts';

const PAGE = `query ($election: ID, $first: Int, $after: String) {
  ballotActivity(electionCode: $election, first: $first, after: $after) {
    totalCount edges { cursor node { cursor identifier } } nodes { identifier }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
const READER = bearer('reader');

/** Fifty events, of two elections in turns. */
async function startFilled(count = 50) {
  const gateway = await startReceivingGateway();
  for (let n = 0; n < count; n++) await deliver(gateway, { election_id: n % 2 ? 'odd' : 'even', identifier: `${n}` });
  const page = (variables: Record<string, unknown>) => gateway.query(PAGE, variables, READER);
  return { ...gateway, page };
}

describe('ballotActivity', () => {
  it.each([
    [{ first: 7 }, 50],
    [{ first: 1 }, 50],
    [{ first: 50 }, 50],
    [{ first: 100 }, 50],
    [{}, 50],
    [{ election: 'odd', first: 10 }, 25],
    [{ election: 'even', first: 25 }, 25],
    [{ election: 'none' }, 0],
    [{ election: 'ODD' }, 0],
  ])('%j is paged forwards to the end', async (args: { election?: string; first?: number }, total) => {
    const { page } = await startFilled();
    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 0; ; pages++) {
      const { data, errors } = await page({ ...args, after });
      expect(errors).toBeUndefined();
      const { totalCount, edges, nodes, pageInfo } = data.ballotActivity;
      expect(totalCount).toBe(total);
      expect(nodes).toEqual(
        edges.map(({ node }: { node: { identifier: string } }) => ({ identifier: node.identifier })),
      );
      for (const { cursor, node } of edges) expect(node.cursor).toBe(cursor);
      expect(edges.length).toBeLessThanOrEqual(args.first ?? 20);
      expect(pageInfo).toMatchObject({
        hasPreviousPage: pages > 0,
        startCursor: edges.at(0)?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      });
      seen.push(...nodes.map(({ identifier }: { identifier: string }) => identifier));
      expect(pageInfo.hasNextPage).toBe(seen.length < total);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    const wanted = Array.from({ length: 50 }, (_, n) => n).filter(
      (n) => !args.election || total === 0 || (args.election === 'odd') === (n % 2 === 1),
    );
    expect(seen).toEqual(total === 0 ? [] : wanted.map(String));
  });

  it('goes on where the reader was, whatever came meanwhile', async () => {
    const gateway = await startFilled(3);
    const { endCursor } = (await gateway.page({})).data.ballotActivity.pageInfo;
    expect((await gateway.page({ after: endCursor })).data.ballotActivity).toMatchObject({
      totalCount: 3,
      nodes: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
    for (let n = 3; n < 6; n++) await deliver(gateway, { election_id: 'even', identifier: `${n}` });
    const { data } = await gateway.page({ after: endCursor });
    expect(data.ballotActivity.nodes).toEqual(['3', '4', '5'].map((identifier) => ({ identifier })));
  });

  const cursor = (text: string) => Buffer.from(text).toString('base64url');
  it.each([
    [{ after: '' }, 'after'],
    [{ after: 'nonsense' }, 'after'],
    [{ after: cursor('after:') }, 'after'],
    [{ after: cursor('after:A1') }, 'after'],
    [{ after: cursor('after:-1') }, 'after'],
    [{ after: cursor('after:1-') }, 'after'],
    [{ after: cursor('after:12345678901234567') }, 'after'],
    [{ after: cursor("after:1' OR '1'='1") }, 'after'],
    [{ after: cursor('position:1') }, 'after'],
    [{ first: 0 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ election: '' }, 'electionCode'],
    [{ election: "1' OR 1=1 --" }, 'electionCode'],
    [{ election: '../12' }, 'electionCode'],
  ])('refuses %j', async (args, field) => {
    const { page } = await startFilled(1);
    const { data, errors } = await page(args);
    expect(data.ballotActivity).toBeNull();
    expect(errors).toMatchObject([{ path: ['ballotActivity'], extensions: { code: 'BAD_USER_INPUT', field } }]);
  });

  it('takes a cursor of the far future, and finds nothing after it', async () => {
    const { page } = await startFilled(2);
    for (const position of ['9999999999999999', '9999999999999999-9999999999999999']) {
      const { data, errors } = await page({ after: cursor(`after:${position}`) });
      expect(errors).toBeUndefined();
      expect(data.ballotActivity.nodes).toEqual([]);
    }
  });
});

describe('scopes', () => {
  const FIELDS: [field: string, selection: string, scopes: string[]][] = [
    ['contact', 'contact { email }', ['contact']],
    ['voterData', 'voterData', ['contact']],
    ['questions', 'questions { question }', ['choices']],
    ['payload', 'payload', ['contact', 'choices']],
    ['ownerName', 'organization { code ownerName }', ['contact']],
    ['ownerEmail', 'organization { code ownerEmail }', ['contact']],
  ];
  const HELD: Record<string, string[]> = {
    reader: [],
    contact: ['contact'],
    choices: ['choices'],
    auditor: ['contact', 'choices'],
  };
  const cases = FIELDS.flatMap(([field, selection, scopes]) =>
    Object.keys(HELD).map(
      (key) => [field, key, selection, scopes.every((scope) => HELD[key]!.includes(scope))] as const,
    ),
  );

  it.each(cases)('%s with the key "%s"', async (field, key, selection, allowed) => {
    const gateway = await startReceivingGateway();
    await deliver(gateway, { ...SAMPLES.plurality, voter_data: { a: 1 } });
    const { data, errors } = await gateway.query(
      `{ ballotActivity { nodes { identifier ${selection} } } country { code } }`,
      {},
      bearer(key),
    );
    const [node] = data.ballotActivity.nodes;
    const value = node[field] === undefined ? node.organization[field] : node[field];
    // Beside it, everything is there.
    expect(data.country).toEqual({ code: 'KE' });
    expect(node.identifier).toBe('1');
    if (node.organization) expect(node.organization.code).toBe('1234');
    if (allowed) {
      expect(errors).toBeUndefined();
      expect(value).not.toBeNull();
    } else {
      expect(value).toBeNull();
      expect(errors).toHaveLength(1);
      expect(errors![0]!.extensions.code).toBe('FORBIDDEN');
      expect(errors![0]!.path!.at(-1)).toBe(field);
      expect(JSON.stringify(errors)).not.toMatch(/example|555-5555|Massachusetts|Doe/);
    }
  });

  it.each([
    ['a stranger', {}, 'UNAUTHENTICATED'],
    ['a key for something else', bearer('server'), 'FORBIDDEN'],
    ['a key for the voters of the register', bearer('register'), 'FORBIDDEN'],
  ])('nothing at all for %s', async (_who, headers: Record<string, string>, code) => {
    const gateway = await startReceivingGateway();
    await deliver(gateway, SAMPLES.plurality);
    const [{ id }] = (await gateway.query('{ ballotActivity { nodes { id } } }', {}, READER)).data.ballotActivity.nodes;
    const { data, errors, status } = await gateway.query(
      '{ ballotActivity { totalCount } country { code } }',
      {},
      headers,
    );
    expect({ status, data }).toEqual({ status: 200, data: { ballotActivity: null, country: { code: 'KE' } } });
    expect(errors).toMatchObject([{ path: ['ballotActivity'], extensions: { code } }]);
    const node = await gateway.query(
      'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }',
      { id },
      headers,
    );
    expect(node).toMatchObject({ errors: undefined, data: { node: null, nodes: [null] } });
  });

  it('an error names the scope that is missing', async () => {
    const { query } = await startReceivingGateway();
    const { errors } = await query('{ ballotActivity { totalCount } }', {}, bearer('server'));
    expect(errors).toMatchObject([
      { message: expect.stringContaining('ballots:read'), extensions: { scope: 'ballots:read' } },
    ]);
  });
});

describe('node(id:)', () => {
  const NODE = 'query ($id: ID!) { node(id: $id) { id ... on BallotActivity { identifier cursor payload } } }';

  it('finds an event again, and obeys the scopes of its fields', async () => {
    const gateway = await startReceivingGateway();
    await deliver(gateway, SAMPLES.scored);
    const [first] = (
      await gateway.query('{ ballotActivity { nodes { id identifier cursor payload } } }', {}, bearer('auditor'))
    ).data.ballotActivity.nodes;
    expect((await gateway.query(NODE, { id: first.id }, bearer('auditor'))).data.node).toEqual(first);
    const { data, errors } = await gateway.query(NODE, { id: first.id }, READER);
    expect(data.node).toEqual({ ...first, payload: null });
    expect(errors).toMatchObject([{ path: ['node', 'payload'], extensions: { code: 'FORBIDDEN' } }]);
  });

  it('is null for an event that is not there', async () => {
    const { query } = await startReceivingGateway();
    const id = Buffer.from(`BallotActivity:${'0'.repeat(64)}`).toString('base64url');
    expect(await query(NODE, { id }, READER)).toMatchObject({ errors: undefined, data: { node: null } });
  });
});
