import type { Context } from '../context.ts';
import { badInput } from '../domain/errors.ts';
import { OUTLINE_ERROR_METERS } from '../domain/outline.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { WardRef } from './refs.ts';

/** Below a tenth of a millisecond. */
const WORK = 10;

type WardAt = NonNullable<Awaited<ReturnType<Context['boundaries']['wardAt']>>>;

const WardAtRef = builder.objectRef<WardAt>('WardAt').implement({
  description:
    "The ward in which a point lies, as far as simplified boundaries tell. They are the source's own, drawn with fewer corners.",
  fields: (t) => ({
    ward: t.expose('ward', {
      type: WardRef,
      description: 'The ward that holds the point, or whose border is nearest to it where `isCertain` is false.',
    }),
    isCertain: t.exposeBoolean('isCertain', {
      description:
        "True where the source's own boundary says the same. False where a border is within `errorMeters`: the point may then lie in `nextNearest`, or, where that is null, in no ward.",
    }),
    nextNearest: t.expose('nextNearest', {
      type: WardRef,
      nullable: true,
      description:
        'The next ward that may hold the point: its border is within `errorMeters`, or the source has its boundary overlap. Null where there is none.',
    }),
    errorMeters: t.int({
      description: "How far in metres a simplified border lies from the source's own at the most.",
      resolve: () => OUTLINE_ERROR_METERS,
    }),
  }),
});

builder.queryField('wardAt', (t) =>
  t.field({
    type: WardAtRef,
    nullable: true,
    description:
      'The ward at a point. Null where no known boundary is: outside of all wards, or in a ward of which the source has no boundary (`sources { boundariesIndex { wardsWithoutBoundary } }`). An error, and never null, while boundaries that could decide are not known. Waits for the boundaries.',
    args: {
      latitude: t.arg.float({ required: true, description: 'Degrees north of the equator, -90 to 90 (WGS 84).' }),
      longitude: t.arg.float({ required: true, description: 'Degrees east of Greenwich, -180 to 180 (WGS 84).' }),
    },
    extensions: costs({ work: WORK }),
    resolve: (_root, { latitude, longitude }, { boundaries, signal }) => {
      if (Math.abs(latitude) > 90) throw badInput('latitude', 'must be from -90 to 90.');
      if (Math.abs(longitude) > 180) throw badInput('longitude', 'must be from -180 to 180.');
      return boundaries.wardAt({ latitude, longitude }, signal);
    },
  }),
);
