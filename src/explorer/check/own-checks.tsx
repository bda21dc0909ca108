import { useEffect, useState } from 'preact/hooks';
import { MyChecksDocument, type MyChecksQuery } from '../generated/graphql.ts';
import { send } from './send.ts';
import { OUTCOMES, REGISTERS, STATES, when } from './words.ts';

type Props = {
  apiKey: string;
  /** Read again when it changes. */
  turn: string;
  open: (id: string) => void;
  erase: (id: string) => void;
};

/** The latest checks of this key: other keys' do not exist for it. */
export function OwnChecks({ apiKey, turn, open, erase }: Props) {
  const [list, setList] = useState<MyChecksQuery['registrationChecks'] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    let isOld = false;
    send(MyChecksDocument, {}, apiKey).then(
      ({ registrationChecks }) => {
        if (isOld) return;
        setList(registrationChecks);
        setProblem(null);
      },
      (error: Error) => !isOld && setProblem(error.message),
    );
    return () => {
      isOld = true;
    };
  }, [apiKey, turn]);

  if (problem) {
    return (
      <p class="notice" role="status">
        The checks of this key cannot be listed. {problem}
      </p>
    );
  }
  if (!list || list.nodes.length === 0) return null;
  return (
    <section class="own-checks" aria-labelledby="own-checks-title">
      <h2 id="own-checks-title">Checks of this key</h2>
      <p class="hint">
        {list.totalCount > list.nodes.length
          ? `The latest ${list.nodes.length} of ${list.totalCount}. `
          : `${list.totalCount} in all. `}
        Nobody sees them with another key.
      </p>
      <ul>
        {list.nodes.map(({ id, requestedAt, jurisdiction, state, outcome }) => (
          <li key={id}>
            <span>
              <time dateTime={requestedAt}>{when(requestedAt)}</time>, {REGISTERS[jurisdiction]}:{' '}
              {outcome ? OUTCOMES[outcome] : STATES[state]}
            </span>
            <span class="row">
              <button type="button" aria-label={`Show the check of ${when(requestedAt)}`} onClick={() => open(id)}>
                Show
              </button>
              <button type="button" aria-label={`Erase the check of ${when(requestedAt)}`} onClick={() => erase(id)}>
                Erase
              </button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
