import type { Context } from '../context.ts';
import { after } from '../domain/maybe.ts';
import type { Country, District, DistrictLevel } from '../domain/places.ts';
import { codeArg, parseCodeArg } from './arguments.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { connectionFrom, MAX_WIDE, type PageArgs, parsePage, sizeOf, widePageArgs } from './pagination.ts';
import {
  ConstituencyConnection,
  ConstituencyRef,
  CountryRef,
  CountyRef,
  ElectoralDistrictRef,
  PlaceRef,
  ReportingUnitRef,
  WardConnection,
  WardRef,
} from './refs.ts';
import { UNCHANGING } from './unchanging.ts';

// For a query's cost: how many there are, and the most of one. Of the wards of one constituency, the invented country's.
const COUNTIES = 48;
const CONSTITUENCIES = { each: 17, all: 291 };
const WARDS_OF_COUNTY = { each: 86, all: 1_454 };
const WARDS_OF_CONSTITUENCY = { each: 12, all: 1_454 };
const LOOKUP = costs({ requests: 1, all: Number.POSITIVE_INFINITY });

const districtOptions = <const Kind extends District['kind']>(kind: Kind) => ({
  id: { resolve: ({ code }: District) => code },
  interfaces: [ReportingUnitRef, ElectoralDistrictRef, PlaceRef],
  isTypeOf: (value: unknown) => (value as District).kind === kind,
  extensions: UNCHANGING,
});

builder.node(CountyRef, {
  ...districtOptions('County'),
  description: 'One of the 47 counties, or the diaspora, which the source counts as a 48th.',
  loadOne: (code, { iebc }) => iebc.county.load(code),
  fields: (t) => ({
    constituencies: t.field({
      type: [ConstituencyRef],
      nullable: true,
      description: "The county's constituencies.",
      extensions: costs({ requests: 1, ...CONSTITUENCIES }),
      resolve: ({ code }, _args, { iebc }) => iebc.constituenciesByCounty.load(code),
    }),
    wards: t.field({
      type: [WardRef],
      nullable: true,
      description: "The wards of all the county's constituencies.",
      extensions: costs({ requests: 1, ...WARDS_OF_COUNTY }),
      resolve: ({ code }, _args, { iebc }) => iebc.wardsByCounty.load(code),
    }),
  }),
});

builder.node(ConstituencyRef, {
  ...districtOptions('Constituency'),
  description: 'A constituency, which elects one member of the National Assembly.',
  loadOne: (code, { iebc }) => iebc.constituency.load(code),
  fields: (t) => ({
    county: t.field({
      type: CountyRef,
      nullable: true,
      description: 'The county it lies in. Waits for the index of places.',
      resolve: async (constituency, _args, { places, signal }) =>
        (await places.parent(constituency, signal)) as District | null,
    }),
    wards: t.field({
      type: [WardRef],
      nullable: true,
      description: "The constituency's wards.",
      extensions: costs({ requests: 1, ...WARDS_OF_CONSTITUENCY }),
      resolve: ({ code }, _args, { iebc }) => iebc.wardsByConstituency.load(code),
    }),
  }),
});

builder.node(WardRef, {
  ...districtOptions('Ward'),
  description: 'A ward, which elects one member of the county assembly.',
  loadOne: (code, { iebc }) => iebc.ward.load(code),
  fields: (t) => ({
    constituency: t.field({
      type: ConstituencyRef,
      nullable: true,
      description: 'The constituency it lies in. Waits for the index of places.',
      resolve: async (ward, _args, { places, signal }) => (await places.parent(ward, signal)) as District | null,
    }),
    county: t.field({
      type: CountyRef,
      nullable: true,
      description: 'The county it lies in. Waits for the index of places.',
      resolve: async (ward, _args, { places, signal }) =>
        (await places.ancestor(ward, 'county', signal)) as District | null,
    }),
  }),
});

const allOf = (all: number) =>
  costs((args: PageArgs) => ({ requests: 1 + COUNTIES, page: sizeOf(args, MAX_WIDE), all }));

function pageOfAll(country: Country, level: DistrictLevel, page: PageArgs, { finder }: Context) {
  parsePage(page, MAX_WIDE);
  return after(finder.placesIn(country, level), (places) =>
    connectionFrom(places as District[], page, ({ code }) => code, MAX_WIDE),
  );
}

const allCounties = {
  type: [CountyRef] as [typeof CountyRef],
  nullable: true as const,
  description: "All counties, the diaspora included, in the source's order.",
  extensions: costs({ shared: 1, each: COUNTIES, all: COUNTIES }),
  resolve: (_of: unknown, _args: unknown, { iebc }: Context) => iebc.counties(),
};

builder.objectFields(CountryRef, (t) => ({
  counties: t.field(allCounties),
  constituencies: t.field({
    type: ConstituencyConnection,
    nullable: true,
    description:
      "All constituencies, the diaspora's included, county by county, in the source's order: a request for each county until they are known.",
    args: widePageArgs,
    extensions: allOf(CONSTITUENCIES.all),
    resolve: (country, page, ctx) => pageOfAll(country, 'constituency', page, ctx),
  }),
  wards: t.field({
    type: WardConnection,
    nullable: true,
    description:
      "All wards, the diaspora's included, county by county, in the source's order: a request for each county until they are known.",
    args: widePageArgs,
    extensions: allOf(WARDS_OF_COUNTY.all),
    resolve: (country, page, ctx) => pageOfAll(country, 'ward', page, ctx),
  }),
}));

builder.queryFields((t) => ({
  counties: t.field(allCounties),
  county: t.field({
    type: CountyRef,
    nullable: true,
    description: 'One county; null when there is none of this code.',
    args: codeArg,
    extensions: LOOKUP,
    resolve: (_root, args, { iebc }) => iebc.county.load(parseCodeArg(args)),
  }),
  constituency: t.field({
    type: ConstituencyRef,
    nullable: true,
    description: 'One constituency; null when there is none of this code.',
    args: codeArg,
    extensions: LOOKUP,
    resolve: (_root, args, { iebc }) => iebc.constituency.load(parseCodeArg(args)),
  }),
  ward: t.field({
    type: WardRef,
    nullable: true,
    description: 'One ward; null when there is none of this code.',
    args: codeArg,
    extensions: LOOKUP,
    resolve: (_root, args, { iebc }) => iebc.ward.load(parseCodeArg(args)),
  }),
}));
