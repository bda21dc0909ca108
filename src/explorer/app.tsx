import { linkTo, useAddress, type View } from './address.ts';
import { CheckView } from './check/check-view.tsx';
import { BASE, HAS_GRAPHIQL } from './graphql.ts';
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
      {address.view === 'check' && <CheckView />}
      {address.view === 'sources' && <SourcesView />}
    </>
  );
}
