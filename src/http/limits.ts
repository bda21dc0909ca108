import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import type { ExecutionArgs, GraphQLError, ValidationContext } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { MAX_COST, operationCost } from '../schema/cost.ts';

export const MAX_BODY_BYTES = 256 * 1024;

/** What is refused before anything runs: shapes of a query, and its cost. */
export function limits(): Plugin<Context>[] {
  const onReject = [
    (_context: ValidationContext | null, error: GraphQLError) => {
      error.extensions.code = 'QUERY_TOO_COMPLEX';
    },
  ];
  return [
    maxTokensPlugin({ n: 2_000, onReject }),
    // Country, county, constituency, ward, station, result, tally, candidate, party, with a connection's two levels each.
    maxDepthPlugin({ n: 18, onReject }),
    maxAliasesPlugin({ n: 100, onReject }),
    maxDirectivesPlugin({ n: 50, onReject }),
    costLimit,
  ] as Plugin<Context>[];
}

const refuseTheCostly = ({
  args: { schema, document, operationName, variableValues },
  setResultAndStopExecution,
}: {
  args: ExecutionArgs;
  setResultAndStopExecution: (result: { errors: GraphQLError[] }) => void;
}): void => {
  const complexity = operationCost({ schema, document, operationName, variables: variableValues });
  if (complexity <= MAX_COST) return;
  const message = `This query would cost ${complexity}, more than the ${MAX_COST} allowed. Ask for less at once: smaller pages, fewer levels, or several queries.`;
  const extensions = { code: 'QUERY_TOO_COMPLEX', complexity, maxComplexity: MAX_COST };
  setResultAndStopExecution({ errors: [createGraphQLError(message, { extensions })] });
};
const costLimit = { onExecute: refuseTheCostly, onSubscribe: refuseTheCostly };
