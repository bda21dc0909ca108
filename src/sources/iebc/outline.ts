import simplify from 'simplify-js';
import { METERS_PER_UNIT, OUTLINE_ERROR_METERS, type Outline, PER_DEGREE } from '../../domain/outline.ts';
import type { BoundaryPolygons } from './decode.ts';

// What rounding to a unit moves a corner by is less than a metre.
const TOLERANCE = (OUTLINE_ERROR_METERS - 1) / METERS_PER_UNIT;

/** A triangle, and its first point again. */
const LEAST = 4;
const LEAST_IN_FLAT = 6;

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

/** In millionths of a degree: eleven metres, a pixel of a map that shows a few kilometres. */
const GRID = 100;

/**
 * All corners, each on the nearest crossing of a grid: corners that neighbours share stay shared, so that whoever draws
 * both can leave out the same ones of either. What is smaller than the grid is gone.
 */
export function shapeOf(polygons: BoundaryPolygons): Outline | null {
  const shape = polygons.map((rings) => rings.map(gridded).filter((ring) => ring.length >= LEAST_IN_FLAT));
  const withArea = shape.filter(([outer]) => outer);
  return withArea.length > 0 ? withArea : null;
}

function gridded(ring: readonly (readonly [number, number])[]): number[] {
  const flat: number[] = [];
  for (const [longitude, latitude] of ring) {
    const x = Math.round((longitude * PER_DEGREE) / GRID) * GRID;
    const y = Math.round((latitude * PER_DEGREE) / GRID) * GRID;
    if (x !== flat.at(-2) || y !== flat.at(-1)) flat.push(x, y);
  }
  // The first point again.
  return flat.slice(0, -2);
}

function simplified(ring: readonly (readonly [number, number])[]): number[] {
  const points = ring.map(([x, y]): Point => ({ x: Math.round(x * PER_DEGREE), y: Math.round(y * PER_DEGREE) }));
  const fewer = simplify(points, TOLERANCE, true);
  // An island that is all within the tolerance would be gone: it stays as it is.
  const kept = fewer.length < LEAST ? points : fewer;
  return kept.slice(0, -1).flatMap(({ x, y }) => [x, y]);
}
