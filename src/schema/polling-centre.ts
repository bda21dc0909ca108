import type { District, PollingCentre } from '../domain/places.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { NEARBY_COST, nearbyArgs, parseNearby } from './nearby.ts';
import { ConstituencyRef, CountyRef, PlaceRef, PollingCentreRef, PollingStationRef, WardRef } from './refs.ts';
import { CoordinatesRef } from './reporting-unit.ts';
import { UNCHANGING } from './unchanging.ts';

/** Of the recordings of 2013: the most of one centre, and of all together what a list of stations may hold. */
const STREAMS = { each: 30, all: 50_000 };

builder.node(PollingCentreRef, {
  id: { resolve: ({ ward, code }) => `${ward}/${code}` },
  interfaces: [PlaceRef],
  description:
    'A school, hall or other building with all its streams: the polling stations of one ward whose names are the same but for the `/01`, `/02` at the end, whatever the case and the blanks. The source knows streams only, and counts by stream. Schools of one name in two wards are two centres. Its id stays when a stream comes or goes, and changes with the name.',
  isTypeOf: (value) => (value as PollingCentre).kind === 'PollingCentre',
  loadOne: (key, { centres }) => centres.byKey(key),
  extensions: UNCHANGING,
  fields: (t) => ({
    location: t.expose('location', {
      type: CoordinatesRef,
      nullable: true,
      description:
        'Where it is: the point of the first stream that has one. Null where the source knows none, and where it gives its streams points more than a kilometre apart: then ask the streams.',
    }),
    streams: t.expose('streams', {
      type: [PollingStationRef],
      description: 'Its polling stations, the lowest stream first: at least one, and most centres have no more.',
      extensions: costs(STREAMS),
    }),
    registeredVoters: t.int({
      nullable: true,
      description:
        'Registered voters: the sum of its streams, each a request of its own, taking what the source says of a station for that stream alone (its document does not say otherwise). Null where it says nothing of one of them.',
      extensions: costs({ requests: STREAMS.each }),
      resolve: async ({ streams }, _args, { iebc }) => {
        const lookups = await Promise.all(streams.map(({ code }) => iebc.station.load(code)));
        const voters = lookups.map((found) => found?.facility.registeredVoters ?? null);
        return voters.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0 as number | null);
      },
    }),
    ward: t.field({
      type: WardRef,
      nullable: true,
      description: 'The ward it lies in. Null where the source no longer lists it.',
      extensions: costs({ requests: 1 }),
      resolve: ({ ward }, _args, { places, iebc }) => places.known.district(ward) ?? iebc.ward.load(ward),
    }),
    constituency: t.field({
      type: ConstituencyRef,
      nullable: true,
      description: 'The constituency it lies in. Waits for the index of places.',
      resolve: async ({ streams }, _args, { places, signal }) =>
        (await places.ancestor(streams[0]!, 'constituency', signal)) as District | null,
    }),
    county: t.field({
      type: CountyRef,
      nullable: true,
      description: 'The county it lies in. Waits for the index of places.',
      resolve: async ({ streams }, _args, { places, signal }) =>
        (await places.ancestor(streams[0]!, 'county', signal)) as District | null,
    }),
  }),
});

const NearbyCentreRef = builder
  .objectRef<{ centre: PollingCentre; distanceMeters: number }>('NearbyPollingCentre')
  .implement({
    description: 'A polling centre and how far it is.',
    fields: (t) => ({
      centre: t.expose('centre', { type: PollingCentreRef, description: 'The centre.' }),
      distanceMeters: t.exposeInt('distanceMeters', {
        description: 'Great-circle distance in metres; of streams with points of their own, that of the nearest.',
      }),
    }),
  });

builder.queryField('nearbyPollingCentres', (t) =>
  t.field({
    type: [NearbyCentreRef],
    nullable: true,
    description:
      'The polling centres nearest to a point, nearest first, each once however many streams it has. Empty where the source gives no locations. Waits for the index of places, and knows no centres of wards that have not told their stations (`placesIndex` of `sources`).',
    args: nearbyArgs,
    extensions: NEARBY_COST,
    resolve: (_root, args, { places, signal }) => places.nearbyCentres(...parseNearby(args), signal),
  }),
);
