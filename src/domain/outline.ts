/**
 * An area's border in millionths of a degree: polygons of rings (the first is the outer one, the others are holes), each
 * ring `x, y, x, y, …` east and north, without its first point again at its end. Whole numbers in flat lists are small in
 * memory and exact in JSON.
 */
export type Outline = number[][][];

export type Box = { west: number; south: number; east: number; north: number };

export const PER_DEGREE = 1_000_000;

/**
 * No border of an outline is farther than this from the one that it was made of. Where a point is farther from the outline
 * than that, the original says the same of it.
 */
export const OUTLINE_ERROR_METERS = 50;

/**
 * A unit north to south, in metres. From east to west it is as long on the equator and 0.4 % less at 5° south, Kenya's
 * end: what is measured as if all were on the equator errs to the safe side, too far.
 */
export const METERS_PER_UNIT = 6_371_008.8 * (Math.PI / 180 / PER_DEGREE);

/** Null where there is no area at all. */
export function boxOf(outline: Outline): Box | null {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const ring of outline.flat()) {
    for (let i = 0; i < ring.length; i += 2) {
      box.west = Math.min(box.west, ring[i]!);
      box.east = Math.max(box.east, ring[i]!);
      box.south = Math.min(box.south, ring[i + 1]!);
      box.north = Math.max(box.north, ring[i + 1]!);
    }
  }
  return box.west > box.east ? null : box;
}

/** How far it is from the point to the border, in metres: below zero inside. */
export function metersOutside(outline: Outline, x: number, y: number): number {
  let squared = Number.POSITIVE_INFINITY;
  let inside = false;
  for (const rings of outline) {
    let odd = false;
    for (const ring of rings) {
      let [fromX, fromY] = [ring.at(-2)!, ring.at(-1)!];
      for (let i = 0; i < ring.length; i += 2) {
        const [toX, toY] = [ring[i]!, ring[i + 1]!];
        // A ray to the east crosses this side. Each ring counts, so that a hole is outside.
        if (fromY > y !== toY > y && x < fromX + ((y - fromY) / (toY - fromY)) * (toX - fromX)) odd = !odd;
        squared = Math.min(squared, squaredDistance(x, y, fromX, fromY, toX, toY));
        [fromX, fromY] = [toX, toY];
      }
    }
    // By the polygon: where two of them overlap, a point is in both, and not in none.
    inside ||= odd;
  }
  return Math.sqrt(squared) * METERS_PER_UNIT * (inside ? -1 : 1);
}

/** To the nearest point of the side. */
function squaredDistance(x: number, y: number, fromX: number, fromY: number, toX: number, toY: number): number {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const length = alongX * alongX + alongY * alongY;
  const part = length === 0 ? 0 : ((x - fromX) * alongX + (y - fromY) * alongY) / length;
  const on = Math.min(1, Math.max(0, part));
  return (x - fromX - on * alongX) ** 2 + (y - fromY - on * alongY) ** 2;
}
