import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Caller, mayActFor, ownerOf, rateKey, storedTag, strangerFrom } from '../../src/domain/caller.ts';

const scopes = new Set<never>();
const key = (name: string): Caller => ({ kind: 'key', name, scopes });
const member = (identifier: string | null): Caller => ({ kind: 'member', identifier, scopes });
/** Keyed hashes are hexadecimal. */
const fingerprint = (text: string) => Buffer.from(text).toString('hex');
const tagOf = (caller: Caller) => {
  const owner = ownerOf(caller);
  return owner && storedTag(owner, fingerprint);
};

it('stores a key’s checks under its name, and a member’s under a hash', () => {
  // As in documents that are stored already: another tag would take everybody's checks away.
  expect(tagOf(key('clinic'))).toBe('key/clinic');
  expect(tagOf(member('jane'))).toBe(fingerprint('member/jane'));
});

it('lets nobody own anything who is not known by name', () => {
  expect([strangerFrom(null), member(null)].map(tagOf)).toEqual([null, null]);
  expect(rateKey(strangerFrom(null))).toEqual(expect.any(String));
  expect(rateKey(member(null))).toEqual(expect.any(String));
});

const anyName = fc.oneof(
  fc.constantFrom('', 'portal', 'member', 'key', 'member/jane', 'key/portal', 'jane', fingerprint('member/jane')),
  fc.string(),
);
const anybody = fc.oneof(
  anyName.map(key),
  anyName.map(member),
  anyName.map(strangerFrom),
  fc.constantFrom(member(null), strangerFrom(null)),
);

it('takes nobody for somebody else, by whatever name', () => {
  fc.assert(
    fc.property(anybody, anybody, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(rateKey(one) === rateKey(other)).toBe(same);
      if (ownerOf(one) && ownerOf(other)) expect(tagOf(one) === tagOf(other)).toBe(same);
    }),
  );
});

it('lets a member act for nobody else, and a key for nobody, unless they may act for all', () => {
  expect(
    [member('jane'), member('lee'), member(null), key('jane'), strangerFrom(null)].map((who) => mayActFor(who, 'jane')),
  ).toEqual([true, false, false, false, false]);
  expect(mayActFor({ ...key('desk'), scopes: new Set(['organization:act']) }, 'jane')).toBe(true);
});
