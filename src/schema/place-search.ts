import type { Context } from '../context.ts';
import { codeKey } from '../domain/codes.ts';
import { badInput } from '../domain/errors.ts';
import { type DistrictKind, KENYA, type PlaceKind } from '../domain/places.ts';
import { builder } from './builder.ts';
import { costs } from './cost.ts';
import { parseReference } from './ids.ts';
import { MAX_FIRST, type PageArgs, parseFirst, sizeOf } from './pagination.ts';
import { PlaceRef, ReportingUnitRef } from './refs.ts';

const MAX_TEXT = 100;

/** Two to ten milliseconds. */
const WORK = 200;

PlaceRef.implement({
  description:
    'What can be found by its name: a county, a constituency, a ward, a polling centre, a polling station (a stream of one).',
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: ({ kind }) => kind,
  fields: (t) => ({
    name: t.exposeString('name', {
      description:
        "The name as the source spells it, double blanks included; a polling centre's without the stream. Not unique: names of wards and schools repeat.",
    }),
  }),
});

const PlaceKindRef = builder.enumType('PlaceKind', {
  description: 'What a place is.',
  values: {
    COUNTY: { description: 'One of 47 counties, or the diaspora.' },
    CONSTITUENCY: { description: 'A constituency of a county.' },
    WARD: { description: 'A ward of a constituency.' },
    POLLING_CENTRE: { description: 'A building with all its streams, found once however many of them fit.' },
    POLLING_STATION: { description: 'A polling station: each stream of a centre for itself.' },
  } satisfies Record<PlaceKind, { description: string }>,
});

const searchArgs = builder.args((t) => ({
  text: t.string({
    required: true,
    description: `One or more words or beginnings of words, 1 to ${MAX_TEXT} characters.`,
  }),
  kinds: t.field({
    type: [PlaceKindRef],
    description: 'Only these, at least one. Default: all but `POLLING_STATION`, so that a school is found once.',
  }),
  within: t.id({
    description:
      'Only what lies in this county, constituency or ward: its global id or its code. Default, as with `KE`: everywhere.',
  }),
  first: t.int({ defaultValue: 10, description: `How many at most, 1 to ${MAX_FIRST}.` }),
}));

const SEARCH_COST = costs((args: PageArgs) => ({ work: WORK, each: sizeOf(args) }));
const USUAL_KINDS: readonly PlaceKind[] = ['COUNTY', 'CONSTITUENCY', 'WARD', 'POLLING_CENTRE'];
const OUTER = ['Country', 'County', 'Constituency', 'Ward'];

type SearchArgs = {
  text: string;
  kinds?: readonly PlaceKind[] | null | undefined;
  within?: string | null | undefined;
  first?: number | null | undefined;
};

async function find({ text, kinds, within, first }: SearchArgs, { places, signal }: Context) {
  if (text.trim() === '' || text.length > MAX_TEXT) throw badInput('text', `must have 1 to ${MAX_TEXT} characters.`);
  if (kinds?.length === 0) throw badInput('kinds', 'must name at least one kind.');
  const most = parseFirst(first, MAX_FIRST, 10);
  const outer = within == null ? null : parseReference('within', within, OUTER);
  const everywhere = outer === null || codeKey(outer.code) === codeKey(KENYA.code);
  const only = {
    kinds: kinds ?? USUAL_KINDS,
    within: everywhere ? null : { code: outer.code, kind: outer.typename as DistrictKind | null },
  };
  const found = await places.search(text, most, only, signal);
  if (!found) throw badInput('within', 'there is no county, constituency or ward of this code.');
  return found;
}

builder.queryFields((t) => ({
  searchPlaces: t.field({
    type: [ReportingUnitRef],
    nullable: true,
    description:
      'Counties, constituencies, wards and polling stations by name, best first, forgiving typing errors; of equal names the widest place first. Of a polling centre comes one stream, the one whose name fits best, which leads to its `centre`; with `POLLING_STATION` among the kinds all of them. `findPlaces` gives the centres themselves. Waits for the index of places, and finds no stations of wards that have not told theirs (`placesIndex` of `sources`).',
    args: searchArgs,
    extensions: SEARCH_COST,
    resolve: async (_root, { kinds, ...args }, ctx) => {
      const units = kinds?.includes('POLLING_STATION') ? kinds.filter((kind) => kind !== 'POLLING_CENTRE') : kinds;
      return (await find({ ...args, kinds: units ?? null }, ctx)).map(({ place }) => place);
    },
  }),
  findPlaces: t.field({
    type: [PlaceRef],
    nullable: true,
    description:
      'The same search for places of every kind, polling centres as themselves: for a search box. Waits for the index of places, and finds no centres of wards that have not told their stations (`placesIndex` of `sources`).',
    args: searchArgs,
    extensions: SEARCH_COST,
    resolve: async (_root, args, ctx) => {
      const found = await find(args, ctx);
      return Promise.all(
        found.map(async ({ place, as }) =>
          as === 'POLLING_CENTRE' && place.kind === 'PollingStation'
            ? ((await ctx.centres.ofStation(place)) ?? place)
            : place,
        ),
      );
    },
  }),
}));
