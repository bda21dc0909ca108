import { type Cell, divideLand, type Land, leftOf } from './land.ts';
import type { Atlas, Place } from './places.ts';
import { degrees } from './random.ts';

const lands = new WeakMap<Atlas, Land>();

/** A made-up outline. Properties are named as in the recorded ward boundaries. */
export function boundaryOf(atlas: Atlas, place: Place): string {
  const county = atlas.county[place.county - 1]!;
  const constituency = atlas.constituency[place.constituency - 1];
  const properties = {
    OBJECTID: place.number,
    COUNTY_NAM: county.name,
    COUNTY_COD: county.number,
    ...(constituency && { CONSTITUEN: constituency.name, CONST_CODE: constituency.number }),
    ...(place.level === 'ward' && { COUNTY_A_1: place.name, COUNTY_ASS: place.number }),
  };
  const land = lands.get(atlas) ?? divideLand(atlas);
  lands.set(atlas, land);
  const cell = land[place.level][place.number - 1]!;
  const feature = (id: number, geometry: object): object => ({ type: 'Feature', id, properties, geometry });

  return JSON.stringify({ type: 'FeatureCollection', features: features() });

  function features(): object[] {
    if (place.level !== 'ward') return [feature(0, { type: 'Polygon', coordinates: [ring(cell)] })];
    // sources/iebc/WIRE.md: some files hold no feature, some two.
    if (place.number === 5) return [];
    const parts = place.number === 12 || place.number % 9 === 4 ? halves(cell) : [cell];
    if (place.number === 12)
      return parts.map((part, id) => feature(id, { type: 'Polygon', coordinates: [ring(part)] }));
    if (parts.length === 1) return [feature(0, { type: 'Polygon', coordinates: [ring(cell)] })];
    return [feature(0, { type: 'MultiPolygon', coordinates: parts.map((part) => [ring(part)]) })];
  }
}

const ring = (cell: Cell): number[][] => [...cell, cell[0]!].map(([lon, lat]) => [degrees(lon), degrees(lat)]);

/** West and east of the middle of its corners. */
function halves(cell: Cell): Cell[] {
  const middle = cell.reduce((sum, [lon]) => sum + lon, 0) / cell.length;
  return [leftOf(cell, [middle, 0], [0, 1]), leftOf(cell, [middle, 0], [0, -1])];
}
