import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  TypeInfo,
  type ValueNode,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { ConcreteRequest } from 'relay-runtime';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const TYPENAME = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;

/** What relay-compiler makes of an argument: a variable stands for itself, all else is written out. */
const argument = (name: string, value: ValueNode) =>
  value.kind === Kind.VARIABLE
    ? { kind: 'Variable', name, variableName: value.name.value }
    : { kind: 'Literal', name, value: valueFromASTUntyped(value) };

/** What relay-compiler would make of an operation without fragments; types are read from the answer. */
export function artifact(text: string): ConcreteRequest {
  const plural = new Set<unknown>();
  const types = new TypeInfo(schema);
  const document = visit(
    parse(text),
    visitWithTypeInfo(types, {
      Field: {
        leave(field) {
          const type = types.getType();
          if (!type || !field.selectionSet || !isCompositeType(getNamedType(type))) return undefined;
          const { selectionSet } = field;
          const typed = {
            ...field,
            selectionSet: { ...selectionSet, selections: [...selectionSet.selections, TYPENAME] },
          };
          if (isListType(getNullableType(type))) plural.add(typed);
          return typed;
        },
      },
    }),
  );
  const selectionsOf = (set: SelectionSetNode): object[] =>
    set.selections.map((field) => {
      if (field.kind !== Kind.FIELD) throw new Error('only fields are compiled here');
      const named = {
        alias: field.alias?.value ?? null,
        name: field.name.value,
        args: field.arguments?.map(({ name, value }) => argument(name.value, value)) ?? null,
        storageKey: null,
      };
      if (!field.selectionSet) return { ...named, kind: 'ScalarField' };
      return {
        ...named,
        kind: 'LinkedField',
        concreteType: null,
        plural: plural.has(field),
        selections: selectionsOf(field.selectionSet),
      };
    });
  const [operation] = document.definitions as [OperationDefinitionNode];
  const name = operation.name!.value;
  const argumentDefinitions = (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => ({
    kind: 'LocalArgument',
    name: variable.name.value,
    defaultValue: defaultValue ? valueFromASTUntyped(defaultValue) : null,
  }));
  const selections = selectionsOf(operation.selectionSet);
  const type = operation.operation === 'query' ? 'Query' : 'Subscription';
  return {
    kind: 'Request',
    fragment: { argumentDefinitions, kind: 'Fragment', metadata: null, name, selections, type, abstractKey: null },
    operation: { argumentDefinitions, kind: 'Operation', name, selections },
    params: { cacheID: text, id: null, metadata: {}, name, operationKind: operation.operation, text: print(document) },
  } as unknown as ConcreteRequest;
}
