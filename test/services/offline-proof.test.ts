import { expect, it } from 'vitest';
import { proofText } from '../../src/infra/log-proof.ts';
import { generateLogKey, loadLogKey } from '../../src/services/log-key.ts';
import { createTransparencyLog } from '../../src/services/transparency-log.ts';
import { startGateway } from '../support/gateway.ts';
import { memoryLog } from '../support/memory-log.ts';
import { provedLeaf } from './offline-proof.ts';

const leaves = (count: number) => Array.from({ length: count }, (_, votes) => JSON.stringify({ votes }));

function logOf(count: number, origin = 'elections.example/log') {
  const memory = memoryLog(leaves(count));
  const key = loadLogKey({ configured: generateLogKey(), dataDir: '/nowhere' });
  return createTransparencyLog({ ...memory, key, origin: () => origin });
}

it('accepts every leaf of a log, and what it gives back is the leaf', async () => {
  for (const size of [1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100]) {
    const log = logOf(size);
    for (let index = 0; index < size; index++) {
      expect(provedLeaf((await log.proof(index))!.text, log.key())).toEqual({ votes: index });
    }
  }
});

it('refuses whatever else somebody might show', async () => {
  const log = logOf(21);
  const other = logOf(21);
  const [proof, next] = [(await log.proof(6))!, (await log.proof(7))!];
  const { leaf, index, path } = proof;
  const refused = (change: Partial<typeof proof>) =>
    expect(() => provedLeaf(proofText({ ...proof, ...change }), log.key())).toThrow(
      /did not sign|is of another log|is not in what/,
    );
  refused({ leaf: Buffer.from(JSON.stringify({ votes: 600 })) });
  refused({ leaf: next.leaf });
  refused({ index: index + 1 });
  refused({ index: index + 32 });
  refused({ index: 999 });
  refused({ index: Number.NaN });
  refused({ path: path.slice(0, -1) });
  refused({ path: [...path, path[0]!] });
  refused({ path: path.toReversed() });
  refused({ path: next.path });
  refused({ checkpoint: proof.checkpoint.replace('\n21\n', '\n22\n') });
  refused({ checkpoint: (await other.proof(6))!.checkpoint });
  expect(() => provedLeaf(proof.text, other.key())).toThrow('did not sign');
  expect(() => provedLeaf(proof.text, log.key().replace('elections', 'else'))).toThrow();
  // It was a good one.
  expect(provedLeaf(proofText({ leaf, index, path, checkpoint: proof.checkpoint }), log.key())).toEqual({ votes: 6 });
});

it('accepts what a gateway shows of a result', async () => {
  const { app, query } = await startGateway();
  const { data } = await query(`{ counties { code result(post: PRESIDENT) { latestVersion {
    stationsReported bodyHash tallies { votes } proof { text }
  } } } }`);
  const vkey = (await (await app.fetch(new Request('http://gateway/log/key'))).text()).trim();
  expect(data.counties.length).toBeGreaterThan(40);
  for (const { code, result } of data.counties) {
    const { stationsReported, bodyHash, tallies, proof } = result.latestVersion;
    const { place, figures, body } = provedLeaf(proof.text, vkey);
    expect({ place, stations: figures.stations, body }).toEqual({
      place: code,
      stations: stationsReported,
      body: bodyHash,
    });
    const votes = figures.votes.map((one: { votes: number }) => one.votes);
    expect(votes.toSorted((a: number, b: number) => b - a)).toEqual(tallies.map((one: { votes: number }) => one.votes));
  }
});
