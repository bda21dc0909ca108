import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type IebcSandbox, startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { canStartRedis, ownRedis, until } from '../infra/own-redis.ts';
import { type Process, startProcess } from '../support/checks.ts';
import { iebcEnv } from '../support/iebc.ts';
import { type Events, next, type Served, TRANSPORTS } from './serve.ts';

const WATCH = 'subscription { contestResultUpdated(reportingUnit: "KE", post: PRESIDENT) { stationsReported } }';
const KEY = 'the-key-of-somebody';
const PER_MINUTE = 40;

/** On a connection of its own, so that the next one may be answered by another worker. */
function post(url: string, query: string, headers: Record<string, string> = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = { method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers } };
  const asking = request(url, sent, async (response) => resolve((await response.toArray()).join('')));
  asking.on('error', reject).end(JSON.stringify({ query }));
  return promise;
}

describe.skipIf(!canStartRedis())('two workers on one port', { timeout: 60_000 }, () => {
  const opened = new AsyncDisposableStack();
  let source: IebcSandbox;
  let gateway: Process;
  let url: string;
  let admin: string;
  let now = Date.parse('2013-03-04T18:00:00Z');

  beforeAll(async () => {
    const redis = opened.use(await ownRedis());
    source = opened.adopt(await startIebcSandbox({ now: () => now }), (it) => it.close());
    const sha256 = createHash('sha256').update(KEY).digest('hex');
    const env = {
      ...iebcEnv(source),
      WORKERS: '2',
      REDIS_URL: redis.url,
      ADMIN_PORT: '0',
      API_KEYS: JSON.stringify([{ name: 'somebody', sha256, scopes: [] }]),
      REQUESTS_PER_MINUTE: String(PER_MINUTE),
      IEBC_TOKEN: '',
      IEBC_POLL_MS: '250',
      EREG_URL: 'off',
      LOG_LEVEL: 'error',
    };
    gateway = startProcess(env, (end) => opened.defer(end));
    url = await gateway.url;
    const adminUrl = () => /(http:\/\/\S+)\/metrics/.exec(gateway.output())?.[1];
    await vi.waitUntil(adminUrl);
    admin = adminUrl()!;
  }, 60_000);
  afterAll(() => opened.disposeAsync());

  const workers = () =>
    spawnSync('pgrep', ['-P', String(gateway.pid)], { encoding: 'utf8' })
      .stdout.split('\n')
      .filter(Boolean);
  /** The sum over all labels, as the operator's port tells it. */
  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${admin}/metrics`)).text();
    const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  }
  const watch = (): Events =>
    TRANSPORTS['SSE by a plain GET, as EventSource sends it']!({ url } as Served, { query: WATCH });
  const reported = async (events: Events): Promise<number> =>
    (await next(events)).data.contestResultUpdated.stationsReported;
  /** Each worker watches what its own subscribers want; connections are dealt in turn. */
  const bothWatch = async () => (await metric('gateway_watched_results')) === 2;
  async function bothAnswer() {
    await until(() => workers().length === 2);
    await until(async () => {
      const streams = [watch(), watch()];
      await Promise.all(streams.map(reported));
      const both = await bothWatch();
      await Promise.all(streams.map((stream) => stream.return?.()));
      return both;
    }, 40_000);
  }

  it('say once that they are there, on one port and one for the operator', async () => {
    await bothAnswer();
    expect(gateway.output().match(/Election gateway: /g)).toHaveLength(1);
    expect((await fetch(`${admin}/health`)).status).toBe(200);
    await until(async () => (await metric('gateway_subscribers')) === 0);
  });

  it('count what a key asks for together, and show the sum of their counters', async () => {
    const before = await metric('gateway_operation_seconds_count');
    const headers = { authorization: `Bearer ${KEY}` };
    const answers = await Promise.all(
      Array.from({ length: 2 * PER_MINUTE }, () => post(url, '{ __typename }', headers)),
    );
    expect(answers.filter((answer) => answer.includes('"data"'))).toHaveLength(PER_MINUTE);
    expect((await metric('gateway_operation_seconds_count')) - before).toBe(2 * PER_MINUTE);
  });

  it('poll once for subscribers of both, who hear the same; another takes the place of one that is killed', async () => {
    const streams = [watch(), watch()];
    const all = () => Promise.all(streams.map(reported));
    const first = await all();
    expect(await bothWatch()).toBe(true);
    await until(async () => (await metric('gateway_polled_results')) === 1);
    now += 60_000;
    const later = await all();
    expect(new Set(later).size).toBe(1);
    expect(later[0]).toBeGreaterThan(first[0]!);

    const [doomed, other] = workers();
    // One of the two ends; whichever it is, the other goes on.
    const ended = streams.map((stream) => reported(stream).then(String, () => 'ended'));
    process.kill(Number(doomed), 'SIGKILL');
    expect(await Promise.race(ended)).toBe('ended');
    now += 60_000;
    expect((await Promise.all(ended)).filter((how) => how === 'ended')).toHaveLength(1);
    await bothAnswer();
    expect(workers()).toContain(other);
    expect(workers()).not.toContain(doomed);
    expect(gateway.output().match(/a worker ended: another is started/g)).toHaveLength(1);
    expect(gateway.output().match(/Election gateway: /g)).toHaveLength(1);
  });

  it('end together on SIGTERM, streams with a hint to come back', async () => {
    const answer = await fetch(`${url}?query=${encodeURIComponent(WATCH)}`, {
      headers: { accept: 'text/event-stream' },
    });
    let text = '';
    const read = async () => {
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) text += chunk;
    };
    // Cut in the middle, as by a network: an EventSource then comes back.
    const cut = expect(read()).rejects.toThrow();
    const [one, other] = workers();
    expect(await gateway.kill('SIGTERM')).toBe(0);
    await cut;
    expect(text).toContain('retry: ');
    for (const pid of [one, other]) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  });
});

it.each<[string, Record<string, string>, string]>([
  ['without Redis', {}, 'REDIS_URL: '],
  ['at an address of another machine', { REDIS_URL: 'redis://127.0.0.1:9', PORT: '1', HOST: '203.0.113.1' }, 'HOST: '],
])('do not start %s, and say so in one line', async (_how, env, start) => {
  const { ended, output } = startProcess({ WORKERS: '2', API_KEYS: '[]', EREG_URL: 'off', ...env });
  expect(await ended).toBe(1);
  const lines = output()
    .split('\n')
    .filter((line) => line.startsWith('Cannot'));
  expect(lines).toEqual([expect.stringMatching(`^Cannot start: ${start}`)]);
});
