import { expect, it } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { ARCHIVE, describeRecordings } from '../support/recordings.ts';

const TREE = '{ counties { code constituencies { code wards { code } } } }';
const STATIONS = `{ counties { constituencies { wards { pollingStations(first: 100) { totalCount nodes { code } } } } } }`;

/** Requests that the tree costs cold, then warm, then with all stations, then those warm. */
async function costs(options: Parameters<typeof startGateway>[0]) {
  const { query, upstream } = await startGateway(options);
  const after: number[] = [];
  for (const text of [TREE, TREE, STATIONS, STATIONS]) {
    const { errors } = await query(text);
    expect(errors).toBeUndefined();
    after.push(upstream().length);
  }
  return after.map((count, index) => count - (after[index - 1] ?? 0));
}

it('asks once a parent for the tree of places, once a ward for its stations, and never again', async () => {
  expect(await costs({})).toEqual([1 + 47 + 290, 0, 1_451, 0]);
});

describeRecordings('with the places of 2013', () => {
  it('costs one request a parent and one a ward', async () => {
    expect(await costs({ sandbox: { archive: ARCHIVE } })).toEqual([1 + 48 + 291, 0, 1_454, 0]);
  });
});

it('asks once for what ten queries want at the same moment', async () => {
  const { query, upstream } = await startGateway();
  const answers = await Promise.all(Array.from({ length: 10 }, () => query(TREE)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(upstream()).toHaveLength(1 + 47 + 290);
});

it('fetches one token however many requests wait for it', async () => {
  const { query, sandbox } = await startGateway();
  await Promise.all(Array.from({ length: 10 }, () => query(TREE)));
  expect(sandbox.requests.filter(({ path }) => path === '/token/')).toHaveLength(1);
});

it('asks once for what several fields of one query want', async () => {
  const { query, upstream } = await startGateway();
  await query(`{ a: country { result(post: PRESIDENT) { asOf } } b: country { result(post: PRESIDENT) { stale } }
    c: counties { name } d: country { registeredVoters } }`);
  expect(upstream().sort()).toEqual(['/county/', '/results/country/KE/?election=GEK2013-TEST&post=1']);
});

it('asks for nothing that no field wants', async () => {
  const { query, upstream } = await startGateway();
  await query('{ country { id code name } sources { name mode } }');
  expect(upstream()).toEqual([]);
});
