import { lookupsOf } from '../domain/registration-checks.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { InvalidInputRef, inputError, problem, problemRef } from './mutation-error.ts';
import { type Check, ownerIn, parseCheckId, RegistrationCheckRef } from './registration-check.ts';
import { parseIdempotencyKey, parseInput, RequestInput } from './registration-check-inputs.ts';

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
    extensions: costs({ work: 100 }),
    resolve: (_root, { input, idempotencyKey }, ctx) =>
      inputError(async () => {
        const owner = ownerIn(ctx);
        const key = parseIdempotencyKey(idempotencyKey);
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
