import { type Aim, COMMON_NEEDS, type CommonFault, type FaultNeeds, mistyped } from '../shared/faults.ts';

/** Without a `path` a fault spares `/token/`. */
export type Fault = Aim & (CommonFault | OwnFault);

type OwnFault = { kind: 'revoked-token' } | { kind: 'not-success'; status: string; message: string };

export const NEEDS: FaultNeeds = {
  ...COMMON_NEEDS,
  'revoked-token': {},
  'not-success': { status: 'string', message: 'string' },
};

/** `status` stays SUCCESS, or a client would not look at the rest. */
export function wrongTypes(body: string): string {
  const value: unknown = JSON.parse(body);
  const wrong = mistyped(value);
  if (typeof value === 'object' && value !== null && 'status' in value) {
    return JSON.stringify({ ...(wrong as object), status: value.status });
  }
  return JSON.stringify(wrong);
}
