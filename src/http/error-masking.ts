import { GraphQLError } from 'graphql';
import { createGraphQLError, type YogaMaskedErrorOpts } from 'graphql-yoga';
import { deadlineExceeded, GatewayError, storageUnavailable } from '../domain/errors.ts';
import type { Log } from '../infra/log.ts';
import { StorageUnavailable } from '../infra/storage-error.ts';

const HTTP_STATUS: Partial<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, RATE_LIMITED: 429 };

/** The one place that decides what a stranger reads of an error, and what the operator's log keeps of it. */
export function maskErrors(log: Log): YogaMaskedErrorOpts {
  // Over a WebSocket an error comes by here twice.
  const answered = new WeakSet<object>();
  return {
    errorMessage: 'Unexpected error.',
    maskError: (thrown, message) => {
      if (thrown instanceof GraphQLError && answered.has(thrown)) return thrown;
      const located = thrown instanceof GraphQLError ? thrown : null;
      const cause = innermost(thrown);
      if (cause instanceof StorageUnavailable) log.error({ reason: cause.reason }, 'storage failed');
      const known = typed(cause);
      const answer = (text: string, extensions: Record<string, unknown>) => {
        const { nodes = null, source = null, positions = null, path = null } = located ?? {};
        const answer = createGraphQLError(text, { nodes, source, positions, path, extensions });
        answered.add(answer);
        return answer;
      };
      const unexpected = (error: unknown) =>
        log.error({ error: describe(error), path: located?.path?.join('.') }, 'unexpected error');

      if (known instanceof GatewayError) {
        const { code, extensions } = known;
        if (code === 'INTERNAL_SERVER_ERROR') unexpected(known);
        // A failed field leaves the answer at 200; only an error of the request as a whole sets the status.
        const status = located?.path ? undefined : HTTP_STATUS[code];
        return answer(known.message, { code, ...extensions, ...(status && { http: { status } }) });
      }
      // GraphQL's own errors are about the caller's input, but for a value of ours that its type cannot hold: that one
      // has a path and points at no input.
      if (known instanceof GraphQLError && (known.nodes || !located?.path)) {
        const { code = 'BAD_USER_INPUT', http } = known.extensions;
        return answer(inputMessage(known, code), { code, ...(http !== undefined && { http }) });
      }
      unexpected(known);
      return answer(message, { code: 'INTERNAL_SERVER_ERROR' });
    },
  };
}

/** Without the HTTP status that an error of a whole request carries: for where one answer is of many. */
export function withoutStatus(error: Error): GraphQLError {
  const { http: _status, ...extensions } = error instanceof GraphQLError ? error.extensions : {};
  return new GraphQLError(error.message, { extensions });
}

/** Codes of errors whose messages name parts of the document and the schema, and count; never a value. */
const NAMES_ONLY: ReadonlySet<unknown> = new Set([
  'GRAPHQL_VALIDATION_FAILED',
  'QUERY_TOO_COMPLEX',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** What a caller reads of an error of GraphQL or Yoga, whose own message may quote what was sent. */
function inputMessage({ message, extensions, locations, nodes }: GraphQLError, code: unknown): string {
  if (NAMES_ONLY.has(code)) return message;
  if (code === 'GRAPHQL_PARSE_FAILED') {
    const [at] = locations ?? [];
    return `Syntax error${at ? ` at line ${at.line}, column ${at.column}` : ''}: this is not a GraphQL document.`;
  }
  const { status } = (extensions.http ?? {}) as { status?: number };
  const known = status && STATUS_MESSAGES[status];
  return known || (nodes ? 'An argument has an invalid value.' : 'This request cannot be executed.');
}

const STATUS_MESSAGES: Record<number, string> = {
  400: 'This is not a GraphQL request: send a JSON object with `query` and, where needed, `variables` and `operationName`.',
  403: 'A browser sends this kind of request without asking first: add the header `x-graphql-yoga-csrf`, or send JSON.',
  405: 'Queries and subscriptions come by GET or POST, mutations by POST only.',
  413: 'This request is too large.',
  415: 'This content type is not understood: send application/json.',
};

/** Failures of what lies below, in our words. */
export function typed(error: unknown): unknown {
  if (error instanceof StorageUnavailable) return storageUnavailable(error);
  return error instanceof Error && error.name === 'TimeoutError' ? deadlineExceeded() : error;
}

export function innermost(error: unknown): unknown {
  let inner = error;
  while (inner instanceof GraphQLError && inner.originalError) inner = inner.originalError;
  return inner;
}

type Described = { name: string; code?: string; frames: string[]; cause?: Described };

/** Name and stack frames find a bug; a message may quote somebody's data, and stays out of the log. */
function describe(error: unknown, causes = 3): Described {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const { name, message, stack = '', cause } = error;
  // The message goes first: a line of it may look like a frame.
  const frames = stack
    .replace(message, () => '')
    .split('\n')
    .filter((line) => line.startsWith('    at '));
  return {
    name,
    ...(error instanceof GatewayError && { code: error.code }),
    frames: frames.slice(0, 8).map((line) => line.trim()),
    ...(cause !== undefined && causes > 0 && { cause: describe(cause, causes - 1) }),
  };
}
