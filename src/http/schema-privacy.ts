import { type GraphQLError, NoSchemaIntrospectionCustomRule, validate } from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';
import type { Context } from '../context.ts';
import { HINTS } from './input-errors.ts';

/**
 * In production the schema is the operator's: introspection is refused to others, and an error names what is wrong in a
 * document or a variable, not what would be right. A transport that does not say who asks until the context is there is
 * told nothing while it validates.
 */
export function schemaPrivacy(): Plugin<Context> {
  return {
    // Behind all others, and so behind the cache of validations, which is to keep what an operator reads.
    onPluginInit({ plugins }) {
      plugins.push({
        onValidate: ({ context }) => {
          if (mayKnow(context)) return;
          return ({ result, setResult }) => setResult((result as readonly GraphQLError[]).map(withoutHints));
        },
      });
    },
    onExecute({ args, setResultAndStopExecution }) {
      if (mayKnow(args.contextValue)) return;
      const errors = validate(args.schema, args.document, [NoSchemaIntrospectionCustomRule]);
      if (errors.length > 0) setResultAndStopExecution({ errors: [introspectionDisabled()] });
    },
  };
}

export function mayKnow(context: unknown): boolean {
  return (context as Partial<Context>).caller?.scopes.has('operator') ?? false;
}

export function withoutHints(error: GraphQLError): GraphQLError {
  const { message, nodes = null, source = null, positions = null, path = null, extensions } = error;
  const bare = message.replace(HINTS, '');
  return bare === message ? error : createGraphQLError(bare, { nodes, source, positions, path, extensions });
}

const introspectionDisabled = () =>
  createGraphQLError('The schema can be read with an operator’s key only: introspection is off here.', {
    extensions: { code: 'INTROSPECTION_DISABLED' },
  });
