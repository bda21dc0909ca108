import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Served, serve } from '../../e2e/serve.ts';
import { type Asked, ask, type Way } from '../../support/asking.ts';
import { demoKey, manualClock } from '../../support/gateway.ts';

const PRESIDENT = '{ country { result(post: PRESIDENT) { stationsReported asOf stale tallies { votes } } } }';

/** Asks until the answer comes from what is kept: the first is Yoga's, the second is written, the third is kept. */
async function warm({ url }: Served, asked: Asked, way?: Way) {
  let answer = await ask(url, asked, way);
  for (let time = 1; time < 4; time++) answer = await ask(url, asked, way);
  return answer;
}

async function kept({ server }: Served): Promise<number> {
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const counts = metrics.matchAll(/gateway_cache_reads_total\{source="answers",outcome="(?:fresh|renewing)"\} (\d+)/g);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

const on = { FAST_PATHS: 'on' };

describe('two questions that may have two answers never share one', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const byCode = 'query($c: ID!) { county(code: $c) { name } }';
  const two = 'query A { counties { name } } query B { counties { code } }';
  const hash = (query: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256(query) } } });
  const asking = (headers: Record<string, string>): [Asked, Way] => [
    { query: '{ counties { name code } }' },
    { headers },
  ];

  it.each<[string, (codes: string[]) => [Asked, Way?][]]>([
    ['variables', ([a, b]) => [[{ query: byCode, variables: { c: a } }], [{ query: byCode, variables: { c: b } }]]],
    ['operation name', () => [[{ query: two, operationName: 'A' }], [{ query: two, operationName: 'B' }]]],
    ['persisted hash', () => [[hash('{ counties { name } }')], [hash('{ counties { code } }')]]],
    [
      'election',
      () =>
        ['GEK2013-TEST', 'GEK2017-TEST'].map((election) => [
          { query: 'query($e: ID) { parties(election: $e) { id } }', variables: { election, e: election } },
        ]),
    ],
    [
      'accepted type',
      () => [asking({ accept: 'application/json' }), asking({ accept: 'application/graphql-response+json' })],
    ],
    [
      'accepted encoding',
      () => [asking({ 'accept-encoding': 'br' }), asking({ 'accept-encoding': 'gzip' }), asking({})],
    ],
    ['origin', () => [asking({ origin: 'https://a.example' }), asking({ origin: 'https://b.example' }), asking({})]],
    ['method', () => [[{ query: '{ counties { name } }' }], [{ query: '{ counties { name } }' }, { method: 'GET' }]]],
  ])('%s', async (_what, questionsOf) => {
    const [fast, plain] = [await serve({ env: on }), await serve({ env: { FAST_PATHS: 'off' } })];
    for (const { url } of [fast, plain]) {
      // For those who send a hash alone.
      for (const query of ['{ counties { name } }', '{ counties { code } }']) await ask(url, { query, ...hash(query) });
    }
    const { data } = await plain.query('{ counties { code } }');
    const questions = questionsOf(data.counties.map(({ code }: { code: string }) => code));
    const differing = ({ headers, text }: Awaited<ReturnType<typeof ask>>) => [
      text,
      headers['content-type'],
      headers['content-encoding'],
      headers['access-control-allow-origin'],
    ];
    for (let time = 1; time <= 4; time++) {
      const answers = [];
      for (const [asked, way] of questions) {
        const answer = await ask(fast.url, asked, way);
        expect(differing(answer)).toEqual(differing(await ask(plain.url, asked, way)));
        answers.push(JSON.stringify(differing(answer)));
      }
      if (_what !== 'method') expect(new Set(answers).size).toBe(questions.length);
    }
    expect(await kept(fast)).toBeGreaterThan(0);
  });

  it('key: who sends one is never given what was kept, nor is it kept for others', async () => {
    const gateway = await serve({ env: on });
    const voter = { query: '{ voter(code: "12345678") { name } counties { name } }' };
    const headers = demoKey(gateway.app);
    const withKey = await warm(gateway, { query: '{ counties { name } }' }, { headers });
    expect(withKey.headers['cache-control']).toBe('private, no-store');
    expect(withKey.headers.etag).toBeUndefined();
    for (let time = 1; time < 4; time++) {
      const told = await ask(gateway.url, voter, { headers });
      expect(told.headers['cache-control']).toBe('private, no-store');
      const stranger = JSON.parse((await ask(gateway.url, voter)).text);
      expect(stranger.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    }
    expect(await kept(gateway)).toBe(0);
  });
});

describe('a kept answer', () => {
  it('is given until its shortest-lived part is due, asks nothing of the source, and is renewed then', async () => {
    const clock = manualClock();
    let now = clock.now();
    const gateway = await serve({ clock, env: on, sandbox: { now: () => now } });
    const first = (await warm(gateway, { query: PRESIDENT })).text;
    const asked = gateway.upstream().length;
    // The count moves on at the source.
    now += 30 * 60_000;
    clock.advance(14_000);
    const { text, headers } = await ask(gateway.url, { query: PRESIDENT });
    expect(text).toBe(first);
    expect(headers['cache-control']).toBe('public, max-age=1, stale-while-revalidate=5, stale-if-error=60');
    expect(gateway.upstream()).toHaveLength(asked);
    // Due: given once more at the most, while it is fetched.
    clock.advance(2_000);
    await ask(gateway.url, { query: PRESIDENT });
    await expect.poll(() => gateway.upstream().length).toBe(asked + 1);
    // What was made of the copy meanwhile is kept for a moment, too.
    const later = async () => {
      clock.advance(200);
      return (await ask(gateway.url, { query: PRESIDENT })).text;
    };
    await expect.poll(later).not.toBe(first);
    expect(gateway.upstream()).toHaveLength(asked + 1);
  });

  it('is never given past its life', async () => {
    const clock = manualClock();
    let now = clock.now();
    const gateway = await serve({ clock, env: on, sandbox: { now: () => now } });
    const first = (await warm(gateway, { query: PRESIDENT })).text;
    now += 30 * 60_000;
    clock.advance(20_000);
    expect((await ask(gateway.url, { query: PRESIDENT })).text).not.toBe(first);
  });

  it('is counted, limited and logged as any other', async () => {
    const gateway = await serve({ env: { ...on, STRANGER_COST_PER_MINUTE: '1000' } });
    const query = 'query Counties { counties { name } }';
    const remaining: number[] = [];
    let status = 200;
    while (status === 200) {
      const answer = await ask(gateway.url, { query });
      ({ status } = answer);
      if (status === 200) remaining.push(Number(answer.headers['ratelimit-remaining']));
    }
    expect(status).toBe(429);
    expect(await kept(gateway)).toBeGreaterThan(2);
    const steps = remaining.slice(1).map((left, index) => remaining[index]! - left);
    expect(new Set(steps).size).toBe(1);
    const lines = gateway
      .logs()
      .split('\n')
      .filter((line) => line.includes('"name":"Counties"'));
    expect(lines).toHaveLength(remaining.length);
    expect(new Set(lines.map((line) => JSON.parse(line).document)).size).toBe(1);
  });

  it('asks the source once, however many ask at the same moment', async () => {
    const gateway = await serve({ env: on });
    await ask(gateway.url, { query: '{ country { name } }' });
    await Promise.all(Array.from({ length: 50 }, () => ask(gateway.url, { query: PRESIDENT })));
    expect(gateway.upstream()).toHaveLength(1);
  });
});

describe('what is not kept', () => {
  it('an answer with an error', async () => {
    const clock = manualClock();
    const gateway = await serve({ clock, env: on });
    await warm(gateway, { query: '{ counties { name } }' });
    gateway.sandbox.faults.set({ kind: 'status', status: 500 });
    const failed = await warm(gateway, { query: PRESIDENT });
    expect(JSON.parse(failed.text).errors).toHaveLength(1);
    expect(failed.headers['cache-control']).toBe('private, no-store');
    gateway.sandbox.faults.clear();
    clock.advance(60_000);
    await expect
      .poll(async () => JSON.parse((await ask(gateway.url, { query: PRESIDENT })).text).errors, { timeout: 10_000 })
      .toBeUndefined();
  });

  it('an answer that is marked stale', async () => {
    const clock = manualClock();
    const gateway = await serve({ clock, env: on });
    await warm(gateway, { query: PRESIDENT });
    gateway.sandbox.faults.set({ kind: 'status', status: 500 });
    clock.advance(60_000);
    const before = await kept(gateway);
    for (let time = 1; time < 4; time++) {
      const { text, headers } = await ask(gateway.url, { query: PRESIDENT });
      expect(JSON.parse(text).data.country.result.stale).toBe(true);
      expect(headers['cache-control']).toBe('private, no-store');
    }
    expect(await kept(gateway)).toBe(before);
  });

  it.each([
    ['how the sources are doing', '{ sources { name } counties { name } }'],
    ['what reads nothing', '{ country { name } }'],
    ['a node, which may be somebody’s', '{ node(id: "Q291bnRyeTpLRQ") { id } sources { name } }'],
  ])('%s', async (_what, query) => {
    const gateway = await serve({ env: on });
    const { headers } = await warm(gateway, { query });
    expect(headers['cache-control']).toBe('private, no-store');
    expect(await kept(gateway)).toBe(0);
  });
});
