import { print } from 'graphql';
import { expect, it } from 'vitest';
import {
  FollowCheckDocument,
  type FollowCheckSubscription,
  RequestCheckDocument,
  type RequestCheckMutation,
  type RequestCheckMutationVariables,
} from '../generated/graphql.ts';
import {
  bearer,
  type ChecksGateway,
  ERASE,
  type Input,
  inputOf,
  personNamed,
  startChecksGateway,
  watching,
} from '../support/checks.ts';

const MUTATION = print(RequestCheckDocument);
const SUBSCRIPTION = print(FollowCheckDocument);

/** All that the app does: one mutation, one subscription. */
async function run({ app, query }: ChecksGateway, input: Input) {
  const variables = { input, idempotencyKey: 'visit-1' } as unknown as RequestCheckMutationVariables;
  const { data, errors } = await query(MUTATION, variables, bearer());
  expect(errors).toBeUndefined();
  const { requestRegistrationCheck } = data as RequestCheckMutation;
  if (requestRegistrationCheck.__typename !== 'RequestRegistrationCheckSuccess')
    throw new Error(JSON.stringify(requestRegistrationCheck));
  const { id } = requestRegistrationCheck.check;
  const versions: FollowCheckSubscription['registrationCheckUpdated'][] = [];
  for await (const version of watching(app, id, bearer(), SUBSCRIPTION)) versions.push(version);
  return { id, versions, last: versions.at(-1)! };
}

const canonical = (text: string) => ({ labeled: { label: text.split(',')[0]!, text } });

it('checks an address history with one mutation and one subscription, and nobody counts positions', async () => {
  const gateway = await startChecksGateway();
  const moved = personNamed(gateway.ereg, 'Modèle');
  const history = [
    { labeled: { label: 'now', text: '5-760 Bloor Street West, Toronto' } },
    {
      labeled: { label: 'before', parts: { streetNumber: '431', streetName: 'Beavertail Ave', postalCode: 'K1N 0Z5' } },
    },
    { text: '760 Bloor St W, Toronto' },
    canonical('500 Bloor St W, Toronto'),
  ];
  const { last } = await run(gateway, inputOf(moved, history));
  expect(last).toMatchObject({ state: 'COMPLETED', outcome: 'REGISTERED', progress: 1, failure: null });
  const shown = last.addresses.map(({ label, outcome, matches }) => ({ label, outcome, matches }));
  expect(shown).toEqual([
    { label: 'now', outcome: 'NOT_CONFIRMED', matches: 'EXACT' },
    { label: 'before', outcome: 'REGISTERED', matches: 'EXACT' },
    { label: null, outcome: 'NOT_CONFIRMED', matches: 'EXACT' },
    // The sandbox's geocoder does not know the house and shows the street; the service then fails.
    { label: '500 Bloor St W', outcome: null, matches: 'SIMILAR' },
  ]);
  expect(last.credential).toMatch(/~$/);
  // Each address was submitted once and, as the sandbox is quick here, asked about once.
  const methods = gateway.ereg.requests.map(({ method }) => method);
  expect(methods.toSorted()).toEqual([...Array(4).fill('GET'), ...Array(4).fill('POST')]);
  expect(gateway.upstream()).toEqual([]);
});

it('keeps labels and matches when what was asked is gone, and shows labels from the first version on', async () => {
  const gateway = await startChecksGateway();
  const person = personNamed(gateway.ereg, 'Testwell');
  const { id, versions } = await run(gateway, inputOf(person, [{ labeled: { label: 'home', text: person.address } }]));
  expect(new Set(versions.map(({ addresses }) => addresses[0]!.label))).toEqual(new Set(['home']));
  expect(await gateway.get(id)).toMatchObject({ addresses: [{ label: 'home', matches: 'EXACT' }] });
  // Not known before the upstream says what it took the address for.
  const known = versions.map(({ addresses: [one] }) => [one!.resolvedAddress === null, one!.matches === null]);
  for (const [isUnknown, isUncompared] of known) if (isUnknown) expect(isUncompared).toBe(true);
  await gateway.query(ERASE, { id }, bearer());
  expect(await gateway.get(id)).toBeNull();
});

it('still knows the labels of a check that was canceled, and another label makes it another input', async () => {
  const gateway = await startChecksGateway({ ereg: { checkMs: 600_000 } });
  const person = personNamed(gateway.ereg, 'Testwell');
  const ask = (label: string) => {
    const input = inputOf(person, [{ labeled: { label, text: person.address } }]);
    return gateway.query(MUTATION, { input, idempotencyKey: 'visit-1' }, bearer());
  };
  const { id } = (await ask('home')).data.requestRegistrationCheck.check;
  expect((await ask('home')).data.requestRegistrationCheck.check.id).toBe(id);
  expect((await ask('work')).data.requestRegistrationCheck.__typename).toBe('IdempotencyConflict');
  await gateway.query('mutation ($id: ID!) { cancelRegistrationCheck(id: $id) { __typename } }', { id }, bearer());
  expect(await gateway.get(id)).toMatchObject({ state: 'CANCELED', addresses: [{ label: 'home', state: 'CANCELED' }] });
});
