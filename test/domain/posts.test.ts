import { expect, it } from 'vitest';
import { contestLevel, isCountedAt, LEVELS, POSTS, type Post, postOfNumber } from '../../src/domain/posts.ts';

const NAMES = Object.keys(POSTS) as Post[];

// sources/iebc/WIRE.md, "Which level counts which post", by the document's numbers.
it.each([
  ['country', [1]],
  ['county', [1, 2, 3, 5]],
  ['constituency', [1, 2, 3, 4, 5]],
  ['ward', [1, 2, 3, 4, 5, 6]],
  ['pollingstation', [1, 2, 3, 4, 5, 6]],
] as const)('a %s counts the posts %j', (level, posts) => {
  expect(NAMES.filter((post) => isCountedAt(level, post)).map((post) => POSTS[post])).toEqual(posts);
});

it.each([
  ['PRESIDENT', 'country'],
  ['GOVERNOR', 'county'],
  ['SENATOR', 'county'],
  ['WOMAN_REPRESENTATIVE', 'county'],
  ['MEMBER_OF_NATIONAL_ASSEMBLY', 'constituency'],
  ['MEMBER_OF_COUNTY_ASSEMBLY', 'ward'],
] as const)('the contest of a %s is as wide as a %s', (post, level) => {
  expect(contestLevel(post)).toBe(level);
  // All below count it too, all above do not.
  expect(LEVELS.map((each) => isCountedAt(each, post))).toEqual(
    LEVELS.map((each) => LEVELS.indexOf(each) >= LEVELS.indexOf(level)),
  );
});

it('numbers posts as the document does', () => {
  expect([1, 2, 3, 4, 5, 6].map(postOfNumber)).toEqual([
    'PRESIDENT',
    'GOVERNOR',
    'SENATOR',
    'MEMBER_OF_NATIONAL_ASSEMBLY',
    'WOMAN_REPRESENTATIVE',
    'MEMBER_OF_COUNTY_ASSEMBLY',
  ]);
  expect([0, 7, -1, 1.5, Number.NaN].map(postOfNumber)).toEqual(Array(5).fill(undefined));
});
