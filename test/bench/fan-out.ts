import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Child, quiet, startChild } from './child.ts';
import { post, UNLIMITED } from './contenders.ts';
import { placesIndexed, startGatewayProcess } from './gateway-process.ts';
import { COUNTIES, chooseCounty, recordSubscription, resultSubscription } from './queries.ts';
import { type Source, startSource } from './source.ts';
import type { Usage } from './usage-report.ts';
import { median, progress, type Verdict } from './verdicts.ts';

// One event to 5,000 subscribers, over Server-Sent Events and over WebSockets: the CPU that it costs the gateway, beside
// that of a server that only writes the same bytes, and what a subscriber takes of the heap. Of one result, whose newest
// count alone is shown, and of the record, each version of which is sent to everybody.

const SUBSCRIBERS = 5_000;
const KINDS = { sse: 'SSE', websocket: 'WebSocket' } as const;
type Kind = keyof typeof KINDS;
/** `alsoAlone`: a step has the gateway read and record all counties, which is not what the second subscriber costs. */
type What = { called: string; query: (county: string) => string; alsoAlone: boolean };
const RESULT: What = { called: 'a result', query: resultSubscription, alsoAlone: false };
const RECORD: What = { called: 'the record', query: recordSubscription, alsoAlone: true };
const WITH_REPORT = ['--expose-gc', `--import=${new URL('./usage-report.ts', import.meta.url)}`];
const POLL_MS = 1_000;
/** Nothing that one caller may have is to be what is measured. */
const NO_CAPS = {
  ...UNLIMITED,
  SUBSCRIPTIONS_PER_CALLER: '1000000',
  WATCHED_RESULTS_PER_CALLER: '1000000',
  CONNECTIONS_PER_CALLER: '1000000',
  IEBC_POLL_MS: String(POLL_MS),
};
const FOLLOWING = { RECORD: 'PRESIDENT@county', RECORD_REQUESTS_PER_MINUTE: '3000' };

export async function fanOut({ quick }: { quick: boolean }): Promise<Verdict[]> {
  const count = quick ? 1_000 : SUBSCRIBERS;
  const events = quick ? 3 : 5;
  const source = await startSource();
  const verdicts: Verdict[] = [];
  for (const what of [RESULT, RECORD]) {
    for (const kind of ['sse', 'websocket'] as const) {
      verdicts.push(...(await measureKind(kind, what, source, { count, events })));
    }
  }
  await source.stop();
  return verdicts;
}

type Size = { count: number; events: number };

async function measureKind(kind: Kind, what: What, source: Source, { count, events }: Size): Promise<Verdict[]> {
  const called = `${KINDS[kind]} of ${what.called}`;
  progress(`fan-out over ${called}: ${count} subscribers come`);
  const env = { ...NO_CAPS, ...(what.alsoAlone ? FOLLOWING : { RECORD: 'none' }) };
  const gateway = await startGatewayProcess(source, env, WITH_REPORT);
  await placesIndexed(gateway);
  const county = chooseCounty((await post(gateway.url, JSON.stringify({ query: COUNTIES }))).data);
  const query = what.query(county);
  const plain = await startChild(
    new URL('./plain-fan-out.ts', import.meta.url),
    { DATA: await firstEvent(gateway.url, query) },
    WITH_REPORT,
  );
  await quiet(gateway);
  const alone = what.alsoAlone ? await costAlone(gateway, kind, query, source, events) : 0;
  const emptyHeaps = [(await usageOf(gateway, 'heap')).heapBytes, (await usageOf(plain, 'heap')).heapBytes] as const;
  const subscribers = await subscribe(kind, gateway.url, query, count);
  const plainSubscribers = await subscribe(kind, plain.url, query, count);
  // One that is not measured: who follows the record goes with the others from the first event on that it has waited for.
  await costOf(gateway, 0, subscribers, () => source.child.send('step'));
  await costOf(plain, 0, plainSubscribers, () => plain.child.send('event'));
  const heaps = [(await usageOf(gateway, 'heap')).heapBytes, (await usageOf(plain, 'heap')).heapBytes] as const;
  const [heap, plainHeap] = [(heaps[0] - emptyHeaps[0]) / count, (heaps[1] - emptyHeaps[1]) / count];

  progress(`fan-out over ${called}: ${events} events`);
  const idle = await idleShare(gateway);
  const costs: Cost[] = [];
  const plainCosts: Cost[] = [];
  for (let event = 0; event < events; event++) {
    costs.push(await costOf(gateway, idle, subscribers, () => source.child.send('step')));
    plainCosts.push(await costOf(plain, 0, plainSubscribers, () => plain.child.send('event')));
  }
  for (const child of [subscribers, plainSubscribers]) child.kill();
  await Promise.all([gateway.stop(), plain.stop()]);
  progress('');

  const [all, plainCpu] = [costs, plainCosts].map((list) => median(list.map(({ cpuMs }) => cpuMs))) as [number, number];
  const cpu = all - alone;
  const spread = median(costs.map(({ spreadMs }) => spreadMs));
  console.log(
    `\nOne event to ${count} subscribers over ${called}: ${cpu.toFixed(0)} ms of CPU, ${plainCpu.toFixed(0)} ms for plain writes; ${spread.toFixed(0)} ms from the first to the last; ${(heap / 1024).toFixed(1)} KB of heap a subscriber, ${(plainHeap / 1024).toFixed(1)} KB of the plain server`,
  );
  const [must, aim, mustHeap, aimHeap] = kind === 'sse' ? [1.5, 1, 20, 10] : [2, 1.2, 14, 8];
  return [
    { what: `one event to ${count} over ${called}, CPU to plain writes`, value: cpu / plainCpu, must, aim, less: true },
    {
      what: `heap per ${called} subscriber`,
      value: heap / 1024,
      must: mustHeap,
      aim: aimHeap,
      less: true,
      unit: ' KB',
    },
  ];
}

/** The JSON of the first event of a subscription over SSE. */
async function firstEvent(url: string, query: string): Promise<string> {
  const ended = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
    signal: ended.signal,
  });
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const [, data] = /event: next\ndata: (.*)\n(?:id: .*\n)?\n/.exec(text) ?? [];
    if (data === undefined) continue;
    ended.abort();
    if (!data.startsWith('{"data"')) throw new Error(data);
    return data;
  }
  throw new Error(`no event: ${text}`);
}

async function usageOf({ child }: Child, what: 'usage' | 'heap'): Promise<Usage> {
  const said = once(child, 'message');
  child.send(what);
  const [usage] = await said;
  return usage as Usage;
}

/** A process with so many subscribers, all of whom have had their first event. */
async function subscribe(kind: Kind, url: string, query: string, count: number): Promise<ChildProcess> {
  const file = new URL('./subscribers-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { PATH: process.env.PATH, URL: url, QUERY: query, KIND: kind, COUNT: String(count) },
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the subscribers ended')));
  ended.catch(() => {});
  await Promise.race([once(child, 'message'), ended]);
  return child;
}

/** How much of a core it needs while nothing happens: polls, pings. */
async function idleShare(child: Child): Promise<number> {
  const idleMs = 4 * POLL_MS;
  const { cpuMs: before } = await usageOf(child, 'usage');
  await wait(idleMs);
  const { cpuMs: after } = await usageOf(child, 'usage');
  return (after - before) / idleMs;
}

/** What a step costs that only one hears of. */
async function costAlone(gateway: Child, kind: Kind, query: string, source: Source, events: number): Promise<number> {
  const one = await subscribe(kind, gateway.url, query, 1);
  const idle = await idleShare(gateway);
  const costs: Cost[] = [];
  for (let event = 0; event < events; event++)
    costs.push(await costOf(gateway, idle, one, () => source.child.send('step')));
  one.kill();
  return median(costs.map(({ cpuMs }) => cpuMs));
}

type Cost = { cpuMs: number; spreadMs: number };

async function costOf(child: Child, idle: number, subscribers: ChildProcess, happen: () => void): Promise<Cost> {
  const { cpuMs: before } = await usageOf(child, 'usage');
  const began = performance.now();
  const heard = once(subscribers, 'message');
  happen();
  const [{ spreadMs }] = await heard;
  // Also of what it does for others, such as to record the other counties.
  await wait(1_000);
  const { cpuMs: after } = await usageOf(child, 'usage');
  return { cpuMs: after - before - idle * (performance.now() - began), spreadMs };
}
