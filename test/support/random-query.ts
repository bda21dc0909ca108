import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';

type Options = {
  schema: GraphQLSchema;
  chance: () => number;
  /** What a text or an id may be: codes that exist, and whatever else. */
  texts: readonly string[];
  maxDepth?: number;
};

/** A valid query of random fields and arguments, nested no deeper than `maxDepth`. */
export function randomQuery({ schema, chance, texts, maxDepth = 6 }: Options): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!;
  let names = 0;

  function value(type: GraphQLInputType): string {
    if (isNonNullType(type)) return value(type.ofType);
    if (isListType(type)) return `[${Array.from({ length: 1 + Math.floor(chance() * 2) }, () => value(type.ofType))}]`;
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const required = (field: GraphQLInputField) => isRequiredInputField(field);
      return `{ ${given(Object.values(type.getFields()), required)} }`;
    }
    switch (type.name) {
      case 'Int':
        return String(Math.floor(chance() * 12));
      case 'Float':
        return (chance() * 40).toFixed(4);
      case 'Boolean':
        return String(chance() < 0.5);
      case 'Date':
        return '"1980-01-04"';
      case 'DateTime':
        return '"2013-03-05T06:00:00Z"';
      default:
        return JSON.stringify(pick(texts));
    }
  }

  const given = <A extends GraphQLArgument | GraphQLInputField>(list: readonly A[], isRequired: (item: A) => boolean) =>
    list
      .filter((item) => isRequired(item) || chance() < 0.4)
      .map(({ name, type }) => `${name}: ${value(type)}`)
      .join(', ');

  function selection(type: GraphQLNamedType, depth: number): string {
    if (isUnionType(type)) {
      return `{ __typename ${type.getTypes().map((member) => `... on ${member.name} ${selection(member, depth)}`)} }`;
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return '';
    const fields = Object.values(type.getFields());
    const open = fields.filter(({ type }) => depth < maxDepth || isLeafType(getNamedType(type)));
    const chosen = open.filter(() => chance() < Math.min(0.8, 3 / open.length));
    const on = isInterfaceType(type) && chance() < 0.3 ? pick(schema.getPossibleTypes(type)) : null;
    const more = on ? ` ... on ${on.name} ${selection(on, depth + 1)}` : '';
    return `{ __typename ${chosen.map((field) => asked(field, depth)).join(' ')}${more} }`;
  }

  function asked(
    { name, args, type }: { name: string; args: readonly GraphQLArgument[]; type: GraphQLOutputType },
    depth: number,
  ): string {
    const list = given(args, isRequiredArgument);
    // Aliased: two of one name with other arguments would not be valid.
    return `a${names++}: ${name}${list && `(${list})`} ${selection(getNamedType(type), depth + 1)}`;
  }

  const roots = Object.values((schema.getQueryType() as GraphQLObjectType).getFields());
  return `{ ${Array.from({ length: 1 + Math.floor(chance() * 3) }, () => asked(pick(roots), 1)).join(' ')} }`;
}
