import { useEffect, useState } from 'preact/hooks';
import { type CheckFragment, WatchCheckDocument } from '../generated/graphql.ts';
import { followWithKey } from './send.ts';

export type Check = CheckFragment;

export type Watched = {
  id: string;
  /** Null until the first word of it. */
  check: Check | null;
  isLost: boolean;
  /** Why it is not followed any more. */
  problem: string | null;
  /** How often it was begun to follow it. */
  turn: number;
};

const AGAIN_MS = 1_000;

export const hasEnded = ({ state }: Check) => state !== 'QUEUED' && state !== 'RUNNING';

/** A check as it goes on, for as long as it is the one that is shown. */
export function useCheck(key: string | null) {
  const [watched, setWatched] = useState<Watched | null>(null);
  const id = watched?.id ?? null;
  const turn = watched?.turn ?? 0;

  useEffect(() => {
    if (id === null || key === null) return;
    let leave = () => {};
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const change = (to: Partial<Watched>) =>
      setWatched((before) => (before?.id === id ? { ...before, ...to } : before));
    const open = () => {
      leave = followWithKey(WatchCheckDocument, { id }, key, {
        event({ registrationCheckUpdated: check }) {
          isOver = hasEnded(check);
          change({ check, isLost: false, problem: null });
        },
        lost: () => change({ isLost: true }),
        refused: ({ message }) => change({ problem: message }),
        ended() {
          // A gateway that is leaving ends its streams.
          if (isOver) return;
          change({ isLost: true });
          timer = setTimeout(open, AGAIN_MS);
        },
      });
    };
    open();
    return () => {
      // What ends by our own doing is not opened again.
      isOver = true;
      clearTimeout(timer);
      leave();
    };
  }, [id, key, turn]);

  return {
    watched,
    watch: (id: string, check: Check | null = null) =>
      setWatched((before) => ({ id, check, isLost: false, problem: null, turn: (before?.turn ?? 0) + 1 })),
    /** What a mutation said of it. */
    told: (check: Check) => setWatched((before) => (before?.id === check.id ? { ...before, check } : before)),
    leave: () => setWatched(null),
  };
}
