import { codeKey } from '../domain/codes.ts';
import type { Voter, VotersStation } from '../domain/elections.ts';
import { after } from '../domain/maybe.ts';
import { type District, type PollingStation, streamOf } from '../domain/places.ts';
import { codeArg, DISTRICT_LOOKUPS, electionArg, parseCodeArg, parseDistrict, parseElection } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { NEARBY_COST, nearbyArgs, parseNearby } from './nearby.ts';
import { connectionFrom, type PageArgs, pageArgs, parsePage, sizeOf } from './pagination.ts';
import { PostRef } from './post.ts';
import {
  ConstituencyRef,
  CountyRef,
  PlaceRef,
  PollingCentreRef,
  PollingStationConnection,
  PollingStationRef,
  ReportingUnitRef,
  WardRef,
} from './refs.ts';
import { CoordinatesRef, REGISTERED_VOTERS } from './reporting-unit.ts';
import { UNCHANGING } from './unchanging.ts';

/** Of a station that is known, or of where a voter votes. */
type Facility = VotersStation & ({ of: PollingStation } | { voter: Voter });

export const FacilityRef = builder.objectRef<Facility>('PollingStationFacility').implement({
  description:
    "What the single-station lookup says of a station and its building, or the register of where a voter votes, in the source's own words. The source often knows nothing: then null.",
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: true,
      description:
        "The station's name as the source spells it. Of a voter's the document shows none: null unless the register gives it.",
    }),
    point: t.expose('point', {
      type: CoordinatesRef,
      nullable: true,
      description:
        "Where it is. Of a voter's the form is not documented: null where the register gives none, and where it cannot be understood (`pointAsReported`).",
    }),
    pointAsReported: t.exposeString('pointAsReported', {
      nullable: true,
      description:
        "A voter's point as the register wrote it, at most 200 characters. Null where it gives none, and for the facility of a station.",
    }),
    station: t.field({
      type: PollingStationRef,
      nullable: true,
      description:
        "The station itself. A voter's is looked for in the voter's ward, by its name or else by its point: null where that is not just one, as in a centre of several streams unless the name says which. Waits for the index of places.",
      extensions: costs({ requests: 1 }),
      resolve: (facility, _args, ctx) => ('of' in facility ? facility.of : ctx.registered.station(facility.voter)),
    }),
    centre: t.field({
      type: PollingCentreRef,
      nullable: true,
      description:
        "The polling centre, with all its streams. A voter's is looked for in the voter's ward, by its name or else by its point (a centre that alone lies within 10 metres of it, or within 100): null where that is not just one, or where name and point contradict each other. Waits for the index of places.",
      extensions: costs({ requests: 1 }),
      resolve: (facility, _args, ctx) =>
        'of' in facility ? ctx.centres.ofStation(facility.of) : ctx.registered.centre(facility.voter),
    }),
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

const shownOf = ({ name, location }: PollingStation) => ({ name, point: location, pointAsReported: null });

builder.node(PollingStationRef, {
  id: { resolve: ({ code }) => code },
  interfaces: [ReportingUnitRef, PlaceRef],
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
    centre: t.field({
      type: PollingCentreRef,
      nullable: true,
      description:
        'The polling centre whose stream it is. Null where the source does not list the station in a ward. Waits for the index of places.',
      resolve: (station, _args, { centres }) => centres.ofStation(station),
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
      resolve: ({ code }, _args, { iebc }) =>
        after(
          iebc.station.load(code),
          (found) => found && { ...found.facility, ...shownOf(found.station), of: found.station },
        ),
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
    args: nearbyArgs,
    extensions: NEARBY_COST,
    resolve: (_root, args, { places, signal }) => places.nearby(...parseNearby(args), signal),
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
