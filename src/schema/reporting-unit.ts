import { after } from '../domain/maybe.ts';
import { type Coordinates, levelOf } from '../domain/places.ts';
import { electionArg, momentArg, parseElection, parseMoment } from './arguments.ts';
import { builder } from './builder.ts';
import { type Cost, costs } from './cost.ts';
import { connectionFrom, PAGE_COST, type PageArgs, pageArgs, parsePage, sizeOf } from './pagination.ts';
import { PostRef } from './post.ts';
import {
  CandidateConnection,
  ContestRef,
  ContestResultRef,
  ElectoralDistrictRef,
  PollingCentreConnection,
  PollingStationConnection,
  ReportingUnitRef,
} from './refs.ts';

/** In 2022 there were 46,229. */
const STATIONS = 50_000;
const POSTS_OF_A_DISTRICT = 6;

export const CoordinatesRef = builder.objectRef<Coordinates>('Coordinates').implement({
  description: 'A point in WGS 84.',
  fields: (t) => ({
    latitude: t.exposeFloat('latitude', { description: 'Degrees, north positive.' }),
    longitude: t.exposeFloat('longitude', { description: 'Degrees, east positive.' }),
  }),
});

/** A district's come with it; the country and a station have to look for theirs. */
export const REGISTERED_VOTERS = {
  nullable: true,
  description:
    'Registered voters. Null where the source does not say. For a polling station this is a request of its own.',
} as const;

/** Of whatever unit it may be. */
const votersCost = (_args: unknown, type: string): Cost => (type === 'ReportingUnit' ? { requests: 1 } : {});

ReportingUnitRef.implement({
  description: 'Whatever counts are reported for: the country, a county, a constituency, a ward, a polling station.',
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: ({ kind }) => kind,
  fields: (t) => ({
    code: t.exposeID('code', {
      description:
        "The source's own code: a GUID in the form in which the source sent it (`KE` for the country). Equal without case.",
    }),
    name: t.exposeString('name', {
      description:
        'The name exactly as the source spells it, double or trailing spaces included. Not unique: ward names repeat.',
    }),
    registeredVoters: t.exposeInt('registeredVoters' as never, { ...REGISTERED_VOTERS, extensions: costs(votersCost) }),
    result: t.field({
      type: ContestResultRef,
      nullable: true,
      description:
        'The result of one post here, at most some seconds old; with `at`, as this gateway knew it at that moment. Null with an error when the source fails.',
      args: {
        post: t.arg({ type: PostRef, required: true, description: 'Whose contest.' }),
        ...electionArg,
        ...momentArg,
      },
      extensions: costs({ requests: 1 }),
      resolve: (unit, { post, election, at }, ctx) => {
        const moment = parseMoment('at', at, ctx);
        const of = parseElection(election, ctx);
        return moment === undefined ? ctx.results.load(unit, post, of) : ctx.results.loadAt(unit, post, of, moment);
      },
    }),
  }),
});

ElectoralDistrictRef.implement({
  description: 'A county, constituency or ward.',
  interfaces: [builder.nodeInterfaceRef(), ReportingUnitRef],
  resolveType: ({ kind }) => kind,
  fields: (t) => ({
    number: t.exposeInt('number', {
      nullable: true,
      description:
        "The IEBC's own number, as in its boundary files (county 30 is Baringo): neither the ISO nor the OCD number. Null where the source names no boundary file.",
    }),
    center: t.expose('center', {
      type: CoordinatesRef,
      nullable: true,
      description: 'A point near the middle. Null where the source says 0,0, as for the diaspora.',
    }),
    boundary: t.field({
      type: 'GeoJSON',
      nullable: true,
      description:
        'The boundary as a FeatureCollection of polygons, fetched only when asked for. It may have no feature or several. Null where the source has no file.',
      // Thousands of coordinates: as much to read and to write as hundreds of objects.
      extensions: costs({ requests: 1, work: 200 }),
      resolve: ({ kind, number }, _args, ctx) =>
        number === null ? null : ctx.iebc.boundary.load({ level: levelOf(kind), number }),
    }),
    contests: t.field({
      type: [ContestRef],
      nullable: true,
      description: 'The contests that the source lists for this district.',
      args: electionArg,
      extensions: costs({ requests: 1, each: POSTS_OF_A_DISTRICT }),
      resolve: (district, { election }, ctx) => {
        const level = levelOf(district.kind);
        const found = ctx.iebc.contests(parseElection(election, ctx), { district: { level, code: district.code } });
        return after(found, (contests) => contests.map((contest) => ({ ...contest, foundIn: district })));
      },
    }),
    candidates: t.field({
      type: CandidateConnection,
      nullable: true,
      description: "Who stands for election here, in the source's order.",
      args: {
        ...electionArg,
        post: t.arg({ type: PostRef, description: 'Only for this post. Default: all.' }),
        ...pageArgs,
      },
      extensions: PAGE_COST,
      resolve: (district, { election, post, ...page }, ctx) => {
        parsePage(page);
        const level = levelOf(district.kind);
        const filters = { district: { level, code: district.code }, ...(post && { post }) };
        const found = ctx.iebc.candidates(parseElection(election, ctx), filters);
        return after(found, (candidates) => connectionFrom(candidates, page, ({ code }) => code));
      },
    }),
    pollingStations: t.field({
      type: PollingStationConnection,
      nullable: true,
      description: 'The polling stations (streams) of this district.',
      args: pageArgs,
      extensions: costs((args: PageArgs) => ({ requests: 1, page: sizeOf(args), all: STATIONS })),
      resolve: ({ kind, code }, page, ctx) => {
        parsePage(page);
        const { iebc } = ctx;
        const loader = {
          County: iebc.stationsByCounty,
          Constituency: iebc.stationsByConstituency,
          Ward: iebc.stationsByWard,
        }[kind];
        return after(loader.load(code), (stations) => connectionFrom(stations, page, (station) => station.code));
      },
    }),
    pollingCentres: t.field({
      type: PollingCentreConnection,
      nullable: true,
      description:
        'The polling centres of this district, each with all its streams. Those of a ward are a request; those of a county or constituency wait for the index of places, and are null where a ward in it has not told its stations.',
      args: pageArgs,
      extensions: costs((args: PageArgs, type) => ({
        requests: type === 'Ward' || type === 'ElectoralDistrict' ? 1 : 0,
        page: sizeOf(args),
        all: STATIONS,
      })),
      resolve: (district, page, { centres }) => {
        parsePage(page);
        return after(
          centres.inDistrict(district),
          (all) => all && connectionFrom(all, page, ({ ward, code }) => `${ward}/${code}`),
        );
      },
    }),
  }),
});
