import { useEffect, useState } from 'preact/hooks';
import { SourcesDocument, type SourcesQuery } from '../generated/graphql.ts';
import { ask, BASE } from '../graphql.ts';

export type Source = SourcesQuery['sources'][number];

/** What the gateway says of itself to everybody, at `/health/ready`. */
export type Ready = {
  status: string;
  degraded: string[];
  record?: { recording: boolean; levels?: string[]; leading?: boolean; contests?: number };
  storage: string;
};

export type Health = {
  sources: Source[] | null;
  /** Null: not said here, or not at the moment. */
  ready: Ready | null;
  /** Of what is shown, in ms since the epoch; null: nothing is. */
  asOf: number | null;
  /** Why it is not newer, in words. */
  problem: string | null;
};

export const POLL_MS = 10_000;

/** How the sources are, asked for again and again while somebody looks. */
export function useHealth(): Health & { askNow: () => void } {
  const [health, setHealth] = useState<Health>({ sources: null, ready: null, asOf: null, problem: null });
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;

    async function poll() {
      clearTimeout(timer);
      if (isAsking) return;
      isAsking = true;
      try {
        if (!document.hidden) {
          const [{ data, errors }, ready] = await Promise.all([
            ask(SourcesDocument, {}, left.signal),
            readiness(left.signal),
          ]);
          const problem = errors[0]?.message ?? null;
          if (data) setHealth({ sources: data.sources, ready, asOf: Date.now(), problem });
          else setHealth((before) => ({ ...before, problem: problem ?? 'The gateway gave no answer.' }));
        }
      } catch (error) {
        if (left.signal.aborted) return;
        const problem = `The gateway cannot be reached (${(error as Error).message}).`;
        setHealth((before) => ({ ...before, problem }));
      } finally {
        isAsking = false;
      }
      if (!left.signal.aborted) timer = setTimeout(poll, POLL_MS);
    }

    const looked = () => void poll();
    document.addEventListener('visibilitychange', looked);
    looked();
    return () => {
      left.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', looked);
    };
  }, [turn]);

  return { ...health, askNow: () => setTurn((before) => before + 1) };
}

/** An operator may keep it to themselves; then the page is whole but for the record. */
async function readiness(signal: AbortSignal): Promise<Ready | null> {
  try {
    // A gateway that wants no traffic says why, too.
    const response = await fetch(`${BASE}/health/ready`, { signal });
    const body = (await response.json()) as Partial<Ready>;
    return typeof body.status === 'string' && Array.isArray(body.degraded) ? (body as Ready) : null;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}
