import { useEffect, useRef, useState } from 'preact/hooks';
import {
  CancelCheckDocument,
  EraseCheckDocument,
  RequestCheckDocument,
  VerifyCredentialDocument,
  WatchCheckDocument,
} from '../generated/graphql.ts';
import { Queries } from '../queries.tsx';
import type { Asked } from '../snippets.ts';
import { CheckPanel } from './check-panel.tsx';
import { EMPTY, type Filled, inputOf, missing, type Refusal, refusalAt, refusalIn } from './filled.ts';
import { CheckForm } from './form.tsx';
import { type Key, KeyPanel, useKey } from './key.tsx';
import { OwnChecks } from './own-checks.tsx';
import { PEOPLE } from './people.ts';
import { type Refused, send } from './send.ts';
import { useCheck } from './use-check.ts';

/** Of somebody who does not exist: what is typed here goes into no text that is copied, and into no address. */
const EXAMPLES: Asked[] = [
  {
    title: 'The request',
    document: RequestCheckDocument,
    variables: { input: inputOf({ ...EMPTY, ...PEOPLE[0]!.filled }), idempotencyKey: 'one-of-your-own' },
    needsKey: true,
  },
  { title: 'Its progress', document: WatchCheckDocument, variables: { id: 'ID_OF_THE_CHECK' }, needsKey: true },
  { title: 'As a third party', document: VerifyCredentialDocument, variables: { credential: 'THE_CREDENTIAL' } },
];

/** Somebody's registration, checked step by step. Of the person nothing is in the address or in the browser's storage. */
export function CheckView() {
  const ownKey = useKey();
  const { key } = ownKey;
  const [filled, setFilled] = useState<Filled>(EMPTY);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const [erased, setErased] = useState(0);
  const { watched, watch, told, leave } = useCheck(key);
  const attempt = useRef({ asked: '', idempotencyKey: '' });
  const answers = useRef<HTMLElement>(null);
  const held: Key = {
    ...ownKey,
    hold(next) {
      // What one key was told is not left to whoever comes with another.
      leave();
      setRefusal(null);
      ownKey.hold(next);
    },
  };

  useEffect(() => {
    document.title = 'Check a registration';
  }, []);

  const submit = async () => {
    if (key === null)
      return setRefusal({ field: 'api-key', message: 'Give a key first: a register is asked with one.' });
    const absent = missing(filled);
    if (absent) return setRefusal(absent);
    const input = inputOf(filled);
    // Asked again because no answer came, it is the same check.
    const asked = JSON.stringify(input);
    if (attempt.current.asked !== asked) attempt.current = { asked, idempotencyKey: randomText() };
    setRefusal(null);
    setProblem(null);
    setSending(true);
    try {
      const variables = { input, idempotencyKey: attempt.current.idempotencyKey };
      const { requestRegistrationCheck: result } = await send(RequestCheckDocument, variables, key);
      if (result.__typename === 'RequestRegistrationCheckSuccess') {
        attempt.current = { asked: '', idempotencyKey: '' };
        watch(result.check.id, result.check);
      } else {
        setRefusal(refusalAt(result.__typename === 'InvalidInput' ? result.field : null, result.message));
      }
    } catch (error) {
      setRefusal(refusalIn((error as Refused).message));
    } finally {
      setSending(false);
    }
  };

  const cancel = async () => {
    if (!watched || key === null) return;
    try {
      const { cancelRegistrationCheck: result } = await send(CancelCheckDocument, { id: watched.id }, key);
      if (result.__typename === 'CancelRegistrationCheckSuccess') told(result.check);
      else setProblem(result.message);
    } catch (error) {
      setProblem(`It was not canceled. ${(error as Refused).message}`);
    }
  };

  const erase = async (id: string) => {
    if (key === null) return;
    try {
      const { eraseRegistrationCheck: result } = await send(EraseCheckDocument, { id }, key);
      // One that is not there need not be erased.
      if (result.__typename === 'InvalidInput') return setProblem(result.message);
      setProblem(null);
      setErased((times) => times + 1);
      if (watched?.id === id) leave();
      // What had the focus is gone.
      answers.current?.focus();
    } catch (error) {
      setProblem(`It was not erased. ${(error as Refused).message}`);
    }
  };

  const close = () => {
    leave();
    answers.current?.focus();
  };

  return (
    <>
      <header class="masthead">
        <div>
          <p class="election">Canada and Kenya</p>
          <h1>Check a registration</h1>
        </div>
      </header>
      <main class="checks">
        <div class="asking">
          <KeyPanel held={held} />
          <CheckForm
            filled={filled}
            change={(to) => {
              setFilled((before) => ({ ...before, ...to }));
              setRefusal(null);
            }}
            refusal={refusal}
            isSending={isSending}
            submit={submit}
            offersPeople={held.isDemo}
          />
        </div>
        <section class="answers" aria-label="Answers" tabIndex={-1} ref={answers}>
          {watched ? (
            <CheckPanel
              watched={watched}
              cancel={cancel}
              erase={erase}
              again={() => watch(watched.id, watched.check)}
              leave={close}
              problem={problem}
            />
          ) : (
            <>
              {problem && (
                <p class="notice" role="alert">
                  {problem}
                </p>
              )}
              <p class="waiting-for hint">
                The answer takes some seconds and shows here. A register that cannot confirm somebody does not say that
                they are not registered.
              </p>
            </>
          )}
          <p class="unseen" role="status">
            {erased > 0 && !watched ? 'The check is erased.' : ''}
          </p>
          {key !== null && (
            <OwnChecks
              apiKey={key}
              turn={`${watched?.id} ${watched?.check?.state} ${erased}`}
              open={(id) => {
                setProblem(null);
                watch(id);
              }}
              erase={erase}
            />
          )}
        </section>
      </main>
      <footer>
        <Queries asked={EXAMPLES} />
        <p>
          This page keeps nothing of what is typed, and puts nothing of it into an address. The gateway keeps it
          encrypted while the check runs.
        </p>
      </footer>
    </>
  );
}

/** 128 bits; `randomUUID` would need a secure connection. */
const randomText = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
