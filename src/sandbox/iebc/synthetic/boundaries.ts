import type { Atlas, Place } from './places.ts';
import { degrees, hash, mix, unit } from './random.ts';

const REACH = { county: 0.3, constituency: 0.1, ward: 0.03 };
const CORNERS = 9;

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
  const h = mix(hash(place.code), place.number);
  const { lat, lon } = place.center.lat === 0 ? (constituency ?? county).center : place.center;
  const ring = (part: number, shift: number): number[][] => {
    const corners = Array.from({ length: CORNERS }, (_, corner) => {
      const turn = (2 * Math.PI * corner) / CORNERS;
      const reach = REACH[place.level] * (0.6 + 0.4 * unit(mix(mix(h, part), corner)));
      return [degrees(lon + shift + reach * Math.cos(turn)), degrees(lat + reach * Math.sin(turn))];
    });
    return [...corners, corners[0]!];
  };
  const polygon = { type: 'Polygon', coordinates: [ring(0, 0)] };
  const islands = { type: 'MultiPolygon', coordinates: [[ring(0, 0)], [ring(1, 2.5 * REACH[place.level])]] };
  const feature = (id: number, geometry: object): object => ({ type: 'Feature', id, properties, geometry });

  return JSON.stringify({ type: 'FeatureCollection', features: features() });

  function features(): object[] {
    // sources/iebc/WIRE.md: some files hold no feature, some two.
    if (place.level === 'ward' && place.number === 5) return [];
    if (place.level === 'ward' && place.number === 12) {
      return [feature(0, polygon), feature(1, { type: 'Polygon', coordinates: [ring(1, 2.5 * REACH.ward)] })];
    }
    return [feature(0, place.number % 9 === 4 ? islands : polygon)];
  }
}
