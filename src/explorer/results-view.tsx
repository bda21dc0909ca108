import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Address, Go } from './address.ts';
import { contendersOf } from './contenders.ts';
import { LiveDocument, OverviewDocument, type Post } from './generated/graphql.ts';
import { BASE } from './graphql.ts';
import { Legend } from './legend.tsx';
import { CountyMap, described } from './map.tsx';
import { useMap } from './map-file.ts';
import { Patterns } from './patterns.tsx';
import { Queries } from './queries.tsx';
import { type Results, useResults } from './results.ts';
import { StaleNotice } from './sources/stale-notice.tsx';
import { CountyTable } from './table.tsx';
import { PlacePanel } from './tally.tsx';
import { POSTS, postTitle, properName, time } from './words.ts';

/** Who is ahead where, as it is counted. */
export function ResultsView({ address, go }: { address: Address; go: Go }) {
  const results = useResults(address.post);
  const map = useMap();
  const colors = useRef({ post: address.post, given: new Map<string, string>() });
  if (colors.current.post !== address.post) colors.current = { post: address.post, given: new Map() };

  const { counties, country } = results;
  const contenders = useMemo(() => contendersOf(results, colors.current.given), [results]);
  const byKey = new Map(contenders.map((one) => [one.key, one]));
  const byCode = new Map(counties.map((place) => [place.code, place]));
  const selected = address.place === null ? undefined : byCode.get(address.place);
  const place = selected ?? country;
  const open = (code: string) => {
    go({ place: code });
    // On a narrow page it is below the map.
    document.getElementById('count')?.scrollIntoView({ block: 'nearest' });
  };
  const close = () => {
    go({ place: null });
    // What had the focus is gone.
    requestAnimationFrame(() => document.getElementById('place-title')?.focus());
  };
  // Said once, not again with each change of the count.
  const said = useMemo(() => (selected ? described(selected, byKey) : ''), [selected?.code]);

  const title = `${postTitle(address.post)}, by county`;
  useEffect(() => {
    document.title = selected ? `${properName(selected.name)} – ${title}` : title;
  }, [title, selected?.name]);

  return (
    <>
      <Patterns contenders={contenders} />
      <Masthead results={results} post={address.post} choose={(post) => go({ post })} />
      <main onKeyDown={(event) => event.key === 'Escape' && address.place !== null && go({ place: null })}>
        {results.problem && (
          <p class="notice" role="alert">
            {results.problem} What is shown may be old; it is asked for again by itself.
          </p>
        )}
        <StaleNotice places={country ? [country, ...counties] : []} address={address} go={go} />
        {!country ? (
          <p class="loading" role="status">
            {results.problem ? 'There are no figures to show.' : 'Loading the results'}
          </p>
        ) : (
          <>
            <div class="where">
              <Legend contenders={contenders} counties={counties} />
              <CountyMap map={map} places={byCode} contenders={byKey} selected={address.place} open={open} />
            </div>
            <div class="what" id="count">
              {address.place !== null && !selected && (
                <p class="notice">There is no county of the code {address.place}. This is the whole country.</p>
              )}
              <p class="unseen" role="status">
                {said}
              </p>
              {place && <PlacePanel place={place} contenders={byKey} close={address.place === null ? null : close} />}
            </div>
            <CountyTable counties={counties} contenders={byKey} address={address} go={go} />
          </>
        )}
      </main>
      <footer>
        <Queries
          asked={[
            { title: 'Now', document: OverviewDocument, variables: { post: address.post } },
            { title: 'Each change', document: LiveDocument, variables: { post: address.post } },
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

type MastheadProps = { results: Results; post: Post; choose: (post: Post) => void };

function Masthead({ results, post, choose }: MastheadProps) {
  const { election } = results;
  return (
    <header class="masthead">
      <div>
        <p class="election">{election ? (election.name ?? election.code) : ' '}</p>
        <h1>{postTitle(post)}, by county</h1>
      </div>
      <nav aria-label="Post">
        {POSTS.map((one) => (
          <button key={one.post} type="button" aria-pressed={one.post === post} onClick={() => choose(one.post)}>
            {one.title}
          </button>
        ))}
      </nav>
      <p class="state">
        <span class={`connection ${results.connection}`} role="status">
          {connectionText(results)}
        </span>
        {election?.isTest && <strong class="notice">Test data: these figures are invented.</strong>}
      </p>
    </header>
  );
}

function connectionText({ connection, counties }: Results): string {
  const newest = counties.reduce((latest, { result }) => (result && result.asOf > latest ? result.asOf : latest), '');
  const asOf = newest ? ` Newest count: ${time(newest)}.` : '';
  switch (connection) {
    case 'opening':
      return 'Connecting.';
    case 'live':
      return 'Live: each count shows as it comes in.';
    case 'polled':
      return 'Asked for again every 20 seconds.';
    case 'lost':
      return `Connection lost.${asOf} Trying again by itself.`;
  }
}
