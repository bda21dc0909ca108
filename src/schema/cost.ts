import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import { deferDirective } from './defer.ts';

/** What one request to a source counts. An object of the answer counts 1, its scalars nothing. */
export const REQUEST_COST = 20;

/** A look into the record is about as much work as so many objects. */
export const LOOK_COST = 20;

/** The whole country down to every station and where it is costs about 140,000; a result for every ward about 100,000. */
export const MAX_COST = 200_000;

/** What a field may cause for each object that it is asked of, at the most and with nothing cached. */
export type Cost = {
  /** Requests to a source. */
  requests?: number;
  /** Requests that all its objects in an operation share. */
  shared?: number;
  /** Other work, in objects. */
  work?: number;
  /** How long its list may be. */
  each?: number;
  /** Of a connection: how many items its page may have. */
  page?: number;
  /** How long its lists of all objects there are may be together: no longer, whatever `each` says. */
  all?: number | undefined;
  /** What fields of its objects cost beyond what they say themselves, by their names: where this one's arguments decide. */
  below?: Record<string, Cost>;
};

type CostOf = (args: Record<string, never>, type: string) => Cost;

/** For `extensions` of a field. `args` as the field takes them; `type` is what it is asked of, which may be an interface. */
export const costs = <Args = Record<string, unknown>>(cost: Cost | ((args: Args, type: string) => Cost)) => ({ cost });

/** `args` as the field takes them: those left out with their defaults. */
export function costOfField(field: GraphQLField<unknown, unknown>, args: object, type: string): Cost {
  const cost = field.extensions.cost as Cost | CostOf | undefined;
  return (typeof cost === 'function' ? cost(args as Record<string, never>, type) : cost) ?? {};
}

const INTROSPECTION_COST = 500;

type Asked = {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName?: string | null | undefined;
  variables?: Readonly<Record<string, unknown>> | null | undefined;
};

type Weight = { cost: number; parts: number };

const NOTHING: Weight = { cost: 0, parts: 0 };

/** How many objects a selection is made of; `distinct` where none of them can be there twice. */
type Objects = { count: number; distinct: boolean };

/**
 * What an operation may cost: no more requests to sources than a REQUEST_COSTth of it, and no more objects than it says.
 * Of a document that was validated. Variables that do not fit cost nothing: nothing is executed with them.
 */
export const operationCost = (asked: Asked): number => operationWeight(asked).cost;

/** `parts`: how many of its answer `@defer` may put off. */
export function operationWeight({ schema, document, operationName, variables }: Asked): Weight {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return NOTHING;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const { coerced: values } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  if (!values) return NOTHING;
  const given: Record<string, unknown> = values;
  const known = new Map<SelectionSetNode, Map<string, Weight>>();
  let parts = 0;

  function ofField(type: GraphQLNamedType, node: FieldNode, parents: Objects, from: Cost['below']): number {
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    if (!field) return node.selectionSet ? INTROSPECTION_COST : 0;
    const {
      requests = 0,
      shared = 0,
      work = 0,
      ...lists
    } = { ...costOfField(field, argumentsOf(field, node, given), type.name), ...from?.[node.name.value] };
    const own = parents.count * (requests * REQUEST_COST + work) + Math.min(parents.count, shared) * REQUEST_COST;
    const result = getNamedType(field.type);
    if (!node.selectionSet || !isCompositeType(result)) return own;
    const { each = 1, page, all, below } = lists;
    if (page !== undefined) {
      // What else a connection has, it has once.
      const items = { each: page, all };
      return (
        own + parents.count + ofSelection(node.selectionSet, result, parents, { ...below, edges: items, nodes: items })
      );
    }
    const distinct = parents.distinct && all !== undefined;
    const count = Math.min(parents.count * each, distinct ? all : Number.POSITIVE_INFINITY);
    return own + count + ofSelection(node.selectionSet, result, { count, distinct }, below);
  }

  function ofSelection(set: SelectionSetNode, type: GraphQLNamedType, objects: Objects, from?: Cost['below']): number {
    const key = `${type.name} ${objects.count} ${objects.distinct} ${from ? JSON.stringify(from) : ''}`;
    const ofSet = known.get(set) ?? new Map<string, Weight>();
    known.set(set, ofSet);
    const before = ofSet.get(key);
    if (before !== undefined) {
      parts += before.parts;
      return before.cost;
    }
    const partsBefore = parts;
    let sum = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) sum += ofField(type, selection, objects, from);
      else {
        const spread = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        const on = spread?.typeCondition ? typeFromAST(schema, spread.typeCondition) : type;
        if (isDeferred(selection)) parts += objects.count;
        if (spread && on) sum += ofSelection(spread.selectionSet, on, objects, from);
      }
    }
    ofSet.set(key, { cost: sum, parts: parts - partsBefore });
    return sum;
  }

  const cost = ofSelection(operation.selectionSet, root, { count: 1, distinct: true });
  return { cost, parts };
}

const isDeferred = ({ directives = [] }: SelectionNode): boolean =>
  directives.some(({ name }) => name.value === deferDirective.name);

function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode, values: Record<string, unknown>): object {
  try {
    return getArgumentValues(field, node, values);
  } catch {
    // A field with arguments that do not fit is not resolved.
    return {};
  }
}
