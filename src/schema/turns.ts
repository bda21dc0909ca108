import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
} from 'graphql';

/** Some milliseconds of work. */
const OBJECTS_A_TURN = 500;

/** Of whoever takes turns in a way of its own: what a list's field gives, without a wait. */
export const resolverOf = (field: GraphQLField<unknown, unknown>): GraphQLFieldResolver<unknown, unknown> | undefined =>
  atOnce.get(field) ?? field.resolve;

const atOnce = new WeakMap<object, GraphQLFieldResolver<unknown, unknown>>();

/**
 * Lists are completed some hundred objects in a turn of the event loop, whichever operations they are of: an answer of
 * all polling stations leaves room for others' all the while.
 */
export function completedInTurns(schema: GraphQLSchema): GraphQLSchema {
  const turn = createTurns();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = field.resolve ?? defaultFieldResolver;
      // A connection's edges are at hand when the connection is: the connection waits for its turn.
      if (!isCompositeType(getNamedType(field.type)) || /(Connection|Edge)$/.test(type.name)) continue;
      if (!`${field.type}`.includes('[') && !/Connection!?$/.test(`${field.type}`)) continue;
      atOnce.set(field, resolve);
      field.resolve = async (...given) => {
        const value = await resolve(...given);
        await turn(lengthOf(value));
        return value;
      };
    }
  }
  return schema;
}

/** A connection says the `size` of its page where that is not read before it is asked for. */
function lengthOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  const { size } = (value ?? {}) as { size?: number };
  return size ?? (value as { edges?: unknown[] } | null)?.edges?.length ?? 0;
}

function createTurns() {
  let objects = 0;
  let last: Promise<void> = Promise.resolve();
  return (more: number): Promise<void> | undefined => {
    if (more === 0) return undefined;
    objects += more;
    if (objects > OBJECTS_A_TURN) {
      objects = more;
      last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    }
    return last;
  };
}
