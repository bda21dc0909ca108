import { parseCode } from '../domain/codes.ts';
import { badInput } from '../domain/errors.ts';

/** Of how many parts a type's key may be; more than one of those whose codes mean nothing without their election. */
const KEY_LENGTHS: Readonly<Record<string, readonly number[]>> = {
  Country: [1],
  County: [1],
  Constituency: [1],
  Ward: [1],
  PollingStation: [1],
  // services/places/centres.ts
  PollingCentre: [2],
  Election: [1],
  VoterGuide: [1],
  OrganizationElection: [1],
  BallotActivity: [1],
  RegistrationCheck: [1],
  Party: [2],
  Contest: [2],
  Candidate: [2],
  // result-keys.ts
  ContestResult: [4, 5],
  ContestResultVersion: [5],
  Tally: [5, 6],
};
const isScoped = (typename: string) => KEY_LENGTHS[typename]![0]! > 1;

export function encodeGlobalId(typename: string, key: string | number | bigint): string {
  return Buffer.from(`${typename}:${key}`, 'utf8').toString('base64url');
}

function tryDecode(id: string): { typename: string; key: string } | null {
  const [, typename, key] = /^(\w+):(.+)$/s.exec(Buffer.from(id, 'base64url').toString('utf8')) ?? [];
  return typename && key && Object.hasOwn(KEY_LENGTHS, typename) ? { typename, key } : null;
}

/** Of a global id; null for a bare code. */
export const typenameOf = (value: string): string | null => tryDecode(value)?.typename ?? null;

/** Never gives a key that could not stand in an upstream's URL. Throws BAD_USER_INPUT. */
export function decodeGlobalId(field: string, id: string): { typename: string; key: string } {
  const decoded = tryDecode(id);
  if (!decoded) throw badInput(field, 'this is not an id of this API. Take it from the `id` field of an object.');
  const parts = decoded.key.split('/');
  if (!KEY_LENGTHS[decoded.typename]!.includes(parts.length)) throw badInput(field, 'this is not an id of this API.');
  for (const part of parts) parseCode(field, part);
  return decoded;
}

/** The key of an election-scoped node. */
export function scopedKey({ election, code }: { election: string; code: string }): string {
  return `${election}/${code}`;
}

export function splitScopedKey(key: string): { election: string; code: string } {
  const slash = key.indexOf('/');
  return { election: key.slice(0, slash), code: key.slice(slash + 1) };
}

/**
 * An argument that names an object either by its global id or by its upstream code. `typename` is null for a bare code.
 */
export function parseReference(
  field: string,
  value: string,
  typenames: readonly string[],
): { typename: string | null; code: string } {
  const decoded = tryDecode(value);
  if (!decoded) return { typename: null, code: parseCode(field, value) };
  if (!typenames.includes(decoded.typename))
    throw badInput(field, `this is the id of a ${decoded.typename}; expected ${typenames.join(' or ')}.`);
  const { key } = decodeGlobalId(field, value);
  return { typename: decoded.typename, code: isScoped(decoded.typename) ? splitScopedKey(key).code : key };
}
