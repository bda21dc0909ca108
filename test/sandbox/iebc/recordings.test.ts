import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IebcSandbox, startIebcSandbox } from '../../../src/sandbox/iebc/index.ts';
import { type Client, connect } from './client.ts';

/** Real answers of March 2013. They stay outside the project, so a checkout may be without them. */
const ARCHIVE = fileURLToPath(new URL('../../../../shared/iebc-2013/responses.ndjson.gz', import.meta.url));
const there = existsSync(ARCHIVE);
if (!there) console.warn('skipped: the recordings of 2013 are not at ../shared/iebc-2013/');

describe.skipIf(!there)('the recordings of 2013', () => {
  let sandbox: IebcSandbox;
  let client: Client;

  beforeAll(async () => {
    sandbox = await startIebcSandbox({ archive: ARCHIVE });
    client = await connect(sandbox);
  });
  afterAll(() => sandbox.close());

  it('come back equal, every one', async () => {
    const lines = gunzipSync(readFileSync(ARCHIVE)).toString().trimEnd().split('\n');
    expect(lines).toHaveLength(6058);
    for (const line of lines) {
      const { path, query } = JSON.parse(line) as { path: string; query: Record<string, string> };
      const text = await (await fetch(client.url(path, query))).text();
      expect(line.endsWith(`,"body":${text}}`)).toBe(true);
    }
  }, 60_000);

  it('add up to the whole country', async () => {
    expect((await client.get('/county/')).region.locations).toHaveLength(48);
    expect((await client.get('/constituency/')).region.locations).toHaveLength(291);
    expect((await client.get('/ward/')).region.locations).toHaveLength(1454);
    expect((await client.get('/pollingstation/')).polling_stations).toHaveLength(31_958);
  });

  it('name parties, contests and candidates', async () => {
    expect((await client.get('/party/')).parties).toHaveLength(55);
    expect((await client.get('/contest/')).contests).toHaveLength(746);
    const { candidates } = await client.get('/candidate/');
    const people = candidates.flatMap((race) => race.candidates);
    expect(people).toHaveLength(5039);
    const { candidates: president } = await client.get('/candidate/', { post: 1 });
    expect(president.map(({ race, candidates: list }) => [race, list.length])).toEqual([['KENYA', 8]]);
  });

  it('have boundaries beside them', async () => {
    const response = await fetch(`${sandbox.url}/geojson/ward_1230.geojson`);
    expect(((await response.json()) as { features: unknown[] }).features).toHaveLength(2);
  });
});
