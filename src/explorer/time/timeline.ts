import { useEffect, useRef, useState } from 'preact/hooks';
import { OverTimeDocument, type OverTimeQuery, type PointFragment, type Post } from '../generated/graphql.ts';
import { ask } from '../graphql.ts';

type Result = NonNullable<Extract<OverTimeQuery['node'], { result?: unknown }>['result']>;
export type Version = PointFragment;
export type Flag = NonNullable<Result['recordFlags']>[number];

/** `versions` null: not known yet, or `problem` says why not. */
export type Timeline = { versions: Version[] | null; flags: Flag[]; problem: string | null };

const NOTHING: Timeline = { versions: null, flags: [], problem: null };
/** However quickly the count moves. */
const SOONEST_MS = 4_000;
const AGAIN_MS = 10_000;

/** A version with a flag may be none of the chart's points; one goes to it nevertheless. */
function together(points: Version[], flags: Flag[]): Version[] {
  const all = new Map([...points, ...flags.map(({ after }) => after)].map((one) => [one.version, one]));
  return [...all.values()].sort((a, b) => a.version - b.version);
}

/** The same for two counts that say the same, as far as a chart shows it. */
export const fingerprint = ({ stationsReported, tallies }: Pick<Version, 'stationsReported'> & { tallies: Votes[] }) =>
  [stationsReported, ...tallies.map(({ candidate, votes }) => `${candidate.code} ${votes}`).sort()].join();
type Votes = { votes: number; candidate: { code: string } };

/**
 * The recorded versions of a count. `newest` is the fingerprint of the count as it is now: where it is not that of the last
 * version, they are asked for again, now and then.
 */
export function useTimeline(place: string, post: Post, newest: string | null): Timeline {
  const of = `${place} ${post}`;
  const [known, setKnown] = useState({ ...NOTHING, of });
  const wanted = useRef(newest);
  const [asker] = useState(createAsker);

  useEffect(() => {
    const tell = (change: Partial<Timeline>) =>
      setKnown((before) => ({ ...(before.of === of ? before : { ...NOTHING, of }), ...change }));
    async function look(signal: AbortSignal) {
      const { data, errors } = await ask(OverTimeDocument, { place, post }, signal);
      const result = data?.node && 'result' in data.node ? data.node.result : null;
      const versions = result?.timeline && together(result.timeline, result.recordFlags ?? []);
      const problem = errors[0]?.message ?? (versions ? null : 'The gateway gave no answer.');
      // What could not be read this time stays as it was.
      tell({ problem, ...(versions && { versions }), ...(result?.recordFlags && { flags: result.recordFlags }) });
      const last = versions?.at(-1);
      return !problem && (!last || wanted.current === null || fingerprint(last) === wanted.current);
    }
    asker.begin(look, ({ message }) => tell({ problem: `The gateway cannot be reached (${message}).` }));
    return asker.end;
  }, [of]);
  useEffect(() => {
    if (wanted.current === newest) return;
    wanted.current = newest;
    if (newest !== null) asker.soon();
  }, [newest]);

  return known.of === of ? known : NOTHING;
}

type Work = (signal: AbortSignal) => Promise<boolean>;

/** Does one thing again when it is told to, but never more often than each SOONEST_MS; what fails is tried again by itself. */
function createAsker() {
  let left = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again: (() => void) | undefined;
  return {
    begin(work: Work, failed: (error: Error) => void) {
      left = new AbortController();
      const { signal } = left;
      let isAsking = false;
      let isWanted = false;
      let last = Number.NEGATIVE_INFINITY;
      async function run() {
        isAsking = true;
        isWanted = false;
        last = performance.now();
        const isDone = await work(signal).catch((error: Error) => {
          if (!signal.aborted) failed(error);
          return false;
        });
        isAsking = false;
        if (signal.aborted) return;
        if (isWanted) plan(SOONEST_MS);
        else if (!isDone) plan(AGAIN_MS);
      }
      function plan(wait: number) {
        clearTimeout(timer);
        timer = setTimeout(run, Math.max(0, last + wait - performance.now()));
      }
      again = () => {
        if (isAsking) isWanted = true;
        else plan(SOONEST_MS);
      };
      void run();
    },
    soon: () => again?.(),
    end() {
      clearTimeout(timer);
      left.abort();
      again = undefined;
    },
  };
}
