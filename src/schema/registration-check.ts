import type { Context } from '../context.ts';
import { type Owner, ownerOf } from '../domain/caller.ts';
import { badInput, GatewayError } from '../domain/errors.ts';
import {
  type AddressMatch,
  type CheckState,
  type FailureCode,
  isFinal,
  type Jurisdiction,
  type Lookup,
  MAX_ADDRESSES,
  type Outcome,
  progress,
  type RegistrationCheck,
} from '../domain/registration-checks.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { parseReference } from './ids.ts';

export type Check = RegistrationCheck & { version: number };

export const CheckStateRef = builder.enumType('RegistrationCheckState', {
  description: 'How far a check is.',
  values: {
    QUEUED: { description: 'Accepted, not begun.' },
    RUNNING: { description: 'The upstream is being asked.' },
    COMPLETED: { description: 'Ended with an outcome.' },
    FAILED: { description: 'Ended without an outcome: `failure` says why.' },
    CANCELED: { description: 'Ended by its requester.' },
    EXPIRED: { description: 'Past its time: only the fact that there was a check is kept.' },
  } satisfies Record<CheckState, { description: string }>,
});

export const OutcomeRef = builder.enumType('RegistrationOutcome', {
  description: 'What the register says. "Cannot confirm" is not "not registered": no outcome says no.',
  values: {
    REGISTERED: { description: 'Registered under this name at this address, or under this id.' },
    NOT_CONFIRMED: { description: 'The register cannot confirm it from what was given: not a no.' },
    INCONCLUSIVE: {
      description: 'The upstream answered, but neither way; or only part of the addresses could be asked.',
    },
  } satisfies Record<Outcome, { description: string }>,
});

export const JurisdictionRef = builder.enumType('Jurisdiction', {
  description: 'Whose register is asked.',
  values: {
    CANADA: { description: "Canada's federal register, by name, birth date and address." },
    KENYA: { description: "Kenya's register of the IEBC, by voter id or passport number." },
  } satisfies Record<Jurisdiction, { description: string }>,
});

const FAILURES: Record<FailureCode, string> = {
  UPSTREAM_UNREACHABLE: 'The register could not be reached in time. Ask again later.',
  UPSTREAM_FORGOT: 'The upstream service forgot the check before it ended. Ask again.',
  UPSTREAM_TASK_FAILED:
    'The upstream service failed while it was checking, as it also does with an address that it cannot find. Look at the address, or ask again later.',
  UPSTREAM_REFUSED: 'The upstream service refused the check.',
  UPSTREAM_MALFORMED: 'The upstream service answered something that cannot be read.',
  DEADLINE: 'The check did not end in time. Ask again later.',
  INTERNAL: 'The check could not be carried out.',
};

const FailureCodeRef = builder.enumType('CheckFailureCode', {
  description: 'Why a check gave no outcome.',
  values: Object.fromEntries(Object.entries(FAILURES).map(([code, description]) => [code, { description }])) as Record<
    FailureCode,
    { description: string }
  >,
});

const CheckFailureRef = builder.objectRef<FailureCode>('CheckFailure').implement({
  description: 'Why a check gave no outcome.',
  fields: (t) => ({
    code: t.field({ type: FailureCodeRef, description: 'For programs.', resolve: (code) => code }),
    message: t.string({ description: 'For people.', resolve: (code: FailureCode) => FAILURES[code] }),
  }),
});

const AddressMatchRef = builder.enumType('AddressMatch', {
  description:
    'How far the address that the upstream took is from the one that was asked. Case, accents, punctuation and usual abbreviations make no difference.',
  values: {
    EXACT: {
      description:
        'All that was asked is there and the same; at most town, province and postal code were added. For a town alone, the town.',
    },
    SIMILAR: {
      description:
        'Nothing contradicts, and the street or the postal code agrees; but something is another or is not there: the unit, the house number, the town, the kind of street or its direction, a letter of its name. Look at `resolvedAddress`.',
    },
    DIFFERENT: {
      description:
        'Another house number, street, postal code or province than was asked; or neither the street nor the postal code can be found in it. What the register says is about another address.',
    },
  } satisfies Record<AddressMatch, { description: string }>,
});

type AddressCheck = Lookup & {
  position: number;
  resolvedAddresses: () => Promise<(string | null)[]>;
  labels: () => Promise<(string | null)[]>;
};

/** Asked for at the first call, and then remembered. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= ask();
    return asked;
  };
}

const MESSAGES: Record<Outcome, string> = {
  REGISTERED: 'Registered at this address.',
  NOT_CONFIRMED: 'The register cannot confirm a registration at this address. That is not a no.',
  INCONCLUSIVE: 'The register answered neither way for this address.',
};

const AddressCheckRef = builder.objectRef<AddressCheck>('AddressCheck').implement({
  description: 'The check of one address of an address history.',
  fields: (t) => ({
    position: t.exposeInt('position', { description: 'Its place in the request, from 0.' }),
    state: t.field({ type: CheckStateRef, description: 'How far it is.', resolve: ({ state }) => state }),
    outcome: t.field({
      type: OutcomeRef,
      nullable: true,
      description: 'What the register says; null until it is COMPLETED.',
      resolve: ({ outcome }) => outcome,
    }),
    resolvedAddress: t.string({
      nullable: true,
      description: 'What the upstream took the address for; null until it said so, and where it does not say.',
      resolve: async ({ resolvedAddresses, position }) => (await resolvedAddresses())[position] ?? null,
    }),
    label: t.string({
      nullable: true,
      description: "The requester's own name of the address, as it was given; null where none was.",
      resolve: async ({ labels, position }) => (await labels())[position] ?? null,
    }),
    matches: t.field({
      type: AddressMatchRef,
      nullable: true,
      description:
        'How far `resolvedAddress` is from what was asked; null until there is one. It stays when what was asked is deleted.',
      resolve: ({ matches }) => matches ?? null,
    }),
    message: t.string({
      nullable: true,
      description: 'A sentence for people; null while it runs.',
      resolve: ({ outcome, failure }) => (outcome ? MESSAGES[outcome] : failure ? FAILURES[failure] : null),
    }),
  }),
});

const dateOrNull = (at: number | null) => (at === null ? null : new Date(at));

export const RegistrationCheckRef = builder.objectRef<Check>('RegistrationCheck');
builder.node(RegistrationCheckRef, {
  id: { resolve: ({ id }) => id },
  description:
    'A question whether somebody is registered to vote, answered asynchronously. Only the API key that asked can see it: to others it does not exist. Needs scope `checks:write`.',
  isTypeOf: (value) => (value as Check).kind === 'RegistrationCheck',
  loadOne: (id, { caller, checks }) => {
    const owner = ownerOf(caller);
    return owner && caller.scopes.has('checks:write') ? checks.get(owner, id) : null;
  },
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Counts its changes, from 1.' }),
    state: t.field({ type: CheckStateRef, description: 'How far it is.', resolve: ({ state }) => state }),
    outcome: t.field({
      type: OutcomeRef,
      nullable: true,
      description:
        'What the register says; null until COMPLETED. Of several addresses, one that confirms is enough; NOT_CONFIRMED needs all of them to say so.',
      resolve: ({ outcome }) => outcome,
    }),
    requestedAt: t.field({
      type: 'DateTime',
      description: 'When it was requested.',
      resolve: ({ requestedAt }) => new Date(requestedAt),
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it runs.',
      resolve: ({ finishedAt }) => dateOrNull(finishedAt),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When outcome, addresses and credential are deleted.',
      resolve: ({ expiresAt }) => new Date(expiresAt),
    }),
    jurisdiction: t.field({
      type: JurisdictionRef,
      description: 'Whose register is asked.',
      resolve: ({ jurisdiction }) => jurisdiction,
    }),
    addresses: t.field({
      type: [AddressCheckRef],
      description: 'One each, in the order asked; empty for Kenya, and once EXPIRED.',
      extensions: costs({ each: MAX_ADDRESSES }),
      resolve: (check, _args, { checks }) => {
        if (check.jurisdiction !== 'CANADA') return [];
        const resolvedAddresses = once(async () => (await checks.proof(check)).resolvedAddresses);
        const labels = once(() => checks.labels(check));
        return check.lookups.map((lookup, position) => ({ ...lookup, position, resolvedAddresses, labels }));
      },
    }),
    progress: t.float({ description: '0 to 1.', resolve: (check) => (isFinal(check) ? 1 : progress(check)) }),
    failure: t.field({
      type: CheckFailureRef,
      nullable: true,
      description: 'Why there is no outcome; null unless FAILED.',
      resolve: ({ failure }) => failure,
    }),
    credential: t.string({
      nullable: true,
      description:
        'A signed proof (SD-JWT, RFC 9901) once COMPLETED with REGISTERED or NOT_CONFIRMED. Its holder may drop any of its disclosures (the parts between `~`) before handing it on. Keys: `/.well-known/jwks.json`.',
      resolve: async (check, _args, { checks }) =>
        check.state === 'COMPLETED' ? (await checks.proof(check)).credential : null,
    }),
  }),
});

/** Whose checks are asked about; scope-auth has let no stranger come here. */
export function ownerIn({ caller }: Context): Owner {
  const owner = ownerOf(caller);
  if (owner) return owner;
  throw new GatewayError(
    'FORBIDDEN',
    "Your token does not say whose it is: it lacks the claim that names its member, so no check can be its member's own.",
  );
}

export const parseCheckId = (id: string) => parseReference('id', id, ['RegistrationCheck']).code;

builder.queryField('registrationCheck', (t) =>
  t.field({
    type: RegistrationCheckRef,
    nullable: true,
    description: 'One of your checks; null for what does not exist or is not yours. Needs scope `checks:write`.',
    args: { id: t.arg.id({ required: true, description: "The check's id." }) },
    authScopes: { scope: 'checks:write' },
    resolve: (_root, { id }, ctx) => ctx.checks.get(ownerIn(ctx), parseCheckId(id)),
  }),
);

builder.subscriptionField('registrationCheckUpdated', (t) =>
  t.field({
    type: RegistrationCheckRef,
    description:
      'One of your checks: as it is now, then every version, until it has ended. Needs scope `checks:write`.',
    args: { id: t.arg.id({ required: true, description: "The check's id." }) },
    authScopes: { scope: 'checks:write' },
    subscribe: async (_root, { id }, ctx): Promise<AsyncIterable<Check>> => {
      const updates = await ctx.checks.watch(ownerIn(ctx), parseCheckId(id));
      if (!updates) throw badInput('id', 'there is no such check.');
      return updates;
    },
    resolve: (check: Check) => check,
  }),
);
