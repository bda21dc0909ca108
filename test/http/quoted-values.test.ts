import fc from 'fast-check';
import { expect, it } from 'vitest';
import { connectWs, serve } from '../e2e/serve.ts';
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
  variables: (secret) => ({ query: '{ country { name } }', variables: secret }),
  'the name of an operation': (secret) => ({ query: 'query A { country { name } }', operationName: secret }),
  'another member of the body': (secret) => ({ query: '{ country { name } }', [secret]: 1 }),
  'the body': (secret) => secret,
};

const secrets = fc.stringMatching(/^[A-Z]{12}$/);

it.each(Object.entries(PLACES))('quotes no value of the caller: %s', async (_place, body) => {
  const { app, logs } = await startGateway();
  await fc.assert(
    fc.asyncProperty(secrets, async (secret) => {
      const said = body(secret);
      for (const text of [JSON.stringify(said), JSON.stringify(said).slice(0, -1)]) {
        for (const accept of ['application/json', 'text/event-stream']) {
          const headers = { 'content-type': 'application/json', accept, ...demoKey(app) };
          const request = new Request('http://gateway/graphql', { method: 'POST', headers, body: text });
          const answer = await (await app.fetch(request)).text();
          expect(answer).toContain('"errors"');
          expect(answer).not.toContain(secret);
        }
      }
      expect(logs()).not.toContain(secret);
    }),
    { numRuns: 5 },
  );
});

it('quotes none over a WebSocket either', async () => {
  const gateway = await serve();
  const client = connectWs(gateway, demoKey(gateway.app));
  for (const body of Object.values(PLACES)) {
    const said = body('SECRETSECRET') as { query?: string };
    if (typeof said !== 'object' || said.query === undefined || 'SECRETSECRET' in said) continue;
    const events = client.iterate(said as { query: string });
    const heard = await events.next().then(
      ({ value }) => value,
      (error: unknown) => error,
    );
    await events.return!();
    expect(JSON.stringify(heard)).not.toContain('SECRETSECRET');
  }
  await client.dispose();
});

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
])('answers %s with %i', async (method, status) => {
  const { app } = await startGateway();
  const response = await app.fetch(new Request('http://gateway/graphql', { method }));
  expect(response.status).toBe(status);
  if (status === 405) expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
});
