import { expect, it } from 'vitest';
import { demoKey, startGateway } from '../support/gateway.ts';

const WARDS =
  'counties { constituencies { wards { result(post: PRESIDENT) { stationsReported tallies { votes } } } } }';

it('no request starves another: dear operations of one caller go one after another, and leave others alone', async () => {
  const { app, query, sandbox, upstream } = await startGateway();
  sandbox.faults.set({ kind: 'hang', path: '/county/' });
  const asked = (path: string) => upstream().filter((one) => one.startsWith(path)).length;
  const ask = (text: string, headers: Record<string, string> = {}) => {
    const leave = new AbortController();
    const request = new Request('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: text }),
      signal: leave.signal,
    });
    void app.fetch(request).catch(() => {});
    return leave;
  };
  const first = ask(`{ ${WARDS} }`);
  await expect.poll(() => asked('/county/')).toBe(1);
  const second = ask(`{ parties(first: 1) { totalCount } ${WARDS} }`);
  const third = ask(`{ contests(filter: {}, first: 1) { totalCount } ${WARDS} }`);
  // Of another caller, and a cheap one of the same: both are answered, or ask, at once.
  const other = ask(`{ elections { code } ${WARDS} }`, demoKey(app));
  await expect.poll(() => asked('/election/')).toBe(1);
  expect((await query('{ country { code } }')).data).toEqual({ country: { code: 'KE' } });
  expect([asked('/party/'), asked('/contest/')]).toEqual([0, 0]);

  // One that leaves while it waits does nothing, and takes nobody's turn.
  second.abort();
  first.abort();
  await expect.poll(() => asked('/contest/')).toBe(1);
  expect(asked('/party/')).toBe(0);
  for (const leave of [third, other]) leave.abort();
});
