import type { Feature, MultiPolygon } from 'geojson';
import { quantize } from 'topojson-client';
import { topology } from 'topojson-server';
import { filter, filterWeight, presimplify, quantile, simplify } from 'topojson-simplify';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { type Outline, PER_DEGREE } from '../../domain/outline.ts';
import type { Coordinates, District, DistrictLevel } from '../../domain/places.ts';

export type Drawing = {
  level: DistrictLevel;
  places: readonly District[];
  /** By place, in the same order; null where the source has no boundary. */
  shapes: readonly (Outline | null)[];
};

export type Drawn = { text: string; missing: number };

type Place = { code: string; name: string };
/** A place that nobody can draw. */
type Missing = Place & { center: Coordinates | null };
type PlacesMap = Topology<{ places: GeometryCollection<Place> }>;

/** Before it is compressed: what a browser on a poor line reads at once. */
const MAX_BYTES: Record<DistrictLevel, number> = { county: 60_000, constituency: 150_000, ward: 60_000 };
/** Of a corner in a file. */
const BYTES_A_CORNER = 11;
/** Where a border is all crossings, leaving out corners helps no more. */
const FEWEST_CORNERS = 300;
/** Steps from one side of the map to the other: finer than the pixels of a screen. */
const STEPS = 10_000;

/**
 * Neighbours share their borders, and the corners that make the smallest triangles are left out (Visvalingam and Whyatt),
 * as many as it takes for the file to be small enough.
 */
export function drawn({ level, places, shapes }: Drawing): Drawn {
  const features = places.flatMap(({ code, name }, index): Feature<MultiPolygon, Place>[] => {
    const shape = shapes[index];
    return shape ? [{ type: 'Feature', properties: { code, name }, geometry: geometryOf(shape) }] : [];
  });
  if (features.length === 0) return written(NOTHING, places);

  const whole = topology({ places: { type: 'FeatureCollection', features } as never }) as PlacesMap;
  const weighed = presimplify(whole);
  const corners = weighed.arcs.reduce((sum, arc) => sum + arc.length, 0);
  for (let kept = MAX_BYTES[level] / BYTES_A_CORNER; ; kept *= 0.8) {
    const least = corners > kept ? quantile(weighed, kept / corners) : 0;
    const fewer = simplify(weighed, least);
    const map = quantize(filter(fewer, filterWeight(fewer)) as PlacesMap, STEPS);
    const file = written(map, places);
    if (file.text.length <= MAX_BYTES[level] || kept < FEWEST_CORNERS) return file;
  }
}

const NOTHING: PlacesMap = {
  type: 'Topology',
  arcs: [],
  objects: { places: { type: 'GeometryCollection', geometries: [] } },
};

function written(map: PlacesMap, places: readonly District[]): Drawn {
  const found = new Set(map.objects.places.geometries.map(({ properties }) => (properties as Place | undefined)?.code));
  const missing: Missing[] = places
    .filter(({ code }) => !found.has(code))
    .map(({ code, name, center }) => ({ code, name, center }));
  return { text: JSON.stringify({ ...map, missing }), missing: missing.length };
}

function geometryOf(shape: Outline): MultiPolygon {
  const ringOf = (flat: number[]) => {
    const points: [number, number][] = [];
    for (let i = 0; i < flat.length; i += 2) points.push([flat[i]! / PER_DEGREE, flat[i + 1]! / PER_DEGREE]);
    points.push(points[0]!);
    return points;
  };
  return { type: 'MultiPolygon', coordinates: shape.map((rings) => rings.map(ringOf)) };
}
