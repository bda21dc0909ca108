import { LiveDocument, OverviewDocument, type Post } from './generated/graphql.ts';
import { BASE } from './graphql.ts';

/** What this page asks, word for word: whoever wants the same figures elsewhere begins here. */
export function Queries({ post }: { post: Post }) {
  const shown = [
    ['Now', OverviewDocument],
    ['Each change', LiveDocument],
  ] as const;
  return (
    <details class="queries">
      <summary>Show the query</summary>
      {shown.map(([title, document]) => (
        <div key={title}>
          <h3>{title}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by key */}
          <pre tabIndex={0}>{String(document).trim()}</pre>
        </div>
      ))}
      <p>
        Variables: <code>{JSON.stringify({ post })}</code>, to <code>{`${location.origin}${BASE}/graphql`}</code>.
      </p>
    </details>
  );
}
