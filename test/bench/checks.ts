import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { createNodeRedisClient, Queue, Worker } from 'bullmq';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/infra/log.ts';
import { startEregSandbox } from '../../src/sandbox/ereg/index.ts';
import { canStartRedis, ownRedis } from '../infra/own-redis.ts';

// Registration checks from the request to the last event of the subscription, over an upstream that answers at once,
// beside bare BullMQ jobs that do nothing, on the same Redis. Two steps a check, the second 0.4 s after the first, are
// in the time: what is compared is how many of them go on side by side.

const CHECKS = 400;
const PERSON = {
  canada: {
    givenName: 'Maple',
    familyName: 'Testwell',
    birthDate: '1980-01-04',
    addresses: [{ text: '117-719 Bloor St W, Toronto' }],
  },
};
const ereg = await startEregSandbox({ checkMs: 0 });

const startApp = (redisUrl?: string) =>
  createApp(
    readConfig({
      EREG_URL: ereg.url,
      EREG_API_KEY: ereg.apiKey,
      EREG_CONCURRENCY: '64',
      ELECTIONBUDDY_URL: 'off',
      IEBC_PLACES_INDEX: 'on-demand',
      DATA_DIR: mkdtempSync(join(tmpdir(), 'gateway-bench-')),
      CHECK_CONCURRENCY: '400',
      CHECKS_PER_MINUTE: '1000000',
      SUBSCRIPTIONS_PER_CALLER: '1000000',
      REQUESTS_PER_MINUTE: '1000000',
      ...(redisUrl && { REDIS_URL: redisUrl }),
    }),
    { log: createLog('silent') },
  );

function ask(app: App, query: string, variables: object, accept = 'application/json'): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept, authorization: `Bearer ${app.demoKey}` };
  return app.fetch(
    new Request('http://gateway/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) }),
  );
}

const REQUEST = `mutation ($input: RequestRegistrationCheckInput!) {
  requestRegistrationCheck(input: $input) { ... on RequestRegistrationCheckSuccess { check { id } } } }`;
const WATCH = 'subscription ($id: ID!) { registrationCheckUpdated(id: $id) { state outcome } }';

/** Milliseconds from the request to its answer, to the first event, and to the end. */
async function check(app: App): Promise<{ answer: number; first: number; end: number }> {
  const start = performance.now();
  const since = () => performance.now() - start;
  const { data } = (await (await ask(app, REQUEST, { input: PERSON })).json()) as {
    data: { requestRegistrationCheck: { check: { id: string } } };
  };
  const answer = since();
  const stream = await ask(app, WATCH, { id: data.requestRegistrationCheck.check.id }, 'text/event-stream');
  let first = 0;
  let text = '';
  for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (first === 0 && text.includes('"registrationCheckUpdated"')) first = since();
  }
  if (!text.includes('"REGISTERED"')) throw new Error('a check did not end as it should');
  return { answer, first, end: since() };
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!.toFixed(1);

async function measure(way: string, redisUrl?: string) {
  const app = await startApp(redisUrl);
  await check(app);
  const alone = [];
  for (let i = 0; i < 10; i++) alone.push(await check(app));
  const start = performance.now();
  await Promise.all(Array.from({ length: CHECKS }, () => check(app)));
  const perSecond = CHECKS / ((performance.now() - start) / 1000);
  await app.close();
  return {
    way,
    'per second': perSecond.toFixed(0),
    'alone: to the answer (ms)': median(alone.map(({ answer }) => answer)),
    'to the first event (ms)': median(alone.map(({ first }) => first)),
    'to the end (ms)': median(alone.map(({ end }) => end)),
  };
}

async function bareBullMq(url: string) {
  const clients = [createClient({ url }), createClient({ url })];
  const [forQueue, forWorker] = clients.map((client) => createNodeRedisClient(client));
  const queue = new Queue('bench', { connection: forQueue! });
  const done = Promise.withResolvers<void>();
  let left = CHECKS;
  const worker = new Worker('bench', async () => {}, { connection: forWorker!, concurrency: 400 });
  worker.on('completed', () => {
    left--;
    if (left === 0) done.resolve();
  });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  const start = performance.now();
  await Promise.all(Array.from({ length: CHECKS }, (_, index) => queue.add('nothing', {}, { jobId: `job-${index}` })));
  await done.promise;
  const perSecond = CHECKS / ((performance.now() - start) / 1000);
  await worker.close();
  await queue.close();
  for (const client of clients) if (client.isOpen) client.destroy();
  return { way: 'bare BullMQ, one empty job each', 'per second': perSecond.toFixed(0) };
}

const rows: object[] = [await measure('checks, embedded')];
if (canStartRedis()) {
  const redis = await ownRedis();
  rows.push(await measure('checks, Redis', redis.url), await bareBullMq(redis.url));
  await redis[Symbol.asyncDispose]();
}
console.table(rows);
await ereg.close();
