import { describe, expect, it } from 'vitest';
import { type Served, serve } from '../../e2e/serve.ts';
import { type Asked, ask } from '../../support/asking.ts';
import { manualClock } from '../../support/gateway.ts';

// No whole answer is kept here: what is kept are texts of places, with what was read for them.
const env = { FAST_PATHS: 'on', ANSWER_CACHE_MB: '0' };

/** The first is Yoga's, the second is written, the third is written and its texts are kept, and the fourth is made of them. */
const TIMES = 4;

async function warm({ url }: Served, asked: Asked) {
  let answer = await ask(url, asked);
  for (let time = 1; time < TIMES; time++) answer = await ask(url, asked);
  return answer;
}

async function someCounty({ query }: Served): Promise<string> {
  const { data } = await query('{ counties { code } }');
  return data.counties[0].code;
}

describe('a kept text', () => {
  it('is as old in an answer as what was read for it, and is made anew when that is', async () => {
    const clock = manualClock();
    let now = clock.now();
    const gateway = await serve({ clock, env, sandbox: { now: () => now } });
    const code = await someCounty(gateway);
    const asked = {
      query: 'query Q($c: ID!) { county(code: $c) { name result(post: PRESIDENT) { asOf stale tallies { votes } } } }',
      variables: { c: code },
    };
    const first = (await warm(gateway, asked)).text;
    const before = gateway.upstream().length;
    now += 30 * 60_000;
    clock.advance(14_000);
    const { text, headers } = await ask(gateway.url, asked);
    expect(text).toBe(first);
    expect(headers['cache-control']).toBe('public, max-age=1, stale-while-revalidate=5, stale-if-error=60');
    expect(gateway.upstream()).toHaveLength(before);
    clock.advance(2_000);
    await ask(gateway.url, asked);
    await expect.poll(() => gateway.upstream().length).toBe(before + 1);
    await expect.poll(async () => (await ask(gateway.url, asked)).text).not.toBe(first);
    const second = (await warm(gateway, asked)).text;
    expect(JSON.parse(second).data.county.result.stale).toBe(false);
    expect(gateway.upstream()).toHaveLength(before + 1);
    // The source fails, and what is there is given as what it is.
    gateway.sandbox.faults.set({ kind: 'status', status: 500 });
    clock.advance(60_000);
    for (let time = 1; time <= TIMES; time++) {
      expect(JSON.parse((await ask(gateway.url, asked)).text).data.county.result.stale).toBe(true);
    }
  });

  it.each([
    ['an argument', 'query Q($c: ID!, $v: Post!) { county(code: $c) { name result(post: $v) { post } } }'],
    [
      'an argument further down',
      'query Q($c: ID!, $v: Post!) { county(code: $c) { constituencies { name result(post: $v) { post } } } }',
    ],
    [
      'an argument in a fragment',
      'query Q($c: ID!, $v: Post!) { county(code: $c) { ...R } } fragment R on County { result(post: $v) { post } }',
    ],
  ])('is of nothing that depends on a variable: %s', async (_what, query) => {
    const gateway = await serve({ env });
    const c = await someCounty(gateway);
    for (const v of ['PRESIDENT', 'GOVERNOR']) {
      const { text } = await warm(gateway, { query, variables: { c, v } });
      expect(text).toContain(`"post":"${v}"`);
    }
  });

  it('is of one way to ask only', async () => {
    const gateway = await serve({ env });
    const code = await someCounty(gateway);
    const query =
      'query Q($c: ID!, $yes: Boolean!) { county(code: $c) { name constituencies { name code @include(if: $yes) } } }';
    for (const yes of [true, false]) {
      const { text } = await warm(gateway, { query, variables: { c: code, yes } });
      expect(text.includes('"code"')).toBe(yes);
    }
  });

  it('counts the reads that it spares', async () => {
    const gateway = await serve({ env });
    const query = 'query Tree { counties { name constituencies { name wards { name } } } }';
    await warm(gateway, { query });
    const lines = gateway
      .logs()
      .split('\n')
      .filter((line) => line.includes('"name":"Tree"'));
    const hits = lines.map((line) => JSON.parse(line).cacheHits);
    expect(hits).toHaveLength(TIMES);
    expect(new Set(hits.slice(1)).size).toBe(1);
    expect(hits[1]).toBeGreaterThan(300);
  });
});
