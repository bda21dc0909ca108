import { codeKey } from '../domain/codes.ts';
import { badInput } from '../domain/errors.ts';
import { after } from '../domain/maybe.ts';
import { type District, type PollingStation, type PollingStationFacility, streamOf } from '../domain/places.ts';
import { codeArg, DISTRICT_LOOKUPS, electionArg, parseCodeArg, parseDistrict, parseElection } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { connectionFrom, MAX_FIRST, type PageArgs, pageArgs, parseFirst, parsePage, sizeOf } from './pagination.ts';
import { PostRef } from './post.ts';
import {
  ConstituencyRef,
  CountyRef,
  PollingStationConnection,
  PollingStationRef,
  ReportingUnitRef,
  WardRef,
} from './refs.ts';
import { CoordinatesRef, REGISTERED_VOTERS } from './reporting-unit.ts';
import { UNCHANGING } from './unchanging.ts';

export const FacilityRef = builder.objectRef<PollingStationFacility>('PollingStationFacility').implement({
  description:
    "What the single-station lookup says of a station and its building, in the source's own words. The source often knows nothing: then null.",
  fields: (t) => ({
    facilityType: t.exposeString('facilityType', {
      nullable: true,
      description: 'The kind of building, such as a school.',
    }),
    streams: t.exposeInt('streams', { nullable: true, description: 'How many streams vote here.' }),
    registeredVoters: t.exposeInt('registeredVoters', { nullable: true, description: 'Registered voters.' }),
    registeredWomen: t.exposeInt('registeredWomen', {
      nullable: true,
      description: 'Registered voters who are women.',
    }),
    registeredMen: t.exposeInt('registeredMen', { nullable: true, description: 'Registered voters who are men.' }),
    electricity: t.exposeString('electricity', { nullable: true, description: 'Whether there is electricity.' }),
    networks: t.exposeString('networks', { nullable: true, description: 'Mobile networks with coverage.' }),
    accessibility: t.exposeString('accessibility', { nullable: true, description: 'How it can be reached.' }),
    disability: t.exposeString('disability', { nullable: true, description: 'Access for people with disabilities.' }),
  }),
});

builder.node(PollingStationRef, {
  id: { resolve: ({ code }) => code },
  interfaces: [ReportingUnitRef],
  description: 'A polling station, or one stream of a divided one.',
  isTypeOf: (value) => (value as PollingStation).kind === 'PollingStation',
  loadOne: (code, { iebc }) => after(iebc.station.load(code), (found) => found?.station ?? null),
  extensions: UNCHANGING,
  fields: (t) => ({
    registeredVoters: t.int({
      ...REGISTERED_VOTERS,
      extensions: costs({ requests: 1 }),
      resolve: ({ code }, _args, { iebc }) =>
        after(iebc.station.load(code), (found) => found?.facility.registeredVoters ?? null),
    }),
    stream: t.int({
      nullable: true,
      description: 'Which stream of its station it is: 1 for a name that ends in "/01". Null where the name says none.',
      resolve: ({ name }) => streamOf(name),
    }),
    location: t.expose('location', {
      type: CoordinatesRef,
      nullable: true,
      description: 'Where it is. Null where the source does not know.',
    }),
    ward: t.field({
      type: WardRef,
      nullable: true,
      description: 'The ward it lies in. Waits for the index of places.',
      resolve: async (station, _args, { places, signal }) => (await places.parent(station, signal)) as District | null,
    }),
    constituency: t.field({
      type: ConstituencyRef,
      nullable: true,
      description: 'The constituency it lies in. Waits for the index of places.',
      resolve: async (station, _args, { places, signal }) =>
        (await places.ancestor(station, 'constituency', signal)) as District | null,
    }),
    county: t.field({
      type: CountyRef,
      nullable: true,
      description: 'The county it lies in. Waits for the index of places.',
      resolve: async (station, _args, { places, signal }) =>
        (await places.ancestor(station, 'county', signal)) as District | null,
    }),
    facility: t.field({
      type: FacilityRef,
      nullable: true,
      description: 'Facts about the building: a request of its own. Null where the source does not list the station.',
      extensions: costs({ requests: 1 }),
      resolve: ({ code }, _args, { iebc }) => after(iebc.station.load(code), (found) => found?.facility ?? null),
    }),
  }),
});

const NearbyRef = builder
  .objectRef<{ station: PollingStation; distanceMeters: number }>('NearbyPollingStation')
  .implement({
    description: 'A polling station and how far it is.',
    fields: (t) => ({
      station: t.expose('station', { type: PollingStationRef, description: 'The station.' }),
      distanceMeters: t.exposeInt('distanceMeters', { description: 'Great-circle distance in metres.' }),
    }),
  });

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

builder.queryFields((t) => ({
  pollingStation: t.field({
    type: PollingStationRef,
    nullable: true,
    description: 'One polling station; null when there is none of this code.',
    args: codeArg,
    extensions: costs({ requests: 1 }),
    resolve: (_root, args, { iebc }) => after(iebc.station.load(parseCodeArg(args)), (found) => found?.station ?? null),
  }),
  nearbyPollingStations: t.field({
    type: [NearbyRef],
    nullable: true,
    description:
      'The polling stations nearest to a point, nearest first. Empty where the source gives no locations. Waits for the index of places.',
    args: {
      near: t.arg({ type: CoordinatesInput, required: true, description: 'The point.' }),
      withinMeters: t.arg.int({
        defaultValue: DEFAULT_WITHIN_METERS,
        description: `No farther than this, 1 to ${MAX_WITHIN_METERS} metres.`,
      }),
      first: t.arg.int({ defaultValue: 10, description: `How many at most, 1 to ${MAX_FIRST}.` }),
    },
    extensions: costs((args: PageArgs) => ({ work: WORK_OF_NEARBY, each: sizeOf(args) })),
    resolve: (_root, { near, withinMeters, first }, { places, signal }) => {
      if (Math.abs(near.latitude) > 90) throw badInput('near.latitude', 'must be from -90 to 90.');
      if (Math.abs(near.longitude) > 180) throw badInput('near.longitude', 'must be from -180 to 180.');
      const within = withinMeters ?? DEFAULT_WITHIN_METERS;
      if (within < 1 || within > MAX_WITHIN_METERS)
        throw badInput('withinMeters', `must be from 1 to ${MAX_WITHIN_METERS}.`);
      return places.nearby(near, within, parseFirst(first, MAX_FIRST, 10), signal);
    },
  }),
  reportingStations: t.field({
    type: PollingStationConnection,
    nullable: true,
    description:
      'The polling stations whose results the source has. Waits for the index of places, which knows their names.',
    args: {
      ...electionArg,
      post: t.arg({ type: PostRef, description: 'That have reported this post. Default: any.' }),
      district: t.arg.id({
        description: 'Only in this county, constituency or ward: its global id or its code. Default: everywhere.',
      }),
      ...pageArgs,
    },
    // While the index of places is not there, or lacks one, each station is a request.
    extensions: costs((args: PageArgs) => ({ requests: 1 + DISTRICT_LOOKUPS + sizeOf(args), page: sizeOf(args) })),
    resolve: async (_root, { election, post, district, ...page }, ctx) => {
      parsePage(page);
      const code = parseElection(election, ctx);
      const within = await parseDistrict('district', district, ctx);
      const filters = { ...(post && { post }), ...(within && { district: within.code }) };
      const { value: codes } = await ctx.iebc.reporting(code, filters);
      const { edges, ...connection } = connectionFrom(codes, page, codeKey);
      const known = await Promise.all(edges.map(({ node }) => ctx.places.station(node, ctx.signal)));
      const named = await Promise.all(
        known.map(async (station, i) => station ?? (await ctx.iebc.station.load(edges[i]!.node))?.station),
      );
      // A code that the source itself does not know is not a station; it stays counted in totalCount.
      return { ...connection, edges: edges.flatMap(({ cursor }, i) => (named[i] ? [{ cursor, node: named[i] }] : [])) };
    },
  }),
}));
