import type { TargetedInputEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { EMPTY, type Filled, type FilledAddress, MAX_ADDRESSES, type Refusal } from './filled.ts';
import { PEOPLE } from './people.ts';

type Props = {
  filled: Filled;
  change: (to: Partial<Filled>) => void;
  refusal: Refusal | null;
  isSending: boolean;
  submit: () => void;
  /** Over sandboxes alone. */
  offersPeople: boolean;
};

const TABS = [
  ['CANADA', 'Canada'],
  ['KENYA', 'Kenya'],
] as const;

/** Whom to ask about. */
export function CheckForm({ filled, change, refusal, isSending, submit, offersPeople }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusal?.field) document.getElementById(refusal.field)?.focus();
  }, [refusal]);
  const isPlaced = refusal?.field != null && FIELDS.test(refusal.field);

  return (
    <form
      ref={form}
      class="panel ask"
      aria-label="Whom to ask about"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isSending) submit();
      }}
    >
      <fieldset class="tabs">
        <legend>Register</legend>
        {TABS.map(([jurisdiction, title]) => (
          <label key={jurisdiction}>
            <input
              type="radio"
              name="jurisdiction"
              checked={filled.jurisdiction === jurisdiction}
              onChange={() => change({ jurisdiction })}
            />
            <span>{title}</span>
          </label>
        ))}
      </fieldset>
      {filled.jurisdiction === 'CANADA' ? (
        <Canada filled={filled} change={change} refusal={refusal} />
      ) : (
        <Field
          id="input.kenya.voterId"
          title="Voter id or passport number"
          value={filled.voterId}
          set={(voterId) => change({ voterId })}
          refusal={refusal}
        />
      )}
      {refusal && !isPlaced && (
        <p class="notice" role="alert">
          {refusal.message}
        </p>
      )}
      <p class="actions">
        <button type="submit" class="main-action" aria-disabled={isSending}>
          {isSending ? 'Asking' : 'Ask the register'}
        </button>
        <button type="button" onClick={() => change({ ...EMPTY, jurisdiction: filled.jurisdiction })}>
          Empty the form
        </button>
      </p>
      {offersPeople && (
        <fieldset class="people">
          <legend>People of the sandbox, who do not exist</legend>
          <ul>
            {PEOPLE.filter((one) => one.filled.jurisdiction === filled.jurisdiction).map(({ title, about, filled }) => (
              <li key={title}>
                <button type="button" onClick={() => change({ ...EMPTY, ...filled })}>
                  {title}
                </button>{' '}
                <span class="hint">{about}</span>
              </li>
            ))}
          </ul>
        </fieldset>
      )}
    </form>
  );
}

const FIELDS =
  /^input\.(kenya\.voterId|canada\.(givenName|middleName|familyName|birthDate|addresses\.\d\.(text|label)))$/;

type Part = Pick<Props, 'filled' | 'change' | 'refusal'>;

function Canada({ filled, change, refusal }: Part) {
  const { addresses } = filled;
  const setAddress = (at: number, to: Partial<FilledAddress>) =>
    change({ addresses: addresses.map((one, index) => (index === at ? { ...one, ...to } : one)) });
  return (
    <>
      <div class="fields">
        <Field
          id="input.canada.givenName"
          title="Given name"
          value={filled.givenName}
          set={(givenName) => change({ givenName })}
          refusal={refusal}
        />
        <Field
          id="input.canada.middleName"
          title="Middle name, if any"
          value={filled.middleName}
          set={(middleName) => change({ middleName })}
          refusal={refusal}
        />
        <Field
          id="input.canada.familyName"
          title="Family name"
          value={filled.familyName}
          set={(familyName) => change({ familyName })}
          refusal={refusal}
        />
        <Field
          id="input.canada.birthDate"
          title="Birth date"
          type="date"
          value={filled.birthDate}
          set={(birthDate) => change({ birthDate })}
          refusal={refusal}
        />
      </div>
      <fieldset class="addresses">
        <legend>Addresses where the person may be registered</legend>
        <p class="hint" id="label-hint">
          A label is a word or number of your own that comes back with the answer. It is kept longer than the address:
          put no name and no address in it.
        </p>
        {addresses.map(({ text, label }, at) => (
          <div class="address" key={at}>
            <Field
              id={`input.canada.addresses.${at}.text`}
              title={`Address ${at + 1}`}
              value={text}
              set={(value) => setAddress(at, { text: value })}
              refusal={refusal}
            />
            <Field
              id={`input.canada.addresses.${at}.label`}
              title={`Label ${at + 1}, if wanted`}
              value={label}
              set={(value) => setAddress(at, { label: value })}
              refusal={refusal}
              hint="label-hint"
            />
            {addresses.length > 1 && (
              <button type="button" onClick={() => change({ addresses: addresses.filter((_, index) => index !== at) })}>
                Remove address {at + 1}
              </button>
            )}
          </div>
        ))}
        {addresses.length < MAX_ADDRESSES && (
          <button
            type="button"
            onClick={() => {
              change({ addresses: [...addresses, { text: '', label: '' }] });
              const id = `input.canada.addresses.${addresses.length}.text`;
              requestAnimationFrame(() => document.getElementById(id)?.focus());
            }}
          >
            Another address
          </button>
        )}
      </fieldset>
    </>
  );
}

type FieldProps = {
  id: string;
  type?: 'text' | 'date';
  title: string;
  value: string;
  set: (value: string) => void;
  refusal: Refusal | null;
  /** The id of what explains it. */
  hint?: string;
};

function Field({ id, type = 'text', title, value, set, refusal, hint }: FieldProps) {
  const message = refusal?.field === id ? refusal.message : null;
  const described = [hint, message !== null && `${id}.problem`].filter(Boolean).join(' ');
  const common = {
    // It is about whoever is asked about: a browser that many use should not offer one's name to the next.
    ...{ id, value, autocomplete: 'off', spellcheck: false },
    'aria-invalid': message !== null,
    'aria-describedby': described || undefined,
    onInput: (event: TargetedInputEvent<HTMLInputElement>) => set(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>{title}</label>
      {type === 'date' ? <input {...common} type="date" /> : <input {...common} type="text" />}
      {message !== null && (
        <p class="problem" id={`${id}.problem`}>
          {message}
        </p>
      )}
    </div>
  );
}
