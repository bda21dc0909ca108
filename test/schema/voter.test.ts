import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sandboxVoters } from '../../src/sandbox/iebc/index.ts';
import { demoKey, startGateway } from '../support/gateway.ts';

const VOTER =
  'query ($code: ID!) { voter(code: $code) { name gender county constituency ward contests pollingStation { facilityType streams } } }';
const key = (name: string, scopes: string[], origins?: string[]) => ({
  name,
  sha256: createHash('sha256').update(`${name}-key`).digest('hex'),
  scopes,
  ...(origins && { origins }),
});
const API_KEYS = JSON.stringify([
  key('reader', ['voters:read']),
  key('operator', ['operator']),
  key('portal', ['voters:read'], ['https://portal.example/']),
]);
const bearer = (name: string) => ({ authorization: `Bearer ${name}-key` });
const [{ id: VOTER_ID }] = sandboxVoters as [{ id: string }];

it('knows who is in the register, and says null for who is not', async () => {
  const { app, query } = await startGateway();
  const { data, errors } = await query(VOTER, { code: VOTER_ID }, demoKey(app));
  expect(errors).toBeUndefined();
  expect(data.voter).toMatchObject({
    gender: 'F',
    county: expect.any(String),
    pollingStation: { facilityType: 'School', streams: 1 },
  });
  // A SUCCESS with every text empty is nobody (sources/iebc/WIRE.md).
  for (const code of ['99999999', sandboxVoters.at(-1)!.id])
    expect(await query(VOTER, { code }, demoKey(app))).toMatchObject({ data: { voter: null }, errors: undefined });
});

it.each([
  ['a stranger', {}, 200, 'UNAUTHENTICATED'],
  ['a key without the scope', bearer('operator'), 200, 'FORBIDDEN'],
  ['an unknown key', bearer('nobody'), 401, 'UNAUTHENTICATED'],
  ['something else than a bearer key', { authorization: 'Basic abc' }, 401, 'UNAUTHENTICATED'],
  ['a key on a foreign web site', { ...bearer('portal'), origin: 'https://evil.example' }, 403, 'FORBIDDEN'],
])('refuses %s', async (_name, headers, status, code) => {
  const { query, upstream, logs } = await startGateway({ env: { API_KEYS } });
  const answer = await query(VOTER, { code: VOTER_ID }, headers);
  expect(answer).toMatchObject({ status, errors: [{ extensions: { code } }] });
  expect(answer.data?.voter ?? null).toBeNull();
  expect(upstream()).toEqual([]);
  expect(JSON.stringify(answer.errors) + logs()).not.toContain('-key');
});

it.each([
  ['a key with the scope', bearer('reader')],
  ['a key on its own web site', { ...bearer('portal'), origin: 'https://portal.example' }],
  ['a bound key on a server, which sends no origin', bearer('portal')],
])('serves %s', async (_name, headers) => {
  const { query } = await startGateway({ env: { API_KEYS } });
  const { data } = await query(VOTER, { code: VOTER_ID }, headers);
  expect(data.voter.gender).toBe('F');
});

it('asks the source each time, and leaves no trace of the voter', async () => {
  const { app, query, sandbox, upstream, logs } = await startGateway();
  const results = 'query ($code: ID!) { voter(code: $code) { name results } }';
  const first = await query(results, { code: VOTER_ID }, demoKey(app));
  const second = await query(results, { code: VOTER_ID }, demoKey(app));
  expect(second).toEqual(first);
  expect(upstream()).toEqual(
    Array(2)
      .fill([`/voter/${VOTER_ID}/?type=info`, `/voter/${VOTER_ID}/?type=results`])
      .flat(),
  );

  // Failures are what gets logged: they must not name the voter either, even where the source's words do.
  sandbox.faults.set({ kind: 'not-success', status: 'ERROR', message: `voter ${VOTER_ID} caused trouble` });
  const refused = await query(VOTER, { code: VOTER_ID }, demoKey(app));
  expect(refused.errors).toMatchObject([{ extensions: { code: 'SOURCE_REFUSED' } }]);
  sandbox.faults.clear();
  sandbox.faults.set({ kind: 'wrong-type' });
  expect((await query(VOTER, { code: VOTER_ID }, demoKey(app))).errors).toMatchObject([
    { extensions: { code: 'SOURCE_MALFORMED' } },
  ]);

  const metrics = await (await app.fetch(new Request('http://gateway/metrics'))).text();
  const { name } = first.data.voter;
  expect(logs()).toContain('source request failed');
  for (const trace of [logs(), metrics, JSON.stringify(refused)]) {
    // Not among the digits of a figure: seconds such as 0.012345671000000124 come about by chance.
    expect(trace).not.toMatch(new RegExp(`(?<![\\d.])${VOTER_ID}`));
    expect(trace).not.toContain(name);
  }
  expect(metrics).toContain('endpoint="voter"');
});
