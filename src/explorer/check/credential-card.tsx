import { useMemo, useRef, useState } from 'preact/hooks';
import { VerifyCredentialDocument, type VerifyCredentialQuery } from '../generated/graphql.ts';
import { type Opened, opened, presentation } from './credential.ts';
import { send } from './send.ts';
import { claimTitle, OUTCOMES, REGISTERS, when } from './words.ts';

type Verified = VerifyCredentialQuery['verifyRegistrationCredential'];

/** A credential, of which its holder decides what it shows. */
export function CredentialCard({ credential }: { credential: string }) {
  const whole = useMemo(() => opened(credential), [credential]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [verified, setVerified] = useState<Verified | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [done, setDone] = useState('');
  const text = useRef<HTMLTextAreaElement>(null);
  const shown = presentation(whole, hidden);

  const toggle = (name: string) => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    setHidden(next);
    // It was said of another presentation.
    setVerified(null);
    setProblem(null);
    setDone('');
  };

  const verify = async () => {
    try {
      const data = await send(VerifyCredentialDocument, { credential: shown }, null);
      setVerified(data.verifyRegistrationCredential);
      setProblem(null);
    } catch (error) {
      setVerified(null);
      setProblem((error as Error).message);
    }
  };

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(shown);
      setDone('Copied.');
    } catch {
      // Without a secure connection, or where the browser does not allow it.
      text.current?.select();
      setDone('This browser does not let the page copy. The text is selected: copy it by hand.');
    }
  };

  return (
    <section class="credential" aria-labelledby="credential-title">
      <h3 id="credential-title">The answer as a signed credential</h3>
      <p class="hint">
        Whoever holds it decides what it shows. What is hidden cannot be read from it, and the signature still holds.
      </p>
      <InClear whole={whole} />
      <fieldset>
        <legend>Of the person, show</legend>
        {whole.disclosures.length === 0 && <p>There is nothing in it about the person.</p>}
        <ul class="disclosures">
          {whole.disclosures.map(({ name, value }) => (
            <li key={name}>
              <label>
                <input type="checkbox" checked={!hidden.has(name)} onChange={() => toggle(name)} />
                <span>{claimTitle(name)}</span>
                <span class="value">{hidden.has(name) ? 'hidden' : value}</span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <label class="presented" for="presentation">
        To hand on
      </label>
      <textarea id="presentation" ref={text} readOnly rows={5} spellcheck={false} value={shown} />
      <p class="actions">
        <button type="button" onClick={copy}>
          Copy
        </button>
        <button type="button" onClick={() => download(shown)}>
          Download
        </button>
        <button type="button" class="main-action" onClick={verify}>
          Verify as a third party
        </button>
      </p>
      <p class="hint" role="status">
        {done}
      </p>
      {problem && (
        <p class="notice" role="alert">
          {problem}
        </p>
      )}
      <div role="status">{verified && <ThirdParty verified={verified} whole={whole} hidden={hidden} />}</div>
    </section>
  );
}

/** What cannot be hidden, as the credential itself says it. */
function InClear({ whole: { claims } }: { whole: Opened }) {
  const outcome = claims.outcome as keyof typeof OUTCOMES;
  return (
    <dl class="facts">
      <Fact term="Always shown: outcome">{OUTCOMES[outcome] ?? String(claims.outcome)}</Fact>
      <Fact term="Signed by">{claims.iss ?? '–'}</Fact>
      <Fact term="Valid until">{when(claims.exp === undefined ? null : claims.exp * 1000)}</Fact>
    </dl>
  );
}

type ThirdPartyProps = { verified: Verified; whole: Opened; hidden: ReadonlySet<string> };

/** What the gateway finds in the presentation alone. */
function ThirdParty({ verified, whole, hidden }: ThirdPartyProps) {
  if (!verified.isValid) {
    return (
      <div class="third-party">
        <h4>Not valid</h4>
        <p>{verified.message ?? verified.reason}</p>
      </div>
    );
  }
  const learnt = Object.entries((verified.disclosed ?? {}) as Record<string, string>);
  const kept = whole.disclosures.filter(({ name }) => hidden.has(name)).map(({ name }) => claimTitle(name));
  return (
    <div class="third-party">
      <h4>Valid. A third party learns this</h4>
      <dl class="facts">
        <Fact term="Outcome">{verified.outcome ? OUTCOMES[verified.outcome] : '–'}</Fact>
        <Fact term="Register">{verified.jurisdiction ? REGISTERS[verified.jurisdiction] : '–'}</Fact>
        <Fact term="Asked through">{verified.source ?? '–'}</Fact>
        <Fact term="Answered">{when(verified.answeredAt)}</Fact>
        <Fact term="Signed by">{verified.issuer ?? '–'}</Fact>
        <Fact term="Signed">{when(verified.issuedAt)}</Fact>
        <Fact term="Valid until">{when(verified.expiresAt)}</Fact>
        {learnt.map(([name, value]) => (
          <Fact key={name} term={claimTitle(name)}>
            {value}
          </Fact>
        ))}
      </dl>
      <p>
        {learnt.length === 0 && 'Nothing of the person. '}
        {kept.length > 0 && `Not: ${kept.join(', ')}. `}
        Two who are shown the same credential can find out that it is the same.
      </p>
    </div>
  );
}

function Fact({ term, children }: { term: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The name of the file says nothing of the person. */
function download(text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/sd-jwt' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'registration-credential.sd-jwt';
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
