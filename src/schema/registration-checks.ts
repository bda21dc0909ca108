import { badInput } from '../domain/errors.ts';
import type { CheckState } from '../domain/registration-checks.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { cursorKey, notACursor, type PageArgs, pageArgs, pageOf, parseFirst, sizeOf } from './pagination.ts';
import { type Check, CheckStateRef, ownerIn, RegistrationCheckRef } from './registration-check.ts';

const RegistrationCheckConnection = builder.connectionObject(
  {
    type: RegistrationCheckRef,
    name: 'RegistrationCheckConnection',
    description: 'A page of registration checks.',
  },
  { name: 'RegistrationCheckEdge', description: 'One registration check, with its place in the list.' },
);

/** What can be listed: of an expired check only the fact that there was one is kept. */
const LISTED: readonly CheckState[] = ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELED'];

function parseStates(states: readonly CheckState[] | null | undefined): readonly CheckState[] {
  if (states == null) return LISTED;
  if (states.length === 0) throw badInput('states', 'name a state, or leave the argument out for all of them.');
  if (states.includes('EXPIRED')) throw badInput('states', 'checks that have expired are in no list.');
  return [...new Set(states)];
}

/** When a check was requested and its id: what a page goes on after, whether that check is still there or not. */
const keyOf = ({ requestedAt, id }: Check) => `${requestedAt}/${id}`;
const CURSOR_KEY = /^(\d{1,15})\/([\w-]{1,100})$/;

function parseCursor(after: string): { requestedAt: number; id: string } {
  const [, requestedAt, id] = CURSOR_KEY.exec(cursorKey(after)) ?? [];
  if (requestedAt === undefined || id === undefined) throw notACursor();
  return { requestedAt: Number(requestedAt), id };
}

/** A look into the list is about as much work as so many objects. */
const LOOK = 20;

builder.queryField('registrationChecks', (t) =>
  t.field({
    type: RegistrationCheckConnection,
    description:
      "The checks of your key, of a portal's token those of its own member: those requested last come first. A check that has expired or was erased is not among them. A page goes on where the last one ended, also when checks were added, erased or have moved on to another state meanwhile. No source is asked. Needs scope `checks:write`.",
    args: {
      ...pageArgs,
      states: t.arg({
        type: [CheckStateRef],
        description: 'Only checks in one of these states; `EXPIRED` is refused. Default: all.',
      }),
    },
    authScopes: { scope: 'checks:write' },
    extensions: costs((args: PageArgs) => ({ work: LOOK, page: sizeOf(args) })),
    resolve: async (_root, { first, after, states }, ctx) => {
      const size = parseFirst(first);
      const wanted = parseStates(states);
      const from = after == null ? undefined : parseCursor(after);
      const { checks, total, more } = await ctx.checks.list(ownerIn(ctx), { states: wanted, after: from, first: size });
      return pageOf(checks, keyOf, { totalCount: total, hasNextPage: more, hasPreviousPage: from !== undefined });
    },
  }),
);
