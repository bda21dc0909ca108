import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  isFinal,
  type Lookup,
  newLookup,
  progress,
  type RegistrationCheck,
  settle,
} from '../../src/domain/registration-checks.ts';

const NOW = 5_000;
const check = (...lookups: Partial<Lookup>[]): RegistrationCheck => ({
  kind: 'RegistrationCheck',
  id: 'a',
  owner: 'clinic',
  state: 'QUEUED',
  outcome: null,
  jurisdiction: 'CANADA',
  requestedAt: 0,
  finishedAt: null,
  deadlineAt: 60_000,
  expiresAt: 600_000,
  lookups: lookups.map((lookup) => ({ ...newLookup(), ...lookup })),
  failure: null,
  idempotency: null,
});

const YES: Partial<Lookup> = { state: 'COMPLETED', outcome: 'REGISTERED' };
const UNSURE: Partial<Lookup> = { state: 'COMPLETED', outcome: 'NOT_CONFIRMED' };
const NEITHER: Partial<Lookup> = { state: 'COMPLETED', outcome: 'INCONCLUSIVE' };
const LOST: Partial<Lookup> = { state: 'FAILED', failure: 'UPSTREAM_FORGOT' };
const LATE: Partial<Lookup> = { state: 'FAILED', failure: 'DEADLINE' };
const ASKED: Partial<Lookup> = { state: 'RUNNING', upstreamId: '1' };

it.each<[string, Partial<Lookup>[], Partial<RegistrationCheck>]>([
  ['one that confirms', [YES], { state: 'COMPLETED', outcome: 'REGISTERED' }],
  ['one that confirms among those that do not', [UNSURE, YES, LOST], { state: 'COMPLETED', outcome: 'REGISTERED' }],
  ['all without confirmation', [UNSURE, UNSURE], { state: 'COMPLETED', outcome: 'NOT_CONFIRMED' }],
  // The address that gave no answer could have been the one.
  ['one without confirmation, one failed', [UNSURE, LOST], { state: 'COMPLETED', outcome: 'INCONCLUSIVE' }],
  ['one that answered neither way', [UNSURE, NEITHER], { state: 'COMPLETED', outcome: 'INCONCLUSIVE' }],
  ['one that answered neither way, one failed', [LOST, NEITHER], { state: 'COMPLETED', outcome: 'INCONCLUSIVE' }],
  ['all failed: the reason of the first', [LOST, LATE], { state: 'FAILED', outcome: null, failure: 'UPSTREAM_FORGOT' }],
  ['one still running', [YES, ASKED], { state: 'RUNNING', outcome: null, finishedAt: null }],
  ['one not begun', [LATE, {}], { state: 'RUNNING', outcome: null, finishedAt: null }],
  ['none begun', [{}, {}], { state: 'QUEUED', outcome: null, finishedAt: null }],
])('settles %s', (_name, lookups, expected) => {
  const settled = settle(check(...lookups), NOW);
  expect(settled).toMatchObject(expected);
  expect(settled.finishedAt).toBe(isFinal(settled) ? NOW : null);
});

const anyLookup = fc.constantFrom(YES, UNSURE, NEITHER, LOST, LATE, ASKED, {});

it('never says NOT_CONFIRMED unless every address says so, nor ends before all have', () => {
  fc.assert(
    fc.property(fc.array(anyLookup, { minLength: 1, maxLength: 10 }), (lookups) => {
      const before = check(...lookups);
      const after = settle(before, NOW);
      expect(isFinal(after)).toBe(before.lookups.every(isFinal));
      expect(after.outcome === 'NOT_CONFIRMED').toBe(lookups.every((lookup) => lookup === UNSURE));
      expect(after.outcome === 'REGISTERED').toBe(isFinal(after) && lookups.includes(YES));
      expect((after.failure !== null) === (after.state === 'FAILED')).toBe(true);
      expect((after.outcome !== null) === (after.state === 'COMPLETED')).toBe(true);
      expect(settle(after, NOW)).toEqual(after);
    }),
  );
});

it('tells how far it is, from nothing to all', () => {
  expect([check({}), check(ASKED), check({}, ASKED), check(YES, ASKED), check(YES, LOST)].map(progress)).toEqual([
    0, 0.5, 0.25, 0.75, 1,
  ]);
});
