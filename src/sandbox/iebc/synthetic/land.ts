import type { District } from '../contract.ts';
import type { Atlas, Place } from './places.ts';
import { hash, mix, unit } from './random.ts';

export type Point = readonly [lon: number, lat: number];
/** Convex, counterclockwise, without its first corner again at its end. */
export type Cell = readonly Point[];

/** Roughly Kenya, bulging where the real one does not. */
const LAND: Cell = [
  [33.9, -1.2],
  [39.2, -4.75],
  [41.6, -1.65],
  [41.9, 3.98],
  [36, 5],
  [34, 4.3],
];

export type Land = Record<District, readonly Cell[]>;

/**
 * Who owns what, by number from 1: all land is some county's, all of a county some constituency's, all of that some ward's.
 * Each has what is nearer to its centre than to its siblings'.
 */
export function divideLand(atlas: Atlas): Land {
  const county = divide(LAND, atlas.county);
  const constituency = county.flatMap((cell, index) =>
    divide(
      cell,
      atlas.constituency.filter((place) => place.county === index + 1),
    ),
  );
  const ward = constituency.flatMap((cell, index) =>
    divide(
      cell,
      atlas.ward.filter((place) => place.constituency === index + 1),
    ),
  );
  return { county, constituency, ward };
}

/** What is left of the line through `on`, seen towards `along`. */
export function leftOf(cell: Cell, on: Point, along: Point): Cell {
  const side = ([x, y]: Point) => along[0] * (y - on[1]) - along[1] * (x - on[0]);
  return cell.flatMap((to, index) => {
    const from = cell.at(index - 1)!;
    const [before, after] = [side(from), side(to)];
    if (before < 0 === after < 0) return after < 0 ? [] : [to];
    const part = before / (before - after);
    const crossing: Point = [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
    return after < 0 ? [crossing] : [crossing, to];
  });
}

function divide(cell: Cell, places: readonly Place[]): Cell[] {
  const sites = places.map((place) => siteOf(cell, place));
  return sites.map((own) =>
    sites.reduce((left, other) => {
      if (other === own) return left;
      const middle: Point = [(own[0] + other[0]) / 2, (own[1] + other[1]) / 2];
      return leftOf(left, middle, [own[1] - other[1], other[0] - own[0]]);
    }, cell),
  );
}

/** Its centre, or where that is in the land of others, a place of its own: a made-up one near a corner or the middle. */
function siteOf(cell: Cell, { center: { lon, lat }, code }: Place): Point {
  const isInside = cell.every(([x, y], index) => {
    const [fromX, fromY] = cell.at(index - 1)!;
    return (x - fromX) * (lat - fromY) - (y - fromY) * (lon - fromX) > 0;
  });
  if (isInside) return [lon, lat];
  const weights = cell.map((_, corner) => unit(mix(hash(code), corner)));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (axis: 0 | 1) => cell.reduce((sum, point, corner) => sum + (point[axis] * weights[corner]!) / all, 0);
  return [mean(0), mean(1)];
}
