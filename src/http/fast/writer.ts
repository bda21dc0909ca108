import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getArgumentValues,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';
import type { Context } from '../../context.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Clock } from '../../infra/clock.ts';
import { nextTurn } from '../../infra/waiting.ts';
import { resolverOf } from '../../schema/turns.ts';
import { keepingText } from './kept-text.ts';
import { leafWriter } from './leaves.ts';
import { Text } from './text.ts';
import { UNUSUAL } from './unusual.ts';

/** Writes an answer as JSON, in borrowed memory. Throws, or ends with, UNUSUAL or whatever a resolver throws. */
export type Writer = (context: Context, variables: Variables) => Buffer | Promise<Buffer>;
type Variables = Record<string, unknown>;

/** One answer that is being written. */
type Run = {
  context: Context;
  operation: Operation;
  /** When it began. */
  now: number;
  /** Whether its texts are to be kept: of what is written once only none is wanted again. */
  keeps: boolean;
  variables: Variables;
  /** Of fields whose arguments hold variables; the same for all objects. */
  args: Map<object, object>;
  /** What is still waited for. */
  pending: number;
  /** Nobody wants it any more: it has failed. */
  abandoned: boolean;
  settled: { resolve: () => void; reject: (reason: unknown) => void } | null;
};

type Write = (run: Run, text: Text, value: unknown) => void;
/**
 * `isPure`: the text depends on the value alone. `isFixed`: on that, and on what resolvers read for it, but on no variable.
 * `isKept`: it is kept with the value.
 */
type Piece = { write: Write; isPure: boolean; isFixed: boolean; isKept?: boolean };
type Document = {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Of `@skip` and `@include`. */
  conditions: Variables;
  clock: Pick<Clock, 'monotonic'>;
};

/** Whatever asks what is being resolved is not written here. */
const NO_INFO = new Proxy(
  {},
  {
    get() {
      throw UNUSUAL;
    },
  },
);
const NO_ARGUMENTS = Object.freeze({});

/**
 * Compiles a query, which must be valid, into a function that writes its answer as text: what is at hand without a promise
 * and without an object between the decoded value and its JSON, what is not as a gap that is filled when it comes. Null for
 * what it does not do: mutations, subscriptions, introspection, directives of other kinds.
 */
export function compileWriter(document: Document): Writer | null {
  const { schema, operation, clock } = document;
  const root = schema.getQueryType();
  if (operation.operation !== 'query' || !root) return null;
  let write: Write;
  try {
    ({ write } = objectPiece(document, root, [operation.selectionSet]));
  } catch (reason) {
    if (reason === UNUSUAL) return null;
    throw reason;
  }
  let runs = 0;
  return (context, variables) => {
    const run: Run = {
      context,
      operation: context.operation,
      now: clock.monotonic(),
      keeps: runs++ > 0,
      variables,
      args: new Map(),
      pending: 0,
      abandoned: false,
      settled: null,
    };
    const text = new Text();
    text.add('{"data":');
    try {
      write(run, text, undefined);
      text.add('}');
    } catch (reason) {
      run.abandoned = true;
      throw reason;
    }
    if (run.pending === 0) return text.toBytes();
    return new Promise<void>((resolve, reject) => {
      run.settled = { resolve, reject };
    }).then(() => text.toBytes());
  };
}

/** Goes on when it has come, in the place that is kept for it. */
function later<T>(run: Run, text: Text, value: Promise<T>, write: (text: Text, value: T) => void): void {
  const gap = text.gap();
  run.pending++;
  value
    .then((come) => {
      if (run.abandoned) return;
      write(gap, come);
      if (--run.pending === 0) run.settled?.resolve();
    })
    .catch((reason: unknown) => {
      run.abandoned = true;
      run.settled?.reject(reason);
    });
}

function objectPiece(document: Document, type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Piece {
  const fields = [...collect(document, type, sets)].map(([key, nodes], index) =>
    fieldPiece(document, type, `${index === 0 ? '{' : ','}${JSON.stringify(key)}:`, nodes),
  );
  if (fields.length === 0) fields.push(constant('{'));
  fields.push(constant('}'));
  const isUnchanging = type.extensions.unchanging === true;
  const isPure = fields.every((field) => field.isPure);
  const isFixed = fields.every((field) => field.isFixed);
  const parts = isUnchanging && !isFixed ? inRuns(fields) : fields.map(({ write }) => write);
  const { isTypeOf } = type;
  const write: Write = (run, text, value) => {
    if (isTypeOf && isTypeOf(value, run.context, NO_INFO as never) !== true) throw UNUSUAL;
    for (const part of parts) part(run, text, value);
  };
  return {
    write: isUnchanging && isFixed ? keepingText(write) : write,
    isPure,
    isFixed,
    isKept: isPure && isUnchanging,
  };
}

const constant = (text: string): Piece => ({ write: (_run, out) => out.add(text), isPure: true, isFixed: true });

/** Neighbours that depend on the object alone are one text, which is kept. */
function inRuns(fields: readonly Piece[]): Write[] {
  const parts: Write[] = [];
  for (let start = 0; start < fields.length; ) {
    let end = start + 1;
    while (fields[start]!.isPure && fields[end]?.isPure) end++;
    const run = fields.slice(start, end).map(({ write }) => write);
    const [only] = run;
    parts.push(
      run.length === 1
        ? only!
        : keepingText((given, text, value) => {
            for (const write of run) write(given, text, value);
          }),
    );
    start = end;
  }
  return parts;
}

/** `before`: the separator and the name under which the field stands. */
function fieldPiece(
  document: Document,
  parent: GraphQLObjectType,
  before: string,
  nodes: readonly [FieldNode, ...FieldNode[]],
): Piece {
  const [node] = nodes;
  const { value: name } = node.name;
  if (name === '__typename') {
    return constant(`${before}${JSON.stringify(parent.name)}`);
  }
  const field = parent.getFields()[name];
  // Introspection.
  if (!field) throw UNUSUAL;
  const resolve = resolverOf(field);
  const argsOf = argumentsOf(field, node);
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const { write: complete, isPure, isFixed } = valuePiece(document, field.type, sets);
  if (!resolve) {
    const write: Write = (run, text, value) => {
      text.add(before);
      complete(run, text, property(value, name));
    };
    return { write, isPure, isFixed };
  }
  const write: Write = (run, text, value) => {
    text.add(before);
    const own = resolve(value, argsOf(run) as never, run.context, NO_INFO as never);
    if (own instanceof Promise) later(run, text, own, (gap, come) => complete(run, gap, come));
    else complete(run, text, own);
  };
  return { write, isPure: false, isFixed: isFixed && !hasVariables(node) };
}

/** As graphql-js has it; that of a value of ours is no function and no promise. */
function property(value: unknown, name: string): unknown {
  const own = (value as Record<string, unknown> | null | undefined)?.[name];
  if (typeof own === 'function' || own instanceof Promise) throw UNUSUAL;
  return own;
}

function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): (run: Run) => object {
  if (field.args.length === 0) return () => NO_ARGUMENTS;
  if (!hasVariables(node)) {
    const args = getArgumentValues(field, node);
    return () => args;
  }
  return (run) => {
    let args = run.args.get(node);
    if (!args) {
      args = getArgumentValues(field, node, run.variables);
      run.args.set(node, args);
    }
    return args;
  };
}

const hasVariables = (node: FieldNode) => JSON.stringify(node.arguments ?? []).includes(`"kind":"${Kind.VARIABLE}"`);

function valuePiece(document: Document, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Piece {
  if (isNonNullType(type)) {
    const { write, ...piece } = nullablePiece(document, type.ofType, sets);
    return {
      ...piece,
      write: orElse(write, () => {
        throw UNUSUAL;
      }),
    };
  }
  const { write, ...piece } = nullablePiece(document, type, sets);
  return { ...piece, write: orElse(write, (text) => text.add('null')) };
}

/** Of a value that is there. */
function nullablePiece(document: Document, type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Piece {
  if (isListType(type)) return listPiece(valuePiece(document, type.ofType, sets), !isLeafType(innermost(type)));
  if (isLeafType(type)) return { write: leafWriter(type), isPure: true, isFixed: true };
  if (isObjectType(type)) return objectPiece(document, type, sets);
  return { write: abstractWriter(document, type as GraphQLAbstractType, sets), isPure: false, isFixed: false };
}

const orElse =
  (write: Write, otherwise: (text: Text) => void): Write =>
  (run, text, value) => {
    if (value === null || value === undefined) otherwise(text);
    else write(run, text, value);
  };

function innermost(type: GraphQLOutputType): GraphQLOutputType {
  return isListType(type) || isNonNullType(type) ? innermost(type.ofType) : type;
}

/** A millisecond or two of work. */
const OBJECTS_A_TURN = 4_000;
let leftOfThisTurn = OBJECTS_A_TURN;
let next: Promise<void> | null = null;

/** Shared by all that are being written: a long answer leaves room for others' all the while. */
function nextTurnOfAll(): Promise<void> {
  next ??= nextTurn().then(() => {
    next = null;
    leftOfThisTurn = OBJECTS_A_TURN;
  });
  return next;
}

function listPiece({ write, isKept = false, ...piece }: Piece, inTurns: boolean): Piece {
  const from = (start: number, run: Run, text: Text, items: readonly unknown[]): void => {
    for (let index = start; index < items.length; index++) {
      if (inTurns && leftOfThisTurn-- <= 0) {
        later(run, text, nextTurnOfAll(), (gap) => from(index, run, gap, items));
        return;
      }
      if (index > 0) text.add(',');
      const item = items[index];
      if (item instanceof Promise) later(run, text, item, (gap, come) => write(run, gap, come));
      else write(run, text, item);
    }
    text.add(']');
  };
  const all: Write = (run, text, value) => {
    if (!Array.isArray(value)) throw UNUSUAL;
    text.add('[');
    from(0, run, text, value);
  };
  // A list of what never changes is never changed.
  return { ...piece, write: isKept ? keepingText(all) : all };
}

function abstractWriter(document: Document, type: GraphQLAbstractType, sets: readonly SelectionSetNode[]): Write {
  const { resolveType } = type;
  // Made when one of them comes: an interface has more types than answers hold.
  const writers = new Map<string, Write>();
  return (run, text, value) => {
    const name = resolveType?.(value, run.context, NO_INFO as never, type);
    if (typeof name !== 'string') throw UNUSUAL;
    let write = writers.get(name);
    if (!write) {
      const own = document.schema.getType(name);
      if (!isObjectType(own) || !document.schema.isSubType(type, own)) throw UNUSUAL;
      ({ write } = objectPiece(document, own, sets));
      writers.set(name, write);
    }
    write(run, text, value);
  };
}

type Collected = Map<string, [FieldNode, ...FieldNode[]]>;

/** The fields of an object of this type, by the names under which they stand, in the order of the specification. */
function collect(document: Document, type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Collected {
  const fields: Collected = new Map();
  const spread = new Set<string>();
  const visit = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (!isIncluded(selection, document.conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const before = fields.get(key);
        if (before) before.push(selection);
        else fields.set(key, [selection]);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (spread.has(selection.name.value)) continue;
        spread.add(selection.name.value);
      }
      const fragment =
        selection.kind === Kind.FRAGMENT_SPREAD ? document.fragments.get(selection.name.value) : selection;
      if (fragment && appliesTo(document.schema, fragment.typeCondition, type)) visit(fragment.selectionSet);
    }
  };
  for (const set of sets) visit(set);
  return fields;
}

function appliesTo(
  schema: GraphQLSchema,
  condition: FragmentDefinitionNode['typeCondition'] | undefined,
  type: GraphQLObjectType,
): boolean {
  if (!condition) return true;
  const named = typeFromAST(schema, condition);
  return named === type || (isAbstractType(named) && schema.isSubType(named, type));
}

function isIncluded({ directives = [] }: SelectionSetNode['selections'][number], conditions: Variables): boolean {
  return directives.every(({ name, arguments: args = [] }) => {
    const value = args.find((argument) => argument.name.value === 'if')?.value;
    const given =
      value?.kind === Kind.VARIABLE ? conditions[value.name.value] : value?.kind === Kind.BOOLEAN && value.value;
    if (typeof given !== 'boolean' || !['skip', 'include'].includes(name.value)) throw UNUSUAL;
    return given === (name.value === 'include');
  });
}
