import { useEffect, useReducer, useRef } from 'preact/hooks';
import { LiveDocument, ResultsDocument, StationsDocument } from './generated/graphql.ts';
import { ask, follow } from './graphql.ts';
import { type Asked, isEmpty, liveVariablesOf, variablesOf } from './levels.ts';
import { type Change, isSame, noMoment, nothing, type PartFigures, type Results, reduce } from './results.ts';

const POLL_MS = 20_000;

/** The figures of what is asked, from the first answer on, with each change. */
export function useResults(asked: Asked): Results {
  const [results, tell] = useReducer(reduce, asked, nothing);
  useEffect(() => {
    tell({ kind: 'asked', asked });
    return watch(asked, tell);
  }, [JSON.stringify(asked)]);
  const current = isSame(results.asked, asked) ? results : nothing(asked);
  // Who moves through time sees what was shown, and of which moment, until the other one is there.
  const shown = useRef(current);
  const isSamePlace = isSame({ ...shown.current.asked, at: null }, { ...asked, at: null });
  const isThere = current.place || current.parts || current.problem || current.refused || isEmpty(asked);
  if (isThere || !isSamePlace) shown.current = current;
  return shown.current;
}

/** Gives back what ends it. */
function watch(asked: Asked, tell: (change: Change) => void): () => void {
  if (isEmpty(asked) || noMoment(asked) !== null) return () => {};
  const left = new AbortController();
  const { signal } = left;
  const { at, ...now } = asked;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isEveryTotalKnown = false;
  /** The past does not change, nor does an address that leads nowhere. */
  let isDone = false;

  async function stations() {
    const { data } = await ask(StationsDocument, now, signal);
    if (!data) return;
    tell({ kind: 'stations', stations: data });
    isEveryTotalKnown = data.parts?.nodes.every(({ stationsTotal }) => stationsTotal !== null) ?? false;
  }

  async function read() {
    const { data, errors } = await ask(ResultsDocument, variablesOf(asked), signal);
    const wrong = errors.find(({ extensions }) => extensions?.code === 'BAD_USER_INPUT');
    if (wrong) {
      isDone = true;
      return tell({ kind: 'refused', refused: sentenceOf(wrong.message) });
    }
    const problem = problemOf(errors);
    if (!data) return tell({ kind: 'problem', problem: problem ?? 'The gateway gave no answer.' });
    tell({ kind: 'answer', answer: data, problem });
    // A place of which it cannot say now may come: asked of the past as well.
    isDone = at !== null && problem === null;
    // Without them the page is whole but for one figure.
    if (!isEveryTotalKnown) stations().catch(() => {});
  }

  async function poll() {
    clearTimeout(timer);
    if (isAsking || isDone) return;
    isAsking = true;
    try {
      // Nobody looks: the next time somebody does, it is soon enough.
      if (!document.hidden) await read();
    } catch (error) {
      if (signal.aborted) return;
      tell({ kind: 'problem', problem: `The gateway cannot be reached (${(error as Error).message}).` });
    } finally {
      isAsking = false;
    }
    if (!signal.aborted) timer = setTimeout(poll, POLL_MS);
  }

  const gathered = gather((figures) => tell({ kind: 'figures', figures }));
  let leave = () => {};
  function listen() {
    leave();
    if (at !== null || isDone) return;
    leave = follow(LiveDocument, liveVariablesOf(asked), {
      opened: () => tell({ kind: 'connection', connection: 'live' }),
      event: ({ resultsUpdated: { result } }) => gathered.add(result),
      lost: () => tell({ kind: 'connection', connection: 'lost' }),
      refused: () => tell({ kind: 'connection', connection: 'polled' }),
    });
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
    gathered.drop();
    leave();
  };
}

/** What comes between two pictures is told at once: a stream begins with hundreds. */
function gather(tell: (figures: PartFigures[]) => void) {
  let waiting: PartFigures[] = [];
  let frame = 0;
  return {
    add(figures: PartFigures) {
      waiting.push(figures);
      if (waiting.length > 1) return;
      frame = requestAnimationFrame(() => {
        const told = waiting;
        waiting = [];
        tell(told);
      });
    },
    drop: () => cancelAnimationFrame(frame),
  };
}

function problemOf([first, ...others]: { message: string }[]): string | null {
  if (!first) return null;
  const sentence = sentenceOf(first.message);
  return others.length === 0 ? sentence : `${others.length + 1} things could not be read. Of one: ${sentence}`;
}

/** A message names the argument that it is about, which is of no use here. */
function sentenceOf(message: string): string {
  const said = message.replace(/^filter\.\w+: /, '').replace(/([^.!?])$/, '$1.');
  return said.charAt(0).toUpperCase() + said.slice(1);
}
