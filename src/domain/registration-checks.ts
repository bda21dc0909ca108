export type Jurisdiction = 'CANADA' | 'KENYA';

export type CheckState = 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELED' | 'EXPIRED';
type LookupState = Exclude<CheckState, 'EXPIRED'>;

/** "Cannot confirm" is not "not registered": there is no outcome that says no. */
export type Outcome = 'REGISTERED' | 'NOT_CONFIRMED' | 'INCONCLUSIVE';

export type FailureCode =
  | 'UPSTREAM_UNREACHABLE'
  | 'UPSTREAM_FORGOT'
  | 'UPSTREAM_TASK_FAILED'
  | 'UPSTREAM_REFUSED'
  | 'UPSTREAM_MALFORMED'
  | 'DEADLINE'
  | 'INTERNAL';

/** How far the address that the upstream took is from the one that was asked. */
export type AddressMatch = 'EXACT' | 'SIMILAR' | 'DIFFERENT';

/** One question to the upstream: one address in Canada, the one register in Kenya. Nothing in it is about the person. */
export type Lookup = {
  state: LookupState;
  outcome: Outcome | null;
  failure: FailureCode | null;
  /** The upstream's name for the running check; null until it gave one. */
  upstreamId: string | null;
  /** How often it was submitted. More than `upstreamId` tells: a submission whose answer was lost may still run there. */
  submissions: number;
  /** What kept the last step from an answer; why it failed, should the deadline come first. */
  trouble: FailureCode | null;
  /** Of an address, once the upstream said what it took it for; also absent in checks that are older than this. */
  matches?: AddressMatch | null;
};

/** Instants in ms since the epoch. Holds no personal data. */
export type RegistrationCheck = {
  kind: 'RegistrationCheck';
  id: string;
  /** `key/` and an API key's name; of a portal's member a keyed hash, which says nothing of the person. */
  owner: string;
  state: CheckState;
  outcome: Outcome | null;
  jurisdiction: Jurisdiction;
  requestedAt: number;
  finishedAt: number | null;
  /** It has failed if it has not ended by then. */
  deadlineAt: number;
  /** From then on nothing but the fact that there was a check is kept. */
  expiresAt: number;
  lookups: Lookup[];
  failure: FailureCode | null;
  /** Where its idempotency key is kept, to be forgotten with it. */
  idempotency: string | null;
};

export type CanadianAddress =
  | { text: string }
  | {
      parts: {
        unitNumber?: string | undefined;
        unitSuffix?: string | undefined;
        streetNumber: string;
        streetName: string;
        city?: string | undefined;
        province?: string | undefined;
        postalCode: string;
      };
    };

/** What a check is about: personal data, kept sealed and only while the check runs. `birthDate` as YYYY-MM-DD. */
export type CheckInput =
  | {
      jurisdiction: 'CANADA';
      givenName: string;
      middleName: string | null;
      familyName: string;
      birthDate: string;
      addresses: CanadianAddress[];
      /** The requester's own names of the addresses, one each; absent where none has one. */
      labels?: (string | null)[];
    }
  | { jurisdiction: 'KENYA'; voterId: string };

/** How many addresses a check may have. Each is a lookup of its own upstream. */
export const MAX_ADDRESSES = 10;

export const lookupsOf = (input: CheckInput): number => (input.jurisdiction === 'CANADA' ? input.addresses.length : 1);

export const newLookup = (): Lookup => ({
  state: 'QUEUED',
  outcome: null,
  failure: null,
  upstreamId: null,
  submissions: 0,
  trouble: null,
});

export const isFinal = ({ state }: { state: CheckState }): boolean => state !== 'QUEUED' && state !== 'RUNNING';

/**
 * A check with the state that follows from its lookups. One address that confirms is enough. Without one,
 * NOT_CONFIRMED needs every address to say so: an address that gave no answer could have been the one.
 */
export function settle(check: RegistrationCheck, now: number): RegistrationCheck {
  const { lookups } = check;
  if (!lookups.every(isFinal)) {
    const begun = lookups.some(({ state }) => state !== 'QUEUED');
    return { ...check, state: begun ? 'RUNNING' : 'QUEUED' };
  }
  const finished = { ...check, finishedAt: now };
  const outcomes = lookups.map(({ outcome }) => outcome);
  if (outcomes.includes('REGISTERED')) return { ...finished, state: 'COMPLETED', outcome: 'REGISTERED' };
  if (outcomes.every((outcome) => outcome === 'NOT_CONFIRMED'))
    return { ...finished, state: 'COMPLETED', outcome: 'NOT_CONFIRMED' };
  if (outcomes.some((outcome) => outcome !== null)) return { ...finished, state: 'COMPLETED', outcome: 'INCONCLUSIVE' };
  return { ...finished, state: 'FAILED', failure: lookups[0]?.failure ?? 'INTERNAL' };
}

/** 0 to 1: a lookup that was submitted counts as half done. */
export function progress({ lookups }: RegistrationCheck): number {
  const done = lookups.reduce((sum, lookup) => sum + (isFinal(lookup) ? 1 : lookup.upstreamId ? 0.5 : 0), 0);
  return lookups.length === 0 ? 0 : done / lookups.length;
}
