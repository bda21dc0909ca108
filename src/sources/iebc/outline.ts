import simplify from 'simplify-js';
import { METERS_PER_UNIT, OUTLINE_ERROR_METERS, type Outline, PER_DEGREE } from '../../domain/outline.ts';
import type { BoundaryPolygons } from './decode.ts';

// What rounding to a unit moves a corner by is less than a metre.
const TOLERANCE = (OUTLINE_ERROR_METERS - 1) / METERS_PER_UNIT;

/** A triangle, and its first point again. */
const LEAST = 4;

type Point = { x: number; y: number };

/**
 * The corners that matter. Douglas and Peucker's way, because it bounds the error: each corner that it leaves out lies
 * within the tolerance of the side that takes its place, so that all between the two does. It does not keep neighbours'
 * borders the same, and may make a border cross itself; neither matters to who asks on which side of it a point farther
 * away is.
 */
export function outlineOf(polygons: BoundaryPolygons): Outline {
  return polygons.map((rings) => rings.map(simplified));
}

function simplified(ring: readonly (readonly [number, number])[]): number[] {
  const points = ring.map(([x, y]): Point => ({ x: Math.round(x * PER_DEGREE), y: Math.round(y * PER_DEGREE) }));
  const fewer = simplify(points, TOLERANCE, true);
  // An island that is all within the tolerance would be gone: it stays as it is.
  const kept = fewer.length < LEAST ? points : fewer;
  return kept.slice(0, -1).flatMap(({ x, y }) => [x, y]);
}
