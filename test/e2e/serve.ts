import { createClient as createSseClient } from 'graphql-sse';
import { type Client, createClient as createWsClient } from 'graphql-ws';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type Listening, listen } from '../../src/listen.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { messagesOf } from '../support/sse.ts';

export type Served = Gateway & { server: Listening; url: string };

type Options = Parameters<typeof startGateway>[0] & { admin?: boolean };

/** A gateway on a port of its own, for clients that need real sockets. `admin`: with a port for its operator. */
export async function serve({ admin = false, ...options }: Options = {}): Promise<Served> {
  const gateway = await startGateway(options);
  const place = { port: 0, host: '127.0.0.1' };
  const server = await listen(gateway.app, { ...place, admin: admin ? place : null });
  onTestFinished(() => server.close());
  return { ...gateway, server, url: `${server.url}/graphql` };
}

// biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
export type Event = { data: any; errors?: { message: string; extensions: Record<string, unknown> }[] };
export type Events = AsyncIterator<Event>;
export type Payload = { query: string; variables?: Record<string, unknown> };

/** The ways in which a client can subscribe. The test's end closes whatever it left open. */
export const TRANSPORTS: Record<string, (gateway: Served, payload: Payload) => Events> = {
  'SSE by graphql-sse': ({ url }, payload) => {
    const client = createSseClient({ url, singleConnection: false, retryAttempts: 0 });
    onTestFinished(() => client.dispose());
    return client.iterate(payload) as Events;
  },
  'SSE by a plain GET, as EventSource sends it': ({ url }, payload) => eventSource(url, payload),
  'WebSocket by graphql-ws': (gateway, payload) => connectWs(gateway).iterate(payload) as unknown as Events,
};

export function connectWs(
  { server }: Served,
  connectionParams: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Client {
  class WithHeaders extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, { headers });
    }
  }
  const client = createWsClient({
    url: `${server.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WithHeaders,
    connectionParams,
    retryAttempts: 0,
  });
  onTestFinished(() => client.dispose());
  return client;
}

async function* eventSource(url: string, { query, variables = {} }: Payload): AsyncGenerator<Event> {
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const leave = new AbortController();
  onTestFinished(() => leave.abort());
  const response = await fetch(`${url}?${search}`, {
    headers: { accept: 'text/event-stream' },
    signal: leave.signal,
  });
  try {
    for await (const { event, data } of messagesOf(response)) {
      if (event === 'complete') return;
      if (event === 'next' && data) yield JSON.parse(data) as Event;
    }
  } finally {
    leave.abort();
  }
}

export async function next(events: Events): Promise<Event> {
  // graphql-ws throws what the others give as an event with errors.
  const { value, done } = await events.next().catch((thrown: unknown) => {
    if (!Array.isArray(thrown)) throw thrown;
    return { value: { data: null, errors: thrown }, done: false as const };
  });
  if (done) throw new Error('the stream ended');
  return value;
}

/** One metric's value as an operator's scraper reads it. */
export async function gauge({ server }: Served, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
}
