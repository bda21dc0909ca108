import {
  type ASTNode,
  type ASTVisitor,
  coerceInputValue,
  type ExecutionArgs,
  type GraphQLError,
  type GraphQLInputType,
  getNamedType,
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
  UniqueInputFieldNamesRule,
  type ValidationContext,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
} from 'graphql';
import { createGraphQLError, type Plugin } from 'graphql-yoga';

// graphql-js quotes the value that it refuses, which may be somebody's birth date, and errors travel into the logs of
// others. Here the same rules say what was expected instead, from the schema alone.

/** What a message tells of the schema beside what is wrong: graphql-js's suggestions, and lists of `expectation` below. */
export const HINTS =
  / Did you mean .*$|, one of \w+(?:, \w+)*|; its fields are \w+(?:, \w+)*|, an object with \w+(?:, \w+)*|(?<=exactly one) of \w+(?:, \w+)*(?=, and)/gs;

/**
 * Refuses ill-formed values, in literals and in variables, with messages that hold nothing of them. `told` is what a caller
 * may read of an error about a variable.
 */
export function inputErrors(told: (error: GraphQLError, context: unknown) => GraphQLError): Plugin {
  const checkVariables = ({
    args,
    setResultAndStopExecution,
  }: {
    args: ExecutionArgs;
    setResultAndStopExecution: (result: { errors: Error[] }) => void;
  }) => {
    const errors = variableErrors(args).map((error) => told(error, args.contextValue));
    if (errors.length > 0) setResultAndStopExecution({ errors });
  };
  return {
    onValidate({ validateFn, setValidationFn }) {
      setValidationFn((schema, document, rules, ...rest) =>
        validateFn(schema, document, rules?.map(quotingNothing), ...rest),
      );
    },
    onExecute: checkVariables as never,
    onSubscribe: checkVariables as never,
  };
}

/** The two rules that look into values: the others name fields, arguments, types and variables. */
function quotingNothing(rule: ValidationRule): ValidationRule {
  if (rule === UniqueInputFieldNamesRule) return namingNoField;
  if (rule !== ValuesOfCorrectTypeRule) return rule;
  return (context) => {
    let visited: ASTNode | undefined;
    let reported: ASTNode | undefined;
    const reportError = () => {
      // One message says all that is missing of an object.
      if (!visited || reported === visited) return;
      reported = visited;
      context.reportError(createGraphQLError(literalMessage(context, visited), { nodes: [visited] }));
    };
    const visitor = rule(Object.create(context, { reportError: { value: reportError } }));
    const remembering = Object.entries(visitor).map(([kind, visit]) => [
      kind,
      typeof visit === 'function'
        ? (node: ASTNode, ...rest: unknown[]) => {
            visited = node;
            return (visit as (...args: unknown[]) => unknown)(node, ...rest);
          }
        : visit,
    ]);
    return Object.fromEntries(remembering) as ASTVisitor;
  };
}

const namingNoField: ValidationRule = (context) => {
  const reportError = ({ nodes }: GraphQLError) =>
    context.reportError(createGraphQLError('An input object has the same field twice.', { nodes: nodes ?? null }));
  return UniqueInputFieldNamesRule(Object.create(context, { reportError: { value: reportError } }));
};

function literalMessage(context: ValidationContext, node: ASTNode): string {
  const argument = context.getArgument();
  const field = context.getFieldDef();
  const where = argument ? `Argument "${argument.name}"${field ? ` of "${field.name}"` : ''}` : 'A default value';
  if (node.kind === Kind.OBJECT_FIELD) {
    const type = getNamedType(context.getParentInputType());
    return `${where} ${type ? expectation(type as GraphQLInputType, { unknown: node.name.value }) : 'is not valid'}.`;
  }
  const type = node.kind === Kind.LIST ? context.getParentInputType() : context.getInputType();
  const fields = node.kind === Kind.OBJECT ? new Set(node.fields.map(({ name }) => name.value)) : null;
  return `${where} ${type ? expectation(type, { isNull: node.kind === Kind.NULL, fields }) : 'is not valid'}.`;
}

const MOST_ERRORS = 20;

function variableErrors({ schema, document, operationName, variableValues }: ExecutionArgs): GraphQLError[] {
  const errors: GraphQLError[] = [];
  const given = (variableValues ?? {}) as Record<string, unknown>;
  for (const definition of getOperationAST(document, operationName)?.variableDefinitions ?? []) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined;
    if (!type || !isInputType(type)) continue;
    const report = (what: string, path: readonly (string | number)[] = []) => {
      if (errors.length >= MOST_ERRORS) return;
      const at = path.reduce<string>((text, key) => text + (typeof key === 'number' ? `[${key}]` : `.${key}`), '');
      const message = `Variable "$${name}"${at ? ` at "${at.slice(1)}"` : ''} ${what}.`;
      const extensions = { code: 'BAD_USER_INPUT', http: { status: 400 } };
      errors.push(createGraphQLError(message, { nodes: [definition], extensions }));
    };
    if (!Object.hasOwn(given, name) || given[name] === undefined) {
      if (isNonNullType(type) && !definition.defaultValue) report(`of required type "${type}" was not provided`);
      continue;
    }
    let last: string | undefined;
    coerceInputValue(given[name], type, (path, value) => {
      const key = path.join('.');
      if (key !== last) report(expectation(typeAt(type, path), shapeOf(value)), path);
      last = key;
    });
  }
  return errors;
}

function shapeOf(value: unknown): Shape {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return { isNull: value === null || value === undefined, fields: isObject ? new Set(Object.keys(value)) : null };
}

function typeAt(type: GraphQLInputType, path: readonly (string | number)[]): GraphQLInputType {
  const [key, ...rest] = path;
  if (key === undefined) return type;
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) return typeAt(nullable.ofType, typeof key === 'number' ? rest : path);
  const field = isInputObjectType(nullable) ? nullable.getFields()[key] : undefined;
  return field ? typeAt(field.type, rest) : nullable;
}

/** What can be told of a value without telling it. `unknown`: the name of a field that the schema does not have. */
type Shape = { isNull?: boolean; fields?: ReadonlySet<string> | null; unknown?: string };

function expectation(type: GraphQLInputType, { isNull = false, fields = null, unknown }: Shape): string {
  if (isNonNullType(type))
    return isNull ? 'must not be null' : expectation(type.ofType, { fields, ...(unknown && { unknown }) });
  if (isListType(type)) return `must be a list of ${type.ofType}`;
  if (isEnumType(type)) {
    const values = type.getValues().map(({ name }) => name);
    return `must be of type ${type.name}, one of ${values.join(', ')}`;
  }
  if (!isInputObjectType(type)) {
    const [about] = (type.description ?? '').split('\n');
    return `must be of type ${type.name}${about && !BUILT_IN.has(type.name) ? ` (${about.replace(/\.$/, '')})` : ''}`;
  }
  const known = type.getFields();
  const all = Object.keys(known).join(', ');
  if (unknown !== undefined || [...(fields ?? [])].some((field) => !Object.hasOwn(known, field)))
    return `has a field that ${type.name} does not have; its fields are ${all}`;
  if (!fields) return `must be of type ${type.name}, an object with ${all}`;
  if (type.isOneOf) return `must have exactly one of ${all}, and it must not be null`;
  const missing = Object.values(known).filter(
    (field) => isNonNullType(field.type) && field.defaultValue === undefined && !fields.has(field.name),
  );
  return missing.length > 0 ? `needs ${missing.map(({ name }) => name).join(', ')}` : `must be of type ${type.name}`;
}

const BUILT_IN: ReadonlySet<string> = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);
