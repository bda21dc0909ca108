import { useState } from 'preact/hooks';

/** Over sandboxes alone the page comes with the demo's key. */
const DEMO = document.documentElement.dataset.key ?? null;

/** Until the page is left: it goes neither into the address nor into the browser's storage. */
let held = DEMO;

export type Key = { key: string | null; isDemo: boolean; hold: (key: string | null) => void };

export function useKey(): Key {
  const [key, setKey] = useState(held);
  return {
    key,
    isDemo: DEMO !== null && key === DEMO,
    hold(next) {
      held = next;
      setKey(next);
    },
  };
}

/** Asks for a key, or says which one is used. */
export function KeyPanel({ held: { key, isDemo, hold } }: { held: Key }) {
  const [typed, setTyped] = useState('');
  if (isDemo) {
    return (
      <p class="notice">
        All registers behind this gateway are sandboxes: the people in them are invented, and so is what is said of
        them. The demo’s key is used.
      </p>
    );
  }
  if (key !== null) {
    return (
      <p class="key">
        A key is held until this page is closed.{' '}
        <button type="button" onClick={() => hold(null)}>
          Forget the key
        </button>
      </p>
    );
  }
  return (
    <form
      class="panel key"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() === '') return;
        hold(typed.trim());
        setTyped('');
      }}
    >
      <label for="api-key">API key with the scope checks:write</label>
      <div class="row">
        <input
          id="api-key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          aria-describedby="api-key-hint"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit">Use this key</button>
      </div>
      <p class="hint" id="api-key-hint">
        Whoever runs this gateway gives one out. It is kept in this page’s memory alone, and forgotten when the page is
        closed.
      </p>
    </form>
  );
}
