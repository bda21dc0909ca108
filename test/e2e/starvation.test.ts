import { expect, it } from 'vitest';
import { demoKey, type Gateway, startGateway } from '../support/gateway.ts';

/** Codes of constituencies, as many as asked for. */
async function constituencies({ query }: Gateway, count: number): Promise<string[]> {
  const { data } = await query('{ counties { constituencies { code } } }');
  const codes: string[] = data.counties.flatMap((county: { constituencies: { code: string }[] }) =>
    county.constituencies.map(({ code }) => code),
  );
  return codes.slice(0, count);
}

const result = (code: string, post = 'PRESIDENT') =>
  `p${code.replace(/\W/g, '_')}: constituency(code: "${code}") { result(post: ${post}) { stationsReported } }`;

it('budget of source requests: beyond it fields are null, with the figure, and what was answered stays', async () => {
  const gateway = await startGateway({ env: { SOURCE_REQUESTS_PER_OPERATION: '100' } });
  const codes = await constituencies(gateway, 80);
  const before = gateway.upstream().length;
  const { data, errors } = await gateway.query(`{ ${codes.map((code) => result(code)).join(' ')} }`);
  const answered = Object.values(data).filter((place) => (place as { result: unknown } | null)?.result);
  expect(gateway.upstream().length - before).toBeLessThanOrEqual(100);
  expect(answered.length).toBeGreaterThan(0);
  expect(answered.length + errors!.length).toBe(80);
  for (const { extensions } of errors!) {
    expect(extensions).toEqual({ code: 'QUERY_TOO_COMPLEX', sourceRequests: 100, maxSourceRequests: 100 });
  }
  // The next operation begins anew, and finds what the first one left in the cache.
  const again = await gateway.query(`{ ${codes.map((code) => result(code)).join(' ')} }`);
  expect(again.errors).toBeUndefined();
});

it('fair queue: who wants one result is answered while another waits for 300', async () => {
  const gateway = await startGateway();
  const codes = await constituencies(gateway, 300);
  await gateway.query(
    `{ ${codes
      .slice(0, 60)
      .map((code) => result(code))
      .join(' ')} }`,
  );
  gateway.sandbox.faults.set({ kind: 'slow', ms: 50 });
  let isDone = false;
  const deep = gateway
    .query('{ counties { constituencies { result(post: GOVERNOR) { stationsReported } } } }', {}, demoKey(gateway.app))
    .then((answer) => {
      isDone = true;
      return answer;
    });
  await expect.poll(() => gateway.upstream().filter((path) => path.includes('/results/')).length).toBeGreaterThan(70);
  const before = gateway.upstream().length;
  const one = await gateway.query(`{ ${result(codes[0]!, 'SENATOR')} }`);
  expect(one.errors).toBeUndefined();
  expect(isDone).toBe(false);
  // No more of the other's than were at work, each with one successor.
  expect(gateway.upstream().length - before).toBeLessThan(40);
  expect((await deep).errors).toBeUndefined();
});
