import { type DocumentNode, Kind, parse, print, type SelectionNode, visit } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type Part, partsOf, wholeOf } from '../support/parts.ts';
import { random } from '../support/random.ts';
import { randomQuery } from '../support/random-query.ts';
import { serve } from './serve.ts';

const QUERIES = 80;

/** The same query, of which some fields at random places are put off, within each other too. */
function deferred(document: DocumentNode, chance: () => number): DocumentNode {
  const deferSome = (selections: readonly SelectionNode[]): SelectionNode[] => {
    const put = selections.map(() => chance() < 0.4);
    const off = selections.filter((_, index) => put[index]);
    if (off.length === 0 || chance() < 0.5) return [...selections];
    return [
      ...selections.filter((_, index) => !put[index]),
      {
        kind: Kind.INLINE_FRAGMENT,
        directives: [{ kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'defer' } }],
        // Also what stands outside: both have it then.
        selectionSet: { kind: Kind.SELECTION_SET, selections: chance() < 0.2 ? selections : off },
      },
    ];
  };
  return visit(document, {
    SelectionSet: { leave: (set) => ({ ...set, selections: deferSome(set.selections) }) },
  });
}

/** Whether an answer has this field, if only as null. */
function isThere(data: unknown, path: readonly (string | number)[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  return typeof data === 'object' && data !== null && isThere((data as Record<string | number, unknown>)[key], rest);
}

it('random queries in parts come to what they are without', async () => {
  const seed = Number(process.env.QUERY_SEED ?? Math.floor(Math.random() * 1e9));
  const chance = random(seed);
  const indexes = { IEBC_PLACES_INDEX: 'background', STRANGER_COST_PER_MINUTE: '1000000000' };
  const now = Date.parse('2013-03-05T06:00:00Z');
  const { url, query: ask } = await serve({ env: indexes, sandbox: { now: () => now } });
  const complete = async () => (await ask('{ sources { placesIndex { complete } } }')).data.sources[0];
  await expect.poll(async () => (await complete()).placesIndex.complete, { timeout: 60_000 }).toBe(true);
  const { data } = await ask('{ counties { id code } elections { code } }');
  const texts = [
    ...data.counties.slice(0, 3).flatMap(({ id, code }: { id: string; code: string }) => [id, code]),
    ...['nairobi', 'KE', ''],
  ];
  const post = (query: string, accept: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query }),
    });
  let compared = 0;
  for (let count = 0; count < QUERIES; count++) {
    const plain = randomQuery({ schema, chance, texts });
    const query = print(deferred(parse(plain), chance));
    // How a source is doing changes from one question to the next.
    if (!query.includes('@defer') || /\b(sources|statement|proof|asOf|stale)\b/.test(query)) continue;
    const which = `seed ${seed}: ${query}`;
    const whole = (await (await post(plain, 'application/json')).json()) as Part;
    const response = await post(query, 'multipart/mixed, application/json');
    if (!response.headers.get('content-type')!.startsWith('multipart')) continue;
    const put = await wholeOf(partsOf(response));
    // A failure takes with it what stands round it, which is less where that is a part of its own.
    if (whole.errors?.some(({ path = [] }) => !isThere(whole.data, path))) continue;
    const codes = (errors: Part['errors'] = []) => [...new Set(errors.map(({ extensions }) => extensions.code))].sort();
    expect(codes(put.errors), which).toEqual(codes(whole.errors));
    compared++;
    expect(put.data, which).toEqual(whole.data);
  }
  expect(compared).toBeGreaterThan(3);
}, 60_000);
