import { createGraphQLError, type Plugin } from 'graphql-yoga';
import { GatewayError } from '../domain/errors.ts';

export const OPERATIONS_PER_BATCH = 10;

/** Of operations in one request: how many, and of what kind. Each is counted, and answered, as if it had come alone. */
export function batch(): { plugin: Plugin; isBatch: (request: Request) => boolean } {
  const batches = new WeakSet<Request>();
  const isBatch = (request: Request) => batches.has(request);
  const plugin: Plugin = {
    onRequestParse: ({ request }) => ({
      onRequestParseDone({ requestParserResult: sent }) {
        if (!Array.isArray(sent)) return;
        if (sent.length > OPERATIONS_PER_BATCH) {
          const limit = { limit: OPERATIONS_PER_BATCH, http: { status: 413 } };
          throw new GatewayError('BAD_USER_INPUT', `At most ${OPERATIONS_PER_BATCH} operations go together.`, limit);
        }
        if (sent.length === 0 || !sent.every(isObject)) {
          throw new GatewayError('BAD_USER_INPUT', 'A batch is a list of GraphQL requests.', { http: { status: 400 } });
        }
        batches.add(request);
      },
    }),
    onSubscribe({ args, setResultAndStopExecution }) {
      if (!isBatch((args.contextValue as { request: Request }).request)) return;
      // It would have no end, and all others' answers would wait for it.
      const extensions = { code: 'BAD_USER_INPUT' };
      const error = createGraphQLError('A subscription goes alone, not in a batch.', { extensions });
      setResultAndStopExecution({ errors: [error] });
    },
  };
  return { plugin, isBatch };
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
