import { geoIdentity, geoPath } from 'd3-geo';
import type { Shapes } from './map-file.ts';

export const WIDTH = 600;
const MARGIN = 4;
/** A long and narrow county need not fill the width. */
const TALLEST = 760;
const [TILE_WIDTH, TILE_HEIGHT, GAP] = [143, 46, 8];
const TILES_A_ROW = Math.floor((WIDTH + GAP) / (TILE_WIDTH + GAP));

const NOWHERE = [
  [0, 0],
  [1, 1],
] as const;

export type Drawn = {
  code: string;
  d: string;
  center: readonly [x: number, y: number];
  /** Room for a label. */
  size: readonly [width: number, height: number];
  isTile: boolean;
};

export type Drawing = { places: Drawn[]; height: number; tiles: number };

/** Of the places of these codes, which fill it. Those without a boundary become tiles below the map. On the equator a degree is as long either way, so no projection is needed. */
export function draw(all: Shapes, codes: readonly string[]): Drawing {
  const wanted = new Set(codes);
  const shapes = { ...all, features: all.features.filter((one) => wanted.delete(one.properties.code)) };
  const isEmpty = shapes.features.length === 0;
  const [[left, top], [right, below]] = isEmpty ? NOWHERE : geoPath(geoIdentity().reflectY(true)).bounds(shapes);
  const scale = Math.min((WIDTH - 2 * MARGIN) / (right - left), (TALLEST - 2 * MARGIN) / (below - top));
  const projection = geoIdentity()
    .reflectY(true)
    .scale(scale)
    .translate([(WIDTH - (left + right) * scale) / 2, MARGIN - top * scale]);
  const path = geoPath(projection);
  const bottom = isEmpty ? 0 : (below - top) * scale + 2 * MARGIN;

  const areas = shapes.features.map((one): Drawn => {
    const [[left, top], [right, below]] = path.bounds(one);
    return {
      code: one.properties.code,
      d: path(one) ?? '',
      center: path.centroid(one),
      size: [right - left, below - top],
      isTile: false,
    };
  });
  const tiles = [...wanted].map((code, index): Drawn => {
    const [column, row] = [index % TILES_A_ROW, Math.floor(index / TILES_A_ROW)];
    const [left, top] = [column * (TILE_WIDTH + GAP) + 1, bottom + GAP + row * (TILE_HEIGHT + GAP)];
    return {
      code,
      d: `M${left} ${top}h${TILE_WIDTH}v${TILE_HEIGHT}h-${TILE_WIDTH}z`,
      center: [left + TILE_WIDTH / 2, top + TILE_HEIGHT / 2],
      size: [TILE_WIDTH, TILE_HEIGHT],
      isTile: true,
    };
  });
  const rows = Math.ceil(tiles.length / TILES_A_ROW);
  const height = bottom + (rows > 0 ? GAP + rows * (TILE_HEIGHT + GAP) : 0);
  return { places: [...areas, ...tiles], height, tiles: tiles.length };
}

const DIRECTIONS: Record<string, readonly [number, number]> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/** The next place in the direction of an arrow key: near, and not far off to the side. Undefined for other keys. */
export function nextTo(places: readonly Drawn[], from: Drawn, key: string): Drawn | undefined {
  const direction = DIRECTIONS[key];
  if (!direction) return undefined;
  const [dx, dy] = direction;
  let best: Drawn | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const place of places) {
    const [x, y] = [place.center[0] - from.center[0], place.center[1] - from.center[1]];
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (along > 0.5 && along + 2 * aside < least) [best, least] = [place, along + 2 * aside];
  }
  return best;
}
