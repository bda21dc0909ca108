import type { Drawn } from './geometry.ts';
import { unlessSame } from './unless-same.tsx';
import { properName } from './words.ts';

type Props = {
  drawn: readonly Drawn[];
  /** Of who is ahead in each, and how each tile is called: a line each, empty where there is none. */
  labels: string;
  names: string;
  /** Of the letters, in units of the drawing. */
  size: number;
};

type Text = { drawn: Drawn; text: string; width: number };

/** Who is ahead, by its short name, wherever that has room: nobody has to go by the colour. Which have room is found by comparing all. */
export const Labels = unlessSame((props: Props) => {
  const { drawn, size } = props;
  const [labels, names] = [props.labels.split('\n'), props.names.split('\n')];
  const texts = drawn.flatMap((one, index): Text[] => {
    const text = one.isTile ? '' : labels[index]!;
    return text ? [{ drawn: one, text, width: text.length * size * LETTER }] : [];
  });
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing here takes the focus; each place says the same
    <g aria-hidden="true">
      {withRoom(texts, size).map(({ drawn: { code, center }, text }) => (
        <text key={code} class="label" x={center[0]} y={center[1]} font-size={size}>
          {text}
        </text>
      ))}
      {drawn.map(
        (one, index) =>
          one.isTile && <TileText key={one.code} tile={one} name={names[index]!} label={labels[index]} size={size} />,
      )}
    </g>
  );
});

/** A tile has no shape that one could know it by: its name is in it, in letters as small as that takes. */
function TileText({
  tile,
  name,
  label = '',
  size,
}: {
  tile: Drawn;
  name: string;
  label: string | undefined;
  size: number;
}) {
  const [x, y] = tile.center;
  const [width, height] = tile.size;
  const lines = [properName(name), label].filter(Boolean);
  return lines.map((line, index) => (
    <text
      key={line}
      class={index === 0 ? 'label name' : 'label'}
      x={x}
      y={y + (index - (lines.length - 1) / 2) * (height * 0.44)}
      font-size={Math.min(size, height * 0.4, (width * 0.92) / (line.length * LETTER))}
    >
      {line}
    </text>
  ));
}

/** How wide a letter is, by its height. */
const LETTER = 0.68;
/** How much higher a line is than its letters. */
const LINE = 1.15;

/** In their own place, and clear of each other: the larger place keeps its label. */
function withRoom(texts: Text[], size: number): Text[] {
  const kept: Text[] = [];
  const bySize = [...texts].sort((a, b) => b.drawn.size[0] * b.drawn.size[1] - a.drawn.size[0] * a.drawn.size[1]);
  for (const one of bySize) {
    const { center, size: room } = one.drawn;
    const isInside = one.width < room[0] * 0.9 && size * LINE < room[1] * 0.9;
    const isClear = kept.every(
      (other) =>
        Math.abs(other.drawn.center[0] - center[0]) > (other.width + one.width) / 2 ||
        Math.abs(other.drawn.center[1] - center[1]) > size * LINE,
    );
    if (isInside && isClear) kept.push(one);
  }
  return kept;
}
