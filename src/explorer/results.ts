import { useEffect, useReducer } from 'preact/hooks';
import {
  type FiguresFragment,
  LiveDocument,
  OverviewDocument,
  type OverviewQuery,
  type Post,
  StationsDocument,
  type StationsQuery,
} from './generated/graphql.ts';
import { ask, follow } from './graphql.ts';

export type Figures = FiguresFragment;
export type Tally = Figures['tallies'][number];

export type Place = {
  code: string;
  name: string;
  /** Null: the gateway could not say. */
  result: Figures | null;
  /** Null while nobody knows. */
  stationsTotal: number | null;
};

type Election = { code: string; name: string | null; isTest: boolean };

/** `polled`: this post is not followed, so that it is asked for now and then. */
type Connection = 'opening' | 'live' | 'lost' | 'polled';

export type Results = {
  post: Post;
  country: Place | null;
  counties: Place[];
  election: Election | null;
  connection: Connection;
  /** What could not be read the last time, in words; null: all could. */
  problem: string | null;
};

type Change =
  | { kind: 'post'; post: Post }
  | { kind: 'overview'; country: OverviewQuery['country']; problem: string | null }
  | { kind: 'stations'; country: StationsQuery['country'] }
  | { kind: 'figures'; code: string; figures: Figures }
  | { kind: 'connection'; connection: Connection }
  | { kind: 'problem'; problem: string };

const nothing = (post: Post): Results => ({
  ...{ post, country: null, counties: [], election: null },
  connection: 'opening',
  problem: null,
});

function reduce(before: Results, change: Change): Results {
  switch (change.kind) {
    case 'post':
      return before.post === change.post ? before : nothing(change.post);
    case 'overview': {
      const { country, problem } = change;
      const known = new Map(before.counties.map((place) => [place.code, place]));
      const counties = country.counties?.map((county) => renewed(known.get(county.code), county));
      return {
        ...before,
        country: renewed(before.country ?? undefined, country),
        counties: counties ?? before.counties,
        // Of whichever can be read: that figures are invented must not go unsaid.
        election:
          [country, ...(country.counties ?? [])].find(({ result }) => result)?.result?.election ?? before.election,
        problem,
      };
    }
    case 'stations': {
      const { result, counties } = change.country;
      const totals = new Map(counties?.map((county) => [county.code, county.result?.stationsTotal ?? null]));
      return {
        ...before,
        country: before.country && { ...before.country, stationsTotal: result?.stationsTotal ?? null },
        counties: before.counties.map((place) => ({ ...place, stationsTotal: totals.get(place.code) ?? null })),
      };
    }
    case 'figures':
      return {
        ...before,
        counties: before.counties.map((place) =>
          place.code.toUpperCase() === change.code.toUpperCase()
            ? { ...place, result: newer(place.result, change.figures) }
            : place,
        ),
      };
    case 'connection':
      return { ...before, connection: change.connection };
    case 'problem':
      return { ...before, problem: change.problem };
  }
}

type Told = { code: string; name: string; result: Figures | null };

function problemOf([first, ...others]: { message: string }[]): string | null {
  if (!first) return null;
  const sentence = first.message.replace(/([^.!?])$/, '$1.');
  return others.length === 0 ? sentence : `${others.length + 1} counts could not be read. Of one: ${sentence}`;
}

/** What the gateway could not say this time stays as it was; `problem` says so. */
function renewed(before: Place | undefined, { code, name, result }: Told): Place {
  return {
    ...{ code, name },
    result: result ? newer(before?.result ?? null, result) : (before?.result ?? null),
    stationsTotal: before?.stationsTotal ?? null,
  };
}

/** An answer may have been on its way while an event came. */
function newer(before: Figures | null, now: Figures): Figures {
  return before && Date.parse(before.asOf) > Date.parse(now.asOf) ? before : now;
}

const POLL_MS = 20_000;

/** The figures of a post, from the first answer on, with each change. */
export function useResults(post: Post): Results {
  const [results, tell] = useReducer(reduce, post, nothing);

  useEffect(() => {
    tell({ kind: 'post', post });
    const left = new AbortController();
    const { signal } = left;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAsking = false;
    let isEveryTotalKnown = false;

    async function stations() {
      const { data } = await ask(StationsDocument, { post }, signal);
      if (!data) return;
      tell({ kind: 'stations', country: data.country });
      isEveryTotalKnown = data.country.counties?.every(({ result }) => result?.stationsTotal != null) ?? false;
    }

    async function poll() {
      clearTimeout(timer);
      if (isAsking) return;
      isAsking = true;
      try {
        // Nobody looks: the next time somebody does, it is soon enough.
        if (!document.hidden) {
          const { data, errors } = await ask(OverviewDocument, { post }, signal);
          const problem = problemOf(errors);
          if (data) tell({ kind: 'overview', country: data.country, problem });
          else tell({ kind: 'problem', problem: problem ?? 'The gateway gave no answer.' });
          // Without them the page is whole but for one figure.
          if (!isEveryTotalKnown) stations().catch(() => {});
        }
      } catch (error) {
        if (signal.aborted) return;
        tell({ kind: 'problem', problem: `The gateway cannot be reached (${(error as Error).message}).` });
      } finally {
        isAsking = false;
      }
      if (!signal.aborted) timer = setTimeout(poll, POLL_MS);
    }

    let leave = () => {};
    function listen() {
      leave();
      leave = follow(
        LiveDocument,
        { post },
        {
          opened: () => tell({ kind: 'connection', connection: 'live' }),
          event: ({ resultsUpdated: { result } }) =>
            tell({ kind: 'figures', code: result.reportingUnit.code, figures: result }),
          lost: () => tell({ kind: 'connection', connection: 'lost' }),
          refused: () => tell({ kind: 'connection', connection: 'polled' }),
        },
      );
    }

    // A browser may have six connections to one host over HTTP/1: the pages that nobody looks at let go of theirs.
    const looked = () => {
      if (document.hidden) return leave();
      void poll();
      listen();
    };
    document.addEventListener('visibilitychange', looked);

    // The stream changes what is there already.
    void poll().then(() => {
      if (!signal.aborted && !document.hidden) listen();
    });

    return () => {
      left.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', looked);
      leave();
    };
  }, [post]);

  return results.post === post ? results : nothing(post);
}
