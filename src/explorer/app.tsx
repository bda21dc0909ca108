import { linkTo, useAddress, type View } from './address.ts';
import { BASE, HAS_GRAPHIQL } from './graphql.ts';
import { useLoaded } from './loaded.ts';
import { ResultsView } from './results-view.tsx';
import { SourcesView } from './sources/sources-view.tsx';

const TITLES: Record<View, string> = { results: 'Results', check: 'Check a registration', sources: 'Sources' };

export function App() {
  const [address, go] = useAddress();
  const views = Object.entries(TITLES) as [View, string][];
  return (
    <>
      <nav class="views" aria-label="Views">
        {views.map(([view, title]) => (
          <a key={view} {...linkTo(address, { view }, go)} aria-current={view === address.view ? 'page' : undefined}>
            {title}
          </a>
        ))}
        {HAS_GRAPHIQL && <a href={`${BASE}/graphql`}>GraphiQL</a>}
      </nav>
      {address.view === 'results' && <ResultsView address={address} go={go} />}
      {address.view === 'check' && <LoadedCheckView />}
      {address.view === 'sources' && <SourcesView />}
    </>
  );
}

/** For the few who check a registration: everybody else is spared what its form and its credentials need. */
function LoadedCheckView() {
  const view = useLoaded(() => import('./check/check-view.tsx'));
  if (view === 'failed') {
    return (
      <main>
        <p class="notice" role="alert">
          This view could not be loaded: reload the page.
        </p>
      </main>
    );
  }
  return view ? (
    <view.CheckView />
  ) : (
    <main>
      <p class="hint">Loading</p>
    </main>
  );
}
