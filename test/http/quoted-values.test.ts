import fc from 'fast-check';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Served, serve } from '../e2e/serve.ts';
import { demoKey, startGateway } from '../support/gateway.ts';

const REQUEST = (input: string) => `mutation { requestRegistrationCheck(input: ${input}) { __typename } }`;
const WITH_VARIABLE =
  'mutation ($i: RequestRegistrationCheckInput!) { requestRegistrationCheck(input: $i) { __typename } }';
const canada = (more: Record<string, unknown>) => ({
  canada: { givenName: 'A', familyName: 'B', birthDate: '1980-01-04', addresses: [{ text: 'x' }], ...more },
});

/** Every place where a value can stand, ill-formed there, as a request's body. */
const PLACES: Record<string, (secret: string) => unknown> = {
  'a date': (secret) => ({ query: REQUEST(`{ canada: { birthDate: "${secret}" } }`) }),
  'an enum': (secret) => ({ query: `{ country { result(post: ${secret}) { status } } }` }),
  'text for a number': (secret) => ({ query: `{ searchPlaces(text: "a", first: "${secret}") { name } }` }),
  'a block string': (secret) => ({ query: `{ searchPlaces(text: "a", first: """${secret}""") { name } }` }),
  'beside what is missing': (secret) => ({ query: REQUEST(`{ canada: { givenName: "${secret}" } }`) }),
  'beside what is too much': (secret) => ({ query: REQUEST(`{ canada: null, kenya: { voterId: "${secret}" } }`) }),
  'a field given twice': (secret) => ({ query: REQUEST(`{ kenya: { ${secret}: "", ${secret}: "" } }`) }),
  'a list of lists': (secret) => ({
    query: REQUEST(`{ canada: { addresses: [[${secret}], [[{ text: ${secret} }]]] } }`),
  }),
  'the size of a page': (secret) => ({ query: `{ ballotActivity(first: ${secret}) { totalCount } }` }),
  'a cursor': (secret) => ({ query: `{ ballotActivity(after: "${secret}") { totalCount } }` }),
  'an id': (secret) => ({ query: `{ node(id: "${secret}") { id } }` }),
  'a code': (secret) => ({ query: `{ county(code: "${secret}!") { name } }` }),
  'a wrong escape': (secret) => ({ query: `{ county(code: "\\u${secret}") { name } }` }),
  'a comment': (secret) => ({ query: `{ country { name } # ${secret}\n` }),
  'a list': (secret) => ({ query: REQUEST(`["${secret}"]`) }),
  'a default': (secret) => ({ query: `query ($p: Post = ${secret}) { country { result(post: $p) { status } } }` }),
  'a directive': (secret) => ({ query: `{ country @include(if: "${secret}") { name } }` }),
  'where no value may stand': (secret) => ({ query: `{ country { name "${secret}" } }` }),
  'an open string': (secret) => ({ query: `{ country { name "${secret}` }),
  'a field of an input, in a variable': (secret) => ({ query: WITH_VARIABLE, variables: { i: { [secret]: 1 } } }),
  'a date in a variable': (secret) => ({ query: WITH_VARIABLE, variables: { i: canada({ birthDate: secret }) } }),
  'an object in a variable': (secret) => ({
    query: WITH_VARIABLE,
    variables: { i: canada({ givenName: { secret } }) },
  }),
  'a list in a variable': (secret) => ({
    query: WITH_VARIABLE,
    variables: { i: canada({ addresses: [{ text: [secret] }, { parts: { streetNumber: secret } }] }) },
  }),
  'an enum in a variable': (secret) => ({
    query: 'query ($p: Post!) { country { result(post: $p) { status } } }',
    variables: { p: secret },
  }),
  'an enum in a variable of a subscription': (secret) => ({
    query: 'subscription ($p: Post!) { contestResultUpdated(reportingUnit: "KE", post: $p) { status } }',
    variables: { p: secret },
  }),
  'a default of an input': (secret) => ({
    query: WITH_VARIABLE.replace('!)', ` = { canada: { ${secret}: "${secret}" } })`),
  }),
  'a part of a literal, by a variable': (secret) => ({
    query: 'mutation ($d: Date!) { requestRegistrationCheck(input: { canada: { birthDate: $d } }) { __typename } }',
    variables: { d: secret },
  }),
  extensions: (secret) => ({ query: '{ country { name } }', extensions: secret }),
  'a query that is none': (secret) => ({ query: { secret } }),
  'one of several requests': (secret) => [{ query: `{ country { name(a: "${secret}") } }` }],
  variables: (secret) => ({ query: '{ country { name } }', variables: secret }),
  'the name of an operation': (secret) => ({ query: 'query A { country { name } }', operationName: secret }),
  'another member of the body': (secret) => ({ query: '{ country { name } }', [secret]: 1 }),
  'the body': (secret) => secret,
};

const secrets = fc.oneof(fc.stringMatching(/^[A-Z]{12}$/), fc.stringMatching(/^1[0-9]{8}$/));

/** Every way in which what is said can be sent, whole and cut off. */
function* requests(said: unknown, secret: string, key: Record<string, string>): Generator<Request> {
  const url = 'http://gateway/graphql';
  const whole = JSON.stringify(said);
  const bodies: [type: string, body: string][] = [
    ['application/json', whole],
    ['application/json', whole.slice(0, -1)],
    ['application/graphql', whole],
    [`application/${secret}`, whole],
    ['application/x-www-form-urlencoded', new URLSearchParams(parameters(said)).toString()],
  ];
  for (const accept of ['application/json', 'application/graphql-response+json', 'text/event-stream']) {
    const headers = { accept, 'x-graphql-yoga-csrf': '1', ...key };
    for (const [type, body] of bodies)
      yield new Request(url, { method: 'POST', headers: { ...headers, 'content-type': type }, body });
    yield new Request(`${url}?${new URLSearchParams(parameters(said))}`, { headers });
  }
  yield new Request(`${url}?${secret}=${secret}`, { headers: { accept: `application/${secret}`, ...key } });
}

function parameters(said: unknown): Record<string, string> {
  if (typeof said !== 'object' || said === null) return { variables: String(said), query: '{ country { name } }' };
  const texts = Object.entries(said).map(([name, value]) => [
    name,
    typeof value === 'string' && name !== 'variables' ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(texts);
}

it.each(Object.entries(PLACES))('quotes no value of the caller: %s', async (_place, body) => {
  const { app, logs } = await startGateway({ env: { ELECTIONBUDDY_WEBHOOK_SECRET: 'a-secret-path-of-webhooks' } });
  await fc.assert(
    fc.asyncProperty(secrets, async (secret) => {
      for (const request of requests(body(secret), secret, demoKey(app))) {
        const { method, headers } = request;
        const response = await app.fetch(request);
        const answer = await response.text();
        if (method === 'POST' && headers.get('content-type') === 'application/json')
          expect(answer).toContain('"errors"');
        expect(answer).not.toContain(secret);
        expect(JSON.stringify([...response.headers])).not.toContain(secret);
      }
      expect(logs()).not.toContain(secret);
    }),
    { numRuns: 5 },
  );
});

/** All that the server says on a socket to these messages: its own, and why it closed. */
async function heardBack({ server }: Served, init: unknown, messages: readonly string[]): Promise<string> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const heard: string[] = [];
  const { promise: over, resolve } = Promise.withResolvers<void>();
  let open = messages.length;
  socket.on('message', (data) => {
    const text = String(data);
    heard.push(text);
    if (text.includes('"connection_ack"')) for (const message of messages) socket.send(message);
    // Of several answers to one operation the last is an error or the end.
    else if (/"type":"(error|complete)"/.test(text) && --open === 0) resolve();
  });
  socket.on('close', (code, reason) => {
    heard.push(`${code} ${reason}`);
    resolve();
  });
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: init })));
  await over;
  socket.terminate();
  return heard.join('\n');
}

it('quotes none over a WebSocket either', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => printed.mockRestore());
  const gateway = await serve({ env: { ELECTIONBUDDY_WEBHOOK_SECRET: 'a-secret-path-of-webhooks' } });
  await fc.assert(
    fc.asyncProperty(secrets, async (secret) => {
      const said = Object.values(PLACES).map((place) => place(secret));
      const subscribe = (payload: unknown, id: unknown) => JSON.stringify({ id, type: 'subscribe', payload });
      const wellFormed = said.filter(
        (body) =>
          typeof (body as { query?: unknown }).query === 'string' &&
          !(secret in (body as object)) &&
          typeof (body as { variables?: unknown }).variables !== 'string' &&
          typeof (body as { extensions?: unknown }).extensions !== 'string',
      );
      const answers = await heardBack(
        gateway,
        demoKey(gateway.app),
        wellFormed.map((body, index) => subscribe(body, `${index}`)),
      );
      expect(answers.match(/"type":"(error|complete)"/g)).toHaveLength(wellFormed.length);
      const closing = [
        ...said
          .filter((body) => !wellFormed.includes(body) && !Object.hasOwn(Object(body), secret))
          .map((body) => subscribe(body, '1')),
        secret,
        `{"${secret}`,
        JSON.stringify({ type: secret }),
        JSON.stringify({ type: 'ping', payload: secret }),
        JSON.stringify({ type: 'next', id: secret, payload: {} }),
        subscribe({ query: '{ country { name } }', operationName: [secret] }, '1'),
        subscribe({ query: '{ country { name } }' }, { secret }),
      ];
      const closed = await Promise.all([
        ...closing.map((message) => heardBack(gateway, demoKey(gateway.app), [message])),
        heardBack(gateway, secret, []),
        heardBack(gateway, { authorization: secret }, [subscribe({ query: '{ country { name } }' }, '1')]),
        heardBack(gateway, { authorization: `${secret}\nx: y` }, [subscribe({ query: '{ country { name } }' }, '1')]),
      ]);
      for (const text of [answers, ...closed]) expect(text).not.toContain(secret);
      expect(gateway.logs()).not.toContain(secret);
      expect(JSON.stringify(printed.mock.calls.map((args) => args.map(String)))).not.toContain(secret);
    }),
    { numRuns: 5 },
  );
}, 60_000);

it.each(['variables', 'extensions'])('takes %s that are no JSON for the caller’s error', async (name) => {
  const { app, logs } = await startGateway();
  const query = encodeURIComponent('{ country { name } }');
  const response = await app.fetch(new Request(`http://gateway/graphql?query=${query}&${name}=%7BSECRET`));
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    errors: [{ message: '`variables` and `extensions` must be JSON.', extensions: { code: 'BAD_USER_INPUT' } }],
  });
  expect(logs()).not.toContain('SECRET');
});

it('says what is expected instead', async () => {
  const { query } = await startGateway();
  const messages = async (text: string, variables = {}) =>
    (await query(text, variables)).errors?.map(({ message }) => message);
  expect(await messages(REQUEST('{ canada: { birthDate: "4 May 1980" } }'))).toEqual([
    'Argument "input" of "requestRegistrationCheck" needs addresses, familyName, givenName.',
    'Argument "input" of "requestRegistrationCheck" must be of type Date (A calendar date, `YYYY-MM-DD`).',
  ]);
  expect(await messages(WITH_VARIABLE, { i: canada({ addresses: [{ text: 1 }] }) })).toEqual([
    'Variable "$i" at "canada.addresses[0].text" must be of type String.',
  ]);
  expect(await messages('{ country { nmae } }')).toEqual([
    'Cannot query field "nmae" on type "Country". Did you mean "name"?',
  ]);
  expect(await messages('{\n  country {')).toEqual([
    'Syntax error at line 2, column 12: this is not a GraphQL document.',
  ]);
});

it.each([
  ['HEAD', 200],
  ['PUT', 405],
  ['DELETE', 405],
  ['GE', 405],
])('answers %s with %i', async (method, status) => {
  const { app } = await startGateway();
  const response = await app.fetch(new Request('http://gateway/graphql', { method }));
  expect(response.status).toBe(status);
  if (status === 405) expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
});
