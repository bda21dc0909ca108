import { createClient } from '@redis/client';
import { expect, it } from 'vitest';
import type { Fault } from '../../../src/sandbox/electionbuddy/faults.ts';
import { canStartRedis, ownRedis, until } from '../../infra/own-redis.ts';
import { serve } from '../../infra/server.ts';
import { bearer, buddyEnv, deliver, startBuddyGateway, WEBHOOK_SECRET } from '../../support/electionbuddy.ts';
import { manualClock, startGateway } from '../../support/gateway.ts';
import { startIssuer } from '../../support/issuer.ts';

/** People of the sandbox, by every identifier that it has, and somebody that it does not know. */
const PEOPLE = [
  'jane@example.com',
  "o'neill+vote@example.org",
  'josé é@example.org',
  'HL-0007',
  'founder@example.org',
  'stranger-7731@example.org',
];
/** What webhooks tell of a person, each value found nowhere else. */
const EVENT = {
  organization_owner_name: 'Olive-Canary Owner',
  organization_owner_email: 'owner-canary@example.org',
  election_id: 12,
  identifier: 'member-canary-1177',
  email: 'mail-canary@example.org',
  sms: '555-0177-canary',
  postal: '17 Canary Street, Port Example',
  ip: '203.0.113.177',
  spoil_reason: 'reason-canary',
  voter_data: { password: 'password-canary', 'column-canary': 'value-canary', deep: [{ list: 'deep-canary' }] },
  questions: [
    {
      question: 'question-canary',
      type: 'plurality',
      answers: {
        regular: [{ title: 'choice-canary', choice: 'true' }],
        write_ins: [{ title: 'write-in-canary', choice: 'odd-canary' }],
      },
    },
  ],
};

const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => [...(key.includes('canary') ? [key] : []), ...textsIn(inner)])
      : [];
const TOLD = textsIn(EVENT).filter((text) => text.length > 4 && text !== 'plurality' && text !== 'true');

const FAULTS: Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 403 },
  { kind: 'status', status: 422 },
  { kind: 'status', status: 404 },
  { kind: 'expired-signature' },
  { kind: 'html' },
  { kind: 'empty' },
  { kind: 'reset' },
  { kind: 'half-body' },
  { kind: 'wrong-type' },
  { kind: 'hang' },
  // The source's own words quote who was asked for.
  { kind: 'json-text', body: `{"error":"${PEOPLE.join(' ')}"}` },
  { kind: 'json-text', body: `[{"id":"${PEOPLE[0]}","name":7}]` },
];

const QUERY = `query ($id: ID!) {
  organizationVoter(identifier: $id) { identifier elections { id name } votingLinks { title url election { code } } }
  voterStatus(electionCode: "12", memberId: $id) { hasVoted }
}`;
const CREATE = `mutation ($id: ID!) {
  createVotingLink(input: { electionCode: "12", memberId: $id }) { ... on CreateVotingLinkSuccess { link { url } } ... on Error { message } }
}`;
const ACTIVITY = `{ ballotActivity { nodes {
  id identifier organization { ownerName ownerEmail } contact { email sms postal ip } voidReason voterData payload
  questions { question answers { title ... on OtherAnswer { choice } } }
} } }`;

async function tellTales(env: Record<string, string>) {
  const issuer = await startIssuer();
  const clock = manualClock(Date.now());
  let ahead = 0;
  const gateway = await startBuddyGateway({
    clock,
    env: { ...issuer.env, IEBC_TOTAL_TIMEOUT_MS: '150', ...env },
    buddy: { now: () => clock.now() + ahead },
  });
  const { app, buddy, query, logs } = gateway;
  const errors: unknown[] = [];
  const urls: string[] = [];
  const tokens: string[] = [];
  const ask = async (text: string, id?: string, headers: Record<string, string> = bearer('server')) => {
    const answer = await query(text, { id }, headers);
    errors.push(answer.errors);
    return answer;
  };

  // All is well, for whom it may be and for whom not.
  for (const id of PEOPLE) {
    const answer = await ask(QUERY, id);
    urls.push(...(answer.data.organizationVoter.votingLinks ?? []).map(({ url }: { url: string }) => url));
    const created = await ask(CREATE, id);
    urls.push(...[created.data.createVotingLink.link?.url ?? []].flat());
    errors.push(created.data.createVotingLink.message);
    await ask(QUERY, id, {});
    await ask(QUERY, id, bearer('auditor'));
    for (const [sub, options] of [
      [id, {}],
      ['somebody-else', {}],
      [id, { audience: 'https://other.example' }],
      [id, { expires: '-1s' }],
    ] as const) {
      const token = await issuer.token({ sub }, options);
      tokens.push(token);
      await ask(QUERY, id, { authorization: `Bearer ${token}` });
      await ask(CREATE, id, { authorization: `Bearer ${token}` });
    }
  }
  expect(urls.length).toBeGreaterThan(8);

  // Everything goes wrong.
  for (const fault of FAULTS) {
    buddy.faults.set(fault);
    for (const text of [QUERY, CREATE]) await ask(text, PEOPLE[1]);
    buddy.faults.clear();
  }
  ahead = 600_000;
  await ask(QUERY, PEOPLE[2]);
  ahead = 0;
  for (const id of [`${PEOPLE[0]}\n`, `${PEOPLE[0]}${'x'.repeat(300)}`])
    for (const text of [QUERY, CREATE]) await ask(text, id);

  // Webhooks, good and bad.
  const body = JSON.stringify(EVENT);
  await until(async () => (await deliver(gateway, body)) === 204);
  for (const bad of [
    body.slice(1),
    `[${body}]`,
    body.replace('"election_id":12,', ''),
    body.replace('12,', '"",'),
    body.replace('Canary', '\\ud83d'),
    `${body}${' '.repeat(300_000)}`,
  ]) {
    expect(await deliver(gateway, bad)).toBeGreaterThanOrEqual(400);
  }
  for (const [method, secret] of [
    ['GET', WEBHOOK_SECRET],
    ['POST', `${WEBHOOK_SECRET}x`],
  ] as const) {
    const response = await app.fetch(
      new Request(`http://gateway/webhooks/electionbuddy/${secret}?id=${PEOPLE[0]}`, {
        method,
        ...(method === 'POST' && { body }),
      }),
    );
    errors.push(await response.text());
  }
  const { data } = await ask(ACTIVITY, undefined, bearer('auditor'));
  for (const text of TOLD) expect(JSON.stringify(data)).toContain(text);
  for (const key of ['reader', 'contact', 'choices', 'server']) await ask(ACTIVITY, undefined, bearer(key));

  const metrics = await (await app.fetch(new Request('http://gateway/metrics'))).text();
  const secrets = [
    buddy.secretToken,
    ...Object.values(buddy.electionKeys),
    WEBHOOK_SECRET,
    'server-api-key',
    'auditor-api-key',
    ...tokens,
  ];
  const signatures = urls.map(
    (url) => new URL(url).searchParams.get('signature') ?? new URL(url).pathname.split('/').at(-1)!,
  );
  const forms = (text: string) => [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString('base64url'),
  ];
  const canaries = [...PEOPLE, ...TOLD, ...secrets, ...signatures].flatMap(forms);
  return { logs: logs(), metrics, errors: JSON.stringify(errors), canaries };
}

function expectNone(told: Record<string, string>, canaries: string[]): void {
  for (const [where, text] of Object.entries(told)) {
    expect({ where, found: canaries.filter((canary) => text.includes(canary)) }).toEqual({ where, found: [] });
    expect(text).not.toMatch(/[?&](signature|identifier|mid)=/);
  }
}

it('nobody and no secret is in a log line, a metric or an error', { timeout: 60_000 }, async () => {
  const { canaries, ...told } = await tellTales({});
  expectNone(told, canaries);
  // There was something to find: what failed was logged, counted and told.
  expect(told.logs.match(/source request failed/g)!.length).toBeGreaterThan(20);
  expect(told.metrics).toMatch(/endpoint="voter-status",outcome="SOURCE_MALFORMED"/);
  expect(told.errors.match(/"code":"SOURCE_/g)!.length).toBeGreaterThan(20);
  expect(told.errors).toContain('"code":"FORBIDDEN"');
  // Every line is an object, so that nothing hides beside it.
  for (const line of told.logs.trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
});

it.skipIf(!canStartRedis())('nor in a key of Redis', { timeout: 60_000 }, async () => {
  await using redis = await ownRedis();
  const { canaries, ...told } = await tellTales({ REDIS_URL: redis.url });
  const client = createClient({ url: redis.url });
  await client.connect();
  const keys = await client.keys('*');
  client.destroy();
  expect(keys.some((key) => key.includes('ballots'))).toBe(true);
  expectNone({ ...told, keys: keys.join('\n') }, canaries);
});

it('a source that quotes the request back does not get it into an error or the log', async () => {
  const { url } = await serve((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify([{ id: 1, name: 'A', aasm_state: [request.url], [request.url!]: request.url }]));
  });
  const gateway = await startGateway({
    env: buddyEnv({ url, organizationId: '1', secretToken: 'secret-token-canary', electionKeys: { 12: 'key-canary' } }),
  });
  const { errors } = await gateway.query(QUERY, { id: PEOPLE[0] }, bearer('server'));
  expect(errors!.length).toBeGreaterThan(0);
  expectNone({ logs: gateway.logs(), errors: JSON.stringify(errors) }, [
    ...PEOPLE.flatMap((text) => [text, encodeURIComponent(text)]),
    'canary',
    'signature',
  ]);
});
