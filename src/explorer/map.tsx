import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Contender, keyOf } from './contenders.ts';
import { type Drawn, draw, nextTo, WIDTH } from './geometry.ts';
import { Labels } from './labels.tsx';
import { type Level, NOUNS } from './levels.ts';
import type { MapState } from './map-file.ts';
import { fillOf, UNAVAILABLE } from './patterns.tsx';
import type { Part } from './results.ts';
import { unlessSame } from './unless-same.tsx';
import { noLeader, properName, reportedShare, share, stations } from './words.ts';

const LABEL_PIXELS = 12;
/** More of them are so small that borders as wide as usual would hide them, and so many tiles need more than a screen. */
const MANY = 100;
const MANY_TILES = 24;

type Props = {
  map: MapState;
  level: Level;
  parts: Part[];
  contenders: Map<string, Contender>;
  selected: string | null;
  /** Which takes the focus among them at first. */
  first: string | null;
  open: (code: string) => void;
  /** Told when there is something to take the focus. */
  drawn: () => void;
};

/** The places, each in the colour of who is ahead. One of them takes the focus; the arrow keys lead to the others. */
export function PlaceMap({ map: { shapes, problem }, level, parts, contenders, selected, first, open, drawn }: Props) {
  const codes = parts.map(({ code }) => code).join();
  const drawing = useMemo(() => shapes && draw(shapes, codes.split(',').filter(Boolean)), [shapes, codes]);
  const [at, setAt] = useState<string | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const unit = useUnit(svg, drawing);
  useEffect(() => {
    if (drawing) drawn();
  }, [drawing]);
  if (!drawing) {
    return (
      <div class="map waiting" role="status">
        {problem ?? 'Loading the map'}
      </div>
    );
  }
  const byCode = new Map(parts.map((part) => [part.code, part]));
  const current = [at, selected, first].find((code) => code !== null && byCode.has(code)) ?? drawing.places[0]?.code;
  const many = NOUNS[level][1];

  function pressed(event: KeyboardEvent) {
    const code = codeOf(event);
    const from = drawing!.places.find((place) => place.code === code);
    if (!from) return;
    if (event.key === 'Enter' || event.key === ' ') open(from.code);
    else {
      const next = nextTo(drawing!.places, from, event.key);
      if (!next) return;
      svg.current?.querySelector<SVGElement>(`[data-code="${CSS.escape(next.code)}"]`)?.focus();
    }
    event.preventDefault();
  }

  const isTall = drawing.tiles > MANY_TILES;
  return (
    <div class={isTall ? 'map tall' : 'map'}>
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no form */}
      <svg
        ref={svg}
        class={drawing.places.length > MANY ? 'dense' : ''}
        viewBox={`0 0 ${WIDTH} ${Math.ceil(drawing.height)}`}
        role="group"
        aria-label={`Map of the ${many}`}
        onFocusIn={(event) => setAt(codeOf(event))}
        onClick={(event) => {
          const code = codeOf(event);
          if (code !== null) open(code);
        }}
        onKeyDown={pressed}
      >
        {drawing.places.map((one) => (
          <Area
            key={one.code}
            drawn={one}
            part={byCode.get(one.code)!}
            {...lookOf(byCode.get(one.code)!, contenders)}
            isSelected={one.code === selected}
            isCurrent={one.code === current}
          />
        ))}
        {drawing.places
          .filter(({ code }) => code === selected)
          .map(({ code, d }) => (
            <path key={code} class="chosen" d={d} />
          ))}
        <Labels
          drawn={drawing.places}
          labels={drawing.places.map(({ code }) => lookOf(byCode.get(code)!, contenders).label ?? '').join('\n')}
          names={drawing.places.map(({ code, isTile }) => (isTile ? byCode.get(code)!.name : '')).join('\n')}
          size={LABEL_PIXELS * unit}
        />
      </svg>
      {drawing.tiles > 0 && (
        <p class="hint">
          {drawing.tiles === drawing.places.length
            ? `The source has no boundaries: every ${NOUNS[level][0]} is a tile.`
            : 'Below the map: places of which the source has no boundary.'}
        </p>
      )}
    </div>
  );
}

const codeOf = ({ target }: Event) => (target as Element).closest('[data-code]')?.getAttribute('data-code') ?? null;

function lookOf({ result }: Part, contenders: Map<string, Contender>) {
  const contender = result?.leader ? contenders.get(keyOf(result.leader.candidate)) : undefined;
  const fill = fillOf(contender) ?? (result?.status === 'UNAVAILABLE' ? UNAVAILABLE : 'none');
  return { label: contender?.label, fill };
}

type AreaProps = {
  drawn: Drawn;
  part: Part;
  /** Of who is ahead. */
  label: string | undefined;
  fill: string;
  isSelected: boolean;
  isCurrent: boolean;
};

const Area = unlessSame(({ drawn, part, label, fill, isSelected, isCurrent }: AreaProps) => {
  const path = useRef<SVGPathElement>(null);
  const votes = part.result?.tallies.reduce((sum, tally) => sum + tally.votes, 0);
  useChanged(votes, () => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    path.current?.animate([{ filter: 'brightness(1.5)' }, { filter: 'none' }], { duration: 1200, easing: 'ease-out' });
  });
  const reported = reportedShare(part);
  const text = described(part, label);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no buttons
    <g
      class={drawn.isTile ? 'area tile' : 'area'}
      data-code={drawn.code}
      role="button"
      aria-pressed={isSelected}
      aria-label={text}
      // As an attribute of SVG is spelt.
      tabindex={isCurrent ? 0 : -1}
    >
      <path class="ground" d={drawn.d} />
      <path
        ref={path}
        class="fill"
        d={drawn.d}
        fill={fill}
        // Visible from the first station on; where nobody knows how many there are, in between.
        fill-opacity={label === undefined ? 1 : reported === null ? 0.7 : 0.4 + 0.6 * reported}
      />
      <title>{text}</title>
    </g>
  );
});

function described({ name, result, stationsTotal }: Part, label: string | undefined): string {
  const where = properName(name);
  if (!result) return `${where}: not counted here`;
  if (result.status === 'UNAVAILABLE') return `${where}: not available at the moment. ${result.statusMessage ?? ''}`;
  const who = result.leader ? `${label ?? ''} ahead with ${share(result.leader.share)}` : noLeader(result);
  return `${where}: ${who}. Stations reported: ${stations({ result, stationsTotal })}`;
}

/** How many units of the drawing a pixel of the screen is: a text is as large on a telephone as on a wall. */
function useUnit(svg: RefObject<SVGSVGElement | null>, drawing: unknown): number {
  const [unit, setUnit] = useState(1);
  useEffect(() => {
    const drawn = svg.current;
    if (!drawn) return;
    const measure = () => {
      const scale = drawn.getScreenCTM()?.a;
      if (scale) setUnit(1 / scale);
    };
    const watch = new ResizeObserver(measure);
    watch.observe(drawn);
    // Another drawing of the same size on the page may have another scale.
    measure();
    return () => watch.disconnect();
  }, [drawing]);
  return unit;
}

/** Not when it is first there. */
function useChanged(value: number | undefined, changed: () => void) {
  const before = useRef(value);
  useEffect(() => {
    if (before.current !== undefined && before.current !== value) changed();
    before.current = value;
  }, [value]);
}
