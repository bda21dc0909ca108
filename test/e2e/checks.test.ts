import { createClient as createSseClient } from 'graphql-sse';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { EregSandboxOptions } from '../../src/sandbox/ereg/index.ts';
import { generateLogKey } from '../../src/services/log-key.ts';
import { generateSigningKey } from '../../src/services/signing-keys.ts';
import { canStartRedis, ownRedis } from '../infra/own-redis.ts';
import {
  appAt,
  bearer,
  CANCEL,
  type Check,
  checksEnv,
  ERASE,
  inputOf,
  maple,
  queryAt,
  REQUEST,
  request,
  startEreg,
  startProcess,
  WATCH,
  watched,
} from '../support/checks.ts';
import { connectWs, type Events, next, type Served, serve } from './serve.ts';

type Transport = (gateway: Served, id: string, as?: Record<string, string>) => Events;

const TRANSPORTS: Record<string, Transport> = {
  SSE: ({ url }, id, headers = bearer()) => {
    const client = createSseClient({ url, headers, singleConnection: false, retryAttempts: 0 });
    onTestFinished(() => client.dispose());
    return client.iterate({ query: WATCH, variables: { id } }) as Events;
  },
  WebSocket: (gateway, id, params = bearer()) =>
    connectWs(gateway, params).iterate({ query: WATCH, variables: { id } }) as unknown as Events,
};

const FINAL = ['COMPLETED', 'FAILED', 'CANCELED', 'EXPIRED'];
const version = async (events: Events): Promise<Check> => (await next(events)).data.registrationCheckUpdated;

/** Until the stream completes; what it ended with is the check's end, and every version was told. */
async function rest(events: Events): Promise<Check[]> {
  const versions: Check[] = [];
  for (;;) {
    const { value, done } = await events.next();
    if (done) break;
    versions.push(value.data.registrationCheckUpdated);
  }
  const [first] = versions;
  expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => first.version + index));
  expect(versions.map(({ state }) => FINAL.includes(state))).toEqual(versions.map((_, i) => i === versions.length - 1));
  return versions;
}

async function serveChecks(options: EregSandboxOptions = {}, env: Record<string, string> = {}) {
  const ereg = await startEreg(options);
  return { ...(await serve({ env: { ...checksEnv(ereg), ...env } })), ereg };
}

describe.each(Object.entries(TRANSPORTS))('over %s', (_name, subscribe) => {
  it('tells the check now, then every version, then completes', async () => {
    const gateway = await serveChecks({ checkMs: 500 });
    const { id, version: first } = await request(gateway, inputOf(maple(gateway.ereg)));
    expect(first).toBe(1);
    const versions = await rest(subscribe(gateway, id));
    expect(versions.length).toBeGreaterThan(1);
    expect(versions.at(-1)).toMatchObject({ id, state: 'COMPLETED', outcome: 'REGISTERED', progress: 1 });
    expect(versions.at(-1).credential).toMatch(/~$/);
    const progress = versions.map((check) => check.progress);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  });

  it('tells every version from the first, of ten addresses that change at once', async () => {
    // The upstream's answer is held back, so that the subscriber is there before anything happens.
    const gateway = await serveChecks();
    gateway.ereg.faults.set({ kind: 'slow', ms: 400, method: 'POST' });
    const person = maple(gateway.ereg);
    const addresses = gateway.ereg.people.slice(0, 10).map(({ address }) => ({ text: address }));
    const { id } = await request(gateway, inputOf(person, addresses));
    const versions = await rest(subscribe(gateway, id));
    // Claimed, submitted and answered, each of the ten; then the end.
    expect(versions.at(-1).version).toBe(1 + 10 * 3 + 1);
    expect(versions.length).toBeGreaterThan(20);
  });

  it('tells a late subscriber the end at once', async () => {
    const gateway = await serveChecks();
    const { id } = await request(gateway, inputOf(maple(gateway.ereg)));
    const ended = (await watched(gateway.app, id)).at(-1);
    for (let time = 0; time < 2; time++) expect(await rest(subscribe(gateway, id))).toEqual([ended]);
  });

  it('completes with the check when it is canceled, and without when it is erased', async () => {
    const gateway = await serveChecks({ checkMs: 600_000 });
    for (const [mutation, last] of [
      [CANCEL, ['CANCELED']],
      [ERASE, []],
    ] as const) {
      const { id } = await request(gateway, inputOf(maple(gateway.ereg)));
      const events = subscribe(gateway, id);
      while ((await version(events)).progress !== 0.5);
      await gateway.query(mutation, { id }, bearer());
      const states: string[] = [];
      for (let event = await events.next(); !event.done; event = await events.next())
        states.push(event.value.data.registrationCheckUpdated.state);
      expect(states).toEqual(last);
    }
  });

  it('does not tell another key’s check from one that does not exist', async () => {
    const gateway = await serveChecks({ checkMs: 600_000 });
    const { id } = await request(gateway, inputOf(maple(gateway.ereg)));
    const answer = await next(subscribe(gateway, id, bearer('library')));
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'id' } }] });
    expect(await next(subscribe(gateway, 'no-such-check', bearer('library')))).toEqual(answer);
    for (const [as, code] of [
      [{}, 'UNAUTHENTICATED'],
      [bearer('reader'), 'FORBIDDEN'],
    ] as const) {
      expect((await next(subscribe(gateway, id, as))).errors).toMatchObject([{ extensions: { code } }]);
    }
  });
});

describe.skipIf(!canStartRedis())('with Redis', () => {
  let redis: Awaited<ReturnType<typeof ownRedis>>;
  const ENCRYPTION_KEY = Buffer.alloc(32, 1).toString('base64url');
  let SIGNING_KEYS: string;
  beforeAll(async () => {
    SIGNING_KEYS = JSON.stringify({ keys: [await generateSigningKey('ES256')] });
    redis = await ownRedis();
    return () => redis[Symbol.asyncDispose]();
  });
  // The count of a key's checks is shared, too.
  const shared = () => ({
    REDIS_URL: redis.url,
    ENCRYPTION_KEY,
    SIGNING_KEYS,
    LOG_KEY: generateLogKey(),
    ISSUER: 'https://checks.example',
    CHECKS_PER_MINUTE: '1000',
  });

  it.each(Object.entries(TRANSPORTS))(
    'is watched over %s on another instance than it was requested on',
    async (_name, subscribe) => {
      const ereg = await startEreg({ checkMs: 300 });
      const env = { ...checksEnv(ereg), ...shared() };
      const one = await serve({ env });
      const other = await serve({ env });
      // Whichever of the two does the job.
      const checks = await Promise.all(Array.from({ length: 6 }, () => request(one, inputOf(maple(ereg)))));
      const ended = await Promise.all(checks.map(({ id }) => rest(subscribe(other, id))));
      for (const versions of ended) expect(versions.at(-1)).toMatchObject({ outcome: 'REGISTERED' });
      expect(await rest(subscribe(one, checks[0].id))).toEqual([ended[0]!.at(-1)]);
      // One list, whoever wrote into it.
      const list = '{ registrationChecks(states: [COMPLETED]) { totalCount nodes { id } } }';
      const { data } = await queryAt(other.url, list);
      expect(data.registrationChecks.nodes).toEqual(expect.arrayContaining(checks.map(({ id }) => ({ id }))));
      expect(await queryAt(one.url, list)).toMatchObject({ data });
      expect(ereg.checksStarted()).toBe(6);
    },
  );

  it('makes one check of fifty requests with one key, on two instances', async () => {
    const ereg = await startEreg();
    const env = { ...checksEnv(ereg), ...shared() };
    const gateways = [await serve({ env }), await serve({ env })];
    const input = inputOf(maple(ereg));
    const checks = await Promise.all(
      Array.from({ length: 50 }, (_, index) => request(gateways[index % 2]!, input, { key: 'once' })),
    );
    expect(new Set(checks.map(({ id }) => id)).size).toBe(1);
    await watched(gateways[1]!.app, checks[0].id);
    expect(ereg.checksStarted()).toBe(1);
  });

  it('runs as a gateway and a worker, two processes; the worker says nothing but how it is', async () => {
    const ereg = await startEreg();
    const env = { ...checksEnv(ereg), ...shared() };
    const gateway = startProcess({ ...env, ROLE: 'gateway' });
    const url = await gateway.url;
    const { data } = await queryAt(url, REQUEST, { input: inputOf(maple(ereg)) });
    const { id } = data.requestRegistrationCheck.check;
    // Nobody has begun: there is no worker yet.
    expect(ereg.requests).toEqual([]);
    const ended = watched(appAt(url), id);
    const worker = startProcess({ ...env, ROLE: 'worker' });
    expect((await ended).at(-1)).toMatchObject({ state: 'COMPLETED', outcome: 'REGISTERED' });
    // Signed by the worker, verified by the gateway.
    const proof = await queryAt(url, 'query ($id: ID!) { registrationCheck(id: $id) { credential } }', { id });
    const verified = await queryAt(
      url,
      'query ($credential: String!) { verifyRegistrationCredential(credential: $credential) { isValid reason } }',
      { credential: proof.data.registrationCheck.credential },
    );
    expect(verified.data.verifyRegistrationCredential).toEqual({ isValid: true, reason: null });

    const workerUrl = await worker.url;
    const at = async (path: string) => (await fetch(new URL(path, workerUrl))).status;
    expect(await Promise.all(['/health/live', '/health/ready', '/metrics'].map(at))).toEqual([200, 200, 200]);
    const others = [
      '/',
      '/graphql',
      '/graphql?query={__typename}',
      '/.well-known/jwks.json',
      '/webhooks/electionbuddy/x',
    ];
    expect(await Promise.all(others.map(at))).toEqual(others.map(() => 404));
    const posted = await fetch(workerUrl, {
      method: 'POST',
      body: '{"query":"{__typename}"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(posted.status).toBe(404);
    expect(await worker.kill('SIGTERM')).toBe(0);
    expect(await gateway.kill('SIGTERM')).toBe(0);
  });

  it('answers no query over a worker’s WebSocket either', async () => {
    const ereg = await startEreg();
    const worker = await serve({ env: { ...checksEnv(ereg), ...shared(), ROLE: 'worker' } });
    const answer = await connectWs(worker, bearer())
      .iterate({ query: '{ country { code } }' })
      .next()
      .then(
        ({ value }) => value,
        (refused: unknown) => refused,
      );
    expect(answer).not.toHaveProperty('data');
  });
});

it.each(['gateway', 'worker'])('does not start as a %s without Redis, and says so in one line', async (ROLE) => {
  const { ended, output } = startProcess({ ROLE, EREG_URL: 'off' });
  expect(await ended).toBe(1);
  expect(output()).toMatch(/^Cannot start: REDIS_URL: [^\n]+\n$/);
});
