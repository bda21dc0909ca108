import { z } from 'zod';
import { isCode } from '../../domain/codes.ts';

// The bodies as the API sends them: the recordings of 2013 where there are any, the document and WIRE.md elsewhere.
// Unknown keys are ignored; a key that is missing or null where that is said to happen is accepted, nothing else is.

const text = z.string();
const optionalText = z.string().nullish();
/** `{}`. It aborts, or a union would report its failure in place of the one that got further, without where that was. */
const nothing = z.custom<Record<string, never>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0,
  { abort: true },
);

/** Codes go back into paths and signed filters: one that could not be asked for is no code. */
const code = z.string().refine(isCode);
const optionalCode = z.union([code, z.string().regex(/^\s*$/)]).nullish();

/** Far above any honest figure, and the sum of two such still fits GraphQL's Int. */
const LARGEST_COUNT = 1_000_000_000;
/** A whole number ≥ 0, sent as a number or as a string of digits (`registered`). */
const count = z.union([
  z.int().nonnegative().max(LARGEST_COUNT),
  z
    .string()
    .regex(/^\s*\d{1,15}\s*$/)
    .transform(Number)
    .pipe(z.number().max(LARGEST_COUNT)),
]);
/** The same, where the source may have nothing: null, missing or an empty string. */
const optionalCount = z.union([count, z.literal('').transform(() => null)]).nullish();

const point = z.object({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) }).nullish();

export const envelope = z.looseObject({ status: z.string(), message: z.unknown().optional() });

export const tokenAnswer = z.object({ token: z.string().min(1) });

const district = z.object({
  code,
  name: text,
  polygon: optionalText,
  registered: optionalCount,
  center: point,
});
/** A list is `{location_type, locations: […]}`, a single one the district itself (WIRE.md); `{}` and null are no district. */
export const districtsAnswer = z.object({
  region: z.union([z.object({ locations: z.array(district).nullable() }), district, nothing, z.null()]),
});

const station = z.object({ code, name: text, location: point });
export const stationsAnswer = z.union([
  z.object({ polling_stations: z.array(station).nullable() }),
  // One client of 2013 read this form (WIRE.md).
  z.object({ region: z.object({ locations: z.array(station).nullable() }) }),
]);

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullish();
export const facility = z.object({
  facility_type: scalar,
  streams: optionalCount,
  voters: optionalCount,
  female: optionalCount,
  male: optionalCount,
  electricity: scalar,
  networks: scalar,
  accessibilty: scalar, // sic: the document's spelling for stations; its voter lookup spells it right
  accessibility: scalar,
  disability: scalar,
});
export const stationAnswer = z.object({
  info: z.union([z.object({ code, name: text, location: point, ...facility.shape }), nothing, z.null()]),
});

/**
 * Entries of one kind, whatever they are wrapped in. Nothing was recorded of these answers, and the document shows lists
 * only, candidates grouped by race; one by its code is assumed to come like a station (`info`), under its own name in
 * the singular or plural, as a list of one, in a race, or bare (WIRE.md). A key is asked for: without one every object
 * would be a SUCCESS without entries.
 */
function entriesOf<T extends z.ZodType>(entry: T, singular: string, plural: string) {
  const list = (some: z.output<T>[]) => some;
  const one = entry.transform((it) => list([it]));
  const none = nothing.transform(() => list([]));
  const race = z
    .object({ race: z.unknown(), [plural]: z.array(entry).nullable() })
    .transform(({ race: name, ...it }) =>
      list(((it[plural] ?? []) as object[]).map((one) => ofRace(one, name) as z.output<T>)),
    );
  const many = z.array(z.union([one, race, none])).transform((some) => list(some.flat()));
  const under = (name: string) =>
    z.object({ [name]: z.union([many, one, race, none, z.null()]) }).transform((it) => list(it[name] ?? []));
  return z.union([under(plural), under(singular), under('info'), one]);
}

/** What a group is called its entries are told, too. */
const ofRace = (entry: object, race: unknown): object => (typeof race === 'string' ? { ...entry, race } : entry);

/** The picture is `symbol` in results and `picture` elsewhere; an independent's party is `{}`. */
export const party = z.object({
  code,
  name: text,
  abr: optionalText,
  color: optionalText,
  symbol: optionalText,
  picture: optionalText,
});
export const partyOrNone = z.union([party, nothing.transform(() => null), z.null()]).optional();
export const partiesAnswer = entriesOf(party, 'party', 'parties');

/** `contestType` in the document's sample, `contest_type` in results: assumed that either may come. */
const contest = z.object({ code, contest: text, contestType: optionalCount, contest_type: optionalCount });
export const contestsAnswer = entriesOf(contest, 'contest', 'contests');

const candidate = z.object({
  code,
  surname: optionalText,
  other_name: optionalText,
  name: optionalText,
  party: partyOrNone,
  running_mate: optionalText,
  picture: optionalText,
  contest_id: optionalCode,
  contest_type: optionalCount,
  race: optionalText,
});
export const candidatesAnswer = entriesOf(candidate, 'candidate', 'candidates');

export const votes = z.object({
  code: optionalCode,
  name: text,
  votes: count,
  picture: optionalText,
  party: partyOrNone,
});
/** Two empty lists in 2013, two numbers in later clients: what is neither is no reason to refuse the figures beside it (WIRE.md). */
const countIfAny = z.union([count, z.unknown().transform(() => null)]).optional();
const stationsAsReported = z
  .union([z.object({ ps_reporting: countIfAny, ps_location_total: countIfAny }), z.unknown().transform(() => null)])
  .optional();

const resultLocation = z.object({
  location: text,
  location_id: code,
  location_type: text,
  registered: optionalCount,
  valid: count,
  rejected: count,
  spoilt: count,
  disputed: count,
  reported: optionalCount,
  reporting_ps: stationsAsReported,
  turnout: z.number().nullish(),
  results: z.array(votes).nullish(),
});
/** "No data" is a contest `{}`, `locations` missing or null, or an empty list of contests (WIRE.md, "Quirks"). */
export const resultsAnswer = z.object({
  contests: z
    .array(
      z.union([
        z.object({
          contest: text,
          contest_id: code,
          contest_type: count,
          locations: z.array(z.union([resultLocation, nothing])).nullish(),
        }),
        nothing,
      ]),
    )
    .nullable(),
});

/** A polling station's results have a form of their own: no codes, no counts (WIRE.md). */
export const stationResultsAnswer = z.object({
  name: optionalText,
  results: z.array(z.object({ results: z.array(votes).nullish() })).nullish(),
});

/**
 * Of what is voted on where, no answer was recorded and the document says nothing: what cannot be read is null, and no
 * reason not to know the election (WIRE.md).
 */
const readable = scalar.catch(null);
const UNREADABLE_SEAT = { name: null, post: null, locationID: null };
const seat = z.object({ name: readable, post: readable, locationID: readable }).catch(UNREADABLE_SEAT);
export type Seat = z.output<typeof seat>;
/** Empty where there are none, null where they cannot be read. */
const seats = z
  .array(seat)
  .nullish()
  .transform((some): Seat[] | null => some ?? [])
  .catch(null);
export const electionsAnswer = z.object({
  elections: z
    .array(
      z.object({
        code,
        name: optionalText,
        type: optionalText,
        location: readable,
        locations: seats,
      }),
    )
    .nullable(),
});

export const reportingAnswer = z.object({ reporting: z.array(code).nullable() });

export const guidesAnswer = z.object({ list: z.array(z.object({ code, title: text })).nullable() });

/** Fields are empty strings where nothing is known (document). */
/** What the document shows empty and says nothing of: whatever comes is no reason not to know the voter. */
const asSent = z
  .unknown()
  .transform((value) => (typeof value === 'object' ? inJson(value) : String(value ?? '')))
  .optional();
const inJson = (value: object | null) => (Object.keys(value ?? {}).length > 0 ? JSON.stringify(value) : '');

/** The document's sample has a `point`, empty, and no name: assumed, like the forms that a point may have (point.ts). */
const votersStation = z.object({ ...facility.shape, name: scalar.catch(null), point: z.unknown().optional() });
export const voterAnswer = z.object({
  voter_info: z.object({
    name: optionalText,
    gender: optionalText,
    county: optionalText,
    constituency: optionalText,
    ward: optionalText,
    contests: z.array(z.union([text, z.looseObject({ contest: text })])).nullish(),
    pollingStation: z.union([votersStation, z.string(), z.null()]).optional(),
    date: asSent,
    contestant: asSent,
  }),
});

const geometry = z.object({ type: z.enum(['Polygon', 'MultiPolygon']), coordinates: z.array(z.unknown()) });
export const boundaryAnswer = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.looseObject({
      type: z.literal('Feature'),
      properties: z.record(z.string(), z.unknown()).nullish(),
      geometry: geometry.nullable(),
    }),
  ),
});
