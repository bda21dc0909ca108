import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeKey, parseCode } from '../../src/domain/codes.ts';
import { GatewayError } from '../../src/domain/errors.ts';

const refusal = (value: string): unknown => {
  try {
    return parseCode('filter.district', value);
  } catch (error) {
    return error;
  }
};

describe('a code', () => {
  it.each([
    '694F1CE1-7BA6-49E9-B40C-9AFEF518A09E',
    '694f1ce1-7ba6-49e9-b40c-9afef518a09e',
    'C001',
    '20131017-TEST',
    'a_b',
    '1',
    'x'.repeat(64),
  ])('is taken as it is: %s', (value) => {
    expect(parseCode('code', value)).toBe(value);
  });

  it.each([
    '',
    '..',
    '../ward',
    '%2e',
    'a=b',
    'a&b',
    'a b',
    'C001\n',
    '\nC001',
    'a\u0000',
    '١٢٣',
    'Ａ',
    'é',
    'x'.repeat(65),
    '-a',
    '_a',
    'a#',
    'a?b',
    'a;b',
  ])('is refused: %j', (value) => {
    const error = refusal(value) as GatewayError;
    expect(error).toBeInstanceOf(GatewayError);
    expect([error.code, error.extensions]).toEqual(['BAD_USER_INPUT', { field: 'filter.district' }]);
  });

  it('never holds what has a meaning in a URL or a signature, a control character or another alphabet', () => {
    const poison = fc.oneof(
      fc.constantFrom('/', '.', '%', '=', '&', '?', '#', ' ', '\\', '+', ';', ':'),
      fc.integer({ min: 0, max: 0x1f }).map((code) => String.fromCharCode(code)),
      fc.integer({ min: 0x7f, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
      // Digits of other alphabets, which \d in other languages takes.
      fc
        .tuple(fc.constantFrom(0x660, 0x6f0, 0x966, 0xff10, 0x1d7ce), fc.nat(9))
        .map(([zero, digit]) => String.fromCodePoint(zero + digit)),
    );
    const clean = fc.stringMatching(/^[A-Za-z0-9]{0,10}$/);
    fc.assert(
      fc.property(clean, poison, clean, (before, bad, after) => {
        expect(refusal(before + bad + after)).toBeInstanceOf(GatewayError);
      }),
    );
  });

  it('that passes, of any text, travels through a URL unchanged', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w.%-]{0,70}$/));
    fc.assert(
      fc.property(text, (value) => {
        if (refusal(value) === value)
          expect([encodeURIComponent(value), new URL(`http://h/${value}/`).pathname]).toEqual([value, `/${value}/`]);
      }),
      { numRuns: 500 },
    );
  });

  it('does not repeat what it refuses', () => {
    expect((refusal('<script>') as Error).message).not.toContain('script');
  });

  it('is equal without case', () => {
    expect(codeKey('694f1ce1')).toBe(codeKey('694F1CE1'));
    expect(codeKey('a')).not.toBe(codeKey('b'));
  });
});
