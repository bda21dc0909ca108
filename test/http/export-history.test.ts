import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get as httpGet, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import canonicalize from 'canonicalize';
import { GraphQLError } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { expect, it, onTestFinished } from 'vitest';
import type { ResultVersion } from '../../src/domain/record.ts';
import { exports } from '../../src/http/export.ts';
import type { HistoryExport, HistoryFilter } from '../../src/http/export-history.ts';
import { overSockets } from '../../src/http/node.ts';
import { schema } from '../../src/schema/index.ts';

const leafOf = (index: number) =>
  `{"body":"${'0'.repeat(64)}","election":"E","figures":null,"instant":"2013-03-04T17:00:00.000Z","level":"county","place":"C${index}","post":"PRESIDENT","source":"iebc"}`;

const entry = (index: number): { version: ResultVersion; leaf: string } => ({
  leaf: leafOf(index),
  version: {
    contest: { source: 'iebc', election: 'E', level: 'county', unitCode: `C${index}`, post: 'PRESIDENT' },
    version: 1,
    index,
    asOf: 0,
    figures: null,
    bodyHash: '0'.repeat(64),
    flags: index % 2 ? ['FEED_STALLED'] : [],
  },
});

type Recorded = HistoryExport & { given: number; ended: boolean; asked: [HistoryFilter, number][] };

/** A record of so many versions, which fails before one of them. */
function record(size: number, failsAt = Number.POSITIVE_INFINITY): Recorded {
  const recorded: Recorded = {
    given: 0,
    ended: false,
    asked: [],
    async *versions(filter, from) {
      recorded.asked.push([filter, from]);
      try {
        for (let index = from; index < size; index++) {
          if (index === failsAt) throw new Error('the disk is gone');
          recorded.given++;
          yield entry(index);
        }
      } finally {
        recorded.ended = true;
      }
    },
  };
  return recorded;
}

async function start(history: HistoryExport) {
  const counted: number[] = [];
  const plugin = exports({
    admit: async () => ({ caller: { kind: 'stranger' } as never, params: {} }),
    countFields: async (_caller, _request, fields) => void counted.push(fields),
    contexts: {} as never,
    history,
    maskError: (error) => {
      const { code = 'INTERNAL_SERVER_ERROR', message, extensions = {} } = error as Record<string, unknown>;
      return new GraphQLError(code === 'INTERNAL_SERVER_ERROR' ? 'Unexpected error.' : String(message), {
        extensions: { code, ...(extensions as object) },
      });
    },
  });
  const yoga = createYoga({ schema, plugins: [plugin], logging: false });
  const server = createServer(overSockets(yoga, () => false));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/export/history.ndjson`, counted };
}

const NO_FILTER = { election: undefined, level: undefined, post: undefined, district: undefined };

it('has a line for each version, with its leaf as it is', async () => {
  const { url, counted } = await start(record(3));
  const response = await fetch(url);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/x-ndjson',
    'content-disposition': 'attachment; filename="history.ndjson"',
  });
  const lines = (await response.text()).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines[1]).toBe(`{"index":1,"version":1,"flags":["FEED_STALLED"],"leaf":${leafOf(1)}}`);
  const hashed = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(lines.map((line) => hashed(canonicalize(JSON.parse(line).leaf)!))).toEqual(
    [0, 1, 2].map((index) => hashed(leafOf(index))),
  );
  expect(counted).toEqual([20_000]);
});

it('is empty of nothing, and begins where it is told to', async () => {
  expect(await (await fetch((await start(record(0))).url)).text()).toBe('');
  const recorded = record(5);
  const { url } = await start(recorded);
  expect((await (await fetch(`${url}?from=3`)).text()).match(/"index":\d/g)).toEqual(['"index":3', '"index":4']);
  await (await fetch(`${url}?election=E&level=county&post=PRESIDENT&district=c-1`)).text();
  expect(recorded.asked).toEqual([
    [NO_FILTER, 3],
    [{ election: 'E', level: 'county', post: 'PRESIDENT', district: 'c-1' }, 0],
  ]);
});

it.each([
  ['from=-1', 'from'],
  ['from=1e3', 'from'],
  ['level=COUNTY', 'level'],
  ['post=1', 'post'],
  ['district=a%2Fb', 'district'],
  ['election=%3D', 'election'],
  ['contest=X', 'query'],
])('refuses %s', async (query, field) => {
  const recorded = record(1);
  const response = await fetch(`${(await start(recorded)).url}?${query}`);
  expect([response.status, await response.json()]).toMatchObject([400, { code: 'BAD_USER_INPUT', field }]);
  expect(recorded.asked).toEqual([]);
});

it('fails with a status before the first version, for HEAD too', async () => {
  const { url } = await start(record(3, 0));
  const response = await fetch(url);
  expect([response.status, await response.json()]).toEqual([
    500,
    { code: 'INTERNAL_SERVER_ERROR', message: 'Unexpected error.' },
  ]);
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(500);
  expect((await fetch(`${url}?from=1`, { method: 'HEAD' })).status).toBe(200);
});

it.each(['identity', 'gzip'])(
  'breaks off when it fails in the middle, and never ends as if it were whole (%s)',
  async (encoding) => {
    const { url } = await start(record(100_000, 50_000));
    const [response] = (await once(httpGet(url, { headers: { 'accept-encoding': encoding } }), 'response')) as [
      IncomingMessage,
    ];
    expect(response.statusCode).toBe(200);
    const failure = await response.toArray().then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect([failure, response.complete]).toEqual(['ECONNRESET', false]);
  },
);

it('reads no further than its reader does, and stops when the reader leaves', async () => {
  const recorded = record(10_000_000);
  const { url } = await start(recorded);
  const request = httpGet(url);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  await once(response, 'readable');
  // What the sockets between the two hold is filled; then the record waits.
  let before = -1;
  while (before !== recorded.given) {
    before = recorded.given;
    for (let turns = 0; turns < 200; turns++) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(recorded.given).toBeLessThan(200_000);
  request.destroy();
  while (!recorded.ended) await new Promise((resolve) => setImmediate(resolve));
  expect(recorded.given).toBeLessThan(200_000);
});
