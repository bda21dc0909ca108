import type { IncomingMessage } from 'node:http';
import { type Push, Repeater } from '@repeaterjs/repeater';
import { type ExecutionResult, getOperationAST } from 'graphql';
import { type GraphQLParams, isAsyncIterable, type Plugin } from 'graphql-yoga';
import { GatewayError } from '../domain/errors.ts';
import { withoutStatus } from './error-masking.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import type { Admit } from './persisted-documents.ts';

const PATH = '/graphql/stream';
const TOKEN_HEADER = 'x-graphql-event-stream-token';
/** As on a WebSocket. */
const OPERATIONS_PER_STREAM = 100;
const PING_EVERY_MS = 12_000;
const PING = ':\n\n';

type Stream = {
  operations: Map<string, AbortController>;
  /** Resolves when the client has taken it. */
  push: Push<string>;
};

type Arrival = { request: Request; params: GraphQLParams; req?: IncomingMessage };

// biome-ignore lint/suspicious/noExplicitAny: Yoga types its envelope so
type Enveloping = { getEnveloped: (initial: any) => any };

type Admitted = ReturnType<Admit>;

type Options = {
  admit: Admit;
  admitConnection: (request: IncomingMessage) => Promise<boolean>;
  maskError: (error: unknown) => Error;
  fingerprint: (text: string) => string;
  uuid: () => string;
};

/**
 * The single connection mode of graphql-sse's protocol, for browsers that may have only six connections over HTTP/1: PUT
 * gives a token, GET opens its stream, POST asks and DELETE ends. Operations go through the same plugins, limits and masks
 * as all others. A token is signed, not stored; its stream is held by the instance that opened it.
 */
export function eventStream(options: Options): Plugin {
  const { admitConnection, fingerprint, uuid } = options;
  const streams = new Map<string, Stream>();
  const signed = (id: string) => `${id}.${fingerprint(`event stream ${id}`)}`;
  const isOurs = (token: string) => signed(token.split('.', 1)[0]!) === token;
  let yoga: Enveloping;

  function open(token: string, signal: AbortSignal): Repeater<string> {
    const operations: Stream['operations'] = new Map();
    return new Repeater<string>(async (push, stop) => {
      streams.set(token, { operations, push });
      signal.addEventListener('abort', () => stop(), { once: true });
      let waits = false;
      const ping = () => {
        if (waits) return;
        waits = true;
        void push(PING).then(() => {
          waits = false;
        });
      };
      // Some browsers take the headers for nothing until something follows them.
      ping();
      const pinging = setInterval(ping, PING_EVERY_MS);
      await stop;
      clearInterval(pinging);
      streams.delete(token);
      for (const operation of operations.values()) operation.abort();
    });
  }

  async function operate(stream: Stream, id: string, arrival: Arrival, admitted: Admitted): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    stream.operations.set(id, controller);
    const tell = (event: string, payload?: ExecutionResult) =>
      signal.aborted ? undefined : stream.push(`event: ${event}\ndata: ${JSON.stringify({ id, payload })}\n\n`);
    try {
      const result = await answer(yoga, arrival, await admitted, signal);
      if (!isAsyncIterable(result)) await tell('next', result);
      else {
        const events = result[Symbol.asyncIterator]() as AsyncIterator<ExecutionResult>;
        const leave = () => void events.return?.();
        if (signal.aborted) leave();
        signal.addEventListener('abort', leave, { once: true });
        for (let event = await events.next(); !event.done; event = await events.next()) await tell('next', event.value);
      }
    } catch (error) {
      await tell('next', { errors: [withoutStatus(options.maskError(error))] });
    }
    await tell('complete');
    controller.abort();
    if (stream.operations.get(id) === controller) stream.operations.delete(id);
  }

  /** A status and, where there is more to say, a body. */
  async function handle(request: Request, url: URL, req: IncomingMessage | undefined): Promise<Reply> {
    if (request.method === 'PUT') return { status: 201, text: signed(uuid()) };
    const token = request.headers.get(TOKEN_HEADER) ?? url.searchParams.get('token') ?? '';
    if (!isOurs(token)) return refusal(404, 'There is no such stream: PUT gives a token for one.');
    const stream = streams.get(token);
    if (request.method === 'GET') {
      if (!request.headers.get('accept')?.includes('text/event-stream'))
        return refusal(406, 'This is an event stream.');
      if (stream) return refusal(409, 'This stream is open already.');
      if (req && !(await admitConnection(req))) return refusal(429, 'Too many connections.');
      return { status: 200, events: open(token, request.signal) };
    }
    if (!stream) return refusal(404, 'This stream is not open here.');
    if (request.method === 'DELETE') {
      stream.operations.get(url.searchParams.get('operationId') ?? '')?.abort();
      return { status: 200 };
    }
    if (request.method !== 'POST') return refusal(405, 'Operations come by POST.');
    const params = await paramsOf(request);
    const id = params.extensions?.operationId;
    if (typeof id !== 'string' || id === '') throw malformed('`extensions.operationId` must be a string.');
    if (stream.operations.has(id)) return refusal(409, 'An operation of this id is running.');
    if (stream.operations.size >= OPERATIONS_PER_STREAM) {
      return refusal(
        429,
        `At most ${OPERATIONS_PER_STREAM} operations run at once on one stream.`,
        'TOO_MANY_OPERATIONS',
      );
    }
    const arrival = { request, params, ...(req && { req }) };
    const admitted = options.admit(arrival);
    void operate(stream, id, arrival, admitted);
    // What it says of limits is told in this answer's headers; an error goes the way of all answers.
    await admitted.catch(() => {});
    return { status: 202 };
  }

  return {
    onYogaInit(payload) {
      yoga = payload.yoga;
    },
    async onRequest({ request, url, serverContext, fetchAPI, endResponse }) {
      if (url.pathname !== PATH || request.method === 'OPTIONS') return;
      const reply = await handle(request, url, (serverContext as { req?: IncomingMessage }).req).catch((error) => {
        const { message, extensions } = withoutStatus(options.maskError(error));
        return refusal(extensions.code === 'INTERNAL_SERVER_ERROR' ? 500 : 400, message, String(extensions.code));
      });
      const headers = {
        'content-type': reply.events ? 'text/event-stream' : (reply.type ?? 'text/plain; charset=utf-8'),
        'cache-control': 'no-cache',
      };
      const body = reply.events ? bodyOf(reply.events, fetchAPI.ReadableStream) : (reply.text ?? null);
      endResponse(new fetchAPI.Response(body, { status: reply.status, headers }));
    },
  };
}

async function answer(
  yoga: Enveloping,
  arrival: Arrival,
  { caller, params }: Awaited<Admitted>,
  signal: AbortSignal,
): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
  if (typeof params.query !== 'string') throw malformed('Send a JSON object with `query`.');
  const headers = new Headers([...arrival.request.headers]);
  // It would be that of the stream.
  headers.delete('last-event-id');
  // So would be what it accepts: an answer here is an event, and whole.
  headers.delete('accept');
  // Not the request that brought it: that is answered, and over, before the operation is.
  const request = new Request(arrival.request.url, { method: 'POST', headers, signal });
  const enveloped = yoga.getEnveloped({ ...arrival, request, params, caller });
  const { schema, parse, validate, contextFactory, execute, subscribe } = enveloped;
  const { operationName, variables } = params;
  const document = parse(params.query);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  const perform = getOperationAST(document, operationName)?.operation === 'subscription' ? subscribe : execute;
  return perform({
    schema,
    document,
    contextValue: await contextFactory(),
    operationName,
    variableValues: variables,
  });
}

type Reply = { status: number; text?: string; type?: string; events?: Repeater<string> };

function refusal(status: number, message: string, code = 'BAD_USER_INPUT'): Reply {
  const text = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  return { status, text, type: 'application/json; charset=utf-8' };
}

const malformed = (message: string) => new GatewayError('BAD_USER_INPUT', message);

async function paramsOf(request: Request): Promise<GraphQLParams> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES)
    throw malformed('This request is too large.');
  // A browser asks first before it sends this to another site.
  if (!request.headers.get('content-type')?.startsWith('application/json')) throw malformed('Send application/json.');
  let params: unknown;
  try {
    params = await request.json();
  } catch {
    throw malformed('Send JSON.');
  }
  if (typeof params !== 'object' || params === null || Array.isArray(params)) throw malformed('Send a JSON object.');
  return params;
}

function bodyOf(events: Repeater<string>, Body: typeof ReadableStream): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new Body<Uint8Array>({
    async pull(controller) {
      const { value, done } = await events.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: () => void events.return(),
  });
}
