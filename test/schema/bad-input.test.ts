import {
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type Answer, demoKey, type Gateway, startGateway } from '../support/gateway.ts';

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64url');

const CODES = [
  'a/b',
  '../county',
  '..',
  '.',
  '%2e%2e',
  'a%2fb',
  'a=b',
  'a&post=1',
  'a?b',
  'a#b',
  'a b',
  ' ',
  '',
  'a\nb',
  'a\u0000b',
  'a\u007f',
  'a\u200bb',
  '١٢٣',
  '１２３',
  'é',
  '-a',
  'A'.repeat(65),
];
/** Ids of the right form around a key that must not be followed. */
const IDS = ['County:../x', 'Ward:a/b', 'PollingStation:a=b', 'Election:%2e', 'Country:a\nb', 'VoterGuide:a\u0000']
  .concat(['Candidate:GEK2013-TEST/..', 'Candidate:../x', 'Party:x', 'Contest:a/b/c'])
  .map(base64);
// Where an upstream's code may stand too, these can only be taken for one.
const NO_IDS = ['Voter:10000001', 'County:', 'nothing'].map(base64);
const CURSORS = ['', '!!', 'abc', base64('x'), base64('after:'), base64('after:a\u0000b'), base64('after:../x')].concat(
  base64('after:é'),
  base64(`after:${'a'.repeat(400)}`),
);

/** A member's identifier is no code: these fields have suites of their own. */
const ELSEWHERE = new Set([
  'organizationVoter',
  'voterStatus',
  'voterStatuses',
  'ballotActivity',
  'ballotActivityReceived',
  'createVotingLink',
  'registrationCheck',
  'registrationCheckUpdated',
  'requestRegistrationCheck',
  'cancelRegistrationCheck',
  'eraseRegistrationCheck',
  'verifyRegistrationCredential',
  'verifyResultProof',
]);

type Case = { owner: string; field: string; path: string[]; values: unknown[]; named: string };

/** Every argument of the schema that a caller fills with text or a number, with what must be refused there. */
function cases(): Case[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap((owner) => Object.values(owner.getFields()).map((field) => ({ owner: owner.name, field })))
    .filter(({ field }) => !ELSEWHERE.has(field.name))
    .flatMap(({ owner, field }) => field.args.flatMap((arg) => leaves(arg)).map((leaf) => ({ owner, field, ...leaf })))
    .flatMap(({ owner, field, path, type, description }) => {
      const values = hostile(path, type, description);
      // `node` and `nodes` decode their ids before the field begins: both call it `id`.
      const named = path[0] === 'ids' ? 'id' : path.join('.');
      return values ? [{ owner, field: field.name, path, values, named }] : [];
    });
}

type Leaf = { path: string[]; type: string; description: string };

function leaves({ name, type, description }: Pick<GraphQLArgument, 'name' | 'type' | 'description'>): Leaf[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [{ path: [name], type: named.name, description: description ?? '' }];
  return Object.values(named.getFields())
    .flatMap(leaves)
    .map((leaf) => ({ ...leaf, path: [name, ...leaf.path] }));
}

function hostile(path: string[], type: string, description: string): unknown[] | null {
  const name = path.at(-1)!;
  if (type === 'ID' && name === 'code') return CODES;
  if (name === 'id' || name === 'ids') return [...CODES, ...IDS, ...NO_IDS];
  if (type === 'ID') return [...CODES, ...IDS];
  if (type === 'String' && name === 'after') return CURSORS;
  if (type === 'String' && name === 'text') return ['', '  ', 'a'.repeat(101)];
  if (type === 'Int' && name === 'first') return [0, -1, 1 + Number(/1 to (\d+)\./.exec(description)![1])];
  if (type === 'Int' && name === 'withinMeters') return [0, -1, 100_001];
  if (type === 'Float' && name === 'latitude') return [90.1, -91];
  if (type === 'Float' && name === 'longitude') return [180.1, -181];
  if (type === 'Int' && name === 'buckets') return [0, -1, 501];
  if (type === 'DateTime') return ['2999-01-01T00:00:00Z', '1969-12-31T23:59:59Z'];
  // GraphQL itself checks an enum.
  const enums = ['OrderDirection', 'PlaceKind', 'Post', 'RegistrationCheckState', 'ReportingLevel', 'ResultOrderField'];
  if (enums.includes(type)) return null;
  throw new Error(`say here what ${path.join('.')}: ${type} must refuse`);
}

const EXAMPLES: Record<string, unknown> = {
  ID: 'KE',
  Post: 'PRESIDENT',
  ReportingLevel: 'COUNTY',
  String: 'a',
  Float: 1,
};

function example(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return example(type.ofType);
  if (isListType(type)) return [example(type.ofType)];
  if (!isInputObjectType(type)) return EXAMPLES[type.name];
  const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
  return Object.fromEntries(required.map((field) => [field.name, example(field.type)]));
}

function withValue(type: GraphQLInputType, [head, ...tail]: string[], value: unknown): unknown {
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isListType(bare)) return [value];
  if (head === undefined || !isInputObjectType(bare)) return value;
  return { ...(example(bare) as object), [head]: withValue(bare.getFields()[head]!.type, tail, value) };
}

/** The way to one object of each type that has such an argument; `…` stands for what is selected there, if not at the end. */
const WAYS: Record<string, (gateway: Gateway) => Promise<string> | string> = {
  Country: () => 'country',
  County: async ({ query }) => `county(code: "${(await query('{ counties { code } }')).data.counties[0].code}")`,
  Constituency: async ({ query }) => {
    const { data } = await query('{ counties { constituencies { code } } }');
    return `constituency(code: "${data.counties[0].constituencies[0].code}")`;
  },
  Ward: async ({ query }) => {
    const { data } = await query('{ counties { wards { code } } }');
    return `ward(code: "${data.counties[0].wards[0].code}")`;
  },
  PollingStation: async ({ query }) => {
    const { data } = await query('{ counties { pollingStations(first: 1) { nodes { code } } } }');
    return `pollingStation(code: "${data.counties[0].pollingStations.nodes[0].code}")`;
  },
  Party: async ({ query }) => `party(code: "${(await query('{ parties { code } }')).data.parties[0].code}")`,
  Contest: async ({ query }) => {
    const { data } = await query('{ contests(filter: { post: PRESIDENT }) { nodes { code } } }');
    return `contest(code: "${data.contests.nodes[0].code}")`;
  },
  ContestResult: () => 'country { result(post: PRESIDENT) … }',
};
const at = (way: string, selected: string) =>
  way.includes('…') ? way.replace('…', `{ ${selected} }`) : `${way} { ${selected} }`;

async function ask({ app, query }: Gateway, text: string, variables: Record<string, unknown>): Promise<Answer> {
  if (!text.startsWith('subscription')) return query(text, variables, demoKey(app));
  const response = await app.fetch(
    new Request('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: text, variables }),
    }),
  );
  const [, event] = /^data: (\{.*\})$/m.exec(await response.text()) ?? [];
  return { status: response.status, ...JSON.parse(event!) } as Answer;
}

describe('refuses, names the argument, and asks the source nothing:', () => {
  it.each(cases().map((one) => [`${one.owner}.${one.field}(${one.path.join('.')})`, one] as const))(
    '%s',
    async (_title, { owner, field: name, path, values, named }) => {
      const gateway = await startGateway();
      const root = ['Query', 'Subscription'].includes(owner);
      const way = root ? '' : await WAYS[owner]!(gateway);
      if (way) await gateway.query(`{ ${at(way, '__typename')} }`);
      const before = gateway.upstream().length;

      const type = schema.getType(owner);
      if (!isObjectType(type)) throw new Error(owner);
      const field = type.getFields()[name]!;
      const used = field.args.filter((arg) => arg.name === path[0] || isNonNullType(arg.type));
      const call = `${name}(${used.map((arg) => `${arg.name}: $${arg.name}`).join(', ')})`;
      const selected = isCompositeType(getNamedType(field.type)) ? `${call} { __typename }` : call;
      const declared = used.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
      const operation = `${owner === 'Subscription' ? 'subscription' : 'query'} (${declared})`;
      const text = `${operation} { ${way ? at(way, selected) : selected} }`;

      for (const value of values) {
        const variables = Object.fromEntries(
          used.map((arg) => [
            arg.name,
            arg.name === path[0] ? withValue(arg.type, path.slice(1), value) : example(arg.type),
          ]),
        );
        const { errors } = await ask(gateway, text, variables);
        expect({ value, errors }).toMatchObject({
          errors: [{ extensions: { code: 'BAD_USER_INPUT', field: named }, message: expect.stringContaining(named) }],
        });
      }
      expect(gateway.upstream().slice(before)).toEqual([]);
    },
  );
});

it('covers the arguments that the issue names', () => {
  const covered = new Set(cases().map(({ owner, field, path }) => `${owner}.${field}(${path.join('.')})`));
  expect(covered.size).toBeGreaterThan(45);
  for (const one of ['Query.node(id)', 'Query.results(filter.district)', 'Query.voter(code)', 'Ward.result(election)'])
    expect(covered).toContain(one);
});

it('refuses a cursor of another list', async () => {
  const { query } = await startGateway();
  const page = '{ contests(filter: { post: GOVERNOR }, first: 1) { pageInfo { endCursor } } }';
  const cursor = (await query(page)).data.contests.pageInfo.endCursor;
  const other = 'query ($after: String) { contests(filter: { post: SENATOR }, after: $after) { totalCount } }';
  const { errors } = await query(other, { after: cursor });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'after' } }]);
});

it.each([
  [
    'an id of another type',
    (id: string) => `{ contests(filter: { district: "${id}" }) { totalCount } }`,
    'filter.district',
  ],
  ['the same for a party', (id: string) => `{ candidates(filter: { party: "${id}" }) { totalCount } }`, 'filter.party'],
])('refuses %s', async (_name, text, field) => {
  const { query, upstream } = await startGateway();
  const { errors } = await query(text(base64('Election:GEK2013-TEST')));
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field } }]);
  expect(upstream()).toEqual([]);
});

it('refuses more ids than a request may name', async () => {
  const { query, upstream } = await startGateway();
  const ids = Array.from({ length: 101 }, (_, index) => base64(`County:C${index}`));
  const { errors } = await query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'ids' } }]);
  expect(upstream()).toEqual([]);
});

it.each([
  ['nothing', '{}', 'filter'],
  ['a contest and a post', '{ contest: "C1", post: PRESIDENT }', 'filter.post'],
  ['the country without a post', '{ district: "KE" }', 'filter.post'],
  ['the country and a party', '{ district: "KE", post: PRESIDENT, party: "P1" }', 'filter'],
  ['a level without a post', '{ level: COUNTY }', 'filter.post'],
  ['a level and a district', '{ level: WARD, post: PRESIDENT, district: "KE" }', 'filter.district'],
  ['a level and a contest', '{ level: WARD, contest: "C1" }', 'filter.contest'],
  ['a level and a party', '{ level: WARD, post: PRESIDENT, party: "P1" }', 'filter.party'],
  ['a place without a level', '{ within: "KE", post: PRESIDENT }', 'filter.within'],
  ['a level at which the post is not counted', '{ level: COUNTY, post: MEMBER_OF_NATIONAL_ASSEMBLY }', 'filter.level'],
  ['all polling stations', '{ level: POLLING_STATION, post: PRESIDENT }', 'filter.within'],
  ['all polling stations of the country', '{ level: POLLING_STATION, post: PRESIDENT, within: "ke" }', 'filter.within'],
  ['a place with no such code', '{ level: WARD, post: PRESIDENT, within: "../x" }', 'filter.within'],
  ['a moment to come', '{ level: WARD, post: PRESIDENT, at: "2999-01-01T00:00:00Z" }', 'filter.at'],
])('refuses results filtered by %s', async (_name, filter, field) => {
  const { query, upstream } = await startGateway();
  const { errors } = await query(`{ results(filter: ${filter}) { totalCount } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field } }]);
  expect(upstream()).toEqual([]);
});

it('refuses a place that does not exist', async () => {
  const { query } = await startGateway();
  for (const text of [
    '{ contests(filter: { district: "NOWHERE" }) { totalCount } }',
    '{ results(filter: { district: "NOWHERE" }) { totalCount } }',
  ]) {
    expect((await query(text)).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', field: 'filter.district' } },
    ]);
  }
});
