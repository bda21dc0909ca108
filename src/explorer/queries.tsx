import { useRef, useState } from 'preact/hooks';
import { BASE, HAS_GRAPHIQL } from './graphql.ts';
import { type Asked, FORMS, type Form, graphiqlAddress, snippet } from './snippets.ts';

/** What a view asks, word for word: whoever wants the same figures elsewhere begins here. */
export function Queries({ asked }: { asked: Asked[] }) {
  const [form, setForm] = useState<Form>('GraphQL');
  return (
    <details class="queries">
      <summary>Show the query</summary>
      <fieldset class="forms">
        <legend class="unseen">Written as</legend>
        {FORMS.map((one) => (
          <button key={one} type="button" aria-pressed={one === form} onClick={() => setForm(one)}>
            {one}
          </button>
        ))}
      </fieldset>
      {asked.map((one) => (
        <Query key={one.title} asked={one} form={form} />
      ))}
      <p>
        The endpoint is <code>{`${location.origin}${BASE}/graphql`}</code>.
        {asked.some(({ needsKey }) => needsKey) && ' Put your own key in the place of YOUR_KEY.'}
      </p>
    </details>
  );
}

const COPIED = 'Copied.';
const NOT_COPIED = 'This browser does not let the page copy. The text is selected: copy it by key.';

function Query({ asked, form }: { asked: Asked; form: Form }) {
  const shown = useRef<HTMLPreElement>(null);
  const text = snippet(form, asked);
  // Of the text that was copied: of another, it is not said.
  const [said, setSaid] = useState({ text, message: '' });

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setSaid({ text, message: COPIED });
    } catch {
      // No such thing either on a page that came over plain HTTP.
      getSelection()?.selectAllChildren(shown.current!);
      shown.current!.focus();
      setSaid({ text, message: NOT_COPIED });
    }
  }

  return (
    <section class="query" aria-label={asked.title}>
      <h3>{asked.title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by key */}
      <pre ref={shown} tabIndex={0}>
        {text}
      </pre>
      <p class="take">
        <button type="button" onClick={copy}>
          Copy
        </button>
        {HAS_GRAPHIQL && (
          <a href={graphiqlAddress(asked)} target="_blank" rel="noopener">
            Open in GraphiQL
          </a>
        )}
        <span role="status">{said.text === text && said.message}</span>
      </p>
    </section>
  );
}
