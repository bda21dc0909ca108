import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type Address, type Go, linkTo } from './address.ts';
import { PollingCentres } from './centres.tsx';
import { contendersOf } from './contenders.ts';
import { uncounted, useDistricts } from './districts.ts';
import { LiveDocument, OverTimeDocument, ProofDocument, ResultsDocument } from './generated/graphql.ts';
import { BASE } from './graphql.ts';
import { Legend } from './legend.tsx';
import { type Asked, askedOf, liveVariablesOf, NOUNS, variablesOf } from './levels.ts';
import { PlaceMap } from './map.tsx';
import { useMap } from './map-file.ts';
import { Masthead } from './masthead.tsx';
import { Patterns } from './patterns.tsx';
import { Queries } from './queries.tsx';
import type { Place, Results } from './results.ts';
import { PlaceSearch } from './search.tsx';
import { StaleNotice } from './sources/stale-notice.tsx';
import { PlaceTable } from './table.tsx';
import { PlacePanel } from './tally.tsx';
import { OverTime } from './time/over-time.tsx';
import { Divisions, Trail } from './trail.tsx';
import { useResults } from './use-results.ts';
import { postTitle, properName, time } from './words.ts';

/** Who is ahead where, as it is counted. */
export function ResultsView({ address, go }: { address: Address; go: Go }) {
  const asked = askedOf(address);
  const results = useResults(asked);
  const title = `${postTitle(address.post)}, by ${NOUNS[asked.level][0]}`;
  const contenders = useContenders(results);
  return (
    <>
      <Patterns contenders={[...contenders.values()]} />
      <Masthead title={title} results={results} post={address.post} choose={(post) => go({ post })} />
      <Whole address={address} go={go} results={results} title={title} contenders={contenders} />
      <footer>
        <Queries
          asked={[
            { title: 'Now', document: ResultsDocument, variables: variablesOf(asked) },
            ...(asked.at === null
              ? [{ title: 'Each change', document: LiveDocument, variables: liveVariablesOf(asked) }]
              : []),
            ...(results.place ? historyOf(results.place, asked) : []),
          ]}
        />
        <p>
          The same figures: <a href={`${BASE}/graphql`}>GraphQL</a>,{' '}
          <a href={`${BASE}/export/results.csv?post=${address.post}`}>CSV</a>. Shown as the source reports them, never
          repaired. Ahead is not elected.
        </p>
      </footer>
    </>
  );
}

/** What is asked of one place's past. */
const historyOf = ({ id, result }: Place, { post, at }: Asked) => [
  { title: 'Each version so far', document: OverTimeDocument, variables: { place: id, post } },
  { title: 'The proof of a figure', document: ProofDocument, variables: { place: id, post, at: at ?? result.asOf } },
];

/** A colour stays with whom it was given, from place to place, as long as the post is the same. */
function useContenders(results: Results) {
  const { post } = results.asked;
  const colors = useRef({ post, given: new Map<string, string>() });
  if (colors.current.post !== post) colors.current = { post, given: new Map() };
  return useMemo(() => contendersOf(results, colors.current.given), [results]);
}

type WholeProps = {
  address: Address;
  go: Go;
  results: Results;
  title: string;
  contenders: ReturnType<typeof contendersOf>;
};

function Whole({ address, go, results, title, contenders }: WholeProps) {
  const { asked, place, totals } = results;
  const { path } = address;
  const { at } = asked;
  const districts = useDistricts(path[0], asked);
  const parts = asked.arePartsCounted ? results.parts : uncounted(districts, asked.level);
  const map = useMap(asked.level, path[0] ?? null);
  const focus = useFocus();

  const own = place?.name ?? districts?.get(asked.place)?.name;
  const name = path.length === 0 ? 'Kenya' : own === undefined ? '' : properName(own);
  const above = path.length === 1 ? 'the country' : properName(districts?.get(path.at(-2)!)?.name ?? '…');
  // Of a ward, the others of its constituency are on the map with it.
  const selected = asked.place === asked.within ? null : asked.place;
  const pathTo = (code: string) =>
    path.length === 0 && asked.level === 'COUNTY' ? [code] : districts?.get(code)?.path;

  const isElsewhere = districts !== null && path.some((code, index) => districts.get(code)?.path.length !== index + 1);
  const wrong = results.refused ?? (path.length > 0 && isElsewhere ? 'There is no such place.' : null);

  function open(to: readonly string[] | undefined, keeps: 'map' | 'title') {
    if (!to) return;
    focus.wants(keeps);
    go({ path: to });
    // On a narrow page it is below the map.
    if (to.length > 2) document.getElementById('count')?.scrollIntoView({ block: 'nearest' });
  }
  /** By a link, which is gone then. */
  const goAway: Go = (change, how) => {
    focus.wants('title');
    go(change, how);
  };
  const up = () => {
    focus.wants(focus.place(), path.at(-1));
    go({ path: path.slice(0, -1) });
  };
  useEscape(path.length > 0 ? up : null);

  useEffect(() => {
    document.title = path.length > 0 && name ? `${name} – ${title}` : title;
  }, [title, name, path.length]);
  useEffect(() => {
    if (parts) focus.found('title');
  }, [asked.place, parts !== null]);

  return (
    <main>
      {at !== null && wrong === null && (
        <p class="notice past">
          As it was known at <time dateTime={at}>{time(at)}</time>, as far as this gateway has a record of it.{' '}
          <a {...linkTo(address, { at: null }, go)}>Back to now</a>
        </p>
      )}
      <div class="ways">
        <Trail address={address} go={goAway} districts={districts} />
        <Divisions address={address} go={go} asked={asked} />
        <PlaceSearch open={(to) => open(to, 'title')} />
      </div>
      {results.problem && (
        <p class="notice" role="alert">
          {results.problem} What is shown may be old; it is asked for again by itself.
        </p>
      )}
      <StaleNotice counts={[place, ...(parts ?? [])]} address={address} go={go} />
      {wrong !== null ? (
        <p class="notice" role="alert">
          {wrong} <a {...linkTo(address, { path: [], by: null, at: null }, go)}>The whole country, as it is now</a>
        </p>
      ) : parts === null ? (
        <p class="loading" role="status">
          {results.problem ? 'There are no figures to show.' : 'Loading the results'}
        </p>
      ) : (
        <>
          <div class="where">
            {asked.arePartsCounted && (
              <Legend contenders={[...contenders.values()]} parts={parts} level={asked.level} />
            )}
            <PlaceMap
              key={`${asked.within} ${asked.level}`}
              {...{ map, parts, contenders, selected }}
              level={asked.level}
              first={focus.first()}
              open={(code) => open(pathTo(code), 'map')}
              drawn={() => focus.found('map')}
            />
          </div>
          <div class="what" id="count">
            <p class="unseen" role="status">
              {path.length > 0 && name && `${name}, by ${NOUNS[asked.level][0]}`}
            </p>
            <PlacePanel
              {...{ place, asked, totals, contenders }}
              title={name || 'This place'}
              up={path.length === 0 ? null : { title: `Back to ${above}`, go: up }}
            >
              {place && <OverTime {...{ place, asked, contenders, address, go }} election={results.election} />}
              {asked.placeLevel === 'WARD' && <PollingCentres key={asked.place} ward={asked.place} />}
            </PlacePanel>
          </div>
          <PlaceTable {...{ parts, contenders, address, pathTo, selected }} go={goAway} level={asked.level} />
        </>
      )}
    </main>
  );
}

/** Wherever the focus is: while a place is loading, it is nowhere. */
function useEscape(out: (() => void) | null) {
  const latest = useRef(out);
  latest.current = out;
  useEffect(() => {
    const pressed = ({ key }: KeyboardEvent) => key === 'Escape' && latest.current?.();
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}

type Kept = 'map' | 'title';

/** Whoever goes to another place by key goes on from there: on its map, or where it is named. */
function useFocus() {
  const wanted = useRef<Kept | null>(null);
  const from = useRef<string | null>(null);
  return {
    wants(kept: Kept, came?: string) {
      wanted.current = kept;
      from.current = came ?? null;
    },
    /** Where it is, or will be when what is loading is there. */
    place: (): Kept => wanted.current ?? (document.activeElement?.closest('.map') ? 'map' : 'title'),
    /** Whence one came. */
    first: () => from.current,
    found(kept: Kept) {
      if (wanted.current !== kept) return;
      wanted.current = null;
      const there = kept === 'map' ? '.map [tabindex="0"]' : '#place-title';
      document.querySelector<HTMLElement>(there)?.focus({ preventScroll: true });
    },
  };
}
