import { badInput } from '../domain/errors.ts';
import type { Coordinates } from '../domain/places.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { MAX_FIRST, type PageArgs, parseFirst, sizeOf } from './pagination.ts';

const CoordinatesInput = builder.inputType('CoordinatesInput', {
  description: 'A point in WGS 84.',
  fields: (t) => ({
    latitude: t.float({ required: true, description: 'Degrees, north positive, -90 to 90.' }),
    longitude: t.float({ required: true, description: 'Degrees, east positive, -180 to 180.' }),
  }),
});

const WORK_OF_NEARBY = 50;
const MAX_WITHIN_METERS = 100_000;
const DEFAULT_WITHIN_METERS = 10_000;

/** Of every field that finds what is nearest to a point. */
export const nearbyArgs = builder.args((t) => ({
  near: t.field({ type: CoordinatesInput, required: true, description: 'The point.' }),
  withinMeters: t.int({
    defaultValue: DEFAULT_WITHIN_METERS,
    description: `No farther than this, 1 to ${MAX_WITHIN_METERS} metres.`,
  }),
  first: t.int({ defaultValue: 10, description: `How many at most, 1 to ${MAX_FIRST}.` }),
}));

export const NEARBY_COST = costs((args: PageArgs) => ({ work: WORK_OF_NEARBY, each: sizeOf(args) }));

type NearbyArgs = { near: Coordinates; withinMeters?: number | null | undefined; first?: number | null | undefined };

/** The point, how far and how many. Throws BAD_USER_INPUT. */
export function parseNearby({ near, withinMeters, first }: NearbyArgs): [Coordinates, number, number] {
  if (Math.abs(near.latitude) > 90) throw badInput('near.latitude', 'must be from -90 to 90.');
  if (Math.abs(near.longitude) > 180) throw badInput('near.longitude', 'must be from -180 to 180.');
  const within = withinMeters ?? DEFAULT_WITHIN_METERS;
  if (within < 1 || within > MAX_WITHIN_METERS)
    throw badInput('withinMeters', `must be from 1 to ${MAX_WITHIN_METERS}.`);
  return [near, within, parseFirst(first, MAX_FIRST, 10)];
}
