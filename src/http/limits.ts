import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { type GraphQLError, NoSchemaIntrospectionCustomRule, type ValidationContext, validate } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';

export const MAX_BODY_BYTES = 256 * 1024;

/** Shapes of a query that are refused before anything runs. Its cost is limited in schema/builder.ts. */
export function limits({ production }: { production: boolean }): Plugin<Context>[] {
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
    ...(production ? [introspectionForOperators] : []),
  ] as Plugin<Context>[];
}

const introspectionForOperators: Plugin<Context> = {
  // Not in `onValidate`: who asks is known only when the context is there, and that is made after validation.
  onExecute({ args, setResultAndStopExecution }) {
    if (args.contextValue.caller.scopes.has('operator')) return;
    const errors = validate(args.schema, args.document, [NoSchemaIntrospectionCustomRule]);
    if (errors.length > 0) setResultAndStopExecution({ errors });
  },
};
