import { type ExecutionArgs, type ExecutionResult, getOperationAST } from 'graphql';
import { type GraphQLParams, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import type { Tracing } from '../infra/tracing.ts';
import { untilLast } from './defer.ts';
import { codesOf, hashOf } from './operation-log.ts';

type Execute = (args: ExecutionArgs) => unknown;
type Traced = Pick<Context, 'caller' | 'operation'> & { request: Request; params?: GraphQLParams };

/** A caller chooses it. */
const LONGEST_NAME = 100;

/**
 * A span an operation. Of a subscription there is one for its beginning and one for each event: it may be open for days.
 * Round the whole of its execution and not by the hooks after it, which are not called for what was cancelled.
 */
export function operationSpans(tracing: Tracing): {
  plugins: Plugin<Context>[];
  /** Of an event of a subscription. */
  traced<E extends Execute>(execute: E): E;
} {
  function begin({ document, operationName, contextValue }: ExecutionArgs, phase?: string) {
    const { caller, operation, request, params } = contextValue as Traced;
    const ast = getOperationAST(document, operationName);
    const kind = ast?.operation ?? 'unknown';
    const name = ast?.name?.value.slice(0, LONGEST_NAME);
    const span = tracing.begin(name ? `${kind} ${name}` : kind, {
      kind: 'server',
      parent: request.headers.get('traceparent'),
      attributes: {
        'graphql.operation.type': kind,
        ...(name && { 'graphql.operation.name': name }),
        'gateway.document': hashOf(params?.query) ?? '',
        'gateway.caller': caller.kind,
        ...(phase && { 'gateway.phase': phase }),
      },
    });
    operation.traceparent = span.traceparent;
    return { span, operation, request };
  }

  function traced<E extends Execute>(execute: E, phase?: string): E {
    const run = async (args: ExecutionArgs) => {
      const { span, operation, request } = begin(args, phase);
      const end = (outcome: string, errors: readonly Error[]) =>
        span.end(
          {
            'gateway.outcome': outcome,
            'gateway.source_requests': operation.sourceRequests,
            ...(errors.length > 0 && { 'gateway.error_codes': codesOf(errors) }),
          },
          outcome === 'ok' ? 'ok' : 'failed',
        );
      try {
        const result = await execute(args);
        if (isAsyncIterable(result) && !phase) {
          return untilLast(result, ({ outcome, errors }) => end(outcome, errors));
        }
        const { data = null, errors = [] } = isAsyncIterable(result) ? {} : (result as ExecutionResult);
        end(errors.length === 0 ? 'ok' : data ? 'partial' : 'failed', errors);
        return result;
      } catch (error) {
        if (request.signal.aborted) end('left', []);
        else end('failed', [error as Error]);
        throw error;
      }
    };
    return run as unknown as E;
  }

  if (!tracing.enabled) return { plugins: [], traced: (execute) => execute };
  return {
    plugins: [
      {
        onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn(traced(executeFn)),
        onSubscribe: ({ subscribeFn, setSubscribeFn }) => setSubscribeFn(traced(subscribeFn, 'subscribe')),
      },
    ],
    traced: (execute) => traced(execute, 'event'),
  };
}
