import { GraphQLError } from 'graphql';
import { createGraphQLError, type YogaMaskedErrorOpts } from 'graphql-yoga';
import { deadlineExceeded, GatewayError, storageUnavailable } from '../domain/errors.ts';
import type { Log } from '../infra/log.ts';
import { StorageUnavailable } from '../infra/storage-error.ts';

const HTTP_STATUS: Partial<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, RATE_LIMITED: 429 };

/** The one place that decides what a stranger reads of an error, and what the operator's log keeps of it. */
export function maskErrors(log: Log): YogaMaskedErrorOpts {
  return {
    errorMessage: 'Unexpected error.',
    maskError: (thrown, message) => {
      const located = thrown instanceof GraphQLError ? thrown : null;
      const cause = innermost(thrown);
      if (cause instanceof StorageUnavailable) log.error({ reason: cause.reason }, 'storage failed');
      const known = typed(cause);
      const answer = (text: string, extensions: Record<string, unknown>) => {
        const { nodes = null, source = null, positions = null, path = null } = located ?? {};
        return createGraphQLError(text, { nodes, source, positions, path, extensions });
      };

      if (known instanceof GatewayError) {
        const { code, extensions } = known;
        // A failed field leaves the answer at 200; only an error of the request as a whole sets the status.
        const status = located?.path ? undefined : HTTP_STATUS[code];
        return answer(known.message, { code, ...extensions, ...(status && { http: { status } }) });
      }
      if (known instanceof GraphQLError) {
        // GraphQL's own errors (syntax, validation, variables) are about the caller's input.
        const { code = 'BAD_USER_INPUT', ...extensions } = known.extensions;
        return answer(withoutValues(known.message), { code, ...extensions });
      }
      log.error({ error: describe(known), path: located?.path?.join('.') }, 'unexpected error');
      return answer(message, { code: 'INTERNAL_SERVER_ERROR' });
    },
  };
}

const TOLD_REASON =
  /; ((?:Field "\w+" (?:of required type "[\w[\]!]+" was not provided|is not defined by type "\w+")|Expected (?:type|non-nullable type) "[\w[\]!]+"[\w ]*|Exactly one key must be specified[\w ]*)[^"]*)/;

/** GraphQL quotes the value that it refuses; it may be somebody's birth date, and errors travel into logs of others. */
function withoutValues(message: string): string {
  const [, variable] = /^Variable "(\$\w+)" got invalid value /.exec(message) ?? [];
  if (variable !== undefined) {
    const at = / at "([\w.[\]]+)"; /.exec(message)?.[1];
    const reason = TOLD_REASON.exec(message)?.[1];
    return `Variable "${variable}" got an invalid value${at ? ` at "${at}"` : ''}${reason ? `: ${reason}` : '.'}`;
  }
  const [expected] = /^Expected value of type "[\w[\]!]+"/.exec(message) ?? [];
  if (expected !== undefined) return `${expected}.`;
  return message
    .replace(/^(Argument "\w+") has invalid value [\s\S]*$/, '$1 has an invalid value.')
    .replace(/(is not a valid \w+|cannot represent [\w-]+(?: [\w-]+)*): [\s\S]*$/, '$1.');
}

/** Failures of what lies below, in our words. */
function typed(error: unknown): unknown {
  if (error instanceof StorageUnavailable) return storageUnavailable(error);
  return error instanceof Error && error.name === 'TimeoutError' ? deadlineExceeded() : error;
}

function innermost(error: unknown): unknown {
  let inner = error;
  while (inner instanceof GraphQLError && inner.originalError) inner = inner.originalError;
  return inner;
}

/** Name and stack frames find a bug; a message may quote somebody's data, and stays out of the log. */
function describe(error: unknown): { name: string; frames: string[] } {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return { name: error.name, frames: frames.slice(0, 8).map((line) => line.trim()) };
}
