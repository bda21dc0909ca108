import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IebcSandbox, startIebcSandbox } from '../../../src/sandbox/iebc/index.ts';
import { type Client, connect, read } from './client.ts';

let sandbox: IebcSandbox;
let client: Client;

beforeAll(async () => {
  sandbox = await startIebcSandbox();
  client = await connect(sandbox);
});
afterAll(() => sandbox.close());

it.each([
  ['/county', {}, 'PATH_ERROR'],
  ['/', {}, 'PATH_ERROR'],
  ['/village/', {}, 'PATH_ERROR'],
  ['//county/', {}, 'PATH_ERROR'],
  ['/county/A/B/', {}, 'PATH_ERROR'],
  ['/toString/', {}, 'PATH_ERROR'],
  ['/voter/', {}, 'PATH_ERROR'],
  ['/election/1/', {}, 'PATH_ERROR'],
  ['/results/', {}, 'PATH_ERROR'],
  ['/results/ward/', {}, 'PATH_ERROR'],
  ['/results/village/1/', {}, 'PATH_ERROR'],
  ['/county/', { county: 'C001' }, 'FILTER_ERROR'],
  ['/constituency/', { ward: 'W001' }, 'FILTER_ERROR'],
  ['/info/', { election: 'GEK2013-TEST' }, 'FILTER_ERROR'],
  ['/results/county/X/', { county: 'X' }, 'FILTER_ERROR'],
  ['/results/post/1/', { post: 1 }, 'FILTER_ERROR'],
  ['/results/post/7/', {}, 'FILTER_ERROR'],
  ['/contest/', { post: 'one' }, 'FILTER_ERROR'],
  ['/voter/10000001/', {}, 'FILTER_ERROR'],
  ['/voter/10000001/', { type: 'all' }, 'FILTER_ERROR'],
  ['/county/C001/', {}, 'ID_ERROR'],
  ['/ward/', { county: 'C001' }, 'ID_ERROR'],
  ['/results/ward/C001/', { post: 1 }, 'ID_ERROR'],
  ['/party/P001/', {}, 'ID_ERROR'],
  ['/candidate/', { contest: 'C001' }, 'ID_ERROR'],
  ['/voter/1/', { type: 'info' }, 'ID_ERROR'],
  ['/county/', { election: 'GEK2013' }, 'ELECTION_ERROR'],
  ['/results/country/KE/', { post: 1, election: '20131017' }, 'ELECTION_ERROR'],
] as const)('refuses %s %o', async (path, filters, status) => {
  const response = await fetch(client.url(path, filters));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({ status, message: expect.stringMatching(/\S/) });
});

it.each([
  ['a filter twice', 'post=1&post=1'],
  ["a value with '='", 'post=1=2'],
  ['a name alone', 'post'],
  ['a value without a name', '=1'],
  ['an empty part', 'post=1&'],
  ['an empty value', 'post='],
])('refuses %s', async (_, query) => {
  expect((await read(`${sandbox.url}/contest/?token=${sandbox.domainToken}&${query}`)).status).toBe('FILTER_ERROR');
});

it("names a real election's code as what it has no figures for", async () => {
  const { message } = await client.get('/results/country/KE/', { post: 1, election: 'GEK2013' });
  expect(message).toMatch(/invented.*GEK2013-TEST.*'GEK2013'/);
});

it('answers GET only', async () => {
  const response = await fetch(client.url('/county/'), { method: 'POST' });
  expect(response.status).toBe(405);
});

it('keeps what came in, without tokens and keys', async () => {
  const own = await startIebcSandbox({ now: () => 42 });
  const { get, token } = await connect(own);
  await get('/contest/', { post: 1 });
  await get('/village/');
  expect(own.requests).toEqual([
    { method: 'GET', path: '/token/', query: 'appid=KEA119', at: 42 },
    { method: 'GET', path: '/contest/', query: 'post=1', at: 42 },
    { method: 'GET', path: '/village/', query: '', at: 42 },
  ]);
  const overHttp = await (await fetch(`${own.url}/_sandbox/requests`)).text();
  expect(JSON.parse(overHttp)).toEqual(own.requests);
  expect(overHttp).not.toContain(token);
  await own.close();
});
