import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import QuickLRU from 'quick-lru';
import type { Life } from '../../domain/freshness.ts';
import type { Clock } from '../../infra/clock.ts';
import type { Body } from './body.ts';
import type { Ready } from './documents.ts';

/** A public answer, with what is counted and logged for it. */
export type Answer = Pick<Ready, 'cost' | 'name' | 'hash'> & {
  body: Body;
  life: Life;
  /** What has to be renewed is looked at again then, and given as it is meanwhile. */
  lookAgainAt: number;
};

export type Answers = {
  /** Undefined for what is not there, too old, or due to be made anew. */
  get(key: string): Answer | undefined;
  /** Whether it is to be kept: for those who asked it before. */
  wants(key: string, life: Life): boolean;
  put(key: string, answer: Omit<Answer, 'lookAgainAt'>): void;
};

/** How often an answer is made again while what it was made of is being fetched. */
const LOOK_AGAIN_MS = 100;
/** Beside the text and its key. */
const BYTES_OF_AN_ENTRY = 1_000;
/** Of questions that were asked once; QuickLRU may hold twice as many. */
const QUESTIONS_REMEMBERED = 5_000;
/** Its compressed forms come later. */
const FORMS = 1.5;

/**
 * Answers that hold for everybody, by the whole question. None is given for longer than the shortest-lived thing in it may
 * be; what was asked for once only is not kept.
 */
export function createAnswers({ maxBytes, clock }: { maxBytes: number; clock: Pick<Clock, 'monotonic'> }): Answers {
  const answers = new LRUCache<string, Answer>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: ({ body }, key) => Math.ceil(FORMS * body.bytes.length) + 2 * key.length + BYTES_OF_AN_ENTRY,
  });
  const asked = new QuickLRU<string, true>({ maxSize: QUESTIONS_REMEMBERED });
  const isNew = (key: string): boolean => {
    const name = hash('sha1', key, 'base64url');
    if (asked.has(name)) return false;
    asked.set(name, true);
    return true;
  };
  return {
    get(key) {
      const answer = answers.get(key);
      if (!answer) return undefined;
      const now = clock.monotonic();
      if (now < answer.life.freshUntil) return answer;
      if (now >= answer.life.renewUntil) {
        answers.delete(key);
        return undefined;
      }
      if (now >= answer.lookAgainAt) {
        // One who asks makes it anew, and all others have this one meanwhile.
        answer.lookAgainAt = now + LOOK_AGAIN_MS;
        return undefined;
      }
      return answer;
    },
    wants: (key, { renewUntil }) => maxBytes > 0 && clock.monotonic() < renewUntil && (answers.has(key) || !isNew(key)),
    put: (key, answer) => void answers.set(key, { ...answer, lookAgainAt: clock.monotonic() + LOOK_AGAIN_MS }),
  };
}
