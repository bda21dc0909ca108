import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { FindDocument, type FindQuery } from './generated/graphql.ts';
import { ask } from './graphql.ts';
import { properName } from './words.ts';

type Found = { code: string; kind: string; name: string; where: string; path: string[] };
type State = { text: string; found: Found[]; problem: string | null };

/** Nobody types so slowly that a pause of this is within a word. */
const PAUSE_MS = 150;
const NOTHING: State = { text: '', found: [], problem: null };

/** A box that finds places by their names, after the pattern of a combobox: the focus stays in it, the arrow keys choose. */
export function PlaceSearch({ open }: { open: (path: readonly string[]) => void }) {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const { found, problem, text: searched } = useFound(text.trim());
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const isListed = isOpen && found.length > 0;
  const optionId = (index: number) => `${id}-${index}`;

  function take(one: Found | undefined) {
    if (!one) return;
    setOpen(false);
    setText('');
    setChosen(-1);
    open(one.path);
  }

  function pressed(event: KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      setOpen(true);
      setChosen((before) =>
        before < 0 && step < 0 ? found.length - 1 : (before + step + found.length) % found.length,
      );
    } else if (event.key === 'Enter' && isListed) {
      take(found[Math.max(chosen, 0)]);
    } else if (event.key === 'Escape' && text !== '') {
      if (!isListed) setText('');
      setOpen(false);
      setChosen(-1);
      // Elsewhere it leads out of the place.
      event.stopPropagation();
    } else return;
    event.preventDefault();
  }

  return (
    <search class="search">
      <label for={id}>Find a place</label>
      <input
        ref={input}
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        maxLength={100}
        placeholder="County, constituency or ward"
        value={text}
        aria-autocomplete="list"
        aria-expanded={isListed}
        aria-controls={`${id}-list`}
        aria-activedescendant={isListed && chosen >= 0 ? optionId(chosen) : undefined}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          setOpen(true);
          setChosen(-1);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={pressed}
      />
      <div class="options" id={`${id}-list`} role="listbox" aria-label="Places found" hidden={!isListed}>
        {found.map((one, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the focus, and its keys choose
          <div
            key={one.code}
            id={optionId(index)}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            // The box would lose the focus, and the list go before it is chosen from.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => take(one)}
          >
            {one.name} <small>{[one.kind, one.where].filter(Boolean).join(', ')}</small>
          </div>
        ))}
      </div>
      <p class={problem ? 'notice' : found.length > 0 ? 'unseen' : 'hint'} role="status">
        {isOpen && searched !== '' && (problem ?? said(found.length, searched))}
      </p>
    </search>
  );
}

const said = (found: number, text: string) =>
  found === 0 ? `Nothing is called like “${text}”.` : `${found} places found`;

/** What was found last stays while the next is looked for, as long as anything is. */
function useFound(text: string): State {
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    if (text === '') return setState(NOTHING);
    const left = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { data, errors } = await ask(FindDocument, { text }, left.signal);
        const [problem] = errors;
        if (data?.findPlaces) setState({ text, found: data.findPlaces.flatMap(foundOf), problem: null });
        else
          setState({ text, found: [], problem: `Places cannot be searched at the moment. ${problem?.message ?? ''}` });
      } catch (error) {
        if (left.signal.aborted) return;
        const problem = `Places cannot be searched: the gateway cannot be reached (${(error as Error).message}).`;
        setState({ text, found: [], problem });
      }
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      left.abort();
    };
  }, [text]);
  return state;
}

/** None where the way to it is not known. */
function foundOf(place: NonNullable<FindQuery['findPlaces']>[number]): Found[] {
  const name = properName(place.name);
  switch (place.__typename) {
    case 'County':
      return [{ ...{ code: place.code, name, kind: 'county', where: '' }, path: [place.code] }];
    case 'Constituency': {
      const { code, county } = place;
      if (!county) return [];
      return [{ ...{ code, name, kind: 'constituency', where: properName(county.name) }, path: [county.code, code] }];
    }
    case 'Ward': {
      const { code, county, constituency } = place;
      if (!county || !constituency) return [];
      const where = `${properName(constituency.name)}, ${properName(county.name)}`;
      return [{ ...{ code, name, kind: 'ward', where }, path: [county.code, constituency.code, code] }];
    }
    default:
      return [];
  }
}
