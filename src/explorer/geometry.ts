import { geoIdentity, geoPath } from 'd3-geo';
import type { Outlines } from './map-file.ts';

export const WIDTH = 600;
const MARGIN = 4;
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

/** Places without a boundary become tiles below the map. On the equator a degree is as long either way, so no projection is needed. */
export function draw({ shapes, missing }: Outlines): { places: Drawn[]; height: number } {
  const isEmpty = shapes.features.length === 0;
  const [[left, top], [right, below]] = isEmpty ? NOWHERE : geoPath(geoIdentity().reflectY(true)).bounds(shapes);
  const scale = (WIDTH - 2 * MARGIN) / (right - left);
  const projection = geoIdentity()
    .reflectY(true)
    .scale(scale)
    .translate([MARGIN - left * scale, MARGIN - top * scale]);
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
  const tiles = missing.map(({ code }, index): Drawn => {
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
  const rows = Math.ceil(missing.length / TILES_A_ROW);
  return { places: [...areas, ...tiles], height: bottom + (rows > 0 ? GAP + rows * (TILE_HEIGHT + GAP) : 0) };
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
