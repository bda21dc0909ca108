import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Contender, keyOf, leading } from './contenders.ts';
import { type Drawn, draw, nextTo, WIDTH } from './geometry.ts';
import { Labels } from './labels.tsx';
import type { MapState } from './map-file.ts';
import { fillOf } from './patterns.tsx';
import type { Place } from './results.ts';
import { noLeader, properName, reportedShare, share, stations } from './words.ts';

const LABEL_PIXELS = 12;

type Props = {
  map: MapState;
  places: Map<string, Place>;
  contenders: Map<string, Contender>;
  selected: string | null;
  open: (code: string) => void;
};

/** The counties, each in the colour of who is ahead. One of them takes the focus; the arrow keys lead to the others. */
export function CountyMap({ map: { outlines, problem }, places, contenders, selected, open }: Props) {
  const drawing = useMemo(() => outlines && draw(outlines), [outlines]);
  const [at, setAt] = useState<string | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const unit = useUnit(svg, drawing !== null);
  if (!drawing) {
    return (
      <div class="map waiting" role="status">
        {problem ?? 'Loading the map'}
      </div>
    );
  }
  const reached = [at, selected].find((code) => drawing.places.some((place) => place.code === code));
  const current = reached ?? drawing.places[0]?.code;

  function pressed(event: KeyboardEvent, from: Drawn) {
    if (event.key === 'Enter' || event.key === ' ') open(from.code);
    else {
      const next = nextTo(drawing!.places, from, event.key);
      if (!next) return;
      svg.current?.querySelector<SVGElement>(`[data-code="${CSS.escape(next.code)}"]`)?.focus();
    }
    event.preventDefault();
  }

  return (
    <div class="map">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no form */}
      <svg
        ref={svg}
        viewBox={`0 0 ${WIDTH} ${Math.ceil(drawing.height)}`}
        role="group"
        aria-label="Map of the counties"
      >
        {drawing.places.map((drawn) => (
          <County
            key={drawn.code}
            drawn={drawn}
            place={places.get(drawn.code)}
            contenders={contenders}
            isSelected={drawn.code === selected}
            isCurrent={drawn.code === current}
            onFocus={() => setAt(drawn.code)}
            onClick={() => open(drawn.code)}
            onKeyDown={(event) => pressed(event, drawn)}
          />
        ))}
        {drawing.places
          .filter(({ code }) => code === selected)
          .map(({ code, d }) => (
            <path key={code} class="chosen" d={d} />
          ))}
        <Labels drawn={drawing.places} places={places} contenders={contenders} size={LABEL_PIXELS * unit} />
      </svg>
      {outlines!.missing.length > 0 && (
        <p class="hint">
          {outlines!.shapes.features.length === 0
            ? 'The source has no boundaries: every county is a tile.'
            : 'Below the map: places of which the source has no boundary.'}
        </p>
      )}
    </div>
  );
}

type CountyProps = {
  drawn: Drawn;
  place: Place | undefined;
  contenders: Map<string, Contender>;
  isSelected: boolean;
  isCurrent: boolean;
  onFocus: () => void;
  onClick: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
};

function County({ drawn, place, contenders, isSelected, isCurrent, ...events }: CountyProps) {
  const ahead = place && leading(place);
  const reported = place ? reportedShare(place) : null;
  const path = useRef<SVGPathElement>(null);
  const votes = place?.result?.tallies.reduce((sum, tally) => sum + tally.votes, 0);
  useChanged(votes, () => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    path.current?.animate([{ filter: 'brightness(1.5)' }, { filter: 'none' }], { duration: 1200, easing: 'ease-out' });
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no buttons
    <g
      class={drawn.isTile ? 'county tile' : 'county'}
      data-code={drawn.code}
      role="button"
      aria-pressed={isSelected}
      aria-label={place ? described(place, contenders) : 'No county of this map'}
      tabIndex={isCurrent ? 0 : -1}
      {...events}
    >
      <path class="ground" d={drawn.d} />
      <path
        ref={path}
        class="fill"
        d={drawn.d}
        fill={fillOf(ahead && contenders.get(keyOf(ahead))) ?? 'none'}
        // Visible from the first station on; where nobody knows how many there are, in between.
        fill-opacity={reported === null ? 0.7 : 0.4 + 0.6 * reported}
      />
      <title>{place && described(place, contenders)}</title>
    </g>
  );
}

export function described(place: Place, contenders: Map<string, Contender>): string {
  const ahead = leading(place);
  const who = ahead
    ? `${contenders.get(keyOf(ahead))?.label ?? ''} ahead with ${share(ahead.share)}`
    : noLeader(place.result);
  return `${properName(place.name)}: ${who}. Stations reported: ${stations(place)}`;
}

/** How many units of the drawing a pixel of the screen is: a text is as large on a telephone as on a wall. */
function useUnit(svg: RefObject<SVGSVGElement | null>, isThere: boolean): number {
  const [unit, setUnit] = useState(1);
  useEffect(() => {
    if (!isThere || !svg.current) return;
    const drawn = svg.current;
    const watch = new ResizeObserver(() => {
      const scale = drawn.getScreenCTM()?.a;
      if (scale) setUnit(1 / scale);
    });
    watch.observe(drawn);
    return () => watch.disconnect();
  }, [isThere]);
  return unit;
}

/** Not when it is first there. */
function useChanged(value: number | undefined, changed: () => void) {
  const before = useRef(value);
  useEffect(() => {
    if (before.current !== undefined && value !== undefined && before.current !== value) changed();
    before.current = value;
  });
}
