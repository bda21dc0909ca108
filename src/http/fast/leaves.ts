import { type GraphQLLeafType, isEnumType } from 'graphql';
import type { Text } from './text.ts';
import { UNUSUAL } from './unusual.ts';

type Write = (run: unknown, text: Text, value: unknown) => void;

/** Of a value that is there. The common kinds without a detour; whatever else goes the way that graphql-js goes. */
export function leafWriter(type: GraphQLLeafType): Write {
  const serialized = (value: unknown): string => {
    const given = type.serialize(value);
    if (given === undefined || given === null) throw UNUSUAL;
    return JSON.stringify(given);
  };
  if (isEnumType(type)) {
    const known = new Map<unknown, string>();
    return (_run, text, value) => {
      let name = known.get(value);
      if (name === undefined) {
        name = serialized(value);
        known.set(value, name);
      }
      text.add(name);
    };
  }
  switch (type.name) {
    case 'ID':
    case 'String':
      return (_run, text, value) => text.add(typeof value === 'string' ? JSON.stringify(value) : serialized(value));
    case 'Int':
      return (_run, text, value) => text.add(isInt32(value) ? `${value}` : serialized(value));
    case 'Boolean':
      return (_run, text, value) => text.add(typeof value === 'boolean' ? `${value}` : serialized(value));
    default:
      return (_run, text, value) => text.add(serialized(value));
  }
}

const isInt32 = (value: unknown): value is number => typeof value === 'number' && (value | 0) === value;
