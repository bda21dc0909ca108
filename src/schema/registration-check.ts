import { LocalDateResolver } from 'graphql-scalars';
import type { Context } from '../context.ts';
import { type Owner, ownerOf } from '../domain/caller.ts';
import { parseCode } from '../domain/codes.ts';
import { badInput, GatewayError } from '../domain/errors.ts';
import {
  type CanadianAddress,
  type CheckInput,
  type CheckState,
  type FailureCode,
  isFinal,
  type Jurisdiction,
  type Lookup,
  lookupsOf,
  MAX_ADDRESSES,
  type Outcome,
  progress,
  type RegistrationCheck,
} from '../domain/registration-checks.ts';
import { builder } from './builder.ts';
import { parseReference } from './ids.ts';
import { ErrorRef, InvalidInputRef, inputError } from './mutation-error.ts';

type Check = RegistrationCheck & { version: number };

builder.addScalarType('Date', LocalDateResolver, { description: 'A calendar date, `YYYY-MM-DD`.' });

const CheckStateRef = builder.enumType('RegistrationCheckState', {
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

type AddressCheck = Lookup & { position: number; resolvedAddresses: () => Promise<(string | null)[]> };

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
    message: t.string({
      nullable: true,
      description: 'A sentence for people; null while it runs.',
      resolve: ({ outcome, failure }) => (outcome ? MESSAGES[outcome] : failure ? FAILURES[failure] : null),
    }),
  }),
});

const dateOrNull = (at: number | null) => (at === null ? null : new Date(at));

const RegistrationCheckRef = builder.objectRef<Check>('RegistrationCheck');
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
      complexity: { multiplier: 3 },
      resolve: (check, _args, { checks }) => {
        if (check.jurisdiction !== 'CANADA') return [];
        let proof: Promise<(string | null)[]> | undefined;
        const resolvedAddresses = () => {
          proof ??= checks.proof(check).then((found) => found.resolvedAddresses);
          return proof;
        };
        return check.lookups.map((lookup, position) => ({ ...lookup, position, resolvedAddresses }));
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

// ── Requesting ───────────────────────────────────────────────────────────────────────────────────────────────────

const AddressPartsInput = builder.inputType('AddressPartsInput', {
  description: 'A Canadian address in parts.',
  fields: (t) => ({
    unitNumber: t.string({ description: 'Number of the unit, such as `117`.' }),
    unitSuffix: t.string({ description: "What follows the unit's number, such as `A`." }),
    streetNumber: t.string({ required: true, description: 'Such as `719`.' }),
    streetName: t.string({ required: true, description: 'Such as `Bloor St W`.' }),
    city: t.string({ description: 'Such as `Toronto`.' }),
    province: t.string({ description: 'Two letters, such as `ON`.' }),
    postalCode: t.string({ required: true, description: 'Such as `M6G 1L5`.' }),
  }),
});

const AddressInput = builder.inputType('AddressInput', {
  description: 'An address, either as text or in parts.',
  isOneOf: true,
  fields: (t) => ({
    text: t.string({ description: 'As one would write it; it may be partial: `117-719 Bloor St W, Toronto`.' }),
    parts: t.field({ type: AddressPartsInput, description: 'In parts.' }),
  }),
});

const CanadianVoterInput = builder.inputType('CanadianVoterInput', {
  description: 'A person as the Canadian register knows them.',
  fields: (t) => ({
    givenName: t.string({ required: true, description: 'Given name.' }),
    middleName: t.string({ description: 'Middle name, if the register has one.' }),
    familyName: t.string({ required: true, description: 'Family name.' }),
    birthDate: t.field({ type: 'Date', required: true, description: 'Date of birth.' }),
    addresses: t.field({
      type: [AddressInput],
      required: true,
      description: `1 to ${MAX_ADDRESSES} addresses where the person may be registered, such as an address history. Each is a check upstream.`,
    }),
  }),
});

const KenyanVoterInput = builder.inputType('KenyanVoterInput', {
  description: 'A person as the Kenyan register knows them.',
  fields: (t) => ({ voterId: t.id({ required: true, description: 'Voter id or passport number.' }) }),
});

const RequestInput = builder.inputType('RequestRegistrationCheckInput', {
  description: 'Whom to check, and where.',
  isOneOf: true,
  fields: (t) => ({
    canada: t.field({ type: CanadianVoterInput, description: 'In Canada.' }),
    kenya: t.field({ type: KenyanVoterInput, description: 'In Kenya.' }),
  }),
});

const MAX_NAME = 100;
const MAX_ADDRESS = 200;

function parseText(field: string, value: string, max: number): string {
  const text = value.trim();
  if (text.length < 1 || text.length > max || !text.isWellFormed() || /\p{Cc}/u.test(text)) {
    throw badInput(field, `must have 1 to ${max} characters, none of them a control character.`);
  }
  return text;
}

const optionalText = (field: string, value: string | null | undefined, max: number) =>
  value == null || value.trim() === '' ? undefined : parseText(field, value, max);

function parseBirthDate(field: string, date: string, now: number): string {
  const today = new Date(now).toISOString().slice(0, 10);
  if (date < '1900-01-01' || date > today) throw badInput(field, 'must be from 1900-01-01 to today.');
  return date;
}

function parseAddress(field: string, { text, parts }: typeof AddressInput.$inferInput): CanadianAddress {
  if (text != null) return { text: parseText(`${field}.text`, text, MAX_ADDRESS) };
  const part = (name: keyof NonNullable<typeof parts>) =>
    parseText(`${field}.parts.${name}`, parts![name] ?? '', MAX_NAME);
  const optional = (name: keyof NonNullable<typeof parts>) =>
    optionalText(`${field}.parts.${name}`, parts![name], MAX_NAME);
  return {
    parts: {
      unitNumber: optional('unitNumber'),
      unitSuffix: optional('unitSuffix'),
      streetNumber: part('streetNumber'),
      streetName: part('streetName'),
      city: optional('city'),
      province: optional('province'),
      postalCode: part('postalCode'),
    },
  };
}

function parseInput({ canada, kenya }: typeof RequestInput.$inferInput, now: number): CheckInput {
  if (kenya) return { jurisdiction: 'KENYA', voterId: parseCode('input.kenya.voterId', kenya.voterId) };
  const { givenName, middleName, familyName, birthDate, addresses } = canada!;
  if (addresses.length < 1 || addresses.length > MAX_ADDRESSES) {
    throw badInput('input.canada.addresses', `1 to ${MAX_ADDRESSES} addresses, not ${addresses.length}.`);
  }
  return {
    jurisdiction: 'CANADA',
    givenName: parseText('input.canada.givenName', givenName, MAX_NAME),
    middleName: optionalText('input.canada.middleName', middleName, MAX_NAME) ?? null,
    familyName: parseText('input.canada.familyName', familyName, MAX_NAME),
    birthDate: parseBirthDate('input.canada.birthDate', birthDate, now),
    addresses: addresses.map((address, index) => parseAddress(`input.canada.addresses.${index}`, address)),
  };
}

/** Whose checks are asked about; scope-auth has let no stranger come here. */
function ownerIn({ caller }: Context): Owner {
  const owner = ownerOf(caller);
  if (owner) return owner;
  throw new GatewayError(
    'FORBIDDEN',
    "Your token does not say whose it is: it lacks the claim that names its member, so no check can be its member's own.",
  );
}

const parseCheckId = (id: string) => parseReference('id', id, ['RegistrationCheck']).code;

const MAX_IDEMPOTENCY_KEY = 200;

type Conflict = { kind: 'IdempotencyConflict' | 'CheckNotFound' | 'AlreadyFinished'; message: string };
const problem = (kind: Conflict['kind'], message: string): Conflict => ({ kind, message });
const problemRef = (kind: Conflict['kind'], description: string) =>
  builder
    .objectRef<Conflict>(kind)
    .implement({ description, interfaces: [ErrorRef], isTypeOf: (value) => (value as Conflict).kind === kind });

const CheckNotFoundRef = problemRef('CheckNotFound', 'There is no such check, or it is not yours.');

function success<Kind extends string>(kind: Kind, description: string) {
  return builder.objectRef<{ kind: Kind; check: Check }>(kind).implement({
    description,
    isTypeOf: (value) => (value as { kind: string }).kind === kind,
    fields: (t) => ({ check: t.expose('check', { type: RegistrationCheckRef, description: 'The check.' }) }),
  });
}

const notFound = () => problem('CheckNotFound', 'There is no such check.');

builder.mutationFields((t) => ({
  requestRegistrationCheck: t.field({
    type: builder.unionType('RequestRegistrationCheckResult', {
      description: 'The check, or why there is none.',
      types: [
        success('RequestRegistrationCheckSuccess', 'The check was accepted: watch it, or ask for it by its id.'),
        problemRef('IdempotencyConflict', 'The idempotency key was used with another input.'),
        InvalidInputRef,
      ],
    }),
    description:
      'Asks whether somebody is registered to vote. Answers at once; the outcome comes later. Needs scope `checks:write`.',
    args: {
      input: t.arg({ type: RequestInput, required: true, description: 'Whom to check, and where.' }),
      idempotencyKey: t.arg.string({
        description:
          "Any text of the caller's: asking again with the same one and the same input gives the same check.",
      }),
    },
    authScopes: { scope: 'checks:write' },
    complexity: 20,
    resolve: (_root, { input, idempotencyKey }, ctx) =>
      inputError(async () => {
        const owner = ownerIn(ctx);
        const key = idempotencyKey == null ? null : parseText('idempotencyKey', idempotencyKey, MAX_IDEMPOTENCY_KEY);
        const parsed = parseInput(input, ctx.clock.now());
        const admit = () => ctx.limits.consumeCheck(ctx.caller, lookupsOf(parsed));
        const check = await ctx.checks.request(owner, parsed, key, admit);
        if (check === 'conflict')
          return problem('IdempotencyConflict', 'This idempotency key was used with another input. Use a new one.');
        return { kind: 'RequestRegistrationCheckSuccess' as const, check };
      }),
  }),
  cancelRegistrationCheck: t.field({
    type: builder.unionType('CancelRegistrationCheckResult', {
      description: 'The check as it is now, or why it was not canceled.',
      types: [
        success('CancelRegistrationCheckSuccess', 'The check is canceled.'),
        problemRef('AlreadyFinished', 'The check had ended before.'),
        CheckNotFoundRef,
        InvalidInputRef,
      ],
    }),
    description:
      'Stops a check; what the upstream has begun it may still finish, and nobody hears of it. Needs scope `checks:write`.',
    args: { id: t.arg.id({ required: true, description: "The check's id." }) },
    authScopes: { scope: 'checks:write' },
    resolve: (_root, { id }, ctx) =>
      inputError(async () => {
        const check = await ctx.checks.cancel(ownerIn(ctx), parseCheckId(id));
        if (!check) return notFound();
        if (check.state !== 'CANCELED') return problem('AlreadyFinished', 'This check has ended already.');
        return { kind: 'CancelRegistrationCheckSuccess' as const, check };
      }),
  }),
  eraseRegistrationCheck: t.field({
    type: builder.unionType('EraseRegistrationCheckResult', {
      description: 'The id that is gone, or why not.',
      types: [
        builder
          .objectRef<{ kind: 'EraseRegistrationCheckSuccess'; id: string }>('EraseRegistrationCheckSuccess')
          .implement({
            description: 'The check and all that belonged to it is deleted.',
            isTypeOf: (value) => (value as { kind: string }).kind === 'EraseRegistrationCheckSuccess',
            fields: (t) => ({ erasedId: t.exposeID('id', { description: 'The id as it was given.' }) }),
          }),
        CheckNotFoundRef,
        InvalidInputRef,
      ],
    }),
    description:
      'Deletes a check with everything that belongs to it, running or not. A credential that was handed out stays valid until it expires. Needs scope `checks:write`.',
    args: { id: t.arg.id({ required: true, description: "The check's id." }) },
    authScopes: { scope: 'checks:write' },
    resolve: (_root, { id }, ctx) =>
      inputError(async () => {
        const erased = await ctx.checks.erase(ownerIn(ctx), parseCheckId(id));
        return erased ? { kind: 'EraseRegistrationCheckSuccess' as const, id } : notFound();
      }),
  }),
}));

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
