import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/electionbuddy/faults.ts';
import { serve } from '../infra/server.ts';
import { bearer, buddyEnv, startBuddyGateway } from '../support/electionbuddy.ts';
import { manualClock, startGateway } from '../support/gateway.ts';

const SERVER = bearer('server');
const NOW = Date.parse('2026-03-05T06:00:30Z');
const DAY = 86_400_000;
const V2 = '/integrations/v2/elections';

const ELECTIONS = 'query ($id: ID!) { organizationVoter(identifier: $id) { elections { code } } country { code } }';
const LINKS =
  'query ($id: ID!) { organizationVoter(identifier: $id) { votingLinks { title url expiresAt election { code } } } country { code } }';
const STATUS = `query ($id: ID!, $election: ID! = "9002") {
  voterStatus(electionCode: $election, memberId: $id) { electionCode memberId hasVoted electionState endsAt }
  country { code }
}`;
const CREATE = `mutation ($id: ID!, $election: ID!) {
  createVotingLink(input: { electionCode: $election, memberId: $id }) {
    __typename
    ... on Error { message }
    ... on InvalidInput { field }
    ... on CreateVotingLinkSuccess { link { title url expiresAt election { code } } }
  }
}`;
const JANE = 'jane@example.com';

describe('a member', () => {
  it('sees the running elections that are left to vote in', async () => {
    const { query } = await startBuddyGateway({ clock: manualClock(NOW) });
    const { data, errors } = await query(
      'query ($id: ID!) { organizationVoter(identifier: $id) { identifier elections { id code name startsAt endsAt state stateAsReported } } }',
      { id: JANE },
      SERVER,
    );
    expect(errors).toBeUndefined();
    expect(data.organizationVoter.identifier).toBe(JANE);
    const { elections } = data.organizationVoter;
    expect(elections.map(({ code }: { code: string }) => code)).toEqual(['12', '9002', '9003', '9006']);
    const minute = Math.floor(NOW / 60_000) * 60_000;
    expect(elections[1]).toMatchObject({
      name: `Budget, Dues & "Extras" <2nd reading> – l'été`,
      startsAt: new Date(minute - DAY).toISOString(),
      endsAt: new Date(minute + 6 * DAY).toISOString(),
      state: 'RUNNING',
      stateAsReported: 'running',
    });
    expect(elections[2]).toMatchObject({ name: 'Executive Board Nominations', endsAt: null });
  });

  it('follows a link of the list, and is on the ballot', async () => {
    const { query, asked } = await startBuddyGateway();
    const { data, errors } = await query(
      'query ($id: ID!) { organizationVoter(identifier: $id) { elections { code name } votingLinks { title url election { code } } } }',
      { id: JANE },
      SERVER,
    );
    expect(errors).toBeUndefined();
    const { elections, votingLinks } = data.organizationVoter;
    // The list's own titles, entities and all; its addresses say nothing of the election, so the name has to find it.
    expect(
      votingLinks.map(({ title, election }: { title: string; election: object }) => ({ name: title, ...election })),
    ).toEqual(elections);
    // Four links look for their election: one request for them and for the field beside them.
    expect(asked()).toEqual([`GET ${V2}`, `GET ${V2}`]);
    const page = await (await fetch(votingLinks[0].url)).text();
    expect(page).toContain('<h1>Your ballot</h1><h2>Council Election</h2>');
  });

  it.each([
    ["o'neill+vote@example.org", ['12', '9002']],
    ['josé é@example.org', ['9002', '9003']],
    ['star*tilde~(p)/100%@example.org', ['12']],
    ['ballot🗳️box@example.org', ['12', '9002']],
    ['smith&sons=1@example.org', ['9006']],
    ['no-elections@example.org', []],
    ['nobody@example.org', null],
  ])('%s: %j', async (id, codes) => {
    const { query } = await startBuddyGateway();
    const { data, errors } = await query(ELECTIONS, { id }, SERVER);
    expect(errors).toBeUndefined();
    expect(data.organizationVoter.elections?.map(({ code }: { code: string }) => code) ?? null).toEqual(codes);
    const links = await query(LINKS, { id }, SERVER);
    expect(links.errors).toBeUndefined();
    expect(links.data.organizationVoter.votingLinks?.length ?? null).toBe(codes?.length ?? null);
  });

  it('is asked for each time: nothing is kept between requests', async () => {
    const { query, asked, buddy } = await startBuddyGateway();
    const once = ['elections { code }', 'votingLinks { title }'];
    for (const field of [...once, ...once]) {
      await query(`query ($id: ID!) { organizationVoter(identifier: $id) { ${field} } }`, { id: JANE }, SERVER);
    }
    for (let i = 0; i < 2; i++) await query(STATUS, { id: JANE }, SERVER);
    expect(asked()).toEqual([...Array(4).fill(`GET ${V2}`), 'GET /sso', 'GET /sso']);
    // And so an old answer never stands in for a source that is down.
    buddy.faults.set({ kind: 'status', status: 500 });
    for (const [text, path] of [
      [ELECTIONS, 'elections'],
      [LINKS, 'votingLinks'],
      [STATUS, 'voterStatus'],
    ] as const) {
      expect((await query(text, { id: JANE }, SERVER)).errors![0]!.path!.at(-1)).toBe(path);
    }
  });

  it('is one request to ElectionBuddy for two fields of one query', async () => {
    const { query, asked } = await startBuddyGateway();
    const elections = (name: string, id: string) =>
      `${name}: organizationVoter(identifier: "${id}") { elections { name } }`;
    const { data } = await query(
      `{ ${elections('a', JANE)} ${elections('b', JANE)} ${elections('c', 'HL-0007')} }`,
      {},
      SERVER,
    );
    expect(asked()).toEqual([`GET ${V2}`, `GET ${V2}`]);
    expect(data.a).toEqual(data.b);
    expect(data.c).toEqual({ elections: [] });
  });
});

describe('voterStatus', () => {
  const end = (days: number) => new Date(Math.floor(NOW / 60_000) * 60_000 + days * DAY).toISOString();

  it.each([
    ['12', JANE, { hasVoted: false, electionState: 'RUNNING', endsAt: null }],
    ['12', 'josé é@example.org', { hasVoted: true, electionState: 'RUNNING', endsAt: null }],
    // Who is not on an open list would get a fresh ballot.
    ['12', 'nobody@example.org', { hasVoted: false, electionState: 'RUNNING', endsAt: null }],
    ['9002', 'smith&sons=1@example.org', { hasVoted: true, electionState: 'RUNNING', endsAt: end(6) }],
    ['9003', JANE, { hasVoted: false, electionState: 'RUNNING', endsAt: null }],
    ['9004', JANE, { hasVoted: false, electionState: 'NOT_RUNNING', endsAt: null }],
    // The older form: whether one has voted, and nothing else.
    ['9005', JANE, { hasVoted: true, electionState: null, endsAt: null }],
    ['9002', 'nobody@example.org', null],
  ])('in %s of %s', async (election, id, status) => {
    const { query } = await startBuddyGateway({ clock: manualClock(NOW) });
    const { data, errors } = await query(STATUS, { id, election }, SERVER);
    expect(errors).toBeUndefined();
    expect(data.voterStatus).toEqual(status && { electionCode: election, memberId: id, ...status });
  });

  it('is null without a request where the gateway has no key for the election', async () => {
    const { query, asked } = await startBuddyGateway();
    // The second is a name that every object has.
    for (const election of ['4711', 'constructor'])
      expect(await query(STATUS, { id: JANE, election }, SERVER)).toMatchObject({
        errors: undefined,
        data: { voterStatus: null },
      });
    expect(asked()).toEqual([]);
  });

  it.each([
    ['GET', '/sso'],
    ['GET', '/integrations/v1/sso'],
    ['POST', '/sso'],
    ['POST', '/integrations/v1/sso'],
  ])('is asked by %s %s where the configuration says so', async (method, path) => {
    const env = { ELECTIONBUDDY_STATUS_METHOD: method, ELECTIONBUDDY_STATUS_PATH: path };
    const { query, asked } = await startBuddyGateway({ env });
    const { data } = await query(STATUS, { id: "o'neill+vote@example.org" }, SERVER);
    expect(data.voterStatus).toMatchObject({ hasVoted: false, electionState: 'RUNNING' });
    expect(asked()).toEqual([`${method} ${path}`]);
  });
});

describe('createVotingLink', () => {
  it.each([
    ['josé é@example.org', '12', 'AlreadyVoted'],
    ['co-founder@example.org', '9005', 'AlreadyVoted'],
    [JANE, '9004', 'ElectionNotRunning'],
    [JANE, '4711', 'VoterNotFound'],
    ['nobody@example.org', '9007', 'VoterLimitReached'],
  ])('for %s in %s: %s', async (id, election, __typename) => {
    const { query } = await startBuddyGateway();
    const { data, errors } = await query(CREATE, { id, election }, SERVER);
    expect(errors).toBeUndefined();
    expect(data.createVotingLink).toEqual({ __typename, message: expect.stringMatching(/^[A-Z].*\.$/) });
  });

  it('is no link, and no request, where the gateway has no key for the election', async () => {
    const { query, asked } = await startBuddyGateway();
    for (const election of ['4711', 'constructor']) {
      const { data, errors } = await query(CREATE, { id: JANE, election }, SERVER);
      expect(errors).toBeUndefined();
      expect(data.createVotingLink).toMatchObject({ __typename: 'VoterNotFound' });
    }
    expect(asked()).toEqual([]);
  });

  it('takes members who are not on the list to a ballot of their own, until the list is full', async () => {
    const { query } = await startBuddyGateway();
    const ask = async (id: string) => {
      const { data, errors } = await query(CREATE, { id, election: '9008' }, SERVER);
      expect(errors).toBeUndefined();
      return data.createVotingLink;
    };
    const status = async (id: string) => (await query(STATUS, { id, election: '9008' }, SERVER)).data.voterStatus;

    for (const id of ['new+member@example.org', "another o'member@example.org"]) {
      expect(await status(id)).toBeNull();
      const { __typename, link } = await ask(id);
      // Not among the elections that ElectionBuddy lists for such a member: it knows none.
      expect([__typename, link.title, link.election]).toEqual(['CreateVotingLinkSuccess', 'Vote now', null]);
      // To ask for a link takes no place; to open it does.
      expect(await status(id)).toBeNull();
      const opened = await fetch(link.url);
      expect(opened.status).toBe(200);
      expect(await opened.text()).toContain('<h1>Your ballot</h1><h2>Tenants’ Panel</h2>');
      expect(await status(id)).toMatchObject({ hasVoted: false, electionState: 'RUNNING' });
      expect((await ask(id)).link.election).toEqual({ code: '9008' });
    }
    expect(await ask('too-late@example.org')).toMatchObject({ __typename: 'VoterLimitReached' });
  });

  it('cannot tell whom a closed list refuses: the link then leads to no ballot', async () => {
    const { query } = await startBuddyGateway();
    const { data, errors } = await query(CREATE, { id: 'nobody@example.org', election: '9002' }, SERVER);
    expect(errors).toBeUndefined();
    expect(data.createVotingLink.__typename).toBe('CreateVotingLinkSuccess');
    expect((await fetch(data.createVotingLink.link.url)).status).toBe(404);
  });

  it.each([
    [JANE, '../12', 'input.electionCode'],
    [JANE, '', 'input.electionCode'],
    ['', '12', 'input.memberId'],
    ['x'.repeat(256), '12', 'input.memberId'],
    ['a\nb', '12', 'input.memberId'],
    ['a\u0000b', '12', 'input.memberId'],
    ['half an emoji \ud83d', '12', 'input.memberId'],
  ])('of %j, %j: InvalidInput that names %s, and no request', async (id, election, field) => {
    const { query, asked } = await startBuddyGateway();
    const { data, errors } = await query(CREATE, { id, election }, SERVER);
    expect(errors).toBeUndefined();
    expect(data.createVotingLink).toMatchObject({ __typename: 'InvalidInput', field });
    expect(asked()).toEqual([]);
  });

  it.each([
    [JANE, '12', 'Council Election'],
    ["o'neill+vote@example.org", '9002', 'Budget'],
    // The older status says nothing of the election's state: then the link decides.
    ['founder@example.org', '9007', 'Founders’ Poll'],
  ])('for %s in %s: a link that signs on to %s, until it expires', async (id, election, name) => {
    const clock = manualClock(NOW);
    const { query } = await startBuddyGateway({ clock });
    const { data, errors } = await query(CREATE, { id, election }, SERVER);
    expect(errors).toBeUndefined();
    expect(data.createVotingLink.__typename).toBe('CreateVotingLinkSuccess');
    const { link } = data.createVotingLink;
    expect(link).toMatchObject({ title: 'Vote now', election: { code: election } });
    expect(Date.parse(link.expiresAt)).toBe(NOW + 5 * 60_000);

    const opened = async () => (await fetch(link.url)).text();
    expect(await opened()).toContain(`<h2>${name.split(',')[0]}`);
    clock.advance(Date.parse(link.expiresAt) - NOW);
    expect(await opened()).toContain('<h1>Your ballot</h1>');
    clock.advance(1000);
    expect(await opened()).toContain('Link Expired');
  });
});

const UNAVAILABLE = { code: 'SOURCE_UNAVAILABLE', retryable: true };
const MALFORMED = { code: 'SOURCE_MALFORMED', retryable: true };
const EXPIRED = { code: 'SOURCE_REFUSED', retryable: false, sourceStatus: 'EXPIRED' };
const SHORT = { IEBC_TOTAL_TIMEOUT_MS: '120' };

const FAULTS: [name: string, fault: Fault, expected: object, attempts: number, env?: Record<string, string>][] = [
  ['HTML without a list', { kind: 'html' }, MALFORMED, 1],
  ['an empty body', { kind: 'empty' }, MALFORMED, 1],
  ['half a body', { kind: 'half-body' }, UNAVAILABLE, 3],
  ['a reset', { kind: 'reset' }, UNAVAILABLE, 3],
  ['a hanging source', { kind: 'hang' }, { code: 'SOURCE_TIMEOUT', retryable: true }, 3, SHORT],
  ['500', { kind: 'status', status: 500 }, { ...UNAVAILABLE, httpStatus: 500 }, 3],
  ['429 for a minute', { kind: 'status', status: 429, retryAfter: 60 }, { ...UNAVAILABLE, retryAfter: 60 }, 1],
  ['403', { kind: 'status', status: 403 }, { code: 'SOURCE_REFUSED', retryable: false, httpStatus: 403 }, 1],
  ['a redirect', { kind: 'status', status: 302 }, { code: 'SOURCE_REFUSED', httpStatus: 302 }, 1],
  [
    '422',
    { kind: 'status', status: 422 },
    { code: 'SOURCE_REFUSED', httpStatus: 422, sourceStatus: 'VOTER_LIMIT_REACHED' },
    1,
  ],
  ['the expired-link page with status 200', { kind: 'expired-signature' }, EXPIRED, 1],
  ['JSON of another shape', { kind: 'json-text', body: '{"elections":7}' }, MALFORMED, 1],
];
const FIELDS: [field: string, text: string, endpoint: string][] = [
  ['elections', ELECTIONS, 'elections'],
  ['votingLinks', LINKS, 'voting-links'],
  ['voterStatus', STATUS, 'voter-status'],
];

describe.each(FIELDS)('%s', (field, text, endpoint) => {
  it.each(FAULTS)(
    'over %s: a typed error and null, its siblings kept',
    async (_name, fault, expected, attempts, env = {}) => {
      const { query, buddy, asked } = await startBuddyGateway({ env });
      buddy.faults.set(fault);
      const answer = await query(text, { id: JANE }, SERVER);
      expect(answer).toMatchObject({ status: 200, data: { country: { code: 'KE' } } });
      expect(answer.errors).toHaveLength(1);
      const [error] = answer.errors!;
      expect(error).toMatchObject({ extensions: { source: 'electionbuddy', endpoint, ...expected } });
      expect(error!.path!.at(-1)).toBe(field);
      expect(field in answer.data ? answer.data[field] : answer.data.organizationVoter[field]).toBeNull();
      expect(asked()).toHaveLength(attempts);

      buddy.faults.clear();
      expect((await query(text, { id: JANE }, SERVER)).errors).toBeUndefined();
    },
  );

  it('over 404: null and no error', async () => {
    const { query, buddy } = await startBuddyGateway();
    buddy.faults.set({ kind: 'status', status: 404 });
    const { data, errors } = await query(text, { id: JANE }, SERVER);
    expect(errors).toBeUndefined();
    expect(field in data ? data[field] : data.organizationVoter[field]).toBeNull();
  });

  it('by a clock that is off: says that the signature has expired, and what to look at', async () => {
    const clock = manualClock(NOW);
    let ahead = 0;
    const { query } = await startBuddyGateway({ clock, buddy: { now: () => clock.now() + ahead } });
    const allowed = field === 'voterStatus' ? 300 : 30;
    for (const seconds of [allowed, -allowed]) {
      ahead = seconds * 1000;
      expect((await query(text, { id: JANE }, SERVER)).errors).toBeUndefined();
      ahead += Math.sign(seconds) * 1000;
      expect((await query(text, { id: JANE }, SERVER)).errors).toMatchObject([
        { message: expect.stringMatching(/expired.*clock/), extensions: EXPIRED },
      ]);
    }
  });
});

describe('what createVotingLink cannot help', () => {
  it.each(FAULTS.filter(([name]) => name !== '422'))(
    'over %s: is a typed error',
    async (_name, fault, expected, _attempts, env = {}) => {
      const { query, buddy } = await startBuddyGateway({ env });
      buddy.faults.set(fault);
      const { errors } = await query(CREATE, { id: JANE, election: '12' }, SERVER);
      expect(errors).toMatchObject([{ path: ['createVotingLink'], extensions: expected }]);
    },
  );
});

describe('an answer that would break something further on', () => {
  it.each([
    ['elections', ELECTIONS, '[{"id":12}]'],
    ['elections', ELECTIONS, '[{"id":12,"name":"A","start_date":7,"aasm_state":"running"}]'],
    ['elections', ELECTIONS, '[null]'],
    ['status', STATUS, '{"voted":"yes"}'],
    ['status', STATUS, '{"voted":true,"end_date":"tomorrow"}'],
    ['status', STATUS, '{"voted":true,"end_date":9007199254740991}'],
    ['status', STATUS, '{"voted":true,"end_date":-1}'],
    ['status', STATUS, '[]'],
  ])('%s: is SOURCE_MALFORMED (%#)', async (_what, text, body) => {
    const { query, buddy } = await startBuddyGateway();
    buddy.faults.set({ kind: 'json-text', body });
    const { errors } = await query(text, { id: JANE }, SERVER);
    expect(errors).toMatchObject([{ extensions: { ...MALFORMED, source: 'electionbuddy' } }]);
  });

  it.each([
    ['"2021-02-10T22:35:00.000-06:00"', '2021-02-11T04:35:00.000Z'],
    ['null', null],
    ['""', null],
    ['"soon"', null],
  ])('start_date %s is %s', async (start, startsAt) => {
    const { query, buddy } = await startBuddyGateway();
    // The document's own example, without an end; and a state that it does not name.
    buddy.faults.set({
      kind: 'json-text',
      body: `[{"id":"123","name":"Running Election 1","start_date":${start},"aasm_state":"paused"}]`,
    });
    const { data, errors } = await query(
      '{ organizationVoter(identifier: "1") { elections { code name startsAt endsAt state stateAsReported } } }',
      {},
      SERVER,
    );
    expect(errors).toBeUndefined();
    expect(data.organizationVoter.elections).toEqual([
      {
        code: '123',
        name: 'Running Election 1',
        startsAt,
        endsAt: null,
        state: 'NOT_RUNNING',
        stateAsReported: 'paused',
      },
    ]);
  });
});

describe('a list of links of any make', () => {
  /** A source whose widget is this HTML, beside these elections. */
  async function startWidget(html: string, elections: object[] = []) {
    const { url } = await serve((request, response) => {
      const asHtml = request.headers.accept === 'text/html';
      response.setHeader('content-type', asHtml ? 'text/html' : 'application/json');
      response.end(asHtml ? html : JSON.stringify(elections));
    });
    const env = buddyEnv({ url, organizationId: '1', secretToken: 'secret', electionKeys: {} });
    const gateway = await startGateway({ env });
    const links = async () => {
      const { data, errors } = await gateway.query(LINKS, { id: JANE }, SERVER);
      return { links: data.organizationVoter.votingLinks, errors };
    };
    return { url, links };
  }
  const election = (id: number, name: string) => ({ id, name, aasm_state: 'running' });

  it('keeps every link of a list and drops all else', async () => {
    const { links, url } = await startWidget(
      `<p>Hello <a href="https://other.example/">no link of the list</a></p>
       <div><ul class="x"><li><span>1.</span> <a class="b" href="/vote?a=1&amp;b=2"><b>Fish &amp;
         chips</b> &#8212; caf&eacute;</a></li>
       <li><ul><li><a href='https://vote.example/elections/77/ballot'>Nested</a></li></ul></li>
       <li><a href="javascript:alert(1)">Script</a></li><li><a href="mailto:a@example.org">Mail</a></li>
       <li><a>Nowhere</a></li><li>No link</li></ul></div><script>'<ul><li><a href="/x">X</a></li></ul>'</script>`,
    );
    expect(await links()).toEqual({
      errors: undefined,
      links: [
        { title: 'Fish & chips — café', url: `${url}/vote?a=1&b=2`, expiresAt: null, election: null },
        { title: 'Nested', url: 'https://vote.example/elections/77/ballot', expiresAt: null, election: null },
      ],
    });
  });

  it('reads the election and the expiry out of an address that tells them', async () => {
    const { links } = await startWidget(
      `<ul><li><a href="/integrations/v1/sso?eid=12&amp;exp=1700000000&amp;mid=a&amp;signature=s">Vote</a></li>
       <li><a href="/elections/13/ballot?exp=never">Vote</a></li></ul>`,
      [election(12, 'Vote'), election(13, 'Vote')],
    );
    expect((await links()).links).toMatchObject([
      { expiresAt: '2023-11-14T22:18:20.000Z', election: { code: '12' } },
      { expiresAt: null, election: { code: '13' } },
    ]);
  });

  it('finds the election by its name only where one alone has it', async () => {
    const { links } = await startWidget(
      '<ul><li><a href="/a">Twins</a></li><li><a href="/b"> The  Board </a></li><li><a href="/c">Other</a></li></ul>',
      [election(1, 'Twins'), election(2, 'Twins'), election(3, ' The  Board')],
    );
    expect((await links()).links.map((link: { election: unknown }) => link.election)).toEqual([
      null,
      { code: '3' },
      null,
    ]);
  });

  it('may be empty', async () => {
    const { links } = await startWidget('<ul></ul>');
    expect(await links()).toEqual({ links: [], errors: undefined });
  });

  it('may hold an election named "Expired"', async () => {
    const { links } = await startWidget('<ul><li><a href="/a">Expired mandates</a></li></ul>');
    expect((await links()).links).toMatchObject([{ title: 'Expired mandates' }]);
  });
});

describe('who may ask', () => {
  const EVERYBODY: [who: string, headers: Record<string, string>, code: string | null][] = [
    ['a stranger', {}, 'UNAUTHENTICATED'],
    ['a key without the scope', bearer('auditor'), 'FORBIDDEN'],
    ['a key with organization:act', SERVER, null],
  ];

  it.each(EVERYBODY)('%s', async (_who, headers, code) => {
    const { query, asked } = await startBuddyGateway();
    for (const [text, field] of [
      [ELECTIONS, 'organizationVoter'],
      [LINKS, 'organizationVoter'],
      [STATUS, 'voterStatus'],
    ] as const) {
      const answer = await query(text, { id: JANE }, headers);
      expect(answer).toMatchObject({ status: 200, data: { country: { code: 'KE' } } });
      if (code) {
        expect(answer.data[field]).toBeNull();
        expect(answer.errors).toMatchObject([{ path: [field], extensions: { code, scope: 'organization:act' } }]);
      } else expect(answer.errors).toBeUndefined();
    }
    const created = await query(CREATE, { id: JANE, election: '12' }, headers);
    if (code) expect(created.errors).toMatchObject([{ extensions: { code } }]);
    else expect(created.data.createVotingLink.__typename).toBe('CreateVotingLinkSuccess');
    if (code) expect(asked()).toEqual([]);
  });

  it('a node is found by a member only, so not by a key, and not by a stranger', async () => {
    const { query, asked } = await startBuddyGateway();
    const { data } = await query(`{ organizationVoter(identifier: "${JANE}") { elections { id } } }`, {}, SERVER);
    const before = asked().length;
    const { id } = data.organizationVoter.elections[0];
    for (const [, headers] of EVERYBODY) {
      expect(await query('query ($id: ID!) { node(id: $id) { id } }', { id }, headers)).toMatchObject({
        data: { node: null },
        errors: undefined,
      });
    }
    expect(asked()).toHaveLength(before);
  });
});

it('says so where there is no ElectionBuddy', async () => {
  const { query } = await startBuddyGateway({ env: { ELECTIONBUDDY_URL: 'off' } });
  const { errors } = await query(ELECTIONS, { id: JANE }, SERVER);
  expect(errors).toMatchObject([
    { extensions: { code: 'SOURCE_UNAVAILABLE', source: 'electionbuddy', retryable: false } },
  ]);
});

it('the demo key may do everything, so that the samples work', async () => {
  const { query, app } = await startBuddyGateway({ env: { API_KEYS: '' } });
  const { errors } = await query(STATUS, { id: JANE }, { authorization: `Bearer ${app.demoKey}` });
  expect(errors).toBeUndefined();
});
