import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** `latest`: only the newest event counts, and whoever is slow misses the others; `each`: every one does, in order. */
type Shows = 'latest' | 'each';

/** The root field of a subscription whose events are the same for everybody. */
export type SharedField = { node: FieldNode; field: GraphQLField<unknown, unknown>; shows: Shows };

/**
 * Null where the events are not the same for everybody: they are where the root field says so itself
 * (`extensions: { shared: 'latest' }`, or `'each'`, in `schema/`), and nothing below it needs a scope. A document that was
 * validated; one that is written in an unusual way is not shared.
 */
export function sharedField(schema: GraphQLSchema, document: DocumentNode): SharedField | null {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (operations.length !== 1 || operation?.operation !== 'subscription') return null;
  const [root, ...others] = operation.selectionSet.selections;
  if (root?.kind !== Kind.FIELD || others.length > 0 || root.directives?.length) return null;
  const field = schema.getSubscriptionType()?.getFields()[root.name.value];
  const shows = field?.extensions.shared as Shows | undefined;
  return !field || !shows || needsScope(schema, document) ? null : { node: root, field, shows };
}

function needsScope(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let found = false;
  const look = visitWithTypeInfo(types, {
    Field({ name }) {
      const parent = types.getParentType();
      // Unknown here means unknown whether it needs one.
      found ||= !parent || guards(schema, parent, name.value);
      return found ? BREAK : undefined;
    },
  });
  visit(document, look);
  return found;
}

/** Whether a scope is asked for by a type, or by a field of it or of what may stand in its place. */
function guards(schema: GraphQLSchema, type: GraphQLNamedType, field: string): boolean {
  const types = isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
  return types.some((it) => {
    const fields = isObjectType(it) || isInterfaceType(it) ? it.getFields() : {};
    return hasScopes(it) || (fields[field] !== undefined && hasScopes(fields[field]));
  });
}

/** Where Pothos keeps what a type or field was made with. */
function hasScopes({ extensions }: { extensions: Readonly<Record<string, unknown>> }): boolean {
  return (extensions.pothosOptions as { authScopes?: unknown } | undefined)?.authScopes !== undefined;
}
