import { type Aim, COMMON_NEEDS, type CommonFault, type FaultNeeds, mistyped } from '../shared/faults.ts';

/** `expired-signature`: the expired-link page, however fresh the request is. */
export type Fault = Aim & (CommonFault | { kind: 'expired-signature' });

export const NEEDS: FaultNeeds = { ...COMMON_NEEDS, 'expired-signature': {} };

export function wrongTypes(body: string): string {
  return JSON.stringify(mistyped(JSON.parse(body)));
}
