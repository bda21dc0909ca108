import { feature, mesh } from 'topojson-client';
import { expect, it } from 'vitest';
import type { Outline } from '../../src/domain/outline.ts';
import type { District } from '../../src/domain/places.ts';
import { drawn } from '../../src/services/places/map-drawing.ts';
import { random } from '../support/random.ts';

type Point = readonly [x: number, y: number];

const SIDE = 7;
/** In millionths of a degree. */
const CELL = 1_000_000;
const BENDS = 9;

/** A border that winds more the closer one looks, the same from either side; straight where it is the country's own. */
function border(from: Point, to: Point, isOuter: boolean): Point[] {
  const isBackwards = from[0] > to[0] || from[1] > to[1];
  let points: Point[] = isBackwards ? [to, from] : [from, to];
  const chance = random(points[0]![0] * 31 + points[0]![1] * 17 + points[1]![0] * 7 + points[1]![1]);
  for (let bend = 0, width = isOuter ? 0 : 0.25; bend < BENDS; bend++, width /= 2) {
    points = points.flatMap((point, index): Point[] => {
      const next = points[index + 1];
      if (!next) return [point];
      const middle = (axis: 0 | 1) => (point[axis] + next[axis]) / 2 + (chance() - 0.5) * width;
      return [point, [middle(0), middle(1)]];
    });
  }
  return isBackwards ? points.reverse() : points;
}

function cell(x: number, y: number): Outline {
  const corners: Point[] = [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1],
  ];
  const outer = [y === 0, x === SIDE - 1, y === SIDE - 1, x === 0];
  const ring = corners.flatMap((corner, side) => border(corner, corners[(side + 1) % 4]!, outer[side]!).slice(0, -1));
  return [[ring.flatMap((point) => point.map((value) => Math.round((value * CELL) / 100) * 100))]];
}

const cells = Array.from({ length: SIDE * SIDE }, (_, index) => [index % SIDE, Math.floor(index / SIDE)] as const);
const places = cells.map(
  (_, index): District => ({
    ...{ kind: 'County', code: `C${index}`, name: `COUNTY ${index}`, number: index, registeredVoters: 1 },
    center: { latitude: 1, longitude: 37 },
  }),
);

it('a country of fifty thousand corners becomes a file below 60 kB in which neighbours leave no gap', () => {
  const shapes = cells.map(([x, y]) => cell(x, y));
  expect(shapes.flat(2).reduce((sum, { length }) => sum + length / 2, 0)).toBeGreaterThan(50_000);
  const { text, missing } = drawn({ level: 'county', places, shapes });
  expect(missing).toBe(0);
  expect(text.length).toBeLessThanOrEqual(60_000);
  // But not far below: what is left out is no more than has to be.
  expect(text.length).toBeGreaterThan(40_000);
  const map = JSON.parse(text);
  expect(map.missing).toEqual([]);
  expect(map.objects.places.geometries).toHaveLength(places.length);
  // What belongs to one county alone is the country's own border, and nothing within.
  const outline = mesh(map, map.objects.places, (a, b) => a === b);
  for (const [x, y] of outline.coordinates.flat()) {
    expect(Math.min(x!, y!, SIDE - x!, SIDE - y!)).toBeLessThan(0.001);
  }
});

it('a place that is too small for the map, or has no boundary, is named as missing', () => {
  const shapes = cells.map(([x, y], index) => (index === 3 ? null : index === 4 ? [] : cell(x, y)));
  const map = JSON.parse(drawn({ level: 'county', places, shapes }).text);
  expect(map.missing).toEqual(
    [3, 4].map((index) => ({
      code: `C${index}`,
      name: `COUNTY ${index}`,
      center: { latitude: 1, longitude: 37 },
    })),
  );
  // biome-ignore lint/suspicious/noExplicitAny: the shape of the file
  expect((feature(map, map.objects.places) as any).features).toHaveLength(places.length - 2);
});
