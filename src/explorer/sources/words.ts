import type { Post, SourceMode } from '../generated/graphql.ts';
import { postTitle } from '../words.ts';
import type { Source } from './health.ts';

export const TITLES: Record<string, string> = {
  iebc: 'Kenya’s public elections (IEBC)',
  electionbuddy: 'Elections of organisations (ElectionBuddy)',
  ereg: 'Canada’s register of voters (ereg)',
};

export const MODES: Record<SourceMode, string> = {
  LIVE: 'The real system',
  SANDBOX: 'A built-in stand-in: its data are invented',
  ARCHIVE: 'Recorded answers of the real system, replayed',
};

type State = { text: string; isWell: boolean };

export function stateOf({ breaker, openEndpoints, lastSuccessAt, lastFailureAt }: Source): State {
  if (breaker === 'OPEN') {
    const text =
      'It does not answer: all that was asked of it failed again and again. It is left alone for some seconds, then tried again.';
    return { text, isWell: false };
  }
  if (openEndpoints.length > 0) {
    const text = `Some of it fails again and again, and is left alone for some seconds: ${openEndpoints.join(', ')}. The rest is asked as usual.`;
    return { text, isWell: false };
  }
  if (breaker === 'HALF_OPEN') {
    return { text: 'It failed again and again, and is being tried again.', isWell: false };
  }
  if (lastFailureAt !== null && (lastSuccessAt === null || lastFailureAt > lastSuccessAt)) {
    return { text: 'The last that was asked of it failed. It is asked again.', isWell: false };
  }
  if (lastSuccessAt === null) return { text: 'Nothing was asked of it since the gateway started.', isWell: true };
  return { text: 'It answers.', isWell: true };
}

/** Of an index. */
export function progressOf({ complete, stale }: { complete: boolean; stale: boolean }, age: string): string {
  if (stale)
    return `It is due to be read again and that fails: it may be older than ${age}. It is tried again by itself.`;
  return complete ? 'All of it is known.' : 'It is being read, or is read when it is first needed.';
}

/** `PRESIDENT@county`: a level that the record follows. */
export function followedTitle(level: string): string {
  const [post = level, where] = level.split('@');
  return where === undefined ? level : `${postTitle(post as Post)}, each ${where.replaceAll('_', ' ')}`;
}
