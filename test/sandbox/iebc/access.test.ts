import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signature } from '../../../src/sandbox/iebc/access.ts';
import { type IebcSandbox, startIebcSandbox } from '../../../src/sandbox/iebc/index.ts';
import { connect, handClock, hmac, read } from './client.ts';

const clock = handClock();
let sandbox: IebcSandbox;

beforeAll(async () => {
  sandbox = await startIebcSandbox({ now: clock.now, tokenLifetimeMs: 1000 });
});
afterAll(() => sandbox.close());

describe('a token', () => {
  it("is given for the document's own worked key, word for word", async () => {
    const answer = await read(
      `${sandbox.url}/token/?appid=KEA119&key=f94801a462049f3a900476c9e7414fc0370df5d9bc5e37f53c6c3ffb48dc1d1f`,
    );
    expect(answer.status).toBe('SUCCESS');
    expect(answer.token).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['a wrong key', `appid=KEA119&key=${'0'.repeat(64)}`, 'KEY_ERROR'],
    [
      'a key in upper case',
      `appid=KEA119&key=${hmac('7d11beed7346bf00a8c6063dc4003c47', 'appid=KEA119').toUpperCase()}`,
      'KEY_ERROR',
    ],
    ['no key', 'appid=KEA119', 'KEY_ERROR'],
    [
      'another application',
      `appid=KEA120&key=${hmac('7d11beed7346bf00a8c6063dc4003c47', 'appid=KEA120')}`,
      'APP_ERROR',
    ],
    ['nothing', '', 'APP_ERROR'],
    ['something more', `appid=KEA119&county=1&key=${'0'.repeat(64)}`, 'FILTER_ERROR'],
    ['two keys', `appid=KEA119&key=1&key=${'0'.repeat(64)}`, 'FILTER_ERROR'],
  ])('is not given for %s', async (_, query, status) => {
    const response = await fetch(`${sandbox.url}/token/?${query}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status, message: expect.any(String) });
  });
});

describe('Method 1', () => {
  it("computes the document's worked key of a filter and a token", () => {
    const parameters = new Map([
      ['county', 'C001'],
      ['token', 'e4ef8cd8b6ab1052cbe8ab7619cd515337bab42243704926c86ecf750f4fe6db'],
    ]);
    expect(signature('7d11beed7346bf00a8c6063dc4003c47', parameters)).toBe(
      '8526091f265e93767ec69eece766b54c327b85c78c41203a4247fb0b0bee8c3a',
    );
  });

  it('runs filters together in alphabetical order, in whatever order they came', async () => {
    const client = await connect(sandbox);
    const { code } = (await client.get('/county/')).region.locations[0]!;
    const key = hmac(sandbox.appSecret, `county=${code}election=GEK2013-TESTtoken=${client.token}`);
    const rest = `token=${client.token}&key=${key}`;
    for (const filters of [`election=GEK2013-TEST&county=${code}`, `county=${code}&election=GEK2013-TEST`]) {
      expect((await read(`${sandbox.url}/constituency/?${filters}&${rest}`)).status).toBe('SUCCESS');
      expect((await read(`${sandbox.url}/constituency/?${rest}&${filters}`)).status).toBe('SUCCESS');
    }
    const other = hmac(sandbox.appSecret, `election=GEK2013-TESTcounty=${code}token=${client.token}`);
    const wrong = `election=GEK2013-TEST&county=${code}&token=${client.token}&key=${other}`;
    expect((await read(`${sandbox.url}/constituency/?${wrong}`)).status).toBe('KEY_ERROR');
  });

  it('verifies what was received: a filter that was not signed, or not as signed, is refused', async () => {
    const client = await connect(sandbox);
    expect((await read(`${client.url('/constituency/')}&county=1`)).status).toBe('KEY_ERROR');
    const { code } = (await client.get('/county/')).region.locations[0]!;
    const asReceived = client.url('/constituency/', { county: code });
    expect((await read(asReceived)).status).toBe('SUCCESS');
    expect((await read(asReceived.replace(code, code.toLowerCase()))).status).toBe('KEY_ERROR');
    expect((await read(asReceived.replace(code, code.replace('-', '%2D')))).status).toBe('KEY_ERROR');
  });

  it('needs a token, a known one', async () => {
    const client = await connect(sandbox);
    const unknown = 'e4ef8cd8b6ab1052cbe8ab7619cd515337bab42243704926c86ecf750f4fe6db';
    const withKey = `token=${unknown}&key=${hmac(sandbox.appSecret, `token=${unknown}`)}`;
    expect((await read(`${sandbox.url}/county/?${withKey}`)).status).toBe('TOKEN_ERROR');
    expect((await read(`${sandbox.url}/county/`)).status).toBe('TOKEN_ERROR');
    expect((await read(`${sandbox.url}/county/?key=${hmac(sandbox.appSecret, 'token=')}`)).status).toBe('TOKEN_ERROR');
    expect((await read(client.url('/county/').replace(client.token, unknown))).status).toBe('TOKEN_ERROR');
  });

  it('takes a token until it expires', async () => {
    const client = await connect(sandbox);
    clock.advance(999);
    expect((await client.get('/county/')).status).toBe('SUCCESS');
    clock.advance(1);
    expect((await client.get('/county/')).status).toBe('TOKEN_ERROR');
  });

  it('refuses every token handed out before they were revoked, and none after', async () => {
    const before = [await connect(sandbox), await connect(sandbox)];
    sandbox.revokeTokens();
    for (const client of before) expect((await client.get('/county/')).status).toBe('TOKEN_ERROR');
    expect((await (await connect(sandbox)).get('/county/')).status).toBe('SUCCESS');
  });
});

describe('Method 2', () => {
  it("takes the domain's token without a key, always", async () => {
    const url = `${sandbox.url}/county/?token=${sandbox.domainToken}`;
    expect((await read(url)).status).toBe('SUCCESS');
    sandbox.revokeTokens();
    clock.advance(1_000_000);
    expect((await read(url)).status).toBe('SUCCESS');
  });

  it('takes no other token without a key', async () => {
    const { token } = await connect(sandbox);
    expect((await read(`${sandbox.url}/county/?token=${token}`)).status).toBe('KEY_ERROR');
  });

  it('refuses a wrong key even with its token', async () => {
    expect((await read(`${sandbox.url}/county/?token=${sandbox.domainToken}&key=0`)).status).toBe('KEY_ERROR');
  });
});
