import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import QuickLRU from 'quick-lru';
import type { Clock } from '../../infra/clock.ts';
import { operationCost } from '../../schema/cost.ts';
import { hashOf } from '../operation-log.ts';
import { readingCost } from '../reading-cost.ts';
import { compileWriter, type Writer } from './writer.ts';

/** QuickLRU may hold twice as many; the limits of a document are those of all (http/limits.ts). */
const MOST_DOCUMENTS = 500;
/** Of one operation, for the values of its `@skip` and `@include`. */
const MOST_WRITERS = 8;

type Asked = {
  query: string;
  operationName: string | null;
  variables: Record<string, unknown> | null;
};

/** One operation with its variables, ready to be answered. */
export type Ready = {
  write: Writer;
  variables: Record<string, unknown>;
  /** In points: of reading the text, and of its fields. */
  cost: { reading: number; fields: number };
  name: string | null;
  /** For the log. */
  hash: string | null;
};

type Operation = {
  node: OperationDefinitionNode;
  /** Names of the variables that decide which fields there are. */
  conditions: readonly string[];
  /** Null where it depends on variables. */
  cost: number | null;
  /** Null for what is not written here. */
  writers: Map<string, Writer | null>;
};
type Known = { document: DocumentNode; hash: string | null; operations: Map<string, Operation | null> };

export type Documents = {
  /** Of a document that has been parsed, validated and found within all limits. */
  learn(text: string, document: DocumentNode): void;
  /** Null for what is not known, or has to be answered in another way. */
  find(asked: Asked): Ready | null;
};

/** Documents that have been valid once are valid: nothing of them is parsed, checked or worked out again. */
export function createDocuments(schema: GraphQLSchema, clock: Pick<Clock, 'monotonic'>): Documents {
  const known = new QuickLRU<string, Known>({ maxSize: MOST_DOCUMENTS });

  function operationOf({ document, operations }: Known, operationName: string | null): Operation | null {
    const name = operationName ?? '';
    const before = operations.get(name);
    if (before !== undefined) return before;
    const node = getOperationAST(document, operationName);
    const operation: Operation | null = node
      ? {
          node,
          conditions: conditionsOf(document),
          cost: costVaries(schema, document)
            ? null
            : operationCost({ schema, document, operationName, variables: null }),
          writers: new Map(),
        }
      : null;
    // A name that it does not have is the sender's choice: nothing is kept of it.
    if (operation) operations.set(name, operation);
    return operation;
  }

  function writerOf(document: DocumentNode, { node, conditions, writers }: Operation, values: Ready['variables']) {
    const key = conditions.map((name) => String(values[name])).join();
    const before = writers.get(key);
    if (before !== undefined) return before;
    if (writers.size >= MOST_WRITERS) return null;
    const writer = compileWriter({
      schema,
      operation: node,
      fragments: fragmentsOf(document),
      conditions: values,
      clock,
    });
    writers.set(key, writer);
    return writer;
  }

  return {
    learn(text, document) {
      if (!known.has(text)) known.set(text, { document, hash: hashOf(text), operations: new Map() });
    },
    find({ query, operationName, variables }) {
      const entry = known.get(query);
      const operation = entry && operationOf(entry, operationName);
      if (!operation) return null;
      const { document, hash } = entry;
      const { coerced } = getVariableValues(schema, operation.node.variableDefinitions ?? [], variables ?? {});
      if (!coerced) return null;
      const values: Ready['variables'] = coerced;
      const write = writerOf(document, operation, values);
      if (!write) return null;
      const fields = operation.cost ?? operationCost({ schema, document, operationName, variables });
      return {
        write,
        variables: values,
        cost: { reading: readingCost(query), fields },
        name: operation.node.name?.value ?? null,
        hash,
      };
    },
  };
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
}

function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].toSorted();
}

/** Whether a variable is an argument of a field whose cost depends on its arguments. */
function costVaries(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let varies = false;
  const look = visitWithTypeInfo(types, {
    Field(node: FieldNode) {
      const depends = typeof types.getFieldDef()?.extensions.cost === 'function';
      if (depends && JSON.stringify(node.arguments ?? []).includes(`"${Kind.VARIABLE}"`)) varies = true;
    },
  });
  visit(document, look);
  return varies;
}
