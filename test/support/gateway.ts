import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Clock } from '../../src/infra/clock.ts';
import { systemClock } from '../../src/infra/clock.ts';
import { createLog } from '../../src/infra/log.ts';
import { type IebcSandbox, type IebcSandboxOptions, startIebcSandbox } from '../../src/sandbox/iebc/index.ts';
import { iebcEnv } from './iebc.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
export type Answer = { status: number; data: any; errors: GraphQLFormattedError[] | undefined };
type GraphQLFormattedError = {
  message: string;
  path?: (string | number)[];
  extensions: Record<string, unknown>;
};

export type Gateway = {
  app: App;
  sandbox: IebcSandbox;
  /** Every log line so far. */
  logs: () => string;
  query(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  /** Requests that reached the source, token requests left out. */
  upstream: () => string[];
};

type GatewayOptions = {
  env?: Record<string, string>;
  sandbox?: IebcSandboxOptions;
  clock?: Clock;
  ends?: Ends;
};

/** Takes what closes something. */
export type Ends = (close: () => Promise<void>) => void;

/** A gateway over a sandbox of its own, reached through `app.fetch`; both end with the test, if not said otherwise. */
export async function startGateway({
  env = {},
  sandbox: sandboxOptions = {},
  clock = systemClock,
  ends = onTestFinished,
}: GatewayOptions = {}): Promise<Gateway> {
  const sandbox = await startIebcSandbox(sandboxOptions);
  const lines: string[] = [];
  const config = readConfig({
    ...iebcEnv(sandbox),
    IEBC_PLACES_INDEX: 'on-demand',
    IEBC_BOUNDARIES: 'on-demand',
    ELECTIONBUDDY_URL: 'off',
    EREG_URL: 'off',
    DATA_DIR: mkdtempSync(join(tmpdir(), 'gateway-')),
    ...(process.env.FAST_PATHS && { FAST_PATHS: process.env.FAST_PATHS }),
    ...env,
  });
  const write = (chunk: unknown, _encoding: string, done: () => void) => {
    lines.push(String(chunk));
    done();
  };
  const log = createLog('trace', new Writable({ write }));
  const app = await createApp({ ...config, iebc: { ...config.iebc, indexWaitMs: 60_000 } }, { clock, log });
  ends(async () => {
    await app.close();
    await sandbox.close();
  });
  return {
    app,
    sandbox,
    logs: () => lines.join(''),
    query: (query, variables, headers) => post(app, query, variables, headers),
    upstream: () =>
      sandbox.requests
        .filter(({ path }) => path !== '/token/')
        .map(({ path, query }) => (query ? `${path}?${query}` : path)),
  };
}

export async function post(
  app: App,
  query: string,
  variables?: Record<string, unknown>,
  headers?: Record<string, string>,
): Promise<Answer> {
  const response = await app.fetch(
    new Request('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    }),
  );
  const { data, errors } = (await response.json()) as Omit<Answer, 'status'>;
  return { status: response.status, data, errors };
}

/** What a subscription says first. */
export async function firstEvent(
  app: App,
  query: string,
  variables?: Record<string, unknown>,
  headers?: Record<string, string>,
): Promise<Omit<Answer, 'status'>> {
  const leave = new AbortController();
  const response = await app.fetch(
    new Request('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query, variables }),
      signal: leave.signal,
    }),
  );
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const [, event] = /^data: (\{.*\})$/m.exec(text) ?? [];
    if (!event) continue;
    leave.abort();
    return JSON.parse(event);
  }
  throw new Error('the stream ended without an event');
}

const keyOf = (name: string, scopes: string[]) => ({
  name,
  scopes,
  sha256: createHash('sha256').update(name).digest('hex'),
});

/** The environment in production, with a key of its operator and one of somebody else. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  API_KEYS: JSON.stringify([keyOf('operator-key', ['operator']), keyOf('reader-key', ['voters:read'])]),
};

/** A clock that stands still until it is told to move. */
export function manualClock(start = Date.parse('2013-03-05T06:00:00Z')): Clock & {
  advance(ms: number): void;
  /** As an operator or NTP sets a clock: the wall's time jumps, and no time passes. */
  set(ms: number): void;
} {
  let now = start;
  let passed = 0;
  return {
    ...systemClock,
    now: () => now,
    monotonic: () => passed,
    advance: (ms) => {
      now += ms;
      passed += ms;
    },
    set: (ms) => {
      now = ms;
    },
  };
}

/** The demo key's header: all scopes. */
export function demoKey({ demoKey }: App): Record<string, string> {
  return { authorization: `Bearer ${demoKey}` };
}
