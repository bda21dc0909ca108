import { type GraphQLSchema, isObjectType } from 'graphql';
import { encodeGlobalId } from './ids.ts';

type NodeOptions = { id?: { resolve?: (parent: unknown) => string } };

/** Pothos gives each `id` as a promise, which for an answer of all places are thousands. Ours are made of what is at hand. */
export function withIdsAtHand(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.getInterfaces().some(({ name }) => name === 'Node')) continue;
    const { resolve } = (type.extensions.pothosOptions as NodeOptions).id ?? {};
    if (!resolve) throw new Error(`The node ${type.name} does not say what its id is made of.`);
    type.getFields().id!.resolve = (parent) => encodeGlobalId(type.name, resolve(parent));
  }
  return schema;
}
