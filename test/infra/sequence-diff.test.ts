import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSequenceDiff, type Item, WINDOW } from '../../src/infra/sequence-diff.ts';

const items = (ids: readonly string[]): Item[] => ids.map((id, index) => ({ index, id, leaf: null }));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index));

function diff(expected: readonly string[], found: readonly string[], step = 7, options = {}) {
  const compare = createSequenceDiff(options);
  const [one, other] = [items(expected), items(found)];
  for (let at = 0; at < Math.max(one.length, other.length); at += step) {
    compare.push(one.slice(at, at + step), other.slice(at, at + step));
  }
  const { differences, more } = compare.end();
  return { told: differences.map(({ kind, was, is }) => `${kind} ${was?.index ?? ''}>${is?.index ?? ''}`), more };
}
const told = (...given: Parameters<typeof diff>) => diff(...given).told;

const long = numbered(3_000);
const without = (list: readonly string[], ...places: number[]) => list.filter((_, index) => !places.includes(index));

describe('how a sequence differs', () => {
  it('is nothing when it does not', () => {
    expect(told(long, long)).toEqual([]);
    expect(told([], [])).toEqual([]);
  });

  it.each([0, 1, 1023, 1024, 1500, 2999])('names the one that was changed, dropped or inserted at %i', (at) => {
    expect(told(long, long.with(at, 'x'))).toEqual([`CHANGED ${at}>${at}`]);
    expect(told(long, without(long, at))).toEqual([`DROPPED ${at}>`]);
    expect(told(long, long.toSpliced(at, 0, 'x'))).toEqual([`INSERTED >${at}`]);
  });

  it('names the one that was moved, near and far', () => {
    expect(told(long, long.with(10, '11').with(11, '10'))).toEqual(['MOVED 11>10']);
    expect(told(long, without(long, 5).toSpliced(2_500, 0, '5'))).toEqual(['MOVED 5>2500']);
  });

  it('names several', () => {
    const found = without(long.with(100, 'x'), 2_000, 2_001).toSpliced(2_500, 0, 'y');
    expect(told(long, found)).toEqual(['CHANGED 100>100', 'DROPPED 2000>', 'DROPPED 2001>', 'INSERTED >2500']);
  });

  it('counts what is too much to name, and finds its way again', () => {
    const other = long.map((id, index) => (index < 1_500 ? `other ${id}` : id));
    const { told, more } = diff(long, other);
    expect(told).toHaveLength(1_000);
    expect(more).toBeLessThanOrEqual(WINDOW);
    expect(told.every((one) => one.startsWith('CHANGED'))).toBe(true);
  });

  it('ends where what is expected ends, if that is said', () => {
    expect(told(numbered(10), numbered(30), 7, { goesOn: true })).toEqual([]);
    expect(told(numbered(10), without(numbered(30), 9), 7, { goesOn: true })).toEqual(['CHANGED 9>9']);
    expect(told(numbered(10), numbered(30).toSpliced(3, 0, 'x'), 7, { goesOn: true })).toEqual(['INSERTED >3']);
    expect(told(numbered(10), numbered(8), 7, { goesOn: true })).toEqual(['DROPPED 8>', 'DROPPED 9>']);
  });

  it('accounts for every one, in whatever pieces they come', () => {
    const lists = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 40 });
    fc.assert(
      fc.property(lists, lists, fc.integer({ min: 1, max: 50 }), (one, other, step) => {
        const { told } = diff(one, other, step);
        expect(told.length === 0).toBe(one.join() === other.join());
        expect(told).toEqual(diff(one, other, 100).told);
      }),
    );
  });
});
