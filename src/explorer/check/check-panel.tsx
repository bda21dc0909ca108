import { useEffect, useRef } from 'preact/hooks';
import { CredentialCard } from './credential-card.tsx';
import { type Check, hasEnded, type Watched } from './use-check.ts';
import { EXPLAINED, MATCHES, OUTCOMES, REGISTERS, STATES, when } from './words.ts';

type Props = {
  watched: Watched;
  cancel: () => void;
  erase: (id: string) => void;
  /** Follows it anew. */
  again: () => void;
  leave: () => void;
  /** Why the last of these was not done. */
  problem: string | null;
};

/** One check, from its request to its credential. */
export function CheckPanel({ watched, cancel, erase, again, leave, problem }: Props) {
  const { id, check, isLost } = watched;
  const heading = useRef<HTMLHeadingElement>(null);
  const isOver = check !== null && hasEnded(check);
  useEffect(() => heading.current?.focus(), [id]);
  useEffect(() => {
    // The button to cancel it had the focus, and is gone.
    if (isOver && document.activeElement === document.body) heading.current?.focus();
  }, [isOver]);
  const said = [problem, watched.problem].filter(Boolean).join(' ');

  return (
    <section class="panel check" aria-labelledby="check-title">
      <header>
        <h2 id="check-title" tabIndex={-1} ref={heading}>
          {titleOf(watched)}
        </h2>
        <button type="button" onClick={leave}>
          Close
        </button>
      </header>
      {said && (
        <p class="notice" role="alert">
          {said}
        </p>
      )}
      {watched.problem !== null && (
        <p class="actions">
          <button type="button" onClick={again}>
            Try again
          </button>
        </p>
      )}
      {isLost && (
        <p class="notice" role="status">
          Connection lost. Trying again by itself; the check goes on meanwhile.
        </p>
      )}
      {check && (
        <>
          <Progress check={check} />
          <Ending check={check} />
          {check.addresses.length > 0 && <Addresses check={check} />}
          {check.credential && <CredentialCard key={check.credential} credential={check.credential} />}
          <p class="actions">
            {!hasEnded(check) && (
              <button type="button" onClick={cancel}>
                Cancel the check
              </button>
            )}
            <button type="button" onClick={() => erase(check.id)}>
              Erase the check
            </button>
          </p>
          <p class="hint">
            {hasEnded(check) && check.state !== 'EXPIRED'
              ? `What was given is deleted. The credential, addresses as they were understood and labels are kept encrypted until ${when(check.expiresAt)}, or until the check is erased. A credential that was handed out stays valid until it expires.`
              : 'What was given is kept encrypted while the check runs, and deleted when it ends.'}
          </p>
        </>
      )}
    </section>
  );
}

function titleOf({ check, problem }: Watched): string {
  if (check) return check.outcome ? OUTCOMES[check.outcome] : STATES[check.state];
  return problem === null ? 'Asking' : 'Nothing to show';
}

function Progress({ check }: { check: Check }) {
  const percent = `${Math.round(check.progress * 100)}%`;
  return (
    <div class="progress">
      <progress max={1} value={check.progress} aria-label="Progress of the check">
        {percent}
      </progress>
      <p>
        <span role="status">{STATES[check.state]}</span>, {percent}. {REGISTERS[check.jurisdiction]}, asked{' '}
        <time dateTime={check.requestedAt}>{when(check.requestedAt)}</time>.
      </p>
    </div>
  );
}

function Ending({ check }: { check: Check }) {
  const { state, outcome, failure, jurisdiction } = check;
  if (outcome) {
    const confirming = check.addresses.filter((one) => one.outcome === 'REGISTERED');
    const isElsewhere = confirming.length > 0 && confirming.every(({ matches }) => matches === 'DIFFERENT');
    return (
      <>
        <p class="outcome">{EXPLAINED[outcome][jurisdiction]}</p>
        {isElsewhere && <p class="notice">It is confirmed at another address than was given: compare the two.</p>}
      </>
    );
  }
  if (failure) return <p class="outcome">{failure.message} Nothing is known of the registration.</p>;
  if (state === 'CANCELED') {
    return <p class="outcome">Canceled before there was an answer. Nothing is known of the registration.</p>;
  }
  if (state === 'EXPIRED') return <p class="outcome">What it said is deleted; ask again to know.</p>;
  return null;
}

function Addresses({ check }: { check: Check }) {
  return (
    <>
      <h3>By address</h3>
      <ol class="by-address">
        {check.addresses.map(({ position, label, state, outcome, message, resolvedAddress, matches }) => (
          <li key={position}>
            <p>
              <strong>{label ?? `Address ${position + 1}`}</strong>: {outcome ? OUTCOMES[outcome] : STATES[state]}
            </p>
            {resolvedAddress && (
              <p>
                Asked about: {resolvedAddress}
                {matches && <span class={matches === 'DIFFERENT' ? 'problem' : 'hint'}> ({MATCHES[matches]})</span>}
              </p>
            )}
            {message && <p class="hint">{message}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}
