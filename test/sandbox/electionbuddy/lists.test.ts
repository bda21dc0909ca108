import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ElectionBuddySandbox, startElectionBuddySandbox } from '../../../src/sandbox/electionbuddy/index.ts';
import { AS_JSON, EXP, handClock, type ListEntry, postForm, V2, v1, v2 } from './client.ts';

const DAY = 86_400_000;
const clock = handClock();
let sandbox: ElectionBuddySandbox;
beforeAll(async () => {
  sandbox = await startElectionBuddySandbox({ now: clock.now });
});
afterAll(() => sandbox.close());

const list = async (identifier: string): Promise<ListEntry[]> => {
  const query = v2(sandbox, identifier, Math.floor(clock.now() / 1000));
  return (await (await fetch(`${sandbox.url}${V2}?${query}`, { headers: AS_JSON })).json()) as ListEntry[];
};
const ids = async (identifier: string): Promise<number[]> => (await list(identifier)).map(({ id }) => id);

describe('the list in JSON', () => {
  it("has the document's form", async () => {
    const response = await fetch(`${sandbox.url}${V2}?${v2(sandbox, 'jane@example.com')}`, { headers: AS_JSON });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    const entries = (await response.json()) as ListEntry[];
    for (const entry of entries) {
      expect(Object.keys(entry)).toEqual(['id', 'name', 'start_date', 'end_date', 'aasm_state']);
      expect(entry.start_date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000-06:00$/);
    }
    // 2023-11-14T22:13:20Z less two days and the seconds, six hours west.
    expect(entries[0]).toMatchObject({ id: 12, start_date: '2023-11-12T16:13:00.000-06:00', aasm_state: 'running' });
    expect(entries.find(({ id }) => id === 9003)?.end_date).toBeNull();
  });

  it('holds what runs and is still to be voted in, a sister organisation’s too', async () => {
    expect(await ids('jane@example.com')).toEqual([12, 9002, 9003, 9006]);
    expect(await ids('josé é@example.org')).toEqual([9002, 9003]);
  });

  it.each([['no-elections@example.org'], ['HL-0007'], ['lee@example.net']])('can be empty: %s', async (identifier) => {
    expect(await list(identifier)).toEqual([]);
  });

  it('comes by POST of a form as well, which a sample of the document does', async () => {
    const response = await postForm(`${sandbox.url}${V2}`, v2(sandbox, 'jane@example.com'), AS_JSON);
    expect(((await response.json()) as ListEntry[]).map(({ id }) => id)).toEqual([12, 9002, 9003, 9006]);
  });

  it('follows the clock', async () => {
    clock.set(EXP * 1000 + 4 * DAY);
    expect(await ids('jane@example.com')).toEqual([12, 9002, 9003, 9004, 9006]);
    clock.set(EXP * 1000 + 400 * DAY);
    expect(await ids('jane@example.com')).toEqual([9003]);
    clock.set(EXP * 1000);
  });
});

describe('the list in HTML', () => {
  it('is what any other Accept gets', async () => {
    const url = `${sandbox.url}${V2}?${v2(sandbox, 'jane@example.com')}`;
    for (const accept of ['*/*', 'text/html', 'application/json, text/plain, */*', 'text/html, application/json']) {
      const response = await fetch(url, { headers: { accept } });
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await response.text()).toMatch(/^<ul .*<\/ul>\n$/s);
    }
  });

  it('escapes names and links', async () => {
    const page = await (await fetch(`${sandbox.url}${V2}?${v2(sandbox, 'jane@example.com')}`)).text();
    expect(page).toContain('>Budget, Dues &amp; &quot;Extras&quot; &lt;2nd reading&gt; – l&#39;été</a>');
    expect(page.match(/<li>/g)).toHaveLength(4);
    expect(page).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#39;)/);
  });

  it('links to ballots', async () => {
    const page = await (await fetch(`${sandbox.url}${V2}?${v2(sandbox, "o'neill+vote@example.org")}`)).text();
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, url]) => url!.replaceAll('&amp;', '&'));
    expect(links).toHaveLength(2);
    for (const link of links) {
      const ballot = await fetch(link);
      expect(ballot.status).toBe(200);
      expect(await ballot.text()).toContain('<h1>Your ballot</h1>');
      expect((await fetch(link.replace(/ballot\/./, 'ballot/-'))).status).toBe(404);
    }
  });

  it('can be empty', async () => {
    const response = await fetch(`${sandbox.url}${V2}?${v2(sandbox, 'no-elections@example.org')}`);
    expect(await response.text()).toMatch(/^<ul [^>]*>\n<\/ul>\n$/);
  });
});

it('records what came in without its query', async () => {
  await fetch(`${sandbox.url}${V2}?${v2(sandbox, 'jane@example.com')}`);
  await fetch(`${sandbox.url}/sso?${v1(sandbox, '12', 'jane@example.com')}`);
  expect(sandbox.requests.slice(-2)).toEqual([
    { method: 'GET', path: V2, at: clock.now() },
    { method: 'GET', path: '/sso', at: clock.now() },
  ]);
});
