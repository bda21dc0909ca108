import { differenceEuclidean, formatHex, modeOklab, modeRgb, type Oklab, useMode } from 'culori/fn';

useMode(modeRgb);
/** Equal distances look equally far apart in it. */
const oklab = useMode(modeOklab);
const distance = differenceEuclidean('oklab');

/** Light enough for a dark page and dark enough for a light one. */
const [DARKEST, LIGHTEST] = [0.52, 0.66];
/** Nearer ones look alike on areas that are not side by side. */
const APART = 0.13;
/** Less is grey, more would shout down the rest of the map. */
const [LEAST_CHROMA, MOST_CHROMA] = [0.05, 0.15];

const PALETTE = [
  '#2f6fc4',
  '#c8641e',
  '#2c8a4b',
  '#b8458f',
  '#8a7a12',
  '#7157c8',
  '#c23b3b',
  '#16868c',
  '#8f6238',
  '#66717f',
];

/** The party's own colour, made readable, if nobody has one like it; else the first of ours that is free. */
export function distinct(own: string | null, taken: readonly string[]): string {
  const isFree = (color: Oklab | string) => taken.every((other) => distance(color, other) >= APART);
  const parsed = own && /^#[0-9a-f]{6}$/i.test(own) ? readable(oklab(own)!) : null;
  if (parsed && chroma(parsed) >= LEAST_CHROMA && isFree(parsed)) return formatHex(parsed);
  // Of so many, some share a colour, and differ by their patterns and labels.
  return PALETTE.find(isFree) ?? PALETTE[taken.length % PALETTE.length]!;
}

const chroma = ({ a, b }: Oklab) => Math.hypot(a, b);

function readable(color: Oklab): Oklab {
  const tamed = Math.min(1, MOST_CHROMA / (chroma(color) || 1));
  const l = Math.min(LIGHTEST, Math.max(DARKEST, color.l));
  return { ...color, l, a: color.a * tamed, b: color.b * tamed };
}
