import { useEffect, useRef, useState } from 'preact/hooks';
import { ProofDocument, type ProofQuery } from '../generated/graphql.ts';
import { ask, BASE } from '../graphql.ts';
import type { Asked } from '../levels.ts';
import type { Place } from '../results.ts';
import { count, properName, time } from '../words.ts';
import { holds, type Proof, type Shown, type Step, type StepName, verify } from './verify.ts';

type Props = { election: { code: string } | null; place: Place; asked: Asked };

const TITLES: Record<StepName, string> = {
  figures: 'The log’s leaf says the figures on this page',
  hash: 'The leaf’s SHA-256, with the hashes of the path, gives a root',
  checkpoint: 'The signed checkpoint has this root and size',
  signature: 'The checkpoint is signed with the log’s key',
  now: 'The log’s checkpoint of now is signed, and no smaller',
};
const OUTCOMES: Record<Step['outcome'], string> = { good: '✓ Holds', bad: '✗ Fails', unknown: '– Not checked' };

type Checked = { version: number; asOf: string; steps: Step[]; proof: Proof; vkey: string };
type State = { kind: 'idle' } | { kind: 'busy' } | { kind: 'told'; words: string } | ({ kind: 'done' } & Checked);

/** Whether the figures on the page are the ones in the log: worked out by the browser, whatever the gateway says. */
export function CheckFigure(props: Props) {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const [ownKey, setOwnKey] = useState('');
  const left = useRef(new AbortController());
  useEffect(() => () => left.current.abort(), []);

  async function run() {
    left.current.abort();
    left.current = new AbortController();
    const { signal } = left.current;
    setState({ kind: 'busy' });
    const told = await check(props, ownKey.trim(), signal).catch((error: Error): State => {
      return { kind: 'told', words: `It could not be checked: ${error.message}` };
    });
    if (!signal.aborted) setState(told);
  }

  return (
    <div class="check">
      <h4>Check this figure</h4>
      <p class="hint">
        Each count that this gateway has seen is a leaf of an append-only log. Your browser works out whether the
        figures shown here are in it.
      </p>
      <button type="button" onClick={run} disabled={state.kind === 'busy'}>
        Check it in this browser
      </button>
      <div role="status">
        {state.kind === 'busy' && <p>Checking</p>}
        {state.kind === 'told' && <p class="notice">{state.words}</p>}
        {state.kind === 'done' && <p class={holds(state.steps) ? 'verdict' : 'verdict notice'}>{verdict(state)}</p>}
      </div>
      {state.kind === 'done' && <Steps {...state} />}
      {state.kind === 'done' && (
        <label class="own-key">
          The log’s key, as you have it from elsewhere
          <input
            type="text"
            value={ownKey}
            spellcheck={false}
            autocomplete="off"
            placeholder="name+id+base64"
            onInput={({ currentTarget }) => setOwnKey(currentTarget.value)}
          />
          <span class="hint">
            With one, it is this key that the signatures are checked with: press the button again.
          </span>
        </label>
      )}
    </div>
  );
}

function Steps({ steps, proof, vkey }: Checked) {
  return (
    <>
      <ol class="steps">
        {steps.map(({ name, outcome, words }) => (
          <li key={name} class={outcome} data-step={name}>
            <b>{OUTCOMES[outcome]}</b> <span>{TITLES[name]}.</span>
            <p>{words}</p>
          </li>
        ))}
      </ol>
      <p class="hint">
        The key comes from this gateway, as the figures do (<a href={`${BASE}/log/key`}>/log/key</a>), so that alone it
        shows only that the gateway agrees with itself. Compare it, letter by letter, with the one that others have: on
        paper, in a newspaper, with the parties. That the log of now begins with all leaves of this one is more than
        this page checks: whoever runs <code>npm run verify-log</code> does.
      </p>
      <details class="evidence">
        <summary>What was checked</summary>
        <h5>Key</h5>
        <Text>{vkey}</Text>
        <h5>Leaf {count(proof.logIndex)}</h5>
        <Text>{proof.leaf}</Text>
        <h5>Path</h5>
        <Text>{proof.path.join('\n') || 'None: it is the only leaf.'}</Text>
        <h5>Checkpoint</h5>
        <Text>{proof.checkpoint.trim()}</Text>
      </details>
    </>
  );
}

function Text({ children }: { children: string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by key
  return <pre tabIndex={0}>{children}</pre>;
}

function verdict({ version, asOf, steps }: Checked): string {
  const what = `Version ${version}, of ${time(asOf)}`;
  if (holds(steps)) return `${what}: all ${steps.length} steps hold. These figures are in the log.`;
  const failed = steps.findIndex(({ outcome }) => outcome === 'bad');
  if (failed >= 0) return `${what}: refused, step ${failed + 1} fails. Do not rely on these figures.`;
  return `${what}: no step fails, but not all could be checked in this browser.`;
}

async function check(props: Props, ownKey: string, signal: AbortSignal): Promise<State> {
  if (!globalThis.crypto?.subtle) {
    return told(
      'This browser lets pages compute hashes only over HTTPS or on this machine (localhost). Open the page there.',
    );
  }
  // Of what is on the page at this moment, whatever comes while the answers are on their way.
  const shown = shownBy(props);
  const { place, asked } = props;
  const at = asked.at ?? place.result.asOf;
  const { data, errors } = await ask(ProofDocument, { place: place.id, post: asked.post, at }, signal);
  const result: Result | null = data?.node && 'result' in data.node ? data.node.result : null;
  if (errors[0]) return told(errors[0].message);
  const version = result?.latestVersion;
  if (!version) return told('These figures are in no recorded version yet; try again shortly.');
  if (!version.proof) return told('This version is not yet in the log’s checkpoint; try again shortly.');
  const [vkey, newest] = await Promise.all([ownKey || text('key', signal), text('checkpoint', signal)]);
  const steps = await verify({ shown, proof: version.proof, vkey, newest });
  return { kind: 'done', ...{ version: version.version, asOf: version.asOf, steps, vkey }, proof: version.proof };
}

type Result = NonNullable<Extract<ProofQuery['node'], { result?: unknown }>['result']>;

const told = (words: string): State => ({ kind: 'told', words });

function shownBy({ election, place, asked }: Props): Shown {
  const { tallies, stationsReported, registeredVoters, ballots } = place.result;
  return {
    ...{ election: election?.code ?? null, post: asked.post, place: place.code },
    votes: tallies.map(({ candidate: { code, name }, votes }) => ({ code, name: properName(name), votes })),
    ...{ stations: stationsReported, registered: registeredVoters, rejected: ballots?.rejected ?? null },
  };
}

/** A checkpoint of now is one that no cache has kept. */
async function text(file: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${BASE}/log/${file}`, { signal, cache: 'no-store' });
  const body = await response.text();
  if (!response.ok) throw new Error(body.trim() || `/log/${file} answers with status ${response.status}.`);
  return file === 'key' ? body.trim() : body;
}
