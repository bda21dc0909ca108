import type { Post } from './generated/graphql.ts';
import { NOUNS } from './levels.ts';
import type { Results } from './results.ts';
import { POSTS, time } from './words.ts';

type Props = { title: string; results: Results; post: Post; choose: (post: Post) => void };

export function Masthead({ title, results, post, choose }: Props) {
  const { election } = results;
  return (
    <header class="masthead">
      <div>
        <p class="election">{election ? (election.name ?? election.code) : ' '}</p>
        <h1>{title}</h1>
      </div>
      <nav aria-label="Post">
        {POSTS.map((one) => (
          <button key={one.post} type="button" aria-pressed={one.post === post} onClick={() => choose(one.post)}>
            {one.title}
          </button>
        ))}
      </nav>
      <p class="state">
        {results.refused === null && (
          <span class={`connection ${results.connection}`} role="status">
            {connectionText(results)}
          </span>
        )}
        {election?.isTest && <strong class="notice">Test data: these figures are invented.</strong>}
      </p>
    </header>
  );
}

function connectionText({ connection, parts, asked }: Results): string {
  const newest = (parts ?? []).reduce(
    (latest, { result }) => (result && result.status !== 'UNAVAILABLE' && result.asOf > latest ? result.asOf : latest),
    '',
  );
  const asOf = newest ? ` Newest count: ${time(newest)}.` : '';
  switch (connection) {
    case 'opening':
      return 'Connecting.';
    case 'live':
      return 'Live: each count shows as it comes in.';
    case 'polled':
      return `Asked for again every 20 seconds: changes in ${NOUNS[asked.level][1]} are not followed here.`;
    case 'lost':
      return `Connection lost.${asOf} Trying again by itself.`;
    case 'none':
      return 'Nothing is counted at this level.';
    case 'past':
      return 'A moment that is past: it does not change.';
  }
}
