import { useEffect } from 'preact/hooks';
import { SourcesDocument } from '../generated/graphql.ts';
import { BASE } from '../graphql.ts';
import { Queries } from '../queries.tsx';
import { time } from '../words.ts';
import { POLL_MS, useHealth } from './health.ts';
import { Record } from './record.tsx';
import { SourcePanel } from './source-panel.tsx';

/** How the sources are, for whoever wonders why something is old. */
export function SourcesView() {
  const { sources, ready, asOf, problem, askNow } = useHealth();
  useEffect(() => {
    document.title = 'Sources';
  }, []);
  const seconds = POLL_MS / 1000;
  return (
    <>
      <header class="masthead">
        <h1>Sources</h1>
        <p class="state">
          <span class={`connection ${problem ? 'lost' : asOf ? 'live' : 'opening'}`}>
            {asOf === null ? 'Asking the gateway.' : `As of ${time(new Date(asOf).toISOString())}.`} Asked for again
            every {seconds} seconds.
          </span>
          <button type="button" onClick={askNow}>
            Ask now
          </button>
        </p>
      </header>
      <main class="sources">
        {problem && (
          <p class="notice" role="alert">
            {problem} {asOf === null ? 'There is nothing to show.' : 'What is shown may be old.'} It is asked for again
            by itself.
          </p>
        )}
        {!sources ? (
          !problem && (
            <p class="loading" role="status">
              Loading
            </p>
          )
        ) : (
          <>
            <div class="cards">
              {sources.map((source) => (
                <SourcePanel key={source.name} source={source} />
              ))}
              <Record ready={ready} />
            </div>
            <WhyOld />
          </>
        )}
      </main>
      <footer>
        <Queries asked={[{ title: 'How the sources are', document: SourcesDocument, variables: {} }]} />
        <p>
          Of the record and of the gateway itself: <a href={`${BASE}/health/ready`}>health</a>, as JSON.
        </p>
      </footer>
    </>
  );
}

function WhyOld() {
  return (
    <section class="why" aria-labelledby="why-title">
      <h2 id="why-title">Why something may be old</h2>
      <ul>
        <li>
          A source that fails is left alone for some seconds. Until it answers again, the last that it said is shown,
          and marked “old”.
        </li>
        <li>A count is asked for again after some seconds; its “as of” says when the source gave it.</li>
        <li>
          Names, search, distances and numbers of stations come from an index of all places that is read once a day, the
          boundaries from one that is read once a week.
        </li>
        <li>Where a source has said nothing, a dash stands, never a nought.</li>
      </ul>
      <h2>What is not shown here</h2>
      <p>
        With what error a source failed last (<code>lastFailureCode</code>) can be asked for with a key of the scope{' '}
        <code>operator</code> only; why nothing can be stored, and how much is kept in caches, is for the operator
        alone. All this is as the one process sees it that answered; others of the same gateway may have fared
        otherwise.
      </p>
    </section>
  );
}
