import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
} from 'graphql';
import { type GraphQLParams, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Operation } from '../domain/operation.ts';
import type { Clock } from '../infra/clock.ts';
import { type Log, linesOf } from '../infra/log.ts';
import type { Metrics } from '../infra/metrics.ts';
import { untilLast } from './defer.ts';
import { innermost, typed } from './error-masking.ts';
import { type Subscriber, subscriberIn } from './fast/fan-out-subscriber.ts';

type Ran = Partial<Context> & { request: Request; params?: GraphQLParams };
type Errors = readonly Error[] | undefined;
type Begun = { who: { kind: string } & Record<string, string | null>; took: Record<string, number | null> };
type Outcome = 'ok' | 'partial' | 'failed' | 'refused' | 'left';

/** `began` on the monotonic clock; `cost` in points. */
type Told = {
  requestId: string;
  kind: string;
  name: string | null;
  hash: string | null;
  caller: string | null;
  outcome: Outcome;
  began: number;
  cost: number | null;
  operation?: Pick<Operation, 'sourceRequests' | 'cacheHits'> | undefined;
};

export type OperationLog = {
  plugin: Plugin<Context>;
  /** Of one that was answered past Yoga. */
  told(facts: Told): void;
};

export const REQUEST_ID = 'x-request-id';
/** Others' ids are taken as they are, if they can stand in a log. */
const ID = /^[\w.:+/=-]{1,128}$/;

export const requestIdOf = (sent: string | string[] | null | undefined, { uuid }: Pick<Clock, 'uuid'>): string =>
  typeof sent === 'string' && ID.test(sent) ? sent : uuid();

/**
 * One log line and one count an operation, over HTTP and WebSocket alike: what it was, by whom, how it ended, and what it
 * took. Of what was sent only the operation's name is written, and a hash of the document to find it by: no variables,
 * no addresses, nobody's name.
 */
export function createOperationLog({
  log,
  metrics,
  clock,
}: {
  log: Log;
  metrics: Metrics;
  clock: Clock;
}): OperationLog {
  const tellOf = linesOf(log, 'operation');
  const ids = new WeakMap<Request, string>();
  const known = new WeakSet<object>();
  const streams = { sse: 0, websocket: 0 };
  for (const transport of ['sse', 'websocket'] as const) {
    metrics.gauge('gateway_subscribers', 'Subscriptions that are open', () => streams[transport], {
      labels: { transport },
    });
  }

  function idOf(request: Request): string {
    const known = ids.get(request);
    if (known) return known;
    const id = requestIdOf(request.headers.get(REQUEST_ID), clock);
    ids.set(request, id);
    return id;
  }

  /** What can be said of an operation before its end. It holds nothing of the request, which a stream may outlive by days. */
  function begunOf({ request, operation, caller, params }: Ran, document?: DocumentNode): Begun {
    const ast = document && getOperationAST(document, params?.operationName);
    return {
      who: {
        requestId: idOf(request),
        kind: ast?.operation ?? 'unknown',
        name: ast?.name?.value ?? null,
        document: hashOf(params?.query),
        caller: caller?.kind ?? null,
      },
      took: {
        cost: operation?.cost ?? null,
        sourceRequests: operation?.sourceRequests ?? 0,
        cacheHits: operation?.cacheHits ?? 0,
      },
    };
  }

  function write({ who, took }: Begun, began: number, outcome: Outcome, more: Record<string, unknown>) {
    const ms = clock.monotonic() - began;
    metrics.operation({ kind: who.kind, outcome, ms });
    tellOf({ ...who, outcome, ms: Math.round(ms * 10) / 10, ...took, ...more });
  }

  function tell(context: Ran, began: number, outcome: Outcome, more: Record<string, unknown>, document?: DocumentNode) {
    known.add(context.request);
    write(begunOf(context, document), began, outcome, more);
  }

  /** A function of its own: one made beside the request would hold it for as long as the subscriber listens. */
  function tellAtEnd(subscriber: Subscriber, begun: Begun, began: number, transport: keyof typeof streams) {
    streams[transport]++;
    subscriber.onEnd(() => {
      streams[transport]--;
      const { events, codes } = subscriber;
      write(begun, began, codes.length > 0 ? 'partial' : 'ok', { events, ...(codes.length > 0 && { codes }) });
    });
  }

  /** Of one that was answered past Yoga. */
  function told({ requestId, kind, name, hash, caller, operation, began, outcome, cost }: Told) {
    const who = { requestId, kind, name, document: hash, caller };
    const { sourceRequests = 0, cacheHits = 0 } = operation ?? {};
    write({ who, took: { cost, sourceRequests, cacheHits } }, began, outcome, {});
  }

  /** What came to nothing before it ran. */
  const refused = (context: Ran, errors: Errors, code?: string) =>
    tell(context, clock.monotonic(), 'refused', { codes: codesOf(errors, code) });

  const plugin: Plugin<Context> = {
    onRequest: ({ request }) => void idOf(request),
    onResponse: ({ request, response }) => response.headers.set(REQUEST_ID, idOf(request)),
    onParse:
      () =>
      ({ context, result }) => {
        if (result instanceof Error) refused(context as unknown as Ran, [result], 'GRAPHQL_PARSE_FAILED');
      },
    onValidate:
      ({ context }) =>
      ({ valid, result }) => {
        if (!valid) refused(context as unknown as Ran, result, 'GRAPHQL_VALIDATION_FAILED');
      },
    onExecute({ args, executeFn, setExecuteFn }) {
      const context = args.contextValue as unknown as Ran;
      const began = clock.monotonic();
      // What was cancelled throws, and then nobody calls onExecuteDone.
      setExecuteFn(async (given: ExecutionArgs) => {
        try {
          const result = await executeFn(given);
          if (!isAsyncIterable(result)) return result;
          return untilLast(result, ({ outcome, errors }) => {
            tell(context, began, outcome, errors.length > 0 ? { codes: codesOf(errors) } : {}, args.document);
          });
        } catch (error) {
          const left = context.request.signal.aborted;
          const codes = left ? {} : { codes: codesOf([error as Error], 'INTERNAL_SERVER_ERROR') };
          tell(context, began, left ? 'left' : 'failed', codes, args.document);
          throw error;
        }
      });
      return {
        onExecuteDone({ result }) {
          if (isAsyncIterable(result)) return;
          const { data, errors } = result as ExecutionResult;
          const left = context.request.signal.aborted;
          const outcome = left ? 'left' : !errors ? 'ok' : data ? 'partial' : 'failed';
          tell(context, began, outcome, errors ? { codes: codesOf(errors) } : {}, args.document);
        },
      };
    },
    onSubscribe({ args }) {
      const context = args.contextValue as unknown as Ran;
      const began = clock.monotonic();
      return {
        onSubscribeResult({ result }) {
          const transport = new URL(context.request.url).host === 'websocket' ? 'websocket' : 'sse';
          const subscriber = subscriberIn(result);
          if (subscriber) {
            known.add(context.request);
            tellAtEnd(subscriber, begunOf(context, args.document), began, transport);
            return undefined;
          }
          if (!isAsyncIterable(result)) {
            tell(context, began, 'failed', { codes: codesOf((result as ExecutionResult).errors) }, args.document);
            return undefined;
          }
          streams[transport]++;
          let events = 0;
          const codes = new Set<string>();
          return {
            onNext({ result: event }) {
              events++;
              for (const code of codesOf((event as ExecutionResult).errors)) codes.add(code);
            },
            onEnd() {
              streams[transport]--;
              const more = { events, ...(codes.size > 0 && { codes: [...codes] }) };
              tell(context, began, codes.size > 0 ? 'partial' : 'ok', more, args.document);
            },
          };
        },
      };
    },
    // What was refused before it was read, such as a caller who has had enough, comes by here alone.
    onResultProcess({ request, result }) {
      if (known.has(request) || Array.isArray(result) || isAsyncIterable(result)) return;
      const { errors } = result as ExecutionResult;
      if (errors) refused({ request }, errors);
    },
  };
  return { plugin, told };
}

/**
 * To find the document by: the beginning of its SHA-256, without what stands in it as a value or a comment. A voter's number
 * written into a document could be found out by trying all there are.
 */
export const hashOf = (query: string | undefined) =>
  typeof query === 'string'
    ? createHash('sha256').update(query.replace(WRITTEN_IN, '')).digest('hex').slice(0, 16)
    : null;

/** Also what does not end: every match succeeds, so that its time grows with the length alone. */
const WRITTEN_IN = /"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|#.*|-?\b\d[\w.+-]*/g;

/** `code`: of those that have none of their own. */
export function codesOf(errors: Errors, code = 'BAD_USER_INPUT'): string[] {
  return [...new Set((errors ?? []).map((error) => codeOf(error, code)))].toSorted();
}

/** Of an error before or after it was masked. */
function codeOf(error: Error, otherwise: string): string {
  const inner = typed(innermost(error));
  if (inner instanceof GatewayError) return inner.code;
  const { code } = (error as Partial<GraphQLError>).extensions ?? {};
  return typeof code === 'string' ? code : inner === error ? otherwise : 'INTERNAL_SERVER_ERROR';
}
