import { useEffect, useState } from 'preact/hooks';
import { CentresDocument, type CentresQuery } from './generated/graphql.ts';
import { ask } from './graphql.ts';
import { properName } from './words.ts';

type Centres = NonNullable<CentresQuery['ward']>['pollingCentres'];

/** Where a ward votes: asked for when somebody wants to know. */
export function PollingCentres({ ward }: { ward: string }) {
  const [isOpen, setOpen] = useState(false);
  const [centres, setCentres] = useState<Centres>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!isOpen || centres) return;
    const left = new AbortController();
    setProblem(null);
    ask(CentresDocument, { ward }, left.signal)
      .then(({ data, errors }) => {
        const found = data?.ward?.pollingCentres ?? null;
        setCentres(found);
        if (!found) setProblem(errors[0]?.message ?? 'The gateway does not know.');
      })
      .catch((error: Error) => {
        if (!left.signal.aborted) setProblem(`The gateway cannot be reached (${error.message}).`);
      });
    return () => left.abort();
  }, [isOpen, ward]);
  return (
    <details class="centres" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Polling centres</summary>
      {problem !== null && <p class="notice">{problem} Close and open this to ask again.</p>}
      {!centres && problem === null && <p class="hint">Loading the polling centres</p>}
      {centres && (
        <ul>
          {centres.nodes.map(({ id, name, streams }) => (
            <li key={id}>
              {properName(name)}{' '}
              <small>{streams.length === 1 ? '1 polling station' : `${streams.length} polling stations`}</small>
            </li>
          ))}
        </ul>
      )}
      {centres && centres.totalCount > centres.nodes.length && (
        <p class="hint">
          The first {centres.nodes.length} of {centres.totalCount}.
        </p>
      )}
    </details>
  );
}
