/** The six elective posts, as the IEBC numbers them (document, "Post Filter"). */
export const POSTS = {
  PRESIDENT: 1,
  GOVERNOR: 2,
  SENATOR: 3,
  MEMBER_OF_NATIONAL_ASSEMBLY: 4,
  WOMAN_REPRESENTATIVE: 5,
  MEMBER_OF_COUNTY_ASSEMBLY: 6,
} as const;

export type Post = keyof typeof POSTS;

/** From the whole country down to one station. `level` is also the word the IEBC uses in its paths. */
export const LEVELS = ['country', 'county', 'constituency', 'ward', 'pollingstation'] as const;
export type Level = (typeof LEVELS)[number];

/** For sentences. */
export const LEVEL_WORDS: Record<Level, string> = {
  country: 'country',
  county: 'county',
  constituency: 'constituency',
  ward: 'ward',
  pollingstation: 'polling station',
};

const BY_NUMBER = new Map<number, Post>(Object.entries(POSTS).map(([post, number]) => [number, post as Post]));

export function postOfNumber(number: number): Post | undefined {
  return BY_NUMBER.get(number);
}

// sources/iebc/WIRE.md, "Which level counts which post". The source never answers for the other pairs.
const COUNTED_AT: Record<Level, readonly Post[]> = {
  country: ['PRESIDENT'],
  county: ['PRESIDENT', 'GOVERNOR', 'SENATOR', 'WOMAN_REPRESENTATIVE'],
  constituency: ['PRESIDENT', 'GOVERNOR', 'SENATOR', 'MEMBER_OF_NATIONAL_ASSEMBLY', 'WOMAN_REPRESENTATIVE'],
  ward: Object.keys(POSTS) as Post[],
  pollingstation: Object.keys(POSTS) as Post[],
};

export function isCountedAt(level: Level, post: Post): boolean {
  return COUNTED_AT[level].includes(post);
}

/** The widest level at which a post is counted: where to ask instead. It is also the level of the post's contest. */
export function contestLevel(post: Post): Level {
  return LEVELS.find((level) => isCountedAt(level, post))!;
}
