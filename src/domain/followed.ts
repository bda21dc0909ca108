import { isCountedAt, LEVELS, type Level, POSTS, type Post } from './posts.ts';

/** All places of a level, for one post. */
export type FollowedLevel = { post: Post; level: Level };

export const PRESIDENT_BY_COUNTY: FollowedLevel[] = [{ post: 'PRESIDENT', level: 'county' }];

/** As `RECORD` writes it. */
export const followedText = ({ post, level }: FollowedLevel): string => `${post}@${level}`;

/** Reads `PRESIDENT@county,…`; a string that says what is wrong with it otherwise. */
export function parseFollowed(text: string): FollowedLevel[] | string {
  const followed = new Map<string, FollowedLevel>();
  for (const part of text.split(',').map((one) => one.trim())) {
    const [post = '', level = ''] = part.split('@');
    if (!Object.hasOwn(POSTS, post)) return `"${post}" is no post; posts are ${Object.keys(POSTS).join(', ')}`;
    if (!LEVELS.includes(level as Level)) return `"${level}" is no level; levels are ${LEVELS.join(', ')}`;
    const one = { post: post as Post, level: level as Level };
    if (!isCountedAt(one.level, one.post)) return `${part}: this post is not counted at this level`;
    followed.set(followedText(one), one);
  }
  return [...followed.values()];
}
