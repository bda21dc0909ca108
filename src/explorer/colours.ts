/** In OKLab, where equal distances look equally far apart. */
type Lab = readonly [lightness: number, a: number, b: number];

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

/** The party's own colour, made readable, if nobody has one like it; else the one of ours that is farthest from all others. */
export function distinct(own: string | null, taken: readonly string[]): string {
  const others = taken.map(labOf);
  const nearest = (lab: Lab) => Math.min(Number.POSITIVE_INFINITY, ...others.map((other) => distance(lab, other)));
  const parsed = own && /^#[0-9a-f]{6}$/i.test(own) ? readable(labOf(own)) : null;
  if (parsed && Math.hypot(parsed[1], parsed[2]) >= LEAST_CHROMA && nearest(parsed) >= APART) return hexOf(parsed);
  const free = PALETTE.find((color) => nearest(labOf(color)) >= APART);
  // Of so many, some share a colour, and differ by their patterns and labels.
  return free ?? PALETTE[taken.length % PALETTE.length]!;
}

function readable([lightness, a, b]: Lab): Lab {
  const tamed = Math.min(1, MOST_CHROMA / (Math.hypot(a, b) || 1));
  return [Math.min(LIGHTEST, Math.max(DARKEST, lightness)), a * tamed, b * tamed];
}

const distance = (one: Lab, other: Lab) => Math.hypot(...one.map((value, axis) => value - other[axis]!));

// Björn Ottosson's matrices, https://bottosson.github.io/posts/oklab/
function labOf(hex: string): Lab {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function hexOf([lightness, a, b]: Lab): string {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channels = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const byte = (linear: number) => {
    const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.max(0, linear) ** (1 / 2.4) - 0.055;
    return Math.round(Math.min(1, Math.max(0, value)) * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channels.map(byte).join('')}`;
}
